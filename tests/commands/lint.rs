//! `coalmine runbook lint` as a script meets it: exit codes, what goes where, and that no configuration can stand in its way.

use std::path::Path;

use coalmine::config;

use crate::bench::{Ran, bare, ran};

const TEAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/runbooks/team-rollback.md"
);

fn in_home(home: &Path, args: &[&str]) -> Ran {
    ran(bare(args, home).output().unwrap())
}

fn lint(args: &[&str]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    in_home(home.path(), &[&["runbook", "lint"], args].concat())
}

/// Lints a page that lies in the home.
fn page(text: &str, args: &[&str]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("page.md"), text).unwrap();
    in_home(
        home.path(),
        &[&["runbook", "lint", "page.md"], args].concat(),
    )
}

#[test]
fn errors_end_with_one_and_the_json_is_as_published() {
    let ran = lint(&[TEAM, "--json"]);
    let answer = ran.ends(1).json("runbook-lint");
    assert_eq!(
        answer["title"],
        "Rollback Runbook for Partial Results Feature"
    );
    assert!(
        answer["rollout"].is_null() && ran.err.contains("judged without a rollout"),
        "{}",
        ran.err
    );
    let findings = answer["findings"].as_array().unwrap();
    let errors = findings
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .count();
    assert_eq!(answer["counts"]["error"], errors);
    assert!(errors >= 10 && findings.len() > errors);
    let ran = lint(&[TEAM]);
    assert!(ran.ends(1).out.contains("environment-map-replaced") && ran.out.contains("instead:"));
    assert!(!ran.out.contains('\u{1b}'), "no colours in a pipe");
}

#[test]
fn warnings_alone_and_nothing_at_all_end_with_zero() {
    let warned = page(
        "# A\n\n```bash\naws appconfig get-configuration --client-id a\n```\n",
        &["--json"],
    );
    let answer = warned.ends(0).json("runbook-lint");
    assert_eq!(
        (&answer["counts"]["warning"], &answer["findings"][0]["line"]),
        (&1.into(), &4.into())
    );
    let clean = page("# A\n\n```bash\naws s3 ls\n```\n", &[]);
    assert!(
        clean.ends(0).out.contains("0 errors, 0 warnings, 0 info"),
        "{}",
        clean.out
    );
    assert_eq!(
        page("", &["--json"]).ends(0).json("runbook-lint")["findings"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    lint(&["no-such.md"]).ends(2);
    lint(&[]).ends(2);
    lint(&[TEAM, "--percentage", "101"]).ends(2);
}

#[test]
fn the_rollout_is_used_where_there_is_one_and_never_stands_in_the_way() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("coalmine.toml");
    std::fs::write(&file, config::seed_text()).unwrap();
    let ran = in_home(
        home.path(),
        &["runbook", "lint", TEAM, "--json", "--percentage", "10"],
    );
    let answer = ran.ends(1).json("runbook-lint");
    assert_eq!(
        (&answer["rollout"], ran.err.as_str()),
        (&"partial-results".into(), "")
    );
    let rules: Vec<&str> = answer["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f["rule"].as_str())
        .collect();
    assert!(rules.contains(&"reduce-raises"), "{rules:?}");
    std::fs::write(&file, "[rollout.a]\nstage = 1\n").unwrap();
    let ran = in_home(home.path(), &["runbook", "lint", TEAM, "--json"]);
    let answer = ran.ends(1).json("runbook-lint");
    assert!(
        answer["rollout"].is_null()
            && ran.err.contains("stage")
            && ran.err.contains("judged without one"),
        "{}",
        ran.err
    );
    let ran = in_home(
        home.path(),
        &["runbook", "lint", TEAM, "--config", "elsewhere.toml"],
    );
    assert!(ran.ends(1).err.contains("elsewhere.toml"), "{}", ran.err);
}

#[test]
fn a_page_drives_no_terminal() {
    let ran = page(
        "# \u{1b}[2J\n\n```bash\naws x --a '<b\u{202e}c>' --f <\u{7}y> YOUR_\u{1b}X\naws appconfig get-configuration --client-id \u{1b}]0;x\u{7}\n```\n",
        &[],
    );
    assert!(
        !ran.ends(0)
            .out
            .contains(|c: char| c.is_control() && c != '\n'),
        "{:?}",
        ran.out
    );
}
