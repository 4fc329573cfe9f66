//! The parts of the console that run often, each alone in a loop: medians, as one Markdown table. It starts no program.
//!
//! `cargo bench --bench inside`

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::time::{Duration, Instant};

use coalmine::app::model::Screen;
use coalmine::app::recording::Seal;
use coalmine::app::{Model, Msg, update};
use coalmine::config;
use coalmine::domain::Revision;
use coalmine::domain::Timestamp;
use coalmine::domain::lever::{LeverContent, LeverId, LeverKind, LeverState};
use coalmine::domain::log::{LogBatch, LogEvent, TailMode};
use coalmine::domain::signal::{Point, SampleBatch, SignalPoints};
use coalmine::domain::verdict::{JudgeInput, judge};
use coalmine::text::{LINE_BYTES, sanitize};
use coalmine::ui::backend::{FrameBackend, FrameBytes};
use coalmine::ui::{Depth, Glyphs, Theme, draw};
use color_eyre::eyre::{Result, eyre};
use ratatui::Terminal;
use ratatui::layout::Size;

/// Lines in the ring.
const LINES: usize = 20_000;
/// How often each thing is measured.
const ROUNDS: usize = 41;
/// How long one round goes on at least.
const ROUND: Duration = Duration::from_millis(4);

fn main() -> Result<()> {
    let now = Timestamp::from_millis(1_790_000_000_000);
    let full = model(now, LINES)?;
    let rows = [
        ("a frame at 120x40, home", frame(&full, Screen::Home)?),
        ("a frame at 120x40, logs", frame(&full, Screen::Logs)?),
        ("the same frame again, 1 s later", tick(&full)?),
        (
            "a frame with a filter that none of 20,000 lines passes",
            filtered(&full, "no such session")?,
        ),
        ("taking in 500 log lines", tailed(&full, now)),
        ("a tick: everything is judged anew", ticked(&full, now)),
        ("the verdict alone", verdict(&full)),
        (
            "masking 60 log lines for the recording, on its own thread",
            sealed(now),
        ),
    ];
    let mut text = String::from("| part | median | least | most |\n|---|---|---|---|\n");
    for (name, times) in &rows {
        row(&mut text, name, times);
    }
    let line = "2026-11-20T21:18:04Z \u{1b}[31mERROR\u{1b}[0m Größe 12 ✓ session=golden-eagle-427 ";
    for (name, raw) in [
        ("plain", "INFO final result forwarded ".repeat(60)),
        ("with escapes", line.repeat(22)),
    ] {
        let raw = &raw[..raw.floor_char_boundary(LINE_BYTES.min(raw.len()))];
        let times = measure(|| {
            black_box(sanitize(black_box(raw)));
        });
        let rate = raw.len() as f64 / times.median.as_secs_f64() / 1e6;
        row(
            &mut text,
            &format!("`sanitize`, {name} ({rate:.0} MB/s)"),
            &times,
        );
    }
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

struct Times {
    median: Duration,
    least: Duration,
    most: Duration,
}

fn row(text: &mut String, name: &str, times: &Times) {
    let (median, least, most) = (told(times.median), told(times.least), told(times.most));
    // Writing to a String cannot fail.
    let _ = writeln!(text, "| {name} | {median} | {least} | {most} |");
}

fn told(time: Duration) -> String {
    let us = time.as_secs_f64() * 1e6;
    if us >= 1000.0 {
        format!("{:.2} ms", us / 1e3)
    } else {
        format!("{us:.1} µs")
    }
}

/// One call's time: the median over rounds of as many calls as fill a round.
fn measure(mut act: impl FnMut()) -> Times {
    act();
    let mut rounds: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            let mut calls = 0;
            while calls == 0 || begun.elapsed() < ROUND {
                act();
                calls += 1;
            }
            begun.elapsed() / calls
        })
        .collect();
    rounds.sort();
    Times {
        median: rounds[ROUNDS / 2],
        least: rounds[0],
        most: rounds[ROUNDS - 1],
    }
}

/// A console in the middle of its evening: three hours of signals, a flag at 10 %, and so many log lines.
fn model(now: Timestamp, lines: usize) -> Result<Model> {
    let mut model = Model::new(config::demo()?, now);
    model.size = (120, 40);
    drop(update(
        &mut model,
        Msg::LeverRead(LeverId::Flag, Ok(flag(now))),
        now,
    ));
    let samples = samples(&model, now);
    drop(update(&mut model, Msg::Sampled(Ok(samples)), now));
    for first in (0..lines).step_by(500) {
        drop(update(
            &mut model,
            Msg::Tailed(Ok(batch(first, 500, now))),
            now,
        ));
    }
    let kept = model.logs.store().len();
    if kept < lines {
        return Err(eyre!("only {kept} lines were taken in"));
    }
    Ok(model)
}

