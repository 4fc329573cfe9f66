//! The picked section: what stands before and between the steps, the steps, the tables. It knows how nothing stands but what it is told.

use crate::domain::runbook::checklist::{Light, StepId};
use crate::domain::runbook::{Block, Section};

use crate::app::keymap::Action;
use crate::app::pointer::{Pane, Target};

use super::{Lines, Page, step, table, with_contacts};
use crate::ui::paint::{Row, wrap};
use crate::ui::theme::Role;

/// The rows of the picked section.
pub(super) fn rows(page: &Page<'_>) -> Lines {
    let mut rows = Vec::new();
    let mut selected = None;
    let sections = page.open.shown_sections();
    let steps = page.open.steps();
    let at = page
        .model
        .runbook
        .selected
        .min(steps.len().saturating_sub(1));
    let chosen = steps.get(at).copied();
    for (place, index) in sections.iter().enumerate() {
        let Some(section) = page.open.runbook.sections.get(*index) else {
            continue;
        };
        if place > 0 {
            rows.push(Row::new());
            rows.push(Row::new().put(&section.title, page.theme.style(Role::Title)));
        }
        for block in &section.blocks {
            match block {
                Block::Text {
                    text,
                    depth,
                    line,
                    bullet,
                } => {
                    rows.extend(words(page, *index, (text, *depth, *line, *bullet)));
                }
                Block::Table(found) => rows.extend(table::rows(page, found)),
                Block::Step(number) => {
                    let id = StepId {
                        section: *index,
                        step: *number,
                    };
                    let first = rows.len();
                    rows.extend(step_rows(page, id, (&steps, chosen)));
                    if chosen == Some(id) {
                        selected = Some((first, rows.len()));
                    }
                }
            }
        }
        rows.extend(left_over(
            page,
            (*index, section),
            (&steps, chosen),
            &mut selected,
            rows.len(),
        ));
    }
    if rows.is_empty() {
        let pick = page.model.keymap.said(Action::Section);
        let text = format!("nothing stands here: {pick} picks another section");
        rows.push(Row::new().put(text, page.theme.style(Role::Faint)));
    }
    (rows, selected)
}

/// The rows of a step, each of which stands for it.
fn step_rows(
    page: &Page<'_>,
    id: StepId,
    (steps, chosen): (&[StepId], Option<StepId>),
) -> Vec<Row> {
    let rows = step::rows(page, id, chosen == Some(id));
    match steps.iter().position(|step| *step == id) {
        Some(place) => {
            let target = Target::Row(Pane::Runbook, place as u64);
            rows.into_iter().map(|row| row.stands_for(target)).collect()
        }
        None => rows,
    }
}

/// Steps that no block of the section names; none may be lost.
fn left_over(
    page: &Page<'_>,
    (index, section): (usize, &Section),
    (steps, chosen): (&[StepId], Option<StepId>),
    selected: &mut Option<(usize, usize)>,
    from: usize,
) -> Vec<Row> {
    let named = |step: usize| {
        section
            .blocks
            .iter()
            .any(|block| matches!(block, Block::Step(number) if *number == step))
    };
    let mut rows = Vec::new();
    for number in (0..section.steps.len()).filter(|step| !named(*step)) {
        let id = StepId {
            section: index,
            step: number,
        };
        let first = from + rows.len();
        rows.extend(step_rows(page, id, (steps, chosen)));
        if chosen == Some(id) {
            *selected = Some((first, from + rows.len()));
        }
    }
    rows
}

/// What a person reads; a line that is understood says whether it is so.
fn words(
    page: &Page<'_>,
    section: usize,
    (text, depth, line, bullet): (&str, u8, u32, bool),
) -> Vec<Row> {
    let theme = page.theme;
    let lights = page.open.symptom_lights(section, line, &page.live);
    let met = lights.iter().any(|light| matches!(light, Light::Met(_)));
    let role = if met { Role::Warn } else { Role::Muted };
    let indent = usize::from(depth.min(6)) * 2;
    let mark = if bullet { "· " } else { "" };
    let room = page.columns.saturating_sub(indent + mark.len());
    let lines = wrap(&with_contacts(page, text), room.max(8));
    let value = lights.first().map(|light| match light {
        Light::Met(text) => (format!("● {text}"), Role::Warn),
        Light::NotMet(text) => (format!("now {text}"), Role::Faint),
        Light::CannotTell(text) => (format!("? {text}"), Role::Unknown),
    });
    let mut rows: Vec<Row> = lines
        .into_iter()
        .enumerate()
        .map(|(place, line)| {
            let mark = if place == 0 {
                mark
            } else {
                "  ".get(..mark.len().min(2)).unwrap_or_default()
            };
            Row::new()
                .gap(indent)
                .put(mark, theme.style(Role::Faint))
                .put(line, theme.style(role))
        })
        .collect();
    if let Some((value, role)) = value {
        let row = Row::new().gap(indent + 2).put(value, theme.style(role));
        rows.push(row);
    }
    rows
}
