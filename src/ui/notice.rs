//! What goes to the terminal beside frames: notices (bell, OSC 9, OSC 777) and its title. It decides neither when nor whether.

use crate::app::Model;
use crate::text::sanitize;

use super::Glyphs;

/// Columns of a title at most.
const TITLE: usize = 120;
/// Columns of a notice at most: desktops show a few lines.
const NOTICE: usize = 400;

/// Saves the terminal's title, to be brought back by [`TITLE_BACK`].
pub const TITLE_AWAY: &[u8] = b"\x1b[22;2t";
/// Brings the saved title back.
pub const TITLE_BACK: &[u8] = b"\x1b[23;2t";

/// The bell.
pub fn bell() -> Vec<u8> {
    b"\x07".to_vec()
}

/// A notice by OSC 9 (iTerm2, Windows Terminal, kitty, Ghostty and others).
pub fn osc9(text: &str, tmux: bool) -> Vec<u8> {
    passed_on(format!("\x1b]9;{}\x1b\\", quiet(text, NOTICE)), tmux)
}

/// A notice by OSC 777 (foot, Ghostty, WezTerm, urxvt).
pub fn osc777(title: &str, text: &str, tmux: bool) -> Vec<u8> {
    // A semicolon would end the title.
    let title = quiet(title, TITLE).replace(';', ",");
    let text = quiet(text, NOTICE);
    passed_on(format!("\x1b]777;notify;{title};{text}\x1b\\"), tmux)
}

/// The terminal's title from now on.
pub fn title(text: &str) -> Vec<u8> {
    format!("\x1b]2;{}\x1b\\", quiet(text, TITLE)).into_bytes()
}

/// The same sequence for the terminal outside of tmux, which hands it on where `allow-passthrough` is on.
pub fn passed_on(sequence: String, tmux: bool) -> Vec<u8> {
    if !tmux {
        return sequence.into_bytes();
    }
    format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")).into_bytes()
}

/// Text that ends no sequence and begins none.
fn quiet(text: &str, columns: usize) -> String {
    sanitize(text).truncate(columns).to_string()
}

/// The state in a few words, the weightiest first, since tabs are narrow: `10 % HOLD · partial-results prod`.
pub fn state(model: &Model, glyphs: Glyphs) -> String {
    let exposure = model
        .exposure
        .effective
        .map(|effective| effective.at_most)
        .or(model.exposure.desired)
        .map_or_else(|| "? %".to_owned(), |percent| percent.to_string());
    let firing = model.alarms.value.as_ref().map_or(0, |batch| {
        let is_firing = |alarm: &&crate::domain::alarm::Alarm| {
            alarm.state == crate::domain::alarm::AlarmState::Alarm
        };
        batch.alarms.iter().filter(is_firing).count()
    });
    let alarms = match firing {
        0 => String::new(),
        count => format!(" {count} ALARM"),
    };
    let dot = if glyphs == Glyphs::Ascii { "-" } else { "·" };
    format!(
        "{exposure} {}{alarms} {dot} {} {}",
        model.verdict.decision.word(),
        model.spec.name,
        model.spec.environment.0
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_notice_ends_it_or_begins_another() {
        let hostile = "a\x07b\x1b\\c\x1b]52;;eA==\x07\u{9c}d;e\n";
        for bytes in [
            osc9(hostile, false),
            osc777(hostile, hostile, false),
            title(hostile),
        ] {
            let text = String::from_utf8(bytes).unwrap_or_default();
            let inside = text
                .strip_prefix("\x1b]")
                .and_then(|text| text.strip_suffix("\x1b\\"))
                .unwrap_or_default();
            assert!(!inside.is_empty(), "{text:?}");
            assert!(!inside.contains(|c: char| c.is_control()), "{text:?}");
        }
        let text = String::from_utf8(osc777("a;b", "c;d", false)).unwrap_or_default();
        assert_eq!(text, "\x1b]777;notify;a,b;c;d\x1b\\");
    }

    #[test]
    fn tmux_gets_a_wrapper_with_every_escape_doubled() {
        assert_eq!(
            osc9("x", true),
            b"\x1bPtmux;\x1b\x1b]9;x\x1b\x1b\\\x1b\\".to_vec()
        );
        assert_eq!(osc9("x", false), b"\x1b]9;x\x1b\\".to_vec());
    }

    #[test]
    fn long_texts_are_cut() {
        assert!(title(&"x".repeat(5_000)).len() < 200);
        assert!(osc9(&"x".repeat(5_000), false).len() < 500);
    }
}
