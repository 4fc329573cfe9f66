//! How many sessions begin a minute, from the lines in which they were first seen. It reads no log.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::domain::Timestamp;

/// A session that was not seen for so long is over; its name may come again.
const GONE: Duration = Duration::from_mins(10);
/// The span that the rate is taken over.
const SPAN: Duration = Duration::from_mins(5);
/// The most sessions that are remembered.
const KEPT: usize = 100_000;

/// Counts first sightings by minute.
#[derive(Clone, Debug, Default)]
pub struct SessionRate {
    last_seen: HashMap<String, Timestamp>,
    begun: BTreeMap<Timestamp, u64>,
    first: Option<Timestamp>,
}

impl SessionRate {
    /// A line of this session at this time.
    pub fn saw(&mut self, session: &str, at: Timestamp) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        let known = self
            .last_seen
            .get(session)
            .is_some_and(|last| at.since(*last) < GONE);
        if !known {
            *self
                .begun
                .entry(at.floor(Duration::from_mins(1)))
                .or_default() += 1;
        }
        if self.last_seen.len() >= KEPT && !self.last_seen.contains_key(session) {
            self.last_seen.retain(|_, last| at.since(*last) < GONE);
        }
        if self.last_seen.len() < KEPT {
            self.last_seen.insert(session.to_owned(), at);
        }
        let horizon = at - GONE;
        self.begun.retain(|minute, _| *minute >= horizon);
    }

    /// Sessions that began per minute over the last whole minutes; `None` before there are two of them.
    /// The minute in which the tail began counts sessions that had begun before, so it is left out.
    pub fn per_minute(&self, now: Timestamp) -> Option<f64> {
        let minute = Duration::from_mins(1);
        let to = now.floor(minute);
        let from = (to - SPAN).max(self.first?.floor(minute) + minute * 3);
        if from >= to {
            return None;
        }
        let minutes = to.since(from).as_secs() / 60;
        let begun: u64 = self.begun.range(from..to).map(|(_, count)| count).sum();
        (minutes >= 2).then(|| begun as f64 / minutes as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, SessionRate, Timestamp};

    #[test]
    fn only_first_sightings_of_whole_minutes_count() {
        let mut rate = SessionRate::default();
        let start = Timestamp::from_millis(1_800_000_000_000).floor(Duration::from_mins(1));
        for second in 0..600_u64 {
            // One session begins every ten seconds and is seen for a minute.
            for age in 0..6 {
                let number = (second / 10).saturating_sub(age);
                rate.saw(&format!("s-{number}"), start + Duration::from_secs(second));
            }
        }
        assert_eq!(rate.per_minute(start + Duration::from_mins(10)), Some(6.0));
        assert_eq!(SessionRate::default().per_minute(start), None);
        let mut young = SessionRate::default();
        young.saw("s", start);
        for second in 0..400 {
            let now = start + Duration::from_secs(second);
            assert_eq!(
                young.per_minute(now).is_some(),
                second >= 300,
                "after {second} s"
            );
        }
    }
}
