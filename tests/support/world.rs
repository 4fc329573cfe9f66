//! A scripted world in memory: a flag with versions, a function, signals, alarms and log lines, at a time that is told to it.
//! It serves the effects of `update` as the runtime would, and knows nothing of the screen.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use coalmine::domain::alarm::AlarmState;
use coalmine::domain::failure::{ErrorKind, PortError};
use coalmine::domain::lever::{
    AliasState, FunctionState, LeverContent, LeverId, LeverKind, LeverState, UpdateStatus, Version,
};
use coalmine::domain::log::LogEvent;
use coalmine::domain::plan::{Conflict, Order, Outcome, Replaced, Write};
use coalmine::domain::rollout::{AlarmsSpec, RolloutSpec};
use coalmine::domain::{Revision, Timestamp};

pub(crate) const PARAMETER: &str = "/audio-transcription/partial-results/config";
pub(crate) const ME: &str = "arn:aws:sts::123456789012:assumed-role/oncall/me";
/// An order of this age that left no trace never arrived.
const LOST_AFTER: Duration = Duration::from_mins(1);

/// What the store does with the next order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
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
pub(crate) type Steps = Vec<(Timestamp, Option<(f64, f64)>)>;

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) spec: RolloutSpec,
    /// The flag's versions, oldest first; its revision is the number.
    pub(crate) versions: Vec<Version>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) environment_revision: u64,
    pub(crate) alias: Option<(String, BTreeMap<String, String>)>,
    pub(crate) signals: BTreeMap<String, Steps>,
    /// Whether treated sessions publish the marker metric, from when on.
    pub(crate) treated: Vec<(Timestamp, bool)>,
    pub(crate) alarms: BTreeMap<String, (AlarmState, Timestamp)>,
    pub(crate) lines: VecDeque<LogEvent>,
    pub(crate) answers: VecDeque<Answer>,
    pub(crate) account: String,
    /// What fails, and how: `flag`, `function`, `history`, `samples`, `alarms`, `logs`, `identity`, `journal`.
    pub(crate) faults: BTreeMap<String, ErrorKind>,
    lines_made: u64,
}

impl World {
    pub(crate) fn new(spec: RolloutSpec, now: Timestamp) -> Self {
        let names = match &spec.alarms {
            AlarmsSpec::Names(names) => names.clone(),
            AlarmsSpec::None | AlarmsSpec::Prefix(_) => Vec::new(),
        };
        let ok = (AlarmState::Ok, now - Duration::from_hours(6 * 24));
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
    pub(crate) fn write_flag(&mut self, text: &str, by: &str, at: Timestamp) {
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

    /// Sessions that each log one line now, the first `treated` of them with the marker.
    pub(crate) fn sessions(&mut self, count: u64, treated: u64, at: Timestamp) {
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
    pub(crate) fn line(&mut self, message: &str, at: Timestamp) {
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

    pub(crate) fn fault(&self, what: &str) -> Result<(), PortError> {
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

    pub(crate) fn read(&self, id: LeverId, now: Timestamp) -> Result<LeverState, PortError> {
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
            routed: BTreeMap::new(),
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
    pub(crate) fn apply(&mut self, order: &Order, now: Timestamp) -> Outcome {
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
    pub(crate) fn verify(&self, order: &Order, now: Timestamp) -> Outcome {
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
