//! What a session reads, and what of it is still missing. It reads nothing.

use crate::app::model::Feed;
use crate::app::{Effect, Model};
use crate::domain::lever::LeverId;
use crate::domain::rollout::AlarmsSpec;
use crate::domain::signal::SignalSource;

/// What a command reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Who the caller is.
    pub identity: bool,
    /// The flag.
    pub flag: bool,
    /// The fallback function.
    pub fallback: bool,
    /// The flag's versions.
    pub history: bool,
    /// The signals.
    pub signals: bool,
    /// The alarms.
    pub alarms: bool,
    /// The logs.
    pub logs: bool,
    /// The journal: opened for writing, with what earlier runs left.
    pub journal: bool,
}

impl Reads {
    /// The flag alone.
    pub const FLAG: Self = Self {
        identity: false,
        flag: true,
        fallback: false,
        history: false,
        signals: false,
        alarms: false,
        logs: false,
        journal: false,
    };
    /// Everything that is judged; no logs, no journal.
    pub const JUDGED: Self = Self {
        identity: true,
        flag: true,
        fallback: true,
        history: true,
        signals: true,
        alarms: true,
        logs: false,
        journal: false,
    };

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            identity: self.identity || other.identity,
            flag: self.flag || other.flag,
            fallback: self.fallback || other.fallback,
            history: self.history || other.history,
            signals: self.signals || other.signals,
            alarms: self.alarms || other.alarms,
            logs: self.logs || other.logs,
            journal: self.journal || other.journal,
        }
    }

    /// What is asked for by time.
    pub(super) fn timed(self) -> Self {
        Self {
            signals: self.signals,
            logs: self.logs,
            ..Self::default()
        }
    }

    /// What is asked for without naming a time; never nothing, so that there is an answer that tells it.
    pub(super) fn untimed(self) -> Self {
        Self {
            signals: false,
            logs: false,
            flag: true,
            ..self
        }
    }

    pub(super) fn wants(self, effect: &Effect) -> bool {
        match effect {
            Effect::Identify => self.identity,
            Effect::ReadLever(LeverId::Flag) => self.flag,
            Effect::ReadLever(LeverId::Fallback) => self.fallback,
            Effect::ReadHistory => self.history,
            Effect::Sample { .. } => self.signals,
            Effect::ReadAlarms => self.alarms,
            Effect::Tail(_) => self.logs,
            Effect::Recover | Effect::Follow | Effect::Append(_) => self.journal,
            Effect::Submit(_)
            | Effect::CreateAlarm(_)
            | Effect::Verify(_)
            | Effect::Continue
            | Effect::RunCommand(_)
            | Effect::StopCommand(_) => true,
            Effect::ReadAlarmHistory(_)
            | Effect::SampleSpan { .. }
            | Effect::Copy(_)
            | Effect::Bell
            | Effect::Suspend
            | Effect::Walk(_)
            | Effect::Quit
            | Effect::Export { .. }
            | Effect::Wear(_)
            | Effect::OpenRunbook(_) => false,
        }
    }
}

/// What is wanted and has brought neither an answer nor a fault yet, as the calls are named.
pub(super) fn unread(model: &Model, reads: Reads) -> Vec<&'static str> {
    fn waits<T>(feed: &Feed<T>) -> bool {
        feed.at.is_none() && feed.fault.is_none()
    }
    let spec = &model.spec;
    let measured = spec
        .signals
        .iter()
        .any(|signal| !matches!(signal.source, SignalSource::Counted));
    let journal = !model.journal.open && model.journal.fault.is_none();
    let all = [
        (
            reads.identity && waits(&model.identity),
            "sts:GetCallerIdentity",
        ),
        (reads.flag && waits(&model.flag), "the flag"),
        (
            reads.fallback && spec.fallback.is_some() && waits(&model.fallback),
            "lambda:GetFunctionConfiguration",
        ),
        (reads.history && waits(&model.history), "the flag's history"),
        (
            reads.signals && measured && waits(&model.sampling),
            "cloudwatch:GetMetricData",
        ),
        (
            reads.alarms && spec.alarms != AlarmsSpec::None && waits(&model.alarms),
            "cloudwatch:DescribeAlarms",
        ),
        (
            reads.logs && spec.logs.is_some() && waits(&model.tail),
            "logs:FilterLogEvents",
        ),
        (reads.journal && journal, "the journal"),
    ];
    all.into_iter()
        .filter_map(|(waits, what)| waits.then_some(what))
        .collect()
}
