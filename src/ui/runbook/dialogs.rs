//! What is asked about the runbook: a reason, another file, which of several things. It answers no key.

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::pointer::{Pane, Target};
use crate::app::runbook_pane::{Offer, StepDialog};

use crate::ui::overlay::{Sheet, input, keys, paragraph};
use crate::ui::paint::{Row, clip, safe};
use crate::ui::theme::{Role, Theme};

/// Columns of the label of a typed line.
const LABEL: usize = 11;

/// The sheet of a dialog.
pub(in crate::ui) fn sheet(
    dialog: &StepDialog,
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let title = |text: &str| Row::new().put(text, theme.style(Role::Title));
    let line = columns.saturating_sub(LABEL + 2);
    match dialog {
        StepDialog::File { typed } => Sheet {
            title: title("open another runbook"),
            body: paragraph(
                "A Markdown file by its path, or builtin:rollback, builtin:pre-deployment, builtin:deployment-validation, \
                 builtin:communication-plan, builtin:re-rollout. What was ticked in this one stays in the journal.",
                Role::Muted,
                theme,
                columns,
            ),
            foot: vec![
                input("file", typed, (LABEL, line), theme),
                Row::new(),
                foot(model, theme, "open it"),
            ],
            cursor: Some((0, LABEL, typed.clone(), line)),
            scroll: 0,
        },
        StepDialog::Reason {
            text,
            why,
            typed,
            complaint,
            ..
        } => {
            let mut body = paragraph(
                text.lines().next().unwrap_or_default(),
                Role::Strong,
                theme,
                columns,
            );
            body.push(Row::new());
            body.extend(paragraph(why, Role::Warn, theme, columns));
            let told = complaint.as_ref().map_or_else(Row::new, |text| {
                Row::new().gap(2).put(text, theme.style(Role::Bad))
            });
            Sheet {
                title: title("why?").end("goes into the journal", theme.style(Role::Faint)),
                body,
                foot: vec![
                    input("reason", typed, (LABEL, line), theme),
                    told,
                    foot(model, theme, "write it down"),
                ],
                cursor: Some((0, LABEL, typed.clone(), line)),
                scroll: 0,
            }
        }
        StepDialog::Offers {
            text,
            offers,
            selected,
            ..
        } => {
            let mut body = paragraph(
                text.lines().next().unwrap_or_default(),
                Role::Muted,
                theme,
                columns,
            );
            body.push(Row::new());
            let at = (*selected).min(offers.len().saturating_sub(1));
            for (place, offer) in offers.iter().enumerate() {
                let rows = offer_rows(offer, place == at, theme, columns).into_iter();
                let target = Target::Row(Pane::Sheet, place as u64);
                body.extend(
                    rows.enumerate().map(|(index, row)| {
                        row.stands_for(target).focused(place == at && index == 0)
                    }),
                );
            }
            Sheet {
                title: title("what to do?"),
                body,
                foot: vec![keys(
                    &model.keymap,
                    Scope::Dialog,
                    &[
                        (Action::Down, "next"),
                        (Action::Confirm, "go on: it is shown first"),
                        (Action::Back, "cancel"),
                    ],
                    theme,
                )],
                scroll: (at * 2).saturating_sub(6),
                ..Sheet::default()
            }
        }
    }
}

fn foot(model: &Model, theme: &Theme, words: &str) -> Row {
    keys(
        &model.keymap,
        Scope::Input,
        &[(Action::Confirm, words), (Action::Back, "cancel")],
        theme,
    )
}

fn offer_rows(offer: &Offer, selected: bool, theme: &Theme, columns: usize) -> Vec<Row> {
    let style = |role| {
        if selected {
            theme.on(role, Role::Selection)
        } else {
            theme.style(role)
        }
    };
    let mark = if selected { "▸ " } else { "  " };
    let title = clip(&safe(&offer.title), columns.saturating_sub(2));
    let blank = " ".repeat(columns.saturating_sub(2 + crate::ui::paint::width(&title)));
    vec![
        Row::new()
            .put(mark, style(Role::Accent))
            .put(format!("{title}{blank}"), style(Role::Text)),
        Row::new().gap(4).put(
            clip(&safe(offer.from.trim()), columns.saturating_sub(4)),
            theme.style(Role::Faint),
        ),
    ]
}
