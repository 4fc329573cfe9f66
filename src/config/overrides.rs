//! What the command line says about the config: which rollout, profile and region, or a rollout without any file.

use std::path::PathBuf;

use super::{Config, ConfigError, Console, Located, find, load, nearest, rollout, seed};
use crate::domain::Environment;
use crate::domain::rollout::{AlarmsSpec, FlagSource, RolloutSpec};
use crate::domain::signal::{MetricQuery, Missing, SignalSource, SignalSpec};

/// The flags of the command line that concern the config.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--rollout`: only this one.
    pub rollout: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--env`: without a config the environment of the built-in rollout; with one, only the rollouts of this environment.
    pub env: Option<String>,
    /// `--parameter-name`: the SSM parameter that holds the flag.
    pub parameter: Option<String>,
}

/// The config as the command line wants it, and the file that it came from. With `--env` or `--parameter-name` and no `--config`
/// no file is looked for.
///
/// # Errors
/// Whatever [`find()`] and [`load`] report, and [`ConfigError::Choice`] when a flag fits nothing in the file.
pub fn resolve(overrides: &Overrides) -> Result<(Config, Option<Located>), ConfigError> {
    let bare = overrides.env.is_some() || overrides.parameter.is_some();
    if overrides.config.is_none() && bare {
        let rollout = without_file(overrides.env.as_deref(), overrides.parameter.as_deref())?;
        let config = Config {
            rollouts: vec![rollout],
            console: Console::default(),
        };
        return Ok((apply(config, overrides)?, None));
    }
    let located = find(overrides.config.as_deref())?;
    let config = load(&located.path)?;
    Ok((apply(config, overrides)?, Some(located)))
}

/// A config with the flags applied to it.
///
/// # Errors
/// [`ConfigError::Choice`] when no rollout has the name or the environment, when one parameter is meant for several rollouts, or
/// when its name is none.
pub fn apply(mut config: Config, overrides: &Overrides) -> Result<Config, ConfigError> {
    let choice = |text: String| Err(ConfigError::Choice(text));
    let names: Vec<_> = config.rollouts.iter().map(|r| r.name.clone()).collect();
    if let Some(wanted) = &overrides.rollout {
        config.rollouts.retain(|r| r.name == *wanted);
        if config.rollouts.is_empty() {
            return choice(match nearest(wanted, names.iter().map(String::as_str)) {
                Some(near) => format!("no rollout is called `{wanted}`: did you mean `{near}`?"),
                None => format!(
                    "no rollout is called `{wanted}`; there are: {}",
                    names.join(", ")
                ),
            });
        }
    }
    if let Some(wanted) = &overrides.env {
        config.rollouts.retain(|r| r.environment.0 == *wanted);
        if config.rollouts.is_empty() {
            return choice(format!("no rollout is in environment `{wanted}`"));
        }
    }
    if let Some(parameter) = &overrides.parameter {
        rollout::check_parameter(parameter)
            .map_err(|text| ConfigError::Choice(format!("--parameter-name: {text}")))?;
        match config.rollouts.as_mut_slice() {
            [one] => one.flag.source = FlagSource::Ssm(parameter.clone()),
            _ => {
                return choice(
                    "--parameter-name needs one rollout: choose it with --rollout".to_owned(),
                );
            }
        }
    }
    for rollout in &mut config.rollouts {
        rollout.profile = overrides.profile.clone().or(rollout.profile.take());
        rollout.region = overrides.region.clone().or(rollout.region.take());
    }
    Ok(config)
}

/// The built-in rollout for an environment or a parameter, without a file. The region is left to the AWS configuration.
///
/// `prod` bears the plain names; `dev` has `/audio-transcription/dev/partial-results/config`, `audio-processor-dev` and so on. Without
/// an environment it is read from such a parameter name, else it is `prod`, which asks the most of a raise. Other environments
/// than `prod` watch only what bears their name: the metrics of the feature itself and the alarms name no environment, and another
/// environment's calm says nothing about this one.
///
/// # Errors
/// [`ConfigError::Choice`] when a name is none.
pub fn without_file(
    env: Option<&str>,
    parameter: Option<&str>,
) -> Result<RolloutSpec, ConfigError> {
    let mut spec = seed::demo()?;
    spec.region = None;
    let env = env
        .or_else(|| parameter.and_then(environment_in))
        .unwrap_or("prod");
    if env.is_empty()
        || !env
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    {
        return Err(ConfigError::Choice(format!(
            "--env: `{env}` is no name of an environment"
        )));
    }
    spec.environment = Environment(env.to_owned());
    if !spec.environment.is_prod() {
        rename(&mut spec, env);
    }
    if let Some(parameter) = parameter {
        rollout::check_parameter(parameter)
            .map_err(|text| ConfigError::Choice(format!("--parameter-name: {text}")))?;
        spec.flag.source = FlagSource::Ssm(parameter.to_owned());
    }
    Ok(spec)
}

/// The environment in a name such as `/audio-transcription/dev/partial-results/config`.
fn environment_in(parameter: &str) -> Option<&str> {
    let rest = parameter.strip_prefix("/audio-transcription/")?;
    rest.strip_suffix("/partial-results/config")
        .filter(|env| !env.contains('/'))
}

fn rename(spec: &mut RolloutSpec, env: &str) {
    spec.flag.source =
        FlagSource::Ssm(format!("/audio-transcription/{env}/partial-results/config"));
    if let Some(fallback) = &mut spec.fallback {
        fallback.function = format!("{}-{env}", fallback.function);
    }
    if let Some(logs) = &mut spec.logs {
        logs.groups
            .iter_mut()
            .for_each(|group| *group = format!("{group}-{env}"));
        logs.treated.metric = None;
    }
    spec.signals
        .retain_mut(|signal| rename_metrics(signal, env));
    let signals = &spec.signals;
    spec.rules
        .retain(|rule| signals.iter().any(|signal| signal.name == rule.signal));
    spec.alarms = AlarmsSpec::None;
}

/// Points the signal at the environment's function; `false` when it has a metric that names no function.
fn rename_metrics(signal: &mut SignalSpec, env: &str) -> bool {
    let heartbeat = match &mut signal.missing {
        Missing::Zero { heartbeat } => Some(heartbeat),
        Missing::Unknown => None,
    };
    let metrics: Vec<&mut MetricQuery> = match &mut signal.source {
        SignalSource::Metric(query) => vec![query],
        SignalSource::Expression { metrics, .. } => {
            metrics.iter_mut().map(|(_, query)| query).collect()
        }
        SignalSource::Counted => Vec::new(),
    };
    let mut named = true;
    for query in metrics.into_iter().chain(heartbeat) {
        match query
            .dimensions
            .iter_mut()
            .find(|(name, _)| name == "FunctionName")
        {
            Some((_, function)) => *function = format!("{function}-{env}"),
            None => named = false,
        }
    }
    named
}
