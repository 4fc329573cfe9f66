//! One step: how it stands, what it is bound to, its wait, its proof, its commands. It decides nothing.

use std::time::Duration;

use crate::domain::runbook::Step;
use crate::domain::runbook::checklist::{
    Light, Progress, Standing, StepId, StepState, Verifying, Watch,
};
use crate::domain::signal::format_span;

use super::{Page, with_contacts};
use crate::ui::format;
use crate::ui::overlay;
use crate::ui::paint::{Row, clip, safe, wrap};
use crate::ui::theme::Role;
use commands::{commands, natives, remarks};

mod commands;

/// Columns of a running wait's bar.
const BAR: usize = 10;

/// Lines of a step's words, where it is not selected.
const SHORT: usize = 3;
/// Lines of a selected step's words.
const WHOLE: usize = 12;

/// The rows of a step.
pub(in crate::ui) fn rows(page: &Page<'_>, id: StepId, selected: bool) -> Vec<Row> {
    let Some(step) = page.open.step(id) else {
        return Vec::new();
    };
    let state = page.open.state(id);
    let standing = page.open.standing(id, page.model.now);
    let indent = usize::from(step.depth.min(6)) * 2;
    // What is not in the journal yet could be lost: nothing is said of it that others might rely on.
    let on_its_way = page.model.runbook.on_its_way(id).is_some();
    let end = if on_its_way {
        "being written down".to_owned()
    } else {
        ending(page, &state, standing)
    };
    let looks = if on_its_way {
        ("…", Role::Faint, Role::Muted)
    } else {
        look(standing)
    };
    let words = (step, selected);
    let (mut rows, cut) = head(page, words, (looks, standing, &end), indent);
    let inside = indent + 4;
    let room = page.columns.saturating_sub(inside).max(8);
    let mut details: Vec<Row> = Vec::new();
    if cut && selected {
        let rest = step.text.lines().skip(1).collect::<Vec<_>>().join("\n");
        details.extend(overlay::paragraph(
            rest.trim(),
            Role::Muted,
            page.theme,
            room,
        ));
    }
    if standing != Standing::OtherBranch && !on_its_way {
        details.extend(bound(page, id, standing, room));
        details.extend(proof(page, &state, room));
        details.extend(wait(page, id, (&state, standing), selected));
        details.extend(verification(page, id, standing, room));
    }
    if selected
        || matches!(
            standing,
            Standing::Next | Standing::Open | Standing::UnderWay | Standing::Waiting
        )
    {
        details.extend(natives(page, id, (standing, selected)));
        details.extend(commands(page, step, selected, room));
        details.extend(remarks(page, step, selected, room));
    }
    rows.extend(
        details
            .into_iter()
            .map(|row| Row::new().gap(inside).join(row)),
    );
    rows
}

/// The first line: state, number, words, and at the end what there is to say of its state. Answers whether words are left over.
fn head(
    page: &Page<'_>,
    (step, selected): (&Step, bool),
    ((glyph, role, text_role), standing, end): ((&str, Role, Role), Standing, &str),
    indent: usize,
) -> (Vec<Row>, bool) {
    let theme = page.theme;
    let number = step
        .number
        .map_or_else(String::new, |number| format!("{number} "));
    let start = indent + 2 + number.len();
    let words = step
        .text
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches(':');
    let words = if words.is_empty() {
        "(a command)"
    } else {
        words
    };
    let words = with_contacts(page, words);
    let room = page
        .columns
        .saturating_sub(start + end.chars().count() + 2)
        .max(12);
    let most = if selected { WHOLE } else { SHORT };
    let mut lines = wrap(&words, room);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = clip(&format!("{last} …"), room);
        }
    }
    let rows = lines.into_iter().enumerate().map(|(place, line)| {
        if place > 0 {
            return Row::new().gap(start).put(line, theme.style(text_role));
        }
        Row::new()
            .gap(indent)
            .put(glyph, theme.style(role))
            .gap(1)
            .put(&number, theme.style(text_role))
            .put(line, theme.style(text_role))
            .end(
                end,
                theme.style(if standing == Standing::Failed {
                    Role::Bad
                } else {
                    Role::Faint
                }),
            )
    });
    (rows.collect(), step.text.lines().count() > 1)
}

/// How a standing looks: glyph, its role, the role of the words.
fn look(standing: Standing) -> (&'static str, Role, Role) {
    match standing {
        Standing::Done => ("✔", Role::Good, Role::Muted),
        Standing::Next => ("▸", Role::Accent, Role::Strong),
        Standing::Waiting | Standing::UnderWay => ("▸", Role::Canary, Role::Strong),
        Standing::Failed => ("✖", Role::Bad, Role::Text),
        Standing::Open => ("○", Role::Muted, Role::Text),
        Standing::Skipped => ("–", Role::Faint, Role::Faint),
        Standing::OtherBranch => ("╌", Role::Faint, Role::Faint),
    }
}

