//! Sheets about what became of an order: conflict, unknown, refused, left open by an earlier run, on its way while leaving.

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::model::Instead;
use crate::app::update::WITHOUT_JOURNAL;
use crate::domain::plan::{Conflict, Order, Write};
use crate::domain::signal::format_span;
use crate::ui::paint::Row;
use crate::ui::theme::{Role, Theme};
use crate::ui::{diff, exposure, format};

use super::{Sheet, input, keys, labelled, paragraph};

/// Two writers met.
pub(super) fn conflict(
    (order, conflict, scroll): (&Order, &Conflict, usize),
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let caller = model.identity.value.as_ref();
    let same = caller.is_some_and(|caller| conflict.by.as_deref() == Some(caller.arn.as_str()));
    let who = if same {
        // The same login from another window, a script, a colleague on a shared role: not this console.
        "somebody with your login".to_owned()
    } else {
        format::who(conflict.by.as_deref(), caller)
    };
    let when = conflict.at.map_or_else(String::new, |at| {
        format!(
            " {} ago ({}Z)",
            format_span(model.now.since(at)),
            format::date_time(at)
        )
    });
    let seen = exposure::revision(&conflict.seen.0);
    let found = exposure::revision(&conflict.found.0);
    let what = if conflict.sent {
        format!(
            "{who} wrote{when} while your order was on its way. You saw {seen}; {found} is there now."
        )
    } else {
        format!("{who} wrote {found}{when}. You saw {seen}. Nothing of yours was sent.")
    };
    let mut body = paragraph(&what, Role::Strong, theme, columns);
    body.extend(labelled(
        "you wanted",
        &order.plan.sentence,
        Role::Text,
        theme,
        columns,
    ));
    body.push(Row::new());
    let heading = |text: String| Row::new().put(text, theme.style(Role::Title));
    body.push(heading(format!("what {who} changed")));
    body.extend(difference(
        &conflict.seen_text,
        &conflict.their_text,
        theme,
        columns,
    ));
    body.push(Row::new());
    if conflict.now_text == conflict.their_text {
        body.push(heading("in force now: theirs, as above".to_owned()));
    } else {
        body.push(heading("in force now, against theirs".to_owned()));
        body.extend(difference(
            &conflict.their_text,
            &conflict.now_text,
            theme,
            columns,
        ));
    }
    let foot = vec![keys(
        &model.keymap,
        Scope::Dialog,
        &[
            (Action::Confirm, "plan again from now"),
            (Action::Copy, "copy the command"),
            (Action::Back, "close (default)"),
        ],
        theme,
    )];
    Sheet {
        title: Row::new().put("▲ CONFLICT: somebody else wrote", theme.style(Role::Warn)),
        body,
        foot,
        scroll,
        ..Sheet::default()
    }
}

fn difference(old: &str, new: &str, theme: &Theme, columns: usize) -> Vec<Row> {
    let lines = diff::between(old, new);
    if lines.is_empty() {
        return vec![
            Row::new()
                .gap(2)
                .put("no difference", theme.style(Role::Faint)),
        ];
    }
    diff::rows(&lines, theme, columns)
}

/// It is not known whether an order was applied.
pub(super) fn unknown(
    order: &Order,
    (reason, checking): (&str, bool),
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let mut body = paragraph(&order.plan.sentence, Role::Strong, theme, columns);
    body.push(Row::new());
    body.extend(paragraph(
        "It may have been applied, or not. It was sent once and is not sent again.",
        Role::Text,
        theme,
        columns,
    ));
    body.extend(labelled("because", reason, Role::Unknown, theme, columns));
    body.extend(labelled(
        "by hand",
        &order.plan.aws_cli,
        Role::Muted,
        theme,
        columns,
    ));
    let state = if checking {
        "▸ reading it back…"
    } else {
        "? reading it back did not tell"
    };
    let role = if checking {
        Role::Accent
    } else {
        Role::Unknown
    };
    let foot = vec![
        Row::new().gap(2).put(state, theme.style(role)),
        keys(
            &model.keymap,
            Scope::Dialog,
            &[
                (Action::Confirm, "read again"),
                (Action::Copy, "copy the command"),
                (Action::Back, "close"),
            ],
            theme,
        ),
    ];
    Sheet {
        title: Row::new().put("? OUTCOME UNKNOWN", theme.style(Role::Unknown)),
        body,
        foot,
        ..Sheet::default()
    }
}

