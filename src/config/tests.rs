#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

use std::time::Duration;

use super::*;
use crate::domain::Percent;
use crate::domain::rollout::{AlarmsSpec, SessionIdRule};
use crate::domain::signal::{LimitOp, Missing, SignalSource, Unit};
use crate::domain::verdict::{Advice, Condition};

mod faults;
mod files;
mod guards;
mod matrix;
mod overriding;
mod runbook;
mod runbooks;
mod world;

/// The example of the project's own documentation.
const EXAMPLE: &str = r#"
[rollout.partial-results]
environment = "prod"                 # "prod" asks for the typed name on a raise
region = "us-east-1"
stages = [ { percent = 10, bake = "7d" }, { percent = 50, bake = "7d" }, { percent = 100 } ]
cache_ttl = "60s"

[rollout.partial-results.flag]
ssm = "/audio-transcription/partial-results/config"
limits = { min_stability_threshold = [0.0, 1.0], max_buffer_timeout = [0.5, 30.0] }

[rollout.partial-results.fallback]
lambda = "audio-processor"
off = { PARTIAL_RESULTS_ENABLED = "false", ROLLOUT_PERCENTAGE = "0" }

[rollout.partial-results.logs]
groups = ["/aws/lambda/audio-processor"]
session_id = "$.session_id"
treated = { log = '"partial result"', metric = { namespace = "AudioTranscription/PartialResults", name = "PartialResultProcessingLatency", stat = "SampleCount" } }
watch = { "transcribe unhealthy" = "Transcribe service appears unhealthy", "no stability scores" = "stability scores unavailable", "ssm error" = "Error fetching parameter from SSM" }

[[rollout.partial-results.signal]]
name = "latency_p95"
metric = { namespace = "AudioTranscription/PartialResults", name = "PartialResultProcessingLatency", stat = "p95", period = "60s", unit = "ms" }
target = "< 5s"
warn = "> 5s"
act = "> 7s"
samples = 200

[[rollout.partial-results.signal]]
name = "error_rate"
expression = "100 * errors / invocations"
metrics = { errors = { namespace = "AWS/Lambda", name = "Errors", stat = "Sum", dimensions = { FunctionName = "audio-processor" } }, invocations = { namespace = "AWS/Lambda", name = "Invocations", stat = "Sum", dimensions = { FunctionName = "audio-processor" } } }
target = "< 1%"
warn = "> 2%"
act = "> 5%"

[[rollout.partial-results.rule]]
when = "latency_p95 > 7s"
then = "disable"
[[rollout.partial-results.rule]]
when = "latency_p95 > 5s"
then = "reduce to 50"

[rollout.partial-results.alarms]
names = ["audio-transcription-latency-high", "audio-transcription-lambda-errors"]   # or: prefix = "audio-transcription-"

[rollout.partial-results.runbook]
file = "runbooks/rollback.md"
[rollout.partial-results.contacts]
on_call = "https://pager.example/team"
"#;

/// A rollout with what it must have, and room for more.
fn small(more: &str) -> String {
    format!(
        "[rollout.a]\nenvironment = \"dev\"\nstages = [{{ percent = 100 }}]\nflag = {{ ssm = \"/a\" }}\n{more}"
    )
}

fn one(text: &str) -> RolloutSpec {
    parse("c.toml", text).unwrap().rollouts.remove(0)
}

#[test]
fn the_documented_example_is_read_as_it_says() {
    let spec = one(EXAMPLE);
    assert_eq!(spec.name, "partial-results");
    assert!(spec.environment.is_prod());
    assert_eq!(
        spec.stages
            .iter()
            .map(|s| s.percent.get())
            .collect::<Vec<_>>(),
        [10, 50, 100]
    );
    assert_eq!(spec.stages[0].bake, Some(Duration::from_hours(7 * 24)));
    assert_eq!(spec.stages[2].bake, None);
    assert_eq!(spec.flag.shape.limits["max_buffer_timeout"], (0.5, 30.0));
    let logs = spec.logs.as_ref().unwrap();
    assert_eq!(logs.treated.log.as_deref(), Some("partial result"));
    assert_eq!(
        logs.session_id,
        Some(SessionIdRule::JsonPath(vec!["session_id".into()]))
    );
    assert_eq!(
        logs.watch[0].0, "transcribe unhealthy",
        "in the file's order"
    );
    let latency = &spec.signals[0];
    assert_eq!(
        (latency.unit, latency.scale, latency.min_samples),
        (Unit::Seconds, 0.001, 200)
    );
    assert!(latency.treated_only, "its namespace is that of the marker");
    assert_eq!(latency.act.unwrap().value, 7.0);
    assert_eq!(latency.title, "latency p95");
    let errors = &spec.signals[1];
    assert_eq!(
        (
            errors.unit,
            errors.scale,
            errors.treated_only,
            errors.periods
        ),
        (Unit::Percent, 1.0, false, 2)
    );
    assert_eq!(
        spec.rules[1].then,
        Advice::ReduceTo(Percent::new(50).unwrap())
    );
    assert_eq!(spec.rules[0].periods, 2);
    assert_eq!(spec.contacts["on_call"], "https://pager.example/team");
}

