//! A runbook that is worked through: branches, waits, verifications, and that events bring all of it back.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

use std::time::Duration;

use super::*;
use crate::domain::journal::{Actor, Entry, Record};
use crate::domain::runbook::{Block, Command, Condition, Test, Wait, WrittenUnit};
use crate::domain::signal::{
    Limit, LimitOp, MetricQuery, Missing, Point, ReadContext, Reading, Series, SignalSource, Unit,
    read,
};

mod resuming;
mod verifying;
mod waits;
mod walking;

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn after(seconds: u64) -> Timestamp {
    START + Duration::from_secs(seconds)
}

fn above(value: f64) -> Limit {
    Limit {
        op: LimitOp::Above,
        value,
    }
}

fn below(value: f64) -> Limit {
    Limit {
        op: LimitOp::Below,
        value,
    }
}

fn signal(name: &str, title: &str, unit: Unit, limits: (f64, f64, f64)) -> SignalSpec {
    SignalSpec {
        name: name.to_owned(),
        title: title.to_owned(),
        source: SignalSource::Metric(MetricQuery {
            namespace: "App".to_owned(),
            name: name.to_owned(),
            stat: "p95".to_owned(),
            period: Duration::from_mins(1),
            dimensions: Vec::new(),
        }),
        unit,
        scale: 1.0,
        target: Some(below(limits.0)),
        warn: Some(above(limits.1)),
        act: Some(above(limits.2)),
        min_samples: 10,
        missing: Missing::Unknown,
        treated_only: false,
        periods: 2,
    }
}

fn signals() -> Vec<SignalSpec> {
    vec![
        signal("latency_p95", "latency p95", Unit::Seconds, (5.0, 5.0, 7.0)),
        signal("error_rate", "error rate", Unit::Percent, (1.0, 2.0, 5.0)),
    ]
}

/// What is measured, minute by minute from START on, the same for ever after the last.
struct World {
    signals: Vec<SignalSpec>,
    series: BTreeMap<String, Series>,
    complaints: Vec<Timestamp>,
    exposed: bool,
    proven: Option<Proven>,
}

impl World {
    fn new() -> Self {
        Self {
            signals: signals(),
            series: BTreeMap::new(),
            complaints: Vec::new(),
            exposed: true,
            proven: None,
        }
    }

    /// Values of the minutes that begin at START + 60 s times their place.
    fn values(mut self, name: &str, values: &[f64]) -> Self {
        let points: Vec<Point> = values
            .iter()
            .enumerate()
            .map(|(minute, value)| Point {
                at: after(minute as u64 * 60),
                value: *value,
                samples: Some(100.0),
            })
            .collect();
        self.series
            .entry(name.to_owned())
            .or_default()
            .merge(&points);
        self
    }

    fn readings(&self, now: Timestamp) -> Vec<Reading> {
        let empty = Series::default();
        let one = |spec: &SignalSpec| {
            let context = ReadContext {
                now,
                stage_since: None,
                treated_exposed: self.exposed,
                last_read_ok: Some(now),
                fault: None,
                complaints: &self.complaints,
            };
            read(
                spec,
                self.series.get(&spec.name).unwrap_or(&empty),
                &context,
            )
        };
        self.signals.iter().map(one).collect()
    }

