//! The levers: what each holds, how much it exposes, how soon a change is felt, who changed it last; then what contradicts what.
//! Values of variables that are not ours are never shown.

use std::collections::BTreeMap;

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::model::Feed;
use crate::domain::flag::Flag;
use crate::domain::lever::{FunctionState, LeverContent, LeverId, LeverState, UpdateStatus};
use crate::domain::rollout::FallbackSpec;
use crate::domain::signal::format_span;

use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};
use super::{diff, exposure, format, lamps};

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let title = Row::new().put("levers", theme.style(Role::Title));
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let inside = panel::indent(inside, 1);
    let rows = rows(model, theme, usize::from(inside.width));
    let (_, below) = paint::rows(frame, inside, rows, model.scroll);
    panel::more_below(frame, (area, look), below, theme);
}

/// Everything that the screen lists.
pub(super) fn rows(model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let mut rows = lamps::rows(model, theme, columns);
    if !rows.is_empty() {
        rows.push(Row::new());
    }
    rows.extend(lever(LeverId::Flag, model, theme, columns));
    rows.push(Row::new());
    match &model.spec.fallback {
        Some(_) => rows.extend(lever(LeverId::Fallback, model, theme, columns)),
        None => rows.push(Row::new().put(
            "no environment-variable fallback is configured",
            theme.style(Role::Faint),
        )),
    }
    if !model.exposure.contradictions.is_empty() {
        rows.push(Row::new());
        rows.push(Row::new().put("contradictions", theme.style(Role::Title)));
        for text in &model.exposure.contradictions {
            rows.extend(marked("▲", Role::Warn, text, theme, columns));
        }
    }
    rows
}

fn marked(mark: &str, role: Role, text: &str, theme: &Theme, columns: usize) -> Vec<Row> {
    let lines = paint::wrap(text, columns.saturating_sub(4));
    let row = |(index, line): (usize, String)| {
        let mark = if index == 0 { mark } else { " " };
        Row::new()
            .gap(2)
            .put(mark, theme.style(role))
            .gap(1)
            .put(line, theme.style(role))
    };
    lines.into_iter().enumerate().map(row).collect()
}

fn lever(id: LeverId, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let feed = model.lever(id);
    let name = match id {
        LeverId::Flag => "flag",
        LeverId::Fallback => "fallback",
    };
    let mut rows = Vec::new();
    if let Some(state) = &feed.value {
        rows.extend(known(name, state, model, theme, columns));
    } else {
        let (text, role) = if feed.fault.is_some() {
            ("✖ not read", Role::Bad)
        } else {
            ("○ reading", Role::Faint)
        };
        rows.push(
            Row::new()
                .cell(name, 10, theme.style(Role::Strong))
                .put(text, theme.style(role)),
        );
    }
    rows.extend(fault(feed, model, theme, columns));
    rows
}

fn fault(feed: &Feed<LeverState>, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let Some(fault) = &feed.fault else {
        return Vec::new();
    };
    let age = feed.at.map_or_else(String::new, |at| {
        format!("; last read {} ago", format_span(model.now.since(at)))
    });
    let text = format!("{}: {}{age}. {}", fault.what, fault.text, fault.hint);
    marked("▲", Role::Warn, &text, theme, columns)
}

fn known(name: &str, state: &LeverState, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let muted = theme.style(Role::Muted);
    let (glyph, role, word) = standing(state, model);
    let head = Row::new()
        .cell(name, 10, theme.style(Role::Strong))
        .put(format!("{glyph} {word}"), theme.style(role))
        .end(
            format!("{} ", format::store(state.kind)),
            theme.style(Role::Faint),
        )
        .end(&state.resource, muted);
    let mut rows = vec![head];
    let mut line = |label: &str, text: String| {
        let texts = paint::wrap(&text, columns.saturating_sub(24));
        for (index, text) in texts.into_iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            rows.push(
                Row::new()
                    .gap(10)
                    .cell(label, 13, theme.style(Role::Faint))
                    .gap(1)
                    .put(text, muted),
            );
        }
    };
    let who = format::who(state.changed_by.as_deref(), model.identity.value.as_ref());
    let when = state.changed_at.map_or_else(String::new, |at| {
        format!(
            ", {} ago ({}Z)",
            format_span(model.now.since(at)),
            format::date_time(at)
        )
    });
    line("revision", exposure::revision(&state.revision.0));
    line("last change", format!("{who}{when}"));
    line(
        "read",
        format!("{} ago", format_span(model.now.since(state.read_at))),
    );
    match &state.content {
        LeverContent::Document(text) => {
            line(
                "takes effect",
                format!(
                    "within {}, container by container",
                    format_span(model.spec.cache_ttl)
                ),
            );
            for (index, text) in diff::laid_out(text).lines().enumerate() {
                line(if index == 0 { "document" } else { "" }, text.to_owned());
            }
        }
        LeverContent::Function(function) => {
            line(
                "takes effect",
                "as Lambda replaces its containers, seconds after the update".to_owned(),
            );
            for (label, text) in function_lines(function, model.spec.fallback.as_ref()) {
                line(label, text);
            }
        }
    }
    rows
}

