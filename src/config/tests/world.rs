//! A world to judge: the seed's rollout with series, alarms and exposure that a test turns at will.

use std::collections::BTreeMap;

use crate::config::demo;
use crate::domain::alarm::{Alarm, AlarmBatch, AlarmState};
use crate::domain::exposure::{Effective, Exposure};
use crate::domain::rollout::{AlarmsSpec, RolloutSpec, StageFacts};
use crate::domain::signal::{Point, ReadContext, Reading, Series, read};
use crate::domain::verdict::{CheckKind, CheckState, JudgeInput, Verdict, judge};
use crate::domain::{Percent, Timestamp};

pub(super) const DAY: i64 = 24 * 60;
/// Minutes of calm data before `NOW`.
pub(super) const CALM: i64 = 10;
/// The minute that is judged at, 12 seconds in.
pub(super) const NOW: i64 = 30 * DAY;

pub(super) fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + minute * 60_000)
}

pub(super) fn pct(value: u8) -> Percent {
    Percent::new(value).unwrap()
}

/// A world at 10 % for four days, calm, with five alarms in OK.
pub(super) struct World {
    pub(super) spec: RolloutSpec,
    pub(super) series: BTreeMap<String, Series>,
    pub(super) faults: BTreeMap<String, &'static str>,
    pub(super) complaints: Vec<Timestamp>,
    pub(super) alarms: Option<AlarmBatch>,
    pub(super) exposure: Exposure,
    pub(super) stage: StageFacts,
    pub(super) now: Timestamp,
}

impl World {
    pub(super) fn at_percent(percent: u8) -> Self {
        let spec = demo().unwrap();
        let AlarmsSpec::Names(names) = &spec.alarms else {
            panic!("names")
        };
        let alarms = names.iter().map(|name| alarm(name)).collect();
        let effective = Effective {
            at_most: pct(percent),
            settling: false,
        };
        let mut world = Self {
            series: BTreeMap::new(),
            faults: BTreeMap::new(),
            complaints: Vec::new(),
            alarms: Some(AlarmBatch {
                read_at: at(NOW),
                alarms,
                missing: Vec::new(),
            }),
            exposure: Exposure {
                desired: Some(pct(percent)),
                effective: Some(effective),
                ..Exposure::default()
            },
            stage: StageFacts {
                percent: Some(pct(percent)),
                since: Some(at(NOW - 4 * DAY)),
                from: Some(Percent::ZERO),
            },
            now: Timestamp::from_millis(at(NOW).as_millis() + 12_000),
            spec,
        };
        for (name, value) in [
            ("latency_p95", 2.1),
            ("dropped", 12.0),
            ("orphaned", 0.8),
            ("error_rate", 0.11),
            ("fallbacks", 0.0),
        ] {
            world.set(name, CALM, value);
        }
        world
    }

    /// The newest `minutes` complete minutes of a signal have this value, with 1,204 observations.
    pub(super) fn set(&mut self, name: &str, minutes: i64, value: f64) -> &mut Self {
        self.put(name, minutes, value, 1204.0)
    }

    pub(super) fn put(&mut self, name: &str, minutes: i64, value: f64, samples: f64) -> &mut Self {
        let points: Vec<_> = (1..=minutes)
            .map(|m| Point {
                at: at(NOW - m),
                value,
                samples: Some(samples),
            })
            .collect();
        self.series
            .entry(name.to_owned())
            .or_default()
            .merge(&points);
        self
    }

    pub(super) fn bake_over(&mut self) -> &mut Self {
        self.stage.since = Some(at(NOW - 8 * DAY));
        self
    }

    /// The flag went from one percentage to another so many minutes ago.
    pub(super) fn moved(&mut self, from: u8, to: u8, minutes: i64) -> &mut Self {
        self.stage = StageFacts {
            percent: Some(pct(to)),
            since: Some(at(NOW - minutes)),
            from: Some(pct(from)),
        };
        self.exposure.desired = Some(pct(to));
        self.exposure.effective = Some(Effective {
            at_most: pct(to),
            settling: false,
        });
        self
    }

    pub(super) fn alarm(&mut self, index: usize, state: AlarmState, since: i64) -> &mut Self {
        let alarm = &mut self.alarms.as_mut().unwrap().alarms[index];
        alarm.state = state;
        alarm.since = Some(at(NOW - since));
        self
    }

    pub(super) fn readings(&self) -> Vec<Reading> {
        let empty = Series::default();
        let reading = |signal| {
            let spec: &crate::domain::signal::SignalSpec = signal;
            let context = ReadContext {
                now: self.now,
                stage_since: self.stage.since,
                treated_exposed: self.exposure.may_expose(),
                last_read_ok: Some(self.now).filter(|_| !self.faults.contains_key(&spec.name)),
                fault: self.faults.get(&spec.name).copied(),
                complaints: &self.complaints,
            };
            read(
                spec,
                self.series.get(&spec.name).unwrap_or(&empty),
                &context,
            )
        };
        self.spec.signals.iter().map(reading).collect()
    }

    pub(super) fn judge(&self) -> Verdict {
        judge(&JudgeInput {
            spec: &self.spec,
            readings: &self.readings(),
            series: &self.series,
            complaints: &self.complaints,
            alarms: self.alarms.as_ref(),
            alarms_fault: None,
            exposure: &self.exposure,
            stage: self.stage,
            now: self.now,
        })
    }

    pub(super) fn rule(&self, text: &str) -> CheckState {
        let checks = self.judge().checks;
        checks
            .iter()
            .find(|c| c.kind == CheckKind::Rule && c.name == text)
            .unwrap()
            .state
    }
}

pub(super) fn alarm(name: &str) -> Alarm {
    Alarm {
        name: name.to_owned(),
        state: AlarmState::Ok,
        since: Some(at(0)),
        reason: String::new(),
        description: String::new(),
        watches: String::new(),
        actions_enabled: true,
        alarm_actions: 1,
        evaluation_periods: Some(2),
        datapoints_to_alarm: Some(2),
        period: None,
        missing_data: None,
        percentile: None,
        evaluation: None,
        composite: false,
    }
}

pub(super) fn texts(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|r| r.text.as_str()).collect()
}
