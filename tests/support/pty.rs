//! The real binary in a real pty, seen through a terminal emulator. Waits are for screen contents, never for time.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long a screen may take to show what is waited for, on a slow and busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What came out of the terminal so far.
struct Seen {
    emulator: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
}

/// A program in a pty.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

impl Pty {
    /// Starts the console of this build with a clean environment and these variables on top.
    pub fn coalmine(args: &[&str], env: &[(&str, &str)], size: (u16, u16), home: &Path) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_coalmine"));
        command.args(args);
        Self::start(command, env, size, home)
    }

    /// Starts any command.
    pub fn start(mut command: CommandBuilder, env: &[(&str, &str)], (columns, rows): (u16, u16), home: &Path) -> Self {
        command.env_clear();
        let defaults = [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("LANG", "C.UTF-8"),
            ("USER", "tester"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/nonexistent"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
        ];
        for (name, value) in defaults.iter().chain(env) {
            command.env(name, value);
        }
        command.env("HOME", home);
        command.cwd(home);
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pty");
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut output = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let seen = Seen { emulator: vt100::Parser::new(rows, columns, 0), raw: Vec::new(), ended: false };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let sink = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            loop {
                let read = output.read(&mut buffer).unwrap_or(0);
                let mut seen = sink.0.lock().expect("not poisoned");
                seen.emulator.process(&buffer[..read]);
                seen.raw.extend_from_slice(&buffer[..read]);
                seen.ended = read == 0;
                sink.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self { child, master: Some(pair.master), keys: Some(keys), seen }
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        let writer = self.keys.as_mut().expect("the terminal is open");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("keys are taken");
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.seen.0.lock().expect("not poisoned").emulator.screen().contents()
    }

    /// Every byte that came out.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.0.lock().expect("not poisoned").raw.clone()
    }

    /// Waits until the screen satisfies a condition; fails with the screen when it does not.
    pub fn wait(&self, what: &str, satisfied: impl Fn(&str) -> bool) -> String {
        self.wait_doing(what, || {}, satisfied)
    }

    /// Waits until the screen satisfies a condition, doing something about four times a second meanwhile.
    pub fn wait_doing(&self, what: &str, mut act: impl FnMut(), satisfied: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut seen = self.seen.0.lock().expect("not poisoned");
            let text = seen.emulator.screen().contents();
            if satisfied(&text) {
                return text;
            }
            assert!(!seen.ended, "the program ended while {what} was waited for:\n{text}");
            assert!(Instant::now() < until, "{what} did not come:\n{text}");
            seen = self.seen.1.wait_timeout(seen, Duration::from_millis(250)).expect("not poisoned").0;
            drop(seen);
            act();
        }
    }

    /// Waits until the screen has this text.
    pub fn see(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Changes the size.
    pub fn resize(&self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.seen.0.lock().expect("not poisoned").emulator.screen_mut().set_size(rows, columns);
        self.master.as_ref().expect("the terminal is open").resize(size).expect("resized");
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    /// Sends a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.pid() as i32).expect("a pid");
        rustix::process::kill_process(pid, signal).expect("signalled");
    }

    /// Closes the terminal under the program.
    pub fn hang_up(&mut self) {
        self.keys = None;
        self.master = None;
    }

    /// Waits for the end.
    pub fn ended(&mut self, within: Duration) -> ExitStatus {
        let until = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("waitable") {
                return status;
            }
            assert!(Instant::now() < until, "it has not ended:\n{}", self.screen());
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Whether every mode that was switched on was switched off again.
    pub fn is_given_back(&self) -> Result<(), String> {
        // The reader may lag behind the end of the process by a moment.
        let until = Instant::now() + Duration::from_secs(2);
        let mut seen = self.seen.0.lock().expect("not poisoned");
        while !seen.ended && Instant::now() < until {
            seen = self.seen.1.wait_timeout(seen, Duration::from_millis(50)).expect("not poisoned").0;
        }
        let screen = seen.emulator.screen();
        let left = [
            ("alternate screen", screen.alternate_screen()),
            ("hidden cursor", screen.hide_cursor()),
            ("bracketed paste", screen.bracketed_paste()),
            ("mouse", screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None),
            ("application keypad", screen.application_keypad()),
        ];
        let left: Vec<_> = left.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("left on: {}", left.join(", "))) }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
