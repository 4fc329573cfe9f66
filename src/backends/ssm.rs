//! The flag document in an SSM parameter. Parameter Store has no compare-and-set: this lever re-reads just before it writes,
//! counts versions after, and says who wrote in between. It plans nothing and knows no flag.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use aws_sdk_ssm::Client;

use super::aws::{Connection, Use};
use crate::domain::Revision;
use crate::domain::Timestamp;
use crate::domain::lever::{LeverContent, LeverId, LeverKind, LeverState, Version};
use crate::domain::plan::{Order, Outcome};
use crate::ports::{Clock, ErrorKind, Lever, PortResult};

mod apply;
mod many;
mod name;
mod resolve;
mod store;

pub(super) use many::read_many;
use name::ParameterName;
use store::{Found, Keep};

/// A flag document in Parameter Store.
#[derive(Debug)]
pub struct SsmParameter {
    name: ParameterName,
    reads: Client,
    writes: Client,
    connection: Connection,
    newest: Mutex<Option<Newest>>,
}

/// What the history says about the newest version; fetched once per version and its time, since a parameter that was deleted and
/// made anew counts from 1 again.
#[derive(Clone, Debug, Default)]
struct Newest {
    version: i64,
    shown_at: Option<Timestamp>,
    by: Option<String>,
    at: Option<Timestamp>,
    keep: Option<Keep>,
}

impl SsmParameter {
    /// The parameter of this name or ARN. A name with a version or label can be read, never written.
    pub fn new(connection: &Connection, name: impl Into<String>) -> Self {
        Self {
            name: ParameterName::new(name),
            reads: connection.ssm(Use::Read),
            writes: connection.ssm(Use::Write),
            connection: connection.clone(),
            newest: Mutex::default(),
        }
    }

    fn now(&self) -> Timestamp {
        self.connection.clock().now()
    }

    /// Who wrote the version that was found, and what a write must repeat; empty where the history may not be read. `None` on
    /// other failures.
    async fn newest(&self, client: &Client, found: &Found) -> Option<Newest> {
        if let Some(held) = self.held(found) {
            return Some(held);
        }
        let blank = Newest {
            version: found.version,
            shown_at: found.at,
            ..Newest::default()
        };
        let newest = match store::history(client, &found.name, false, None).await {
            Ok(entries) => {
                let entry = entries
                    .into_iter()
                    .find(|entry| entry.version == found.version)?;
                Newest {
                    by: entry.by,
                    at: entry.at,
                    keep: Some(entry.keep),
                    ..blank
                }
            }
            Err(error) if error.kind == ErrorKind::Denied => blank,
            Err(_) => return None,
        };
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(newest.clone());
        Some(newest)
    }

    /// The state that was found, with who wrote it.
    async fn state(&self, found: Found) -> LeverState {
        let newest = self.newest(&self.reads, &found).await.unwrap_or_default();
        LeverState {
            id: LeverId::Flag,
            kind: LeverKind::Ssm,
            revision: found.revision(),
            resource: found.name,
            read_at: self.now(),
            content: LeverContent::Document(found.text),
            changed_by: newest.by,
            changed_at: found.at.or(newest.at),
        }
    }

    /// The same, if it was asked before.
    fn held(&self, found: &Found) -> Option<Newest> {
        let held = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        held.clone()
            .filter(|held| held.version == found.version && held.shown_at == found.at)
    }
}

#[async_trait]
impl Lever for SsmParameter {
    fn id(&self) -> LeverId {
        LeverId::Flag
    }

    fn kind(&self) -> LeverKind {
        LeverKind::Ssm
    }

    async fn read(&self) -> PortResult<LeverState> {
        let found = store::get(&self.reads, self.name.as_str(), None).await?;
        Ok(self.state(found).await)
    }

    async fn history(&self, limit: usize) -> PortResult<Vec<Version>> {
        let name = self.name.without_selector();
        let entries = store::history(&self.reads, name, true, None).await?;
        let versions = entries.into_iter().rev().take(limit).map(|entry| Version {
            revision: Revision(entry.version.to_string()),
            text: entry.text,
            by: entry.by,
            at: entry.at,
            labels: entry.labels,
        });
        Ok(versions.collect())
    }

    async fn apply(&self, order: &Order) -> Outcome {
        self.carry_out(order).await
    }

    async fn verify(&self, order: &Order) -> PortResult<Outcome> {
        self.find_out(order).await
    }
}

#[cfg(test)]
mod tests;
