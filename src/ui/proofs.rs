//! The proofs of the last order, in the order in which they come in: accepted, read back, caches expired, effect seen. It judges nothing.

use std::time::Duration;

use crate::app::Model;
use crate::domain::Percent;
use crate::domain::clockface::Clockface;
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
    /// Nobody is exposed: it was seen.
    NotExposed,
    /// The wanted share was seen.
    ExposedAt(Percent),
    /// Exposure was raised, which was not seen yet.
    Rising,
}

/// Where the last order's effect stands. A later revision of somebody else ends the watch: its proofs would prove nothing any more.
pub(super) fn phase(model: &Model) -> Phase {
    let Some(clock) = watched(model) else {
        return Phase::Settled;
    };
    match (clock.observed_at, clock.before) {
        (Some(_), _) if clock.wanted == Percent::ZERO => Phase::NotExposed,
        (Some(_), _) => Phase::ExposedAt(clock.wanted),
        (None, Some(before)) if before < clock.wanted => Phase::Rising,
        (None, _) => Phase::StillExposed,
    }
}

fn watched(model: &Model) -> Option<&Clockface> {
    let clock = model.clock.as_ref()?;
    let found = model.lever(clock.lever).value.as_ref();
    let replaced = clock.read_back_at.is_some_and(|read_back| {
        found.is_some_and(|state| state.read_at > read_back && state.revision != clock.revision)
    });
    (!replaced).then_some(clock)
}

/// The proofs on one line, on two where it is narrow.
pub(super) fn rows(model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let Some(clock) = watched(model) else {
        return Vec::new();
    };
    let parts = [
        accepted(clock, theme, Words::Long),
        read_back(clock, theme, Words::Long),
        caches(clock, model, theme, Words::Long),
        effect(clock, model, theme, Words::Long),
    ];
    let long = joined(parts);
    if long.fits(columns) {
        return vec![long];
    }
    let short = [
        accepted(clock, theme, Words::Short),
        read_back(clock, theme, Words::Short),
        caches(clock, model, theme, Words::Short),
        effect(clock, model, theme, Words::Short),
    ];
    let row = joined(short.clone());
    if row.fits(columns) {
        return vec![row];
    }
    let [one, two, three, four] = short;
    vec![joined([one, two]), joined([three, four])]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    Long,
    Short,
}

fn joined<const N: usize>(parts: [Row; N]) -> Row {
    parts.into_iter().fold(Row::new(), |row, part| {
        let gap = if row.width() == 0 { 0 } else { 2 };
        row.gap(gap).join(part)
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

fn read_back(clock: &Clockface, theme: &Theme, _: Words) -> Row {
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
    if let Some(at) = clock.observed_at {
        let text = if clock.wanted == Percent::ZERO {
            "no treated session"
        } else {
            "effect seen"
        };
        let row = done(theme, text, &format::took(at.since(clock.sent_at)));
        return match (clock.recovered_at, words) {
            (Some(gone), Words::Long) => row.gap(2).join(done(
                theme,
                "symptoms gone",
                &format::took(gone.since(clock.sent_at)),
            )),
            (Some(_), Words::Short) => row,
            (None, _) => row
                .gap(2)
                .put("▸ ", theme.style(Role::Accent))
                .put("symptoms", theme.style(Role::Muted)),
        };
    }
    if !can_be_seen(model) {
        return open(theme, "effect cannot be seen: no marker");
    }
    if clock.wanted != Percent::ZERO {
        return open(theme, "effect not seen yet");
    }
    let since = clock.last_marker_at.filter(|at| *at > clock.accepted_at);
    let past = model.now >= clock.horizon_at;
    if let (Some(at), true) = (since, past) {
        let text = format!("treated session {} ago", format::age(model.now, at));
        return Row::new()
            .put("▲ ", theme.style(Role::Warn))
            .put(text, theme.style(Role::Warn));
    }
    let count = format!("{} of {}", clock.clean_sessions, clock.needed_sessions);
    match words {
        Words::Long => open(theme, &format!("no treated session seen ({count})")),
        Words::Short => open(theme, &format!("none treated {count}")),
    }
}

/// Whether anything is configured that only treated sessions emit.
fn can_be_seen(model: &Model) -> bool {
    model
        .spec
        .logs
        .as_ref()
        .is_some_and(|logs| logs.treated.log.is_some() || logs.treated.metric.is_some())
}
