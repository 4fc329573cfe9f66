//! Incidents folded from journals: what opens and closes them, what the lock bars, what the report says.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop here"
)]

mod clocks;
mod raised;

use std::time::Duration;

use super::*;
use crate::domain::Revision;
use crate::domain::Timestamp;
use crate::domain::journal::{Actor, Entry, Proof, Record};
use crate::domain::plan::fixture::{TEXT, at, flag_state, percent, spec};
use crate::domain::plan::{Change, Direction, Order, OrderId, Outcome, PlanContext, make};
use crate::domain::runbook::{CommandEnd, RunbookEvent, StepKey, StepMark};
use crate::domain::signal::{Limit, LimitOp, Point, SignalState, Unit};
use crate::domain::verdict::{Reason, Verdict};

fn ana() -> Actor {
    Actor {
        arn: Some("arn:aws:iam::123456789012:user/ana".into()),
        user: "ana".into(),
        host: "laptop".into(),
        pid: Some(4711),
    }
}

fn ben() -> Actor {
    Actor {
        arn: None,
        user: "ben".into(),
        host: "desk".into(),
        pid: Some(99),
    }
}

fn record(seconds: i64, actor: Actor, entry: Entry) -> Record {
    Record {
        seq: u64::try_from(seconds).unwrap(),
        at: at(seconds),
        actor,
        entry,
    }
}

fn order(id: &str, change: &Change, seconds: i64) -> Order {
    let (spec, state) = (spec(), flag_state(TEXT));
    let context = PlanContext {
        spec: &spec,
        exposure_before: Some(percent(10)),
        flag_answers: true,
        fallback_state: None,
        history_last_good: None,
    };
    let plan = make(change, Some(&state), &context).unwrap();
    Order::new(OrderId(id.into()), plan, None, at(seconds))
}

fn applied(revision: &str, seconds: i64) -> Outcome {
    Outcome::Applied {
        revision: Revision(revision.into()),
        at: at(seconds),
        note: None,
    }
}

fn settled(order: &str, outcome: Outcome) -> Entry {
    Entry::Settled {
        order: OrderId(order.into()),
        outcome,
    }
}

fn event(event: IncidentEvent) -> Entry {
    Entry::Incident { event }
}

fn opened(id: &str, cause: IncidentCause) -> Entry {
    event(IncidentEvent::Opened {
        id: id.into(),
        cause,
    })
}

fn judged(decision: Decision, text: &str) -> Entry {
    Entry::Judged {
        verdict: Box::new(Verdict {
            decision,
            reasons: vec![Reason {
                rule: "latency_p95 > 7s".into(),
                text: text.into(),
                value: None,
                limit: None,
                samples: None,
                at: None,
                before_stage: false,
            }],
            recommend: None,
            checks: Vec::new(),
            at: at(0),
        }),
    }
}

/// A disable at second 1000 that opened an incident and was applied as revision 43.
fn lowered() -> Vec<Record> {
    let down = order("o-1", &Change::Disable, 1000);
    assert_eq!(down.plan.direction, Direction::Lower);
    let opening = Book::default().opening(&down).unwrap();
    vec![
        record(1000, ana(), event(opening)),
        record(
            1001,
            ana(),
            Entry::Intent {
                order: Box::new(down),
            },
        ),
        record(1002, ana(), settled("o-1", applied("43", 1002))),
    ]
}

fn undo_of(id: &str) -> Order {
    let mut up = order("o-2", &Change::SetPercent(percent(50)), 1010);
    assert_eq!(up.plan.direction, Direction::Raise);
    up.plan.seen = Some(Revision("43".into()));
    up.plan.change = Change::Restore {
        version: Revision("42".into()),
        text: TEXT.into(),
    };
    up.undoes = Some(OrderId(id.into()));
    up
}

#[test]
fn a_lowering_opens_and_what_does_not_lower_does_not() {
    let book = Book::default();
    assert!(book.opening(&order("a", &Change::Disable, 1)).is_some());
    let up = order("b", &Change::SetPercent(percent(50)), 1);
    assert!(book.opening(&up).is_none());
    let mut nothing = order("c", &Change::Disable, 1);
    nothing.plan.write = crate::domain::plan::Write::Nothing;
    assert!(book.opening(&nothing).is_none());
    let book = Book::from_records(&lowered());
    assert!(
        book.opening(&order("d", &Change::Disable, 9)).is_none(),
        "one is open already"
    );
}

