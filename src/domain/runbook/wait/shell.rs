//! Just enough of a shell script to tell the `sleep`s that are run once from those in loops, quotes and the background. It runs
//! nothing.

use std::time::Duration;

/// What is known of the lines so far.
#[derive(Debug, Default)]
pub(super) struct Reader {
    quoted: Option<char>,
    loops: usize,
    /// The word that ends a here-document that is open.
    here: Option<String>,
}

impl Reader {
    /// The `sleep`s of the next line with their words, and its comment.
    pub(super) fn line<'l>(&mut self, line: &'l str) -> (Vec<(String, Duration)>, &'l str) {
        if let Some(word) = &self.here {
            if line.trim() == word {
                self.here = None;
            }
            return (Vec::new(), "");
        }
        let line = line.trim();
        let line = line.strip_prefix("$ ").unwrap_or(line);
        let mut found = Vec::new();
        let mut command = if self.quoted.is_none() {
            String::new()
        } else {
            "\"".to_owned()
        };
        let mut before = ' ';
        let mut chars = line.char_indices().peekable();
        let mut comment = "";
        while let Some((at, c)) = chars.next() {
            match (self.quoted, c) {
                (None | Some('"'), '\\') => {
                    command.push(c);
                    command.extend(chars.next().map(|(_, c)| c));
                }
                (Some(quote), _) => {
                    command.push(c);
                    if quote == c {
                        self.quoted = None;
                    }
                }
                (None, '\'' | '"') => {
                    self.quoted = Some(c);
                    command.push(c);
                }
                (None, '#') if before.is_whitespace() => {
                    comment = line.get(at..).unwrap_or_default();
                    break;
                }
                (None, ';' | '&' | '|' | '(' | ')' | '{' | '}') => {
                    let background = c == '&'
                        && chars.peek().is_none_or(|(_, next)| *next != '&')
                        && before != '&';
                    self.command(&command, background, &mut found);
                    command.clear();
                }
                (None, _) => command.push(c),
            }
            before = c;
        }
        self.command(&command, false, &mut found);
        (found, comment)
    }

    fn command(&mut self, text: &str, background: bool, found: &mut Vec<(String, Duration)>) {
        if let Some((_, word)) = text
            .split_once("<<")
            .filter(|(_, word)| !word.starts_with('<'))
        {
            let word: String = word
                .chars()
                .skip_while(|c| matches!(c, '-' | ' ' | '\'' | '"' | '\\'))
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            self.here = Some(word).filter(|word| !word.is_empty());
        }
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.next_if(|word| {
            matches!(
                *word,
                "do" | "done" | "then" | "else" | "sudo" | "time" | "!"
            )
        }) {
            match word {
                "do" => self.loops += 1,
                "done" => self.loops = self.loops.saturating_sub(1),
                _ => {}
            }
        }
        if words.next() != Some("sleep") || self.loops > 0 || background {
            return;
        }
        let mut span = Duration::ZERO;
        let mut said = "sleep".to_owned();
        for word in words {
            let Some(more) = argument(word) else {
                return;
            };
            span = span.saturating_add(more);
            said = format!("{said} {word}");
        }
        found.push((said, span));
    }
}

/// An argument of `sleep`: a number with `s`, `m`, `h`, `d` or nothing.
fn argument(word: &str) -> Option<Duration> {
    let (number, unit) = match word.char_indices().last()? {
        (at, 's') => (word.get(..at)?, 1.0),
        (at, 'm') => (word.get(..at)?, 60.0),
        (at, 'h') => (word.get(..at)?, 3600.0),
        (at, 'd') => (word.get(..at)?, 86400.0),
        _ => (word, 1.0),
    };
    let plain = number.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !number.is_empty();
    let seconds: f64 = number.parse().ok().filter(|_| plain)?;
    Duration::try_from_secs_f64(seconds * unit).ok()
}
