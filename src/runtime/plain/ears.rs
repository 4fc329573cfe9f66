//! Standard input, line by line, on a thread of its own. It understands nothing.

use std::io::{self, BufRead, Read};

use tokio::sync::mpsc;

/// Lines that wait at most; more are read once these had their turn.
pub(super) const WAITING: usize = 64;
/// Bytes of one line at most; the rest of a longer one is not read as a line of its own.
const LONGEST: u64 = 8 * 1024;

/// Lines as they come.
#[derive(Debug)]
pub(super) struct Ears {
    lines: mpsc::Receiver<String>,
}

impl Ears {
    /// Begins to listen.
    pub(super) fn open() -> io::Result<Self> {
        let (sender, lines) = mpsc::channel(WAITING);
        std::thread::Builder::new()
            .name("lines".into())
            .spawn(move || {
                listen(&mut io::stdin().lock(), |line| {
                    sender.blocking_send(line).is_ok()
                });
            })?;
        Ok(Self { lines })
    }

    /// The next line; `None` when there are no more.
    pub(super) async fn next(&mut self) -> Option<String> {
        self.lines.recv().await
    }
}

fn listen(input: &mut impl BufRead, mut hear: impl FnMut(String) -> bool) {
    loop {
        let mut line = Vec::new();
        // What cannot be read is over, like what has ended.
        let read = (&mut *input).take(LONGEST).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return;
        }
        let whole = line.ends_with(b"\n");
        if !whole && line.len() as u64 == LONGEST && !skip(input) {
            return;
        }
        let text = String::from_utf8_lossy(&line);
        if !hear(text.trim_end_matches(['\n', '\r']).to_owned()) {
            return;
        }
    }
}

/// Leaves the rest of a line out.
fn skip(input: &mut impl BufRead) -> bool {
    loop {
        let mut piece = Vec::new();
        match input.take(LONGEST).read_until(b'\n', &mut piece) {
            Ok(1..) if piece.ends_with(b"\n") => return true,
            Ok(1..) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(input: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        listen(&mut &*input, |line| {
            lines.push(line);
            true
        });
        lines
    }

    #[test]
    fn lines_come_one_by_one_and_the_last_needs_no_end() {
        assert_eq!(heard(b"1\r\n\n2"), ["1", "", "2"]);
        assert_eq!(heard(b""), Vec::<String>::new());
        assert_eq!(heard(b"\xff\xfe\n"), ["\u{fffd}\u{fffd}"]);
    }

    #[test]
    fn the_rest_of_an_endless_line_is_no_line() {
        let mut input = vec![b'x'; 100_000];
        input.extend_from_slice(b"\ndisable\n");
        let lines = heard(&input);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].len() as u64, LONGEST);
        assert_eq!(lines[1], "disable");
    }
}
