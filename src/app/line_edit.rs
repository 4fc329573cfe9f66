//! One line of typed text with a cursor. It knows no key and no screen.

use serde::{Deserialize, Serialize};

/// The most characters that a line takes; what is pasted beyond is dropped.
const CAP: usize = 512;

/// A line being typed. Control characters never get in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEdit {
    chars: Vec<char>,
    cursor: usize,
}

impl LineEdit {
    /// The text.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The cursor's place, in characters from the left.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts text in at the cursor. A line break and everything after it is dropped, other control characters are left out.
    pub fn insert(&mut self, text: &str) {
        for c in text
            .chars()
            .take_while(|c| !matches!(c, '\n' | '\r'))
            .filter(|c| !c.is_control())
        {
            if self.chars.len() == CAP {
                return;
            }
            self.chars.insert(self.cursor, c);
            self.cursor += 1;
        }
    }

    /// Removes the character before the cursor.
    pub fn backspace(&mut self) {
        if self.cursor > 0 {
            self.cursor -= 1;
            self.chars.remove(self.cursor);
        }
    }

    /// Removes the character under the cursor.
    pub fn delete(&mut self) {
        if self.cursor < self.chars.len() {
            self.chars.remove(self.cursor);
        }
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.chars.clear();
        self.cursor = 0;
    }

    /// Removes the word before the cursor.
    pub fn delete_word(&mut self) {
        while self.cursor > 0 && self.chars[self.cursor - 1] == ' ' {
            self.backspace();
        }
        while self.cursor > 0 && self.chars[self.cursor - 1] != ' ' {
            self.backspace();
        }
    }

    /// Moves the cursor by that many characters.
    pub fn shift(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.chars.len());
    }

    /// Moves the cursor to the start.
    pub fn home(&mut self) {
        self.cursor = 0;
    }

    /// Moves the cursor to the end.
    pub fn end(&mut self) {
        self.cursor = self.chars.len();
    }
}

#[cfg(test)]
mod tests {
    use super::LineEdit;

    #[test]
    fn a_paste_is_one_line_without_control_characters() {
        let mut line = LineEdit::default();
        line.insert("pr\u{1b}od\nrm -rf");
        assert_eq!(line.text(), "prod");
    }

    #[test]
    fn editing_in_the_middle_keeps_the_rest() {
        let mut line = LineEdit::default();
        line.insert("produ");
        line.shift(-2);
        line.backspace();
        line.delete();
        line.insert("ö");
        assert_eq!((line.text().as_str(), line.cursor()), ("pröu", 3));
        line.delete_word();
        assert_eq!(line.text(), "u");
    }
}
