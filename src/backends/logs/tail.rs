//! The place of the tail in each group: where to read from, what is in, what was handed on. Pure: it fetches nothing.

use std::collections::HashSet;
use std::time::Duration;

use super::seen::Seen;
use super::sweep::{DEPTH, Sweep};
use crate::domain::Timestamp;
use crate::domain::log::LogEvent;
use crate::ports::{ErrorKind, PortError};

/// How far the first round looks back.
pub(super) const LOOK_BACK: Duration = Duration::from_mins(10);
/// The overlap with what was read before, while a group is quiet enough for it.
const WIDE: Duration = Duration::from_mins(11);
/// What the overlap always has beyond the configured lag.
const NARROW: Duration = Duration::from_secs(30);
/// A scan of more events than this narrows the overlap of the next one.
const QUIET: usize = 2_000;

/// One pass over a group from a start time to its end, possibly over several rounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Events from here on.
    pub(super) start: Timestamp,
    /// Events up to here and no later: a second look. Nothing for a pass to the end.
    pub(super) end: Option<Timestamp>,
    /// When the pass began: what it did not see by then may come later.
    pub(super) began: Timestamp,
    /// Where it goes on.
    pub(super) token: Option<String>,
    /// Tokens that it has followed.
    pub(super) followed: HashSet<String>,
    /// Whether it had to begin anew because its token was refused.
    pub(super) restarted: bool,
    /// Events that it saw.
    pub(super) events: usize,
}

/// How one group's part of a round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Everything is in.
    Complete,
    /// There is more; the next round goes on with it.
    Cut,
    /// The tokens run in a circle.
    Circle,
    /// A call failed.
    Failed(PortError),
}

impl End {
    /// Whether asking again at once would bring nothing more.
    fn is_settled(&self) -> bool {
        match self {
            Self::Complete => true,
            Self::Cut | Self::Circle => false,
            Self::Failed(error) => matches!(error.kind, ErrorKind::NotFound | ErrorKind::Denied),
        }
    }
}

/// One group's part of a round.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Round {
    /// The pass as it stands now.
    pub(super) scan: Scan,
    /// What it brought, with repetitions.
    pub(super) events: Vec<LogEvent>,
    /// How it ended.
    pub(super) end: End,
}

/// What a round or an update brought, once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct News {
    /// New events in time order.
    pub(super) events: Vec<LogEvent>,
    /// What the person should know.
    pub(super) notes: Vec<String>,
}

/// The place in every group.
#[derive(Debug)]
pub(super) struct Tail {
    pub(super) groups: Vec<Group>,
    lag: Duration,
    /// Live updates were sampled or broken off: what they left out is to be read by polling.
    gap: bool,
}

#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) seen: Seen,
    /// Nothing before this is ever read again, but for the second look.
    pub(super) start: Option<Timestamp>,
    read_to: Option<Timestamp>,
    pub(super) scan: Option<Scan>,
    busy: bool,
    pub(super) sweep: Sweep,
}

