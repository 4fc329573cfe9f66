//! The IAM policies that `init` prints cover exactly the operations that the sources call: none is missing, none is there for nothing.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use coalmine::config;
use coalmine::domain::policy::{Place, policies};
use regex::Regex;
use serde_json::Value;

/// Whoever is signed in may ask who he is: IAM wants no permission for it.
const FREE: [&str; 1] = ["sts:GetCallerIdentity"];

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match (path.is_dir(), name.as_str()) {
            (_, "tests" | "tests.rs" | "fixtures.rs" | "fake.rs") => {}
            (true, _) => sources(&path, into),
            (false, _) => into.push(path),
        }
    }
}

/// The service of a client, as IAM calls it, by where its calls stand.
fn service(path: &Path) -> &'static str {
    let path = path.to_string_lossy();
    let services = [
        ("backends/ssm", "ssm"),
        ("backends/lambda_env", "lambda"),
        ("backends/cloudwatch", "cloudwatch"),
        ("backends/logs", "logs"),
        ("backends/caller", "sts"),
    ];
    let found = services.iter().find(|(place, _)| path.contains(place));
    found
        .unwrap_or_else(|| panic!("whose call is in {path}?"))
        .1
}

fn camel(operation: &str) -> String {
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    operation.split('_').map(word).collect()
}

/// Every operation of AWS that the sources call: a builder without arguments that begins with a verb of the API.
fn called() -> BTreeMap<String, PathBuf> {
    let verbs = "get|put|describe|list|filter|start|stop|update|publish|label|unlabel|delete|create|add|remove|tag|untag|set|enable|disable|invoke|test|modify|register|send|batch|assume|cancel|query";
    let call = Regex::new(&format!(r"\.((?:{verbs})_[a-z_]+)\(\)")).unwrap();
    let client = Regex::new(r"(?:client|reads|writes|self)\s*$").unwrap();
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/backends"),
        &mut files,
    );
    let mut all = BTreeMap::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for found in call.captures_iter(&text) {
            // A getter stands on a value, an operation on a client.
            let before = &text[..found.get(0).unwrap().start()];
            if client.is_match(before) {
                let action = format!("{}:{}", service(&path), camel(&found[1]));
                all.insert(action, path.clone());
            }
        }
    }
    all
}

fn actions(policy: &Value) -> BTreeSet<String> {
    let statements = policy["Statement"].as_array().unwrap();
    statements
        .iter()
        .flat_map(|statement| statement["Action"].as_array().unwrap())
        .map(|action| action.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_policies_cover_exactly_what_is_called() {
    let called = called();
    // Nothing was overlooked: each service is called, and by as many operations as there are today at least.
    assert!(called.len() >= 18, "{called:#?}");
    let policies = policies(&config::demo().unwrap(), &Place::default());
    let mut covered = actions(&policies.operator);
    covered.extend(actions(&policies.setup));
    let needed: BTreeSet<String> = called
        .keys()
        .filter(|action| !FREE.contains(&action.as_str()))
        .cloned()
        .collect();
    let missing: Vec<_> = needed.difference(&covered).collect();
    let idle: Vec<_> = covered.difference(&needed).collect();
    assert!(missing.is_empty(), "no policy allows {missing:?}");
    assert!(idle.is_empty(), "nothing calls {idle:?}");
}

#[test]
fn whoever_watches_may_read_all_that_an_operator_may_and_write_nothing() {
    let policies = policies(&config::demo().unwrap(), &Place::default());
    let (read, all) = (actions(&policies.read_only), actions(&policies.operator));
    let more: Vec<_> = all.difference(&read).map(String::as_str).collect();
    let writes = [
        "lambda:PublishVersion",
        "lambda:UpdateAlias",
        "lambda:UpdateFunctionConfiguration",
        "ssm:PutParameter",
    ];
    assert_eq!(more, writes);
    let parameter = |action: &str| {
        let statements = policies.read_only["Statement"].as_array().unwrap();
        let mut all = statements.iter().filter(|statement| {
            let actions = statement["Action"].as_array().unwrap();
            actions.iter().any(|one| one == action)
        });
        all.next().map(|statement| statement["Resource"].clone())
    };
    // Several rollouts are read by one call, and IAM looks at each parameter of it.
    assert_eq!(
        parameter("ssm:GetParameters"),
        parameter("ssm:GetParameter")
    );
}
