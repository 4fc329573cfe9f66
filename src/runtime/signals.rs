//! Signals as things to wait for, and the ways out that no standstill can hold. They decide nothing.

use std::io;
use std::time::Duration;

use nix::unistd::{getpgrp, getppid, getsid, tcgetpgrp};
use rustix::process::{Pid, Signal as Sig, getpid, kill_current_process_group, kill_process};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// How long a signal waits for an orderly end.
const LONGEST_WAY_OUT: Duration = Duration::from_millis(900);

/// How often a console in the background looks whether it has the terminal again.
const BACKGROUND: Duration = Duration::from_millis(100);

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// End, because of this signal.
    End(i32),
    /// Stop as a job.
    Stop,
    /// Somebody let a stopped console go on without its own stop: draw anew.
    Continue,
    /// The terminal's size changed.
    Resize,
}

/// The signals that the console listens to.
pub(super) struct Signals {
    hangup: Stream,
    interrupt: Stream,
    quit: Stream,
    terminate: Stream,
    stop: Stream,
    go_on: Stream,
    resize: Stream,
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
            resize: signal(SignalKind::window_change())?,
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
            _ = self.resize.recv() => Signal::Resize,
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

/// Waits until the console has the terminal: a job that was let go on in the background (`bg`) must not touch it, or the kernel
/// stops it for that, and would again after `fg`.
pub(super) async fn foreground() {
    while tcgetpgrp(rustix::stdio::stdin()).is_ok_and(|owner| owner != getpgrp()) {
        tokio::time::sleep(BACKGROUND).await;
    }
}

/// Whether a shell is there that can let a stopped console go on: a console that is its terminal's only program would stand for ever.
///
/// In a container the session or the parent may lie outside, where their ids read as 0; nix takes that, rustix asserts against it.
pub(super) fn can_come_back() -> bool {
    let Ok(session) = getsid(None) else {
        return false;
    };
    let parent = getppid();
    let in_session = parent.as_raw() > 0 && getsid(Some(parent)) == Ok(session);
    getpgrp() != session && in_session
}

/// Whether a process of this id runs on this machine.
pub fn is_running(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    // One of somebody else may not be asked, and runs all the same.
    pid.is_some_and(|pid| {
        !matches!(
            rustix::process::test_kill_process(pid),
            Err(rustix::io::Errno::SRCH)
        )
    })
}

/// Ends the process with this code if it has not ended by then: a loop, a request or a terminal that stands still must not
/// hold the way out.
pub(crate) fn end_within(patience: Duration, code: i32) {
    let watch = std::thread::Builder::new()
        .name("way-out".into())
        .spawn(move || {
            std::thread::sleep(patience);
            crate::ui::terminal::restore();
            std::process::exit(code);
        });
    // Without a thread the ordinary way out remains.
    drop(watch);
}

/// Watches for signals that end the console, on a thread of its own: it may be the loop that stands still.
pub(super) fn end_in_any_case() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::listen()?
    };
    let watch = move || {
        runtime.block_on(async {
            loop {
                if let Signal::End(number) = signals.next().await {
                    end_within(LONGEST_WAY_OUT, 128 + number);
                }
            }
        });
    };
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(watch)
        .map(drop)
}
