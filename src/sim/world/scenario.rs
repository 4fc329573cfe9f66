//! The scripted kinds of trouble: when each begins, what it does to treated sessions, when it ends. It moves nothing itself.

use std::fmt;
use std::str::FromStr;

use crate::sim::faults::nearest;

/// A scripted kind of trouble. All but the outages stay until nobody is treated any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scenario {
    /// Nothing goes wrong.
    #[default]
    Healthy,
    /// Treated sessions become slow: p95 passes 5 s within two minutes and 7 s soon after.
    Latency,
    /// Invocations of treated sessions throw, and are tried again.
    Errors,
    /// The rate limit drops far too many partial results.
    Dropped,
    /// Partial results never become final: dozens are flushed per session.
    Orphaned,
    /// What was said differs from the final text, and is said twice. Only people complain; no limit is crossed.
    Quality,
    /// Transcribe falls silent three times; containers fall back to final results by themselves, and recover.
    TranscribeUnhealthy,
    /// The parameter cannot be read for six minutes; the environment says 100 %.
    SsmOutage,
    /// Slow as in `Latency`, and traffic goes through an alias to a published version.
    AliasTrap,
}

/// What trouble does to treated sessions at one moment. Chances are per latency sample (0.8 s), in 4096ths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trouble {
    /// Multiplies latency and duration.
    pub(crate) slow: f32,
    pub(crate) drop: u64,
    pub(crate) orphan: u64,
    pub(crate) duplicate: u64,
    pub(crate) discrepancy: u64,
    /// The chance that an invocation fails, in 4096ths.
    pub(crate) fail: u64,
    /// The silence that Transcribe is in, counted from 1; 0 is none.
    pub(crate) silence: u8,
    pub(crate) ssm_down: bool,
}

const CALM: Trouble = Trouble {
    slow: 1.0,
    drop: 55,
    orphan: 24,
    duplicate: 18,
    discrepancy: 8,
    fail: 0,
    silence: 0,
    ssm_down: false,
};

/// When Transcribe is silent, in seconds since the start.
const SILENCES: [std::ops::Range<i64>; 3] = [60..135, 160..230, 260..340];

impl Scenario {
    /// All scenarios, in the order in which a list shows them.
    pub const ALL: [Self; 9] = [
        Self::Healthy,
        Self::Latency,
        Self::Errors,
        Self::Dropped,
        Self::Orphaned,
        Self::Quality,
        Self::TranscribeUnhealthy,
        Self::SsmOutage,
        Self::AliasTrap,
    ];

    /// The name that the command line knows it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Latency => "latency",
            Self::Errors => "errors",
            Self::Dropped => "dropped",
            Self::Orphaned => "orphaned",
            Self::Quality => "quality",
            Self::TranscribeUnhealthy => "transcribe-unhealthy",
            Self::SsmOutage => "ssm-outage",
            Self::AliasTrap => "alias-trap",
        }
    }

    /// One line that says what happens.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Healthy => "nothing goes wrong",
            Self::Latency => "p95 latency of treated sessions passes 5 s, then 7 s",
            Self::Errors => "invocations of treated sessions fail, overall more than 5 %",
            Self::Dropped => "more than 200 partial results a minute are dropped",
            Self::Orphaned => "more than 20 results per session stay orphaned",
            Self::Quality => "discrepancies and duplicates rise; no alarm sees it",
            Self::TranscribeUnhealthy => {
                "Transcribe falls silent; containers fall back and recover"
            }
            Self::SsmOutage => {
                "the flag cannot be read for six minutes; the environment says 100 %"
            }
            Self::AliasTrap => "latency trouble, and an alias that the fallback does not reach",
        }
    }

    /// Whether production traffic goes through an alias to a published version.
    pub fn uses_alias(self) -> bool {
        self == Self::AliasTrap
    }

    /// The percentage that was deployed into the function's environment.
    pub fn deployed_percentage(self) -> u8 {
        if self == Self::SsmOutage { 100 } else { 10 }
    }

    /// What goes wrong `since` milliseconds after the start; before it, nothing does.
    pub(crate) fn trouble(self, since: i64) -> Trouble {
        let seconds = since.div_euclid(1000);
        let begun = |at: i64| seconds >= at;
        let mut trouble = CALM;
        match self {
            Self::Latency | Self::AliasTrap => {
                let ramp = (seconds - 30) as f32 / 140.0;
                trouble.slow = 1.0 + 3.2 * ramp.clamp(0.0, 1.0);
            }
            Self::Errors if begun(45) => trouble.fail = 2870,
            Self::Dropped if begun(40) => trouble.drop = 2460,
            Self::Orphaned if begun(30) => trouble.orphan = 1640,
            Self::Quality if begun(40) => {
                trouble.duplicate = 550;
                trouble.discrepancy = 330;
            }
            Self::TranscribeUnhealthy => {
                let silence = SILENCES.iter().position(|span| span.contains(&seconds));
                trouble.silence = silence.map_or(0, |index| index as u8 + 1);
            }
            Self::SsmOutage => trouble.ssm_down = (45..405).contains(&seconds),
            _ => {}
        }
        trouble
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No scenario has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no scenario is called {0:?}{near}", near = nearest(.0, Scenario::ALL.map(Scenario::name).into_iter()))]
pub struct UnknownScenario(pub String);

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL
            .into_iter()
            .find(|scenario| scenario.name() == text);
        found.ok_or_else(|| UnknownScenario(text.to_owned()))
    }
}
