//! What the scripted world shows to those who watch it: signals, alarms, log lines.

use std::time::Duration;

use coalmine::domain::Timestamp;
use coalmine::domain::alarm::{Alarm, AlarmBatch, AlarmState};
use coalmine::domain::failure::PortError;
use coalmine::domain::log::{LogBatch, TailMode};
use coalmine::domain::signal::{Point, SampleBatch, SignalPoints, SignalSource};

use super::world::World;

const MINUTE: Duration = Duration::from_mins(1);

impl World {
    pub(crate) fn sample(
        &self,
        from: Timestamp,
        to: Timestamp,
        now: Timestamp,
    ) -> Result<SampleBatch, PortError> {
        self.fault("samples")?;
        let minutes = || {
            let mut at = from.floor(MINUTE);
            std::iter::from_fn(move || {
                let this = at;
                at = at + MINUTE;
                (this < to && this + MINUTE <= now).then_some(this)
            })
        };
        let measured = self
            .spec
            .signals
            .iter()
            .filter(|signal| signal.source != SignalSource::Counted);
        let signals = measured.map(|signal| {
            let steps = self
                .signals
                .get(&signal.name)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let points = minutes()
                .filter_map(|at| {
                    let (value, samples) = in_force(steps, at)??;
                    Some(Point {
                        at,
                        value,
                        samples: Some(samples),
                    })
                })
                .collect();
            SignalPoints {
                name: signal.name.clone(),
                points,
                fault: None,
            }
        });
        let treated = minutes()
            .filter(|at| in_force(&self.treated, *at) == Some(true))
            .map(|at| Point {
                at,
                value: 9.0,
                samples: Some(9.0),
            })
            .collect();
        Ok(SampleBatch {
            read_at: now,
            from,
            to,
            signals: signals.collect(),
            treated,
            treated_fault: None,
        })
    }

    pub(crate) fn read_alarms(&self, now: Timestamp) -> Result<AlarmBatch, PortError> {
        self.fault("alarms")?;
        let alarm = |(name, (state, since)): (&String, &(AlarmState, Timestamp))| Alarm {
            name: name.clone(),
            state: state.clone(),
            since: Some(*since),
            reason: "Threshold Crossed".to_owned(),
            description: String::new(),
            watches: if name.contains("latency") {
                "p95 of PartialResultProcessingLatency > 5000 for 2 of 2 × 60 s".to_owned()
            } else {
                "Sum of Something > 5 for 1 of 1 × 300 s".to_owned()
            },
            actions_enabled: true,
            alarm_actions: 1,
            evaluation_periods: Some(2),
            datapoints_to_alarm: Some(2),
            period: Some(MINUTE),
            missing_data: Some("missing".to_owned()),
            percentile: name.contains("latency").then(|| "p95".to_owned()),
            evaluation: None,
            composite: false,
        };
        Ok(AlarmBatch {
            read_at: now,
            alarms: self.alarms.iter().map(alarm).collect(),
            missing: Vec::new(),
        })
    }

    pub(crate) fn tail(&mut self, mode: TailMode, now: Timestamp) -> Result<LogBatch, PortError> {
        self.fault("logs")?;
        let due = self.lines.iter().take_while(|line| line.at <= now).count();
        Ok(LogBatch {
            read_at: now,
            mode,
            events: self.lines.drain(..due).collect(),
            sampled: false,
            read_to: now,
            note: None,
        })
    }
}

fn in_force<T: Copy>(steps: &[(Timestamp, T)], at: Timestamp) -> Option<T> {
    steps
        .iter()
        .rev()
        .find(|(from, _)| *from <= at)
        .map(|(_, value)| *value)
}
