//! `coalmine config check|example|schema|print`. They connect to nothing.

use serde_json::json;

use super::page::{Page, Role, widest};
use super::{code, complain, print};
use crate::cli::Global;
use crate::config::{self, Config, ConfigError};

/// Reports every fault of the configuration at once, and as a warning what is wrong with the `theme`. Answers the exit code.
pub fn check(global: &Global, theme: Option<String>) -> color_eyre::Result<u8> {
    let located = config::find(global.config.as_deref());
    let file = located
        .as_ref()
        .ok()
        .map(|located| located.path.display().to_string());
    let found = located.and_then(|located| config::load(&located.path));
    if let Err(fault) = &found
        && !global.json
    {
        complain(&fault.to_string());
    }
    let names: Vec<&str> = found
        .iter()
        .flat_map(|c| c.rollouts.iter().map(|r| r.name.as_str()))
        .collect();
    let mut warnings: Vec<String> = found.iter().flat_map(config::warnings).collect();
    warnings.extend(theme.filter(|_| found.is_ok()));
    if global.json {
        let answer = json!({ "file": file, "ok": found.is_ok(), "rollouts": names, "faults": faults(&found), "warnings": warnings });
        print(&answer.to_string())?;
    } else if found.is_ok() {
        let rollouts = if names.len() == 1 {
            "1 rollout".to_owned()
        } else {
            format!("{} rollouts", names.len())
        };
        print(&format!(
            "{}: good, {rollouts}: {}",
            file.unwrap_or_default(),
            names.join(", ")
        ))?;
        for warning in warnings {
            complain(&format!("warning: {warning}"));
        }
    }
    Ok(if found.is_ok() { 0 } else { 2 })
}

/// Prints the commented example. Answers the exit code.
pub fn example() -> color_eyre::Result<u8> {
    print(config::seed_text().trim_end())?;
    Ok(code::DONE)
}

/// Prints the JSON Schema of the configuration. Answers the exit code.
pub fn schema() -> color_eyre::Result<u8> {
    print(config::schema_text().trim_end())?;
    Ok(code::DONE)
}

/// Prints every value in force with where it came from; `theme` is what `$COALMINE_THEME` says. Answers the exit code.
pub fn settings(
    global: &Global,
    overrides: &config::Overrides,
    (variables, theme): (&config::AwsVariables, Option<&str>),
    page: Page,
) -> color_eyre::Result<u8> {
    let wish = |key, value: Option<&str>, from| {
        value.map(|value| config::ConsoleWish {
            key,
            value: value.to_owned(),
            from,
        })
    };
    let wishes: Vec<_> = [
        wish("theme", global.theme.as_deref(), "--theme"),
        wish("theme", theme, "$COALMINE_THEME"),
        wish("color", global.color.as_deref(), "--color"),
        wish("charset", global.charset.as_deref(), "--charset"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let endpoint = global.endpoint_url.as_deref();
    let settings = config::settings(overrides, endpoint, variables, &wishes)?;
    if global.json {
        print(&json!({ "settings": settings }).to_string())?;
        return Ok(code::DONE);
    }
    let keys = widest(settings.iter().map(|setting| setting.key.as_str()));
    let lines: Vec<String> = settings
        .iter()
        .map(|setting| {
            let value = setting
                .value
                .as_ref()
                .map_or_else(|| "(none)".to_owned(), ToString::to_string);
            format!(
                "{}  {}  {}",
                page.cell(Role::Plain, &setting.key, keys),
                page.put(Role::Strong, value),
                page.put(Role::Faint, format!("({})", setting.from))
            )
        })
        .collect();
    print(&lines.join("\n"))?;
    Ok(code::DONE)
}

/// Every fault as its own object; what is not a fault of the text is one without a place.
fn faults(found: &Result<Config, ConfigError>) -> Vec<serde_json::Value> {
    match found {
        Ok(_) => Vec::new(),
        Err(ConfigError::Faults(faults)) => faults.iter().map(|fault| json!(fault)).collect(),
        Err(other) => vec![json!({ "text": other.to_string() })],
    }
}
