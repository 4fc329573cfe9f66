//! The report as Markdown: the sections that teams know, filled in. Every text of the journal is escaped before it stands in it.

use std::fmt::Write as _;
use std::time::Duration;

mod escape;

use super::Report;
use crate::domain::Timestamp;
use crate::domain::incident::figures::{Command, Track};
use crate::domain::incident::words::date;
use crate::domain::incident::{clock, date_time, spark, when};
use crate::domain::journal::Proof;
use crate::domain::signal::{Point, format_span, format_value};
use escape::{fence, fenced, line};

/// Columns of the small charts.
const CHART: usize = 40;
/// A signal without a value for so long, while others have some, has none now.
const OLD: Duration = Duration::from_mins(10);
/// Lines of a command's output that the report keeps.
const TAIL: usize = 12;

/// The whole report.
pub(super) fn of(report: &Report) -> String {
    let mut out = String::new();
    let name = line(&report.subject.rollout);
    let _ = writeln!(out, "# Incident report: {name}, {}\n", line(&report.id));
    for remark in &report.remarks {
        let _ = writeln!(out, "> Note: {}\n", line(remark));
    }
    summary(&mut out, report);
    times(&mut out, report);
    timeline(&mut out, report);
    signals(&mut out, report);
    deeds(&mut out, report);
    commands(&mut out, report);
    evidence(&mut out, report);
    out.push_str(
        "## Root cause\n\n_To be filled in: what broke, why it was not caught before, why here._\n\n",
    );
    resolution(&mut out, report);
    actions(&mut out, report);
    contacts(&mut out, report);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn summary(out: &mut String, report: &Report) {
    let figures = &report.figures;
    let end = match report.closed_at {
        Some(at) => format!(
            "{} to {}Z",
            clock(figures.detected_at),
            when(at, figures.detected_at)
        ),
        None => format!("since {}Z, still open", clock(figures.detected_at)),
    };
    let _ = writeln!(out, "## Summary\n");
    let _ = writeln!(out, "- Date: {}", date(figures.detected_at));
    let duration = format_span(Duration::from_secs_f64(report.duration_s));
    let _ = writeln!(out, "- Duration: {duration} ({end})");
    let place = [&report.subject.region, &report.subject.account];
    let place: Vec<String> = place.into_iter().flatten().map(|text| line(text)).collect();
    let _ = writeln!(
        out,
        "- Where: {} in {}{}",
        line(&report.subject.rollout),
        line(&report.subject.environment),
        if place.is_empty() {
            String::new()
        } else {
            format!(" ({})", place.join(", "))
        }
    );
    let _ = writeln!(out, "- Impact: {}", impact(report));
    let _ = writeln!(out, "- Reason: {}", line(&report.reason));
    let _ = writeln!(out, "- Action: {}", line(&report.action));
    out.push_str("- Root cause: _to be filled in_\n\n");
}

fn impact(report: &Report) -> String {
    let figures = &report.figures;
    let share = figures.exposed.map_or_else(
        || "exposure at the time is not known".to_owned(),
        |percent| format!("up to {percent} of users were exposed"),
    );
    let from = figures.began.unwrap_or(figures.detected_at);
    let span = match (figures.proven_at, figures.disabled_at) {
        (Some(proven), _) => format!(", for {}", format_span(proven.since(from))),
        (None, Some(lowered)) => format!(
            ", for {} until exposure was lowered, and longer where caches held it: that it took effect was not seen",
            format_span(lowered.since(from))
        ),
        (None, None) => " and no rollback took effect".to_owned(),
    };
    let complaints = match figures.complaints {
        0 => "no complaint was counted".to_owned(),
        1 => "1 complaint was counted".to_owned(),
        n => format!("{n} complaints were counted"),
    };
    format!("{share}{span}; {complaints}")
}

fn times(out: &mut String, report: &Report) {
    let figures = &report.figures;
    out.push_str("## Times\n\n| What | At (UTC) | After |\n|---|---|---|\n");
    let mut row = |what: &str, at: Option<Timestamp>, after: Option<f64>, since: &str| {
        let at = at.map_or_else(|| "not seen".to_owned(), |at| when(at, figures.detected_at));
        let after = after.map_or_else(String::new, |seconds| {
            format!("{} after {since}", span_of(seconds))
        });
        let _ = writeln!(out, "| {what} | {at} | {after} |");
    };
    if figures.began.is_some() {
        row("Trouble began", figures.began, None, "");
    }
    let lag = figures
        .began
        .map(|began| figures.detected_at.since(began).as_secs_f64());
    row("Issue detected", Some(figures.detected_at), lag, "it began");
    row(
        "First action",
        figures.first_action_at,
        report.time_to_action_s,
        "the detection",
    );
    row(
        "Rollback accepted",
        figures.disabled_at,
        report.time_to_disable_s,
        "the detection",
    );
    let proven = match figures.proof {
        Some(Proof::Observed) => "Effect proven (observed)",
        _ => "Effect proven (caches expired)",
    };
    row(
        proven,
        figures.proven_at,
        report.time_to_proof_s,
        "the first action",
    );
    let healed = figures
        .recovered_at
        .zip(figures.first_action_at)
        .map(|(at, first)| at.since(first).as_secs_f64());
    row(
        "Symptoms gone",
        figures.recovered_at,
        healed,
        "the first action",
    );
    let _ = writeln!(out, "\nDetected by: {}\n", line(&figures.detected_by));
}

fn timeline(out: &mut String, report: &Report) {
    out.push_str("## Timeline\n\nTimes are UTC.\n\n");
    let mut day = date(report.figures.detected_at);
    for moment in &report.timeline {
        let this = date(moment.at);
        if this != day {
            let _ = writeln!(out, "- {this}:");
            day = this;
        }
        let _ = writeln!(
            out,
            "- {} - {} ({})",
            clock(moment.at),
            line(&moment.text),
            line(&moment.who)
        );
    }
    out.push('\n');
}

fn signals(out: &mut String, report: &Report) {
    let begun = report.figures.detected_at;
    out.push_str("## Signals\n\n");
    if report.figures.signals.is_empty() {
        out.push_str("No console that watched the signals wrote their values down.\n\n");
        return;
    }
    if let Some(basis) = &report.basis {
        let _ = writeln!(out, "\"Before\" is the middle value of {}.\n", line(basis));
    }
    out.push_str("| Signal | Before | Peak | At | Last | Act from |\n|---|---|---|---|---|---|\n");
    for track in &report.figures.signals {
        let value = |value: Option<f64>| {
            value.map_or_else(|| "?".to_owned(), |value| format_value(track.unit, value))
        };
        let of = |point: Option<Point>| value(point.map(|point| point.value));
        let act = track.act.map_or_else(String::new, |act| {
            line(&crate::domain::signal::format_limit(track.unit, act))
        });
        let at = track
            .peak
            .map_or_else(String::new, |peak| when(peak.at, begun));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {at} | {} | {act} |",
            line(&track.title),
            value(track.before),
            of(track.peak),
            match track.last {
                Some(last) if is_old(report, track) =>
                    format!("none since {}", when(last.at, begun)),
                last => of(last),
            }
        );
    }
    out.push_str("\n```text\n");
    let wide = report
        .figures
        .signals
        .iter()
        .map(|track| track.title.chars().count())
        .max();
    for track in &report.figures.signals {
        chart(out, track, wide.unwrap_or(0));
    }
    out.push_str("```\n\n");
}

