//! The runbook's screen: what it says on an evening, and that no text of a file or of a journal reaches the terminal as it is.

use std::time::Duration;

use allocation_counter::measure;

use super::*;
use crate::app::runbook_pane::{Deed, Offer, Picking, Remark, StepDialog};
use crate::domain::failure::{ErrorKind, PortError};
use crate::domain::runbook::checklist::{Checklist, Match, StepId};
use crate::domain::runbook::lint::Severity;
use crate::domain::runbook::{Evidence, RunbookEvent, StepMark, read};
use crate::domain::signal::{Limit, LimitOp, MetricQuery, SignalSource};

const TEAM: &str = include_str!("../../../tests/runbooks/team-rollback.md");

/// The evening with the team's runbook open.
fn opened(model: Model) -> Model {
    with_text(model, TEAM)
}

fn with_text(model: Model, text: &str) -> Model {
    let mut model = evening::on(model, Screen::Runbook);
    let latency = model.spec.signals.first_mut().unwrap();
    latency.target = Some(Limit {
        op: LimitOp::Below,
        value: 5.0,
    });
    latency.source = SignalSource::Metric(MetricQuery {
        namespace: "AudioTranscription/PartialResults".to_owned(),
        name: "PartialResultProcessingLatency".to_owned(),
        stat: "p95".to_owned(),
        period: Duration::from_mins(1),
        dimensions: Vec::new(),
    });
    let open = Checklist::new(
        "runbooks/rollback.md",
        "ab12",
        read(text.as_bytes()),
        &model.spec.signals,
    );
    model.runbook.open = Some(Box::new(open.for_rollout(&model.spec)));
    model
}

fn section(model: &Model, title: &str) -> usize {
    let open = model.runbook.open.as_ref().unwrap();
    let found = open
        .runbook
        .sections
        .iter()
        .position(|section| section.title.starts_with(title));
    found.unwrap()
}

fn happens(model: &mut Model, event: &RunbookEvent, at: crate::domain::Timestamp) {
    model.runbook.open.as_mut().unwrap().take(event, at, None);
}

/// Scenario 1 with this step selected.
fn scenario(model: Model, step: usize) -> Model {
    let mut model = opened(model);
    let place = section(&model, "Scenario 1");
    let picked = model.runbook.open.as_ref().unwrap().pick(place).unwrap();
    happens(&mut model, &picked, evening::ago(600));
    model.runbook.selected = step;
    model
}

fn id(model: &Model, step: usize) -> StepId {
    StepId {
        section: section(model, "Scenario 1"),
        step,
    }
}

/// The flag was disabled from the first step; the verification waits.
fn under_way() -> Model {
    let mut model = scenario(evening::after_disable(), 3);
    let open = model.runbook.open.as_ref().unwrap();
    let key = |step| open.key(id(&model, step)).unwrap();
    let (first, third) = (key(1), key(3));
    let evidence = Evidence {
        text: "partial-results in prod goes from 10 % to 0 %: applied as revision 43".to_owned(),
        signal: None,
        value: None,
        query: None,
        from: evening::ago(40),
        to: evening::ago(39),
    };
    let events = [
        RunbookEvent::Branched {
            step: first.clone(),
            why: "latency p95 7.4 s > 7 s".to_owned(),
        },
        RunbookEvent::Marked {
            step: first,
            mark: StepMark::Done,
            reason: None,
            evidence: Some(evidence),
        },
        RunbookEvent::WaitBegun {
            step: third,
            span: Duration::from_mins(5),
        },
    ];
    for event in &events {
        happens(&mut model, event, evening::ago(39));
    }
    model.runbook.remarks = vec![Remark {
        line: TEAM
            .lines()
            .position(|line| line.contains("--statistics p95"))
            .unwrap() as u32
            + 1,
        severity: Severity::Error,
        message: "--statistics takes no percentile: CloudWatch refuses p95.".to_owned(),
        instead: "--extended-statistics p95, without --statistics.".to_owned(),
    }];
    model
}

