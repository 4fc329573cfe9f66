//! The signals over an incident: before, at their worst, now, and as a line of bars. It judges nothing.

use std::time::Duration;

use super::Track;
use crate::domain::incident::{Incident, IncidentEvent};
use crate::domain::journal::Entry;
use crate::domain::signal::{LimitOp, Point};

impl Incident {
    pub(super) fn tracks(&self) -> Vec<Track> {
        let mut tracks: Vec<Track> = Vec::new();
        let baseline = self.baseline();
        for before in baseline.iter().flat_map(|baseline| &baseline.signals) {
            tracks.push(Track {
                signal: before.signal.clone(),
                title: before.title.clone(),
                unit: before.unit,
                act: before.act,
                before: before.median,
                peak: None,
                last: None,
                points: before.lead.clone(),
            });
        }
        for record in self.records() {
            let Entry::Incident {
                event: IncidentEvent::Watched { values, .. },
            } = &record.entry
            else {
                continue;
            };
            for value in values {
                if let Some(track) = tracks.iter_mut().find(|track| track.signal == value.signal) {
                    track.points.push(Point {
                        at: value.at,
                        value: value.value,
                        samples: value.samples,
                    });
                }
            }
        }
        // The trouble began a little before the detection at the latest.
        let trouble = baseline
            .and_then(|baseline| baseline.began)
            .unwrap_or(self.opened_at - Duration::from_mins(10));
        for track in &mut tracks {
            track.points.sort_by_key(|point| point.at);
            track.points.dedup_by_key(|point| point.at);
            let is_low_bad = track
                .act
                .is_some_and(|act| matches!(act.op, LimitOp::Below | LimitOp::AtMost));
            let since = track.points.iter().filter(|point| point.at >= trouble);
            track.peak = since.copied().max_by(|a, b| {
                let order = a.value.total_cmp(&b.value);
                if is_low_bad { order.reverse() } else { order }
            });
            track.last = track
                .points
                .last()
                .copied()
                .filter(|last| last.at >= trouble);
        }
        tracks
    }
}

/// Values as a line of bars, at most so many; the largest of each group stands for it.
pub fn spark(points: &[Point], columns: usize) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let columns = columns.max(1);
    let group = points.len().div_ceil(columns).max(1);
    let values: Vec<f64> = points
        .chunks(group)
        .filter_map(|chunk| chunk.iter().map(|point| point.value).max_by(f64::total_cmp))
        .collect();
    let top = values.iter().copied().fold(0.0_f64, f64::max);
    let bar = |value: &f64| {
        let share = if top > 0.0 {
            (value / top).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let index = (share * (BARS.len() - 1) as f64).round() as usize;
        BARS.get(index).copied().unwrap_or('▁')
    };
    values.iter().map(bar).collect()
}
