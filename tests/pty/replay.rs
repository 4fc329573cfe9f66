//! The flight recorder of the real console, and the player: what was on the screen comes back, and nothing else happens.

use std::fs;
use std::time::Duration;

use coalmine::app::recording::{Player, Tape};
use coalmine::sim::world::Scenario;
use coalmine::ui::{Depth, Theme, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;

use crate::pty::Pty;
use crate::rig::Opening;

const CALM: Duration = Duration::from_millis(400);

/// A screen as text, blanks at the ends of its lines left out. What the console's own reads cost is in no recording, and the header
/// leaves the account out where both have no room: what stands between the region and the clock does not count.
fn trimmed(screen: &str) -> String {
    let place = regex::Regex::new(r"us-east-1 .*?(\d\d:\d\d:\d\dZ)").unwrap();
    let screen = place.replace(screen, "us-east-1 $1");
    let lines = screen.lines().map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// Every screen that a recording goes through.
fn screens(player: &mut Player, (columns, rows): (u16, u16)) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let theme = Theme::new(Depth::True);
    let mut screens = Vec::new();
    while player.step().is_some() {
        let model = player.model();
        terminal.draw(|frame| draw(frame, model, &theme)).unwrap();
        let cells = &terminal.backend().buffer().content;
        let rows = cells.chunks(usize::from(columns));
        let text: Vec<String> = rows
            .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect())
            .collect();
        screens.push(trimmed(&text.join("\n")));
    }
    screens
}

/// What to say of a screen that was not played: where the one that was most like it differs.
fn nearest(screen: &str, played: &[String]) -> String {
    let alike = |other: &&String| {
        let same = other.lines().zip(screen.lines());
        same.filter(|(one, other)| one == other).count()
    };
    let Some(nearest) = played.iter().max_by_key(alike) else {
        return "nothing was played".to_owned();
    };
    let differing = nearest.lines().zip(screen.lines());
    let differing = differing.filter(|(one, other)| one != other);
    let lines: Vec<String> = differing
        .map(|(played, seen)| format!("seen   {seen}\nplayed {played}"))
        .collect();
    format!(
        "this screen was not played:\n{screen}\n{}",
        lines.join("\n")
    )
}

#[test]
fn the_screens_that_were_are_the_screens_that_are_played() {
    let opening = Opening {
        scenario: Scenario::Latency,
        args: vec!["--record", "evening.jsonl.gz"],
        ..Opening::default()
    };
    let mut rig = opening.ready();
    let mut seen = Vec::new();
    rig.crank_until(Duration::from_secs(20), "ROLL BACK");
    for keys in ["", "D", "w", "\x1b", "l", "/gold", "\r", "H", "?", "\x1b"] {
        rig.pty.keys(keys);
        rig.pty.quiet(CALM);
        seen.push(trimmed(&rig.pty.screen()));
        rig.crank(Duration::from_secs(10));
        rig.pty.quiet(CALM);
    }
    let last = trimmed(&rig.pty.screen());
    seen.push(last.clone());
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(3));
    let asked = rig.version();

    let file = rig.home.path().join("evening.jsonl.gz");
    let tape = Tape::read(fs::read(&file).unwrap()).unwrap();
    assert_eq!(tape.damage, []);
    let played = screens(&mut Player::new(tape), (120, 40));
    let mut from = 0;
    for screen in &seen {
        let place = played[from..].iter().position(|played| played == screen);
        let place = place.unwrap_or_else(|| panic!("{}", nearest(screen, &played[from..])));
        from += place;
    }

    let args = ["replay", "evening.jsonl.gz", "--speed", "max"];
    let mut pty = Pty::coalmine(&args, &[], (120, 41), rig.home.path());
    let end = pty.see("■ end");
    let (bar, console) = end.split_once('\n').unwrap();
    assert!(bar.contains("REPLAY") && bar.contains(" of "), "{bar}");
    assert_eq!(trimmed(console), last);

    // Keys of the console are none of the player's: nothing is ordered, nothing is drawn anew but the bar.
    pty.keys("DE0\x1b[20~");
    pty.quiet(CALM);
    assert_eq!(trimmed(pty.screen().split_once('\n').unwrap().1), last);
    pty.keys("g");
    pty.wait("the beginning", |screen| screen.contains("0:00:00 / "));
    pty.keys(" n");
    let mark = pty.wait("a mark", |screen| {
        screen.contains("‖ paused") && (screen.contains("verdict: ") || screen.contains("alarm: "))
    });
    pty.keys(".");
    let next = pty.wait("one message on", |screen| {
        !screen.contains("seeking") && screen.lines().next() != mark.lines().next()
    });
    pty.keys(",");
    let back = pty.wait("one message back", |screen| {
        !screen.contains("seeking") && screen.lines().next() != next.lines().next()
    });
    assert_eq!(back, mark);
    pty.keys("GN");
    pty.wait("the mark before the end", |screen| {
        !screen.contains("■ end")
    });
    pty.keys("?");
    pty.see("the player's keys");
    pty.keys("q");
    pty.ends_well(0, Duration::from_secs(2));
    assert_eq!(rig.version(), asked, "nothing was written by the player");
    let with_state = fs::read_dir(rig.home.path().join("state/recordings"));
    assert!(with_state.is_err(), "a named file is the only recording");
}

#[test]
fn the_demo_is_recorded_and_played() {
    let home = TempDir::new().unwrap();
    let args = [
        "demo",
        "--record",
        "x",
        "--scenario",
        "latency",
        "--speed",
        "20",
    ];
    let mut pty = Pty::coalmine(&args, &[], (80, 24), home.path());
    pty.see("ROLL BACK");
    pty.keys("D");
    pty.see("STILL EXPOSED");
    pty.keys("w");
    pty.see("rules of the decision matrix");
    pty.keys("q");
    pty.ends_well(0, Duration::from_secs(3));
    let mut player = Pty::coalmine(
        &["replay", "x", "--speed", "max"],
        &[],
        (80, 25),
        home.path(),
    );
    let end = player.see("■ end");
    assert!(end.contains("rules of the decision matrix"), "{end}");
    player.keys("q");
    player.ends_well(0, Duration::from_secs(2));
    // Never over a file that is there.
    let mut again = Pty::coalmine(&args, &[], (80, 24), home.path());
    let said = again.ends_well(1, Duration::from_secs(5));
    assert!(said.contains("cannot record into x"), "{said}");
}
