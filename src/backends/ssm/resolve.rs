//! Finding out what became of a write, by reading only: the answer named an unexpected version, was lost, or belongs to an earlier run.

use std::time::{Duration, Instant};

use super::SsmParameter;
use super::apply::Base;
use super::store::{self, Found, Written};
use crate::backends::settle::{no_trace, replaced_text, wrong_lever};
use crate::domain::plan::{Conflict, Order, Outcome, Write};
use crate::domain::{Revision, Timestamp};
use crate::ports::{ErrorKind, PortError, PortResult};

/// How far this machine's clock and the store's may be apart.
const CLOCKS_DIFFER: Duration = Duration::from_mins(1);

impl SsmParameter {
    /// Our write became `answered`, not the version after the one that was there just before: somebody wrote in between.
    pub(super) async fn met_another(
        &self,
        order: &Order,
        text: &str,
        base: &Base,
        answered: i64,
    ) -> Outcome {
        let limits = self.connection.limits();
        let between = match store::history(&self.writes, &base.name, true, Some(limits)).await {
            Ok(entries) => entries
                .into_iter()
                .filter(|entry| base.version() < entry.version && entry.version < answered)
                .collect(),
            Err(_) => self.version_before(base, answered).await,
        };
        let (same, theirs): (Vec<_>, Vec<_>) =
            between.into_iter().partition(|entry| entry.text == text);
        if let (true, Some(first)) = (theirs.is_empty(), same.first()) {
            let note = match self.somebody_else(first.by.as_deref()) {
                Some(author) => format!(
                    "{author} had just written the same text as version {}",
                    first.version
                ),
                None => format!(
                    "the write arrived twice, as versions {} and {answered}",
                    first.version
                ),
            };
            return Outcome::Applied {
                revision: Revision(answered.to_string()),
                at: self.now(),
                note: Some(note),
            };
        }
        let now = store::get(&self.writes, &base.name, Some(limits))
            .await
            .ok();
        let other = theirs.into_iter().next_back();
        Outcome::Conflict(Conflict {
            sent: true,
            seen: order
                .plan
                .seen
                .clone()
                .unwrap_or_else(|| Revision(base.version().to_string())),
            found: now
                .as_ref()
                .map_or_else(|| Revision(answered.to_string()), Found::revision),
            by: other.as_ref().and_then(|entry| entry.by.clone()),
            at: other.as_ref().and_then(|entry| entry.at),
            seen_text: seen_text(order, base),
            their_text: other.map(|entry| entry.text).unwrap_or_default(),
            now_text: now.map_or_else(|| text.to_owned(), |found| found.text),
        })
    }

    /// Where the history may not be read, GetParameter still shows the version before ours, without its author.
    async fn version_before(&self, base: &Base, answered: i64) -> Vec<Written> {
        let before = answered - 1;
        if before <= base.version() {
            return Vec::new();
        }
        let limits = self.connection.limits();
        let found = store::get(
            &self.writes,
            &format!("{}:{before}", base.name),
            Some(limits),
        )
        .await;
        found.map_or_else(
            |_| Vec::new(),
            |found| {
                vec![Written {
                    version: found.version,
                    text: found.text,
                    by: None,
                    at: found.at,
                    labels: Vec::new(),
                    keep: store::Keep::default(),
                }]
            },
        )
    }

    /// The answer to our write was lost (`why`): looks for it until it is found or patience ends.
    pub(super) async fn search(
        &self,
        order: &Order,
        text: &str,
        base: &Base,
        why: &PortError,
    ) -> Outcome {
        let limits = self.connection.limits();
        let deadline = Instant::now() + limits.search;
        let mut other: Option<Found> = None;
        let unread = loop {
            let mut unread: Option<PortError> = None;
            match store::get(&self.writes, &base.name, Some(limits)).await {
                Ok(found) if found.version > base.version() && found.text == text => {
                    return self.found_again(order, text, base, found, why).await;
                }
                Ok(found) if base.is_known() && found.version > base.version() => {
                    if self.was_replaced(&found, text, base.version()).await {
                        return self.replaced_by(order, base, found).await;
                    }
                    other = Some(found);
                }
                Ok(_) => {}
                Err(error) => unread = Some(error),
            }
            if Instant::now() + limits.look > deadline {
                break unread;
            }
            tokio::time::sleep(limits.look).await;
        };
        if let Some(found) = other {
            return self.replaced_by(order, base, found).await;
        }
        let since = match unread {
            Some(error) => format!("reading back failed as well ({error})"),
            None if base.found.is_some() => format!(
                "version {} is still there after {} s",
                base.version(),
                limits.search.as_secs()
            ),
            None => "what is there cannot be told from what was there before".to_owned(),
        };
        Outcome::Unknown {
            reason: format!("{why}; {since}"),
        }
    }

    /// Our text is there, and the answer that said so was lost. Somebody else may have written before ours, or the same after it.
    async fn found_again(
        &self,
        order: &Order,
        text: &str,
        base: &Base,
        found: Found,
        why: &PortError,
    ) -> Outcome {
        let next = base.version() + 1;
        if base.is_known() && found.version > next {
            let limits = self.connection.limits();
            let entries = store::history(&self.writes, &found.name, true, Some(limits)).await;
            let since = |entry: &&Written| entry.version >= next && self.is_ours(entry, text);
            let ours = match &entries {
                Ok(entries) => entries.iter().rev().find(since).map(|ours| ours.version),
                Err(_) => Some(found.version),
            };
            match ours {
                Some(ours) if ours > next => {
                    return self.met_another(order, text, base, ours).await;
                }
                Some(ours) => return self.read_back(ours, None, why),
                None => {}
            }
        }
        let newest = self.newest(&self.writes, &found).await;
        let author = newest.and_then(|newest| newest.by);
        self.read_back(found.version, author, why)
    }

