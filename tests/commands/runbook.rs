//! `runbook show` needs nothing but its file, and says what is wrong with that.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::bench::{Ran, bare, ran};

const TEAM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/runbooks/team-rollback.md"
);

fn show(args: &[&str], input: &[u8]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let all = [&["runbook", "show"][..], args].concat();
    let mut child = bare(&all, home.path())
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let ran = ran(child.wait_with_output().unwrap());
    drop(writer.join());
    ran
}

#[test]
fn the_structure_is_told_as_json() {
    let answer = show(&[TEAM, "--json"], b"").ends(0).json("runbook-show");
    assert_eq!(
        answer["title"],
        "Rollback Runbook for Partial Results Feature"
    );
    let scenario = answer["sections"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["title"] == "Scenario 1: High End-to-End Latency")
        .unwrap();
    assert_eq!(
        (&scenario["level"], &scenario["line"]),
        (&json!(3), &json!(207))
    );
    let now = &scenario["steps"][1];
    assert_eq!(
        now["conditions"][0],
        json!({
            "text": "p95 > 7 seconds", "line": 240, "subject": "p95", "op": ">", "value": 7.0, "low": null, "high": null, "unit": "s",
            "window_s": null, "negated": false,
        })
    );
    assert_eq!(scenario["steps"][2]["conditions"][0]["low"], 5.0);
    assert_eq!(
        scenario["steps"][3]["waits"],
        json!([{ "text": "sleep 300", "line": 255, "seconds": 300 }])
    );
    assert_eq!(
        now["commands"][0]["text"],
        "# Disable feature completely\npython scripts/manage_rollout.py --disable\n"
    );
    assert_eq!(
        scenario["conditions"][0]["subject"],
        "end-to-end latency p95"
    );
    assert_eq!(answer["matrix"].as_array().unwrap().len(), 7);
    let row = &answer["matrix"][4];
    assert_eq!(
        (
            &row["metric"],
            &row["condition"],
            &row["action"],
            &row["line"]
        ),
        (
            &json!("Dropped results"),
            &json!("> 200/min"),
            &json!("Reduce to 50%"),
            &json!(657)
        )
    );
    assert_eq!(row["parsed"]["unit"], "/min");
}

#[test]
fn stdin_is_a_file_too() {
    let text = fs::read(TEAM).unwrap();
    let piped = show(&["-", "--json"], &text).ends(0).json("runbook-show");
    assert_eq!(piped, show(&[TEAM, "--json"], b"").json("runbook-show"));
    let empty = show(&["-", "--json"], b"").ends(0).json("runbook-show");
    assert_eq!(
        empty,
        json!({ "title": "", "sections": [], "matrix": [], "oddities": [] })
    );
    let notes = b"1. a\n   <!-- coalmine: check x < 5s for 2m -->\n";
    let annotated = show(&["-", "--json"], notes).ends(0).json("runbook-show");
    assert!(
        annotated["sections"][0]["steps"][0]["annotations"][0]["check"].is_object(),
        "{annotated}"
    );
}

#[test]
fn people_see_the_outline_and_no_escape() {
    let ran = show(&[TEAM], b"");
    for words in [
        "### Scenario 5",
        "Immediate Action (if p95 > 7 seconds):",
        "wait 5 m (sleep 300)",
        "Latency p95  5-7s  -> Reduce to 50%",
        "30 sections",
    ] {
        assert!(ran.ends(0).out.contains(words), "{words}\n{}", ran.out);
    }
    let hostile = "# \u{1b}[2J\n1. \u{202e}a \u{1b}]0;x\u{7}\n   ```\n   \u{9b}31m\n   ```\n| Metric | Threshold | Action |\n|-|-|-|\n| \u{1b}c | \u{8} | \u{7f} |\n";
    let ran = show(&["-"], hostile.as_bytes());
    assert!(
        !ran.ends(0)
            .out
            .contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'),
        "{:?}",
        ran.out
    );
}

#[test]
fn what_is_no_file_is_told() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).display().to_string();
    let told = |file: &str, words: &str| {
        for json in [&[][..], &["--json"]] {
            let ran = show(&[&[file], json].concat(), b"");
            assert!(
                ran.ends(2).out.is_empty() && ran.err.contains(words),
                "{ran:?}"
            );
        }
    };
    told(&path("missing.md"), "No such file");
    told(home.path().to_str().unwrap(), "a directory");
    let fifo = path("fifo");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&fifo)
            .status()
            .unwrap()
            .success()
    );
    told(&fifo, "not a regular file");
    told("/dev/null", "not a regular file");
    let big = fs::File::create(path("big.md")).unwrap();
    big.set_len((64 << 20) + 1).unwrap();
    told(&path("big.md"), "larger than 64 MB");
    show(&[], b"").ends(2);
}

#[test]
fn nothing_else_is_read_or_written() {
    let home = tempfile::tempdir().unwrap();
    let bad = home.path().join("coalmine.toml");
    fs::write(&bad, "this is no configuration").unwrap();
    let ran = show(&[TEAM, "--json", "--config", bad.to_str().unwrap()], b"");
    let value: Value = ran.ends(0).json("runbook-show");
    assert!(
        value["oddities"][0]
            .as_str()
            .unwrap()
            .contains("decoded twice")
    );
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}
