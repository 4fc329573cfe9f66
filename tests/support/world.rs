//! A scripted world in memory: a flag with versions, a function, signals, alarms and log lines, at a time that is told to it.
//! It serves the effects of `update` as the runtime would, and knows nothing of the screen.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use coalmine::domain::alarm::{Alarm, AlarmBatch, AlarmState};
use coalmine::domain::failure::{ErrorKind, PortError};
use coalmine::domain::lever::{
    AliasState, FunctionState, LeverContent, LeverId, LeverKind, LeverState, UpdateStatus, Version,
};
use coalmine::domain::log::{LogBatch, LogEvent, TailMode};
use coalmine::domain::plan::{Conflict, Order, Outcome, Replaced, Write};
use coalmine::domain::rollout::{AlarmsSpec, RolloutSpec};
use coalmine::domain::signal::{Point, SampleBatch, SignalPoints, SignalSource};
use coalmine::domain::{Revision, Timestamp};

pub const PARAMETER: &str = "/audio-transcription/partial-results/config";
pub const ME: &str = "arn:aws:sts::123456789012:assumed-role/oncall/me";
const MINUTE: Duration = Duration::from_secs(60);
/// An order of this age that left no trace never arrived.
const LOST_AFTER: Duration = Duration::from_secs(60);

/// What the store does with the next order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Takes it and says so.
    Apply,
    /// Takes it, and the answer is lost.
    LostApplied,
    /// The request is lost.
    Lost,
    /// Refuses it.
    Refuse,
}

/// A value of a signal from an instant on; `None`: no data.
pub type Steps = Vec<(Timestamp, Option<(f64, f64)>)>;

#[derive(Clone, Debug)]
pub struct World {
    pub spec: RolloutSpec,
    /// The flag's versions, oldest first; its revision is the number.
    pub versions: Vec<Version>,
    pub environment: BTreeMap<String, String>,
    pub environment_revision: u64,
    pub alias: Option<(String, BTreeMap<String, String>)>,
    pub signals: BTreeMap<String, Steps>,
    /// Whether treated sessions publish the marker metric, from when on.
    pub treated: Vec<(Timestamp, bool)>,
    pub alarms: BTreeMap<String, (AlarmState, Timestamp)>,
    pub lines: VecDeque<LogEvent>,
    pub answers: VecDeque<Answer>,
    pub account: String,
    /// What fails, and how: `flag`, `function`, `history`, `samples`, `alarms`, `logs`, `identity`, `journal`.
    pub faults: BTreeMap<String, ErrorKind>,
    lines_made: u64,
}

impl World {
    pub fn new(spec: RolloutSpec, now: Timestamp) -> Self {
        let names = match &spec.alarms {
            AlarmsSpec::Names(names) => names.clone(),
            AlarmsSpec::None | AlarmsSpec::Prefix(_) => Vec::new(),
        };
        let ok = (AlarmState::Ok, now - Duration::from_secs(6 * 86_400));
        Self {
            alarms: names.into_iter().map(|name| (name, ok.clone())).collect(),
            spec,
            versions: Vec::new(),
            environment: BTreeMap::new(),
            environment_revision: 1,
            alias: None,
            signals: BTreeMap::new(),
            treated: Vec::new(),
            lines: VecDeque::new(),
            answers: VecDeque::new(),
            account: "123456789012".to_owned(),
            faults: BTreeMap::new(),
            lines_made: 0,
        }
    }

    /// Somebody writes the flag.
    pub fn write_flag(&mut self, text: &str, by: &str, at: Timestamp) {
        let number = self
            .versions
            .last()
            .map_or(41, |last| last.revision.0.parse().unwrap_or(0))
            + 1;
        self.versions.push(Version {
            revision: Revision(number.to_string()),
            text: text.to_owned(),
            by: Some(by.to_owned()),
            at: Some(at),
            labels: Vec::new(),
        });
    }

    /// The text in force.
    pub fn flag_text(&self) -> String {
        self.versions
            .last()
            .map(|last| last.text.clone())
            .unwrap_or_default()
    }

