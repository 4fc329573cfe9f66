//! What comes for a rollout, or for whoever looks at the screen, from elsewhere than an executor; and which rollout the terminal's title
//! tells of while the list is on screen. It decides nothing.

use tokio::sync::mpsc;

use super::Crew;
use crate::app::{Model, Msg};
use crate::domain::journal::Recovered;

/// Something that came for a rollout from elsewhere than its executor.
#[derive(Debug)]
pub enum News {
    /// A shared read brought this.
    Read(Msg),
    /// What the journal of a scout tells.
    Journal(Box<Recovered>),
    /// This is for whoever looks at the screen, whichever rollout is on it.
    Aside(Msg),
}

impl Crew {
    /// Passes on what is for whoever looks at the screen.
    pub fn overhear(&self, mut messages: mpsc::Receiver<Msg>) {
        let sender = self.sender.clone();
        tokio::spawn(async move {
            while let Some(msg) = messages.recv().await {
                // The place says nothing here; without a crew nobody listens any more.
                if sender.send((0, News::Aside(msg))).await.is_err() {
                    return;
                }
            }
        });
    }

    /// The rollout that stands first on the list, where it is not the loop's own.
    pub fn first_listed(&self) -> Option<&Model> {
        let place = *self.fleet.order.first()?;
        let driver = self.members.get(place)?.driver.as_ref()?;
        Some(&driver.model)
    }
}
