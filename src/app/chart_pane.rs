//! The charts on screen: which span of time they show, which values they are drawn from, what is read for them alone.
//! It judges nothing, and nothing is judged by what was read for it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::flag::{Flag, exposed};
use crate::domain::signal::{COUNTED_OVER, Point, SampleBatch, Series, SignalSpec};
use crate::domain::{Percent, Timestamp};

use super::model::{Feed, Model};

const MINUTE: Duration = Duration::from_mins(1);

/// The span of time that the charts show, up to now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// 15 minutes.
    Quarter,
    /// An hour.
    #[default]
    Hour,
    /// Three hours.
    ThreeHours,
    /// Twelve hours.
    HalfDay,
    /// A day.
    Day,
}

impl Window {
    /// All of them, the shortest first.
    pub const ALL: [Self; 5] = [
        Self::Quarter,
        Self::Hour,
        Self::ThreeHours,
        Self::HalfDay,
        Self::Day,
    ];

    /// Its length.
    pub fn span(self) -> Duration {
        match self {
            Self::Quarter => MINUTE * 15,
            Self::Hour => Duration::from_hours(1),
            Self::ThreeHours => Duration::from_hours(3),
            Self::HalfDay => Duration::from_hours(12),
            Self::Day => Duration::from_hours(24),
        }
    }

    /// The shortest period that values of so long a span are read with: 1, 5 or 15 minutes.
    pub fn period(self) -> Duration {
        match self {
            Self::Quarter | Self::Hour | Self::ThreeHours => MINUTE,
            Self::HalfDay => MINUTE * 5,
            Self::Day => MINUTE * 15,
        }
    }

    /// Whether its values are read for the charts alone; else they are those that are judged.
    pub fn is_wide(self) -> bool {
        self.period() > MINUTE
    }

    /// Its length in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Quarter => "15 min",
            Self::Hour => "1 h",
            Self::ThreeHours => "3 h",
            Self::HalfDay => "12 h",
            Self::Day => "24 h",
        }
    }

    /// The next longer one, or itself.
    #[must_use]
    pub fn longer(self) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|window| window.span() > self.span())
            .unwrap_or(self)
    }

    /// The next shorter one, or itself.
    #[must_use]
    pub fn shorter(self) -> Self {
        let mut all = Self::ALL.into_iter().rev();
        all.find(|window| window.span() < self.span())
            .unwrap_or(self)
    }

    /// The shortest one that reaches this far back, at least this one; a day where none does.
    #[must_use]
    pub fn reaching(self, back: Duration) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|window| window.span() >= self.span() && window.span() > back)
            .unwrap_or(Self::Day)
    }
}

/// What a read of values for the charts alone is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// A span up to now.
    Window(Window),
    /// Before and after a stage change.
    Change {
        /// When the stage changed.
        at: Timestamp,
        /// How far to both sides.
        window: Window,
    },
}

/// Values that were read for the charts alone.
#[derive(Clone, Debug, Default)]
pub struct Wide {
    /// The values by signal.
    pub series: BTreeMap<String, Series>,
    /// What was wrong with a signal's values, by signal.
    pub faults: BTreeMap<String, String>,
    /// How the reading stands; its value is the end of what was read.
    pub feed: Feed<Timestamp>,
}

impl Wide {
    /// Takes what a read brought.
    pub fn take(&mut self, batch: SampleBatch, now: Timestamp) {
        self.feed.take(Ok(batch.to), now);
        for signal in batch.signals {
            let series = self.series.entry(signal.name.clone()).or_default();
            series.merge(&signal.points);
            match signal.fault {
                Some(fault) => self.faults.insert(signal.name, fault),
                None => self.faults.remove(&signal.name),
            };
        }
    }
}

/// The charts' own state. The selected signal is the screen's selected row, and the cursor is the minute that all charts point at.
#[derive(Clone, Debug, Default)]
pub struct ChartPane {
    /// The span shown.
    pub window: Window,
    /// Whether the selected signal has the screen to itself.
    pub is_zoomed: bool,
    /// Whether before and after the last stage change lie over each other.
    pub compares: bool,
    half_day: Wide,
    day: Wide,
    around: Option<(Reach, Box<Wide>)>,
}

impl ChartPane {
    /// What was read for this; nothing for a span that is drawn from the judged values.
    pub fn wide(&self, reach: Reach) -> Option<&Wide> {
        match reach {
            Reach::Window(Window::HalfDay) => Some(&self.half_day),
            Reach::Window(Window::Day) => Some(&self.day),
            Reach::Window(_) => None,
            Reach::Change { .. } => self
                .around
                .as_ref()
                .filter(|(of, _)| *of == reach)
                .map(|(_, wide)| wide.as_ref()),
        }
    }

    /// The same, to change it; what was read about another change gives way.
    pub fn wide_mut(&mut self, reach: Reach) -> Option<&mut Wide> {
        match reach {
            Reach::Window(Window::HalfDay) => Some(&mut self.half_day),
            Reach::Window(Window::Day) => Some(&mut self.day),
            Reach::Window(_) => None,
            Reach::Change { .. } => {
                if self.around.as_ref().is_none_or(|(of, _)| *of != reach) {
                    self.around = Some((reach, Box::default()));
                }
                self.around.as_mut().map(|(_, wide)| wide.as_mut())
            }
        }
    }

    /// A second passed.
    pub(super) fn ticked(&mut self) {
        let around = self.around.as_mut().map(|(_, wide)| wide.as_mut());
        let all = [Some(&mut self.half_day), Some(&mut self.day), around];
        for wide in all.into_iter().flatten() {
            wide.feed.due_in = wide.feed.due_in.saturating_sub(1);
        }
    }
}

