//! Standard output, line by line, on a thread of its own: a reader that takes nothing must not hold a rollback. It words nothing.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use tokio::sync::oneshot;

/// Batches of lines that may wait for a slow reader; what does not fit is dropped, and that is said.
const WAITING: usize = 1024;

/// Says lines.
#[derive(Debug)]
pub(super) struct Mouth {
    lines: Option<SyncSender<String>>,
    gone: Option<oneshot::Receiver<()>>,
    dropped: usize,
}

impl Mouth {
    /// Opens standard output.
    pub(super) fn open() -> io::Result<Self> {
        let (lines, waiting) = sync_channel(WAITING);
        let (told, gone) = oneshot::channel();
        std::thread::Builder::new()
            .name("lines-out".into())
            .spawn(move || {
                speak(&waiting, &mut io::stdout().lock());
                // Whoever waits learns it by the sender's end as well.
                let _ = told.send(());
            })?;
        Ok(Self {
            lines: Some(lines),
            gone: Some(gone),
            dropped: 0,
        })
    }

    /// Says these lines.
    pub(super) fn say(&mut self, lines: Vec<String>) {
        let Some(sender) = self.lines.as_ref().filter(|_| !lines.is_empty()) else {
            return;
        };
        let mut text = String::new();
        if self.dropped > 0 {
            text = format!("({} lines were not taken in time)\n", self.dropped);
        }
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        match sender.try_send(text) {
            Ok(()) => self.dropped = 0,
            Err(TrySendError::Full(_)) => self.dropped += lines.len(),
            Err(TrySendError::Disconnected(_)) => {}
        }
    }

    /// Rings the terminal's bell.
    pub(super) fn ring(&self) {
        if let Some(sender) = &self.lines {
            // One bell less is no loss.
            drop(sender.try_send("\x07".to_owned()));
        }
    }

    /// Waits until nobody listens any more.
    pub(super) async fn shut(&mut self) {
        match &mut self.gone {
            Some(gone) => {
                drop(gone.await);
                self.gone = None;
            }
            None => std::future::pending().await,
        }
    }

    /// Lets what was said be taken, for so long at most.
    pub(super) async fn close(mut self, patience: Duration) {
        self.lines = None;
        drop(tokio::time::timeout(patience, self.shut()).await);
    }
}

fn speak(lines: &Receiver<String>, out: &mut impl Write) {
    while let Ok(text) = lines.recv() {
        if out
            .write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .is_err()
        {
            return;
        }
    }
}