/// Whether the signal had ended long before the others did: only treated sessions emit it.
fn is_old(report: &Report, track: &Track) -> bool {
    let newest = |track: &Track| track.last.map(|last| last.at);
    let all = report.figures.signals.iter().filter_map(newest).max();
    matches!((newest(track), all), (Some(last), Some(all)) if all.since(last) > OLD)
}

fn chart(out: &mut String, track: &Track, wide: usize) {
    let span = match (track.points.first(), track.points.last()) {
        (Some(first), Some(last)) => format!("{} to {}", clock(first.at), when(last.at, first.at)),
        _ => "no values".to_owned(),
    };
    let title = fenced(&track.title);
    let _ = writeln!(
        out,
        "{title:wide$}  {}  {span}",
        spark(&track.points, CHART)
    );
}

fn deeds(out: &mut String, report: &Report) {
    let begun = report.figures.detected_at;
    out.push_str("## Who did what\n\n");
    if report.figures.deeds.is_empty() {
        out.push_str("Nothing was done.\n\n");
        return;
    }
    out.push_str("| At (UTC) | Who | What | Outcome |\n|---|---|---|---|\n");
    for deed in &report.figures.deeds {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            when(deed.at, begun),
            line(&deed.who),
            line(&deed.what),
            line(&deed.outcome)
        );
    }
    out.push('\n');
}