#[test]
fn a_drill_opens_none() {
    let drill = crate::domain::journal::Drill {
        id: "drill-1".into(),
        pid: 1,
        resource: "flag".into(),
        scratch: false,
        revision: None,
        text: TEXT.into(),
        written: Vec::new(),
    };
    let begun = record(
        5,
        ana(),
        Entry::DrillBegun {
            drill: Box::new(drill),
        },
    );
    let mut down = order("a", &Change::Disable, 6);
    down.reason = Some("drill-1".into());
    let mut book = Book::from_records([&begun]);
    assert!(book.opening(&down).is_none());
    let ended = Entry::DrillEnded {
        id: "drill-1".into(),
    };
    book.add(&record(7, ana(), ended));
    assert!(book.opening(&down).is_some(), "the drill is over");
}

#[test]
fn the_lock_holds_until_it_is_released_or_the_incident_closed() {
    let up = order("u", &Change::SetPercent(percent(50)), 1020);
    let mut book = Book::from_records(&lowered());
    let lock = book.bars(&up, &ana()).unwrap();
    let id = lock.incident.clone();
    let words = lock.reason(at(1242));
    assert!(words.contains("has been open for 4 m 2 s"), "{words}");
    assert!(words.contains("ana@laptop lowered exposure"), "{words}");
    assert!(
        book.bars(&order("d", &Change::Disable, 1020), &ana())
            .is_none()
    );
    let reason = "fixed".to_owned();
    book.add(&record(
        1030,
        ben(),
        event(IncidentEvent::LockReleased {
            id: id.clone(),
            reason,
        }),
    ));
    assert!(book.bars(&up, &ana()).is_none());
    assert!(book.open().is_some(), "it is still open");
    book.add(&record(
        1040,
        ben(),
        event(IncidentEvent::Closed { id, note: None }),
    ));
    assert!(book.open().is_none() && book.lock().is_none());
    assert_eq!(book.last().unwrap().closed.as_ref().unwrap().by, ben());
}

#[test]
fn only_the_undo_of_ones_own_last_lowering_passes() {
    let book = Book::from_records(&lowered());
    let undo = undo_of("o-1");
    assert!(book.bars(&undo, &ana()).is_none());
    assert!(book.bars(&undo, &ben()).is_some(), "somebody else's");
    let mut moved = undo.clone();
    moved.plan.seen = Some(Revision("44".into()));
    assert!(
        book.bars(&moved, &ana()).is_some(),
        "another write in between"
    );
    let mut other = undo.clone();
    other.undoes = None;
    assert!(book.bars(&other, &ana()).is_some(), "not an undo");

    let second = order("o-9", &Change::SetPercent(percent(1)), 1004);
    let mut book = Book::from_records(&lowered());
    book.add(&record(
        1004,
        ben(),
        Entry::Intent {
            order: Box::new(second),
        },
    ));
    assert!(
        book.bars(&undo, &ana()).is_some(),
        "an order whose outcome is not known came after"
    );
    book.add(&record(
        1005,
        ben(),
        settled(
            "o-9",
            Outcome::Refused {
                reason: "no".into(),
                hint: String::new(),
            },
        ),
    ));
    assert!(
        book.bars(&undo, &ana()).is_none(),
        "it was refused: nothing was written"
    );
}

#[test]
fn an_applied_undo_closes_an_empty_incident_and_no_other() {
    let undo = undo_of("o-1");
    let (done, open) = (
        applied("44", 1011),
        Outcome::Unknown {
            reason: "timeout".into(),
        },
    );
    let sent = record(
        1010,
        ana(),
        Entry::Intent {
            order: Box::new(undo.clone()),
        },
    );
    let mut book = Book::from_records(&lowered());
    book.add(&sent);
    assert!(book.closing(&undo, &open).is_none());
    assert!(matches!(
        book.closing(&undo, &done),
        Some(IncidentEvent::Closed { .. })
    ));
    for more in [
        Entry::Complaint,
        Entry::Note {
            text: "vendor called".into(),
        },
        event(IncidentEvent::TakenOver {
            id: book.open().unwrap().id.clone(),
            from: "x".into(),
        }),
    ] {
        let mut book = Book::from_records(&lowered());
        book.add(&record(1005, ben(), more));
        book.add(&sent);
        assert!(book.closing(&undo, &done).is_none());
    }
    let mut asked = lowered();
    asked[0].entry = opened("inc-x", IncidentCause::Asked);
    let mut book = Book::from_records(&asked);
    book.add(&sent);
    assert!(book.closing(&undo, &done).is_none(), "a person opened it");
}

