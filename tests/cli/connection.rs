//! Where the console's calls go: the SDK's own variables, the flag that counts before them, and the region.

use std::path::Path;

use coalmine::config;
use coalmine::sim::{Sim, SimOptions};

use crate::control::count;
use crate::pty::Pty;
use crate::run::home;

fn sim() -> Sim {
    let options = SimOptions {
        speed: 0.0,
        ..SimOptions::default()
    };
    Sim::start(options).unwrap()
}

fn with_config(home: &Path) {
    config::init(&home.join("coalmine.toml")).unwrap();
}

const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL"),
    ("AWS_SECRET_ACCESS_KEY", "rehearsal"),
];

fn console(args: &[&str], env: &[(&str, &str)], home: &Path) -> Pty {
    let state = home.join("state").display().to_string();
    let mut all = KEYS.to_vec();
    all.push(("COALMINE_STATE_DIR", state.as_str()));
    all.extend(env);
    Pty::coalmine(args, &all, (120, 40), home)
}

#[test]
fn the_sdks_own_variable_names_the_endpoint() {
    let (sim, home) = (sim(), home());
    with_config(home.path());
    let console = console(&[], &[("AWS_ENDPOINT_URL", &sim.url())], home.path());
    console.see("123456789012");
    assert!(
        count(sim.addr(), "ssm:GetParameter") > 0
            && count(sim.addr(), "cloudwatch:GetMetricData") > 0
    );
}

#[test]
fn the_flag_counts_before_the_variable() {
    let (sim, home) = (sim(), home());
    with_config(home.path());
    let console = console(
        &["--endpoint-url", &sim.url()],
        &[("AWS_ENDPOINT_URL", "http://127.0.0.1:9")],
        home.path(),
    );
    console.see("123456789012");
}

#[test]
fn without_any_region_it_says_how_to_name_one() {
    let (sim, home) = (sim(), home());
    let console = console(
        &["--env", "prod", "--endpoint-url", &sim.url()],
        &[],
        home.path(),
    );
    console.see("no AWS region");
    let console = self::console(
        &["--env", "dev", "--endpoint-url", &sim.url()],
        &[("AWS_REGION", "us-east-1")],
        home.path(),
    );
    console.see("123456789012");
}

#[test]
fn an_endpoint_that_is_no_url_is_told() {
    let home = home();
    with_config(home.path());
    let console = console(&["--endpoint-url", "localhost:4566"], &[], home.path());
    console.see("is not an http or https URL");
}