fn flag(now: Timestamp) -> LeverState {
    LeverState {
        id: LeverId::Flag,
        kind: LeverKind::Ssm,
        resource: "/audio-transcription/partial-results/config".to_owned(),
        read_at: now,
        revision: Revision("12".to_owned()),
        content: LeverContent::Document(
            r#"{"enabled":true,"rollout_percentage":10,"min_stability_threshold":0.85,"max_buffer_timeout":5.0}"#.to_owned(),
        ),
        changed_by: Some("arn:aws:iam::123456789012:user/ana".to_owned()),
        changed_at: Some(now - Duration::from_hours(24)),
    }
}

fn samples(model: &Model, now: Timestamp) -> SampleBatch {
    let from = (now - Duration::from_hours(3)).floor(Duration::from_mins(1));
    let signals = model.spec.signals.iter().map(|signal| SignalPoints {
        name: signal.name.clone(),
        points: (0..180_u64)
            .map(|minute| Point {
                at: from + Duration::from_mins(minute),
                value: 2.0 + ((minute * 37) % 11) as f64 / 10.0,
                samples: Some(900.0),
            })
            .collect(),
        fault: None,
    });
    SampleBatch {
        read_at: now,
        from,
        to: now,
        signals: signals.collect(),
        treated: Vec::new(),
        treated_fault: None,
    }
}

fn batch(first: usize, count: usize, now: Timestamp) -> LogBatch {
    let events = (first..first + count).map(|number| LogEvent {
        id: format!("event-{number}"),
        group: "/aws/lambda/audio-processor".to_owned(),
        stream: "2026/11/20/[$LATEST]0".to_owned(),
        at: now - Duration::from_mins(10) + Duration::from_millis(number as u64 % 600_000),
        ingested_at: Some(now),
        message: format!(
            r#"{{"level":"INFO","message":"partial result forwarded","session_id":"golden-eagle-{}","stability":0.9,"age_ms":{number},"request_id":"46c4f2b8-0000"}}"#,
            number % 400
        ),
    });
    LogBatch {
        read_at: now,
        mode: TailMode::Poll,
        events: events.collect(),
        sampled: false,
        read_to: now,
        note: None,
    }
}

fn desk() -> Result<(Terminal<FrameBackend>, FrameBytes, Theme)> {
    let bytes = FrameBytes::default();
    let backend = FrameBackend::new(bytes.clone(), Size::new(120, 40));
    let theme = Theme::new(Depth::True).with_glyphs(Glyphs::default());
    Ok((Terminal::new(backend)?, bytes, theme))
}

fn frame(model: &Model, screen: Screen) -> Result<Times> {
    let mut model = model.clone();
    model.screen = screen;
    let (mut terminal, bytes, theme) = desk()?;
    Ok(measure(|| {
        let drawn = terminal.draw(|frame| draw(frame, &model, &theme));
        drop(black_box(drawn.map(drop)));
        drop(black_box(bytes.take()));
    }))
}

/// What a second without news costs: the ages grow.
fn tick(model: &Model) -> Result<Times> {
    let mut model = model.clone();
    let (mut terminal, bytes, theme) = desk()?;
    Ok(measure(|| {
        model.now = model.now + Duration::from_secs(1);
        let drawn = terminal.draw(|frame| draw(frame, &model, &theme));
        drop(black_box(drawn.map(drop)));
        drop(black_box(bytes.take()));
    }))
}

fn filtered(model: &Model, text: &str) -> Result<Times> {
    let mut model = model.clone();
    model.logs.filter.insert(text);
    model.logs.refilter();
    while model.logs.is_behind() {
        drop(model.logs.look_through(|_, _| None));
    }
    frame(&model, Screen::Logs)
}

fn tailed(model: &Model, now: Timestamp) -> Times {
    let mut model = model.clone();
    let mut next = 1_000_000;
    measure(|| {
        next += 500;
        drop(black_box(update(
            &mut model,
            Msg::Tailed(Ok(batch(next, 500, now))),
            now,
        )));
    })
}

fn ticked(model: &Model, now: Timestamp) -> Times {
    let mut model = model.clone();
    measure(|| drop(black_box(update(&mut model, Msg::Ticked, now))))
}

fn verdict(model: &Model) -> Times {
    let input = JudgeInput {
        spec: &model.spec,
        readings: &model.readings,
        series: &model.series,
        complaints: &model.complaints,
        alarms: model.alarms.value.as_ref(),
        alarms_fault: None,
        exposure: &model.exposure,
        stage: model.facts,
        now: model.now,
    };
    measure(|| drop(black_box(judge(black_box(&input)))))
}

/// What two seconds of logs cost the recorder's thread, compression left out.
fn sealed(now: Timestamp) -> Times {
    let mut seal = Seal::new(coalmine::backends::journal_file::mask);
    let msg = Msg::Tailed(Ok(batch(0, 60, now)));
    measure(|| {
        let value = seal.msg(black_box(msg.clone()));
        black_box(value.and_then(|value| serde_json::to_vec(&value))).ok();
    })
}