#[test]
fn two_consoles_that_open_at_once_have_one_incident() {
    let mut book = Book::from_records(&lowered());
    book.add(&record(
        1000,
        ben(),
        opened("inc-theirs", IncidentCause::Asked),
    ));
    assert_eq!(book.all().len(), 1);
    let note = Some("over".to_owned());
    book.add(&record(
        1100,
        ben(),
        event(IncidentEvent::Closed {
            id: "inc-theirs".into(),
            note,
        }),
    ));
    assert!(book.open().is_none(), "either name closes it");
}

#[test]
fn drivers_change_and_a_command_drives_nothing() {
    let book = Book::from_records(&lowered());
    let open = book.open().unwrap();
    assert!(open.is_driven_by(&ana()) && !open.is_driven_by(&ben()));
    let id = open.id.clone();
    let mut book = book;
    let from = ana().console();
    book.add(&record(
        1010,
        ben(),
        event(IncidentEvent::TakenOver { id, from }),
    ));
    assert!(book.open().unwrap().is_driven_by(&ben()));
    let command = Actor { pid: None, ..ana() };
    let opening = record(5, command, opened("inc-1", IncidentCause::Asked));
    let book = Book::from_records([&opening]);
    assert!(book.open().unwrap().is_driven_by(&ben()), "nobody drives");
}

#[test]
fn late_records_find_their_place_and_their_incident() {
    let mut records = lowered();
    let id = Book::from_records(&records).open().unwrap().id.clone();
    records.push(record(
        1050,
        ana(),
        event(IncidentEvent::Closed { id, note: None }),
    ));
    let late = Entry::Proved {
        order: OrderId("o-1".into()),
        proof: Proof::Observed,
        evidence: "n 64".into(),
    };
    records.push(record(1060, ana(), late));
    records.push(record(
        1003,
        ben(),
        Entry::Note {
            text: "late".into(),
        },
    ));
    let incident = Incident::from_records(&records).unwrap();
    assert_eq!(incident.figures().proven_at, Some(at(1060)));
    let times: Vec<Timestamp> = incident.records().iter().map(|record| record.at).collect();
    assert!(times.is_sorted());
    assert!(
        !incident
            .timeline()
            .iter()
            .any(|moment| moment.text == "late"),
        "it was closed when that arrived"
    );
}

fn points(values: &[f64], from: i64) -> Vec<Point> {
    let point = |(index, value): (usize, &f64)| Point {
        at: at(from + 60 * i64::try_from(index).unwrap()),
        value: *value,
        samples: Some(600.0),
    };
    values.iter().enumerate().map(point).collect()
}

fn evening() -> Vec<Record> {
    let mut records = vec![
        record(700, ana(), judged(Decision::Hold, "bake not over")),
        record(
            880,
            ana(),
            judged(Decision::RollBack, "latency p95 7.4 s > 7 s"),
        ),
    ];
    records.extend(lowered());
    let id = Book::from_records(&records).open().unwrap().id.clone();
    let before = Before {
        signal: "latency_p95".into(),
        title: "latency | p95".into(),
        unit: Unit::Seconds,
        median: Some(2.1),
        low: Some(1.9),
        high: Some(2.4),
        periods: 60,
        act: Some(Limit {
            op: LimitOp::Above,
            value: 7.0,
        }),
        lead: points(&[2.0, 2.2, 5.5, 7.4], 760),
    };
    let baseline = Baseline {
        began: Some(at(880)),
        basis: "the hour before the trouble".into(),
        signals: vec![before],
    };
    let step = StepKey {
        section: "Scenario 1".into(),
        line: 7,
        text: "Verify <b>improvement</b>".into(),
    };
    let runbook = |event| Entry::Runbook {
        event: Box::new(event),
    };
    let evidence = crate::domain::runbook::Evidence {
        text: "latency p95 2.1 s < 5 s".into(),
        signal: Some("latency_p95".into()),
        value: Some(2.1),
        query: Some("p95 of Latency".into()),
        from: at(1100),
        to: at(1220),
    };
    let measure = Measure {
        signal: "latency_p95".into(),
        at: at(1000),
        value: 8.25,
        samples: None,
        state: SignalState::Act,
    };
    let healed = Measure {
        at: at(1240),
        value: 2.05,
        state: SignalState::Ok,
        ..measure.clone()
    };
    let proof = |proof, evidence: &str| Entry::Proved {
        order: OrderId("o-1".into()),
        proof,
        evidence: evidence.into(),
    };
    records.extend([
        record(
            1003,
            ana(),
            event(IncidentEvent::Baseline {
                id: id.clone(),
                baseline: Box::new(baseline),
            }),
        ),
        record(
            1004,
            ana(),
            event(IncidentEvent::Watched {
                id: id.clone(),
                values: vec![measure],
            }),
        ),
        record(1010, ana(), Entry::Complaint),
        record(1020, ben(), Entry::Complaint),
        record(1062, ana(), proof(Proof::Horizon, "caches 1 m")),
        record(
            1090,
            ana(),
            proof(Proof::Observed, "no treated session, n 64"),
        ),
        record(
            1100,
            ana(),
            runbook(RunbookEvent::CommandBegun {
                run: "r1".into(),
                step: step.clone(),
                sha256: "ab".into(),
                script: "aws logs tail `x`\n```\nrm".into(),
            }),
        ),
        record(
            1105,
            ana(),
            runbook(RunbookEvent::CommandEnded {
                run: "r1".into(),
                end: CommandEnd::Exited(3),
                took: Duration::from_secs(5),
                bytes: 9,
                output_sha256: "cd".into(),
                tail: "\u{1b}[2Joops".into(),
                leftover: Vec::new(),
            }),
        ),
        record(
            1220,
            ana(),
            runbook(RunbookEvent::Marked {
                step,
                mark: StepMark::Done,
                reason: None,
                evidence: Some(evidence),
            }),
        ),
        record(
            1250,
            ana(),
            event(IncidentEvent::Watched {
                id: id.clone(),
                values: vec![healed],
            }),
        ),
        record(
            1300,
            ana(),
            event(IncidentEvent::Closed {
                id,
                note: Some("rolled back;\n# not a heading".into()),
            }),
        ),
    ]);
    records
}

