//! Commands of a runbook: what is missing is asked for once, the whole script is shown, and only then it runs. What it starts is the
//! executor's.

use crate::app::Effect;
use crate::app::keymap::{Action as A, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::model::output::Output;
use crate::app::model::run::{end_words, room};
use crate::app::model::{CommandWish, FillForm, Model, Overlay, Run, RunDialog, RunState, Tone};
use crate::domain::journal::Entry;
use crate::domain::runbook::command::{
    CommandOrder, CommandReport, LIMIT, LeftCommand, OutputChunk,
};
use crate::domain::runbook::script::{Home, prepare};
use crate::domain::runbook::{CommandEnd, RunbookEvent};

use super::{overlays, runbook, toast};

mod early;
mod judging;
#[cfg(test)]
mod tests;

use judging::judged;

/// Runs that are kept; the oldest that has ended goes.
const RUNS: usize = 64;
/// Commands that run at once.
const AT_ONCE: usize = 4;

/// A person wants to run a command: opens the form for what is missing, else the question. The one way in.
pub fn offer(model: &mut Model, wish: CommandWish) -> Vec<Effect> {
    if wish.missing.is_empty() {
        ask(model, wish);
    } else {
        let form = FillForm {
            lines: vec![LineEdit::default(); wish.missing.len()],
            wish,
            at: 0,
            complaint: None,
        };
        overlays::show(model, Overlay::Fill(Box::new(form)));
    }
    Vec::new()
}

/// Enter in the form.
pub(super) fn filled(model: &mut Model, mut form: Box<FillForm>) -> Vec<Effect> {
    let empty: Vec<usize> = (0..form.lines.len())
        .filter(|at| form.lines.get(*at).is_none_or(LineEdit::is_empty))
        .collect();
    if let Some(first) = empty.first() {
        let next = empty.iter().find(|at| **at > form.at).unwrap_or(first);
        form.complaint = (form.at == *next || empty.len() == 1 && form.at > *next)
            .then(|| "it has no value yet".to_owned());
        form.at = *next;
        model.overlay = Some(Overlay::Fill(form));
        return Vec::new();
    }
    let FillForm {
        mut wish, lines, ..
    } = *form;
    for (missing, line) in std::mem::take(&mut wish.missing).into_iter().zip(lines) {
        wish.filled
            .retain(|(written, _)| *written != missing.written);
        wish.filled.push((missing.written, line.text()));
    }
    ask(model, wish);
    Vec::new()
}

/// Opens the question.
fn ask(model: &mut Model, wish: CommandWish) {
    let home = home(model);
    let made = prepare(&wish.text, &wish.lang, &wish.filled, &home);
    let hash = made.as_ref().ok().map(|script| script.sha256.clone());
    let trusted = hash.is_some_and(|hash| model.trusted.contains(&hash));
    let mut dialog = RunDialog {
        step: wish.step,
        line: wish.line,
        written: wish.text,
        made,
        pins: pins(model, &home),
        account: home.account,
        cwd: directory(model),
        trusted,
        scroll: 0,
        read: trusted,
        warning: None,
        complaint: None,
    };
    judging::warn(model, &mut dialog);
    note_read(&mut dialog, model.size);
    overlays::show(model, Overlay::Run(Box::new(dialog)));
}

fn home(model: &Model) -> Home {
    Home {
        environment: model.spec.environment.0.clone(),
        others: model.other_environments.clone(),
        profile: [&model.commands_profile, &model.spec.profile]
            .into_iter()
            .flatten()
            .next()
            .cloned(),
        account: model.pinned_account.clone(),
        region: [&model.region, &model.commands_region, &model.spec.region]
            .into_iter()
            .flatten()
            .next()
            .cloned(),
    }
}

fn pins(model: &Model, home: &Home) -> Vec<(String, String)> {
    let all = [
        ("AWS_PROFILE", &home.profile),
        ("AWS_REGION", &home.region),
        ("AWS_DEFAULT_REGION", &home.region),
        ("AWS_ENDPOINT_URL", &model.endpoint),
    ];
    all.into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)))
        .collect()
}

/// The runbook's directory.
fn directory(model: &Model) -> Option<String> {
    let of_file = |file: &String| match file.rsplit_once('/') {
        Some(("", _)) => Some("/".to_owned()),
        Some((directory, _)) => Some(directory.to_owned()),
        None => None,
    };
    let configured = || model.spec.runbook.as_ref().and_then(of_file);
    model.commands_directory.clone().or_else(configured)
}

