//! A program in a real pty, seen through a terminal emulator. Waits are for what is on the screen, never for time.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// How long a screen may take to show what is waited for, on a slow and busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// How long a screen is given before something is done about it again.
const BETWEEN_ACTS: Duration = Duration::from_millis(250);

/// How the terminal takes what is written to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pace {
    /// At once.
    Free,
    /// So many bytes a second.
    Slow(usize),
    /// Not at all, as with a frozen window.
    Stopped,
}

/// What came out of the terminal so far.
struct Seen {
    emulator: vt100::Parser,
    raw: Vec<u8>,
    /// The screen as it stood when no frame was under way: terminals show whole frames only.
    shown: String,
    pace: Pace,
    /// Nobody holds the terminal's own end any more.
    hung_up: bool,
    ended: bool,
}

/// A program in a pty.
pub(crate) struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    before: String,
}

impl Pty {
    /// Starts the console of this build with a clean environment and these variables on top.
    pub(crate) fn coalmine(
        args: &[&str],
        env: &[(&str, &str)],
        size: (u16, u16),
        home: &Path,
    ) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_coalmine"));
        command.args(args);
        Self::start(command, env, size, home)
    }

    /// Runs a script in a shell of its own, which is what a person's terminal runs first.
    pub(crate) fn sh(script: &str, env: &[(&str, &str)], size: (u16, u16), home: &Path) -> Self {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", script]);
        Self::start(command, env, size, home)
    }

    /// Starts any command.
    pub(crate) fn start(
        mut command: CommandBuilder,
        env: &[(&str, &str)],
        (cols, rows): (u16, u16),
        home: &Path,
    ) -> Self {
        command.env_clear();
        for (name, value) in environment().into_iter().chain(env.iter().copied()) {
            command.env(name, value);
        }
        command.env("HOME", home);
        command.cwd(home);
        let pair = native_pty_system()
            .openpty(size(cols, rows))
            .expect("a pty");
        let before = modes(&*pair.master);
        let child = pair
            .slave
            .spawn_command(command)
            .expect("the program starts");
        drop(pair.slave);
        let output = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let seen = Seen {
            emulator: emulator(cols, rows),
            raw: Vec::new(),
            shown: String::new(),
            pace: Pace::Free,
            hung_up: false,
            ended: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let sink = Arc::clone(&seen);
        std::thread::spawn(move || take_output(output, &sink));
        Self {
            child,
            master: Some(pair.master),
            keys: Some(keys),
            seen,
            before,
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Types.
    pub(crate) fn keys(&mut self, keys: &str) {
        let writer = self.keys.as_mut().expect("the terminal is open");
        writer
            .write_all(keys.as_bytes())
            .and_then(|()| writer.flush())
            .expect("keys are taken");
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        self.seen().shown.clone()
    }

    /// Whether a cell of the screen satisfies a condition.
    pub(crate) fn any_cell(&self, condition: impl Fn(&vt100::Cell) -> bool) -> bool {
        let seen = self.seen();
        let (rows, columns) = seen.emulator.screen().size();
        (0..rows.get()).any(|row| {
            (0..columns.get()).any(|column| {
                seen.emulator
                    .screen()
                    .cell(row, column)
                    .is_some_and(&condition)
            })
        })
    }

    /// Every byte that came out.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.seen().raw.clone()
    }

    /// The number of bytes that came out.
    pub(crate) fn bytes(&self) -> usize {
        self.seen().raw.len()
    }

    /// Takes output at this pace from now on. What a blocked reader holds already may still come.
    pub(crate) fn pace(&self, pace: Pace) {
        self.seen().pace = pace;
        self.seen.1.notify_all();
    }

    /// Waits until the screen satisfies a condition; fails with the screen when it does not.
    pub(crate) fn wait(&self, what: &str, satisfied: impl Fn(&str) -> bool) -> String {
        self.wait_and(what, || {}, satisfied)
    }

    /// Waits until the screen satisfies a condition, doing something about four times a second meanwhile.
    pub(crate) fn wait_doing(
        &mut self,
        what: &str,
        mut act: impl FnMut(&mut dyn FnMut(&str)),
        satisfied: impl Fn(&str) -> bool,
    ) -> String {
        let mut writer = self.keys.take().expect("the terminal is open");
        let mut type_keys = |keys: &str| {
            let typed = writer.write_all(keys.as_bytes());
            typed.and_then(|()| writer.flush()).expect("keys are taken");
        };
        let text = self.wait_and(what, || act(&mut type_keys), satisfied);
        self.keys = Some(writer);
        text
    }

    fn wait_and(
        &self,
        what: &str,
        mut act: impl FnMut(),
        satisfied: impl Fn(&str) -> bool,
    ) -> String {
        let until = Instant::now() + PATIENCE;
        let mut acted = None;
        loop {
            let (text, ended, bytes) = {
                let seen = self.seen();
                (seen.shown.clone(), seen.ended, seen.raw.len())
            };
            if satisfied(&text) {
                return text;
            }
            assert!(
                !ended,
                "the program ended while {what} was waited for:\n{text}"
            );
            assert!(Instant::now() < until, "{what} did not come:\n{text}");
            if acted.is_none_or(|at: Instant| at.elapsed() >= BETWEEN_ACTS) {
                acted = Some(Instant::now());
                act();
            }
            let seen = self.seen();
            if seen.raw.len() == bytes && !seen.ended {
                drop(self.seen.1.wait_timeout(seen, BETWEEN_ACTS));
            }
        }
    }

    /// Waits until the screen has this text.
    pub(crate) fn see(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Waits until the screen has this text no more.
    pub(crate) fn gone(&self, text: &str) -> String {
        self.wait(&format!("the end of {text}"), |screen| {
            !screen.contains(text)
        })
    }

    /// Waits until nothing has come out for this long, and answers how much had come out by then.
    pub(crate) fn quiet(&self, span: Duration) -> usize {
        let until = Instant::now() + PATIENCE;
        let mut seen = self.seen();
        loop {
            let before = seen.raw.len();
            let waited = Instant::now();
            while seen.raw.len() == before && waited.elapsed() < span {
                seen = self
                    .seen
                    .1
                    .wait_timeout(seen, span)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
            if seen.raw.len() == before {
                return before;
            }
            assert!(Instant::now() < until, "it never falls silent");
        }
    }

    /// Changes the size.
    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        // The emulator keeps a few cells even where the terminal claims none, and not many where it claims very many.
        let (few, many) = (NonZeroU16::MIN, NonZeroU16::new(500).expect("500"));
        let cells = |n| NonZeroU16::new(n).unwrap_or(few).min(many);
        self.seen()
            .emulator
            .screen_mut()
            .set_size(cells(rows), cells(cols));
        self.master
            .as_ref()
            .expect("the terminal is open")
            .resize(size(cols, rows))
            .expect("resized");
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        send(self.pid(), signal);
    }

    /// Closes the terminal under the program: drops the writing end, and the reading end as soon as the program has
    /// answered `nudge`, keys that make it write something.
    pub(crate) fn hang_up(&mut self, nudge: &str) {
        self.seen().hung_up = true;
        self.keys(nudge);
        let until = Instant::now() + PATIENCE;
        while !self.seen().ended {
            assert!(Instant::now() < until, "nothing was written");
            std::thread::park_timeout(Duration::from_millis(2));
        }
        self.keys = None;
        self.master = None;
    }

    /// Waits for the end.
    pub(crate) fn ended(&mut self, within: Duration) -> ExitStatus {
        let until = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("waitable") {
                return status;
            }
            assert!(
                Instant::now() < until,
                "it has not ended:\n{}",
                self.screen()
            );
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Waits for the end, which must have this code and leave the terminal as it was. Answers what stands on the screen.
    pub(crate) fn ends_well(&mut self, code: u32, within: Duration) -> String {
        let status = self.ended(within);
        assert_eq!(status.exit_code(), code, "{status:?}\n{}", self.screen());
        let screen = self.last_screen();
        assert_eq!(self.left_on(), Vec::<&str>::new(), "modes left on");
        assert_eq!(
            modes(&**self.master.as_ref().expect("the terminal is open")),
            self.before,
            "termios"
        );
        screen
    }

    /// The screen once everything that was written has come out.
    pub(crate) fn last_screen(&self) -> String {
        let until = Instant::now() + Duration::from_secs(5);
        let mut seen = self.seen();
        while !seen.ended && Instant::now() < until {
            seen = self
                .seen
                .1
                .wait_timeout(seen, Duration::from_millis(50))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        seen.emulator.screen().contents()
    }

    /// Whether the terminal's driver is in raw mode now.
    pub(crate) fn is_raw(&self) -> bool {
        modes(&**self.master.as_ref().expect("the terminal is open")) != self.before
    }

    /// The modes of the terminal that are switched on.
    pub(crate) fn left_on(&self) -> Vec<&'static str> {
        let seen = self.seen();
        let screen = seen.emulator.screen();
        let modes = [
            ("alternate screen", screen.alternate_screen()),
            ("hidden cursor", screen.hide_cursor()),
            ("bracketed paste", screen.bracketed_paste()),
            (
                "mouse",
                screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None,
            ),
            ("application keypad", screen.application_keypad()),
            ("application cursor", screen.application_cursor()),
            (
                "colour",
                screen.fgcolor() != vt100::Color::Default
                    || screen.bgcolor() != vt100::Color::Default,
            ),
            (
                "attributes",
                screen.bold()
                    || screen.inverse()
                    || screen.underline()
                    || screen.italic()
                    || screen.dim(),
            ),
            ("synchronized output", ends_inside_a_frame(&seen.raw)),
        ];
        modes
            .into_iter()
            .filter(|(_, on)| *on)
            .map(|(name, _)| name)
            .collect()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        self.pace(Pace::Free);
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The environment that every program gets, and nothing of the machine's own.
pub(crate) fn environment() -> Vec<(&'static str, &'static str)> {
    vec![
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
        ("LANG", "C.UTF-8"),
        ("USER", "tester"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_CONFIG_FILE", "/nonexistent"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
        ("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL"),
        ("AWS_SECRET_ACCESS_KEY", "rehearsal"),
    ]
}

/// Sends a signal to any process.
pub(crate) fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(pid).expect("a process id")).expect("a process id");
    kill_process(pid, signal).expect("signalled");
}

fn emulator(cols: u16, rows: u16) -> vt100::Parser {
    let cells = |n| NonZeroU16::new(n).expect("a size");
    vt100::Parser::new(cells(rows), cells(cols), 0)
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn modes(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios().expect("termios"))
}

fn ends_inside_a_frame(raw: &[u8]) -> bool {
    let last = |what: &[u8]| raw.windows(what.len()).rposition(|window| window == what);
    last(b"\x1b[?2026h") > last(b"\x1b[?2026l")
}

/// Takes what comes out, at the pace of the moment, until the program ends or the terminal hangs up.
fn take_output(mut output: Box<dyn Read + Send>, sink: &(Mutex<Seen>, Condvar)) {
    let mut buffer = [0; 8192];
    loop {
        let mut seen = sink.0.lock().unwrap_or_else(PoisonError::into_inner);
        while seen.pace == Pace::Stopped && !seen.hung_up {
            seen = sink.1.wait(seen).unwrap_or_else(PoisonError::into_inner);
        }
        let piece = match seen.pace {
            Pace::Slow(rate) => (rate / 20).max(1),
            _ => buffer.len(),
        };
        let slow = matches!(seen.pace, Pace::Slow(_));
        drop(seen);
        if slow {
            std::thread::sleep(Duration::from_millis(50));
        }
        let read = output.read(&mut buffer[..piece]).unwrap_or(0);
        let mut seen = sink.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.emulator.process(&buffer[..read]);
        seen.raw.extend_from_slice(&buffer[..read]);
        if !ends_inside_a_frame(&seen.raw) {
            seen.shown = seen.emulator.screen().contents();
        }
        let over = read == 0 || seen.hung_up;
        if over {
            drop(output);
            seen.ended = true;
            sink.1.notify_all();
            return;
        }
        sink.1.notify_all();
    }
}
