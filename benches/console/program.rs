//! A full-screen program in a pty, with the time of every piece that it wrote. It judges nothing.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail, eyre};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Columns and rows of every measurement.
pub(crate) const SIZE: (u16, u16) = (120, 40);
/// How long anything may take on a busy machine before the measurement gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// A screen with this many glyphs counts as painted.
const PAINTED: usize = 100;
/// A pause that ends a burst of output.
pub(crate) const PAUSE: Duration = Duration::from_millis(5);

/// What is measured.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// Its name in the table.
    pub(crate) name: String,
    program: String,
    args: Vec<String>,
    /// Any of these texts on the screen: it is of use now.
    ready: Vec<String>,
    /// Keys that change its screen, in turn.
    pub(crate) keys: Vec<String>,
}

impl Subject {
    /// A peer by its name on the path.
    pub(crate) fn peer(name: &str, args: &[&str], ready: &str, keys: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            program: name.to_owned(),
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            ready: vec![ready.to_owned()],
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
        }
    }

    /// The console of this build with these arguments.
    pub(crate) fn coalmine(name: &str, args: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            program: env!("CARGO_BIN_EXE_coalmine").to_owned(),
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            // A verdict other than CANNOT TELL needs flag, signals and alarms.
            ready: ["HOLD", "PROMOTE", "ROLL BACK"].map(str::to_owned).to_vec(),
            keys: ["w", "l", "a", "x"].map(str::to_owned).to_vec(),
        }
    }

    fn command(&self, home: &Path) -> CommandBuilder {
        let mut command = CommandBuilder::new(&self.program);
        command.args(&self.args);
        command.env_clear();
        let path = std::env::var("PATH").unwrap_or_default();
        for (name, value) in [
            ("PATH", path.as_str()),
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("LANG", "C.UTF-8"),
            ("USER", "bench"),
            ("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL"),
            ("AWS_SECRET_ACCESS_KEY", "rehearsal"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/nonexistent"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent"),
        ] {
            command.env(name, value);
        }
        command.env("HOME", home);
        command.cwd(home);
        command
    }
}

struct Output {
    emulator: vt100::Parser,
    /// When how many bytes came.
    pieces: Vec<(Instant, usize)>,
    painted: Option<Instant>,
    ended: bool,
    /// What the reading end takes in a second, in bytes; everything when it is 0.
    pace: usize,
}

/// A running program.
pub(crate) struct Program {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Arc<(Mutex<Output>, Condvar)>,
    ready: Vec<String>,
    /// The line discipline before it began.
    discipline: Option<String>,
    /// When it was started.
    pub(crate) began: Instant,
}

impl Program {
    /// Starts it.
    pub(crate) fn start(subject: &Subject, home: &Path) -> Result<Self> {
        let pair = native_pty_system()
            .openpty(pty_size(SIZE))
            .map_err(|error| eyre!("no pty: {error}"))?;
        let reader = pair
            .master
            .try_clone_reader()
            .map_err(|error| eyre!("{error}"))?;
        let keys = pair
            .master
            .take_writer()
            .map_err(|error| eyre!("{error}"))?;
        let (Some(rows), Some(columns)) = (lines(SIZE.1), lines(SIZE.0)) else {
            bail!("no size");
        };
        let output = Arc::new((
            Mutex::new(Output {
                emulator: vt100::Parser::new(rows, columns, 0),
                pieces: Vec::new(),
                painted: None,
                ended: false,
                pace: 0,
            }),
            Condvar::new(),
        ));
        let sink = Arc::clone(&output);
        std::thread::spawn(move || take_output(reader, &sink));
        let before = discipline(&*pair.master);
        let began = Instant::now();
        let child = pair
            .slave
            .spawn_command(subject.command(home))
            .map_err(|error| eyre!("{} does not start: {error}", subject.name))?;
        drop(pair.slave);
        Ok(Self {
            child,
            master: pair.master,
            keys,
            output,
            ready: subject.ready.clone(),
            discipline: before,
            began,
        })
    }

