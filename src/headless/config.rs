//! `coalmine init` and `coalmine config check`.

use std::io::Write;
use std::path::Path;

use crate::cli::Global;
use crate::config;

/// Writes the commented configuration; never over an existing file.
pub fn init(global: &Global) -> color_eyre::Result<u8> {
    let path = global
        .config
        .as_deref()
        .unwrap_or(Path::new("coalmine.toml"));
    if let Err(fault) = config::init(path) {
        eprintln!("coalmine: {fault}");
        return Ok(2);
    }
    let mut out = std::io::stdout().lock();
    if global.json {
        writeln!(out, "{}", serde_json::json!({ "written": path }))?;
    } else {
        writeln!(out, "wrote {}", path.display())?;
        writeln!(
            out,
            "next: coalmine config check --config {}, then coalmine --config {}",
            path.display(),
            path.display()
        )?;
    }
    Ok(0)
}

/// Reports every fault of the configuration at once.
pub fn check(global: &Global) -> color_eyre::Result<u8> {
    let mut out = std::io::stdout().lock();
    let located = match config::find(global.config.as_deref()) {
        Ok(located) => located,
        Err(fault) => {
            eprintln!("coalmine: {fault}");
            return Ok(2);
        }
    };
    let found = config::load(&located.path);
    let faults = faults(&found);
    if global.json {
        let rollouts: Vec<&str> = found
            .iter()
            .flat_map(|c| c.rollouts.iter().map(|r| r.name.as_str()))
            .collect();
        let answer = serde_json::json!({ "file": located.path, "ok": found.is_ok(), "rollouts": rollouts, "faults": faults });
        writeln!(out, "{answer}")?;
    } else if let Ok(config) = &found {
        let names: Vec<&str> = config.rollouts.iter().map(|r| r.name.as_str()).collect();
        writeln!(
            out,
            "{}: good, {} rollout(s): {}",
            located.path.display(),
            names.len(),
            names.join(", ")
        )?;
    }
    if let Err(fault) = &found
        && !global.json
    {
        eprintln!("{fault}");
    }
    Ok(if found.is_ok() { 0 } else { 2 })
}

/// Every fault as its own object; what is not a fault of the text is one without a place.
fn faults(found: &Result<config::Config, config::ConfigError>) -> Vec<serde_json::Value> {
    match found {
        Ok(_) => Vec::new(),
        Err(config::ConfigError::Faults(faults)) => faults
            .iter()
            .map(|fault| serde_json::json!(fault))
            .collect(),
        Err(other) => vec![serde_json::json!({ "text": other.to_string() })],
    }
}
