//! What functions do from their environment when they cannot read the flag. It reads no function.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::domain::Percent;
use crate::domain::lever::FunctionState;
use crate::domain::rollout::FallbackSpec;

/// What an environment says about the feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentSays {
    /// The share of sessions; `None` where the variables do not say (the service's own default then counts, which is not known).
    pub percent: Option<Percent>,
    /// The variables that say it, such as `PARTIAL_RESULTS_ENABLED=true, ROLLOUT_PERCENTAGE=100`.
    pub words: String,
}

/// What these variables say about the feature.
pub fn environment(variables: &BTreeMap<String, String>, spec: &FallbackSpec) -> EnvironmentSays {
    let enabled = variables.get(&spec.enabled_variable).map(String::as_str);
    let percentage = variables.get(&spec.percentage_variable).map(String::as_str);
    let word = |name: &str, value: Option<&str>| match value {
        Some(value) => format!("{name}={}", value.chars().take(40).collect::<String>()),
        None => format!("{name} not set"),
    };
    let off = enabled.is_some_and(is_off);
    let percent = if off {
        Some(Percent::ZERO)
    } else {
        percentage.and_then(percent)
    };
    let words = if off || enabled.is_some() {
        format!(
            "{}, {}",
            word(&spec.enabled_variable, enabled),
            word(&spec.percentage_variable, percentage)
        )
    } else {
        word(&spec.percentage_variable, percentage)
    };
    EnvironmentSays { percent, words }
}

/// What the environment of the version that takes the traffic says: the alias's version where one is pinned, else `$LATEST`.
/// Where the alias shares its traffic out, it is the version that would expose the most.
///
/// # Errors
/// That environment could not be read: why.
pub fn traffic_environment(
    function: &FunctionState,
    spec: &FallbackSpec,
) -> Result<EnvironmentSays, String> {
    let says = |variables: &Result<_, String>| match variables {
        Ok(variables) => Ok(environment(variables, spec)),
        Err(why) => Err(why.clone()),
    };
    let Some(alias) = function.alias.as_ref().filter(|alias| alias.is_pinned()) else {
        return says(&function.variables);
    };
    let mut most = says(&alias.variables)?;
    for (version, share) in alias.routing.iter().filter(|(_, share)| **share > 0.0) {
        let unread = Err("not read".to_owned());
        let found = says(alias.routed.get(version).unwrap_or(&unread))
            .map_err(|why| format!("version {version}: {why}"))?;
        if exposes(&found) > exposes(&most) {
            most = found;
            let percent = 100.0 * share;
            let _ = write!(
                most.words,
                " (version {version}, {percent:.0} % of the traffic)"
            );
        }
    }
    Ok(most)
}

/// What an environment that does not say may expose counts as everybody.
fn exposes(says: &EnvironmentSays) -> Percent {
    says.percent.unwrap_or(Percent::FULL)
}

fn is_off(value: &str) -> bool {
    matches!(
        value.trim().to_ascii_lowercase().as_str(),
        "false" | "0" | "no" | "off" | ""
    )
}

fn percent(value: &str) -> Option<Percent> {
    let number: f64 = value.trim().parse().ok()?;
    ((0.0..=100.0).contains(&number) && number.fract() == 0.0)
        .then(|| Percent::new(number as u8))
        .flatten()
}
