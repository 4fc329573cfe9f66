//! The writing end of the recorder: seals messages, writes them, and keeps the recording within its bounds. It runs on a thread of
//! its own and touches nothing of the console.

use std::io;
use std::time::Duration;

use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::reel::Reel;
use super::shelf::Case;
use super::typing::Typing;
use super::{Noted, RecorderParts, Target};
use crate::app::Msg;
use crate::app::recording::{Header, Line, Seal};
use crate::domain::Timestamp;

/// Log lines of this span stay when a full recording is thinned.
const RECENT: Duration = Duration::from_hours(3);
/// Before an incident opened, log lines of this span stay.
const LED_UP: Duration = Duration::from_hours(1);
/// And of this span after it closed.
const AFTER: Duration = Duration::from_mins(30);
/// A recording of a console that ended well before so many ticks, without an incident, is not kept.
const WORTH_KEEPING: u64 = 60;

/// The recording as it is written.
pub(super) struct Writer {
    target: Target,
    cap: u64,
    seal: Seal,
    typing: Typing,
    messages: mpsc::Sender<Msg>,
    /// The file and what writes into it; none before the console has begun.
    open: Option<(Case, Reel)>,
    /// A file that was named, made before the console began.
    named: Option<Case>,
    /// The spans of incidents: opened, and closed if it is.
    incidents: Vec<(Timestamp, Option<Timestamp>)>,
    ticks: u64,
    last: (Timestamp, u64),
    /// The size at which it is thinned next.
    full_at: u64,
    /// Whether log lines are taken in no longer.
    without_logs: bool,
}

impl Writer {
    pub(super) fn new(parts: RecorderParts) -> io::Result<Self> {
        let named = match &parts.target {
            Target::File(path) => Some(Case::at(path)?),
            Target::State(_) => None,
        };
        Ok(Self {
            target: parts.target,
            cap: parts.cap,
            seal: Seal::new(parts.mask),
            typing: Typing::default(),
            messages: parts.messages,
            open: None,
            named,
            incidents: Vec::new(),
            ticks: 0,
            last: (Timestamp::default(), 0),
            full_at: parts.cap,
            without_logs: false,
        })
    }

    pub(super) fn begin(&mut self, header: &Header) -> io::Result<()> {
        let case = match (&self.target, self.named.take()) {
            (_, Some(case)) => case,
            (Target::State(dir), None) => Case::on_shelf(dir, header)?,
            (Target::File(path), None) => Case::at(path)?,
        };
        let mut reel = Reel::new(case.file.try_clone()?);
        self.last = (header.started, 0);
        reel.line(&serde_json::to_vec(&self.seal.header(header)?)?)?;
        reel.flush()?;
        self.open = Some((case, reel));
        Ok(())
    }

    pub(super) fn events(&mut self, events: Vec<Noted>) -> io::Result<()> {
        for noted in events {
            for ready in self.typing.push(noted, &self.seal) {
                self.event(ready)?;
            }
        }
        self.bound()?;
        match &mut self.open {
            Some((_, reel)) => reel.flush(),
            None => Ok(()),
        }
    }

    pub(super) fn incident(&mut self, is_open: bool, at: Timestamp) -> io::Result<()> {
        match self.incidents.last_mut() {
            Some((_, closed @ None)) if !is_open => *closed = Some(at),
            Some((_, None)) => {}
            _ if is_open => self.incidents.push((at, None)),
            _ => {}
        }
        let Some((case, reel)) = &mut self.open else {
            return Ok(());
        };
        reel.flush()?;
        case.keep()
    }

    /// The console ended: the rest is written, and a recording that nobody will ask for goes.
    pub(super) fn close(mut self) {
        for ready in self.typing.release(&self.seal) {
            // What cannot be written now will not be written at all; nobody is left to be told.
            drop(self.event(ready));
        }
        let Some((case, mut reel)) = self.open.take() else {
            return;
        };
        drop(reel.finish());
        let is_short = self.ticks < WORTH_KEEPING;
        if is_short && case.is_quiet() && self.incidents.is_empty() {
            case.discard();
        } else if !case.is_quiet() {
            drop(case.file.sync_data());
        }
    }

    /// The disk takes no more: that costs the recording, and is told.
    pub(super) fn give_up(self, fault: &io::Error) {
        let notice = match &self.open {
            Some((case, _)) => format!("{} ended: {fault}", case.path.display()),
            None => format!("there is none: {fault}"),
        };
        drop(self.messages.try_send(Msg::RecordingNoticed(notice)));
    }

