//! The environment variables that stand in while no document was ever read. It reads no process environment itself: it asks a
//! function that is given.

use std::collections::BTreeMap;

use super::decision::{Reason, Source};
use super::ruling::Ruling;
use crate::domain::Percent;
use crate::domain::flag::{Flag, FlagFault, FlagShape};

/// How the variables are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentNames {
    /// `true`, `1`, `yes`, `on`, or `false`, `0`, `no`, `off`, in any letter case.
    pub enabled: String,
    /// A whole number from 0 to 100.
    pub rollout_percentage: String,
    /// Numeric members of the document, with the variable that stands in for each; the shape's limits hold here too.
    pub numbers: BTreeMap<String, String>,
}

impl Default for EnvironmentNames {
    /// `PARTIAL_RESULTS_ENABLED`, `ROLLOUT_PERCENTAGE`, `MIN_STABILITY_THRESHOLD`, `MAX_BUFFER_TIMEOUT`.
    fn default() -> Self {
        let numbers = [
            ("min_stability_threshold", "MIN_STABILITY_THRESHOLD"),
            ("max_buffer_timeout", "MAX_BUFFER_TIMEOUT"),
        ];
        Self {
            enabled: "PARTIAL_RESULTS_ENABLED".to_owned(),
            rollout_percentage: "ROLLOUT_PERCENTAGE".to_owned(),
            numbers: numbers
                .map(|(member, variable)| (member.to_owned(), variable.to_owned()))
                .into(),
        }
    }
}

/// What the environment said when the client was built.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) source: Source,
    pub(super) ruling: Ruling,
    pub(super) faults: Vec<FlagFault>,
}

impl Environment {
    /// Asks for every variable once. What is missing or wrong treats nobody, and is noted.
    pub(super) fn read(
        names: &EnvironmentNames,
        shape: &FlagShape,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let asked = |name: &str| {
            let text = lookup(name)?.trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let mut faults = Vec::new();
        let mut noted = |name: &str, text: String| faults.push(FlagFault::of(name, text));
        let stand = asked(&names.enabled);
        let share = asked(&names.rollout_percentage);
        let enabled = match (stand.as_deref(), stand.as_deref().and_then(truth)) {
            (_, Some(enabled)) => enabled,
            (Some(text), None) => {
                let wrong = format!("must be true or false, not {text:?}: off");
                noted(&names.enabled, wrong);
                false
            }
            (None, None) => {
                if share.is_some() {
                    noted(&names.enabled, "is missing: off".to_owned());
                }
                false
            }
        };
        let included = share.as_deref().and_then(percentage);
        match &share {
            Some(text) if included.is_none() => {
                let wrong = format!("must be a whole number from 0 to 100, not {text:?}: off");
                noted(&names.rollout_percentage, wrong);
            }
            None if enabled => noted(&names.rollout_percentage, "is missing: off".to_owned()),
            Some(_) | None => {}
        }
        let mut numbers = BTreeMap::new();
        for (member, variable) in &names.numbers {
            let Some(text) = asked(variable) else {
                continue;
            };
            match number(&text, shape.limits.get(member)) {
                Ok(number) => {
                    numbers.insert(member.as_str().into(), number);
                }
                Err(text) => noted(variable, text),
            }
        }
        let flag = Flag {
            // Where a comparison lets 0 % include bucket 0, only `enabled` treats nobody.
            enabled: enabled && included.is_some(),
            rollout_percentage: included.unwrap_or(Percent::ZERO),
            listed: Vec::new(),
        };
        let (source, off) = if stand.is_some() || share.is_some() {
            (Source::Environment, Reason::Disabled)
        } else {
            (Source::Nothing, Reason::NothingKnown)
        };
        Self {
            source,
            ruling: Ruling::plain(flag, shape, numbers, off),
            faults,
        }
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn percentage(text: &str) -> Option<Percent> {
    let number: f64 = text.parse().ok()?;
    let whole = (0.0..=100.0).contains(&number) && number.fract() == 0.0;
    whole.then(|| Percent::new(number as u8)).flatten()
}

fn number(text: &str, limits: Option<&(f64, f64)>) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n: &f64| n.is_finite());
    let number = number.ok_or_else(|| format!("must be a number, not {text:?}"))?;
    match limits {
        Some((low, high)) if !(*low..=*high).contains(&number) => {
            Err(format!("must be a number from {low} to {high}, not {text}"))
        }
        _ => Ok(number),
    }
}

#[cfg(test)]
mod tests;
