//! What was really seen: sessions and which of them carried the marker of the treated. The bucket rule is not known here.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use super::{Observed, Share};
use crate::domain::Timestamp;
use crate::domain::log::LogEvent;
use crate::domain::log::line::ParsedLine;
use crate::domain::rollout::TreatedMarker;
use crate::domain::signal::Point;

const SECOND: Duration = Duration::from_secs(1);
/// Sessions in seconds that are kept, all together.
const KEPT: usize = 200_000;

/// One log event as far as observation goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionEvent {
    /// Its session, when the line names one.
    pub session: Option<String>,
    /// Whether it carries the marker that only treated sessions emit.
    pub treated: bool,
    /// The event's own time.
    pub at: Timestamp,
}

impl SessionEvent {
    /// What an event says. The marker is plain text; quotes around it, as a filter pattern has them, do not count.
    pub fn of(event: &LogEvent, line: &ParsedLine, marker: &TreatedMarker) -> Self {
        let carries = |text: &String| {
            let text = text
                .strip_prefix('"')
                .and_then(|t| t.strip_suffix('"'))
                .unwrap_or(text);
            !text.is_empty() && event.message.contains(text)
        };
        Self {
            session: line.session.clone(),
            treated: marker.log.as_ref().is_some_and(carries),
            at: event.at,
        }
    }

    /// A number that stands for the session.
    pub(crate) fn key(&self) -> Option<u64> {
        self.session.as_ref().map(|session| {
            let mut hasher = DefaultHasher::new();
            session.hash(&mut hasher);
            hasher.finish()
        })
    }
}

/// Sessions seen, second by second, and what the marker metric told; bounded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    by_log: bool,
    by_metric: bool,
    /// Which sessions were seen in a second, and whether with the marker.
    seconds: BTreeMap<Timestamp, HashMap<u64, bool>>,
    kept: usize,
    /// The end of the last period of the marker metric with data.
    metric_seen: Option<Timestamp>,
    /// Since when periods of the marker metric were seen to be empty.
    metric_empty_since: Option<Timestamp>,
}

impl Observation {
    /// An observation by these markers.
    pub fn new(marker: &TreatedMarker) -> Self {
        Self {
            by_log: marker.log.is_some(),
            by_metric: marker.metric.is_some(),
            ..Self::default()
        }
    }

    /// Takes events in, in any order. Events without a session do not count.
    pub fn push(&mut self, events: &[SessionEvent]) {
        for event in events {
            let Some(key) = event.key() else { continue };
            let second = self.seconds.entry(event.at.floor(SECOND)).or_default();
            let known = second.len();
            *second.entry(key).or_default() |= event.treated;
            self.kept += second.len() - known;
        }
        while self.kept > KEPT
            && let Some((_, oldest)) = self.seconds.pop_first()
        {
            self.kept -= oldest.len();
        }
    }

    /// Takes in what one read of the marker metric brought for complete periods in `[from, to)`. `alive` says whether anything else
    /// (sessions in the logs, the heartbeat) was seen in that span; without it an empty metric says nothing.
    pub fn push_metric(
        &mut self,
        points: &[Point],
        period: Duration,
        (from, to): (Timestamp, Timestamp),
        alive: bool,
    ) {
        let last = points
            .iter()
            .filter(|p| p.samples.unwrap_or(p.value) > 0.0 && p.at + period <= to)
            .map(|p| p.at + period)
            .max();
        self.metric_seen = self.metric_seen.max(last);
        let empty_from = last.map_or(from, |seen| seen.max(from));
        let known_before = self
            .metric_empty_since
            .filter(|since| last.is_none_or(|seen| seen <= *since));
        // The newest period is late or under way as often as not: one without data proves nothing.
        self.metric_empty_since = if alive && empty_from + period * 2 <= to {
            Some(known_before.unwrap_or(empty_from).min(empty_from))
        } else {
            known_before
        };
    }

    /// The share of treated sessions among those seen in `[from, to)`, to the second; `None` without a log marker or sessions.
    pub fn share(&self, from: Timestamp, to: Timestamp) -> Option<Share> {
        if !self.by_log || from >= to {
            return None;
        }
        let mut sessions: HashMap<u64, bool> = HashMap::new();
        for second in self.seconds.range(from.floor(SECOND)..to).map(|(_, s)| s) {
            for (key, treated) in second {
                *sessions.entry(*key).or_default() |= treated;
            }
        }
        let treated = sessions.values().filter(|treated| **treated).count();
        Share::of(treated as u64, sessions.len() as u64)
    }

    /// What was observed in `[from, to)`: a share where a log marker is configured, else what the marker metric tells.
    pub fn observed(&self, from: Timestamp, to: Timestamp) -> Observed {
        if let Some(share) = self.share(from, to) {
            return Observed::Share(share);
        }
        if !self.by_metric {
            return Observed::Unknown;
        }
        match (self.metric_seen, self.metric_empty_since) {
            (seen, Some(since)) if seen.is_none_or(|seen| seen <= since) && since < to => {
                Observed::NoneSeen(since)
            }
            (Some(seen), _) if seen > from => Observed::Seen(seen),
            _ => Observed::Unknown,
        }
    }
}