fn commands(out: &mut String, report: &Report) {
    out.push_str("## Commands\n\n");
    if report.figures.commands.is_empty() {
        out.push_str("No command of a runbook was run.\n\n");
    }
    for command in &report.figures.commands {
        command_block(out, command, report.figures.detected_at);
    }
}

fn command_block(out: &mut String, command: &Command, begun: Timestamp) {
    let took = command.took_s.map_or_else(String::new, |seconds| {
        format!(" after {}", span_of(seconds))
    });
    let _ = writeln!(
        out,
        "- {} {}: {}, {}{took}\n",
        when(command.at, begun),
        line(&command.who),
        line(&command.step),
        line(&command.end)
    );
    fence(out, "sh", &command.script);
    let lines: Vec<&str> = command.tail.lines().collect();
    let last = lines
        .get(lines.len().saturating_sub(TAIL)..)
        .unwrap_or_default();
    if !last.is_empty() {
        fence(out, "text", &last.join("\n"));
    }
}

fn evidence(out: &mut String, report: &Report) {
    let begun = report.figures.detected_at;
    out.push_str("## Evidence\n\n");
    if report.figures.evidence.is_empty() {
        out.push_str("Nothing was verified.\n\n");
        return;
    }
    for proven in &report.figures.evidence {
        let query = proven
            .query
            .as_ref()
            .map_or_else(String::new, |query| format!(" (query: {})", line(query)));
        let _ = writeln!(
            out,
            "- {} - {}: {}{query}",
            when(proven.at, begun),
            line(&proven.what),
            line(&proven.evidence)
        );
    }
    out.push('\n');
}

fn resolution(out: &mut String, report: &Report) {
    let _ = writeln!(out, "## Resolution\n\n{}.", line(&report.action));
    if let Some(note) = &report.note {
        let _ = writeln!(out, "\nClosed with: {}", line(note));
    }
    out.push_str("\n_To be filled in: what fixed it for good._\n\n");
}

fn actions(out: &mut String, report: &Report) {
    out.push_str("## Action items\n\n- [ ] Fix the root cause\n- [ ] Add what would have told of it earlier\n");
    let not_back: Vec<String> = report
        .figures
        .signals
        .iter()
        .filter(|track| !is_old(report, track))
        .filter(|track| matches!((track.act, track.last), (Some(act), Some(last)) if act.is_past(last.value)))
        .map(|track| line(&track.title))
        .collect();
    if !not_back.is_empty() {
        let _ = writeln!(
            out,
            "- [ ] Look into what is still past its limit: {}",
            not_back.join(", ")
        );
    }
    for moment in report
        .timeline
        .iter()
        .filter(|moment| moment.is_bad)
        .take(5)
    {
        let _ = writeln!(
            out,
            "- [ ] Look into: {} ({})",
            line(&moment.text),
            when(moment.at, report.figures.detected_at)
        );
    }
    out.push_str("- [ ] Mend the runbook where it was wrong or slow\n- [ ] Try the fix in a test environment\n- [ ] Plan the re-rollout (`builtin:re-rollout`)\n\n");
}

fn contacts(out: &mut String, report: &Report) {
    if !report.subject.contacts.is_empty() {
        out.push_str("## Contacts\n\n");
        for (name, address) in &report.subject.contacts {
            let _ = writeln!(
                out,
                "- {}: {}",
                line(&name.replace('_', " ")),
                line(address)
            );
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "_Made from the journal at {}Z._",
        date_time(report.made_at)
    );
}

fn span_of(seconds: f64) -> String {
    format_span(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}
