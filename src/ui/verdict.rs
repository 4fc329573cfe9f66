//! Are they hurt, and what to do: the verdict with its reasons, and the key that acts on it at the end. It judges nothing.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::Model;
use crate::app::keymap::Action;
use crate::domain::Percent;
use crate::domain::verdict::{Decision, Recommendation};

use super::paint::{self, Row};
use super::panel;
use super::proofs::{self, Phase};
use super::theme::{Role, Theme};

/// Rows that the region takes: a second one where the reasons need it and there is room.
pub(super) fn height(body: Rect, model: &Model, theme: &Theme) -> u16 {
    let most = if body.height >= 17 { 2 } else { 1 };
    rows((usize::from(body.width), most), model, theme).len() as u16
}

/// Draws the verdict.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let most = usize::from(area.height);
    let rows = rows((usize::from(area.width), most), model, theme);
    for (row, line) in rows.into_iter().zip(area.rows()) {
        row.draw(frame, panel::inset_end(line));
    }
}

fn rows((columns, most): (usize, usize), model: &Model, theme: &Theme) -> Vec<Row> {
    let (mark, role) = look(model.verdict.decision);
    let word = model.verdict.decision.word();
    let head = match model.verdict.decision {
        Decision::RollBack => Row::new()
            .put(format!(" {mark} {word} "), theme.style(role))
            .gap(1),
        _ => Row::new()
            .gap(1)
            .put(
                format!("{mark} {word}"),
                theme.style(role).add_modifier(Modifier::BOLD),
            )
            .gap(2),
    };
    let end = act(model, theme);
    let indent = head.width();
    let room = columns.saturating_sub(indent + end.width() + 3);
    let lines = broken(&reasons(model), room, columns.saturating_sub(indent + 1));
    let (whole, rest) = lines.split_at(most.saturating_sub(1).min(lines.len()));
    let cut = rest.join(" ");
    let shown = whole.iter().chain((!cut.is_empty()).then_some(&cut));
    let row = |(index, line): (usize, &String)| match index {
        0 => head
            .clone()
            .put(line, theme.style(Role::Text))
            .join(end.clone().into_end()),
        _ => Row::new().gap(indent).put(line, theme.style(Role::Muted)),
    };
    shown.enumerate().map(row).collect()
}

/// The reasons on lines, the first of which leaves room for the key: broken between reasons where that takes two lines, else wherever
/// there is a blank.
fn broken(reasons: &[String], first: usize, rest: usize) -> Vec<String> {
    let between = filled(reasons.iter().map(String::as_str), " · ", (first, rest));
    let fits = |(index, line): (usize, &String)| {
        paint::width(line) <= if index == 0 { first } else { rest }
    };
    if between.len() <= 2 && between.iter().enumerate().all(fits) {
        return between;
    }
    let joined = reasons.join(" · ");
    filled(joined.split(' '), " ", (first, rest))
}

/// Pieces on as few lines as they need; one that is longer than a line is not broken.
fn filled<'a>(
    pieces: impl Iterator<Item = &'a str>,
    joint: &str,
    (first, rest): (usize, usize),
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        let room = if lines.len() <= 1 { first } else { rest };
        match lines.last_mut() {
            Some(line)
                if paint::width(line) + paint::width(joint) + paint::width(piece) <= room =>
            {
                line.push_str(joint);
                line.push_str(piece);
            }
            _ => lines.push(piece.to_owned()),
        }
    }
    lines
}

fn reasons(model: &Model) -> Vec<String> {
    if model.verdict.reasons.is_empty() {
        return vec!["not judged yet".to_owned()];
    }
    let text = |reason: &crate::domain::verdict::Reason| {
        if reason.before_stage && !reason.text.contains("before") {
            format!("{} (before the stage change)", reason.text)
        } else {
            reason.text.clone()
        }
    };
    model
        .verdict
        .reasons
        .iter()
        .map(|reason| paint::safe(&text(reason)))
        .collect()
}

/// Glyph and look of a decision.
pub(super) fn look(decision: Decision) -> (&'static str, Role) {
    match decision {
        Decision::Promote => ("●", Role::Good),
        Decision::Hold => ("◆", Role::Hold),
        Decision::RollBack => ("✖", Role::Danger),
        Decision::CannotTell => ("?", Role::Unknown),
    }
}

/// What to do about it: the key and a word, or that it was done.
fn act(model: &Model, theme: &Theme) -> Row {
    let row = Row::new();
    if !model.in_flight.is_empty() {
        return row.put("sending…", theme.style(Role::Canary));
    }
    if let Some(done) = done(model) {
        return row.put(format!("done: {done}"), theme.style(Role::Good));
    }
    let raises = match &model.verdict.recommend {
        Some(recommend) => matches!(recommend, Recommendation::Raise(_)),
        None => model.verdict.decision == Decision::Hold,
    };
    if raises && model.incident.lock().is_some() {
        return row.put("raises locked", theme.style(Role::Warn));
    }
    let (action, words) = match &model.verdict.recommend {
        Some(Recommendation::Disable) => (Action::Recommended, "disable".to_owned()),
        Some(Recommendation::Reduce { to, .. }) => (Action::Recommended, format!("back to {to}")),
        Some(Recommendation::Raise(to)) => (Action::NextStage, format!("next {to}")),
        Some(Recommendation::Investigate(_)) => (Action::Why, "look into it".to_owned()),
        None => match model.verdict.decision {
            Decision::Hold => match next(model) {
                Some(to) => (Action::NextStage, format!("next {to}")),
                None => return row,
            },
            _ => (Action::Why, "why".to_owned()),
        },
    };
    let off = action.is_write() && model.read_only;
    let calm = model.verdict.recommend.is_none() || off;
    let (key, word) = if calm {
        (Role::Faint, Role::Faint)
    } else {
        (Role::Key, Role::Strong)
    };
    let row = row
        .put(model.keymap.key_of(action), theme.style(key))
        .gap(1)
        .put(words, theme.style(word));
    if off {
        row.put(" (read-only)", theme.style(Role::Faint))
    } else {
        row
    }
}

/// What was done, while its effect is still being watched.
fn done(model: &Model) -> Option<String> {
    let lowered = matches!(
        proofs::phase(model),
        Phase::StillExposed | Phase::NotExposed
    );
    let wanted = model.clock.as_ref()?.wanted;
    let rolling_back = model.verdict.decision == Decision::RollBack;
    let off = matches!(&model.flag_says, Some(Ok(flag)) if !flag.enabled);
    // The fallback may be on while the flag goes on treating people: then there is something left to do.
    if model
        .exposure
        .desired
        .is_some_and(|desired| desired > wanted)
    {
        return None;
    }
    match (lowered && rolling_back, wanted) {
        (true, Percent::ZERO) if off => Some("disabled".to_owned()),
        (true, wanted) => Some(format!("lowered to {wanted}")),
        (false, _) => None,
    }
}

fn next(model: &Model) -> Option<Percent> {
    let now = model.exposure.desired?;
    model
        .spec
        .stages
        .iter()
        .map(|stage| stage.percent)
        .find(|percent| *percent > now)
}
