//! What the logs and the marker metric testify after an order: which sessions came without the marker, and which share of the new
//! ones carries it. It knows no bucket rule.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;
use crate::domain::exposure::{SessionEvent, Share};
use crate::domain::rollout::LogsSpec;
use crate::domain::signal::Point;

/// Sessions that are kept apart in each list.
const KEPT: usize = 20_000;
/// Empty periods of the marker metric that prove that nobody is treated.
const EMPTY_PERIODS: usize = 2;

/// Testimony about one order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Witness {
    by_log: bool,
    by_metric: bool,
    /// How long an event may take to arrive.
    lag: Duration,
    /// When the last cache must have expired.
    horizon: Timestamp,
    /// How far the logs are read.
    read_to: Option<Timestamp>,
    /// The last marker after the horizon, from logs or metric.
    marker: Option<Timestamp>,
    /// Sessions seen after the horizon and the last marker: their first event there, and their last.
    clean: BTreeMap<u64, (Timestamp, Timestamp)>,
    /// Sessions that had begun before the horizon.
    old: BTreeSet<u64>,
    /// Sessions that began after it: their first event, and whether they carried the marker.
    fresh: BTreeMap<u64, (Timestamp, bool)>,
    /// Starts of complete, empty periods of the marker metric, after the horizon, in which sessions were there.
    empty: BTreeSet<Timestamp>,
    period: Duration,
    metric_to: Option<Timestamp>,
    metric_seen: bool,
}

impl Witness {
    pub(super) fn new(logs: Option<&LogsSpec>, horizon: Timestamp) -> Self {
        Self {
            by_log: logs.is_some_and(|logs| logs.treated.log.is_some()),
            by_metric: logs.is_some_and(|logs| logs.treated.metric.is_some()),
            lag: logs.map_or(Duration::ZERO, |logs| logs.lag),
            horizon,
            read_to: None,
            marker: None,
            clean: BTreeMap::new(),
            old: BTreeSet::new(),
            fresh: BTreeMap::new(),
            empty: BTreeSet::new(),
            period: Duration::ZERO,
            metric_to: None,
            metric_seen: false,
        }
    }

    pub(super) fn has_log(&self) -> bool {
        self.by_log
    }

    pub(super) fn has_metric(&self) -> bool {
        self.by_metric
    }

    /// Whether the metric showed treated sessions after the horizon.
    pub(super) fn metric_seen(&self) -> bool {
        self.metric_seen
    }

    /// Sessions seen without a marker since the horizon and the last marker.
    pub(super) fn clean_sessions(&self) -> u64 {
        self.clean.len() as u64
    }

    pub(super) fn read_to(&mut self, read_to: Timestamp) {
        self.read_to = self.read_to.max(Some(read_to));
    }

    pub(super) fn saw(&mut self, event: &SessionEvent) {
        if !self.by_log {
            return;
        }
        if event.treated && event.at > self.horizon {
            self.marked(event.at);
        }
        let Some(key) = event.key() else { return };
        if event.at <= self.horizon {
            self.fresh.remove(&key);
            if self.old.len() < KEPT {
                self.old.insert(key);
            }
            return;
        }
        if !self.old.contains(&key) && (self.fresh.len() < KEPT || self.fresh.contains_key(&key)) {
            let session = self.fresh.entry(key).or_insert((event.at, false));
            session.0 = session.0.min(event.at);
            session.1 |= event.treated;
        }
        let clean = !event.treated && self.marker.is_none_or(|marker| event.at > marker);
        if clean && (self.clean.len() < KEPT || self.clean.contains_key(&key)) {
            let span = self.clean.entry(key).or_insert((event.at, event.at));
            *span = (span.0.min(event.at), span.1.max(event.at));
        }
    }

    /// A marker makes everything before it worthless.
    fn marked(&mut self, at: Timestamp) {
        if self.marker.is_some_and(|known| known >= at) {
            return;
        }
        self.marker = Some(at);
        self.clean.retain(|_, (first, last)| {
            if *first <= at {
                *first = *last;
            }
            *last > at
        });
        self.empty.retain(|start| *start >= at);
    }

    pub(super) fn saw_metric(
        &mut self,
        points: &[Point],
        period: Duration,
        alive: &[Timestamp],
        to: Timestamp,
    ) {
        if !self.by_metric {
            return;
        }
        self.period = period;
        self.metric_to = self.metric_to.max(Some(to));
        // A period in which the horizon lies may rightly hold samples from before it.
        let with_data = |start: &Timestamp| {
            points
                .iter()
                .any(|p| p.at == *start && p.samples.unwrap_or(p.value) > 0.0)
        };
        let horizon = self.horizon;
        for point in points.iter().filter(|p| p.at >= horizon) {
            if with_data(&point.at) {
                self.metric_seen = true;
                self.empty.remove(&point.at);
                self.marked(point.at + period);
            }
        }
        let after = self
            .marker
            .map_or(self.horizon, |marker| marker.max(self.horizon));
        for start in alive {
            let complete = *start + period <= to;
            if complete && *start >= after && !with_data(start) && self.empty.len() < KEPT {
                self.empty.insert(*start);
            }
        }
    }

    /// Whether it is proven that nobody is treated any more: enough sessions without a marker, and late events could have arrived.
    pub(super) fn proves_none(&self, needed: u64, now: Timestamp) -> bool {
        let by_log = self.by_log && {
            let line = self.settled(self.read_to, now);
            let confirmed = self
                .clean
                .values()
                .filter(|(first, _)| Some(*first) <= line);
            confirmed.count() as u64 >= needed
        };
        let by_metric = self.by_metric && {
            let line = self.settled(self.metric_to, now);
            let confirmed = self
                .empty
                .iter()
                .filter(|s| Some(**s + self.period) <= line);
            confirmed.count() >= EMPTY_PERIODS
        };
        // Where both are configured the logs are the sharper witness; the metric stands in while no log line names a session.
        by_log || by_metric && (!self.by_log || self.clean.is_empty() && self.fresh.is_empty())
    }

    /// The share of treated among sessions that began after the horizon, without those too young to judge.
    pub(super) fn share(&self, now: Timestamp) -> Option<Share> {
        let line = self.settled(self.read_to, now);
        let judged = || {
            self.fresh
                .values()
                .filter(|(first, _)| Some(*first) <= line)
        };
        let treated = judged().filter(|(_, treated)| *treated).count();
        Share::of(treated as u64, judged().count() as u64)
    }

    /// Up to where nothing more is to be expected.
    fn settled(&self, read_to: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        read_to.map(|to| to.min(now) - self.lag)
    }
}
