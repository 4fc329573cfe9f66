//! Themes on a real terminal: it is asked for its background once, and whatever it answers, when, and in how many pieces, no part
//! of that is a key; files of the user's own are worn, edited and broken.

use std::time::{Duration, Instant};

use coalmine::sim::world::Scenario;

use crate::rig::{Opening, Rig};

/// The question: the background, and the attributes behind it.
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";
/// A light background whose every digit would be a key.
const LIGHT: &str = "\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\";
/// A dark one that spells D.
const DARK: &str = "\x1b]11;rgb:0000/0D0D/00DD\x1b\\";
/// What every terminal tells of itself.
const ATTRIBUTES: &str = "\x1b[?64;1;4;22c";
/// The backdrop of our light theme.
const PAPER: vt100::Color = vt100::Color::Rgb(0xfa, 0xf9, 0xf5);

fn count(rig: &Rig, what: &[u8]) -> usize {
    let raw = rig.pty.raw();
    raw.windows(what.len())
        .filter(|bytes| *bytes == what)
        .count()
}

/// Opens a console and waits until it has asked.
fn asked() -> Rig {
    let rig = Opening::default().open();
    rig.pty.wait("the question", |_| count(&rig, QUESTION) == 1);
    rig
}

fn is_light(rig: &Rig) -> bool {
    rig.pty.any_cell(|cell| cell.bgcolor() == PAPER)
}

fn quits(mut rig: Rig) {
    assert_eq!(rig.version(), 12, "nothing of the reply was a key");
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(5));
    assert_eq!(count(&rig, QUESTION), 1, "it is asked once");
    assert_eq!(count(&rig, b"$p"), 0, "no mode is asked for");
}

#[test]
fn a_light_terminal_gets_the_light_theme_after_the_first_frame() {
    let mut rig = asked();
    rig.pty.see("partial-results");
    assert!(!is_light(&rig), "the first frame waits for nobody");
    rig.pty.keys(LIGHT);
    rig.pty.keys(ATTRIBUTES);
    rig.pty.wait("paper", |_| is_light(&rig));
    rig.wait_ready();
    quits(rig);
}

#[test]
fn a_dark_terminal_keeps_the_dark_theme() {
    let mut rig = asked();
    rig.pty.keys(&format!("{DARK}{ATTRIBUTES}"));
    rig.wait_ready();
    assert!(!is_light(&rig));
    quits(rig);
}

#[test]
fn a_reply_in_pieces_is_a_reply() {
    let mut rig = asked();
    let whole = format!("{LIGHT}{ATTRIBUTES}");
    for piece in whole.as_bytes().chunks(3) {
        rig.pty.keys(std::str::from_utf8(piece).unwrap());
        std::thread::sleep(Duration::from_millis(15));
    }
    rig.pty.wait("paper", |_| is_light(&rig));
    rig.wait_ready();
    quits(rig);
}

#[test]
fn a_reply_that_comes_too_late_is_dropped_whole_or_in_pieces() {
    let mut rig = asked();
    rig.wait_ready();
    std::thread::sleep(Duration::from_millis(1300));
    for piece in [
        "\x1b",
        "]11;rgb:DDDD",
        "/00",
        "DD/0000\x1b",
        "\\\x1b[?6",
        "4;1c",
    ] {
        rig.pty.keys(piece);
        std::thread::sleep(Duration::from_millis(120));
    }
    rig.pty.keys(&format!("{LIGHT}{ATTRIBUTES}"));
    rig.pty.keys("/xyzzy");
    rig.pty.see("xyzzy");
    assert!(!is_light(&rig), "too late to change colours under somebody");
    rig.pty.keys("\x1b");
    rig.pty.gone("xyzzy");
    quits(rig);
}

#[test]
fn keys_on_a_mute_terminal_are_neither_lost_nor_late() {
    let mut rig = asked();
    let typed = Instant::now();
    rig.pty.keys("/D0");
    rig.pty.see("D0");
    assert!(
        typed.elapsed() < Duration::from_secs(20),
        "{:?}",
        typed.elapsed()
    );
    rig.pty.keys("\x1b");
    rig.wait_ready();
    rig.pty.keys("D");
    rig.pty.see("STILL EXPOSED");
    assert_eq!(rig.version(), 13);
}