/// The values that a chart is drawn from.
#[derive(Clone, Debug)]
pub struct Course<'a> {
    /// The points in time order, the period being filled included.
    pub points: Cow<'a, [Point]>,
    /// The length of a period.
    pub period: Duration,
    /// What is wrong with them, if something is.
    pub fault: Option<Cow<'a, str>>,
    /// Whether nothing was read yet.
    pub is_unread: bool,
}

impl Course<'_> {
    /// The points of periods that begin in `[from, to)`, found without looking at the others.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> &[Point] {
        let first = self.points.partition_point(|point| point.at < from);
        let end = self.points.partition_point(|point| point.at < to);
        self.points.get(first..end).unwrap_or_default()
    }

    /// The point of the period that an instant lies in; nothing where that period has no data.
    pub fn at(&self, instant: Timestamp) -> Option<&Point> {
        let end = self.points.partition_point(|point| point.at <= instant);
        let point = self.points.get(end.checked_sub(1)?)?;
        (instant < point.at + self.period).then_some(point)
    }
}

/// What the chart of a signal over a window is drawn from. What is shorter than half a day is drawn from the judged values; of a signal
/// that is counted by hand, every value is the count of the hour before.
pub fn course<'a>(model: &'a Model, spec: &SignalSpec, reach: Reach) -> Course<'a> {
    if spec.is_counted() {
        let (from, to, step) = match reach {
            Reach::Window(window) => (model.now - window.span(), model.now, window.period()),
            Reach::Change { at, window } => (at - window.span(), at + window.span(), MINUTE),
        };
        return counted(model, (from, to.min(model.now), step.max(MINUTE)));
    }
    let narrow = matches!(reach, Reach::Window(window) if !window.is_wide());
    let wide = model.charts.wide(reach);
    let series = if narrow {
        model.series.get(&spec.name)
    } else {
        wide.and_then(|wide| wide.series.get(&spec.name))
    };
    let faults = if narrow {
        model.signal_faults.get(&spec.name)
    } else {
        wide.and_then(|wide| wide.faults.get(&spec.name))
    };
    let feed = wide.map(|wide| &wide.feed);
    let failed = match feed {
        Some(feed) if !narrow => feed.fault.as_ref(),
        _ => model.sampling.fault.as_ref(),
    };
    let fault = faults.map(|text| Cow::Borrowed(text.as_str()));
    Course {
        points: Cow::Borrowed(series.map_or(&[][..], Series::points)),
        period: period(spec, reach, model.now),
        fault: fault.or_else(|| failed.map(|fault| Cow::Owned(fault.to_string()))),
        is_unread: match feed {
            Some(feed) if !narrow => feed.value.is_none(),
            None if !narrow => true,
            _ => model.sampling.value.is_none(),
        },
    }
}

fn counted(model: &Model, (from, to, step): (Timestamp, Timestamp, Duration)) -> Course<'static> {
    let mut all = model.complaints.clone();
    all.sort_unstable();
    // What was counted before the journal began is not known, and no zero.
    let known = model.opened_at - COUNTED_OVER;
    let first = all.first().map_or(known, |first| known.min(*first));
    let mut points = Vec::new();
    let mut at = from.max(first).floor(step);
    while at < to {
        let end = at + step;
        let counted =
            all.partition_point(|c| *c <= end) - all.partition_point(|c| *c <= end - COUNTED_OVER);
        points.push(Point {
            at,
            value: counted as f64,
            samples: None,
        });
        at = end;
    }
    Course {
        points: Cow::Owned(points),
        period: step,
        fault: None,
        is_unread: false,
    }
}

/// The length of the periods that a reach is drawn with.
pub fn period(spec: &SignalSpec, reach: Reach, now: Timestamp) -> Duration {
    let least = least_period(reach, now);
    match reach {
        Reach::Window(window) if !window.is_wide() => spec.period(),
        _ => multiple(spec.period(), least),
    }
}

/// The shortest period that CloudWatch still has for a reach: minutes are kept for 15 days, five minutes for 63, hours for 455.
pub fn least_period(reach: Reach, now: Timestamp) -> Duration {
    let (window, first) = match reach {
        Reach::Window(window) => (window, now - window.span()),
        Reach::Change { at, window } => (window, at - window.span()),
    };
    const DAY: Duration = Duration::from_hours(24);
    let kept = match now.since(first) {
        back if back < DAY * 15 => MINUTE,
        back if back < DAY * 63 => MINUTE * 5,
        _ => MINUTE * 60,
    };
    window.period().max(kept)
}

/// The first multiple of a period that is at least so long.
pub fn multiple(period: Duration, least: Duration) -> Duration {
    let period = period.max(Duration::from_secs(1));
    let times = least.as_nanos().div_ceil(period.as_nanos()).max(1);
    period.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX))
}

/// The share that the flag granted at an instant, and since when it did; nothing before its history begins.
pub fn stage_at(model: &Model, at: Timestamp) -> Option<(Percent, Timestamp)> {
    let shape = &model.spec.flag.shape;
    let versions = model.history.value.as_ref()?;
    let mut found: Option<(Percent, Timestamp)> = None;
    for version in versions {
        let Some(written) = version.at.filter(|written| *written <= at) else {
            continue;
        };
        let share = Flag::parse(&version.text, shape)
            .ok()
            .map(|flag| exposed(&flag, shape.comparison));
        match (found, share) {
            (None, Some(share)) => found = Some((share, written)),
            (Some((granted, _)), Some(share)) if granted == share => {
                found = Some((granted, written));
            }
            _ => break,
        }
    }
    found
}

#[cfg(test)]
mod tests;
