//! Every size, and how much is written: little, in whole frames, and nothing when nothing changed.

use std::time::Duration;

use crate::rig::Opening;

#[test]
fn eighty_by_twenty_four_has_all_that_matters() {
    let rig = Opening {
        size: (80, 24),
        ..Opening::default()
    }
    .ready();
    let screen = rig.pty.see("lambda-errors");
    for part in [
        "PROD",
        "10 %",
        "HOLD",
        "latency p95",
        "dropped",
        "D disable",
        "? help",
    ] {
        assert!(screen.contains(part), "{part} is missing:\n{screen}");
    }
}

#[test]
fn a_tiny_terminal_says_so_and_keeps_its_keys() {
    let mut rig = Opening {
        size: (39, 9),
        ..Opening::default()
    }
    .open();
    rig.pty.see("too small");
    rig.pty.see("exposed 10 %");
    rig.pty.keys("D");
    rig.pty.see("STILL EXPOSED");
    assert_eq!(rig.flag()["enabled"], false);
    rig.pty.resize(120, 40);
    rig.pty.see("latency p95");
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(5));
}

#[test]
fn a_storm_of_sizes_ends_with_the_last_one() {
    let mut rig = Opening::default().ready();
    for round in 0..250_u16 {
        for (columns, rows) in [(0, 0), (1, 1), (2, 1), (u16::MAX, u16::MAX)] {
            rig.pty.resize(columns, rows);
        }
        rig.pty.resize(20 + round, 5 + round / 5);
    }
    for (columns, rows) in [
        (0, 0),
        (1, 1),
        (2, 1),
        (3, 200),
        (500, 1),
        (500, 200),
        (u16::MAX, 1),
        (u16::MAX, u16::MAX),
    ] {
        rig.pty.resize(columns, rows);
        std::thread::sleep(Duration::from_millis(30));
        rig.pty.keys("?\x1bwxaHl:q\x1b\x1b");
    }
    rig.pty.resize(100, 30);
    rig.pty.keys("\x1b\x1b\x0c");
    rig.pty.wait("the home screen at 100x30", |screen| {
        screen.contains("latency p95") && screen.lines().count() == 30
    });
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(5));
}

#[test]
fn the_first_frame_is_small_and_every_frame_is_bracketed() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("wxa\x1b");
    rig.pty.quiet(Duration::from_millis(300));
    let raw = rig.pty.raw();
    let text = String::from_utf8_lossy(&raw).into_owned();
    let (begin, end) = ("\x1b[?2026h", "\x1b[?2026l");
    let frames: Vec<&str> = text.split(begin).skip(1).collect();
    assert!(frames.len() > 3);
    for frame in &frames {
        let (_, after) = frame.split_once(end).expect("every frame ends");
        let is_title = after.starts_with("\x1b]2;") && after.ends_with("\x1b\\");
        assert!(
            after.is_empty() || is_title,
            "nothing but the title is written between frames: {after:?}"
        );
    }
    let first = frames[0].len();
    assert!(first <= 9000, "the first frame has {first} bytes");
    rig.pty.keys("\x0c");
    rig.pty
        .wait("a whole frame", |_| rig.pty.bytes() > raw.len());
    rig.pty.quiet(Duration::from_millis(300));
    let whole = rig.pty.bytes() - raw.len();
    assert!(whole <= 14_000, "a whole frame has {whole} bytes");
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let rig = Opening::default().ready();
    let before = rig.pty.quiet(Duration::from_secs(3));
    assert_eq!(rig.pty.quiet(Duration::from_secs(3)), before);
}
