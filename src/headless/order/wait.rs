//! Waiting for the proofs of an order that the store took. What counts as a proof is the exposure clock's.

use std::time::Duration;

use super::{Answer, Manner, answer};
use crate::cli::WaitFor;
use crate::domain::clockface::Clockface;
use crate::domain::lever::LeverId;
use crate::headless::{code, page::Role};
use crate::runtime::{Ended, Reads, Session};

/// How long the read-back may take.
const READ_BACK: Duration = Duration::from_secs(15);
/// How long the effect may take after the caches expired.
const EFFECT: Duration = Duration::from_mins(15);

/// Waits for the proof that was asked for. The answer then says what did not come.
pub(super) async fn for_proofs(
    session: &mut Session,
    lever: LeverId,
    manner: &Manner<'_>,
    answer: &mut Answer,
) {
    let wanted = manner.ordering.wait;
    let again = match lever {
        LeverId::Flag => Reads::FLAG,
        LeverId::Fallback => Reads {
            fallback: true,
            ..Reads::default()
        },
    };
    session.also(again);
    if wanted == WaitFor::Effective {
        session.also(Reads {
            signals: true,
            alarms: true,
            logs: true,
            ..again
        });
    }
    let patience = manner.ordering.timeout.unwrap_or(match wanted {
        WaitFor::Effective => session.model.spec.cache_ttl + EFFECT,
        _ => READ_BACK,
    });
    let tell = wanted == WaitFor::Effective && !manner.global.json;
    let mut told = 0;
    let ended = session
        .until(Some(patience), |session| {
            let Some(clock) = &session.model.clock else {
                return true;
            };
            let now = session.now();
            if tell {
                told = progress(clock, now, told, manner);
            }
            clock.superseded_by().is_some()
                || match wanted {
                    WaitFor::Effective => clock.is_finished(now),
                    _ => clock.read_back_at.is_some(),
                }
        })
        .await;
    answer.told = told;
    let now = session.now();
    let Some(clock) = &session.model.clock else {
        return;
    };
    match ended {
        Ended::Signal(number) => {
            answer.code = 128_u8.saturating_add(u8::try_from(number).unwrap_or(0));
            answer.reason = Some(format!(
                "ended by signal {number} before the effect was seen"
            ));
        }
        _ if answer.code != code::DONE => {}
        _ if clock.superseded_by().is_some() && clock.read_back_at.is_none() => {
            answer.code = code::FAILED;
            answer.reason = clock
                .superseded_by()
                .map(|other| format!("accepted, but somebody else wrote v{other} since"));
        }
        Ended::Late if clock.read_back_at.is_none() => {
            answer.code = code::UNKNOWN;
            answer.reason = Some(match &session.model.lever(lever).fault {
                Some(fault) => format!("accepted, but it could not be read back: {fault}"),
                None => "accepted, but not read back yet".to_owned(),
            });
        }
        Ended::Late => {
            answer.code = code::REFUSED;
            answer.reason = Some(format!(
                "{}: its effect was not seen in time: {}",
                clock.words(now),
                answer::open_texts(clock, now).join(", ")
            ));
        }
        Ended::Met => {}
    }
}

/// Tells each proof once, as it comes.
fn progress(
    clock: &Clockface,
    now: crate::domain::Timestamp,
    told: usize,
    manner: &Manner<'_>,
) -> usize {
    let done = answer::done_lines(clock, now, manner.page);
    for line in done.iter().skip(told) {
        // Whoever closed stdout does not want to be told.
        drop(crate::headless::print(line));
    }
    if told == 0 && !done.is_empty() {
        let words = manner.page.put(Role::Strong, clock.words(now));
        drop(crate::headless::print(&format!("  {words}")));
    }
    done.len().max(told)
}
