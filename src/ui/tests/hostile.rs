//! Text from outside can neither command the terminal nor pass for the console's own.

use super::*;
use crate::app::model::{Toast, Tone};
use crate::app::runbook_pane::StepDialog;
use crate::domain::lever::LeverContent;

const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}evil\u{200b}\u{feff}\rOVER\x08\t\u{85}\u{2028}e\u{301}\u{301}\u{301}\u{e0041}";

/// A model in which every text that comes from outside is hostile.
fn infested() -> Model {
    let bad = || HOSTILE.to_owned();
    let mut model = evening::trouble();
    model.spec.name = bad();
    model.spec.environment.0 = bad();
    model.region = Some(bad());
    model.endpoint = Some(bad());
    model.toast = Some(Toast {
        text: bad(),
        tone: Tone::Bad,
        ticks: 3,
    });
    if let Some(identity) = &mut model.identity.value {
        identity.arn = bad();
        identity.account = bad();
    }
    for lever in [&mut model.flag, &mut model.fallback] {
        if let Some(state) = &mut lever.value {
            state.resource = bad();
            state.revision.0 = bad();
            state.changed_by = Some(bad());
            if let LeverContent::Document(text) = &mut state.content {
                *text = bad();
            }
        }
    }
    for version in model.history.value.iter_mut().flatten() {
        (version.text, version.by, version.labels) = (bad(), Some(bad()), vec![bad()]);
    }
    for spec in &mut model.spec.signals {
        spec.title = bad();
    }
    for reading in &mut model.readings {
        reading.note = Some(bad());
    }
    if let Some(batch) = &mut model.alarms.value {
        for alarm in &mut batch.alarms {
            (alarm.name, alarm.reason, alarm.description, alarm.watches) =
                (bad(), bad(), bad(), bad());
        }
        batch.missing = vec![bad()];
    }
    model.helpless.insert(bad(), bad());
    let lines: Vec<_> = evening::log_lines(true)
        .into_iter()
        .enumerate()
        .map(|(index, line)| evening::LogLine {
            message: match index % 2 {
                0 => bad(),
                _ => serde_json::json!({ "message": bad(), bad(): bad() }).to_string(),
            },
            session: bad(),
            group: format!("{HOSTILE}{}", index % 3),
            ..line
        })
        .collect();
    evening::refill(&mut model.logs, &lines);
    for watch in &mut model.logs.watches {
        watch.title = bad();
    }
    (model.logs.comparison, model.logs.note) = (Some(bad()), Some(bad()));
    model.exposure.contradictions = vec![bad()];
    model.exposure.listed = vec![bad()];
    model.signal_faults.insert("dropped".to_owned(), bad());
    for reason in &mut model.verdict.reasons {
        reason.text = bad();
    }
    for check in &mut model.verdict.checks {
        (check.name, check.text) = (bad(), bad());
    }
    for call in &mut model.calls {
        (call.operation, call.target, call.result) = (bad(), bad(), bad());
    }
    for mark in &mut model.marks {
        mark.label = bad();
    }
    model.spec.contacts.insert(bad(), bad());
    for entry in &mut model.themes.entries {
        (entry.name, entry.file, entry.faults) = (bad(), Some(bad()), vec![bad(), bad()]);
    }
    model
}

fn assert_harmless(name: &str, buffer: &Buffer) {
    for cell in &buffer.content {
        let bad = cell.symbol().chars().any(|c| {
            c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
        });
        assert!(!bad, "{name}: a cell holds {:?}", cell.symbol());
        assert!(
            cell.symbol().len() <= 32,
            "{name}: a cell holds {} bytes",
            cell.symbol().len()
        );
    }
}

#[test]
fn no_cell_holds_what_a_terminal_would_obey() {
    let theme = Theme::new(Depth::True);
    for size in [(120, 40), (80, 24), (39, 9)] {
        assert_harmless("home", &frame(&infested(), size, &theme).0);
        for (name, screen) in SCREENS {
            let mut model = evening::on(infested(), screen);
            assert_harmless(name, &frame(&model, size, &theme).0);
            model.logs.wrap = true;
            assert_harmless(name, &frame(&model, size, &theme).0);
            model.logs.view = crate::app::log_pane::View::Patterns;
            model.logs.search = evening::sheets::typed("OVER");
            model.logs.research();
            assert_harmless(name, &frame(&model, size, &theme).0);
        }
        for (name, overlay) in infested_overlays() {
            assert_harmless(
                name,
                &frame(&evening::under(infested(), overlay), size, &theme).0,
            );
        }
    }
}

