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
