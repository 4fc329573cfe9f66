//! How many are exposed: desired, effective and observed, on a bar with the stages; while an order takes effect, its proofs.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Model;
use crate::app::keymap::Action;
use crate::app::model::Screen;
use crate::domain::Percent;
use crate::domain::exposure::Observed;
use crate::domain::signal::{format_count, format_span};

use super::format;
use super::paint::Row;
use super::panel::{self, Look};
use super::proofs::{self, Phase};
use super::theme::{Role, Theme};
use super::{footer, trouble};

/// Rows that the region takes on a screen of this size.
pub(super) fn height(screen: Rect, model: &Model, theme: &Theme) -> u16 {
    let edges = match look(screen, model) {
        Look::Boxed => 2,
        Look::Ruled => 0,
    };
    rows(screen, model, theme).len() as u16 + edges
}

/// A border only on the home screen: elsewhere the room belongs to what was opened.
fn look(screen: Rect, model: &Model) -> Look {
    match model.screen {
        Screen::Home => Look::of(screen),
        _ => Look::Ruled,
    }
}

/// Draws the region.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let screen = super::drawn(frame.area());
    let rows = rows(screen, model, theme);
    let inside = match look(screen, model) {
        Look::Ruled => panel::inset_end(area),
        Look::Boxed => {
            let exposed = proofs::phase(model) == Phase::StillExposed;
            let edge = if exposed { Role::Bad } else { Role::Border };
            let title = title(model, theme).join(origin(model, theme).into_end());
            let inside = panel::panel(frame, area, title, (Look::Boxed, edge), theme);
            panel::indent(inside, 1)
        }
    };
    for (row, line) in rows.into_iter().zip(inside.rows()) {
        row.draw(frame, line);
    }
}

fn rows(screen: Rect, model: &Model, theme: &Theme) -> Vec<Row> {
    let columns = usize::from(screen.width);
    let (mut rows, most, edges) = match look(screen, model) {
        Look::Boxed => (wide_rows(columns, model, theme), 4, 4),
        Look::Ruled => {
            let most = if screen.height >= 20 { 2 } else { 1 };
            (narrow_rows(columns, model, theme), most, 2)
        }
    };
    rows.extend(trouble::rows(
        model,
        theme,
        most,
        columns.saturating_sub(edges),
    ));
    rows
}

fn wide_rows(columns: usize, model: &Model, theme: &Theme) -> Vec<Row> {
    let bar = (columns * 45 / 100).clamp(20, 100);
    let mut first = Row::new()
        .join(percent(model, theme))
        .tab(8)
        .join(bar_row(model, bar, theme))
        .gap(2);
    if let Some(was) = was(model) {
        first = first
            .put(was, theme.style(Role::Muted))
            .join(undo(model, theme).into_end());
    } else {
        first = first
            .join(stages(model, theme))
            .join(stage_words(model, theme).into_end());
    }
    let second = levels(model, theme, "   ").join(bake(model, theme).into_end());
    let mut rows = vec![first, second];
    rows.extend(proofs::rows(model, theme, columns.saturating_sub(4)));
    rows
}

fn narrow_rows(columns: usize, model: &Model, theme: &Theme) -> Vec<Row> {
    if proofs::phase(model) != Phase::Settled {
        let bar = (columns / 6).clamp(8, 30);
        let first = Row::new()
            .gap(1)
            .join(title(model, theme))
            .gap(1)
            .join(percent(model, theme))
            .gap(1)
            .join(bar_row(model, bar, theme))
            .gap(2)
            .put(was(model).unwrap_or_default(), theme.style(Role::Muted))
            .join(undo(model, theme).into_end());
        let mut rows = vec![first];
        if columns >= 60 {
            rows.push(
                Row::new()
                    .gap(1)
                    .join(levels(model, theme, "  "))
                    .join(origin(model, theme).into_end()),
            );
        }
        rows.extend(
            proofs::rows(model, theme, columns)
                .into_iter()
                .map(|row| Row::new().gap(1).join(row)),
        );
        return rows;
    }
    let bar = (columns * 45 / 100).clamp(10, 90);
    let first = Row::new()
        .gap(1)
        .join(percent(model, theme))
        .tab(7)
        .join(bar_row(model, bar, theme))
        .gap(2);
    let mut first = first.join(stages(model, theme));
    let second = Row::new().gap(1).join(levels(model, theme, "  "));
    if columns >= 70 {
        first = first.join(origin(model, theme).into_end());
    }
    vec![first, second.join(bake(model, theme).into_end())]
}

