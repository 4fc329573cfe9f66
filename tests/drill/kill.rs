//! A drill that dies (SIGKILL, SIGTERM) at random moments: `drill --recover` puts back what it found, byte for byte, and never more.

use std::process::Stdio;
use std::time::{Duration, Instant};

use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};

use crate::control;
use crate::rig::{DEV, PROD, Rig, SCRATCH};

/// Answers that take their time, so that every step of a write is wide enough to be hit.
const SLOW: &str = "ssm:GetParameter=delay:15\nssm:PutParameter=delay:40";

fn interrupted(rig: &Rig, args: &[&str], signal: Signal, after: Duration) -> Option<i32> {
    control::fault(rig.sim.addr(), SLOW);
    let mut child = rig
        .command(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while begun.elapsed() < after && child.try_wait().unwrap().is_none() {
        std::thread::park_timeout(Duration::from_millis(1));
    }
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    // It may have come to its end before.
    drop(kill_process(pid, signal));
    let code = child.wait().unwrap().code();
    control::fault(rig.sim.addr(), "");
    code
}

#[test]
fn killed_at_any_moment_the_document_comes_back_byte_for_byte() {
    let mut dice = Rng::with_seed(7);
    for trial in 0..9 {
        let rig = Rig::new(60.0);
        let odd =
            "{ \"enabled\" : true,\n\t\"rollout_percentage\":50.0,  \"keep\": [1, 2.50, \"ü\"] }\n";
        rig.somebody_writes(DEV, odd);
        let after = Duration::from_millis(dice.u64(0..3000));
        let args = ["--env", "dev", "drill", "--ttl", "10s"];
        interrupted(&rig, &args, Signal::KILL, after);
        let dead = rig.text(DEV).unwrap();
        let (code, report) = rig.drill(&["--env", "dev", "drill", "--recover"]);
        let what = format!("trial {trial}, killed after {after:?} with {dead}: {report}");
        assert_eq!(code, 0, "{what}");
        assert_eq!(rig.text(DEV).unwrap(), odd, "{what}");
        // Nothing is left, and nothing more is written.
        let puts = control::count(rig.sim.addr(), "ssm:PutParameter");
        let (code, report) = rig.drill(&["--env", "dev", "drill", "--recover"]);
        assert_eq!(code, 0, "{what}");
        assert_eq!(report["reason"], "no drill was left unfinished", "{what}");
        assert_eq!(
            control::count(rig.sim.addr(), "ssm:PutParameter"),
            puts,
            "{what}"
        );
    }
}

#[test]
fn killed_in_prod_the_flag_was_never_written_and_the_scratch_treats_nobody() {
    let mut dice = Rng::with_seed(8);
    for trial in 0..4 {
        let rig = Rig::new(60.0);
        let after = Duration::from_millis(dice.u64(200..3000));
        let args = [
            "--env",
            "prod",
            "drill",
            "--confirm",
            "prod",
            "--ttl",
            "10s",
        ];
        interrupted(&rig, &args, Signal::KILL, after);
        let (code, report) = rig.drill(&["--env", "prod", "drill", "--recover"]);
        let what = format!("trial {trial}, killed after {after:?}: {report}");
        assert_eq!(code, 0, "{what}");
        assert_eq!(rig.text(PROD).unwrap(), rig.live, "{what}");
        if let Some(scratch) = rig.text(SCRATCH) {
            assert!(scratch.contains(r#""enabled":false"#), "{what}: {scratch}");
        }
    }
}

#[test]
fn a_signal_ends_it_orderly_with_everything_put_back() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let rig = Rig::new(60.0);
        let before = rig.text(DEV).unwrap();
        let args = ["--env", "dev", "drill", "--ttl", "120s"];
        let ended = interrupted(&rig, &args, signal, Duration::from_millis(900));
        assert_eq!(ended, Some(code));
        assert_eq!(rig.text(DEV).unwrap(), before);
        let (code, report) = rig.drill(&["--env", "dev", "drill", "--recover"]);
        assert_eq!((code, report["restored"].as_bool()), (0, Some(false)));
    }
}

#[test]
fn what_was_left_comes_before_the_next_drill_and_somebody_elses_write_is_not_taken_away() {
    let rig = Rig::new(60.0);
    let args = ["--env", "dev", "drill", "--ttl", "60s"];
    // In the middle of the wait for the cache.
    interrupted(&rig, &args, Signal::KILL, Duration::from_millis(2000));
    let (code, report) = rig.drill(&["--env", "dev", "drill"]);
    assert_eq!(code, 3, "{report}");
    assert!(
        report["reason"]
            .as_str()
            .unwrap()
            .contains("drill --recover"),
        "{report}"
    );
    let theirs = r#"{"enabled":true,"rollout_percentage":7}"#;
    rig.somebody_writes(DEV, theirs);
    let (code, report) = rig.drill(&["--env", "dev", "drill", "--recover"]);
    assert_eq!(code, 1, "{report}");
    assert!(
        report["reason"].as_str().unwrap().contains("ben"),
        "{report}"
    );
    assert_eq!(rig.text(DEV).unwrap(), theirs);
}
