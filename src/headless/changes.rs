//! `set`, `disable`, `enable`, `restore`, `fallback on|off`, `tune`: each becomes a change of a lever. They send nothing themselves.

use std::time::Duration;

use super::code;
use super::order::{Answer, Done, Manner, carry_out};
use super::page::Page;
use crate::cli::{Fallback, Global, Ordering, Restore, Tune};
use crate::domain::Percent;
use crate::domain::plan::{Change, is_variable, tuning};
use crate::runtime::{Reads, Session};

/// How long the history may take.
const HISTORY: Duration = Duration::from_secs(15);

/// What an order about the flag reads: the flag, and the journal that it is written into. A raise reads more by itself.
pub const LOWERING: Reads = Reads {
    journal: true,
    ..Reads::FLAG
};
/// What putting back a version reads.
pub const RESTORING: Reads = Reads {
    history: true,
    ..LOWERING
};
/// What a change of the function reads.
pub const FUNCTION: Reads = Reads {
    fallback: true,
    ..LOWERING
};

/// Turns the feature off.
pub async fn disable(
    session: Session,
    ordering: &Ordering,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    let manner = Manner {
        global,
        ordering,
        page,
    };
    carry_out(session, Change::Disable, &manner).await
}

/// Sets a percentage, from 0 to 100.
pub async fn set(
    session: Session,
    percent: u8,
    ordering: &Ordering,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    let manner = Manner {
        global,
        ordering,
        page,
    };
    // The grammar takes no more than 100.
    let percent = Percent::new(percent).unwrap_or(Percent::ZERO);
    carry_out(session, Change::SetPercent(percent), &manner).await
}

/// Puts back the text of an earlier version.
pub async fn restore(
    mut session: Session,
    arguments: &Restore,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    let manner = Manner {
        global,
        ordering: &arguments.ordering,
        page,
    };
    session.read(HISTORY).await;
    let wanted = arguments.version.trim_start_matches('v');
    let versions = session.model.history.value.as_deref().unwrap_or_default();
    let found = versions.iter().find(|version| version.revision.0 == wanted);
    let Some(version) = found else {
        let why = match (&session.model.history.fault, versions) {
            (Some(fault), _) => format!("the history could not be read: {fault}"),
            (None, []) => "the flag has no history".to_owned(),
            (None, [newest, .., oldest]) => format!(
                "there is no version {wanted}: the history holds v{} to v{}",
                oldest.revision, newest.revision
            ),
            (None, [only]) => format!(
                "there is no version {wanted}: the history holds v{} alone",
                only.revision
            ),
        };
        return refuse(session, why, code::FAILED, &manner).await;
    };
    let change = Change::Restore {
        version: version.revision.clone(),
        text: version.text.clone(),
    };
    carry_out(session, change, &manner).await
}

/// Puts the fallback on, or takes it back.
pub async fn fallback(
    mut session: Session,
    wish: &Fallback,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    let (Fallback::On(ordering) | Fallback::Off(ordering)) = wish else {
        let code = super::fallback::status(session, global, page).await?;
        return Ok(Done {
            code,
            open: Vec::new(),
        });
    };
    let manner = Manner {
        global,
        ordering,
        page,
    };
    if session.model.spec.fallback.is_none() {
        let why = "no fallback is configured: add [rollout.NAME.fallback] with the function's name";
        return refuse(session, why.to_owned(), code::USAGE, &manner).await;
    }
    if matches!(wish, Fallback::On(_)) {
        return carry_out(session, Change::FallbackOn, &manner).await;
    }
    // What the fallback replaced stands in the journal.
    session.read(HISTORY).await;
    if let Some(replaced) = session.model.fallback_replaced.clone() {
        return carry_out(session, Change::FallbackOff(replaced), &manner).await;
    }
    let why = "the journal does not tell what the fallback replaced: set the variables by hand";
    refuse(session, why.to_owned(), code::FAILED, &manner).await
}

/// Sets a member of the flag document, or a variable of the function.
pub async fn tune(
    session: Session,
    arguments: &Tune,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    let manner = Manner {
        global,
        ordering: &arguments.ordering,
        page,
    };
    let (key, value) = &arguments.assignment;
    let change = tuning(key, value);
    if matches!(change, Change::SetVariable { .. }) && session.model.spec.fallback.is_none() {
        let why = format!(
            "{key} is a variable of a function, and none is configured: add [rollout.NAME.fallback]"
        );
        return refuse(session, why, code::USAGE, &manner).await;
    }
    carry_out(session, change, &manner).await
}

/// What a tuning of this key reads.
pub fn tune_reads(arguments: &Tune) -> Reads {
    if is_variable(&arguments.assignment.0) {
        FUNCTION
    } else {
        LOWERING
    }
}

async fn refuse(
    session: Session,
    why: String,
    code: u8,
    manner: &Manner<'_>,
) -> color_eyre::Result<Done> {
    Answer::refused(None, why, code).print(&session.model, manner)?;
    Ok(Done {
        code,
        open: session.close().await,
    })
}