/// What the region is called at the moment.
fn title(model: &Model, theme: &Theme) -> Row {
    let (text, role) = match proofs::phase(model) {
        Phase::StillExposed => (" STILL EXPOSED ".to_owned(), Role::Danger),
        Phase::NotExposed => ("● NOT EXPOSED".to_owned(), Role::Good),
        Phase::ExposedAt(percent) => (format!("● EXPOSED AT {percent}"), Role::Canary),
        Phase::Rising => ("▸ rising".to_owned(), Role::Canary),
        Phase::Settled => ("exposure".to_owned(), Role::Title),
    };
    Row::new().put(text, theme.style(role))
}

/// The revision in force, who made it, when, where it is.
fn origin(model: &Model, theme: &Theme) -> Row {
    let muted = theme.style(Role::Muted);
    let Some(flag) = &model.flag.value else {
        let text = if model.flag.fault.is_some() {
            "▲ flag not read"
        } else {
            "reading the flag"
        };
        let role = if model.flag.fault.is_some() {
            Role::Bad
        } else {
            Role::Muted
        };
        return Row::new().put(text, theme.style(role));
    };
    let who = format::who(flag.changed_by.as_deref(), model.identity.value.as_ref());
    let mut words = vec![revision(&flag.revision.0), who];
    words.extend(
        flag.changed_at
            .map(|at| format!("{} ago", format_span(model.now.since(at)))),
    );
    words.push(format::store(flag.kind).to_owned());
    Row::new().put(words.join(" · "), muted)
}

/// A revision as people say it: `v42`, or the head of a hash.
pub(super) fn revision(text: &str) -> String {
    if text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        format!("v{text}")
    } else {
        text.chars().take(8).collect()
    }
}

fn percent(model: &Model, theme: &Theme) -> Row {
    let off = matches!(&model.flag_says, Some(Ok(flag)) if !flag.enabled);
    let exposure = &model.exposure;
    let settling = exposure.effective.filter(|effective| effective.settling);
    let (text, role) = match (settling, exposure.desired) {
        (Some(effective), _) => (format!("≤ {}", effective.at_most), Role::Strong),
        (None, Some(_)) if off => ("OFF".to_owned(), Role::Strong),
        (None, Some(percent)) => (percent.to_string(), Role::Strong),
        (None, None) => ("?  %".to_owned(), Role::Unknown),
    };
    Row::new().figure(text, 5, theme.style(role))
}

fn bar_row(model: &Model, columns: usize, theme: &Theme) -> Row {
    let exposure = &model.exposure;
    let desired = exposure.desired.map_or(0, Percent::get);
    let may = exposure
        .effective
        .map_or(desired, |effective| effective.at_most.get());
    let marks: Vec<usize> = model
        .spec
        .stages
        .iter()
        .map(|stage| stage.percent.get())
        .filter(|percent| *percent < 100)
        .map(|percent| usize::from(percent) * columns / 100)
        .collect();
    let cells = |percent: u8| f64::from(percent) / 100.0 * columns as f64;
    let (solid, hatched) = (cells(desired.min(may)), cells(may).ceil());
    let mut row = Row::new();
    for cell in 0..columns {
        let left = cell as f64;
        let (glyph, role) = if left + 1.0 <= solid {
            ("█", Role::Canary)
        } else if left < solid && hatched <= solid.ceil() {
            (eighths(solid - left), Role::Canary)
        } else if left < hatched {
            ("▒", Role::Bad)
        } else if marks.contains(&cell) {
            ("│", Role::Faint)
        } else {
            ("·", Role::Border)
        };
        row = row.put(glyph, theme.style(role));
    }
    row
}

fn eighths(share: f64) -> &'static str {
    const PARTS: [&str; 8] = ["▏", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    PARTS.get((share * 8.0) as usize).copied().unwrap_or("█")
}

