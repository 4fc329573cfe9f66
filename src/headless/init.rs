//! `coalmine init`: the configuration, the IAM policies that it needs, and what of it AWS does not have yet. Nothing that is there
//! is ever written over.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::page::{Page, Role};
use super::{code, complain, print};
use crate::cli::Global;
use crate::config;
use crate::domain::policy::{Place, Policies, policies};
use crate::domain::rollout::RolloutSpec;

mod apply;

pub use apply::{READS, apply};

/// What was done about the configuration.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its file.
    pub path: PathBuf,
    /// Whether it was written just now; else it was there.
    pub now: bool,
}

/// Where the configuration goes.
fn path(global: &Global) -> &Path {
    global
        .config
        .as_deref()
        .unwrap_or(Path::new("coalmine.toml"))
}

/// Writes the commented configuration, with the policies that it needs; never over an existing file. Answers the exit code.
pub fn init(global: &Global, page: Page) -> color_eyre::Result<u8> {
    let path = path(global);
    let name = path.display().to_string();
    if let Err(fault) = config::init(path) {
        complain(&fault.to_string());
        if global.json {
            print(&json!({ "written": null, "errors": [fault.to_string()] }).to_string())?;
        }
        return Ok(code::USAGE);
    }
    let spec = config::demo()?;
    let policies = policies(&spec, &Place::default());
    if global.json {
        let answer = json!({ "written": name, "errors": [], "policies": object(&policies) });
        print(&answer.to_string())?;
        return Ok(code::DONE);
    }
    let with = if path == Path::new("coalmine.toml") {
        String::new()
    } else {
        format!(" --config {name}")
    };
    print(&format!(
        "wrote {name}\nnext: coalmine config check{with}, then coalmine{with}; what AWS does not have yet: coalmine{with} init --apply"
    ))?;
    print(&lay_out(&policies, page))?;
    Ok(code::DONE)
}

/// Writes the configuration where there is none, for what is to be made from it. Answers where it is, or the exit code.
///
/// # Errors
/// It cannot be written.
pub fn ensure(global: &Global) -> Result<Written, config::ConfigError> {
    let path = path(global).to_owned();
    let there = path.try_exists().unwrap_or(true);
    if !there {
        config::init(&path)?;
    }
    Ok(Written { path, now: !there })
}

fn object(policies: &Policies) -> Value {
    json!({
        "read_only": policies.read_only,
        "operator": policies.operator,
        "setup": policies.setup,
    })
}

/// The policies of a rollout, where its account and region are known.
fn of(spec: &RolloutSpec, region: Option<String>, account: Option<String>) -> Policies {
    policies(spec, &Place { region, account })
}

fn lay_out(policies: &Policies, page: Page) -> String {
    let mut lines = Vec::new();
    for (title, policy) in [
        ("IAM policy to watch (read-only):", &policies.read_only),
        ("IAM policy to operate:", &policies.operator),
        (
            "on top of that, once, for `coalmine init --apply`:",
            &policies.setup,
        ),
    ] {
        lines.push(String::new());
        lines.push(page.put(Role::Strong, title));
        lines.push(serde_json::to_string_pretty(policy).unwrap_or_default());
    }
    lines.join("\n")
}