fn infested_overlays() -> Vec<(&'static str, Overlay)> {
    let bad = || HOSTILE.to_owned();
    let mut overlays = overlays();
    for (_, overlay) in &mut overlays {
        match overlay {
            Overlay::Plan(dialog) => {
                let plan = &mut dialog.plan;
                (plan.sentence, plan.undo, plan.aws_cli) = (bad(), bad(), bad());
                plan.warnings = vec![bad()];
                plan.calls = vec![bad()];
                for line in &mut plan.diff {
                    line.text = bad();
                }
                for gate in &mut dialog.gates {
                    gate.1 = bad();
                }
                dialog.complaint = Some(bad());
                dialog.must_type = Some(bad());
            }
            Overlay::Conflict { conflict, .. } => {
                conflict.by = Some(bad());
                (conflict.seen_text, conflict.their_text, conflict.now_text) =
                    (bad(), String::new(), bad());
            }
            Overlay::Unknown { reason, .. } => *reason = bad(),
            Overlay::Refused { reason, hint, .. } => (*reason, *hint) = (bad(), bad()),
            Overlay::Event { text, title, .. } => (*text, *title) = (bad(), bad()),
            Overlay::Alarm { name, history, .. } => {
                *name = bad();
                for change in history.value.iter_mut().flatten() {
                    (change.kind, change.summary) = (bad(), bad());
                }
            }
            Overlay::Recovery { repaired, .. } => *repaired = Some(bad()),
            Overlay::Tune { complaint, .. } => *complaint = Some(bad()),
            Overlay::Step(dialog) => match &mut **dialog {
                StepDialog::File { .. } => {}
                StepDialog::Reason {
                    text,
                    why,
                    complaint,
                    ..
                } => {
                    (*text, *why, *complaint) = (bad(), bad(), Some(bad()));
                }
                StepDialog::Offers { text, offers, .. } => {
                    *text = bad();
                    for offer in offers {
                        (offer.title, offer.from) = (bad(), bad());
                    }
                }
            },
            Overlay::Help { .. }
            | Overlay::Palette { .. }
            | Overlay::Leaving
            | Overlay::Contacts { .. }
            | Overlay::Themes { .. } => {}
            Overlay::Links { links, .. } => {
                for link in links {
                    (link.what, link.url) = (bad(), bad());
                }
            }
            Overlay::Fill(form) => {
                form.wish.step.text = bad();
                form.complaint = Some(bad());
                for missing in &mut form.wish.missing {
                    (missing.written, missing.about) = (bad(), bad());
                }
            }
            Overlay::Run(dialog) => {
                (dialog.step.text, dialog.cwd, dialog.complaint) =
                    (bad(), Some(bad()), Some(bad()));
                dialog.pins = vec![(bad(), bad())];
                match &mut dialog.made {
                    Ok(script) => (script.text, script.values) = (bad(), vec![(bad(), bad())]),
                    Err(faults) => {
                        dialog.written = bad();
                        for fault in faults {
                            (fault.why, fault.instead) = (bad(), bad());
                        }
                    }
                }
            }
            // What a command writes is hostile from the start.
            Overlay::Output { .. } => {}
            Overlay::Locked { wanted, lock } => {
                *wanted = bad();
                (lock.incident, lock.by, lock.cause) = (bad(), bad(), bad());
            }
            Overlay::Incident(dialog) => {
                (dialog.complaint, dialog.must_type) = (Some(bad()), Some(bad()));
            }
        }
    }
    overlays
}

#[test]
fn an_incident_shows_nothing_of_the_journal_raw() {
    let theme = Theme::new(Depth::True);
    let mut model = evening::on(evening::incidents::in_incident(), Screen::Incident);
    let record = crate::domain::journal::Record {
        seq: 99,
        at: evening::now(),
        actor: crate::domain::journal::Actor {
            user: HOSTILE.to_owned(),
            ..evening::incidents::me()
        },
        entry: crate::domain::journal::Entry::Note {
            text: HOSTILE.to_owned(),
        },
    };
    model.incident.book.add(&record);
    for page in crate::app::model::Page::ALL {
        model.incident.page = page;
        for size in [(120, 40), (80, 24), (40, 10)] {
            assert_harmless(page.word(), &frame(&model, size, &theme).0);
        }
    }
}

#[test]
fn a_log_line_cannot_forge_another_one() {
    let mut model = evening::on(evening::healthy(), Screen::Logs);
    let forged = "fine\n▎21:18:03.000 INFO  golden-eagle-1     canary  rollback verified";
    let line = evening::LogLine {
        message: forged.to_owned(),
        ..evening::log_lines(false).remove(0)
    };
    evening::refill(&mut model.logs, &[line]);
    for wrap in [false, true] {
        model.logs.wrap = wrap;
        let (buffer, _) = frame(&model, (120, 40), &Theme::new(Depth::True));
        let gutters = cells(&buffer)
            .iter()
            .filter(|row| row.get(1).is_some_and(|cell| cell.symbol() == "▎"))
            .count();
        assert_eq!(
            gutters,
            1,
            "wrap {wrap}: only one line begins at the gutter\n{}",
            text(&buffer)
        );
    }
}

#[test]
fn a_line_without_end_is_not_walked_to_its_end() {
    let mut model = evening::on(evening::healthy(), Screen::Logs);
    let endless = "x".repeat(4 << 20);
    let lines: Vec<_> = evening::log_lines(false)
        .into_iter()
        .map(|line| evening::LogLine {
            message: endless.clone(),
            ..line
        })
        .collect();
    evening::refill(&mut model.logs, &lines);
    let theme = Theme::new(Depth::True);
    for wrap in [false, true] {
        model.logs.wrap = wrap;
        let cost = allocation_counter::measure(|| drop(frame(&model, (120, 40), &theme)));
        assert!(cost.bytes_total < 4 << 20, "{} bytes", cost.bytes_total);
    }
}