/// An order was refused.
pub(super) fn refused(
    (order, instead): (&Order, Option<&Instead>),
    (reason, hint): (&str, &str),
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let mut body = paragraph(&order.plan.sentence, Role::Strong, theme, columns);
    body.push(Row::new());
    body.extend(labelled("refused", reason, Role::Bad, theme, columns));
    body.extend(labelled("next", hint, Role::Text, theme, columns));
    let mut sheet = Sheet {
        title: Row::new().put("✖ NOT SENT, nothing changed", theme.style(Role::Bad)),
        ..Sheet::default()
    };
    match instead {
        None => {
            body.extend(labelled(
                "by hand",
                &order.plan.aws_cli,
                Role::Muted,
                theme,
                columns,
            ));
            let actions = [(Action::Copy, "copy the command"), (Action::Back, "close")];
            sheet.foot = vec![keys(&model.keymap, Scope::Dialog, &actions, theme)];
        }
        Some(Instead::Blind { last_good }) => {
            body.push(Row::new());
            let text = match last_good {
                Some(_) => {
                    "Instead: write the last good version with the feature turned off. Whatever is there now is replaced, and kept in the journal where it can be read."
                }
                None => {
                    "Instead: write a bare document that turns the feature off. Whatever is there now is replaced, and kept in the journal where it can be read."
                }
            };
            body.extend(paragraph(text, Role::Warn, theme, columns));
            // What is written, not what it is made from: a person must not read `true` below "turned off".
            if let Write::Document(text) = &order.plan.write {
                body.extend(
                    diff::laid_out(text)
                        .lines()
                        .map(|line| Row::new().gap(2).put(line, theme.style(Role::Muted))),
                );
            }
            let actions = [
                (Action::Confirm, "turn it off blindly"),
                (Action::Back, "cancel (default)"),
            ];
            sheet.foot = vec![keys(&model.keymap, Scope::Dialog, &actions, theme)];
        }
        Some(Instead::WithoutJournal { typed }) => {
            body.push(Row::new());
            let text = format!(
                "Instead: send it without a journal. No record of it will survive. Type {WITHOUT_JOURNAL} to do that."
            );
            body.extend(paragraph(&text, Role::Warn, theme, columns));
            let width = columns.saturating_sub(12).min(40);
            let actions = [
                (Action::Confirm, "send it"),
                (Action::Back, "cancel (default)"),
            ];
            sheet.foot = vec![
                input("type", typed, (12, width), theme),
                keys(&model.keymap, Scope::Input, &actions, theme),
            ];
            sheet.cursor = Some((0, 12, typed.clone(), width));
        }
    }
    sheet.body = body;
    sheet
}

/// Orders that an earlier run left open.
pub(super) fn recovery(
    (orders, repaired): (&[(Order, Option<String>)], Option<&str>),
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> Sheet {
    let mut body = Vec::new();
    if let Some(repaired) = repaired {
        body.extend(labelled("journal", repaired, Role::Warn, theme, columns));
        body.push(Row::new());
    }
    if !orders.is_empty() {
        let text = "An earlier run of the console ended before it knew what became of:";
        body.extend(paragraph(text, Role::Text, theme, columns));
    }
    for (order, found) in orders {
        body.push(Row::new());
        body.extend(paragraph(
            &order.plan.sentence,
            Role::Strong,
            theme,
            columns,
        ));
        let when = format!(
            "{}Z, {} ago",
            format::date_time(order.at),
            format_span(model.now.since(order.at))
        );
        body.extend(labelled("accepted", &when, Role::Muted, theme, columns));
        match found {
            Some(found) => body.extend(labelled("found", found, Role::Text, theme, columns)),
            None => body.extend(labelled(
                "found",
                "▸ reading it back…",
                Role::Accent,
                theme,
                columns,
            )),
        }
    }
    Sheet {
        title: Row::new().put("▲ LEFT OPEN by an earlier run", theme.style(Role::Warn)),
        body,
        foot: vec![keys(
            &model.keymap,
            Scope::Dialog,
            &[(Action::Back, "close")],
            theme,
        )],
        ..Sheet::default()
    }
}

/// Leaving while a write is on its way.
pub(super) fn leaving(model: &Model, theme: &Theme, columns: usize) -> Sheet {
    let mut body = Vec::new();
    for order in model.in_flight.iter() {
        body.extend(paragraph(
            &order.plan.sentence,
            Role::Strong,
            theme,
            columns,
        ));
        let waited = format!(
            "is on its way since {}.",
            format::took(model.now.since(order.at))
        );
        body.extend(paragraph(&waited, Role::Text, theme, columns));
        body.push(Row::new());
    }
    let live = model.runs.iter().filter(|run| run.is_live());
    let commands = live.clone().count() > 0;
    let orders = !model.in_flight.is_empty() || model.waiting.is_some() || !commands;
    if orders {
        let text = "If you leave now, its exact command is left in a file and on the terminal, and the next start verifies it first.";
        body.extend(paragraph(text, Role::Text, theme, columns));
    }
    for run in live {
        body.extend(paragraph(run.title(), Role::Strong, theme, columns));
    }
    if commands {
        let text = "Commands of the runbook run. If you leave now, they are asked to end, and killed after 3 s.";
        body.extend(paragraph(text, Role::Text, theme, columns));
    }
    let actions = [
        (Action::Back, "stay (default)"),
        (Action::Confirm, "leave now"),
    ];
    Sheet {
        title: Row::new().put(
            if orders {
                "▲ a write is in flight"
            } else {
                "▲ a command runs"
            },
            theme.style(Role::Warn),
        ),
        body,
        foot: vec![keys(&model.keymap, Scope::Dialog, &actions, theme)],
        ..Sheet::default()
    }
}
