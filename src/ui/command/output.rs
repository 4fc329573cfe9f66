//! What a command writes, as it comes: whose line each row is of, how it stands, what outlived it. It follows nothing by itself.

use std::time::Duration;

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::model::run::{Room, end_words};
use crate::app::model::{Run, RunState};
use crate::domain::runbook::CommandEnd;
use crate::domain::runbook::command::CommandReport;
use crate::domain::signal::format_count;
use crate::ui::format;
use crate::ui::overlay::keys;
use crate::ui::paint::Row;
use crate::ui::theme::{Role, Theme};

use super::{Fixed, fact, title};

/// Columns that tell whose a row is.
const WHOSE: usize = 2;
/// What programs say that want a terminal.
const NEEDS_TERMINAL: [&str; 7] = [
    "/dev/tty",
    "not a tty",
    "no tty",
    "not a terminal",
    "terminal is required",
    "Inappropriate ioctl",
    "EOFError",
];

/// The sheet of a run's output.
pub(in crate::ui) fn sheet(
    (id, bottom): (&str, Option<u64>),
    model: &Model,
    theme: &Theme,
    room: Room,
) -> Fixed {
    let Some(run) = model.runs.iter().find(|run| run.id == id) else {
        return Fixed {
            title: title("the command", model, theme, room.columns),
            head: Default::default(),
            rows: Vec::new(),
            below: 0,
            foot: Default::default(),
            tall: false,
        };
    };
    let mut rows: Vec<Row> = run
        .output
        .rows_up_to(bottom, room.columns.saturating_sub(WHOSE), room.rows)
        .into_iter()
        .map(|row| {
            let mark = if row.line.stderr { "!" } else { "▏" };
            let (edge, text) = if row.line.stderr {
                (Role::Warn, Role::Warn)
            } else {
                (Role::Gutter, Role::Text)
            };
            let mark = if row.first || !row.line.stderr {
                mark
            } else {
                "┆"
            };
            Row::new()
                .cell(mark, WHOSE, theme.style(edge))
                .put(row.text, theme.style(text))
        })
        .collect();
    if rows.is_empty() {
        let words = if run.is_live() {
            "nothing was written yet"
        } else {
            "nothing was written"
        };
        rows.push(Row::new().put(words, theme.style(Role::Faint)));
    }
    let below = bottom.map_or(0, |line| run.output.newest().saturating_sub(line) as usize);
    Fixed {
        title: title(run.title(), model, theme, room.columns),
        head: [
            standing(run, model, (theme, room.columns)),
            fact("ran", &what(run), Role::Muted, (theme, room.columns)),
            written(run, (theme, room.columns)),
        ],
        rows,
        below,
        foot: [hint(run, theme), offered(run, model, theme)],
        tall: true,
    }
}

fn what(run: &Run) -> String {
    let first = run.script.lines().find(|line| !line.trim().is_empty());
    let hash = run.sha256.get(..16).unwrap_or_default();
    let count = run.script.lines().count();
    match (first, count) {
        (Some(first), 1) => format!("{first} · SHA-256 {hash}"),
        (Some(_), count) => format!("{count} lines · SHA-256 {hash}"),
        (None, _) => format!("SHA-256 {hash}"),
    }
}

fn standing(run: &Run, model: &Model, look: (&Theme, usize)) -> Row {
    let seconds = Duration::from_secs(model.ticks.saturating_sub(run.tick));
    match &run.state {
        RunState::Running => fact(
            "▸",
            &format!("running for {}", format::took(seconds)),
            Role::Accent,
            look,
        ),
        RunState::Stopping => fact("▸", "asked to end; killed after 3 s", Role::Warn, look),
        RunState::Ended(report) => {
            let role = match report.end {
                CommandEnd::Exited(0) => Role::Good,
                CommandEnd::Stopped | CommandEnd::Unknown => Role::Unknown,
                _ => Role::Bad,
            };
            let mark = if role == Role::Good { "✔" } else { "✖" };
            let took = match report.end {
                CommandEnd::NotStarted(_) | CommandEnd::Unknown => String::new(),
                _ => format!(" after {}", format::took(report.took)),
            };
            fact(
                mark,
                &format!("it {}{took}", end_words(&report.end)),
                role,
                look,
            )
        }
    }
}

fn written(run: &Run, look: (&Theme, usize)) -> Row {
    let gone = match run.output.gone() {
        0 => String::new(),
        gone => format!(" · {} older lines are not kept", format_count(gone as f64)),
    };
    match &run.state {
        RunState::Ended(report)
            if !matches!(report.end, CommandEnd::Unknown | CommandEnd::NotStarted(_)) =>
        {
            let hash = report.output_sha256.get(..16).unwrap_or_default();
            let bytes = format_count(report.bytes as f64);
            let left = outlived(report);
            let role = if left.is_empty() {
                Role::Muted
            } else {
                Role::Warn
            };
            fact(
                "wrote",
                &format!("{bytes} bytes{left} · SHA-256 {hash}{gone}"),
                role,
                look,
            )
        }
        RunState::Ended(_) => fact("", "", Role::Muted, look),
        _ => fact(
            "wrote",
            &format!("{} lines so far{gone}", run.output.len()),
            Role::Muted,
            look,
        ),
    }
}

fn outlived(report: &CommandReport) -> String {
    let list = |ids: &[u32]| {
        ids.iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let ended: Vec<u32> = report
        .leftover
        .iter()
        .filter(|id| !report.running.contains(id))
        .copied()
        .collect();
    let mut words = String::new();
    if !ended.is_empty() {
        words.extend([" · outlived by process ", &list(&ended), ", ended"]);
    }
    if !report.running.is_empty() {
        words.extend([
            " · process ",
            &list(&report.running),
            " left it and runs on",
        ]);
    }
    words
}

fn hint(run: &Run, theme: &Theme) -> Row {
    let RunState::Ended(report) = &run.state else {
        return Row::new().put(
            "it goes on when this is closed; ! comes back",
            theme.style(Role::Muted),
        );
    };
    let wants_terminal = report.end != CommandEnd::Exited(0)
        && NEEDS_TERMINAL
            .iter()
            .any(|words| report.tail.contains(words));
    if wants_terminal {
        let words =
            "▲ it seems to need a terminal, which commands here do not have: run it in a shell";
        return Row::new().put(words, theme.style(Role::Warn));
    }
    if matches!(report.end, CommandEnd::Unknown) {
        return Row::new().put(
            "look whether it still runs, and what it has done",
            theme.style(Role::Warn),
        );
    }
    Row::new()
}

fn offered(run: &Run, model: &Model, theme: &Theme) -> Row {
    let mut actions = vec![(Action::Back, "close")];
    if run.state == RunState::Running {
        actions.push((Action::StopCommand, "stop it"));
    }
    actions.push((Action::Copy, "copy the output"));
    keys(&model.keymap, Scope::Dialog, &actions, theme)
}