fn picking() -> Model {
    let mut model = opened(evening::trouble());
    let place = section(&model, "Scenario 1");
    let open = model.runbook.open.as_ref().unwrap();
    let mut rows = vec![Match {
        section: place,
        because: vec![
            "latency p95 7.4 s > 5 s".to_owned(),
            "alarm audio-transcription-latency-high".to_owned(),
        ],
    }];
    let others = open
        .pickable()
        .into_iter()
        .filter(|section| *section != place);
    rows.extend(others.map(|section| Match {
        section,
        because: Vec::new(),
    }));
    model.runbook.picking = Some(Picking {
        rows,
        ..Picking::default()
    });
    model
}

#[test]
fn pictures() {
    let mut matrix = opened(evening::trouble());
    let place = section(&matrix, "Rollback Decision Matrix");
    let picked = matrix.runbook.open.as_ref().unwrap().pick(place).unwrap();
    happens(&mut matrix, &picked, evening::ago(5));
    let mut missing = evening::on(evening::healthy(), Screen::Runbook);
    missing.runbook.fault = Some((
        "runbooks/rollback.md".to_owned(),
        PortError {
            kind: ErrorKind::NotFound,
            what: "runbooks/rollback.md".to_owned(),
            text: "No such file or directory".to_owned(),
            hint: "name another file, or read this one again; without a file, builtin:rollback is there".to_owned(),
        },
    ));
    let shots = vec![
        ("runbook_sections", picking()),
        ("runbook_branch", scenario(evening::trouble(), 1)),
        ("runbook_waiting", under_way()),
        ("runbook_matrix", matrix),
        ("runbook_missing", missing),
    ];
    for (name, model) in shots {
        for size in [(120, 40), (80, 24)] {
            pictures::check(name, &model, size);
        }
    }
}

#[test]
fn dialogs() {
    let reason = StepDialog::Reason {
        step: StepId {
            section: 0,
            step: 0,
        },
        text: "Verify Improvement".to_owned(),
        why: "what is measured says otherwise (7.4 s, not < 5 s): why is it done?".to_owned(),
        typed: evening::sheets::typed("the dashboard lags"),
        complaint: None,
    };
    let offer = |title: &str, from: &str| Offer {
        title: title.to_owned(),
        from: from.to_owned(),
        deed: Deed::Wait,
    };
    let offers = StepDialog::Offers {
        step: StepId {
            section: 0,
            step: 0,
        },
        text: "Method 1: Procedure".to_owned(),
        offers: vec![
            offer(
                "disable the flag",
                "python scripts/manage_rollout.py --disable",
            ),
            offer(
                "reduce from 10 % to 0 %",
                "python scripts/manage_rollout.py --percentage 50",
            ),
        ],
        selected: 1,
    };
    let file = StepDialog::File {
        typed: evening::sheets::typed("runbooks/other.md"),
    };
    for (name, dialog) in [
        ("step_reason", reason),
        ("step_offers", offers),
        ("step_file", file),
    ] {
        let model = evening::under(under_way(), Overlay::Step(Box::new(dialog)));
        for size in [(120, 40), (80, 24)] {
            pictures::check(name, &model, size);
        }
    }
}

#[test]
fn what_must_be_read_stands_there_at_both_sizes() {
    for size in [(120, 40), (80, 24)] {
        let shown = seen(&under_way(), size);
        for words in [
            "STILL EXPOSED",
            "Verify Improvement",
            "waiting 5 m",
            "4:21",
            "ticks itself",
            "1 of 4",
        ] {
            assert!(shown.contains(words), "{words} at {size:?}\n{shown}");
        }
        let shown = seen(&scenario(evening::trouble(), 1), size);
        for words in [
            "ROLL BACK",
            "● matched: latency p95 7.4 s > 7 s",
            "native: disable",
            "enter: show the plan",
        ] {
            assert!(shown.contains(words), "{words} at {size:?}\n{shown}");
        }
    }
}