    fn at<T>(&self, now: Timestamp, look: impl FnOnce(&Live<'_>) -> T) -> T {
        let readings = self.readings(now);
        look(&Live {
            now,
            signals: &self.signals,
            readings: &readings,
            series: &self.series,
            complaints: &self.complaints,
            unexposed: self.proven.as_ref(),
        })
    }
}

fn condition(subject: &str, test: Test, unit: WrittenUnit) -> Condition {
    Condition {
        text: format!("{subject} {test:?}"),
        line: 1,
        subject: subject.to_owned(),
        test,
        unit,
        window: None,
        negated: false,
        wanted: false,
    }
}

fn p95(test: Test) -> Condition {
    condition("latency p95", test, WrittenUnit::Seconds)
}

fn step(text: &str, line: u32) -> Step {
    Step {
        text: text.to_owned(),
        line,
        number: Some(u64::from(line)),
        ..Step::default()
    }
}

fn with(step: Step, condition: Condition) -> Step {
    Step {
        conditions: vec![condition],
        ..step
    }
}

fn waiting(step: Step, seconds: u64) -> Step {
    let wait = Wait {
        text: format!("sleep {seconds}"),
        line: step.line,
        span: Duration::from_secs(seconds),
    };
    Step {
        waits: vec![wait],
        ..step
    }
}

fn running(step: Step, command: &str) -> Step {
    let command = Command {
        lang: "bash".to_owned(),
        text: command.to_owned(),
        line: step.line + 1,
    };
    Step {
        commands: vec![command],
        ..step
    }
}

fn section(title: &str, steps: Vec<Step>) -> Section {
    Section {
        title: title.to_owned(),
        level: 2,
        line: 1,
        parent: None,
        blocks: (0..steps.len()).map(Block::Step).collect(),
        steps,
    }
}

/// A scenario as teams write them.
fn latency() -> Runbook {
    Runbook {
        title: "Rollback".to_owned(),
        sections: vec![
            section(
                "Scenario 1: High latency",
                vec![
                    with(
                        step("Immediate action (if p95 > 7 seconds)", 1),
                        p95(Test::Past(above(7.0))),
                    ),
                    with(
                        step("Gradual rollback (if p95 between 5-7 seconds)", 2),
                        p95(Test::Between {
                            low: 5.0,
                            high: 7.0,
                        }),
                    ),
                    waiting(
                        with(step("Verify improvement", 3), p95(Test::Past(below(5.0)))),
                        300,
                    ),
                    step("Root cause analysis", 4),
                ],
            ),
            section(
                "Scenario 4: Orphans",
                vec![
                    step("Check Transcribe health", 11),
                    step("If Transcribe issue", 12),
                    Step {
                        depth: 1,
                        ..step("Disable the feature", 13)
                    },
                    step("If not Transcribe issue", 14),
                    Step {
                        depth: 1,
                        ..step("Look at feedback", 15)
                    },
                    step("Contact support", 16),
                ],
            ),
        ],
        ..Runbook::default()
    }
}

fn open(runbook: Runbook, section: usize) -> Checklist {
    let mut list = Checklist::new("runbook.md", "aa", runbook, &signals());
    let picked = list.pick(section).unwrap();
    list.take(&picked, START, None);
    list
}

fn id(section: usize, step: usize) -> StepId {
    StepId { section, step }
}

fn take_all(list: &mut Checklist, events: &[RunbookEvent], at: Timestamp) {
    for event in events {
        list.take(event, at, None);
    }
}

/// Lets it judge itself every second of a span, and answers what happened.
fn pass(list: &mut Checklist, world: &World, from: u64, to: u64) -> Vec<RunbookEvent> {
    let mut all = Vec::new();
    for second in from..to {
        let now = after(second);
        let events = world.at(now, |live| list.judge(live));
        take_all(list, &events, now);
        all.extend(events);
    }
    all
}

fn standings(list: &Checklist, now: Timestamp) -> Vec<Standing> {
    list.steps()
        .into_iter()
        .map(|id| list.standing(id, now))
        .collect()
}

fn records(events: &[(RunbookEvent, Timestamp)]) -> Vec<Record> {
    let record = |(place, (event, at)): (usize, &(RunbookEvent, Timestamp))| Record {
        seq: place as u64 + 1,
        at: *at,
        actor: Actor {
            user: "ana".to_owned(),
            ..Actor::default()
        },
        entry: Entry::Runbook {
            event: Box::new(event.clone()),
        },
    };
    events.iter().enumerate().map(record).collect()
}
