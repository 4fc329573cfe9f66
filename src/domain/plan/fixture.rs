//! The rollout of the seeds and states of its levers, for tests of this domain.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Change, Order, OrderId, Outcome, PlanContext, make};
use crate::domain::flag::FlagShape;
use crate::domain::lever::{
    AliasState, FunctionState, LeverContent, LeverId, LeverKind, LeverState, UpdateStatus,
};
use crate::domain::rollout::{
    AlarmsSpec, FallbackSpec, FlagSource, FlagSpec, LogsSpec, RolloutSpec, SessionIdRule, Stage,
    TreatedMarker,
};
use crate::domain::{Environment, Percent, Revision, Timestamp};

pub(crate) const TEXT: &str = "{\n  \"enabled\": true,\n  \"rollout_percentage\": 10,\n  \"min_stability_threshold\": 0.85,\n  \"max_buffer_timeout\": 5.0\n}";

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

pub(crate) fn percent(value: u8) -> Percent {
    Percent::new(value).unwrap_or_default()
}

pub(crate) fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

pub(crate) fn spec() -> RolloutSpec {
    RolloutSpec {
        name: "partial-results".to_owned(),
        environment: Environment("prod".to_owned()),
        region: Some("us-east-1".to_owned()),
        profile: None,
        account: Some("123456789012".to_owned()),
        stages: [10, 50, 100]
            .map(|p| Stage {
                percent: percent(p),
                bake: None,
            })
            .to_vec(),
        cache_ttl: Duration::from_mins(1),
        flag: FlagSpec {
            source: FlagSource::Ssm("/audio-transcription/partial-results/config".to_owned()),
            shape: FlagShape {
                limits: [("min_stability_threshold".to_owned(), (0.0, 1.0))].into(),
                ..FlagShape::default()
            },
        },
        fallback: Some(FallbackSpec {
            function: "audio-processor".to_owned(),
            alias: None,
            off: map(&[
                ("PARTIAL_RESULTS_ENABLED", "false"),
                ("ROLLOUT_PERCENTAGE", "0"),
            ]),
            enabled_variable: "PARTIAL_RESULTS_ENABLED".to_owned(),
            percentage_variable: "ROLLOUT_PERCENTAGE".to_owned(),
        }),
        logs: Some(LogsSpec {
            groups: vec!["/aws/lambda/audio-processor".to_owned()],
            session_id: Some(SessionIdRule::JsonPath(vec!["session_id".to_owned()])),
            treated: TreatedMarker {
                log: Some("\"partial result\"".to_owned()),
                metric: None,
            },
            watch: Vec::new(),
            lag: Duration::from_secs(5),
            min_sessions: 50,
            lines: LogsSpec::LINES,
        }),
        signals: Vec::new(),
        rules: Vec::new(),
        alarms: AlarmsSpec::None,
        runbook: None,
        native: Vec::new(),
        contacts: BTreeMap::new(),
    }
}

pub(crate) fn flag_state(text: &str) -> LeverState {
    LeverState {
        id: LeverId::Flag,
        kind: LeverKind::Ssm,
        resource: "/audio-transcription/partial-results/config".to_owned(),
        read_at: at(0),
        revision: Revision("42".to_owned()),
        content: LeverContent::Document(text.to_owned()),
        changed_by: None,
        changed_at: None,
    }
}

pub(crate) fn function(variables: &[(&str, &str)]) -> FunctionState {
    FunctionState {
        variables: Ok(map(variables)),
        update: UpdateStatus::Successful,
        alias: None,
    }
}

pub(crate) fn pinned(function: FunctionState, traffic: &[(&str, &str)]) -> FunctionState {
    FunctionState {
        alias: Some(AliasState {
            name: "live".to_owned(),
            version: "7".to_owned(),
            routing: BTreeMap::new(),
            revision: Revision("alias-1".to_owned()),
            variables: Ok(map(traffic)),
            routed: BTreeMap::new(),
        }),
        ..function
    }
}

pub(crate) fn function_state(function: FunctionState) -> LeverState {
    LeverState {
        id: LeverId::Fallback,
        kind: LeverKind::LambdaEnv,
        resource: "audio-processor".to_owned(),
        read_at: at(0),
        revision: Revision("rev-1".to_owned()),
        content: LeverContent::Function(function),
        changed_by: None,
        changed_at: None,
    }
}

pub(crate) fn context(spec: &RolloutSpec) -> PlanContext<'_> {
    PlanContext {
        spec,
        exposure_before: None,
        flag_answers: true,
        fallback_state: None,
        history_last_good: None,
    }
}

/// An order of this change, sent at 1000 s, and its outcome: accepted as v43 at that moment.
pub(crate) fn applied(change: &Change, state: &LeverState, spec: &RolloutSpec) -> (Order, Outcome) {
    let plan = make(change, Some(state), &context(spec));
    let order = match plan {
        Ok(plan) => Order::new(OrderId("o-1".to_owned()), plan, None, at(1000)),
        Err(fault) => unreachable!("{fault}"),
    };
    let outcome = Outcome::Applied {
        revision: Revision("43".to_owned()),
        at: at(1000),
        note: None,
    };
    (order, outcome)
}