#[test]
fn the_figures_of_an_evening() {
    let figures = Incident::from_records(&evening()).unwrap().figures();
    assert_eq!(figures.began, Some(at(880)));
    assert_eq!(figures.detected_at, at(880), "the verdict, not the opening");
    assert_eq!(figures.time_to_action(), Some(Duration::from_secs(121)));
    assert_eq!(figures.time_to_disable(), Some(Duration::from_secs(122)));
    assert_eq!(figures.time_to_proof(), Some(Duration::from_secs(89)));
    assert_eq!(figures.proof, Some(Proof::Observed));
    assert_eq!(figures.exposed, Some(percent(10)));
    assert_eq!(figures.complaints, 2);
    let track = &figures.signals[0];
    assert_eq!(track.peak.unwrap().value.to_bits(), 8.25_f64.to_bits());
    assert_eq!(track.last.unwrap().value.to_bits(), 2.05_f64.to_bits());
    assert_eq!(figures.commands[0].exit_code, Some(3));
    assert!(
        figures
            .evidence
            .iter()
            .any(|proven| proven.evidence.contains("2.1 s < 5 s"))
    );
}

#[test]
fn a_better_verdict_before_the_opening_is_no_detection() {
    let mut records = vec![
        record(500, ana(), judged(Decision::RollBack, "a blip")),
        record(560, ana(), judged(Decision::Hold, "bake not over")),
    ];
    records.extend(lowered());
    let figures = Incident::from_records(&records).unwrap().figures();
    assert_eq!(figures.detected_at, at(1000));
    assert!(figures.detected_by.contains("ana@laptop opened it"));
}

fn subject() -> Subject {
    Subject::of(&spec())
}

#[test]
fn what_nobody_saw_end_is_not_said_to_have_ended() {
    let mut records = evening();
    records.retain(|record| !matches!(record.entry, Entry::Proved { .. }));
    let incident = Incident::from_records(&records).unwrap();
    let report = Report::of(&incident, subject(), at(2000)).markdown();
    assert!(
        report.contains("until exposure was lowered, and longer where caches held it"),
        "{report}"
    );
}

