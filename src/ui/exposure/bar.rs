//! The share that is exposed on a bar with the stages, the stage in force and its bake. It judges nothing.

use crate::app::Model;
use crate::domain::Percent;
use crate::domain::signal::format_span;
use crate::ui::format;
use crate::ui::paint::{Row, width};
use crate::ui::theme::{Role, Theme};

/// The share in large: what is desired, or what may still be in force.
pub(super) fn percent(model: &Model, theme: &Theme) -> Row {
    let (text, role) = percent_words(model);
    // "≤ 100 %" is the longest.
    let columns = width(&text).clamp(5, 7);
    Row::new().figure(text, columns, theme.style(role))
}

/// The same as a text, with its look.
pub(in crate::ui) fn percent_words(model: &Model) -> (String, Role) {
    let off = matches!(&model.flag_says, Some(Ok(flag)) if !flag.enabled);
    let exposure = &model.exposure;
    let settling = exposure.effective.filter(|effective| effective.settling);
    match (settling, exposure.desired) {
        (Some(effective), _) => (format!("≤ {}", effective.at_most), Role::Strong),
        (None, Some(_)) if off => ("OFF".to_owned(), Role::Strong),
        (None, Some(percent)) => (percent.to_string(), Role::Strong),
        (None, None) => ("? %".to_owned(), Role::Unknown),
    }
}

/// The bar: solid as far as desired, hatched as far as caches may still go, a mark at every stage.
pub(super) fn bar_row(model: &Model, columns: usize, theme: &Theme) -> Row {
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
    bar((desired, may), &marks, columns, theme)
}

/// A bar: solid as far as the first share, hatched as far as the second, a mark in each of these cells.
pub(in crate::ui) fn bar(
    (desired, may): (u8, u8),
    marks: &[usize],
    columns: usize,
    theme: &Theme,
) -> Row {
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

/// The stages, all of them where there is room; else those around the one in force, the last one, and what is left out as such.
pub(super) fn stages(model: &Model, room: usize, theme: &Theme) -> Row {
    let last = model.spec.stages.len().saturating_sub(1);
    let now = model.stage.unwrap_or(0).min(last);
    let around = |before: usize, after: usize| {
        move |index: &usize| *index == last || (*index + before >= now && *index <= now + after)
    };
    let all = chain((0..=last).collect(), model, theme);
    if all.width() <= room {
        return all;
    }
    let fewer = [(1, 2), (1, 1), (0, 1), (0, 0)].map(|(before, after)| {
        let kept = (0..=last).filter(around(before, after)).collect();
        chain(kept, model, theme)
    });
    let mut fewer = fewer.into_iter().filter(|row| row.width() <= room);
    fewer.next().unwrap_or_default()
}

fn chain(kept: Vec<usize>, model: &Model, theme: &Theme) -> Row {
    let mut row = Row::new();
    let mut next = 0;
    for index in kept {
        let Some(stage) = model.spec.stages.get(index) else {
            continue;
        };
        let between = match (index == next, index) {
            (true, 0) => "",
            (true, _) => " ▸ ",
            (false, _) if next == 0 => "… ",
            (false, _) => " … ",
        };
        let role = match model.stage {
            Some(current) if index == current => Role::Canary,
            Some(current) if index < current => Role::Muted,
            _ => Role::Faint,
        };
        row = row
            .put(between, theme.style(Role::Border))
            .put(stage.percent.get().to_string(), theme.style(role));
        next = index + 1;
    }
    row
}

/// Where on the way to 100, and the bake of that stage.
pub(super) fn stage_words(model: &Model, theme: &Theme) -> Row {
    let muted = theme.style(Role::Muted);
    let count = model.spec.stages.len();
    let words = match model.stage {
        Some(index) => format!("stage {} of {count}", index + 1),
        None if model.exposure.desired == Some(Percent::ZERO) => "no stage".to_owned(),
        None if model.exposure.desired.is_none() => return Row::new(),
        None => "between stages".to_owned(),
    };
    let row = Row::new().put(words, muted);
    let Some(since) = model.stage_since else {
        return row;
    };
    let bake = bake(model, theme);
    if bake.width() > 0 {
        return row.put(" · ", theme.style(Role::Faint)).join(bake);
    }
    row.put(
        format!(" for {}", format_span(model.now.since(since))),
        muted,
    )
}

/// How much of the stage's bake is over; nothing where there is none.
pub(super) fn bake(model: &Model, theme: &Theme) -> Row {
    let muted = theme.style(Role::Muted);
    let stage = model.stage.and_then(|index| model.spec.stages.get(index));
    let (Some(bake), Some(since)) = (stage.and_then(|stage| stage.bake), model.stage_since) else {
        return Row::new();
    };
    let (passed, whole) = (model.now.since(since), format_span(bake));
    if passed >= bake {
        return Row::new()
            .put("✔ ", theme.style(Role::Good))
            .put(format!("bake {whole} over"), muted);
    }
    let share = passed.as_secs_f64() / bake.as_secs_f64();
    Row::new()
        .put("bake ", muted)
        .put(format::gauge(share, 7), theme.style(Role::Accent))
        .put(
            format!(
                " {} left of {whole}",
                format_span(bake.saturating_sub(passed))
            ),
            muted,
        )
}

/// What is left of the bake, where there is little room.
pub(super) fn short_bake(model: &Model, theme: &Theme) -> Row {
    let stage = model.stage.and_then(|index| model.spec.stages.get(index));
    let (Some(bake), Some(since)) = (stage.and_then(|stage| stage.bake), model.stage_since) else {
        return Row::new();
    };
    let left = bake.saturating_sub(model.now.since(since));
    let text = if left.is_zero() {
        "bake over".to_owned()
    } else {
        format!("bake {} left", format::short(left))
    };
    Row::new().put(text, theme.style(Role::Muted))
}
