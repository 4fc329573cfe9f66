//! The tailed log groups behind the port: polling with an overlap, or Live Tail with polling to fall back on.
//! It looks for no pattern and shows nothing.
//!
//! Polling re-reads the last minutes of each group and hands each event on once: late events come late, not never.
//! Quiet groups are re-read eleven minutes back, busy ones by the configured lag and half a minute; every five minutes a
//! second look, a few pages at a time, goes back an hour, or the ten thousand events before the overlap where they are
//! fewer minutes, for what arrived later than that.
//! Live Tail brings events within a second; whatever it may have left out (sampling, a broken session, the time before it
//! began) is read by polling as soon as it is possible, and handed on once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::Client;
use futures_util::StreamExt;
use tokio::time::Instant;

mod live;
mod past;
mod poll;
mod seen;
mod sweep;
mod tail;
#[cfg(test)]
mod tests;

use super::aws::Connection;
use super::clock::SharedClock;
use crate::domain::Timestamp;
use crate::domain::log::{LogBatch, TailMode};
use crate::domain::rollout::LogsSpec;
use crate::ports::{Clock, ErrorKind, Logs, PortError, PortResult};
use live::{Heard, Session};
use tail::{News, Tail};

/// Groups that are read side by side.
const SIDE_BY_SIDE: usize = 4;
/// How often groups are polled while Live Tail was asked for and cannot be had.
const PACE: Duration = Duration::from_secs(2);
/// How long updates may lie unread.
const PATIENCE_OF_AWS: Duration = Duration::from_secs(8);
/// Sessions in a row without an update, after which Live Tail is left alone for a while.
const STILLBORN_MAX: u32 = 3;

/// The tail of a rollout's log groups. It keeps its place; a dropped call loses nothing.
#[derive(Debug)]
pub struct CloudWatchLogs {
    client: Client,
    clock: SharedClock,
    groups: Vec<String>,
    tail: Mutex<Tail>,
    line: Mutex<Line>,
}

/// The Live Tail session between two calls.
#[derive(Debug, Default)]
struct Line {
    session: Option<Session>,
    wanted: bool,
    stillborn: u32,
    barred: Option<Barred>,
}

/// Why Live Tail is not tried for now.
#[derive(Clone, Debug)]
struct Barred {
    until: Instant,
    why: String,
}

impl CloudWatchLogs {
    /// A tail that has read nothing yet; nothing is sent.
    pub fn new(connection: &Connection, spec: &LogsSpec) -> Self {
        let mut groups: Vec<String> = Vec::new();
        for group in &spec.groups {
            if !groups.contains(group) {
                groups.push(group.clone());
            }
        }
        Self {
            client: connection.logs(),
            clock: connection.clock(),
            tail: Mutex::new(Tail::new(&groups, spec.lag)),
            line: Mutex::default(),
            groups,
        }
    }

    async fn poll(&self, now: Timestamp) -> PortResult<News> {
        let scans = locked(&self.tail).scans(now);
        let rounds = futures_util::stream::iter(scans)
            .map(|(group, scan)| async move { poll::round(&self.client, &group, scan).await })
            .buffered(SIDE_BY_SIDE)
            .collect()
            .await;
        locked(&self.tail).commit(rounds, now)
    }

    /// Adds what arrived so late that no overlap saw it, where a second look is due.
    async fn look_again(&self, news: &mut News, now: Timestamp) {
        let scans = locked(&self.tail).sweeps(now);
        let rounds: Vec<_> = futures_util::stream::iter(scans)
            .map(|(group, scan)| async move {
                let round = poll::round(&self.client, &group, scan).await;
                (group, round)
            })
            .buffered(SIDE_BY_SIDE)
            .collect()
            .await;
        locked(&self.tail).take_sweeps(rounds, news);
    }

    async fn live(&self, now: Timestamp) -> PortResult<LogBatch> {
        let barred = locked(&self.line).barred();
        if let Some(why) = barred {
            tokio::time::sleep(PACE).await;
            return self.poll_instead(now, why).await;
        }
        let mut lease = Lease::take(&self.line);
        let Some(session) = &mut lease.session else {
            return self.start(lease, now, None).await;
        };
        match session.hear().await {
            Heard::Update(events, sampled) => {
                locked(&self.line).stillborn = 0;
                let mut news = locked(&self.tail).hear(events, sampled, now);
                if !sampled && locked(&self.tail).has_gap() {
                    self.fill_gap(&mut news, now).await;
                }
                Ok(self.batch(TailMode::Live, news, sampled, now))
            }
            Heard::Ended(why) => {
                lease.session = None;
                locked(&self.line).stillborn += 1;
                locked(&self.tail).mark_gap();
                self.start(lease, now, Some(why)).await
            }
        }
    }

