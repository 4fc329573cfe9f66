//! What a command writes: read as fast as it comes, counted and hashed whole, kept and told as far as there is room.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::domain::runbook::command::OutputChunk;
use crate::domain::runbook::script::hex;
use crate::ports::CommandListener;

/// Bytes read at once.
const READ: usize = 64 * 1024;
/// Bytes that wait to be told; what comes faster is counted and left out.
const WAITING: usize = 64 * 1024;
/// Bytes of the end that are kept.
const TAIL: usize = 4 * 1024;
/// What was read is told this often.
const PACE: Duration = Duration::from_millis(50);

/// The output of one command.
pub(super) struct Tap {
    state: Mutex<State>,
    more: Notify,
}

#[derive(Default)]
struct State {
    hash: Sha256,
    bytes: u64,
    tail: VecDeque<u8>,
    waiting: VecDeque<(bool, Vec<u8>)>,
    waiting_bytes: usize,
    skipped: u64,
    closed: bool,
}

impl Tap {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            more: Notify::new(),
        })
    }

    /// Reads both pipes of the command to their ends.
    pub(super) fn read(self: &Arc<Self>, child: &mut Child) -> JoinSet<()> {
        let mut readers = JoinSet::new();
        if let Some(pipe) = child.stdout.take() {
            readers.spawn(Arc::clone(self).drain(pipe, false));
        }
        if let Some(pipe) = child.stderr.take() {
            readers.spawn(Arc::clone(self).drain(pipe, true));
        }
        readers
    }

    async fn drain(self: Arc<Self>, mut pipe: impl AsyncRead + Unpin, stderr: bool) {
        let mut buffer = vec![0; READ];
        // A pipe that fails has ended.
        while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
            let bytes = buffer.get(..count).unwrap_or_default();
            self.state().take(stderr, bytes);
            self.more.notify_one();
            // A flood must leave the thread to others between two reads.
            tokio::task::yield_now().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing more comes.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.more.notify_one();
    }

    /// Tells what was read, until nothing more comes. A listener that is slow slows nobody but itself.
    pub(super) async fn tell(self: Arc<Self>, listener: Arc<dyn CommandListener>) {
        let mut cut: [Vec<u8>; 2] = Default::default();
        loop {
            let (chunks, closed) = self.state().give();
            for (stderr, bytes, skipped) in chunks {
                let [out, err] = &mut cut;
                let cut = if stderr { err } else { out };
                if skipped > 0 {
                    cut.clear();
                }
                let text = decode(cut, bytes);
                if !text.is_empty() || skipped > 0 {
                    listener
                        .output(OutputChunk {
                            stderr,
                            text,
                            skipped,
                        })
                        .await;
                }
            }
            if closed {
                break;
            }
            self.more.notified().await;
            sleep(PACE).await;
        }
        for (cut, stderr) in cut.into_iter().zip([false, true]) {
            let mut text = String::new();
            escape(&mut text, &cut);
            if !text.is_empty() {
                listener
                    .output(OutputChunk {
                        stderr,
                        text,
                        skipped: 0,
                    })
                    .await;
            }
        }
    }

    /// Bytes in all, their SHA-256, and the last of them as text.
    pub(super) fn sum(&self) -> (u64, String, String) {
        let state = self.state();
        let digest = state.hash.clone().finalize();
        let hash = hex(&digest);
        let mut tail: Vec<u8> = state.tail.iter().copied().collect();
        if state.bytes > tail.len() as u64 {
            // A character that was cut at the front is none.
            let whole = tail
                .iter()
                .take(3)
                .take_while(|byte| **byte & 0xc0 == 0x80)
                .count();
            tail.drain(..whole);
        }
        let mut text = String::new();
        for chunk in tail.utf8_chunks() {
            text.push_str(chunk.valid());
            escape(&mut text, chunk.invalid());
        }
        (state.bytes, hash, text)
    }
}

impl State {
    fn take(&mut self, stderr: bool, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.tail
            .extend(bytes.iter().skip(bytes.len().saturating_sub(TAIL)));
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
        match self.waiting.back_mut() {
            Some((of, waiting)) if *of == stderr => waiting.extend_from_slice(bytes),
            _ => self.waiting.push_back((stderr, bytes.to_vec())),
        }
        self.waiting_bytes += bytes.len();
        while self.waiting_bytes > WAITING {
            let surplus = self.waiting_bytes - WAITING;
            let Some((_, first)) = self.waiting.front_mut() else {
                return;
            };
            let gone = surplus.min(first.len());
            first.drain(..gone);
            self.waiting_bytes -= gone;
            self.skipped += gone as u64;
            if first.is_empty() {
                self.waiting.pop_front();
            }
        }
    }

    /// What waits, each piece with the bytes that were left out before it.
    fn give(&mut self) -> (Vec<(bool, Vec<u8>, u64)>, bool) {
        self.waiting_bytes = 0;
        let mut skipped = std::mem::take(&mut self.skipped);
        let mut given = Vec::new();
        for (stderr, bytes) in self.waiting.drain(..) {
            given.push((stderr, bytes, std::mem::take(&mut skipped)));
        }
        (given, self.closed)
    }
}

/// Bytes as text; a character that is not whole yet waits in `cut`.
fn decode(cut: &mut Vec<u8>, bytes: Vec<u8>) -> String {
    let mut all = std::mem::take(cut);
    all.extend(bytes);
    let mut text = String::with_capacity(all.len());
    let mut chunks = all.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        let invalid = chunk.invalid();
        if chunks.peek().is_none() && is_begun(invalid) {
            *cut = invalid.to_vec();
        } else {
            escape(&mut text, invalid);
        }
    }
    text
}

/// Whether bytes at the end may be the beginning of a character.
fn is_begun(bytes: &[u8]) -> bool {
    let wanted = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return false,
    };
    bytes.len() < wanted
}

fn escape(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(text, "\\x{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_is_cut_waits_for_its_rest_and_bytes_that_are_none_are_written_out() {
        let mut cut = Vec::new();
        assert_eq!(decode(&mut cut, b"a\xe4\xb8".to_vec()), "a");
        assert_eq!(
            decode(&mut cut, b"\x96b\xff\xe4x".to_vec()),
            "世b\\xff\\xe4x"
        );
        assert!(cut.is_empty());
    }

    #[test]
    fn what_comes_too_fast_is_counted_and_the_newest_stays() {
        let mut state = State::default();
        for n in 0..100_u8 {
            state.take(n % 2 == 0, &vec![n; 10_000]);
        }
        assert_eq!(state.bytes, 1_000_000);
        let (given, _) = state.give();
        let kept: usize = given.iter().map(|(_, bytes, _)| bytes.len()).sum();
        let skipped: u64 = given.iter().map(|(_, _, skipped)| skipped).sum();
        assert_eq!(kept as u64 + skipped, 1_000_000);
        assert!(kept <= WAITING);
        assert_eq!(
            given
                .last()
                .map(|(stderr, bytes, _)| (*stderr, bytes.last().copied())),
            Some((false, Some(99)))
        );
        assert_eq!(state.tail.len(), TAIL);
    }
}
