//! Reads under every fault that can be asked for: each answers with a cause and an advice, costs its own panel only, and is whole
//! again as soon as the fault is over. And under trouble that lasts, the console asks less often.

use std::collections::BTreeMap;
use std::time::Duration;

use coalmine::app::model::Model;
use coalmine::app::update::{self, update};
use coalmine::app::{Effect, Msg};
use coalmine::domain::Timestamp;
use coalmine::domain::lever::LeverId;
use coalmine::domain::log::TailMode;
use coalmine::ports::{ErrorKind, PortError};

use crate::rig::{Rig, Setup};

/// Every read of the console, with the panel that it is for.
fn reads() -> Vec<(&'static str, Effect)> {
    let to = Timestamp::from_millis(1_790_000_000_000);
    let sample = Effect::Sample {
        from: to - Duration::from_mins(10),
        to,
    };
    vec![
        ("identity", Effect::Identify),
        ("flag", Effect::ReadLever(LeverId::Flag)),
        ("fallback", Effect::ReadLever(LeverId::Fallback)),
        ("history", Effect::ReadHistory),
        ("signals", sample),
        ("alarms", Effect::ReadAlarms),
        ("logs", Effect::Tail(TailMode::Poll)),
    ]
}

/// What an answer is for, and why it failed when it did.
fn verdict(msg: Msg) -> Option<(&'static str, Option<PortError>)> {
    Some(match msg {
        Msg::Identified(result) => ("identity", result.err()),
        Msg::LeverRead(LeverId::Flag, result) => ("flag", result.err()),
        Msg::LeverRead(LeverId::Fallback, result) => ("fallback", result.err()),
        Msg::HistoryRead(result) => ("history", result.err()),
        Msg::Sampled(result) => ("signals", result.err()),
        Msg::AlarmsRead(result) => ("alarms", result.err()),
        Msg::Tailed(result) => ("logs", result.err()),
        _ => return None,
    })
}

async fn read_all(rig: &mut Rig) -> BTreeMap<&'static str, Option<PortError>> {
    let all = reads();
    let count = all.len();
    for (_, effect) in all {
        rig.executor.execute(effect);
    }
    let mut found = BTreeMap::new();
    while found.len() < count {
        let (panel, fault) = rig.wait(verdict).await;
        found.insert(panel, fault);
    }
    found
}

#[tokio::test]
async fn every_fault_is_told_with_a_cause_and_an_advice_and_passes() {
    let mut rig = Rig::new(Setup::default());
    for (kind, expected) in [
        ("reset", None),
        ("500", Some(ErrorKind::Service)),
        ("503", Some(ErrorKind::Service)),
        ("throttle", Some(ErrorKind::Throttled)),
        ("denied", Some(ErrorKind::Denied)),
        ("expired", Some(ErrorKind::Credentials)),
        ("truncate", None),
        ("html", None),
    ] {
        rig.fault(&format!("*:*={kind}"));
        for (panel, fault) in read_all(&mut rig).await {
            let fault = fault.unwrap_or_else(|| panic!("{panel} under {kind} looks well"));
            assert!(
                !fault.text.is_empty() && !fault.hint.is_empty(),
                "{panel} under {kind}: {fault:?}"
            );
            assert!(
                expected.is_none_or(|kind| kind == fault.kind),
                "{panel} under {kind}: {fault:?}"
            );
        }
        rig.fault("");
        for (panel, fault) in read_all(&mut rig).await {
            assert_eq!(fault, None, "{panel} after {kind}");
        }
    }
}

#[tokio::test]
async fn nobody_there_and_no_tls_are_told_as_such() {
    let mut rig = Rig::new(Setup::default());
    for (endpoint, words) in [
        ("http://127.0.0.1:9", "127.0.0.1:9"),
        (&*rig.sim.url().replace("http:", "https:"), "127.0.0.1"),
    ] {
        let mut lost = Rig::at(endpoint);
        for (panel, fault) in read_all(&mut lost).await {
            let fault = fault.unwrap_or_else(|| panic!("{panel} at {endpoint} looks well"));
            assert_eq!(
                fault.kind,
                ErrorKind::Unreachable,
                "{panel} at {endpoint}: {fault:?}"
            );
            assert!(
                !fault.hint.is_empty() && format!("{fault} {}", fault.hint).contains(words),
                "{panel} at {endpoint}: {fault:?}"
            );
        }
    }
    assert!(read_all(&mut rig).await.values().all(Option::is_none));
}

#[tokio::test]
async fn what_is_denied_costs_its_own_panel_and_names_the_action() {
    for (action, panel) in [
        ("ssm:GetParameter", "flag"),
        ("ssm:GetParameterHistory", "history"),
        ("lambda:GetFunctionConfiguration", "fallback"),
        ("cloudwatch:GetMetricData", "signals"),
        ("cloudwatch:DescribeAlarms", "alarms"),
        ("logs:FilterLogEvents", "logs"),
        ("sts:GetCallerIdentity", "identity"),
    ] {
        let mut rig = Rig::new(Setup::default());
        rig.fault(&format!("{action}=denied"));
        for (name, fault) in read_all(&mut rig).await {
            match fault {
                Some(fault) if name == panel => {
                    assert_eq!(fault.kind, ErrorKind::Denied, "{fault:?}");
                    assert!(
                        format!("{fault} {}", fault.hint).contains(action),
                        "{fault:?}"
                    );
                }
                other => assert_eq!(
                    (other, name == panel),
                    (None, false),
                    "{name} while {action} is denied"
                ),
            }
        }
    }
}

#[test]
fn under_throttling_that_lasts_the_console_asks_less_and_less() {
    fn told<T>() -> Result<T, PortError> {
        let (what, text, hint) = ("it".into(), "Rate exceeded".into(), "wait".into());
        Err(PortError {
            kind: ErrorKind::Throttled,
            what,
            text,
            hint,
        })
    }
    let begin = Timestamp::from_millis(1_790_000_000_000);
    let mut model = Model::new(coalmine::config::demo().unwrap(), begin);
    let mut waiting = update::start(&mut model, begin);
    let mut asked = Vec::new();
    for minute in 0..5 {
        let mut count = 0;
        for second in 0..60 {
            let now = begin + Duration::from_secs(minute * 60 + second);
            for effect in std::mem::take(&mut waiting) {
                let answer = match effect {
                    Effect::ReadLever(id) => Msg::LeverRead(id, told()),
                    Effect::ReadAlarms => Msg::AlarmsRead(told()),
                    Effect::Sample { .. } => Msg::Sampled(told()),
                    Effect::Tail(_) => Msg::Tailed(told()),
                    _ => continue,
                };
                count += 1;
                waiting.extend(update(&mut model, answer, now));
            }
            waiting.extend(update(&mut model, Msg::Ticked, now));
        }
        asked.push(count);
    }
    assert!(asked[4] * 3 < asked[0], "reads a minute: {asked:?}");
    assert!(asked[4] > 0, "and it goes on trying: {asked:?}");
}
