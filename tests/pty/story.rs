//! The main story at 3 a.m.: the alarm fires, one key takes the users off, and every step of it is seen.

use std::time::Duration;

use coalmine::sim::world::Scenario;
use tempfile::TempDir;

use crate::pty::Pty;
use crate::rig::Opening;

#[test]
fn an_alarm_a_verdict_one_key_and_nobody_is_exposed() {
    let opening = Opening {
        scenario: Scenario::Latency,
        ..Opening::default()
    };
    let mut rig = opening.ready();
    let calm = rig.pty.screen();
    assert!(!calm.contains("ROLL BACK"), "{calm}");
    let bad = rig.crank_until(Duration::from_secs(20), "ROLL BACK");
    println!("{bad}");
    let bad = rig.crank_until(Duration::from_secs(20), "ALARM");
    println!("{bad}");
    rig.pty.keys("D");
    let exposed = rig.pty.see("STILL EXPOSED");
    println!("{exposed}");
    let read = rig.crank_until(Duration::from_secs(1), "read back");
    println!("{read}");
    let off = rig.crank_until(Duration::from_secs(10), "NOT EXPOSED");
    println!("{off}");
    let calm = rig.crank_until(Duration::from_secs(60), "symptoms gone");
    println!("{calm}");
}
