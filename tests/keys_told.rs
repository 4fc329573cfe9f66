//! What people are told to press is what is bound: no message, hint or note names a key by hand.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::path::{Path, PathBuf};

use coalmine::app::keymap::{Action, Change, Chord, KEYMAP, Key, Keymap};
use coalmine::app::model::Screen;
use coalmine::app::{Model, Msg, update};
use coalmine::config;
use coalmine::domain::Timestamp;
use coalmine::ui::{self, Depth, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["tests", "fixtures", "keymap", "script", "shell", "plain"].contains(&name.as_str())
            {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|end| end == "rs") && !name.contains("tests") {
            found.push(path);
        }
    }
}

/// The texts of a source that people may read, comments and tests left out.
fn texts(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let mut texts = Vec::new();
    for line in source.lines() {
        let line = line.trim_start();
        if line.starts_with("//") {
            continue;
        }
        let mut rest = line;
        while let Some(from) = rest.find('"') {
            let after = &rest[from + 1..];
            let mut escaped = false;
            let end = after.char_indices().find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            let Some((end, _)) = end else { break };
            texts.push(after[..end].to_owned());
            rest = &after[end + 1..];
        }
    }
    texts
}

/// A word that is a key by its name, where what follows says what it does.
fn names_a_key(text: &str) -> bool {
    const DOES: &[&str] = &[
        "shows",
        "show",
        "goes",
        "takes",
        "opens",
        "closes",
        "restores",
        "disables",
        "ticks",
        "copies",
        "there",
        "moves",
        "move",
        "cancels",
        "completes",
        "recalls",
        "older",
        "newer",
        "again",
        "picks",
        "puts",
        "bookmarks",
        "runs",
        "counts",
        "trusts",
        "once",
        "offers",
        "lets",
        "names",
        "reads",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let key = pair[0].trim_start_matches(['(', '·']);
        let letter =
            key.len() == 1 && key != "a" && key.chars().all(|c| !c.is_ascii_digit() && c != '·');
        let named = [
            "enter", "esc", "tab", "space", "Enter", "Esc", "F9", "ctrl-r",
        ]
        .contains(&key);
        (letter || named) && DOES.contains(&pair[1].trim_end_matches([',', ';', '.', ':']))
    }) || text.starts_with("enter: ")
        || text.contains("press enter")
}

#[test]
fn no_text_of_the_console_names_a_key_by_hand() {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for part in ["app", "ui", "domain", "runtime"] {
        sources(&root.join(part), &mut files);
    }
    assert!(files.len() > 200, "the sources were not found");
    let mut told = Vec::new();
    for file in files {
        for text in texts(&std::fs::read_to_string(&file).unwrap()) {
            if names_a_key(&text) {
                told.push(format!("{}: {text}", file.display()));
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn what_finds_a_key_that_is_named_by_hand_finds_it() {
    for text in [
        "nothing to lower; w shows why",
        "the command runs on; ! shows its output",
        "i, then T takes over",
        "press enter once more",
        "{} matches · n older",
    ] {
        assert!(names_a_key(text), "{text}");
    }
    assert!(!names_a_key("{why} shows why"));
    assert!(!names_a_key("15 min, 1 h, 3 h"));
}

/// A table in which no action has a key of the shipped one: whatever stands on a screen came from it.
fn moved() -> Keymap {
    let mut number = 0;
    let changes = KEYMAP.iter().map(|row| {
        number += 1;
        let (first, second) = (b'a' + number / 26, b'a' + number % 26);
        let chord = format!("alt-{} alt-{}", char::from(first), char::from(second));
        Change {
            scope: row.scope,
            action: row.action,
            chords: vec![Chord::parse(&chord).unwrap()],
        }
    });
    Keymap::with(&changes.collect::<Vec<_>>())
}

fn drawn(model: &Model) -> String {
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    terminal
        .draw(|frame| {
            ui::draw(frame, model, &Theme::new(Depth::None));
        })
        .unwrap();
    let buffer = terminal.backend().buffer();
    let rows = buffer.content().chunks(120);
    rows.map(|row| {
        row.iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
            + "\n"
    })
    .collect()
}

#[test]
fn a_remapped_console_tells_its_own_keys() {
    let mut model = Model::new(config::demo().unwrap(), START);
    model.keymap = moved();
    for action in KEYMAP.iter().map(|row| row.action) {
        model.screen = Screen::Home;
        model.overlay = None;
        model.toast = None;
        update(&mut model, Msg::Chosen(action), START);
        let screen = drawn(&model);
        let told = screen.lines().find(|line| names_a_key(line));
        assert_eq!(told, None, "{action:?}");
        let Some(toast) = &model.toast else { continue };
        assert!(!names_a_key(&toast.text), "{action:?}: {}", toast.text);
    }
}

#[test]
fn a_key_is_said_by_scope_and_without_one_by_its_name_in_the_palette() {
    let keymap = Keymap::default();
    assert_eq!(keymap.said(Action::Why), "w");
    assert_eq!(keymap.said(Action::Disable), "D");
    let without = |actions: &[Action]| {
        let rows = KEYMAP.iter().filter(|row| actions.contains(&row.action));
        let changes = rows.map(|row| Change {
            scope: row.scope,
            action: row.action,
            chords: Vec::new(),
        });
        Keymap::with(&changes.collect::<Vec<_>>())
    };
    assert_eq!(without(&[Action::Why]).said(Action::Why), ":why");
    assert_eq!(
        without(&[Action::NextStage]).said(Action::NextStage),
        ":next-stage"
    );
    let other = Keymap::with(&[Change {
        scope: coalmine::app::keymap::Scope::Global,
        action: Action::Palette,
        chords: vec![Chord::of(Key::char(';'))],
    }]);
    assert_eq!(other.said(Action::Palette), ";");
}