#[test]
fn a_hostile_file_is_drawn_harmlessly_at_every_size() {
    let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}drawkcab";
    let text = format!(
        "# {evil}\n\n{evil}\n\n## {evil} section\n\n| {evil} | b |\n|---|---|\n| {evil} > 7s | {evil} |\n\n1. {evil} step\n   ```bash\n   {evil}\n   ```\n- [ ] {evil}\n"
    );
    let theme = Theme::new(Depth::True);
    let mut model = with_text(evening::trouble(), &text);
    let open = model.runbook.open.as_ref().unwrap();
    let last = open.pickable().last().copied().unwrap();
    let picked = open.pick(last).unwrap();
    happens(&mut model, &picked, evening::ago(5));
    for columns in [0, 1, 7, 40, 59, 80, 99, 100, 121, 300] {
        for rows in [0, 1, 10, 11, 24, 29, 30, 41, 100] {
            for selected in [0, 1, usize::MAX] {
                model.runbook.selected = selected;
                let (buffer, _) = frame(&model, (columns, rows), &theme);
                for cell in &buffer.content {
                    let clean = cell
                        .symbol()
                        .chars()
                        .all(|c| !c.is_control() && c != '\u{202e}');
                    assert!(clean, "{:?}", cell.symbol());
                }
            }
        }
    }
}

#[test]
fn a_huge_section_costs_no_more_than_it_must() {
    let cost = |steps: usize| {
        let mut text = "# R\n\n## S\n\n".to_owned();
        for step in 1..=steps {
            let line =
                format!("{step}. Verify that latency p95 < 5 s and go on with step {step}\n");
            text.push_str(&line);
        }
        let mut model = with_text(evening::trouble(), &text);
        let place = section(&model, "S");
        let picked = model.runbook.open.as_ref().unwrap().pick(place).unwrap();
        happens(&mut model, &picked, evening::ago(5));
        model.runbook.selected = steps - 100;
        let mut shown = String::new();
        let cost = measure(|| shown = seen(&model, (120, 40))).count_total;
        assert!(shown.contains(&format!("step {}", steps - 99)), "{shown}");
        cost
    };
    let (few, many) = (cost(500), cost(5_000));
    assert!(many < few * 12, "{few} allocations, then {many}");
}

#[test]
fn cells_of_tables_are_filled_with_contacts_too() {
    let text = "# R\n## Who\n| Role | Reach |\n|---|---|\n| Team lead | [Contact info] |\n| Pager | [Pager link], [Team lead] |\n| Legal | [Contact info] |\n\n1. Call\n";
    let mut model = with_text(evening::trouble(), text);
    model.spec.contacts = [
        ("on_call", "https://p.example/a|b"),
        ("team_lead", "+44 20 7946 0000"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let place = section(&model, "Who");
    let picked = model.runbook.open.as_ref().unwrap().pick(place).unwrap();
    happens(&mut model, &picked, evening::ago(600));
    let screen = seen(&model, (120, 40));
    for wanted in [
        "Team lead  +44 20 7946 0000",
        "https://p.example/a|b, +44 20 7946 0000",
        "Legal      [Contact info]",
    ] {
        assert!(screen.contains(wanted), "{wanted}: {screen}");
    }
}

#[test]
fn placeholders_of_contacts_are_filled_from_the_configuration() {
    let text = "# R\n## Who\n- **On-Call Engineer**: [Pager link]\n- **Legal**: [Contact info]\n\n1. Call [Team lead]\n";
    let mut model = with_text(evening::trouble(), text);
    model.spec.contacts = [
        ("on_call", "https://pager.example/team"),
        ("team_lead", "+44 20 7946 0000"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let place = section(&model, "Who");
    let picked = model.runbook.open.as_ref().unwrap().pick(place).unwrap();
    happens(&mut model, &picked, evening::ago(600));
    let screen = seen(&model, (120, 40));
    assert!(
        screen.contains("On-Call Engineer: https://pager.example/team"),
        "{screen}"
    );
    assert!(screen.contains("1 Call +44 20 7946 0000"), "{screen}");
    assert!(
        screen.contains("Legal: [Contact info]"),
        "nothing is guessed: {screen}"
    );
}