    fn read_back(&self, version: i64, author: Option<String>, why: &PortError) -> Outcome {
        let whose = self
            .somebody_else(author.as_deref())
            .map_or_else(String::new, |author| format!(", written by {author}"));
        Outcome::Applied {
            revision: Revision(version.to_string()),
            at: self.now(),
            note: Some(format!(
                "the answer was lost ({}), and version {version} was read back with exactly this text{whose}",
                why.text
            )),
        }
    }

    /// Whether our version is among those after `since`, and a later one has replaced it.
    async fn was_replaced(&self, found: &Found, text: &str, since: i64) -> bool {
        let limits = self.connection.limits();
        let entries = store::history(&self.writes, &found.name, true, Some(limits)).await;
        entries.unwrap_or_default().iter().any(|entry| {
            since < entry.version && entry.version < found.version && self.is_ours(entry, text)
        })
    }

    /// Somebody else's text is in force: over ours, or in place of ours, which left no trace.
    async fn replaced_by(&self, order: &Order, base: &Base, found: Found) -> Outcome {
        let newest = self.newest(&self.writes, &found).await.unwrap_or_default();
        Outcome::Conflict(Conflict {
            sent: true,
            seen: order
                .plan
                .seen
                .clone()
                .unwrap_or_else(|| Revision(base.version().to_string())),
            found: found.revision(),
            by: newest.by,
            at: found.at.or(newest.at),
            seen_text: seen_text(order, base),
            their_text: found.text.clone(),
            now_text: found.text,
        })
    }

    /// The text is ours, and nobody else is known to have written it.
    fn is_ours(&self, entry: &Written, text: &str) -> bool {
        entry.text == text && self.somebody_else(entry.by.as_deref()).is_none()
    }

    /// The author, when it is certain that it is another than this console's caller. A store that knows no authors may say
    /// `N/A`, which is nobody.
    fn somebody_else<'a>(&self, author: Option<&'a str>) -> Option<&'a str> {
        let me = self.connection.known_arn()?;
        author.filter(|author| author.starts_with("arn:") && *author != me)
    }

    /// What became of an order of an earlier run, or of one whose outcome is unknown.
    pub(super) async fn find_out(&self, order: &Order) -> PortResult<Outcome> {
        let text = match &order.plan.write {
            Write::Nothing => return Ok(Outcome::NoOp),
            Write::Document(text) => text,
            Write::Variables(_) | Write::PublishAndRepoint { .. } => {
                return Ok(wrong_lever("a parameter holds a document"));
            }
        };
        let seen = order
            .plan
            .seen
            .as_ref()
            .and_then(|seen| seen.0.parse::<i64>().ok());
        let found = match store::get(&self.reads, self.name.without_selector(), None).await {
            Ok(found) => found,
            Err(error) if error.kind == ErrorKind::NotFound => {
                return Ok(no_trace(order, self.now(), "the parameter does not exist"));
            }
            Err(error) => return Err(error),
        };
        if seen == Some(found.version) {
            return Ok(no_trace(
                order,
                self.now(),
                &format!("version {} is still there", found.version),
            ));
        }
        if found.text == *text {
            return Ok(Outcome::Applied {
                revision: found.revision(),
                at: self.now(),
                note: Some(format!(
                    "found by reading: version {} holds exactly this text",
                    found.version
                )),
            });
        }
        let entries = match store::history(&self.reads, &found.name, true, None).await {
            Ok(entries) => entries,
            Err(error) => {
                return Ok(Outcome::Unknown {
                    reason: format!(
                        "version {} holds another text, and the history cannot be read: {error}",
                        found.version
                    ),
                });
            }
        };
        // An order of an earlier run may have gone out under another role: its author is told, not judged.
        let ours = entries.iter().rev().find(|entry| {
            entry.version < found.version && is_later(entry, seen, order.at) && entry.text == *text
        });
        Ok(match ours {
            Some(entry) => Outcome::Applied {
                revision: Revision(entry.version.to_string()),
                at: entry.at.unwrap_or_else(|| self.now()),
                note: Some(format!(
                    "found in the history as version {}{}; version {} has replaced it since",
                    entry.version,
                    self.somebody_else(entry.by.as_deref())
                        .map_or_else(String::new, |author| format!(", written by {author}")),
                    found.version
                )),
            },
            None => no_trace(
                order,
                self.now(),
                &format!(
                    "version {} is there, with another text, and no version since then has this one",
                    found.version
                ),
            ),
        })
    }
}

/// Whether the version can come from the order: after the one that it saw, or, where it saw none, written since then.
fn is_later(entry: &Written, seen: Option<i64>, ordered: Timestamp) -> bool {
    match seen {
        Some(seen) => entry.version > seen,
        None => entry.at.is_none_or(|at| at + CLOCKS_DIFFER >= ordered),
    }
}

fn seen_text(order: &Order, base: &Base) -> String {
    match &base.found {
        Some(found) => found.text.clone(),
        None => replaced_text(order),
    }
}
