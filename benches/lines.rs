//! A million log lines: taken in, filtered, searched, drawn, and how much memory they take, as one Markdown table. Where `lnav` is
//! installed, the size of the same file and the time of its headless filter stand beside.
//!
//! `cargo bench --bench lines [-- LINES]`

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use coalmine::app::keymap::{Key, KeyCode};
use coalmine::app::log_pane::{LogPane, NewLine};
use coalmine::app::model::Screen;
use coalmine::app::{Effect, Model, Msg, update};
use coalmine::config;
use coalmine::domain::Timestamp;
use coalmine::domain::log::{Level, LogBatch, LogEvent, TailMode};
use coalmine::ui::backend::{FrameBackend, FrameBytes};
use coalmine::ui::{Depth, Glyphs, Theme, draw};
use color_eyre::eyre::{Result, eyre};
use ratatui::Terminal;
use ratatui::layout::Size;

/// Lines, where the command line names no number.
const LINES: usize = 1_000_000;
/// Lines of one batch of the tail.
const BATCH: usize = 1_000;
const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn main() -> Result<()> {
    let wanted = std::env::args().skip(1).find_map(|arg| arg.parse().ok());
    let lines: usize = wanted.unwrap_or(LINES);
    let texts: Vec<String> = (0..10_000).map(text).collect();
    let bytes: usize = (0..lines).map(|n| texts[n % texts.len()].len()).sum();
    let mut table = format!(
        "{lines} lines, {:.0} MB\n\n| part | figure |\n|---|---|\n",
        bytes as f64 / 1e6
    );
    let before = resident();
    let (ring, loaded) = load(&texts, lines);
    row(&mut table, "into the ring", &ms(loaded));
    let grown = resident().saturating_sub(before);
    let held = ring.store().bytes();
    row(&mut table, "memory of the ring, as it says", &mb(held));
    row(&mut table, "memory of the process, grown by", &mb(grown));
    drop(ring);

    let (mut model, whole) = console(&texts, lines)?;
    row(
        &mut table,
        "through `update`: parsed, tagged, counted",
        &ms(whole),
    );
    row(&mut table, "resident, the whole process", &mb(resident()));
    for (what, open, words) in [
        ("filter `ERROR`", '/', "ERROR"),
        ("filter `level:warn !timeout`", '/', "level:warn !timeout"),
        (
            "filter by a regex",
            '/',
            r#"/session_id":"golden-eagle-4\d2"/"#,
        ),
        ("filter by what no line has", '/', "no such thing"),
        ("search `golden-eagle-427`", 'f', "golden-eagle-427"),
    ] {
        let asked = ask(&mut model, open, words);
        row(&mut table, what, &asked.told());
        press(&mut model, Key::plain(KeyCode::Esc));
    }
    ask(&mut model, '/', "ERROR");
    press(&mut model, Key::plain(KeyCode::Enter));
    for (what, key) in [
        ("a row up, filtered", Key::char('k')),
        ("the first row", Key::char('g')),
        ("ten rows down", Key::plain(KeyCode::PageDown)),
    ] {
        let begun = Instant::now();
        press(&mut model, key);
        row(&mut table, what, &ms(begun.elapsed()));
    }
    for (what, size) in [
        ("a frame at 120x40", (120, 40)),
        ("a frame at 200x60", (200, 60)),
    ] {
        row(&mut table, what, &ms(frame(&model, size)?));
    }
    if let Some(other) = lnav(&texts, lines)? {
        row(
            &mut table,
            "`lnav -n`, headless, filtered by `ERROR`",
            &ms(other),
        );
    }
    std::io::stdout().lock().write_all(table.as_bytes())?;
    Ok(())
}

/// A line of about 130 bytes; one in fifty is an error.
fn text(number: usize) -> String {
    let (level, message) = match number % 50 {
        17 => ("ERROR", "Flushing orphaned result"),
        3 | 30 => ("WARN", "Rate limit: dropping partial"),
        _ => ("INFO", "final result forwarded"),
    };
    format!(
        r#"{{"level":"{level}","message":"{message}","session_id":"golden-eagle-{}","age_ms":{},"request_id":"46c4f2b8-{:04}"}}"#,
        number % 977,
        number % 20_000,
        number % 9_999,
    )
}

fn at(number: usize, lines: usize) -> Timestamp {
    let span = 10_800_000 * number as u64 / lines.max(1) as u64;
    NOW - Duration::from_hours(3) + Duration::from_millis(span)
}

/// The ring alone: lines whose facts are known.
fn load(texts: &[String], lines: usize) -> (LogPane, Duration) {
    let mut pane = LogPane::new(lines);
    let begun = Instant::now();
    for number in 0..lines {
        let message = &texts[number % texts.len()];
        let line = NewLine {
            at: at(number, lines),
            ingested_at: None,
            group: "/aws/lambda/audio-processor",
            stream: "2026/11/20/[$LATEST]0",
            message,
            level: Some(Level::Info),
            session: None,
            cohort: None,
            pattern: 0,
        };
        pane.push(line, "final result forwarded");
    }
    (pane, begun.elapsed())
}

