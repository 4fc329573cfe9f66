//! The runbook, said: its sections by number while one is to be picked, else its steps by number, how each stands and what it is bound to.
//! It decides nothing.

use crate::app::Model;
use crate::app::update::runbook as pane;
use crate::domain::runbook::Block;
use crate::domain::runbook::checklist::{Standing, StepId};
use crate::ui::runbook::{Page, cells_with_contacts, step_rows, with_contacts};

use super::{UNBROKEN, said, status, unseen};

/// The runbook as it is open.
pub(super) fn lines(model: &Model) -> Vec<String> {
    let Some(open) = model.runbook.open.as_deref() else {
        return vec![match &model.runbook.fault {
            Some((file, fault)) => {
                format!("Runbook {file} not read: {}", status::fault_words(fault))
            }
            None => "The runbook is not open yet; runbook opens it.".to_owned(),
        }];
    };
    let proven = pane::unexposed(model);
    let theme = unseen();
    let page = Page {
        open,
        live: pane::live(model, proven.as_ref()),
        model,
        theme: &theme,
        columns: UNBROKEN,
    };
    if model.runbook.picking.is_some() {
        sections(&page)
    } else {
        steps(&page)
    }
}

fn sections(page: &Page<'_>) -> Vec<String> {
    let rows = page.model.runbook.picking.as_ref();
    let rows = rows.map_or(&[][..], |picking| &picking.rows);
    let mut lines = vec![format!("Runbook {}.", page.open.runbook.title)];
    for (row, value) in page.open.matrix_met(&page.live) {
        if let Some(row) = page.open.runbook.matrix.get(row) {
            lines.push(format!(
                "  The decision matrix says now: {} {}: {} ({value})",
                row.metric, row.written, row.action
            ));
        }
    }
    lines.push("Sections; section N opens one:".to_owned());
    for (at, found) in rows.iter().enumerate() {
        let Some(section) = page.open.runbook.sections.get(found.section) else {
            continue;
        };
        let title = match section.title.as_str() {
            "" => "before the first heading",
            title => title,
        };
        let steps = page.open.steps_of(&page.open.under(found.section)).len();
        let steps = match steps {
            1 => "1 step".to_owned(),
            count => format!("{count} steps"),
        };
        lines.push(format!("{} {title}: {steps}", at + 1));
        if !found.because.is_empty() {
            lines.push(format!("   fits now: {}", found.because.join(", ")));
        }
    }
    if rows.is_empty() {
        lines.push("  none: runbook FILE opens another one".to_owned());
    }
    lines
}

fn steps(page: &Page<'_>) -> Vec<String> {
    let (done, all) = page.open.progress();
    let title = page
        .open
        .section()
        .map_or("", |(_, section)| section.title.as_str());
    let mut lines = vec![format!(
        "Runbook section {title}, {done} of {all} steps done. run N, tick N, skip N, branch N; sections lists the sections."
    )];
    let ids = page.open.steps();
    for index in page.open.shown_sections() {
        let Some(section) = page.open.runbook.sections.get(index) else {
            continue;
        };
        let mut seen = Vec::new();
        for block in &section.blocks {
            match block {
                Block::Text { text, .. } => {
                    let text = with_contacts(page, text);
                    lines.extend(text.lines().map(|text| format!("   {text}")));
                }
                Block::Step(number) => {
                    let id = StepId {
                        section: index,
                        step: *number,
                    };
                    seen.push(id);
                    lines.extend(step(page, id, &ids));
                }
                Block::Table(table) => lines.extend(table.rows.iter().map(|cells| {
                    let named = table.head.iter().zip(cells_with_contacts(page, cells));
                    let cells: Vec<String> = named
                        .map(|(head, cell)| format!("{head}: {cell}"))
                        .collect();
                    format!("   {}", cells.join("; "))
                })),
            }
        }
        let rest = ids
            .iter()
            .filter(|id| id.section == index && !seen.contains(id));
        lines.extend(rest.flat_map(|id| step(page, *id, &ids)));
    }
    lines
}

/// One step: its number here, how it stands, its words; then what is known of it.
fn step(page: &Page<'_>, id: StepId, ids: &[StepId]) -> Vec<String> {
    let (Some(step), Some(at)) = (
        page.open.step(id),
        ids.iter().position(|other| *other == id),
    ) else {
        return Vec::new();
    };
    let word = standing_word(page.open.standing(id, page.model.now));
    let words = match step.text.as_str() {
        "" => "(a command)",
        text => text,
    };
    let mut texts = words.lines();
    let mut lines = vec![format!(
        "{} {word}: {}",
        at + 1,
        texts.next().unwrap_or_default()
    )];
    lines.extend(texts.map(|text| format!("    {}", text.trim_start())));
    // Where nothing is broken the first row is the head, which is said already.
    let details = step_rows(page, id, false).into_iter().skip(1);
    lines.extend(
        said(details)
            .into_iter()
            .map(|line| format!("    {}", line.trim_start())),
    );
    lines
}

/// How a step stands, in a word.
pub(super) fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Done => "done",
        Standing::Next => "next",
        Standing::Waiting => "waiting",
        Standing::UnderWay => "under way",
        Standing::Failed => "failed",
        Standing::Open => "open",
        Standing::Skipped => "left out",
        Standing::OtherBranch => "other branch",
    }
}