fn ending(page: &Page<'_>, state: &StepState, standing: Standing) -> String {
    let by = match (&state.by, state.by_itself) {
        (Some(by), _) => safe(by),
        (None, true) => "by itself".to_owned(),
        (None, false) => "you".to_owned(),
    };
    let when = state.at.map(format::clock).unwrap_or_default();
    match standing {
        Standing::Done => format!("{by} {when}"),
        Standing::Skipped => format!("left out, {by} {when}"),
        Standing::Failed => format!("failed {when}"),
        Standing::OtherBranch if page.model.runbook.is_branching() => String::new(),
        Standing::OtherBranch => "not this branch".to_owned(),
        Standing::UnderWay => "under way".to_owned(),
        Standing::Waiting => "waiting".to_owned(),
        Standing::Next => "next".to_owned(),
        Standing::Open if page.live.now.since(page.model.opened_at).is_zero() => String::new(),
        Standing::Open => String::new(),
    }
}

/// What its conditions say now, and what spoke for it where it was chosen.
fn bound(page: &Page<'_>, id: StepId, standing: Standing, room: usize) -> Vec<Row> {
    let theme = page.theme;
    if let Some(why) = page.open.chosen_for(id) {
        return overlay::paragraph(&format!("this branch: {why}"), Role::Accent, theme, room);
    }
    if standing == Standing::Done || page.open.verifying(id, &page.live).is_some() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (criterion, light) in page.open.lights(id, &page.live) {
        let (text, role) = match light {
            Light::Met(text) => (format!("● matched: {} {text}", criterion.title), Role::Bad),
            Light::NotMet(text) => (format!("not now: {} {text}", criterion.title), Role::Faint),
            Light::CannotTell(text) => (format!("? {} {text}", criterion.title), Role::Unknown),
        };
        rows.extend(overlay::paragraph(&text, role, theme, room));
    }
    rows
}

/// What proves it, and the reason that was given.
fn proof(page: &Page<'_>, state: &StepState, room: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(evidence) = &state.evidence {
        rows.extend(overlay::paragraph(
            &evidence.text,
            Role::Muted,
            page.theme,
            room,
        ));
    }
    if state.lost_sight {
        let text = "a command ran for it when the console ended: look whether it still does";
        rows.extend(overlay::paragraph(text, Role::Warn, page.theme, room));
    }
    if let Some(reason) = &state.reason {
        rows.extend(overlay::paragraph(
            &format!("reason: {reason}"),
            Role::Warn,
            page.theme,
            room,
        ));
    }
    rows
}

fn wait(
    page: &Page<'_>,
    id: StepId,
    (state, standing): (&StepState, Standing),
    selected: bool,
) -> Vec<Row> {
    let theme = page.theme;
    if let Some(watch) = state
        .wait
        .filter(|watch| !watch.left(page.model.now).is_zero())
    {
        return vec![running(page, watch)];
    }
    let open = matches!(
        standing,
        Standing::Open | Standing::Next | Standing::UnderWay | Standing::Waiting
    );
    let Some(span) = page.open.span(id).filter(|_| open) else {
        return Vec::new();
    };
    let muted = theme.style(Role::Muted);
    match state.wait {
        Some(_) => vec![Row::new().put(format!("waited {}", format_span(span)), muted)],
        None if selected => vec![
            Row::new()
                .put(format!("wait {}", format_span(span)), muted)
                .end(page.enter("begin it"), theme.style(Role::Faint)),
        ],
        None => vec![Row::new().put(format!("wait {}", format_span(span)), muted)],
    }
}

fn running(page: &Page<'_>, watch: Watch) -> Row {
    let theme = page.theme;
    let left = watch.left(page.model.now);
    let share = 1.0 - left.as_secs_f64() / watch.span.as_secs_f64().max(0.001);
    Row::new()
        .put(
            format!("waiting {}", format_span(watch.span)),
            theme.style(Role::Canary),
        )
        .gap(3)
        .put(format::gauge(share, BAR), theme.style(Role::Canary))
        .gap(2)
        .put(countdown(left), theme.style(Role::Strong))
}

/// Minutes and seconds that are left: `4:21`, `1:02:00`.
fn countdown(left: Duration) -> String {
    let seconds = left.as_millis().div_ceil(1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

fn verification(page: &Page<'_>, id: StepId, standing: Standing, room: usize) -> Vec<Row> {
    if matches!(standing, Standing::Done | Standing::Skipped) {
        return Vec::new();
    }
    let Some(Verifying { words, progress }) = page.open.verifying(id, &page.live) else {
        return Vec::new();
    };
    let held = page.open.held_words(id, &page.live).unwrap_or_default();
    let (text, role) = match progress {
        Progress::Ahead => (
            format!("then {words} for {held}: ticks itself"),
            Role::Muted,
        ),
        Progress::Holding(so_far) => (
            format!("▸ {words}: {so_far}, then it ticks itself"),
            Role::Good,
        ),
        Progress::Short(Light::NotMet(value)) => (format!("✖ wanted {words}: {value}"), Role::Warn),
        Progress::Short(Light::CannotTell(why) | Light::Met(why)) => {
            (format!("? wanted {words}: {why}"), Role::Unknown)
        }
    };
    overlay::paragraph(&text, role, page.theme, room)
}