/// A console that took the lines in as its tail brings them; the time is `update`'s alone.
fn console(texts: &[String], lines: usize) -> Result<(Model, Duration)> {
    let mut spec = config::demo()?;
    if let Some(logs) = &mut spec.logs {
        logs.lines = lines;
    }
    let mut model = Model::new(spec, NOW);
    (model.size, model.screen) = ((120, 40), Screen::Logs);
    let mut spent = Duration::ZERO;
    for first in (0..lines).step_by(BATCH) {
        let events = (first..lines.min(first + BATCH)).map(|number| LogEvent {
            id: format!("event-{number}"),
            group: "/aws/lambda/audio-processor".to_owned(),
            stream: "2026/11/20/[$LATEST]0".to_owned(),
            at: at(number, lines),
            ingested_at: Some(at(number, lines) + Duration::from_secs(2)),
            message: texts[number % texts.len()].clone(),
        });
        let batch = LogBatch {
            read_at: NOW,
            mode: TailMode::Poll,
            events: events.collect(),
            sampled: false,
            read_to: NOW,
            note: None,
        };
        let begun = Instant::now();
        drop(black_box(update(&mut model, Msg::Tailed(Ok(batch)), NOW)));
        spent += begun.elapsed();
    }
    let kept = model.logs.store().len();
    if kept < lines - lines / 16 {
        return Err(eyre!("only {kept} of {lines} lines are kept"));
    }
    Ok((model, spent))
}

/// How long it took until all was looked through, and the longest turn on the way.
struct Asked {
    whole: Duration,
    longest: Duration,
    found: usize,
}

impl Asked {
    fn told(&self) -> String {
        format!(
            "{}, the longest turn {}, {} found",
            ms(self.whole),
            ms(self.longest),
            self.found
        )
    }
}

/// Opens a line, pastes into it, and goes on until the ring is looked through.
fn ask(model: &mut Model, open: char, words: &str) -> Asked {
    press(model, Key::char(open));
    let begun = Instant::now();
    let mut longest = Duration::ZERO;
    let mut next = Some(Msg::Pasted(words.to_owned()));
    while let Some(msg) = next {
        let turn = Instant::now();
        let effects = update(model, msg, NOW);
        longest = longest.max(turn.elapsed());
        let goes_on = effects.contains(&Effect::Continue);
        next = goes_on.then_some(Msg::Continued);
    }
    let found = if open == '/' {
        model.logs.passed()
    } else {
        model.logs.hits()
    };
    Asked {
        whole: begun.elapsed(),
        longest,
        found,
    }
}

fn press(model: &mut Model, key: Key) {
    let mut effects = update(model, Msg::Pressed { key, at_ms: 0 }, NOW);
    while effects.contains(&Effect::Continue) {
        effects = update(model, Msg::Continued, NOW);
    }
}

fn frame(model: &Model, (columns, rows): (u16, u16)) -> Result<Duration> {
    let bytes = FrameBytes::default();
    let backend = FrameBackend::new(bytes.clone(), Size::new(columns, rows));
    let theme = Theme::new(Depth::True).with_glyphs(Glyphs::default());
    let mut terminal = Terminal::new(backend)?;
    let mut times = Vec::new();
    for _ in 0..21 {
        let begun = Instant::now();
        terminal.draw(|frame| draw(frame, model, &theme))?;
        times.push(begun.elapsed());
        drop(bytes.take());
    }
    times.sort();
    Ok(times[times.len() / 2])
}

/// What lnav needs to filter the same lines without a screen; nothing where it is not installed.
fn lnav(texts: &[String], lines: usize) -> Result<Option<Duration>> {
    let there = Command::new("lnav")
        .arg("-V")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !there.is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let mut file = tempfile::NamedTempFile::with_suffix(".log")?;
    {
        let mut out = std::io::BufWriter::new(file.as_file_mut());
        for number in 0..lines {
            let (at, text) = (at(number, lines), &texts[number % texts.len()]);
            writeln!(out, "{at} {text}")?;
        }
        out.flush()?;
    }
    let begun = Instant::now();
    let status = Command::new("lnav")
        .args(["-n", "-c", ":filter-in ERROR"])
        .arg(file.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    Ok(status.success().then(|| begun.elapsed()))
}

/// Bytes of this process that are in memory; 0 where the system does not tell.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok());
    kb.unwrap_or(0) * 1024
}

fn row(table: &mut String, part: &str, figure: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(table, "| {part} | {figure} |");
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn mb(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