/// Notes whether the end of what is asked about is on screen.
fn note_read(dialog: &mut RunDialog, size: (u16, u16)) {
    let room = room(size);
    let deepest = dialog.rows(room.columns).len().saturating_sub(room.rows);
    dialog.scroll = dialog.scroll.min(deepest);
    dialog.read |= room.rows > 0 && dialog.scroll == deepest;
}

/// Scrolls the question.
pub(super) fn scroll(model: &mut Model, by: isize) {
    let size = model.size;
    let page = room(size).rows.max(1);
    // A page is what fits: nothing is leafed past that was not on screen.
    let by = by.clamp(-(page as isize), page as isize);
    if let Some(Overlay::Run(dialog)) = &mut model.overlay {
        dialog.scroll = dialog.scroll.saturating_add_signed(by);
        dialog.complaint = None;
        note_read(dialog, size);
    }
}

/// Scrolls the output: by lines; at the newest one it follows again.
pub(super) fn scroll_output(model: &mut Model, by: isize) {
    let Some(Overlay::Output { run, bottom }) = &mut model.overlay else {
        return;
    };
    let Some(output) = model
        .runs
        .iter()
        .find(|known| known.id == *run)
        .map(|run| &run.output)
    else {
        return;
    };
    let newest = output.newest();
    let to = bottom
        .unwrap_or(newest)
        .saturating_add_signed(by as i64)
        .clamp(output.oldest(), newest);
    *bottom = (to < newest).then_some(to);
}

/// The screen has another size: what was read stays read, but the place may not be there any more.
pub(super) fn resized(model: &mut Model) {
    let size = model.size;
    if let Some(Overlay::Run(dialog)) = &mut model.overlay {
        note_read(dialog, size);
    }
}

/// Enter in the question.
pub(super) fn confirmed(model: &mut Model, mut dialog: Box<RunDialog>, fresh: bool) -> Vec<Effect> {
    let live = model.runs.iter().filter(|run| run.is_live()).count();
    if judging::warn(model, &mut dialog) {
        note_read(&mut dialog, model.size);
        dialog.complaint = Some("raises were locked meanwhile: read what it says now".to_owned());
        model.overlay = Some(Overlay::Run(dialog));
        return Vec::new();
    }
    let complaint = early::premature(model, &dialog, (live, fresh));
    // An incident may have been opened since it was shown, and a person has filled in what was missing.
    let judged = dialog
        .made
        .as_ref()
        .ok()
        .map(|script| judged(&dialog, script));
    let complaint = complaint.or_else(|| {
        let words = format!("{} {}", dialog.step.text, dialog.step.section);
        let refusal = runbook::refusal(model, judged.as_ref()?, &words)?;
        let [show, release] = [A::Incident, A::IncidentRelease].map(|a| model.keymap.said(a));
        let copy = model.keymap.said_in(A::Copy, &[Scope::Dialog]);
        let ways = format!(
            "{show} shows the incident, {release} there lets them through; {copy} copies it"
        );
        let why = refusal.why;
        let locked = refusal.lock.is_some();
        Some(if locked {
            format!("{why}, and raises are locked: {ways}")
        } else {
            why
        })
    });
    let (Ok(script), Some(judged), None) = (&dialog.made, judged, &complaint) else {
        dialog.complaint = complaint;
        model.overlay = Some(Overlay::Run(dialog));
        return Vec::new();
    };
    let script = script.clone();
    model.runs_made += 1;
    let id = format!("r{}-{}", model.now.as_millis(), model.runs_made);
    model.trusted.insert(script.sha256.clone());
    let trusts = !model.trusted_durably.contains(&script.sha256);
    keep(
        model,
        Run {
            id: id.clone(),
            step: dialog.step.clone(),
            script: script.text.clone(),
            sha256: script.sha256.clone(),
            at: model.now,
            tick: model.ticks,
            state: RunState::Running,
            output: Output::default(),
        },
    );
    show_output(model, id.clone());
    let order = CommandOrder {
        run: id,
        step: dialog.step,
        script,
        pins: dialog.pins,
        cwd: dialog.cwd,
        limit: LIMIT,
        trusts,
        may_raise: runbook::doubt(model, &judged),
    };
    vec![Effect::RunCommand(Box::new(order))]
}

fn keep(model: &mut Model, run: Run) {
    model.runs.push(run);
    if model.runs.len() > RUNS
        && let Some(oldest) = model.runs.iter().position(|run| !run.is_live())
    {
        model.runs.remove(oldest);
    }
}