impl Tail {
    /// A tail that has read nothing.
    pub(super) fn new(names: &[String], lag: Duration) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for name in names {
            if !groups.iter().any(|group| group.name == *name) {
                groups.push(Group {
                    name: name.clone(),
                    seen: Seen::default(),
                    start: None,
                    read_to: None,
                    scan: None,
                    busy: false,
                    sweep: Sweep::default(),
                });
            }
        }
        Self {
            groups,
            lag,
            gap: false,
        }
    }

    /// Each group's next pass: the one that was cut, else a new one.
    pub(super) fn scans(&self, now: Timestamp) -> Vec<(String, Scan)> {
        self.groups
            .iter()
            .map(|group| (group.name.clone(), group.next_scan(now, self.lag)))
            .collect()
    }

    /// Takes a round's answers in, one a group, in their order. When no group could be read at all, that is an error.
    pub(super) fn commit(&mut self, rounds: Vec<Round>, now: Timestamp) -> Result<News, PortError> {
        let mut news = News::default();
        let mut failed = Vec::new();
        let settled = rounds.iter().all(|round| round.end.is_settled());
        for (group, round) in self.groups.iter_mut().zip(rounds) {
            if let End::Failed(error) = &round.end
                && round.events.is_empty()
            {
                failed.push(error.clone());
            }
            group.commit(round, now, &mut news);
        }
        self.gap &= !settled;
        in_order(&mut news.events);
        if failed.len() < self.groups.len() {
            return Ok(news);
        }
        // The one that an order or a login can cure comes first; a missing group only when that is all.
        failed.sort_by_key(|error| error.kind == ErrorKind::NotFound);
        failed.into_iter().next().map_or(Ok(news), Err)
    }

    /// Takes a live update in. A sampled one leaves a gap.
    pub(super) fn hear(&mut self, events: Vec<LogEvent>, sampled: bool, now: Timestamp) -> News {
        self.gap |= sampled;
        let mut news = News::default();
        for mut event in events {
            let at = self
                .groups
                .iter()
                .position(|group| group.name == event.group)
                .unwrap_or(0);
            if let Some(group) = self.groups.get_mut(at)
                && group.seen.live(&mut event)
            {
                news.events.push(event);
            }
        }
        for group in &mut self.groups {
            if !self.gap && group.scan.is_none() {
                group.read_to = group.read_to.max(Some(now));
                group.start = group.start.max(Some(group.floor(now, self.lag)));
            }
            group.forget();
        }
        in_order(&mut news.events);
        news
    }

    /// Live updates may have left something out.
    pub(super) fn mark_gap(&mut self) {
        self.gap = true;
    }

    /// Whether something was left out that polling has not brought yet.
    pub(super) fn has_gap(&self) -> bool {
        self.gap
    }

    /// How many events are remembered.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.groups.iter().map(|group| group.seen.len()).sum()
    }

    /// How far every group has been read.
    pub(super) fn read_to(&self, now: Timestamp) -> Timestamp {
        self.groups
            .iter()
            .map(|group| group.read_to.or(group.start).unwrap_or(now - LOOK_BACK))
            .min()
            .unwrap_or(now)
    }
}

impl Group {
    fn next_scan(&self, now: Timestamp, lag: Duration) -> Scan {
        if let Some(scan) = &self.scan {
            return scan.clone();
        }
        let start = match self.read_to {
            None => now - LOOK_BACK,
            Some(read_to) => self.floor(read_to, lag),
        };
        Scan {
            start: self.start.map_or(start, |earlier| earlier.max(start)),
            began: now,
            ..Scan::default()
        }
    }

    fn floor(&self, read_to: Timestamp, lag: Duration) -> Timestamp {
        let narrow = lag + NARROW;
        read_to - if self.busy { narrow } else { narrow.max(WIDE) }
    }

    fn commit(&mut self, round: Round, now: Timestamp, news: &mut News) {
        let Round { scan, events, end } = round;
        let so_far = events.iter().map(|event| event.at).max();
        for event in events {
            if self.seen.polled(&event) {
                news.events.push(event);
            }
        }
        self.start = self.start.max(Some(scan.start));
        self.sweep.begin(scan.start, scan.began);
        self.scan = None;
        match end {
            End::Complete => {
                self.read_to = self.read_to.max(Some(scan.began));
                self.busy = scan.events > QUIET;
            }
            End::Cut => {
                news.notes.push(match so_far {
                    Some(at) => format!("{}: catching up, at {at}", self.name),
                    None => format!(
                        "{}: searching, {} empty pages so far",
                        self.name,
                        scan.followed.len()
                    ),
                });
                self.scan = Some(scan);
            }
            End::Circle => news.notes.push(format!(
                "{}: the service repeats a page token; reading starts over",
                self.name
            )),
            End::Failed(error) => {
                if error.kind == ErrorKind::NotFound {
                    // A group that is not there holds nothing that could be missed.
                    self.read_to = self.read_to.max(Some(now));
                } else if scan.token.is_some() {
                    self.scan = Some(scan);
                }
                news.notes.push(format!("{}: {}", self.name, error.text));
            }
        }
        self.forget();
    }

    fn forget(&mut self) {
        if let Some(middle) = self.seen.too_much() {
            self.start = self.start.max(Some(middle));
            self.scan = None;
        }
        if let Some(start) = self.start {
            self.seen.forget_before(start, DEPTH);
        }
    }
}

pub(super) fn in_order(events: &mut [LogEvent]) {
    events.sort_by_key(|event| (event.at, event.ingested_at));
}
