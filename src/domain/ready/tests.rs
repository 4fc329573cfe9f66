//! Lamps: what lights which, and what proves a lever.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::domain::Revision;
use crate::domain::failure::ErrorKind;
use crate::domain::lever::{FunctionState, LeverContent};
use crate::domain::plan::fixture::{self, TEXT, at, flag_state, function, function_state, pinned};
use crate::domain::plan::{Change, make};

const ME: &str = "arn:aws:sts::123456789012:assumed-role/oncall/today";
const YESTERDAY: &str = "arn:aws:sts::123456789012:assumed-role/oncall/yesterday";
const NOW: i64 = 100 * 24 * 3600;

/// Everything that a check rests on, owned.
struct Night {
    spec: RolloutSpec,
    identity: Identity,
    identity_fault: Option<PortError>,
    flag: LeverState,
    flag_fault: Option<PortError>,
    function: LeverState,
    history: Vec<Version>,
    writes: Vec<AppliedWrite>,
    cut_off: bool,
}

impl Night {
    fn calm() -> Self {
        let environment = [
            ("PARTIAL_RESULTS_ENABLED", "true"),
            ("ROLLOUT_PERCENTAGE", "10"),
        ];
        Self {
            spec: fixture::spec(),
            identity: Identity {
                account: "123456789012".to_owned(),
                arn: ME.to_owned(),
                expires_at: None,
                source: "here".to_owned(),
            },
            identity_fault: None,
            flag: flag_state(TEXT),
            flag_fault: None,
            function: function_state(function(&environment)),
            history: (0..5).map(|number| version(number, &[])).collect(),
            writes: Vec::new(),
            cut_off: false,
        }
    }

    fn wrote(mut self, lever: LeverId, by: &str, days_ago: i64, repoints: bool) -> Self {
        self.writes.push(AppliedWrite {
            lever,
            at: at(NOW - days_ago * 24 * 3600),
            by: Some(by.to_owned()),
            repoints,
        });
        self
    }

    fn ready(&self) -> Ready {
        let context = fixture::context(&self.spec);
        let says = match &self.flag.content {
            LeverContent::Document(text) => Flag::parse(text, &self.spec.flag.shape),
            LeverContent::Function(_) => Err(Vec::new()),
        };
        let helpless = BTreeMap::new();
        ready(&ReadyInput {
            spec: &self.spec,
            now: at(NOW),
            identity: Sight {
                value: Some(&self.identity),
                fault: self.identity_fault.as_ref(),
            },
            pinned_account: Some("123456789012"),
            flag: Sight {
                value: Some(&self.flag),
                fault: self.flag_fault.as_ref(),
            },
            flag_says: Some(&says),
            fallback: Sight {
                value: Some(&self.function),
                fault: None,
            },
            functions_cut_off: self.cut_off,
            history: Sight {
                value: Some(&self.history),
                fault: None,
            },
            alarms: Sight {
                value: None,
                fault: None,
            },
            helpless: &helpless,
            logs: (
                Sight {
                    value: Some(&()),
                    fault: None,
                },
                None,
            ),
            journal: Journal {
                open: true,
                fault: None,
                owner: None,
                remark: None,
            },
            writes: &self.writes,
            drill: None,
            disable: make(&Change::Disable, Some(&self.flag), &context),
            fallback_on: Some(make(&Change::FallbackOn, Some(&self.function), &context)),
        })
    }

    fn lamp(&self, lever: LeverId) -> (Lamp, String) {
        let ready = self.ready();
        let lever = ready.lever(lever).unwrap();
        (lever.lamp, lever.reason.clone())
    }

    fn function(&mut self, change: impl FnOnce(&mut FunctionState)) {
        if let LeverContent::Function(function) = &mut self.function.content {
            change(function);
        }
    }
}

/// Newest first: number 0 is the newest.
fn version(number: usize, labels: &[&str]) -> Version {
    Version {
        revision: Revision((1000 - number).to_string()),
        text: TEXT.to_owned(),
        by: Some("arn:aws:iam::123456789012:user/ben".to_owned()),
        at: Some(at(NOW - 3600)),
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
    }
}

fn fault(kind: ErrorKind, text: &str) -> PortError {
    PortError {
        kind,
        what: "ssm:GetParameter".to_owned(),
        text: text.to_owned(),
        hint: "try".to_owned(),
    }
}

#[test]
fn a_role_is_one_principal_whatever_its_sessions_are_called() {
    assert!(same_principal(ME, YESTERDAY));
    assert!(!same_principal(
        ME,
        "arn:aws:sts::123456789012:assumed-role/other/today"
    ));
    assert!(!same_principal(
        ME,
        "arn:aws:sts::999999999999:assumed-role/oncall/today"
    ));
    assert!(!same_principal(
        "arn:aws:iam::1:user/a/ben",
        "arn:aws:iam::1:user/a/ana"
    ));
    assert!(same_principal(
        "arn:aws:iam::1:user/ben",
        "arn:aws:iam::1:user/ben"
    ));
    assert!(!same_principal(
        "arn:aws:sts::1:assumed-role/a",
        "arn:aws:sts::1:assumed-role/b"
    ));
}

