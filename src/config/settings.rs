//! Every value in force and where it came from: a line of the file, a flag, a variable, or the built-in default. It validates
//! nothing that [`super::load`] has not validated.

use std::ops::Range;

use serde::Serialize;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::{Config, ConfigError, Overrides, resolve};
use crate::domain::rollout::{AlarmsSpec, FlagSource, RolloutSpec};
use crate::domain::signal::format_span;

mod console;

pub use console::ConsoleWish;

/// The JSON Schema of the configuration.
pub fn schema_text() -> &'static str {
    include_str!("../../docs/schema/config.json")
}

/// What the AWS SDK's own variables say, where they are set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsVariables {
    /// `$AWS_REGION`, else `$AWS_DEFAULT_REGION`.
    pub region: Option<String>,
    /// Whether the region is that of `$AWS_DEFAULT_REGION`.
    pub region_by_default: bool,
    /// `$AWS_PROFILE`.
    pub profile: Option<String>,
    /// `$AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
}

/// One value in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// Its key, such as `rollout.partial-results.cache_ttl`.
    pub key: String,
    /// The value; null where there is none.
    pub value: Option<Value>,
    /// Where it came from: `coalmine.toml:12`, `--region`, `$AWS_REGION`, `default`.
    pub from: String,
}

/// Every value in force of the rollouts that the command line chooses.
///
/// # Errors
/// As [`resolve`].
pub fn settings(
    overrides: &Overrides,
    endpoint: Option<&str>,
    variables: &AwsVariables,
    wishes: &[ConsoleWish],
) -> Result<Vec<Setting>, ConfigError> {
    let (config, located) = resolve(overrides)?;
    let mut out = vec![endpoint_setting(endpoint, variables)];
    match located {
        Some(located) => {
            let name = located.path.display().to_string();
            let text = std::fs::read_to_string(&located.path).map_err(|error| {
                ConfigError::Unreadable {
                    path: name.clone(),
                    text: error.to_string(),
                }
            })?;
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            of_file(&config, &name, text, &mut out);
        }
        None => config
            .rollouts
            .iter()
            .for_each(|spec| built_in(spec, &mut out)),
    }
    for spec in &config.rollouts {
        override_with(spec, overrides, variables, &mut out);
    }
    console::fill(wishes, &mut out);
    Ok(out)
}

fn setting(key: String, value: Option<Value>, from: impl Into<String>) -> Setting {
    Setting {
        key,
        value,
        from: from.into(),
    }
}

fn endpoint_setting(endpoint: Option<&str>, variables: &AwsVariables) -> Setting {
    let (value, from) = match (endpoint, &variables.endpoint) {
        (Some(url), _) => (Some(url.into()), "--endpoint-url"),
        (None, Some(url)) => (Some(url.as_str().into()), "$AWS_ENDPOINT_URL"),
        (None, None) => (None, "default: AWS"),
    };
    setting("endpoint".to_owned(), value, from)
}

/// The leaves of the file that belong to the chosen rollouts, then the defaults of what it does not say.
fn of_file(config: &Config, name: &str, text: &str, out: &mut Vec<Setting>) {
    let (root, _) = DeTable::parse_recoverable(text);
    let place = |span: Range<usize>| {
        let before = text.get(..span.start).unwrap_or_default();
        format!("{name}:{}", 1 + before.matches('\n').count())
    };
    if let Some(console) = root.get_ref().get("console") {
        leaves("console", console.get_ref(), &console.span(), &place, out);
    }
    let chosen = |rollout: &str| config.rollouts.iter().any(|spec| spec.name == rollout);
    let rollouts = root
        .get_ref()
        .get("rollout")
        .and_then(|rollouts| rollouts.get_ref().as_table());
    for (rollout, table) in rollouts.into_iter().flatten() {
        if chosen(rollout.get_ref()) {
            let key = format!("rollout.{}", rollout.get_ref());
            leaves(&key, table.get_ref(), &table.span(), &place, out);
        }
    }
    for spec in &config.rollouts {
        defaults(spec, out);
    }
}

fn leaves(
    key: &str,
    value: &DeValue<'_>,
    span: &Range<usize>,
    place: &impl Fn(Range<usize>) -> String,
    out: &mut Vec<Setting>,
) {
    match value {
        DeValue::Table(table) => {
            for (name, member) in table {
                let name = name.get_ref();
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                let name = if !name.is_empty() && name.chars().all(plain) {
                    name.to_string()
                } else {
                    Value::from(name.as_ref()).to_string()
                };
                leaves(
                    &format!("{key}.{name}"),
                    member.get_ref(),
                    &member.span(),
                    place,
                    out,
                );
            }
        }
        DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
            for (index, item) in items.iter().enumerate() {
                leaves(
                    &format!("{key}[{index}]"),
                    item.get_ref(),
                    &item.span(),
                    place,
                    out,
                );
            }
        }
        leaf => out.push(setting(
            key.to_owned(),
            Some(json_of(leaf)),
            place(span.clone()),
        )),
    }
}

fn json_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::from(number.as_str()), Value::from),
        DeValue::Float(number) => number
            .as_str()
            .parse::<f64>()
            .map_or_else(|_| Value::from(number.as_str()), Value::from),
        DeValue::Boolean(value) => Value::from(*value),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| json_of(item.get_ref())).collect(),
        DeValue::Table(table) => Value::Object(
            table
                .iter()
                .map(|(name, value)| (name.get_ref().to_string(), json_of(value.get_ref())))
                .collect(),
        ),
    }
}