/// Opens the output of a run.
pub fn show_output(model: &mut Model, run: String) {
    overlays::show(model, Overlay::Output { run, bottom: None });
}

/// Opens the output of the last command.
pub(super) fn show_last(model: &mut Model) -> Vec<Effect> {
    match model.runs.last().map(|run| run.id.clone()) {
        Some(run) => show_output(model, run),
        None => toast(model, Tone::Plain, "no command was run yet"),
    }
    Vec::new()
}

/// Stops the command whose output is on screen.
pub(super) fn stop(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Output { run, .. }) = &model.overlay else {
        return Vec::new();
    };
    let Some(run) = model.runs.iter_mut().find(|known| known.id == *run) else {
        return Vec::new();
    };
    if run.state != RunState::Running {
        return Vec::new();
    }
    run.state = RunState::Stopping;
    vec![Effect::StopCommand(run.id.clone())]
}

/// Ctrl-C over the output of a command that runs stops it; once it is being stopped, there is nothing more to stop.
pub(super) fn interrupted(model: &mut Model) -> Option<Vec<Effect>> {
    let effects = stop(model);
    (!effects.is_empty()).then_some(effects)
}

/// The output is closed: what runs goes on, and how to come back is told.
pub(super) fn closed(model: &mut Model, run: &str) {
    let live = model
        .runs
        .iter()
        .any(|known| known.id == run && known.is_live());
    if live {
        let show = model.keymap.said(A::Commands);
        let text = format!("the command runs on; {show} shows its output");
        toast(model, Tone::Plain, text);
    }
}

/// A command wrote something.
pub(super) fn wrote(model: &mut Model, id: &str, chunk: &OutputChunk) {
    if let Some(run) = model.runs.iter_mut().find(|run| run.id == id) {
        run.output.push(chunk);
    }
}

/// A command ended.
pub(super) fn ended(model: &mut Model, id: &str, report: CommandReport) {
    let on_screen = matches!(&model.overlay, Some(Overlay::Output { run, .. }) if run == id);
    let Some(run) = model.runs.iter_mut().find(|run| run.id == id) else {
        return;
    };
    let tone = match report.end {
        CommandEnd::Exited(0) => Tone::Good,
        _ => Tone::Bad,
    };
    let words = format!("{}: it {}", run.title(), end_words(&report.end));
    let fault = report.journal_fault.clone();
    // Nothing of it was trusted with effect when the journal did not take it.
    let untrusted = matches!(report.end, CommandEnd::NotStarted(_)).then(|| run.sha256.clone());
    run.state = RunState::Ended(Box::new(report));
    if let Some(hash) = untrusted.filter(|hash| !model.trusted_durably.contains(hash)) {
        model.trusted.remove(&hash);
    } else if let Some(run) = model.runs.iter().find(|run| run.id == id) {
        model.trusted_durably.insert(run.sha256.clone());
    }
    if let Some(fault) = fault {
        toast(model, Tone::Bad, format!("journal: {fault}"));
    } else if !on_screen {
        let show = model.keymap.said(A::Commands);
        toast(model, tone, format!("{words}; {show} shows its output"));
    }
}

/// What earlier runs of the console left: trusted scripts, and commands of whose end nobody knows.
pub(super) fn recovered(
    model: &mut Model,
    trusted: std::collections::BTreeSet<String>,
    left: Vec<LeftCommand>,
) -> Vec<Effect> {
    model.trusted_durably.extend(trusted.iter().cloned());
    model.trusted.extend(trusted);
    // While another console has the journal, its commands are its own.
    if left.is_empty() || model.journal.owner.is_some() {
        return Vec::new();
    }
    let count = left.len();
    let mut effects = Vec::new();
    for command in left {
        let report = CommandReport {
            end: CommandEnd::Unknown,
            ..CommandReport::not_started("")
        };
        effects.push(Effect::Append(Entry::Runbook {
            event: Box::new(RunbookEvent::CommandEnded {
                run: command.run.clone(),
                end: CommandEnd::Unknown,
                took: report.took,
                bytes: 0,
                output_sha256: report.output_sha256.clone(),
                tail: String::new(),
                leftover: Vec::new(),
            }),
        }));
        keep(
            model,
            Run {
                id: command.run,
                step: command.step,
                script: String::new(),
                sha256: command.sha256,
                at: command.at,
                tick: model.ticks,
                state: RunState::Ended(Box::new(report)),
                output: Output::default(),
            },
        );
    }
    toast(model, Tone::Bad, early::left_running(model, count));
    effects
}