    fn event(&mut self, noted: Noted) -> io::Result<()> {
        let Some((_, reel)) = &mut self.open else {
            return Ok(());
        };
        let mut event = noted.event;
        self.ticks += u64::from(matches!(event.msg, Msg::Ticked));
        self.last = (event.at, event.ms);
        self.seal.reveal(&mut event.reveal);
        let mut msg = self.seal.msg(event.msg)?;
        let left_out = if self.without_logs {
            emptied(&mut msg)
        } else {
            None
        };
        let line = Line {
            at: event.at,
            ms: event.ms,
            msg: Some(msg),
            reveal: Some(&event.reveal).filter(|values| !values.is_empty()),
            left_out,
            note: None,
        };
        reel.line(&serde_json::to_vec(&line)?)
    }

    /// Keeps the recording within its bounds.
    fn bound(&mut self) -> io::Result<()> {
        let bytes = self.open.as_ref().map_or(0, |(_, reel)| reel.bytes());
        if bytes < self.full_at {
            return Ok(());
        }
        if bytes >= self.cap * 2 {
            return Err(io::Error::other("it is as large as a recording may be"));
        }
        let left = self.thin()?;
        self.without_logs = left > self.cap / 4 * 3;
        // Again after a quarter of the whole, or when there is no other way.
        self.full_at = left + self.cap / 4;
        if self.without_logs {
            self.note("log lines from here on are left out")?;
        }
        Ok(())
    }

    /// Writes the recording anew without log lines of long ago. Answers its size.
    fn thin(&mut self) -> io::Result<u64> {
        let Some((case, reel)) = &mut self.open else {
            return Ok(0);
        };
        let horizon = self.last.0 - RECENT;
        let stays = |at: Timestamp| {
            at >= horizon
                || self.incidents.iter().any(|(opened, closed)| {
                    at >= *opened - LED_UP && closed.is_none_or(|closed| at <= closed + AFTER)
                })
        };
        let successor = case.successor()?;
        let mut thinner = Reel::new(successor.file.try_clone()?);
        let copied = reel.each_line(|line| match thinned(line, &stays)? {
            Some(line) => thinner.line(&line),
            None => thinner.line(line),
        });
        if let Err(fault) = copied.and_then(|()| thinner.finish()) {
            successor.discard();
            return Err(fault);
        }
        case.succeed(successor)?;
        *reel = thinner;
        let note = format!("log lines before {horizon} are left out, but those of incidents");
        self.note(&note)?;
        Ok(self.open.as_ref().map_or(0, |(_, reel)| reel.bytes()))
    }

    fn note(&mut self, note: &str) -> io::Result<()> {
        let Some((_, reel)) = &mut self.open else {
            return Ok(());
        };
        let line: Line<'_, Value> = Line {
            at: self.last.0,
            ms: self.last.1,
            msg: None,
            reveal: None,
            left_out: None,
            note: Some(note),
        };
        reel.line(&serde_json::to_vec(&line)?)
    }
}

#[derive(serde::Deserialize)]
struct Written<'a> {
    #[serde(default)]
    at: i64,
    #[serde(default)]
    ms: u64,
    #[serde(borrow, default)]
    msg: Option<&'a RawValue>,
    #[serde(default)]
    left_out: Option<usize>,
}

/// A line without its log events, when it has some that do not stay.
fn thinned(line: &[u8], stays: &impl Fn(Timestamp) -> bool) -> io::Result<Option<Vec<u8>>> {
    let written: Written<'_> = serde_json::from_slice(line)?;
    let at = Timestamp::from_millis(written.at);
    let Some(msg) = written.msg.map(RawValue::get) else {
        return Ok(None);
    };
    if written.left_out.is_some() || !msg.starts_with("{\"Tailed\"") || stays(at) {
        return Ok(None);
    }
    let mut msg = serde_json::from_str(msg)?;
    let left_out = emptied(&mut msg);
    let line = Line {
        at,
        ms: written.ms,
        msg: Some(msg),
        reveal: None,
        left_out,
        note: None,
    };
    Ok(Some(serde_json::to_vec(&line)?))
}

/// Takes the log events out of a message. Answers how many there were; `None` for a message that has none.
fn emptied(msg: &mut Value) -> Option<usize> {
    let events = msg.pointer_mut("/Tailed/Ok/events")?.as_array_mut()?;
    let count = std::mem::take(events).len();
    (count > 0).then_some(count)
}
