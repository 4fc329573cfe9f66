//! What a file is judged by changes, and the file is judged anew; nothing else happens to it.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::app::runbook_pane::Remark;
use crate::domain::runbook::lint::Severity;
use crate::domain::{Percent, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
const FILE: &str = "r.md";

fn read_with(sha256: &str, remark: &str) -> Box<ReadRunbook> {
    Box::new(ReadRunbook {
        sha256: sha256.into(),
        runbook: crate::domain::runbook::read(b"# R\n\n1. Reduce the rollout to 50 %\n"),
        remarks: vec![Remark {
            line: 3,
            severity: Severity::Error,
            message: remark.into(),
            instead: String::new(),
        }],
    })
}

fn opened_at(percent: u8) -> Model {
    let mut model = Model::new(crate::config::demo().unwrap(), NOW);
    model.exposure.desired = Percent::new(percent);
    let effects = other(&mut model, FILE);
    assert_eq!(shares(&effects), [Percent::new(percent)]);
    read(&mut model, FILE.into(), Ok(read_with("aa", "first")));
    assert!(model.runbook.open.is_some());
    model
}

fn shares(effects: &[Effect]) -> Vec<Option<Percent>> {
    let share = |effect: &Effect| match effect {
        Effect::OpenRunbook(wish) => Some(wish.current),
        _ => None,
    };
    effects.iter().filter_map(share).collect()
}

fn judged_anew(model: &mut Model) -> Vec<Option<Percent>> {
    shares(&Vec::from_iter(judge_again(model)))
}

#[test]
fn another_percentage_has_the_file_judged_by_it_once() {
    let mut model = opened_at(50);
    assert_eq!(
        judged_anew(&mut model),
        [],
        "it is judged by this one already"
    );
    model.exposure.desired = None;
    assert_eq!(
        judged_anew(&mut model),
        [],
        "an unknown share judges nothing better"
    );
    model.exposure.desired = Percent::new(10);
    assert_eq!(judged_anew(&mut model), [Percent::new(10)]);
    assert_eq!(judged_anew(&mut model), [], "it is on its way");
    model.toast = None;
    let effects = read(&mut model, FILE.into(), Ok(read_with("aa", "second")));
    assert!(effects.is_empty() && model.toast.is_none(), "nobody asked");
    assert_eq!(model.runbook.remarks[0].message, "second");
    assert_eq!(judged_anew(&mut model), []);
}

#[test]
fn a_file_that_changed_meanwhile_is_not_opened_by_itself() {
    let mut model = opened_at(50);
    model.exposure.desired = Percent::new(10);
    judged_anew(&mut model);
    read(
        &mut model,
        FILE.into(),
        Ok(read_with("bb", "of another text")),
    );
    let open = model.runbook.open.as_ref().unwrap();
    assert_eq!(open.sha256, "aa");
    assert_eq!(model.runbook.remarks[0].message, "first");
    assert!(model.toast.as_ref().unwrap().text.contains("ctrl-r"));
}

#[test]
fn a_file_that_is_gone_keeps_what_was_said_of_it() {
    let mut model = opened_at(50);
    model.exposure.desired = Percent::new(10);
    judged_anew(&mut model);
    let gone = PortError {
        kind: crate::domain::failure::ErrorKind::NotFound,
        what: FILE.into(),
        text: "gone".into(),
        hint: String::new(),
    };
    read(&mut model, FILE.into(), Err(gone));
    assert!(model.runbook.fault.is_none() && model.runbook.open.is_some());
    assert_eq!(model.runbook.remarks[0].message, "first");
}
