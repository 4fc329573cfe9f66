//! `coalmine config check`: every fault at once with line and column, and files that are none.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use coalmine::config;
use serde_json::Value;

use crate::run::{command, home, run};

fn write(home: &Path, text: impl AsRef<[u8]>) {
    fs::write(home.join("coalmine.toml"), text).unwrap();
}

const FAULTY: &str = "\
[rollout.a]
environment = \"prod\"
stages = [ { percent = 10 }, { percent = 120 } ]
cache_tll = \"60s\"

[rollout.a.flag]
ssm = \"/a\"

[[rollout.a.signal]]
name = \"p95\"
metric = { namespace = \"N\", name = \"M\", stat = \"p95\", period = \"banana\" }
act = \"> 7 parsecs\"
";

#[test]
fn every_fault_is_told_at_once_with_line_and_column() {
    let home = home();
    write(home.path(), FAULTY);
    let ran = run(&["config", "check"], home.path());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for (line, word) in [
        (3, "120"),
        (4, "cache_ttl"),
        (11, "banana"),
        (12, "parsecs"),
    ] {
        let place = format!("coalmine.toml:{line}:");
        let told = ran.err.lines().find(|told| told.contains(&place));
        assert!(
            told.is_some_and(|told| told.contains(word)),
            "{place} {word} in\n{}",
            ran.err
        );
    }
    assert!(
        ran.err.lines().all(|line| line.starts_with("coalmine: ")),
        "{}",
        ran.err
    );
}

#[test]
fn as_json_it_is_one_object_with_the_same_faults() {
    let home = home();
    write(home.path(), FAULTY);
    let ran = run(&["config", "check", "--json"], home.path());
    assert_eq!(
        (ran.code, ran.err.as_str(), ran.out.lines().count()),
        (2, "", 1)
    );
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&answer["ok"], &answer["file"]),
        (&Value::Bool(false), &Value::from("coalmine.toml"))
    );
    let lines: Vec<u64> = answer["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["line"].as_u64().unwrap())
        .collect();
    assert!(
        lines.is_sorted() && [3, 4, 11, 12].iter().all(|line| lines.contains(line)),
        "{answer}"
    );
    let text = run(&["config", "check"], home.path()).err;
    assert_eq!(text.lines().count(), lines.len());

    write(home.path(), config::seed_text());
    let ran = run(&["config", "check", "--json"], home.path());
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &answer["ok"]), (0, &Value::Bool(true)));
    assert_eq!(
        (&answer["rollouts"][0], &answer["faults"]),
        (&Value::from("partial-results"), &Value::Array(Vec::new()))
    );
}

#[test]
fn a_runbook_that_is_not_there_is_a_warning_and_no_fault() {
    let home = home();
    let named = config::seed_text().replace("builtin:rollback", "runbooks/ours.md");
    assert!(named.contains("runbooks/ours.md"));
    write(home.path(), &named);
    let ran = run(&["config", "check"], home.path());
    assert_eq!((ran.code, ran.err.lines().count()), (0, 1), "{}", ran.err);
    let words = "warning: rollout.partial-results.runbook.file: runbooks/ours.md is not there";
    assert!(ran.err.contains(words), "{}", ran.err);
    let warnings = || {
        let ran = run(&["config", "check", "--json"], home.path());
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        answer["warnings"].as_array().unwrap().len()
    };
    assert_eq!(warnings(), 1);
    fs::create_dir(home.path().join("runbooks")).unwrap();
    fs::write(home.path().join("runbooks/ours.md"), "# Ours\n").unwrap();
    assert_eq!(warnings(), 0);
    assert_eq!(run(&["config", "check"], home.path()).err, "");
}

#[test]
fn a_byte_order_mark_and_other_line_ends_change_nothing() {
    let home = home();
    write(
        home.path(),
        format!("\u{feff}{}", config::seed_text().replace('\n', "\r\n")),
    );
    assert_eq!(run(&["config", "check"], home.path()).code, 0);
    write(
        home.path(),
        format!("\u{feff}{}", FAULTY.replace('\n', "\r\n")),
    );
    let strange = run(&["config", "check"], home.path()).err;
    write(home.path(), FAULTY);
    assert_eq!(strange, run(&["config", "check"], home.path()).err);
}

#[test]
fn files_that_are_no_config_are_told_as_what_they_are() {
    let home = home();
    fs::create_dir(home.path().join("dir")).unwrap();
    fs::write(home.path().join("latin1.toml"), b"# caf\xe9\n").unwrap();
    fs::write(home.path().join("empty.toml"), "").unwrap();
    fs::write(home.path().join("huge.toml"), vec![b'#'; 2 << 20]).unwrap();
    fs::write(home.path().join("syntax.toml"), "[rollout.a\n").unwrap();
    for (name, words) in [
        ("missing.toml", "no such file"),
        ("dir", "directory"),
        ("latin1.toml", "latin1.toml:1:6: this byte is not UTF-8"),
        ("empty.toml", "empty.toml"),
        ("huge.toml", "1 MiB"),
        ("syntax.toml", "syntax.toml:1:"),
    ] {
        let ran = run(&["config", "check", "--config", name], home.path());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}");
        assert!(ran.err.contains(words), "{name}: {}", ran.err);
        let ran = run(
            &["config", "check", "--json", "--config", name],
            home.path(),
        );
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        assert!(
            answer["ok"] == false && !answer["faults"].as_array().unwrap().is_empty(),
            "{name}: {answer}"
        );
    }
}

#[test]
fn no_byte_of_the_file_drives_the_terminal() {
    let home = home();
    write(
        home.path(),
        "[rollout.a]\n\"evil\\u001b[2J\\u0007\\u202e\" = 1\n",
    );
    for args in [&["config", "check"][..], &[], &["--rollout", "\u{1b}[2J"]] {
        let ran = run(args, home.path());
        assert_eq!(ran.code, 2);
        let strange = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!ran.err.contains(strange), "{:?}", ran.err);
        assert!(ran.err.contains("evil"), "{}", ran.err);
    }
}

#[test]
fn a_reader_that_has_gone_away_is_no_panic() {
    let home = home();
    write(home.path(), config::seed_text());
    for args in [
        &["config", "check"][..],
        &["config", "check", "--json"],
        &["--help"],
        &["init", "--config", "new.toml"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(args, home.path())
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!err.contains("panicked"), "{args:?}: {err}");
        assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
    }
}