    /// Sessions that each log one line now, the first `treated` of them with the marker.
    pub fn sessions(&mut self, count: u64, treated: u64, at: Timestamp) {
        for index in 0..count {
            self.lines_made += 1;
            let session = format!("golden-eagle-{}", self.lines_made);
            let what = if index < treated {
                "partial result forwarded"
            } else {
                "final result forwarded"
            };
            self.line(
                &format!(r#"{{"level":"INFO","session_id":"{session}","message":"{what}"}}"#),
                at,
            );
        }
    }

    /// One log line.
    pub fn line(&mut self, message: &str, at: Timestamp) {
        self.lines_made += 1;
        self.lines.push_back(LogEvent {
            id: self.lines_made.to_string(),
            group: "/aws/lambda/audio-processor".to_owned(),
            stream: "stream".to_owned(),
            at,
            ingested_at: Some(at),
            message: message.to_owned(),
        });
    }

    pub fn fault(&self, what: &str) -> Result<(), PortError> {
        match self.faults.get(what) {
            None => Ok(()),
            Some(kind) => Err(PortError {
                kind: *kind,
                what: format!("test:{what}"),
                text: format!("{what} gives no answer"),
                hint: format!("look after {what}"),
            }),
        }
    }

    pub fn read(&self, id: LeverId, now: Timestamp) -> Result<LeverState, PortError> {
        match id {
            LeverId::Flag => self.read_flag(now),
            LeverId::Fallback => self.read_function(now),
        }
    }

    fn read_flag(&self, now: Timestamp) -> Result<LeverState, PortError> {
        self.fault("flag")?;
        let last = self.versions.last().ok_or_else(|| PortError {
            kind: ErrorKind::NotFound,
            what: "ssm:GetParameter".to_owned(),
            text: "the parameter does not exist".to_owned(),
            hint: "create it".to_owned(),
        })?;
        Ok(LeverState {
            id: LeverId::Flag,
            kind: LeverKind::Ssm,
            resource: PARAMETER.to_owned(),
            read_at: now,
            revision: last.revision.clone(),
            content: LeverContent::Document(last.text.clone()),
            changed_by: last.by.clone(),
            changed_at: last.at,
        })
    }

    fn read_function(&self, now: Timestamp) -> Result<LeverState, PortError> {
        self.fault("function")?;
        let alias = self.alias.as_ref().map(|(version, variables)| AliasState {
            name: "live".to_owned(),
            version: version.clone(),
            routing: BTreeMap::new(),
            revision: Revision("alias-1".to_owned()),
            variables: Ok(variables.clone()),
        });
        let variables = Ok(self.environment.clone());
        Ok(LeverState {
            id: LeverId::Fallback,
            kind: LeverKind::LambdaEnv,
            resource: "audio-processor".to_owned(),
            read_at: now,
            revision: Revision(format!("rev-{}", self.environment_revision)),
            content: LeverContent::Function(FunctionState {
                variables,
                update: UpdateStatus::Successful,
                alias,
            }),
            changed_by: None,
            changed_at: None,
        })
    }

    /// Carries an order out: looks, writes once, and answers as it was told to.
    pub fn apply(&mut self, order: &Order, now: Timestamp) -> Outcome {
        let answer = self.answers.pop_front().unwrap_or(Answer::Apply);
        let state = match self.read(order.plan.lever, now) {
            Ok(state) => Some(state),
            Err(fault) if order.plan.seen.is_some() => {
                return refused(format!(
                    "nothing was sent, the look just before failed: {fault}"
                ));
            }
            Err(_) => None,
        };
        if let (Some(seen), Some(state)) = (&order.plan.seen, &state)
            && *seen != state.revision
        {
            return overtaken(order, seen, state);
        }
        match answer {
            Answer::Refuse => refused("the store said no".to_owned()),
            Answer::Lost => Outcome::Unknown {
                reason: "no answer in 3 s".to_owned(),
            },
            Answer::LostApplied => {
                self.write(order, now);
                Outcome::Unknown {
                    reason: "no answer in 3 s".to_owned(),
                }
            }
            Answer::Apply => Outcome::Applied {
                revision: self.write(order, now),
                at: now,
                note: None,
            },
        }
    }

    fn write(&mut self, order: &Order, now: Timestamp) -> Revision {
        match &order.plan.write {
            Write::Document(text) => {
                self.write_flag(&text.clone(), ME, now);
                self.versions
                    .last()
                    .map_or_else(|| Revision(String::new()), |last| last.revision.clone())
            }
            Write::Variables(variables) => {
                self.environment = variables.clone();
                self.environment_revision += 1;
                Revision(format!("rev-{}", self.environment_revision))
            }
            Write::PublishAndRepoint { .. } => {
                self.alias = Some(("8".to_owned(), self.environment.clone()));
                Revision("alias-2".to_owned())
            }
            Write::Nothing => Revision(String::new()),
        }
    }

    /// Finds out by reading what became of an order.
    pub fn verify(&self, order: &Order, now: Timestamp) -> Outcome {
        if let Err(fault) = self.read(order.plan.lever, now) {
            return Outcome::Unknown {
                reason: format!("it could not be looked up: {fault}"),
            };
        }
        let after: i64 = order
            .plan
            .seen
            .as_ref()
            .and_then(|seen| seen.0.parse().ok())
            .unwrap_or(0);
        let found = match &order.plan.write {
            Write::Document(text) => self
                .versions
                .iter()
                .find(|version| {
                    version.revision.0.parse::<i64>().is_ok_and(|n| n > after)
                        && version.text == *text
                })
                .map(|version| version.revision.clone()),
            Write::Variables(variables) if *variables == self.environment => {
                Some(Revision(format!("rev-{}", self.environment_revision)))
            }
            _ => None,
        };
        match found {
            Some(revision) => Outcome::Applied {
                revision,
                at: now,
                note: Some("found by reading".to_owned()),
            },
            None if now.since(order.at) < LOST_AFTER => Outcome::Unknown {
                reason: "no trace yet".to_owned(),
            },
            None => refused("it never arrived".to_owned()),
        }
    }

    pub fn sample(
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

    pub fn read_alarms(&self, now: Timestamp) -> Result<AlarmBatch, PortError> {
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

    pub fn tail(&mut self, mode: TailMode, now: Timestamp) -> Result<LogBatch, PortError> {
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

fn refused(reason: String) -> Outcome {
    Outcome::Refused {
        reason,
        hint: "look again".to_owned(),
    }
}

fn overtaken(order: &Order, seen: &Revision, state: &LeverState) -> Outcome {
    let LeverContent::Document(now) = &state.content else {
        return Outcome::Conflict(Conflict {
            sent: false,
            seen: seen.clone(),
            found: state.revision.clone(),
            by: None,
            at: None,
            seen_text: String::new(),
            their_text: String::new(),
            now_text: String::new(),
        });
    };
    if matches!(&order.plan.write, Write::Document(text) if text == now) {
        return Outcome::NoOp;
    }
    let seen_text = match &order.plan.replaced {
        Replaced::Document(text) => text.clone(),
        _ => String::new(),
    };
    Outcome::Conflict(Conflict {
        sent: false,
        seen: seen.clone(),
        found: state.revision.clone(),
        by: state.changed_by.clone(),
        at: state.changed_at,
        seen_text,
        their_text: now.clone(),
        now_text: now.clone(),
    })
}