/// The stages on the way to 100, the one in force standing out.
fn stages(model: &Model, theme: &Theme) -> Row {
    let mut row = Row::new();
    for (index, stage) in model.spec.stages.iter().enumerate() {
        if index > 0 {
            row = row.put(" ▸ ", theme.style(Role::Border));
        }
        let role = match model.stage {
            Some(current) if index == current => Role::Canary,
            Some(current) if index < current => Role::Muted,
            _ => Role::Faint,
        };
        row = row.put(stage.percent.get().to_string(), theme.style(role));
    }
    row
}

fn stage_words(model: &Model, theme: &Theme) -> Row {
    let count = model.spec.stages.len();
    let mut words = match model.stage {
        Some(index) => format!("stage {} of {count}", index + 1),
        None if model.exposure.desired == Some(Percent::ZERO) => {
            "before the first stage".to_owned()
        }
        None if model.exposure.desired.is_none() => return Row::new(),
        None => "between stages".to_owned(),
    };
    if let Some(since) = model.stage_since {
        words = format!("{words} for {}", format_span(model.now.since(since)));
    }
    Row::new().put(words, theme.style(Role::Muted))
}

fn bake(model: &Model, theme: &Theme) -> Row {
    let stage = model.stage.and_then(|index| model.spec.stages.get(index));
    let (Some(bake), Some(since)) = (stage.and_then(|stage| stage.bake), model.stage_since) else {
        return Row::new();
    };
    let passed = model.now.since(since);
    let row = Row::new();
    if passed >= bake {
        return row.put("✔ ", theme.style(Role::Good)).put(
            format!("bake {} over", format_span(bake)),
            theme.style(Role::Muted),
        );
    }
    let share = passed.as_secs_f64() / bake.as_secs_f64();
    row.put(format::gauge(share, 6), theme.style(Role::Faint))
        .put(
            format!(
                " bake {} left of {}",
                format_span(bake - passed),
                format_span(bake)
            ),
            theme.style(Role::Muted),
        )
}

/// Desired, effective, observed.
fn levels(model: &Model, theme: &Theme, gap: &str) -> Row {
    let muted = theme.style(Role::Muted);
    let text = theme.style(Role::Text);
    let exposure = &model.exposure;
    let unknown = |row: Row| row.put("unknown", theme.style(Role::Unknown));
    let row = Row::new().put("desired ", muted);
    let row = match exposure.desired {
        Some(desired) => row.put(desired.get().to_string(), text),
        None => unknown(row),
    };
    let row = row.put(gap, Style::new()).put("effective ", muted);
    let row = match exposure.effective {
        Some(effective) if effective.settling => row.put(
            format!("≤ {} (caches)", effective.at_most.get()),
            theme.style(Role::Warn),
        ),
        Some(effective) => row.put(effective.at_most.get().to_string(), text),
        None => unknown(row),
    };
    let row = row.put(gap, Style::new()).put("observed ", muted);
    match exposure.observed {
        Observed::Unknown => unknown(row),
        Observed::Share(share) => {
            let off = (share.high - share.low) / 2.0;
            row.put(format!("{:.1} ± {off:.1} %", share.percent), text)
                .put(
                    format!(", n {}", format_count(share.sessions as f64)),
                    muted,
                )
        }
        Observed::Seen(at) => row.put(
            format!(
                "treated sessions, last {} ago",
                format_span(model.now.since(at))
            ),
            text,
        ),
        Observed::NoneSeen(since) => {
            row.put(format!("none seen since {}", format::clock(since)), text)
        }
    }
}

fn was(model: &Model) -> Option<String> {
    if matches!(proofs::phase(model), Phase::Settled) {
        return None;
    }
    let clock = model.clock.as_ref()?;
    Some(match clock.before {
        Some(before) => format!("was {before}, wanted {}", clock.wanted),
        None => format!("wanted {}", clock.wanted),
    })
}

fn undo(model: &Model, theme: &Theme) -> Row {
    if model.last_order.is_none() {
        return Row::new();
    }
    Row::new()
        .put(footer::key_of(Action::Undo), theme.style(Role::Key))
        .put(" undo", theme.style(Role::Muted))
}
