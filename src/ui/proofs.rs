//! The proofs of the last order, in the order in which they come in: accepted, read back, caches expired, effect seen. It judges nothing.

use std::time::Duration;

use crate::app::Model;
use crate::domain::Percent;
use crate::domain::clockface::{Clockface, ProofState};
use crate::domain::signal::format_span;

use super::exposure::revision;
use super::format;
use super::paint::Row;
use super::theme::{Role, Theme};

/// Where the last order's effect stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No order's effect is being watched.
    Settled,
    /// Exposure was lowered, and somebody may still be exposed.
    StillExposed,
    /// Nobody is exposed any more.
    NotExposed,
    /// The wanted share was seen.
    ExposedAt,
    /// Exposure was raised, or could not be seen.
    Unseen,
}

/// Where the last order's effect stands. A later write of somebody else ends the watch: its proofs would prove nothing any more.
pub(super) fn phase(model: &Model) -> Phase {
    let Some(clock) = watched(model).filter(|clock| clock.moves_exposure()) else {
        return Phase::Settled;
    };
    if clock.is_exposed_still(model.now) {
        Phase::StillExposed
    } else if clock.wanted == Percent::ZERO {
        Phase::NotExposed
    } else if clock.observed_at.is_none() {
        Phase::Unseen
    } else {
        Phase::ExposedAt
    }
}

/// What the phase is called, by the one who knows.
pub(super) fn words(model: &Model) -> String {
    watched(model).map_or_else(String::new, |clock| clock.words(model.now))
}

/// Whether the effect was seen, or only follows from what was written.
pub(super) fn was_seen(model: &Model) -> bool {
    watched(model).is_some_and(|clock| clock.observed_at.is_some())
}

fn watched(model: &Model) -> Option<&Clockface> {
    let clock = model.clock.as_ref()?;
    clock.superseded_by().is_none().then_some(clock)
}

/// The proofs on one line, on two where it is narrow.
pub(super) fn rows(model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let Some(clock) = watched(model) else {
        return Vec::new();
    };
    let parts = |words| {
        let proofs = [
            Some(accepted(clock, theme, words)),
            Some(read_back(clock, theme)),
            Some(caches(clock, model, theme, words)),
            clock
                .moves_exposure()
                .then(|| effect(clock, model, theme, words)),
            symptoms(clock, theme),
        ];
        proofs.into_iter().flatten().collect::<Vec<Row>>()
    };
    let lines = [joined(&parts(Words::Long)), joined(&parts(Words::Short))];
    if let Some(line) = lines.into_iter().find(|line| line.fits(columns)) {
        return vec![line];
    }
    let short = parts(Words::Short);
    let (first, second) = short.split_at(2);
    vec![joined(first), joined(second)]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Long,
    Short,
}

fn joined(parts: &[Row]) -> Row {
    parts.iter().fold(Row::new(), |row, part| {
        let gap = if row.width() == 0 { 0 } else { 2 };
        row.gap(gap).join(part.clone())
    })
}

fn done(theme: &Theme, words: &str, time: &str) -> Row {
    Row::new()
        .put("✔ ", theme.style(Role::Good))
        .put(words, theme.style(Role::Text))
        .put(format!(" {time}"), theme.style(Role::Muted))
}

fn open(theme: &Theme, words: &str) -> Row {
    Row::new()
        .put("○ ", theme.style(Role::Faint))
        .put(words, theme.style(Role::Muted))
}

fn accepted(clock: &Clockface, theme: &Theme, words: Words) -> Row {
    let time = format::took(clock.accepted_at.since(clock.sent_at));
    let text = match words {
        Words::Long => format!("accepted {}", revision(&clock.revision.0)),
        Words::Short => "accepted".to_owned(),
    };
    done(theme, &text, &time)
}

fn read_back(clock: &Clockface, theme: &Theme) -> Row {
    match clock.read_back_at {
        Some(at) => done(theme, "read back", &format::took(at.since(clock.sent_at))),
        None => open(theme, "read back"),
    }
}

fn caches(clock: &Clockface, model: &Model, theme: &Theme, words: Words) -> Row {
    let whole = clock.horizon_at.since(clock.accepted_at);
    if model.now >= clock.horizon_at {
        let text = if words == Words::Long {
            "caches expired"
        } else {
            "caches"
        };
        return done(theme, text, &format::took(whole));
    }
    let left = clock.horizon_at.since(model.now);
    let mark = theme.style(Role::Accent);
    let row = Row::new().put("▸ ", mark);
    let left_words = format_span(Duration::from_secs(left.as_secs().max(1)));
    match words {
        Words::Short => row.put(format!("caches {left_words}"), theme.style(Role::Text)),
        Words::Long => {
            let share = 1.0 - left.as_secs_f64() / whole.as_secs_f64().max(0.001);
            row.put(
                format!("caches expire in {left_words} "),
                theme.style(Role::Text),
            )
            .put(format::gauge(share, 10), mark)
        }
    }
}

fn effect(clock: &Clockface, model: &Model, theme: &Theme, words: Words) -> Row {
    let [.., observed] = clock.proof(model.now);
    let short = clock.wanted == Percent::ZERO && words == Words::Short;
    let late = clock.last_marker_at.filter(|at| *at > clock.horizon_at);
    let text = match (observed.state, late) {
        (ProofState::Done, _) if short => "no treated session".to_owned(),
        (ProofState::Running, Some(at)) if short => {
            format!("treated session {} ago", format::age(model.now, at))
        }
        (ProofState::Pending | ProofState::Running, _) if short => format!(
            "none treated {} of {}",
            clock.clean_sessions, clock.needed_sessions
        ),
        (ProofState::Impossible, _) => "cannot be seen: no marker".to_owned(),
        _ => observed.text,
    };
    let (mark, role) = match observed.state {
        ProofState::Done => {
            let took = observed
                .at
                .map_or_else(String::new, |at| format::took(at.since(clock.sent_at)));
            return done(theme, &text, &took);
        }
        ProofState::Running if late.is_some() && clock.wanted == Percent::ZERO => {
            ("▲ ", Role::Warn)
        }
        ProofState::Running => ("▸ ", Role::Accent),
        ProofState::Pending => ("○ ", Role::Faint),
        ProofState::Impossible => ("? ", Role::Unknown),
    };
    let text_role = if role == Role::Warn {
        Role::Warn
    } else {
        Role::Muted
    };
    Row::new()
        .put(mark, theme.style(role))
        .put(text, theme.style(text_role))
}

/// The symptoms, once the effect was seen: they go later, or not at all.
fn symptoms(clock: &Clockface, theme: &Theme) -> Option<Row> {
    clock.observed_at?;
    Some(match clock.recovered_at {
        Some(gone) => done(
            theme,
            "symptoms gone",
            &format::took(gone.since(clock.sent_at)),
        ),
        None => Row::new()
            .put("▸ ", theme.style(Role::Accent))
            .put("symptoms go later", theme.style(Role::Muted)),
    })
}
