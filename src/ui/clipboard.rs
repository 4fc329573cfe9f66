//! Copying through the terminal (OSC 52): works over ssh, and only when the person asked.

use std::fmt::Write as _;

/// The most bytes that are copied; terminals drop longer ones whole.
const CAP: usize = 8 * 1024;

/// The sequence that puts `text` on the clipboard, cut at a character within the cap. Inside tmux it goes out twice: to tmux, which
/// takes it where `set-clipboard` is on, and past it to the terminal, which it reaches where `allow-passthrough` is on.
pub fn osc52(text: &str, tmux: bool) -> Vec<u8> {
    let mut end = text.len().min(CAP);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut sequence = String::new();
    let copy = crossterm::clipboard::CopyToClipboard::to_clipboard_from(&text[..end]);
    // Writing to a String does not fail.
    let _ = write!(sequence, "{}", CommandText(copy));
    let mut bytes = sequence.clone().into_bytes();
    if tmux {
        bytes.extend(super::notice::passed_on(sequence, true));
    }
    bytes
}

struct CommandText<C>(C);

impl<C: crossterm::Command> std::fmt::Display for CommandText<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.write_ansi(f)
    }
}
