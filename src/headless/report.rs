//! `coalmine report`: what an incident was, from the journal alone: the report, the message to stakeholders, the handover.
//! It reads nothing but what it is given.

use std::io::Write;

use serde_json::{Value, json};

use super::{code, complain, print};
use crate::cli::{self, Global, MessageStage};
use crate::domain::Timestamp;
use crate::domain::incident::{Book, Incident, Report, Stage, Subject};
use crate::domain::journal::Record;
use crate::text::sanitize_lines;

/// What the journal holds.
#[derive(Debug)]
pub struct Told {
    /// Its records, by time.
    pub records: Vec<Record>,
    /// What is wrong with it, in words.
    pub remarks: Vec<String>,
    /// Now, by the machine's clock.
    pub now: Timestamp,
}

/// Prints what is asked for. Answers the exit code: 1 where there is no such incident.
///
/// # Errors
/// What keeps the result from being written.
pub fn run(
    told: &Told,
    subject: Subject,
    arguments: &cli::Report,
    global: &Global,
) -> color_eyre::Result<u8> {
    for remark in &told.remarks {
        complain(remark);
    }
    let book = Book::from_records(&told.records);
    let incident = match &arguments.incident {
        Some(id) => book.find(id),
        None => book.last(),
    };
    let Some(incident) = incident else {
        return none(&book, arguments, (&subject, global));
    };
    // A rehearsal's time runs ahead of the machine's.
    let newest = incident.records().last().map(|record| record.at);
    let now = newest.map_or(told.now, |at| at.max(told.now));
    let mut report = Report::of(incident, subject.clone(), now);
    report.remarks.extend(told.remarks.iter().cloned());
    let text = if global.json {
        object(&report, incident, &subject, now).to_string()
    } else if let Some(stage) = arguments.message {
        incident.message(stage_of(stage), &subject, now)
    } else if arguments.handover {
        incident.handover(now).to_string()
    } else {
        report.markdown()
    };
    let text = if global.json { text } else { safe(&text) };
    match &arguments.output {
        None => print(text.trim_end())?,
        Some(path) => {
            if let Err(error) = write(path, &text, global.yes) {
                complain(&format!("{} was not written: {error}", path.display()));
                if error.kind() == std::io::ErrorKind::AlreadyExists {
                    complain("--yes replaces it");
                }
                return Ok(code::FAILED);
            }
            complain(&format!("written to {}", path.display()));
        }
    }
    Ok(code::DONE)
}

fn none(
    book: &Book,
    arguments: &cli::Report,
    (subject, global): (&Subject, &Global),
) -> color_eyre::Result<u8> {
    let known: Vec<&str> = book
        .all()
        .iter()
        .map(|incident| incident.id.as_str())
        .collect();
    let why = match &arguments.incident {
        Some(id) if known.is_empty() => {
            format!("there is no incident {id}: the journal tells of none")
        }
        Some(id) => format!(
            "there is no incident {id}; the journal tells of {}",
            known.join(", ")
        ),
        None => "there is nothing to report: the journal tells of no incident".to_owned(),
    };
    if global.json {
        let object = json!({ "rollout": subject.rollout, "environment": subject.environment, "report": null, "reason": why });
        print(&object.to_string())?;
    }
    complain(&why);
    Ok(code::FAILED)
}

fn object(report: &Report, incident: &Incident, subject: &Subject, now: Timestamp) -> Value {
    let messages: serde_json::Map<String, Value> = Stage::ALL
        .into_iter()
        .map(|stage| {
            (
                stage.word().to_owned(),
                incident.message(stage, subject, now).into(),
            )
        })
        .collect();
    json!({
        "rollout": subject.rollout,
        "environment": subject.environment,
        "report": report,
        "messages": messages,
        "reason": null,
    })
}

fn stage_of(stage: MessageStage) -> Stage {
    match stage {
        MessageStage::Identified => Stage::Identified,
        MessageStage::RolledBack => Stage::RolledBack,
        MessageStage::Monitoring => Stage::Monitoring,
        MessageStage::Resolved => Stage::Resolved,
    }
}

/// Every line fit for a terminal.
fn safe(text: &str) -> String {
    let lines = sanitize_lines(text);
    let lines: Vec<&str> = lines.iter().map(crate::text::DisplayText::as_str).collect();
    let mut out = lines.join("\n");
    out.push('\n');
    out
}

fn write(path: &std::path::Path, text: &str, replace: bool) -> std::io::Result<()> {
    let mut open = std::fs::OpenOptions::new();
    open.write(true);
    if replace {
        open.create(true).truncate(true);
    } else {
        open.create_new(true);
    }
    let mut file = open.open(path)?;
    file.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        file.write_all(b"\n")?;
    }
    file.sync_all()
}