fn function_lines(
    function: &FunctionState,
    spec: Option<&FallbackSpec>,
) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let update = match &function.update {
        UpdateStatus::Successful => "in force".to_owned(),
        UpdateStatus::InProgress => "in progress: invocations still run on the old one".to_owned(),
        UpdateStatus::Failed(why) => format!("failed: {why}"),
        UpdateStatus::Unknown(word) => format!("`{word}`, which is not known here"),
    };
    lines.push(("update", update));
    if let Some(alias) = &function.alias {
        let pinned = if alias.is_pinned() {
            ": a change of $LATEST does not reach it"
        } else {
            ""
        };
        lines.push((
            "traffic",
            format!("alias {} points at {}{pinned}", alias.name, alias.version),
        ));
        lines.push(("traffic runs", variables(alias.variables.as_ref(), spec)));
        for (version, share) in &alias.routing {
            let says = match alias.routed.get(version) {
                Some(found) => variables(found.as_ref(), spec),
                None => "not read".to_owned(),
            };
            let percent = 100.0 * share;
            lines.push((
                "and also",
                format!("{percent:.0} % version {version}: {says}"),
            ));
        }
    }
    lines.push(("$LATEST", variables(function.variables.as_ref(), spec)));
    lines
}

/// Our own variables with their values; of the others only the number.
fn variables(
    variables: Result<&BTreeMap<String, String>, &String>,
    spec: Option<&FallbackSpec>,
) -> String {
    let variables = match variables {
        Ok(variables) => variables,
        Err(why) => return format!("could not be read: {why}"),
    };
    let ours = |name: &str| {
        spec.is_some_and(|spec| {
            spec.off.contains_key(name)
                || spec.enabled_variable == name
                || spec.percentage_variable == name
        })
    };
    let mut words: Vec<String> = variables
        .iter()
        .filter(|(name, _)| ours(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let others = variables.len() - words.len();
    if words.is_empty() {
        words.push("none of the fallback's".to_owned());
    }
    words.push(format!("and {others} others, not shown"));
    words.join("  ")
}

fn standing(state: &LeverState, model: &Model) -> (&'static str, Role, String) {
    match (&state.content, &model.flag_says) {
        (LeverContent::Document(_), Some(Ok(flag))) => flag_standing(flag),
        (LeverContent::Document(_), Some(Err(_))) => {
            ("✖", Role::Bad, "not a valid flag document".to_owned())
        }
        (LeverContent::Document(_), None) => ("○", Role::Faint, "not judged yet".to_owned()),
        (LeverContent::Function(function), _) => match &function.variables {
            Err(_) => ("?", Role::Unknown, "variables could not be read".to_owned()),
            Ok(variables) => {
                let off = model.spec.fallback.as_ref().is_some_and(|spec| {
                    spec.off
                        .iter()
                        .all(|(name, value)| variables.get(name) == Some(value))
                });
                if off {
                    (
                        "◆",
                        Role::Hold,
                        "ON: without the flag, nobody is exposed".to_owned(),
                    )
                } else {
                    (
                        "○",
                        Role::Muted,
                        "off: without the flag, the function decides".to_owned(),
                    )
                }
            }
        },
    }
}

fn flag_standing(flag: &Flag) -> (&'static str, Role, String) {
    if flag.enabled {
        (
            "●",
            Role::Canary,
            format!("on, {}", flag.rollout_percentage),
        )
    } else {
        (
            "○",
            Role::Muted,
            format!("OFF, keeps {}", flag.rollout_percentage),
        )
    }
}