#[test]
fn who_says_what_to_wear_is_not_asked_about() {
    for (args, env) in [
        (vec!["--theme", "nord"], vec![]),
        (vec![], vec![("COALMINE_THEME", "gruvbox-dark")]),
        (vec![], vec![("NO_COLOR", "1")]),
        (vec!["--color", "never"], vec![]),
        (vec![], vec![("TERM", "linux")]),
    ] {
        let words = format!("{args:?} {env:?}");
        let rig = Opening {
            args,
            env,
            ..Opening::default()
        }
        .ready();
        assert_eq!(count(&rig, b"\x1b]11"), 0, "{words}");
        assert_eq!(count(&rig, b"\x1b[c"), 0, "{words}");
    }
}

fn write(rig: &Rig, text: &str) {
    let dir = rig.home.path().join("themes");
    std::fs::create_dir_all(&dir).unwrap();
    // As editors do: a new file in the place of the old one.
    let new = dir.join("new");
    std::fs::write(&new, text).unwrap();
    std::fs::rename(new, dir.join("mine.toml")).unwrap();
}

fn shows(rig: &Rig, rgb: (u8, u8, u8)) -> bool {
    let wanted = vt100::Color::Rgb(rgb.0, rgb.1, rgb.2);
    rig.pty.any_cell(|cell| cell.bgcolor() == wanted)
}

#[test]
fn the_list_shows_a_theme_on_the_whole_screen_keeps_it_or_gives_the_former_back() {
    let mut rig = Opening {
        scenario: Scenario::Latency,
        args: vec!["--theme", "coalmine-dark"],
        ..Opening::default()
    }
    .ready();
    rig.pty.keys("\x14");
    rig.pty.see("─ themes ─");
    rig.pty.keys("j");
    rig.pty.wait("paper", |_| is_light(&rig));
    rig.pty.keys("\x1b");
    rig.pty.gone("─ themes ─");
    rig.pty.wait("coal", |_| shows(&rig, (0x13, 0x15, 0x1a)));
    assert!(!is_light(&rig));
    rig.pty.keys("\x14");
    rig.pty.see("─ themes ─");
    rig.pty.keys("j");
    rig.pty.wait("paper", |_| is_light(&rig));
    rig.pty.keys("\r");
    rig.pty.gone("─ themes ─");
    rig.pty.see("theme = \"coalmine-light\"");
    assert!(is_light(&rig));
    // Whatever takes the list away without keeping anything gives the former theme back.
    rig.pty.keys("\x14");
    rig.pty.see("─ themes ─");
    rig.pty.keys("k");
    rig.pty.wait("coal", |_| shows(&rig, (0x13, 0x15, 0x1a)));
    rig.pty.keys("\x1b[20~");
    rig.pty.see("STILL EXPOSED");
    rig.pty.wait("paper", |_| is_light(&rig));
    assert_eq!(rig.version(), 13);
}

#[test]
fn a_theme_of_ones_own_is_followed_while_it_is_edited() {
    let mut rig = Opening {
        config: vec![(
            "[rollout.partial-results]",
            "[console]\ntheme = \"mine\"\n\n[rollout.partial-results]",
        )],
        ..Opening::default()
    }
    .ready();
    rig.pty.see("theme `mine` is not known");
    let text = "inherits = \"nord\"\n[role]\nbackdrop = { fg = \"#ffffff\", bg = \"#102030\" }\n";
    write(&rig, text);
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(5));
    rig.again();
    rig.wait_ready();
    rig.pty
        .wait("the theme", |_| shows(&rig, (0x10, 0x20, 0x30)));
    assert_eq!(count(&rig, b"\x1b]11"), 0);
    write(&rig, &text.replace("102030", "203010"));
    rig.pty
        .wait("the edit", |_| shows(&rig, (0x20, 0x30, 0x10)));
    write(&rig, &text.replace("backdrop", "bakdrop"));
    let screen = rig.pty.see("did you mean `backdrop`?");
    assert!(screen.contains("mine.toml:3:"), "{screen}");
    assert!(shows(&rig, (0x20, 0x30, 0x10)), "the former colours stay");
    write(&rig, text);
    rig.pty
        .wait("the mended file", |_| shows(&rig, (0x10, 0x20, 0x30)));
}

#[test]
fn a_faulty_file_is_told_before_the_screen_and_on_it_and_stops_nothing() {
    let opening = Opening {
        args: vec!["--theme", "absent.toml"],
        ..Opening::default()
    };
    let mut rig = opening.ready();
    let raw = String::from_utf8_lossy(&rig.pty.raw()).into_owned();
    let before = raw.split("\x1b[?1049h").next().unwrap();
    assert!(
        before.contains("absent.toml:1: cannot be read"),
        "{before:?}"
    );
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(5));
}
