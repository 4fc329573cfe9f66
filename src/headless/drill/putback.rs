//! Puts back what a drill found, as often as it takes, and never over a document of somebody else. It begins no drill.

use std::time::{Duration, Instant};

use super::back_to;
use super::stage::{Stage, Trouble};
use crate::domain::journal::Drill;
use crate::runtime::Ended;

/// How often it is tried.
const TRIES: u32 = 5;
/// The pause after a try that failed; it doubles.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the last look may take.
const LOOK: Duration = Duration::from_secs(15);

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// The text is there, byte for byte.
    Done,
    /// Somebody else wrote, and theirs stays: what is there now.
    Theirs(String),
    /// It is not there, or nobody knows.
    Not(String),
}

impl Back {
    /// Whether nothing is left to be done.
    pub(super) fn is_over(&self) -> bool {
        !matches!(self, Self::Not(_))
    }
}

/// Puts it back. Signals do not keep it from that.
pub(super) async fn put_back(stage: &mut Stage, drill: &Drill) -> Back {
    let mut why = String::new();
    for number in 0..TRIES {
        if number > 0 {
            wait(stage, PAUSE * 2_u32.pow(number - 1)).await;
        }
        look(stage).await;
        match standing(stage, drill) {
            Standing::There | Standing::NeverMade => return Back::Done,
            Standing::Theirs(text) => return Back::Theirs(text),
            Standing::Unread(fault) => {
                why = fault;
                continue;
            }
            Standing::Ours => {}
        }
        let is_there = stage.session.model.flag.value.is_some();
        match stage.write(back_to(drill, is_there)).await {
            Ok(_) => {}
            Err(Trouble::Signal(_)) => {}
            Err(trouble) => why = trouble.to_string(),
        }
        if matches!(standing(stage, drill), Standing::There) {
            return Back::Done;
        }
    }
    Back::Not(why)
}

enum Standing {
    There,
    /// The scratch was never made.
    NeverMade,
    Ours,
    Theirs(String),
    Unread(String),
}

fn standing(stage: &Stage, drill: &Drill) -> Standing {
    let feed = &stage.session.model.flag;
    let gone = feed
        .fault
        .as_ref()
        .is_some_and(|fault| fault.kind == crate::domain::failure::ErrorKind::NotFound);
    if gone && drill.revision.is_none() {
        return Standing::NeverMade;
    }
    if let Some(fault) = &feed.fault {
        return Standing::Unread(fault.to_string());
    }
    let (Some(state), Some(text)) = (&feed.value, stage.text()) else {
        return Standing::Unread("it was not read".to_owned());
    };
    if text == drill.text {
        return Standing::There;
    }
    let ours = stage.texts.iter().any(|sent| sent == text)
        || stage.last.as_ref() == Some(&state.revision)
        || drill.written.contains(&state.revision);
    if ours {
        return Standing::Ours;
    }
    Standing::Theirs(format!(
        "v{} by {}",
        state.revision,
        state.changed_by.as_deref().unwrap_or("somebody else")
    ))
}

/// Reads the target anew, once nothing is on its way to it any more.
async fn look(stage: &mut Stage) {
    let deadline = Instant::now() + LOOK;
    // A signal has been heard already; the next one changes nothing.
    while let Some(left) = deadline.checked_duration_since(Instant::now())
        && stage.session.look_again(left).await != Ended::Met
    {}
}

async fn wait(stage: &mut Stage, span: Duration) {
    let until = Instant::now() + span;
    while Instant::now() < until {
        drop(stage.pause(Duration::from_millis(50)).await);
    }
}
