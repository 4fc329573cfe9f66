//! Signals and the terminal's hang-up as things to wait for. They decide nothing.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal as Sig, getpid, kill_current_process_group, kill_process};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// End, because of this signal.
    End(i32),
    /// Stop as a job.
    Stop,
    /// Somebody let a stopped console go on without its own stop: draw anew.
    Continue,
}

/// The signals that the console listens to.
pub(super) struct Signals {
    hangup: Stream,
    interrupt: Stream,
    quit: Stream,
    terminate: Stream,
    stop: Stream,
    go_on: Stream,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            stop: signal(SignalKind::from_raw(Sig::TSTP.as_raw()))?,
            go_on: signal(SignalKind::from_raw(Sig::CONT.as_raw()))?,
        })
    }

    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.hangup.recv() => Signal::End(Sig::HUP.as_raw()),
            _ = self.terminate.recv() => Signal::End(Sig::TERM.as_raw()),
            _ = self.interrupt.recv() => Signal::End(Sig::INT.as_raw()),
            _ = self.quit.recv() => Signal::End(Sig::QUIT.as_raw()),
            _ = self.stop.recv() => Signal::Stop,
            _ = self.go_on.recv() => Signal::Continue,
        }
    }

    /// Stops this process and the others of its job, as Ctrl-Z does in a cooked terminal; returns after the shell let it go on.
    ///
    /// Our own handler swallows the stop that goes to the whole group (a `cargo run` in between must stop too),
    /// so the console itself is stopped by the signal that cannot be caught.
    pub(super) async fn stop_job(&mut self) {
        let _ = kill_current_process_group(Sig::TSTP);
        let _ = kill_process(getpid(), Sig::STOP);
        // Both signals that this caused are spent here, so that they do not ask for another stop.
        for stream in [&mut self.stop, &mut self.go_on] {
            drop(tokio::time::timeout(Duration::from_millis(50), stream.recv()).await);
        }
    }
}

/// Ends when the terminal hangs up. crossterm 0.29 spins for ever on a closed pty, so the loop must not learn of it there.
pub(super) fn hangup() -> Pin<Box<dyn Future<Output = ()> + Send>> {
    let (gone, wait) = tokio::sync::oneshot::channel();
    let watch = std::thread::Builder::new()
        .name("hang-up".into())
        .spawn(move || {
            loop {
                // No event is asked for: hang-up and error are told all the same, and keys wake nobody here.
                let mut fds = [PollFd::from_borrowed_fd(
                    rustix::stdio::stdin(),
                    PollFlags::empty(),
                )];
                match poll(&mut fds, None) {
                    Ok(_)
                        if fds[0]
                            .revents()
                            .intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) =>
                    {
                        break;
                    }
                    Ok(_) | Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                    Err(_) => break,
                }
            }
            drop(gone.send(()));
        });
    Box::pin(async move {
        if watch.is_err() || wait.await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