    /// Starts a session, then reads by polling what came before it.
    async fn start(
        &self,
        mut lease: Lease<'_>,
        now: Timestamp,
        ended: Option<String>,
    ) -> PortResult<LogBatch> {
        let stillborn = locked(&self.line).bar_stillborn();
        if let Some(why) = stillborn {
            return self.poll_instead(now, why).await;
        }
        let (session, missing) = match Session::start(&self.client, &self.groups).await {
            Ok(started) => started,
            Err(error) => {
                let why = locked(&self.line).bar(&error);
                return self.poll_instead(now, why).await;
            }
        };
        lease.session = Some(session);
        let mut news = News::default();
        news.notes.push(match ended {
            Some(why) => format!("Live Tail reconnected ({why})"),
            None => "Live Tail connected".to_owned(),
        });
        news.notes.extend(
            missing
                .iter()
                .map(|group| format!("{group}: no such log group")),
        );
        locked(&self.tail).mark_gap();
        self.fill_gap(&mut news, now).await;
        Ok(self.batch(TailMode::Live, news, false, now))
    }

    /// Reads by polling what updates left out. The service keeps ten updates for a slow reader and then drops the oldest:
    /// a fill that took that long leaves a gap of its own.
    async fn fill_gap(&self, news: &mut News, now: Timestamp) {
        let began = Instant::now();
        match self.poll(now).await {
            Ok(more) => {
                news.events.extend(more.events);
                news.events.sort_by_key(|event| event.at);
                news.notes.extend(more.notes);
            }
            Err(error) => news
                .notes
                .push(format!("what Live Tail left out cannot be read: {error}")),
        }
        if began.elapsed() > PATIENCE_OF_AWS {
            locked(&self.tail).mark_gap();
        }
    }

    async fn poll_instead(&self, now: Timestamp, why: String) -> PortResult<LogBatch> {
        let mut news = self.poll(now).await?;
        news.notes
            .insert(0, format!("Live Tail: {why}; polling instead"));
        Ok(self.batch(TailMode::Poll, news, false, now))
    }

    fn batch(&self, mode: TailMode, news: News, sampled: bool, now: Timestamp) -> LogBatch {
        LogBatch {
            read_at: self.clock.now(),
            mode,
            events: news.events,
            sampled,
            read_to: locked(&self.tail).read_to(now),
            note: (!news.notes.is_empty()).then(|| news.notes.join("; ")),
        }
    }
}

#[async_trait]
impl Logs for CloudWatchLogs {
    async fn next(&self, mode: TailMode, now: Timestamp) -> PortResult<LogBatch> {
        match mode {
            TailMode::Poll => {
                locked(&self.line).hang_up();
                let mut news = self.poll(now).await?;
                self.look_again(&mut news, now).await;
                Ok(self.batch(TailMode::Poll, news, false, now))
            }
            TailMode::Live => self.live(now).await,
        }
    }
}

impl Line {
    /// Why Live Tail is not to be tried now.
    fn barred(&mut self) -> Option<String> {
        let now = Instant::now();
        self.barred = self.barred.take().filter(|barred| barred.until > now);
        self.barred.as_ref().map(|barred| barred.why.clone())
    }

    /// Leaves Live Tail alone for a while; what a person must cure, for longer.
    fn bar(&mut self, error: &PortError) -> String {
        let rest = match error.kind {
            ErrorKind::Denied | ErrorKind::NotFound | ErrorKind::Invalid => 300,
            _ => 60,
        };
        self.bar_for(rest, error.to_string())
    }

    fn bar_for(&mut self, seconds: u64, why: String) -> String {
        self.stillborn = 0;
        self.barred = Some(Barred {
            until: Instant::now() + Duration::from_secs(seconds),
            why: why.clone(),
        });
        why
    }

    /// Sessions that end before their first update are not started for ever.
    fn bar_stillborn(&mut self) -> Option<String> {
        (self.stillborn >= STILLBORN_MAX)
            .then(|| self.bar_for(60, "sessions end before their first update".to_owned()))
    }

    /// Ends the session, if there is one: the person wants to poll, and may ask for Live Tail afresh later.
    fn hang_up(&mut self) {
        self.wanted = false;
        self.barred = None;
        self.stillborn = 0;
        self.session = None;
    }
}

/// The session while a call waits on it; put back when the call ends or is dropped, so that no lock is held meanwhile.
struct Lease<'l> {
    line: &'l Mutex<Line>,
    session: Option<Session>,
}

impl<'l> Lease<'l> {
    fn take(line: &'l Mutex<Line>) -> Self {
        let mut held = locked(line);
        held.wanted = true;
        Self {
            line,
            session: held.session.take(),
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut line = locked(self.line);
        if line.wanted && line.session.is_none() {
            line.session = self.session.take();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
