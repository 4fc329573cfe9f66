//! Where there is nothing to draw on or to watch, the console says so, writes no escape and ends with 2.

use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::pty::{Pty, environment};
use crate::rig::Opening;

fn plain(args: &[&str], home: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coalmine"));
    command
        .args(args)
        .env_clear()
        .envs(environment())
        .env("HOME", home.path())
        .current_dir(home.path());
    command.stdin(Stdio::null());
    command
}

#[test]
fn a_pipe_is_refused() {
    let home = TempDir::new().unwrap();
    let output = plain(&["demo"], &home).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("not a terminal") && !told.contains('\x1b'),
        "{told:?}"
    );
}

#[test]
fn one_end_on_a_terminal_is_not_enough() {
    let home = TempDir::new().unwrap();
    let console = env!("CARGO_BIN_EXE_coalmine");
    for (redirect, end) in [
        ("< /dev/null", "standard input"),
        ("| cat", "standard output"),
    ] {
        let script = format!("{console} demo {redirect}; echo status $?; sleep 0");
        let script = if redirect.starts_with('|') {
            format!("{{ {console} demo; echo status $?; }} {redirect}")
        } else {
            script
        };
        let mut pty = Pty::sh(&script, &[], (120, 24), home.path());
        let screen = pty.ends_well(0, Duration::from_secs(20));
        assert!(
            screen.contains(&format!("{end} is not a terminal")) && screen.contains("status 2"),
            "{screen}"
        );
        assert!(!pty.raw().contains(&0x1b), "{screen}");
    }
}

#[test]
fn a_terminal_that_cannot_place_text_gets_text_line_by_line() {
    let home = TempDir::new().unwrap();
    for term in ["dumb", "", "unknown"] {
        let mut pty = Pty::coalmine(&["demo"], &[("TERM", term)], (80, 24), home.path());
        pty.see("Type a number or a word, then Enter.");
        pty.see("Incident: none is open.");
        pty.keys("0\r");
        pty.ends_well(0, Duration::from_secs(20));
        assert!(!pty.raw().contains(&0x1b), "{term}");
    }
}

#[test]
fn what_cannot_be_started_is_told_plainly() {
    let home = TempDir::new().unwrap();
    for (args, words) in [
        (
            &["demo", "--scenario", "latncy"][..],
            &["latncy", "latency"][..],
        ),
        (&["demo", "--speed", "fast"], &["speed"]),
        (
            &["demo", "--fault", "ssm:PutParametr=timeout"],
            &["PutParameter"],
        ),
        (&[], &["coalmine demo", "coalmine init"]),
        (&["--config", "absent.toml"], &["absent.toml"]),
    ] {
        let mut pty = Pty::coalmine(args, &[], (120, 24), home.path());
        let screen = pty.ends_well(2, Duration::from_secs(20));
        for word in words {
            assert!(
                screen.contains(word),
                "{args:?} does not say {word}:\n{screen}"
            );
        }
        assert!(
            !pty.raw().windows(5).any(|w| w == b"\x1b[?10"),
            "{args:?} never took the terminal"
        );
    }
}

#[test]
fn no_color_keeps_bold_and_reverse() {
    let rig = Opening {
        env: vec![("NO_COLOR", "1")],
        ..Opening::default()
    }
    .ready();
    let raw = String::from_utf8_lossy(&rig.pty.raw()).into_owned();
    let sgr = regex::Regex::new("\x1b\\[([0-9;]*)m").unwrap();
    for found in sgr.captures_iter(&raw) {
        for part in found[1].split(';') {
            assert!(
                matches!(
                    part,
                    "0" | "1"
                        | "2"
                        | "3"
                        | "4"
                        | "7"
                        | "22"
                        | "23"
                        | "24"
                        | "27"
                        | "39"
                        | "49"
                        | "59"
                ),
                "{:?}",
                &found[0]
            );
        }
    }
    assert!(
        !raw.contains("\x1b[m") && !raw.contains("\x1b[;m"),
        "an empty SGR would wipe every attribute"
    );
    assert!(
        rig.pty.any_cell(vt100::Cell::bold) && rig.pty.any_cell(vt100::Cell::inverse),
        "bold and reverse survive"
    );
}

#[test]
fn colours_are_there_without_it() {
    let rig = Opening::default().ready();
    assert!(
        rig.pty
            .any_cell(|cell| matches!(cell.fgcolor(), vt100::Color::Rgb(..)))
    );
}

#[test]
fn a_sixteen_colour_terminal_and_ascii_get_what_they_can_show() {
    let opening = Opening {
        env: vec![("TERM", "xterm"), ("COLORTERM", ""), ("LANG", "C")],
        size: (80, 24),
        ..Opening::default()
    };
    let rig = opening.ready();
    assert!(
        !rig.pty
            .any_cell(|cell| matches!(cell.fgcolor(), vt100::Color::Rgb(..)))
    );
    assert!(rig.pty.screen().is_ascii(), "{}", rig.pty.screen());
}