#[test]
fn the_report_says_what_happened_and_nothing_in_it_breaks_out() {
    let incident = Incident::from_records(&evening()).unwrap();
    let report = Report::of(&incident, subject(), at(2000)).markdown();
    for fact in [
        "- Duration: 7 m (00:14:40 to 00:21:40Z)",
        "up to 10 % of users were exposed, for 3 m 30 s; 2 complaints were counted",
        "| First action | 00:16:41 | 2 m 1 s after the detection |",
        "| Effect proven (observed) | 00:18:10 | 1 m 29 s after the first action |",
        "| latency \\| p95 | 2.1 s | 8.2 s | 00:16:40 | 2.0 s | \\> 7 s |",
        "applied as revision 43",
        "exit code 3",
        "(query: p95 of Latency)",
        "Closed with: rolled back; \\# not a heading",
        "Verify &lt;b>improvement&lt;/b>",
        "ana@laptop as ana",
    ] {
        assert!(report.contains(fact), "{fact:?} is not in\n{report}");
    }
    for heading in [
        "## Summary",
        "## Timeline",
        "## Root cause",
        "## Resolution",
        "## Action items",
    ] {
        assert!(report.contains(heading), "{heading}");
    }
    assert!(!report.contains('\u{1b}'), "no escape comes through");
    assert!(
        report.contains("  ````sh"),
        "a longer fence round a script that holds one"
    );
    let headings = report.lines().filter(|line| line.starts_with("# ")).count();
    assert_eq!(headings, 1);
}

#[test]
fn a_report_survives_its_json() {
    let incident = Incident::from_records(&evening()).unwrap();
    let report = Report::of(&incident, subject(), at(2000));
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}

#[test]
fn a_message_has_its_stages_and_is_fit_for_slack() {
    let incident = Incident::from_records(&evening()).unwrap();
    assert_eq!(incident.stage(), Stage::Resolved);
    let text = incident.message(Stage::RolledBack, &subject(), at(1100));
    assert!(
        text.contains("rolled back") && text.contains("Disabled (0 % of users)"),
        "{text}"
    );
    assert!(
        text.contains("latency | p95 8.2 s at its worst (act > 7 s), 2 user complaints"),
        "{text}"
    );
    let resolved = incident.message(Stage::Resolved, &subject(), at(1300));
    assert!(resolved.contains("Resolved after 7 m"), "{resolved}");
    let open = Incident::from_records(&lowered()).unwrap();
    assert_eq!(open.stage(), Stage::RolledBack);
    assert!(
        open.message(Stage::Resolved, &subject(), at(1300))
            .contains("still open")
    );
}

#[test]
fn the_handover_names_what_is_waited_for_and_what_is_not_to_be_touched() {
    let open = Incident::from_records(&lowered())
        .unwrap()
        .handover(at(1030));
    assert!(
        open.hands_off
            .iter()
            .any(|line| line.contains("nothing may raise exposure"))
    );
    assert!(
        open.waits
            .iter()
            .any(|line| line.contains("the caches to expire"))
    );
    let mut records = lowered();
    records[2].entry = settled(
        "o-1",
        Outcome::Unknown {
            reason: "timeout".into(),
        },
    );
    let unknown = Incident::from_records(&records).unwrap().handover(at(1030));
    assert!(
        unknown
            .hands_off
            .iter()
            .any(|line| line.contains("do not send it again"))
    );
}

#[test]
fn bars_are_as_high_as_the_worst_of_their_group() {
    assert_eq!(
        spark(&points(&[0.0, 1.0, 2.0, 4.0, 8.0, 7.0], 0), 40),
        "▁▂▃▅█▇"
    );
    assert_eq!(spark(&points(&[0.0, 8.0, 1.0, 2.0], 0), 2), "█▃");
    assert_eq!(spark(&[], 10), "");
    assert_eq!(spark(&points(&[0.0, 0.0], 0), 10), "▁▁");
}

#[test]
fn every_prefix_of_a_journal_folds_and_reports() {
    let records = evening();
    for end in 0..=records.len() {
        let book = Book::from_records(&records[..end]);
        if let Some(incident) = book.last() {
            let report = Report::of(incident, subject(), at(5000)).markdown();
            assert!(report.contains("## Timeline"));
        }
    }
    let mut reversed = records;
    reversed.reverse();
    Book::from_records(&reversed);
}

#[test]
fn a_closing_from_a_host_whose_clock_is_behind_closes_all_the_same() {
    let mut records = lowered();
    let id = Book::from_records(&records).open().unwrap().id.clone();
    let note = Some("over".to_owned());
    let closing = IncidentEvent::Closed { id, note };
    records.insert(0, record(400, ben(), event(closing)));
    let book = Book::from_records(&records);
    assert!(
        book.open().is_none(),
        "it cannot have been closed before it was opened"
    );
    let incident = book.last().unwrap();
    assert_eq!(incident.closed.as_ref().unwrap().at, at(1000));
    assert!(
        incident
            .timeline()
            .iter()
            .any(|moment| moment.text == "incident closed: over")
    );
}
