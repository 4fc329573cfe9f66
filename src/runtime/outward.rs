//! What goes to the outside beside the screen, as the person likes it: notices by bell, OSC 9, OSC 777 or a command, and the terminal's
//! title. It decides nothing about the rollout, and sends nothing itself but to the command.

use std::collections::BTreeMap;
use std::time::Duration;

use super::notifier::Notifier;
use super::notifier::hook::Hook;
use crate::app::Model;
use crate::ui::{Glyphs, clipboard, notice};

/// The bell rings no more often than this, however many rollouts there are.
const RINGS: Duration = Duration::from_secs(2);

/// How changes are announced.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// The terminal's bell.
    pub bell: bool,
    /// OSC 9.
    pub osc9: bool,
    /// OSC 777.
    pub osc777: bool,
    /// A command.
    pub hook: Option<Hook>,
}

/// What the outside is told, and what it was told.
#[derive(Clone, Debug, Default)]
pub struct Outward {
    /// How changes are announced.
    pub ways: Ways,
    /// Whether the terminal's title tells the state.
    pub title: bool,
    /// Whether tmux lies between.
    pub tmux: bool,
    /// The glyphs of the title.
    pub glyphs: Glyphs,
    /// What was announced of each rollout, by its name and its environment.
    notifiers: BTreeMap<(String, String), Notifier>,
    shown: Option<String>,
    rang_at: Option<Duration>,
}

impl Outward {
    /// Nobody was told anything yet.
    pub fn new(ways: Ways, title: bool, tmux: bool, glyphs: Glyphs) -> Self {
        Self {
            ways,
            title,
            tmux,
            glyphs,
            ..Self::default()
        }
    }

    /// Bytes for the terminal that announce what has changed; `at` is the machine's monotonic clock.
    pub fn notices(&mut self, model: &Model, at: Duration) -> Vec<u8> {
        let mut bytes = Vec::new();
        let spec = &model.spec;
        let key = (spec.name.clone(), spec.environment.0.clone());
        let Some(news) = self.notifiers.entry(key).or_default().look(model, at) else {
            return bytes;
        };
        // One ring for what changes together in several rollouts.
        let rang = self
            .rang_at
            .is_some_and(|rang| at.saturating_sub(rang) < RINGS);
        if self.ways.bell && !rang {
            self.rang_at = Some(at);
            bytes.extend(notice::bell());
        }
        if self.ways.osc9 {
            let text = format!("{}: {}", news.title, news.text);
            bytes.extend(notice::osc9(&text, self.tmux));
        }
        if self.ways.osc777 {
            bytes.extend(notice::osc777(&news.title, &news.text, self.tmux));
        }
        if let Some(hook) = &self.ways.hook {
            hook.tell(&news);
        }
        bytes
    }

    /// The title, where it is another one than before.
    pub fn title(&mut self, model: &Model) -> Option<Vec<u8>> {
        if !self.title {
            return None;
        }
        let state = notice::state(model, self.glyphs);
        let is_new = self.shown.as_ref() != Some(&state);
        is_new.then(|| {
            let bytes = notice::title(&state);
            self.shown = Some(state);
            bytes
        })
    }

    /// The terminal was given back: its title is its own again.
    pub fn forget_title(&mut self) {
        self.shown = None;
    }

    /// The sequence that copies this text.
    pub fn copy(&self, text: &str) -> Vec<u8> {
        clipboard::osc52(text, self.tmux)
    }
}
