//! The `runbook` table: its file, and what a team's own commands mean.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::domain::runbook::Command;
use crate::domain::runbook::native::recognise;

fn with(table: &str) -> String {
    format!(
        "[rollout.a]\nenvironment = \"dev\"\nstages = [ {{ percent = 10 }} ]\n[rollout.a.flag]\nssm = \"/a\"\n[rollout.a.runbook]\n{table}\n"
    )
}

fn faults(table: &str) -> Vec<ConfigFault> {
    parse("c.toml", &with(table)).err().unwrap_or_default()
}

#[test]
fn patterns_of_a_config_mean_what_it_says() {
    let text = with(
        "file = \"r.md\"\n[[rollout.a.runbook.native]]\nmatch = \"ourctl flag off *\"\nthen = \"disable\"\n[[rollout.a.runbook.native]]\nmatch = \"ourctl flag set --share N *\"\nthen = \"set N\"",
    );
    let spec = parse("c.toml", &text).unwrap().rollouts.remove(0);
    assert_eq!(
        (spec.runbook.as_deref(), spec.native.len()),
        (Some("r.md"), 2)
    );
    let command = Command {
        lang: "bash".to_owned(),
        text: "sudo ourctl flag off --now\nourctl flag set --share 20 x".to_owned(),
        line: 1,
    };
    let words: Vec<_> = recognise(&command, &spec.native, Some(&spec))
        .into_iter()
        .map(|native| native.words)
        .collect();
    assert_eq!(words, ["disable", "set 20"]);
}

#[test]
fn patterns_alone_need_no_file_and_nothing_at_all_does() {
    assert_eq!(
        faults("native = [ { match = \"x\", then = \"logs\" } ]"),
        []
    );
    let missing = faults("");
    assert_eq!(missing[0].path, "rollout.a.runbook.file");
}

#[test]
fn faults_of_patterns_are_told_where_they_are() {
    for (table, path, text) in [
        (
            "file = \"r.md\"\nnative = [ { match = \"x\", then = \"explode\" } ]",
            "rollout.a.runbook.native[0].then",
            "nothing that this console does",
        ),
        (
            "file = \"r.md\"\nnative = [ { match = \"* off\", then = \"disable\" } ]",
            "rollout.a.runbook.native[0].match",
            "begins with one",
        ),
        (
            "file = \"r.md\"\nnative = [ { match = \"x\", then = \"set N\" } ]",
            "rollout.a.runbook.native[0].match",
            "no `N`",
        ),
        (
            "file = \"r.md\"\nnative = [ { match = \"x\" } ]",
            "rollout.a.runbook.native[0].then",
            "missing",
        ),
        (
            "file = \"r.md\"\nnative = [ { match = \"x\", then = \"logs\", when = 1 } ]",
            "rollout.a.runbook.native[0].when",
            "when",
        ),
        (
            "file = \"r.md\"\nnativ = []",
            "rollout.a.runbook.nativ",
            "nativ",
        ),
    ] {
        let all = faults(table);
        assert_eq!(all.len(), 1, "{table}: {all:?}");
        assert_eq!(all[0].path, path);
        assert!(all[0].to_string().contains(text), "{}", all[0]);
    }
}

#[test]
fn the_example_shows_a_pattern_that_is_one() {
    let text = seed_text();
    let line = text
        .lines()
        .find(|line| line.starts_with("# native = ["))
        .unwrap();
    let table = format!("file = \"r.md\"\n{}", line.trim_start_matches("# "));
    assert_eq!(faults(&table), []);
}

#[test]
fn what_is_in_force_is_printed() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("c.toml");
    std::fs::write(
        &file,
        with("native = [ { match = \"x\", then = \"logs\" } ]"),
    )
    .unwrap();
    let overrides = Overrides {
        config: Some(file),
        ..Overrides::default()
    };
    let all = settings(&overrides, None, &AwsVariables::default(), &[]).unwrap();
    let key = "rollout.a.runbook.native[0].match";
    let found = all.iter().find(|setting| setting.key == key).unwrap();
    assert_eq!(found.value, Some("x".into()));
    assert!(found.from.ends_with("c.toml:7"), "{}", found.from);
}
