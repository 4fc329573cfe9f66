//! Stages: where a percentage stands among them, what comes next, since when, and how far a reduction goes. It moves nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Stage;
use crate::domain::{Percent, Timestamp};

/// Where a rollout stands, as its flag and the flag's history tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageFacts {
    /// The share that the flag grants now (0 while it is disabled); `None` while it cannot be read.
    pub percent: Option<Percent>,
    /// When `enabled` or the percentage last changed, as far back as the history goes.
    pub since: Option<Timestamp>,
    /// The last other share that was granted before; `None` when the history does not tell.
    pub from: Option<Percent>,
}

impl StageFacts {
    /// Reads them from the flag's versions: when each was written, and its `enabled` and percentage where it could be parsed.
    /// Versions of one instant are taken in the order of a history, newest first.
    pub fn from_history(history: &[(Timestamp, Option<(bool, Percent)>)]) -> Self {
        let mut versions: Vec<_> = history.iter().rev().copied().collect();
        versions.sort_by_key(|(at, _)| *at);
        let Some(&(_, newest)) = versions.last() else {
            return Self::default();
        };
        let run = versions
            .iter()
            .rev()
            .take_while(|(_, v)| *v == newest)
            .count();
        let before = versions.len() - run;
        let granted = |(enabled, percent)| if enabled { percent } else { Percent::ZERO };
        Self {
            percent: newest.map(granted),
            since: versions.get(before).map(|(at, _)| *at),
            from: versions
                .iter()
                .rev()
                .filter_map(|(_, version)| version.map(granted))
                .find(|share| Some(*share) != newest.map(granted)),
        }
    }

    /// Whether the last change lowered exposure.
    pub fn was_lowered(&self) -> bool {
        matches!((self.from, self.percent), (Some(from), Some(now)) if now < from)
    }

    /// Time in stage.
    pub fn time_in(&self, now: Timestamp) -> Option<Duration> {
        self.since.map(|since| now.since(since))
    }

    /// What is left of the bake time of the stage that the percentage has reached: zero when it is over, or when the stage asks for
    /// none or nobody is exposed; `None` while percentage or time in stage is unknown.
    pub fn bake_left(&self, stages: &[Stage], now: Timestamp) -> Option<Duration> {
        let percent = self.percent?;
        match stage_index(stages, percent)
            .and_then(|i| stages.get(i))
            .and_then(|s| s.bake)
        {
            None => Some(Duration::ZERO),
            Some(bake) => self.time_in(now).map(|time| bake.saturating_sub(time)),
        }
    }
}

/// When `enabled` or the percentage last changed, from the flag's versions (see [`StageFacts::from_history`]); `None` without any.
pub fn stage_since(history: &[(Timestamp, Option<(bool, Percent)>)]) -> Option<Timestamp> {
    StageFacts::from_history(history).since
}

/// The index of the highest stage that `percent` has reached; `None` below the first.
pub fn stage_index(stages: &[Stage], percent: Percent) -> Option<usize> {
    stages.iter().rposition(|stage| stage.percent <= percent)
}

/// The percentage of the first stage above `percent`; `None` at the last.
pub fn next(stages: &[Stage], percent: Percent) -> Option<Percent> {
    stages.iter().map(|s| s.percent).find(|&p| p > percent)
}

/// The percentage one stage back: that of the last stage below `percent`, 0 from the first; `None` at 0.
pub fn previous(stages: &[Stage], percent: Percent) -> Option<Percent> {
    if percent == Percent::ZERO {
        return None;
    }
    let below = stages.iter().map(|s| s.percent).rfind(|&p| p < percent);
    Some(below.unwrap_or(Percent::ZERO))
}

/// What "reduce to `wanted`" means at `current`: min(current, wanted); where that is `current` itself, one stage back (0 from the
/// first), with the reason. The result is never above `current`.
pub fn reduce_to(stages: &[Stage], current: Percent, wanted: Percent) -> (Percent, Option<String>) {
    if wanted < current {
        return (wanted, None);
    }
    match previous(stages, current) {
        Some(back) => (
            back,
            Some(format!(
                "reducing to {wanted} would not lower {current}: one stage back"
            )),
        ),
        None => (Percent::ZERO, Some("nobody is exposed already".to_owned())),
    }
}