#[test]
fn the_seed_has_no_fault_and_the_whole_matrix() {
    let spec = demo().unwrap();
    assert_eq!(spec.environment.0, "prod");
    let rows: Vec<_> = spec
        .rules
        .iter()
        .map(|r| (r.signal.as_str(), r.condition, r.then))
        .collect();
    let past = |value| {
        Condition::Past(crate::domain::signal::Limit {
            op: LimitOp::Above,
            value,
        })
    };
    let to = |p| Advice::ReduceTo(Percent::new(p).unwrap());
    assert_eq!(
        rows,
        [
            ("latency_p95", past(7.0), Advice::Disable),
            (
                "latency_p95",
                Condition::Between {
                    low: 5.0,
                    high: 7.0
                },
                to(50)
            ),
            ("error_rate", past(5.0), Advice::Disable),
            (
                "error_rate",
                Condition::Between {
                    low: 2.0,
                    high: 5.0
                },
                to(50)
            ),
            ("dropped", past(200.0), to(50)),
            ("orphaned", past(20.0), Advice::Investigate),
            ("complaints", past(5.0), to(10)),
        ]
    );
    let names: Vec<_> = spec
        .signals
        .iter()
        .map(|s| (s.name.as_str(), s.unit, s.treated_only))
        .collect();
    assert_eq!(
        names,
        [
            ("latency_p95", Unit::Seconds, true),
            ("dropped", Unit::PerMinute, true),
            ("orphaned", Unit::PerSession, true),
            ("error_rate", Unit::Percent, false),
            ("fallbacks", Unit::Count, true),
            ("complaints", Unit::PerHour, false),
        ]
    );
    let Missing::Zero { heartbeat } = &spec.signals[1].missing else {
        panic!("dropped has a heartbeat")
    };
    assert_eq!(
        (heartbeat.namespace.as_str(), heartbeat.name.as_str()),
        ("AWS/Lambda", "Invocations")
    );
    assert_eq!(
        heartbeat.dimensions,
        [("FunctionName".to_owned(), "audio-processor".to_owned())]
    );
    assert!(
        matches!(&spec.signals[3].source, SignalSource::Expression { count_by: Some(by), .. } if by == "invocations")
    );
    assert!(matches!(&spec.alarms, AlarmsSpec::Names(names) if names.len() == 5));
}

/// Every commented key of the seed is a key that the reader knows, with a value that it takes.
#[test]
fn the_seeds_commented_keys_are_true() {
    for (from, to) in [
        ("# profile = ", "profile = "),
        ("# account = ", "account = "),
        ("# comparison = ", "comparison = "),
        ("# flag = ", "flag = "),
        ("# alias = ", "alias = "),
        ("# enabled_variable = ", "enabled_variable = "),
        ("# percentage_variable = ", "percentage_variable = "),
        ("# lag = ", "lag = "),
        ("# min_sessions = ", "min_sessions = "),
        ("# [console]\n# theme = ", "[console]\ntheme = "),
    ] {
        let text = seed_text();
        assert!(text.contains(from), "{from}");
        parse("seed", &text.replacen(from, to, 1)).unwrap();
    }
}

#[test]
fn durations() {
    for (text, seconds) in [
        ("60s", 60.0),
        ("7d", 604_800.0),
        ("1h30m", 5_400.0),
        ("1h 30m", 5_400.0),
        ("1.5h", 5_400.0),
        ("250ms", 0.25),
        ("2 weeks", 1_209_600.0),
        ("0s", 0.0),
    ] {
        assert_eq!(
            parse_duration(text).unwrap().as_secs_f64(),
            seconds,
            "{text}"
        );
    }
    for text in [
        "",
        " ",
        "7",
        "d",
        "7x",
        "-5s",
        "5s5s",
        "30m1h",
        "1e9d",
        "99999999d",
        "1..5h",
        "7 d!",
        "∞",
        "5m-",
    ] {
        assert!(parse_duration(text).is_err(), "{text}");
    }
}

#[test]
fn nearest_names() {
    let names = ["latency_p95", "error_rate", "dropped"];
    for (typed, meant) in [
        ("latency_p59", Some("latency_p95")),
        ("lateny_p95", Some("latency_p95")),
        ("Dropped", Some("dropped")),
        ("errorrate", Some("error_rate")),
        ("zzz", None),
        ("", None),
    ] {
        assert_eq!(nearest(typed, names), meant, "{typed}");
    }
}

#[test]
fn units_come_from_the_metric_the_limits_or_the_key() {
    let signal = |body: &str| {
        one(&small(&format!(
            "[[rollout.a.signal]]\nname = \"s\"\n{body}"
        )))
        .signals
        .remove(0)
    };
    let metric = |rest: &str| format!("metric = {{ namespace = \"N\", name = \"M\", {rest} }}\n");
    let minute = signal(&(metric("stat = \"Sum\", period = \"5m\"") + "warn = \"> 100/min\""));
    assert_eq!((minute.unit, minute.scale), (Unit::PerMinute, 0.2));
    let milli = signal(&(metric("stat = \"p99\", unit = \"ms\"") + "warn = \"> 7000 ms\""));
    assert_eq!(
        (milli.unit, milli.scale, milli.warn.unwrap().value),
        (Unit::Seconds, 0.001, 7.0)
    );
    let expression = "expression = \"a / 2\"\nmetrics = { a = { namespace = \"N\", name = \"M\", stat = \"Average\" } }\n";
    let keyed = signal(&format!("{expression}unit = \"ms\"\nact = \"> 2s\""));
    assert_eq!((keyed.unit, keyed.scale), (Unit::Seconds, 0.001));
    let plain = signal(&(metric("stat = \"Sum\"") + "act = \">= 3\""));
    assert_eq!(
        (plain.unit, plain.act.unwrap().op),
        (Unit::Count, LimitOp::AtLeast)
    );
}

#[test]
fn many_rollouts_keep_the_files_order() {
    let text = small("")
        + &small("").replace("rollout.a", "rollout.Z")
        + &small("").replace("rollout.a", "rollout.0b");
    let names: Vec<_> = parse("c", &text)
        .unwrap()
        .rollouts
        .into_iter()
        .map(|r| r.name)
        .collect();
    assert_eq!(names, ["a", "Z", "0b"]);
}