#[test]
fn a_lever_is_proven_by_a_write_of_this_caller_within_thirty_days() {
    let calm = Night::calm();
    assert!(
        !calm.ready().is_proven(),
        "ben's writes prove nothing of me"
    );
    assert_eq!(calm.lamp(LeverId::Flag).0, Lamp::Warn);
    for (by, days, proven) in [
        (YESTERDAY, 29, true),
        (YESTERDAY, 30, false),
        ("arn:aws:iam::123456789012:user/ben", 1, false),
    ] {
        let night = Night::calm().wrote(LeverId::Flag, by, days, false);
        assert_eq!(night.ready().is_proven(), proven, "{by}, {days} d");
    }
    let mut night = Night::calm();
    night.history[0].by = Some(YESTERDAY.to_owned());
    let ready = night.ready();
    assert!(ready.is_proven());
    let proof = ready.lever(LeverId::Flag).unwrap().proof.clone().unwrap();
    assert_eq!(proof.from, ProofSource::History);
}

#[test]
fn the_fallback_counts_only_while_functions_cannot_read_the_flag() {
    let mut night = Night::calm().wrote(LeverId::Fallback, ME, 2, false);
    assert_eq!(night.lamp(LeverId::Fallback).0, Lamp::Ok);
    assert!(!night.ready().is_proven());
    night.cut_off = true;
    night.flag_fault = Some(fault(ErrorKind::Service, "down"));
    assert!(night.ready().is_proven());
    assert_eq!(night.lamp(LeverId::Flag).0, Lamp::Broken);
}

#[test]
fn behind_an_alias_the_variables_alone_prove_nothing() {
    let trap = || {
        let mut night = Night::calm().wrote(LeverId::Fallback, ME, 2, false);
        night.function(|function| {
            *function = pinned(function.clone(), &[("ROLLOUT_PERCENTAGE", "100")]);
        });
        night.cut_off = true;
        night
    };
    let (lamp, reason) = trap().lamp(LeverId::Fallback);
    assert_eq!(lamp, Lamp::Warn);
    assert!(reason.contains("does not reach its traffic"), "{reason}");
    assert!(!trap().ready().is_proven());
    let both = trap().wrote(LeverId::Fallback, ME, 1, true);
    assert!(both.ready().is_proven());
}

#[test]
fn labels_count_down_to_the_write_that_they_block() {
    for (versions, labelled, lamp) in [
        (100, 99, Lamp::Broken),
        (100, 98, Lamp::Warn),
        (100, 89, Lamp::Warn),
        (100, 88, Lamp::Ok),
        (90, 89, Lamp::Warn),
        (89, 88, Lamp::Ok),
        (5, 4, Lamp::Ok),
    ] {
        let mut night = Night::calm().wrote(LeverId::Flag, ME, 1, false);
        night.history = (0..versions).map(|number| version(number, &[])).collect();
        night.history[labelled].labels.push("good".to_owned());
        let ready = night.ready();
        let check = ready
            .checks
            .iter()
            .find(|check| check.name == "labels")
            .unwrap();
        assert_eq!(check.lamp, lamp, "{versions}, {labelled}: {}", check.reason);
        let flag = ready.lever(LeverId::Flag).unwrap().lamp;
        assert_eq!(flag == Lamp::Broken, lamp == Lamp::Broken);
        assert_eq!(ready.is_proven(), lamp != Lamp::Broken);
    }
}

#[test]
fn credentials_warn_before_they_end_and_break_after() {
    for (left, lamp) in [
        (3600, Lamp::Ok),
        (899, Lamp::Warn),
        (0, Lamp::Broken),
        (-60, Lamp::Broken),
    ] {
        let mut night = Night::calm().wrote(LeverId::Flag, ME, 1, false);
        night.identity.expires_at = Some(at(NOW + left));
        assert_eq!(night.lamp(LeverId::Flag).0, lamp, "{left} s");
        assert_eq!(night.ready().checks.first().unwrap().lamp, lamp);
    }
    let mut night = Night::calm().wrote(LeverId::Flag, ME, 1, false);
    night.identity.account = "999999999999".to_owned();
    let (lamp, reason) = night.lamp(LeverId::Flag);
    assert!(
        lamp == Lamp::Broken && reason.contains("every write is refused"),
        "{reason}"
    );
    let mut night = Night::calm();
    night.identity_fault = Some(fault(ErrorKind::Credentials, "expired"));
    assert_eq!(night.lamp(LeverId::Fallback).0, Lamp::Broken);
}

#[test]
fn a_broken_document_can_still_be_disabled_blindly() {
    let mut night = Night::calm().wrote(LeverId::Flag, ME, 1, false);
    night.flag = flag_state("nonsense");
    let (lamp, reason) = night.lamp(LeverId::Flag);
    assert!(lamp == Lamp::Warn && reason.contains("blindly"), "{reason}");
    assert!(night.ready().is_proven());
}

#[test]
fn an_environment_that_cannot_be_read_or_merged_breaks_the_fallback() {
    let mut night = Night::calm();
    night.function(|function| function.variables = Err("no kms:Decrypt".to_owned()));
    let (lamp, reason) = night.lamp(LeverId::Fallback);
    assert!(
        lamp == Lamp::Broken && reason.contains("kms:Decrypt"),
        "{reason}"
    );
    let mut night = Night::calm();
    let long = "x".repeat(4090);
    night.function(|function| {
        if let Ok(variables) = &mut function.variables {
            variables.insert("LONG".to_owned(), long);
        }
    });
    assert_eq!(night.lamp(LeverId::Fallback).0, Lamp::Broken);
}
