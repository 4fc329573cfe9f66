//! Lamps, and how the worst of several findings becomes one. They find nothing.

use serde::{Deserialize, Serialize};

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    /// It would work.
    Ok,
    /// It may work, with what the reason says; or nobody knows.
    Warn,
    /// It would not work.
    Broken,
}

impl Lamp {
    /// The word in lists and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Broken => "broken",
        }
    }
}

/// What was found about one lever.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<(Lamp, String)>);

impl Findings {
    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.0.push((Lamp::Warn, text.into()));
    }

    pub(super) fn broken(&mut self, text: impl Into<String>) {
        self.0.push((Lamp::Broken, text.into()));
    }

    /// The worst lamp with its reasons; `fine` where nothing was found.
    pub(super) fn sum(self, fine: String) -> (Lamp, String) {
        let Some(worst) = self.0.iter().map(|(lamp, _)| *lamp).max() else {
            return (Lamp::Ok, fine);
        };
        let mut texts: Vec<String> = Vec::new();
        for (_, text) in self.0.into_iter().filter(|(lamp, _)| *lamp == worst) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        (worst, texts.join("; "))
    }
}
