//! A key, as the finger knows it, and its notation. What it means stands in the table.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the finger did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// Whether Ctrl was held.
    pub ctrl: bool,
    /// Whether Alt was held.
    pub alt: bool,
}

/// Keys that the console knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyCode {
    /// A character, in its letter case.
    Char(char),
    /// A function key.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Home.
    Home,
    /// End.
    End,
}

impl Key {
    /// A character without modifiers.
    pub const fn char(c: char) -> Self {
        Self {
            code: KeyCode::Char(c),
            ctrl: false,
            alt: false,
        }
    }

    /// Another key without modifiers.
    pub const fn plain(code: KeyCode) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
        }
    }

    /// Reads the notation of the table (`D`, `+`, `enter`, `f9`, `ctrl-c`, `space`) and what people write elsewhere for the same
    /// keys: `C-c`, `<C-c>`, `^c`, `M-x`, `shift-tab`, `<CR>`, `PageUp`, `F9`.
    pub fn parse(text: &str) -> Option<Self> {
        let inner = text
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix('>'));
        match inner {
            Some(inner) if !inner.is_empty() => Self::with_modifiers(inner),
            _ => Self::with_modifiers(text),
        }
    }

    fn with_modifiers(text: &str) -> Option<Self> {
        if let Some(rest) = prefixed(text, &["ctrl-", "ctrl+", "c-", "^"]) {
            let key = Self::with_modifiers(rest)?;
            let code = match key.code {
                KeyCode::Char(c) => KeyCode::Char(c.to_ascii_lowercase()),
                code => code,
            };
            return (!key.ctrl).then_some(Self {
                code,
                ctrl: true,
                ..key
            });
        }
        if let Some(rest) = prefixed(text, &["alt-", "alt+", "meta-", "a-", "m-"]) {
            let key = Self::with_modifiers(rest)?;
            return (!key.alt).then_some(Self { alt: true, ..key });
        }
        if let Some(rest) = prefixed(text, &["shift-", "shift+", "s-"]) {
            return Self::with_modifiers(rest)?.shifted();
        }
        Some(Self::plain(code(text)?))
    }

    /// The key with Shift, where a terminal tells it apart.
    fn shifted(self) -> Option<Self> {
        let code = match self.code {
            KeyCode::Tab => KeyCode::BackTab,
            KeyCode::Char(c) if c.is_ascii_lowercase() && !self.ctrl => {
                KeyCode::Char(c.to_ascii_uppercase())
            }
            _ => return None,
        };
        Some(Self { code, ..self })
    }

    /// Why no terminal ever sends this key; `None` when one does.
    pub fn unheard(self) -> Option<&'static str> {
        let KeyCode::Char(c) = self.code else {
            let lone = matches!(
                self.code,
                KeyCode::Enter
                    | KeyCode::Esc
                    | KeyCode::Tab
                    | KeyCode::BackTab
                    | KeyCode::Backspace
            );
            return (self.ctrl && lone).then_some("terminals send it as the same key without ctrl");
        };
        match c {
            _ if !self.ctrl => None,
            'i' => Some("terminals send it as tab"),
            'm' | 'j' => Some("terminals send it as enter"),
            'h' => Some("terminals send it as backspace"),
            'a'..='z' | ' ' => None,
            _ => Some("terminals know ctrl with letters and space only"),
        }
    }

    /// Whether a line that is being typed needs this key: it puts a character in, moves in the line, or deletes.
    pub fn is_for_typing(self) -> bool {
        match self.code {
            KeyCode::Char('u' | 'w' | 'a' | 'e') if self.ctrl => true,
            KeyCode::Char(_) => !self.ctrl && !self.alt,
            KeyCode::Backspace
            | KeyCode::Delete
            | KeyCode::Left
            | KeyCode::Right
            | KeyCode::Home
            | KeyCode::End => true,
            _ => false,
        }
    }
}

/// What follows one of these words, whose letter case does not matter.
fn prefixed<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().find_map(|word| {
        let head = text.get(..word.len())?;
        let rest = text.get(word.len()..)?;
        (head.eq_ignore_ascii_case(word) && !rest.is_empty()).then_some(rest)
    })
}

fn code(text: &str) -> Option<KeyCode> {
    let mut chars = text.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(KeyCode::Char(c));
    }
    let word = text.to_ascii_lowercase();
    Some(match word.as_str() {
        "enter" | "return" | "cr" => KeyCode::Enter,
        "esc" | "escape" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "backspace" | "bs" => KeyCode::Backspace,
        "delete" | "del" => KeyCode::Delete,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "pgup" | "pageup" => KeyCode::PageUp,
        "pgdn" | "pagedown" | "pgdown" => KeyCode::PageDown,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "space" | "spc" => KeyCode::Char(' '),
        "lt" => KeyCode::Char('<'),
        "minus" => KeyCode::Char('-'),
        "plus" => KeyCode::Char('+'),
        _ => {
            let number: u8 = word.strip_prefix('f')?.parse().ok()?;
            (1..=12).contains(&number).then_some(KeyCode::F(number))?
        }
    })
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        if self.alt {
            f.write_str("alt-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("space"),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::Enter => f.write_str("enter"),
            KeyCode::Esc => f.write_str("esc"),
            KeyCode::Tab => f.write_str("tab"),
            KeyCode::BackTab => f.write_str("shift-tab"),
            KeyCode::Backspace => f.write_str("backspace"),
            KeyCode::Delete => f.write_str("delete"),
            KeyCode::Up => f.write_str("up"),
            KeyCode::Down => f.write_str("down"),
            KeyCode::Left => f.write_str("left"),
            KeyCode::Right => f.write_str("right"),
            KeyCode::PageUp => f.write_str("pgup"),
            KeyCode::PageDown => f.write_str("pgdn"),
            KeyCode::Home => f.write_str("home"),
            KeyCode::End => f.write_str("end"),
        }
    }
}
