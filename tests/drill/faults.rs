//! What goes wrong during a drill: the step that it hits fails with the reason, the others go on, and what was there is there again.

use std::time::{Duration, Instant};

use crate::control;
use crate::rig::{DEV, Rig};

/// Runs the drill in `dev` under a fault; answers its exit code, its steps, and the whole report.
fn under(faults: &str) -> (Rig, i32, Vec<(u64, String, String)>, serde_json::Value) {
    let rig = Rig::new(60.0);
    let before = rig.text(DEV).unwrap();
    control::fault(rig.sim.addr(), faults);
    let (code, report) = rig.drill(&["--env", "dev", "drill", "--ttl", "5s"]);
    control::fault(rig.sim.addr(), "");
    assert_eq!(rig.text(DEV).unwrap(), before, "{faults}: {report}");
    let steps = Rig::steps(&report).collect();
    (rig, code, steps, report)
}

#[track_caller]
fn assert_failed(steps: &[(u64, String, String)], failed: &[u64], reason: &str) {
    for (number, result, why) in steps {
        if failed.contains(number) {
            assert_eq!(result, "failed", "step {number}: {why}");
            assert!(why.contains(reason), "step {number}: {why}");
        } else {
            assert_eq!(result, "passed", "step {number}: {why}");
        }
    }
}

#[test]
fn whoever_may_not_write_learns_it_from_every_step_that_writes() {
    let (_rig, code, steps, report) = under("ssm:PutParameter=denied");
    assert_eq!(code, 1, "{report}");
    assert_failed(&steps, &[1, 2, 5, 6, 7], "not authorized");
    assert_eq!(report["restored"], true);
}

#[test]
fn an_environment_that_cannot_be_decrypted_fails_the_fallback_alone() {
    let (_rig, code, steps, report) = under("lambda:GetFunctionConfiguration=kms");
    assert_eq!(code, 1, "{report}");
    assert_failed(&steps, &[4], "cannot be read");
}

#[test]
fn a_function_that_may_not_be_read_fails_the_fallback_alone() {
    let (_rig, code, steps, report) = under("lambda:GetFunctionConfiguration=denied");
    assert_eq!(code, 1, "{report}");
    assert_failed(&steps, &[4], "not authorized");
}

#[test]
fn without_the_history_no_old_version_comes_back() {
    let (_rig, code, steps, report) = under("ssm:GetParameterHistory=denied");
    assert_eq!(code, 1, "{report}");
    assert_failed(&steps, &[7], "not authorized");
}

#[test]
fn a_lost_answer_is_looked_up_and_nothing_is_written_twice() {
    let (_rig, code, steps, report) = under("ssm:PutParameter=applied-timeout,times=1");
    assert_eq!(code, 0, "{report}");
    assert_failed(&steps, &[], "");
}

#[test]
fn what_cannot_be_read_is_not_begun() {
    let rig = Rig::new(60.0);
    control::fault(rig.sim.addr(), "ssm:GetParameter=denied");
    let (code, report) = rig.drill(&["--env", "dev", "drill"]);
    assert_eq!(code, 1, "{report}");
    let reason = report["reason"].as_str().unwrap();
    assert!(reason.contains("not authorized"), "{reason}");
    assert_eq!(control::count(rig.sim.addr(), "ssm:PutParameter"), 0);
}

#[test]
fn a_document_that_is_not_valid_is_not_begun() {
    let rig = Rig::new(60.0);
    rig.somebody_writes(DEV, r#"{"enabled":true}"#);
    let (code, report) = rig.drill(&["--env", "dev", "drill"]);
    let reason = report["reason"].as_str().unwrap();
    assert_eq!(code, 1);
    assert!(reason.contains("not valid"), "{reason}");
    assert_eq!(rig.text(DEV).unwrap(), r#"{"enabled":true}"#);
}

#[test]
fn without_a_journal_nothing_is_begun() {
    let rig = Rig::new(60.0);
    std::fs::write(rig.home.path().join("state"), "a file").unwrap();
    let (code, report) = rig.drill(&["--env", "dev", "drill"]);
    assert_eq!(code, 3, "{report}");
    let reason = report["reason"].as_str().unwrap();
    assert!(reason.contains("cannot be written down"), "{reason}");
    assert_eq!(control::count(rig.sim.addr(), "ssm:PutParameter"), 0);
    let (code, report) = rig.drill(&["--env", "dev", "--read-only", "drill"]);
    assert_eq!(code, 3, "{report}");
}

#[test]
fn somebody_elses_document_stops_the_drill_and_stays() {
    const THEIRS: &str = r#"{"enabled":true,"rollout_percentage":33}"#;
    let rig = Rig::new(60.0);
    let first = control::count(rig.sim.addr(), "ssm:PutParameter");
    let mut child = rig
        .command(&["--json", "--env", "dev", "drill", "--ttl", "60s"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(30);
    while control::count(rig.sim.addr(), "ssm:PutParameter") < first + 4 {
        assert!(Instant::now() < patience && child.try_wait().unwrap().is_none());
        std::thread::park_timeout(Duration::from_millis(5));
    }
    rig.somebody_writes(DEV, THEIRS);
    let output = child.wait_with_output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert_eq!(rig.text(DEV).unwrap(), THEIRS, "{report}");
    assert_eq!(report["restored"], false, "{report}");
    let failed: Vec<_> = Rig::steps(&report)
        .filter(|(_, result, _)| result == "failed")
        .collect();
    assert_eq!(failed.len(), 1, "{report}");
    assert!(failed[0].2.contains("ben"), "{report}");
    let notes = report["notes"].to_string();
    assert!(notes.contains("coalmine restore 3"), "{notes}");
    // Their document is no drill's to take away, and nothing is left open.
    let (code, report) = rig.drill(&["--env", "dev", "drill", "--recover"]);
    assert_eq!(code, 0, "{report}");
    assert_eq!(rig.text(DEV).unwrap(), THEIRS);
}

#[test]
fn a_clock_that_stands_fails_the_cache_alone() {
    let rig = Rig::new(0.0);
    let before = rig.text(DEV).unwrap();
    let (code, report) = rig.drill(&["--env", "dev", "drill"]);
    assert_eq!(code, 1, "{report}");
    let steps: Vec<_> = Rig::steps(&report).collect();
    assert_failed(&steps, &[5], "stands still");
    assert_eq!(rig.text(DEV).unwrap(), before);
}
