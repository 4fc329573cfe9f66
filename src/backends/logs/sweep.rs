//! The second look at what was read already, for events that arrive later than any overlap reaches. The service cannot be
//! asked for what arrived since, so the last hour is read again now and then, a few pages a round. It fetches nothing.

use std::time::Duration;

use super::tail::{End, Group, News, Round, Scan, Tail, in_order};
use crate::domain::Timestamp;

/// How far the second look goes back at most. What arrives later than that is not seen.
pub(super) const DEPTH: Duration = Duration::from_hours(1);
/// How often it is taken.
const EVERY: Duration = Duration::from_mins(5);

/// How far one group's second look has come.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// Where the first pass began: what is older is no news.
    first: Option<Timestamp>,
    /// When the last one began, or the first pass did.
    last: Option<Timestamp>,
    /// The one that is not through yet.
    scan: Option<Scan>,
}

impl Sweep {
    /// The group's first pass went from `start` at `now`; later ones change nothing.
    pub(super) fn begin(&mut self, start: Timestamp, now: Timestamp) {
        self.first.get_or_insert(start);
        self.last.get_or_insert(now);
    }
}

impl Tail {
    /// The second looks that are due: the one that was cut, else a new one. Never while the ordinary pass has not caught up.
    pub(super) fn sweeps(&self, now: Timestamp) -> Vec<(String, Scan)> {
        let due = |group: &Group| Some((group.name.clone(), group.next_sweep(now)?));
        self.groups.iter().filter_map(due).collect()
    }

    /// Takes rounds of second looks in, by the names of their groups, and adds to the news what was never handed on.
    ///
    /// One that failed is not followed up: the next one begins anew, and the ordinary pass tells what ails the group.
    pub(super) fn take_sweeps(&mut self, rounds: Vec<(String, Round)>, news: &mut News) {
        for (name, round) in rounds {
            if let Some(group) = self.groups.iter_mut().find(|group| group.name == name) {
                group.take_sweep(round, news);
            }
        }
        in_order(&mut news.events);
    }
}

impl Group {
    fn next_sweep(&self, now: Timestamp) -> Option<Scan> {
        if self.scan.is_some() {
            return None;
        }
        if self.sweep.scan.is_some() {
            return self.sweep.scan.clone();
        }
        if now < self.sweep.last? + EVERY {
            return None;
        }
        let start = self.sweep.first?.max(now - DEPTH);
        let start = start.max(self.seen.known_from().unwrap_or(start));
        let end = self.start? - Duration::from_millis(1);
        (start <= end).then(|| Scan {
            start,
            end: Some(end),
            began: now,
            ..Scan::default()
        })
    }

    fn take_sweep(&mut self, round: Round, news: &mut News) {
        let before = news.events.len();
        let new = |event: &_| self.seen.swept(event);
        news.events.extend(round.events.into_iter().filter(new));
        match news.events.len() - before {
            0 => {}
            1 => news.notes.push(format!("{}: one late event", self.name)),
            late => news
                .notes
                .push(format!("{}: {late} late events", self.name)),
        }
        self.sweep.last = Some(round.scan.began);
        self.sweep.scan = matches!(round.end, End::Cut).then_some(round.scan);
    }
}
