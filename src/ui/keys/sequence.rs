//! What the numbers and letters of a control sequence mean: a key, or something that the mouse did. It finds no sequence.

use super::Input;
use crate::app::keymap::{Key, KeyCode};
use crate::app::pointer::Gesture;

/// A report of the mouse: button, column and row, from 1. Releases, drags and other buttons mean nothing here.
pub(super) fn mouse(parameters: &[u8], pressed: bool) -> Option<Input> {
    /// Shift, Alt and Ctrl held with it.
    const HELD: u16 = 4 | 8 | 16;
    let text = std::str::from_utf8(parameters).ok()?;
    let mut numbers = text.split(';').map(|part| part.parse::<u16>().ok());
    let (button, x, y) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let gesture = match button & !HELD {
        0 => Gesture::Click,
        64 => Gesture::Up,
        65 => Gesture::Down,
        _ => return None,
    };
    let (x, y) = (x.checked_sub(1)?, y.checked_sub(1)?);
    (pressed && numbers.next().is_none()).then_some(Input::Mouse { gesture, x, y })
}

/// The key of a complete control sequence.
pub(super) fn sequence(parameters: &[u8], last: u8) -> Option<Key> {
    let text = std::str::from_utf8(parameters).ok()?;
    let mut numbers = text
        .split(';')
        .map(|part| part.split(':').next().unwrap_or_default());
    let first = match numbers.next() {
        None | Some("") => 1,
        Some(number) => number.parse::<u32>().ok()?,
    };
    let modifiers = match numbers.next() {
        None | Some("") => 0,
        Some(number) => number.parse::<u32>().ok()?.checked_sub(1)?,
    };
    if modifiers > 0xff {
        return None;
    }
    let code = match last {
        b'Z' => KeyCode::BackTab,
        b'~' => numbered(first)?,
        b'u' => codepoint(first)?,
        _ if first == 1 => letter(last)?,
        _ => return None,
    };
    Some(Key {
        code,
        ctrl: modifiers & 4 != 0,
        alt: modifiers & 2 != 0,
    })
}

pub(super) fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

fn numbered(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F((number - 10) as u8),
        17..=21 => KeyCode::F((number - 11) as u8),
        23 | 24 => KeyCode::F((number - 12) as u8),
        _ => return None,
    })
}

fn codepoint(number: u32) -> Option<KeyCode> {
    Some(match number {
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        _ => KeyCode::Char(char::from_u32(number).filter(|c| !c.is_control())?),
    })
}
