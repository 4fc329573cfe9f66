//! The main story at 3 a.m.: the alarm fires, one key takes the users off, and every step of it is seen.

use std::time::Duration;

use coalmine::sim::world::Scenario;
use tempfile::TempDir;

use crate::pty::Pty;
use crate::rig::Opening;

const MINUTE: Duration = Duration::from_mins(1);

/// The seconds that the caches still have, as the screen says it.
fn caches_left(screen: &str) -> Option<u64> {
    let (_, rest) = screen.split_once("caches expire in ")?;
    let (left, _) = rest.split_once(" ▰").or_else(|| rest.split_once(" ▱"))?;
    match left.trim().split_once(' ')? {
        (minutes, "m") => minutes.parse::<u64>().ok().map(|m| m * 60),
        (seconds, "s") => seconds.parse().ok(),
        _ => None,
    }
}

#[test]
fn an_alarm_a_verdict_one_key_and_nobody_is_exposed() {
    let opening = Opening {
        scenario: Scenario::Latency,
        ..Opening::default()
    };
    let mut rig = opening.ready();
    let calm = rig.pty.screen();
    assert!(
        calm.contains("5 OK") && !calm.contains("ROLL BACK"),
        "{calm}"
    );

    let fired = rig.crank_until(Duration::from_secs(20), "ALARM");
    assert!(
        fired.contains("▲alarm") || fired.contains("latency-high"),
        "{fired}"
    );
    let bad = rig.crank_until(Duration::from_secs(20), "ROLL BACK");
    let reason = bad.lines().find(|line| line.contains("ROLL BACK")).unwrap();
    let numbers = regex::Regex::new(
        r"latency p95 \d+(\.\d)? s > [57] s for \d+ of \d+ min, .*n [\d,]+, .* old",
    )
    .unwrap();
    assert!(
        numbers.is_match(reason),
        "value, limit, samples and age: {reason}"
    );
    assert!(
        reason.contains("r disable") || reason.contains("r back to"),
        "the key stands at its end: {reason}"
    );
    // Two looks at one moment: the console's clock has caught up with the world's.
    rig.crank(Duration::ZERO);
    rig.pty.quiet(Duration::from_millis(300));

    rig.pty.keys("D");
    let exposed = rig.pty.see("STILL EXPOSED");
    assert!(
        exposed.contains("≤ 10") && exposed.contains("was 10 %"),
        "{exposed}"
    );
    assert!(exposed.contains("✔ accepted v13"), "{exposed}");
    assert_eq!(
        (&rig.flag()["enabled"], &rig.flag()["rollout_percentage"]),
        (&false.into(), &10.into())
    );
    assert_eq!(rig.version(), 13);
    rig.pty.see("✔ read back");

    let mut left = caches_left(&rig.pty.see("caches expire in")).unwrap();
    while left > 10 {
        rig.sim.clock().advance(Duration::from_secs(10));
        let before = left;
        let counted = rig.crank_while(Duration::ZERO, "the caches count", |screen| {
            screen.contains("caches expire in")
                && caches_left(screen).is_none_or(|now| now >= before)
        });
        assert!(counted.contains("STILL EXPOSED"), "{counted}");
        left = caches_left(&counted).unwrap_or(0);
        assert!(
            left >= before.saturating_sub(20),
            "from {before} to {left}:\n{counted}"
        );
    }
    let expired = rig.crank_until(Duration::from_secs(5), "✔ caches expired");
    assert!(
        expired.contains("STILL EXPOSED"),
        "written is not off until it was seen:\n{expired}"
    );
    assert!(
        expired.contains("no treated session") || expired.contains("treated session"),
        "{expired}"
    );

    let off = rig.crank_until(Duration::from_secs(10), "NOT EXPOSED");
    assert!(!off.contains("STILL EXPOSED"), "{off}");
    assert!(off.contains("✔ no treated session"), "{off}");

    let recovered = rig.crank_until(MINUTE, "symptoms gone");
    assert!(
        !recovered.contains("ROLL BACK"),
        "the verdict recovers:\n{recovered}"
    );
    let calm = rig.crank_until(MINUTE, "5 OK");
    assert!(calm.contains("the flag treats nobody"), "{calm}");

    let journal = rig.state_text();
    for told in ["intent", "settled", "proved"] {
        assert!(journal.contains(told), "the journal lacks {told}");
    }
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(3));
}

#[test]
fn the_demo_tells_it_by_itself() {
    let home = TempDir::new().unwrap();
    let args = [
        "demo",
        "--scenario",
        "latency",
        "--speed",
        "100",
        "--seed",
        "7",
    ];
    let mut pty = Pty::coalmine(&args, &[], (80, 24), home.path());
    pty.see("latency ×100");
    pty.see("ROLL BACK");
    pty.see("ALARM");
    pty.keys("D");
    pty.see("STILL EXPOSED");
    pty.see("NOT EXPOSED");
    pty.wait("the verdict to recover", |screen| {
        !screen.contains("ROLL BACK") && !screen.contains("ALARM")
    });
    pty.keys("q");
    pty.ends_well(0, Duration::from_secs(3));
}