/// What the file leaves to the defaults.
fn defaults(spec: &RolloutSpec, out: &mut Vec<Setting>) {
    let key = |name: &str| format!("rollout.{}.{name}", spec.name);
    let mut add = |name: &str, value: Value| {
        let key = key(name);
        if !out.iter().any(|setting| setting.key == key) {
            out.push(setting(key, Some(value), "default"));
        }
    };
    add("cache_ttl", format_span(spec.cache_ttl).into());
    add("flag.comparison", comparison(spec));
    if let Some(runbook) = &spec.runbook {
        add("runbook.file", runbook.as_str().into());
    }
    if let Some(fallback) = &spec.fallback {
        add(
            "fallback.enabled_variable",
            fallback.enabled_variable.as_str().into(),
        );
        add(
            "fallback.percentage_variable",
            fallback.percentage_variable.as_str().into(),
        );
    }
    if let Some(logs) = &spec.logs {
        add("logs.lag", format_span(logs.lag).into());
        add("logs.min_sessions", logs.min_sessions.into());
        add("logs.lines", logs.lines.into());
    }
    for (index, signal) in spec.signals.iter().enumerate() {
        add(
            &format!("signal[{index}].samples"),
            signal.min_samples.into(),
        );
        add(&format!("signal[{index}].periods"), signal.periods.into());
        add(
            &format!("signal[{index}].treated_only"),
            signal.treated_only.into(),
        );
    }
    for (index, rule) in spec.rules.iter().enumerate() {
        add(&format!("rule[{index}].periods"), rule.periods.into());
    }
}

fn comparison(spec: &RolloutSpec) -> Value {
    use crate::domain::flag::Comparison;
    match spec.flag.shape.comparison {
        Comparison::Below => "<".into(),
        Comparison::BelowOrEqual => "<=".into(),
    }
}

/// A rollout that no file describes.
fn built_in(spec: &RolloutSpec, out: &mut Vec<Setting>) {
    let mut add = |name: &str, value: Value| {
        let key = format!("rollout.{}.{name}", spec.name);
        out.push(setting(key, Some(value), "built in"));
    };
    add("environment", spec.environment.0.as_str().into());
    for (index, stage) in spec.stages.iter().enumerate() {
        add(
            &format!("stages[{index}].percent"),
            stage.percent.get().into(),
        );
        if let Some(bake) = stage.bake {
            add(&format!("stages[{index}].bake"), format_span(bake).into());
        }
    }
    match &spec.flag.source {
        FlagSource::Ssm(name) => add("flag.ssm", name.as_str().into()),
        FlagSource::File(path) => add("flag.file", path.as_str().into()),
    }
    if let Some(fallback) = &spec.fallback {
        add("fallback.lambda", fallback.function.as_str().into());
    }
    if let Some(logs) = &spec.logs {
        add("logs.groups", logs.groups.clone().into());
    }
    for (index, signal) in spec.signals.iter().enumerate() {
        add(
            &format!("signal[{index}].name"),
            signal.name.as_str().into(),
        );
    }
    match &spec.alarms {
        AlarmsSpec::Names(names) => add("alarms.names", names.clone().into()),
        AlarmsSpec::Prefix(prefix) => add("alarms.prefix", prefix.as_str().into()),
        AlarmsSpec::None => {}
    }
    defaults(spec, out);
}

/// What flags and variables say instead of, or in addition to, the file.
fn override_with(
    spec: &RolloutSpec,
    overrides: &Overrides,
    variables: &AwsVariables,
    out: &mut Vec<Setting>,
) {
    let mut put = |name: &str, value: Option<&String>, from: &str| {
        let key = format!("rollout.{}.{name}", spec.name);
        let value = value.map(|text| Value::from(text.as_str()));
        match out.iter_mut().find(|setting| setting.key == key) {
            Some(old) => (old.value, old.from) = (value, from.to_owned()),
            None => out.push(setting(key, value, from)),
        }
    };
    match (&overrides.region, &spec.region, &variables.region) {
        (Some(region), _, _) => put("region", Some(region), "--region"),
        (None, Some(_), _) => {}
        (None, None, Some(region)) => {
            let from = if variables.region_by_default {
                "$AWS_DEFAULT_REGION"
            } else {
                "$AWS_REGION"
            };
            put("region", Some(region), from);
        }
        (None, None, None) => put("region", None, "the AWS profile, if it names one"),
    }
    match (&overrides.profile, &spec.profile, &variables.profile) {
        (Some(profile), _, _) => put("profile", Some(profile), "--profile"),
        (None, Some(_), _) => {}
        (None, None, Some(profile)) => put("profile", Some(profile), "$AWS_PROFILE"),
        (None, None, None) => put("profile", None, "default"),
    }
    if let Some(env) = overrides
        .env
        .as_ref()
        .filter(|_| overrides.config.is_none())
    {
        put("environment", Some(env), "--env");
    }
    if let Some(parameter) = &overrides.parameter {
        put("flag.ssm", Some(parameter), "--parameter-name");
    }
}