    fn output(&self) -> MutexGuard<'_, Output> {
        self.output.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or(0)
    }

    /// Types.
    pub(crate) fn type_keys(&mut self, keys: &str) -> Result<Instant> {
        let at = Instant::now();
        self.keys.write_all(keys.as_bytes())?;
        self.keys.flush()?;
        Ok(at)
    }

    /// Changes the size.
    pub(crate) fn resize(&self, size: (u16, u16)) -> Result<()> {
        if let (Some(rows), Some(columns)) = (lines(size.1), lines(size.0)) {
            self.output().emulator.screen_mut().set_size(rows, columns);
        }
        self.master
            .resize(pty_size(size))
            .map_err(|error| eyre!("{error}"))
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        self.output().emulator.screen().contents()
    }

    /// When the first byte came, and when the screen was painted first.
    pub(crate) fn firsts(&self) -> (Option<Instant>, Option<Instant>) {
        let output = self.output();
        (output.pieces.first().map(|(at, _)| *at), output.painted)
    }

    /// Bytes so far, up to the end of the burst that goes on at this time.
    pub(crate) fn bytes_through(&self, at: Instant) -> usize {
        let output = self.output();
        let mut last = at;
        let mut sum = 0;
        for (came, count) in &output.pieces {
            if *came > last && came.duration_since(last) > PAUSE {
                break;
            }
            last = last.max(*came);
            sum += count;
        }
        sum
    }

    /// Bytes and bursts so far.
    pub(crate) fn volume(&self) -> (usize, usize) {
        let output = self.output();
        let bytes = output.pieces.iter().map(|(_, count)| count).sum();
        let bursts = output
            .pieces
            .windows(2)
            .filter(|pair| pair[1].0.duration_since(pair[0].0) > PAUSE)
            .count();
        (bytes, bursts)
    }

    /// Waits for the first piece after a time; nothing within `patience` when none came.
    pub(crate) fn piece_after(&self, at: Instant, patience: Duration) -> Option<Instant> {
        self.wait(patience, |output| {
            let first = output.pieces.partition_point(|(came, _)| *came < at);
            output.pieces.get(first).map(|(came, _)| *came)
        })
    }

    /// Waits until nothing came for this long.
    pub(crate) fn settle(&self, pause: Duration) {
        loop {
            let last = self
                .output()
                .pieces
                .last()
                .map_or(self.began, |(came, _)| *came);
            let Some(left) = pause.checked_sub(last.elapsed()) else {
                return;
            };
            std::thread::park_timeout(left.max(Duration::from_millis(1)));
        }
    }

    /// Waits until the screen has one of the texts that say that it is of use. Answers when it had.
    pub(crate) fn ready(&self) -> Result<Instant> {
        let ready = self.ready.clone();
        self.see(move |screen| ready.iter().any(|text| screen.contains(text)))
    }

    /// Waits until the screen satisfies a condition. Answers when it did.
    pub(crate) fn see(&self, satisfied: impl Fn(&str) -> bool) -> Result<Instant> {
        self.wait(PATIENCE, |output| {
            let text = output.emulator.screen().contents();
            satisfied(&text).then(|| {
                output
                    .pieces
                    .last()
                    .map_or_else(Instant::now, |(came, _)| *came)
            })
        })
        .ok_or_else(|| eyre!("it did not come:\n{}", self.screen()))
    }

    fn wait<R>(&self, patience: Duration, found: impl Fn(&Output) -> Option<R>) -> Option<R> {
        let until = Instant::now() + patience;
        let mut output = self.output();
        loop {
            if let Some(found) = found(&output) {
                return Some(found);
            }
            let left = until.checked_duration_since(Instant::now())?;
            if output.ended {
                return None;
            }
            output = self
                .output
                .1
                .wait_timeout(output, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// From now on only so many bytes a second are taken from it.
    pub(crate) fn slow_down(&self, pace: usize) {
        self.output().pace = pace;
    }

    /// Sends it a signal by its short name.
    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        let pid = self.pid().to_string();
        std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status()?;
        Ok(())
    }

    /// Waits until it ended and its last byte came, or for so long.
    pub(crate) fn ended(&mut self, patience: Duration) {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                break;
            }
            std::thread::park_timeout(Duration::from_millis(1));
        }
    }

    /// How many modes it left on: the other screen, a hidden cursor, bracketed paste, mouse, keypad and cursor keys, and a line
    /// discipline that is not as it was.
    pub(crate) fn modes_left(&self) -> usize {
        self.wait(Duration::from_secs(2), |output| output.ended.then_some(()));
        let output = self.output();
        let screen = output.emulator.screen();
        let modes = [
            screen.alternate_screen(),
            screen.hide_cursor(),
            screen.bracketed_paste(),
            screen.application_keypad(),
            screen.application_cursor(),
            screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None,
            self.discipline.is_some() && self.discipline != discipline(&*self.master),
        ];
        modes.into_iter().filter(|on| *on).count()
    }

    /// Types the key that ends it, and waits for the end. Answers how long that took, in milliseconds.
    pub(crate) fn quit(mut self) -> Result<f64> {
        let at = self.type_keys("q")?;
        while self.child.try_wait()?.is_none() {
            if at.elapsed() > PATIENCE {
                bail!("it does not end:\n{}", self.screen());
            }
            std::thread::park_timeout(Duration::from_micros(200));
        }
        Ok(at.elapsed().as_secs_f64() * 1e3)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn lines(count: u16) -> Option<std::num::NonZero<u16>> {
    std::num::NonZero::new(count)
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn discipline(master: &dyn MasterPty) -> Option<String> {
    master.get_termios().map(|termios| format!("{termios:?}"))
}

fn take_output(mut reader: Box<dyn Read + Send>, sink: &(Mutex<Output>, Condvar)) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let pace = sink.0.lock().unwrap_or_else(PoisonError::into_inner).pace;
        let most = if pace > 0 { pace / 20 } else { buffer.len() };
        if pace > 0 {
            std::thread::sleep(Duration::from_millis(50));
        }
        let room = buffer.get_mut(..most).unwrap_or_default();
        let read = reader.read(room).unwrap_or(0);
        let at = Instant::now();
        let mut output = sink.0.lock().unwrap_or_else(PoisonError::into_inner);
        if read == 0 {
            output.ended = true;
            sink.1.notify_all();
            return;
        }
        output.pieces.push((at, read));
        output
            .emulator
            .process(buffer.get(..read).unwrap_or_default());
        if output.painted.is_none() {
            let text = output.emulator.screen().contents();
            let glyphs = text.chars().filter(|c| !c.is_whitespace()).count();
            output.painted = (glyphs >= PAINTED).then_some(at);
        }
        sink.1.notify_all();
    }
}
