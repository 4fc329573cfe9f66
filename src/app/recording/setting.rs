//! What a console began with beside its rollout: where it stood, and what its commands are given. It holds no secret.

use serde::{Deserialize, Serialize};

use crate::app::model::{Model, Screen};
use crate::app::spoken::ENDLESS;
use crate::domain::Timestamp;

/// What a console began with that no message tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setting {
    /// Whether everything was read out, line by line, instead of drawn.
    pub plain: bool,
    /// Whether it began with the screen for the whole room.
    pub wall: bool,
    /// The runbook that was asked for.
    pub runbook: Option<String>,
    /// Seconds by which the person's clock was ahead of UTC.
    pub ahead: i32,
    /// The profile that commands got, when it was not the rollout's own.
    pub profile: Option<String>,
    /// The region, likewise.
    pub region: Option<String>,
    /// The environments of other rollouts, whose names no command may have.
    pub others: Vec<String>,
}

impl Setting {
    /// The setting of a console that is about to begin.
    pub fn of(model: &Model, started: Timestamp) -> Self {
        let at = jiff::Timestamp::from_millisecond(started.as_millis()).unwrap_or_default();
        Self {
            plain: model.size == ENDLESS,
            wall: model.screen == Screen::Wall,
            runbook: model.runbook.asked.clone(),
            ahead: model.logs.zone.to_offset(at).seconds(),
            profile: model.commands_profile.clone(),
            region: model.commands_region.clone(),
            others: model.other_environments.clone(),
        }
    }

    /// Gives it to a model that begins.
    pub(super) fn give(&self, model: &mut Model) {
        model.open_first(self.wall, self.runbook.clone());
        model.commands_profile.clone_from(&self.profile);
        model.commands_region.clone_from(&self.region);
        model.other_environments.clone_from(&self.others);
        if let Ok(offset) = jiff::tz::Offset::from_seconds(self.ahead) {
            model.logs.zone = jiff::tz::TimeZone::fixed(offset);
        }
        if self.plain {
            model.size = ENDLESS;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::recording::Header;
    use crate::config;

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test may stop here")]
    fn a_console_that_is_played_begins_as_it_did() {
        let begun = Timestamp::from_millis(1_800_000_000_000);
        let mut model = Model::new(config::demo().unwrap(), begun);
        model.open_first(false, Some("rollback.md".to_owned()));
        model.size = (100, 30);
        model.other_environments = vec!["staging".to_owned()];
        model.commands_profile = Some("oncall".to_owned());
        let offset = jiff::tz::Offset::constant(5);
        model.logs.zone = jiff::tz::TimeZone::fixed(offset);
        let header = Header::of(&model, begun, model.size);
        let written = serde_json::to_string(&header).unwrap();
        let read: Header = serde_json::from_str(&written).unwrap();
        assert_eq!(read, header);
        let played = read.model();
        assert_eq!(played.size, (100, 30));
        assert_eq!(played.screen, Screen::Runbook);
        assert_eq!(played.runbook.asked, model.runbook.asked);
        assert_eq!(played.other_environments, model.other_environments);
        assert_eq!(played.commands_profile, model.commands_profile);
        assert_eq!(played.logs.zone, model.logs.zone);
    }

    #[test]
    #[expect(clippy::unwrap_used, reason = "a test may stop here")]
    fn what_was_read_out_has_no_size_and_is_played_all_the_same() {
        let begun = Timestamp::from_millis(1_800_000_000_000);
        let mut model = Model::new(config::demo().unwrap(), begun);
        model.size = ENDLESS;
        let header = Header::of(&model, begun, (80, 0));
        assert!(header.setting.plain && header.size == (80, 0));
        assert_eq!(header.model().size, ENDLESS);
        let old = serde_json::to_value(&header).unwrap();
        let mut old = old.as_object().unwrap().clone();
        old.remove("setting");
        let old: Header = serde_json::from_value(old.into()).unwrap();
        assert_eq!(old.setting, Setting::default());
    }
}
