//! Carrying an order out: look, check, put once, count versions. What a lost answer means is found out in `resolve`.

use std::time::Duration;

use aws_sdk_ssm::error::SdkError;
use aws_sdk_ssm::operation::put_parameter::PutParameterError;
use aws_sdk_ssm::types::{ParameterTier, ParameterType};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::SsmParameter;
use super::name::{ADVANCED_BYTES, STANDARD_BYTES, text_fault};
use super::store::{self, Found, Keep, Written};
use crate::backends::error::{may_have_been_carried_out, port_error};
use crate::backends::settle::{refused, replaced_text, wrong_lever};
use crate::domain::Revision;
use crate::domain::plan::{Change, Conflict, Order, Outcome, Replaced, Write};
use crate::ports::{ErrorKind, PortError};

/// How long a blind order waits for what it is about to replace.
const BLIND_LOOK: Duration = Duration::from_secs(1);

fn no_answer(name: &str) -> PortError {
    PortError {
        kind: ErrorKind::TimedOut,
        what: format!("ssm:GetParameter {name}"),
        text: "no answer in time".to_owned(),
        hint: "the order goes on without it".to_owned(),
    }
}

/// What a write stands on.
#[derive(Debug)]
pub(super) struct Base {
    /// The name that PutParameter takes.
    pub(super) name: String,
    /// What was there just before; `None` when it is missing or could not be read.
    pub(super) found: Option<Found>,
    /// Whether the parameter is to be created.
    pub(super) creates: bool,
    /// What the new version must repeat.
    keep: Keep,
    /// What a person should know about the write.
    note: Option<String>,
}

impl Base {
    /// Whether it is known what was there just before (a version, or nothing).
    pub(super) fn is_known(&self) -> bool {
        self.found.is_some() || self.creates
    }

    /// The version that was there just before, 0 when there was none or it is not known.
    pub(super) fn version(&self) -> i64 {
        self.found.as_ref().map_or(0, |found| found.version)
    }
}

/// The version's number is the one that was seen and its text is not: somebody deleted the parameter and made it anew.
fn differs(order: &Order, found: &Found) -> bool {
    matches!(&order.plan.replaced, Replaced::Document(text) if *text != found.text)
}

fn creates(order: &Order) -> bool {
    matches!(order.plan.change, Change::Create { .. })
}

fn exists(name: &str) -> Outcome {
    refused(
        format!("{name} exists already"),
        "somebody made it meanwhile: read it again, then decide",
    )
}

impl SsmParameter {
    pub(super) async fn carry_out(&self, order: &Order) -> Outcome {
        let text = match &order.plan.write {
            Write::Nothing => return Outcome::NoOp,
            Write::Document(text) => text,
            Write::Variables(_) | Write::PublishAndRepoint { .. } => {
                return wrong_lever("a parameter holds a document");
            }
        };
        match self.look_first(order, text).await {
            Ok(base) => self.put(order, text, base).await,
            Err(outcome) => outcome,
        }
    }

    async fn look_first(&self, order: &Order, text: &str) -> Result<Base, Outcome> {
        if let Some(selector) = self.name.selector() {
            return Err(refused(
                format!(
                    "`{}` names version or label `{selector}`, which cannot be written",
                    self.name.as_str()
                ),
                format!("name the parameter without `:{selector}` in the config"),
            ));
        }
        let limits = self.connection.limits();
        let look = store::get(&self.writes, self.name.as_str(), Some(limits));
        let found = if order.plan.seen.is_some() {
            look.await
        } else {
            // A blind order is for a store that cannot be read: the look must not hold it up.
            let late = |_| Err(no_answer(self.name.as_str()));
            tokio::time::timeout(BLIND_LOOK, look)
                .await
                .unwrap_or_else(late)
        };
        let base = match (found, &order.plan.seen) {
            (Ok(found), Some(seen)) if found.revision() != *seen || differs(order, &found) => {
                return Err(if found.text == text {
                    Outcome::NoOp
                } else {
                    self.overtaken(order, seen, found).await
                });
            }
            (Ok(found), None) if creates(order) => return Err(exists(&found.name)),
            (Ok(found), _) => self.base_on(found, text).await,
            (Err(error), None) if error.kind == ErrorKind::NotFound => {
                self.base_without("the parameter was missing and has been created", true)
            }
            (Err(error), None) if creates(order) => {
                return Err(refused(
                    format!("nothing was sent, the look just before failed: {error}"),
                    error.hint,
                ));
            }
            (Err(_), None) => self.base_without("what it replaced could not be read", false),
            (Err(error), Some(seen)) if error.kind == ErrorKind::NotFound => {
                return Err(refused(
                    format!(
                        "the parameter is gone: version {seen} was there when the plan was made"
                    ),
                    "somebody deleted it; read it again, then decide",
                ));
            }
            (Err(error), Some(_)) => {
                return Err(refused(
                    format!("nothing was sent, the look just before failed: {error}"),
                    error.hint,
                ));
            }
        };
        if base.name.starts_with("arn:") {
            return Err(refused(
                "this parameter is shared from another account, and only that account can write it",
                "sign in to the account that owns it",
            ));
        }
        let limit = match base.keep.tier {
            Some(ParameterTier::Advanced) => ADVANCED_BYTES,
            _ if base
                .found
                .as_ref()
                .is_some_and(|found| found.text.len() > STANDARD_BYTES) =>
            {
                ADVANCED_BYTES
            }
            _ => STANDARD_BYTES,
        };
        match text_fault(text, limit) {
            Some((reason, hint)) => Err(refused(reason, hint)),
            None => Ok(base),
        }
    }

    /// The history is asked only where a write could lose something: a secret's key, or the tier of a long text.
    async fn base_on(&self, found: Found, text: &str) -> Base {
        let secret = found.kind == Some(ParameterType::SecureString);
        let needed = secret || text.len() > STANDARD_BYTES;
        let newest = if needed {
            self.newest(&self.writes, &found).await
        } else {
            self.held(&found)
        };
        let keep = newest.and_then(|newest| newest.keep);
        let unknown_key = secret && keep.as_ref().is_none_or(|keep| keep.key_id.is_none());
        Base {
            name: found.name.clone(),
            found: Some(found),
            creates: false,
            keep: keep.unwrap_or_default(),
            note: unknown_key.then(|| {
                "which key encrypted it could not be read (ssm:GetParameterHistory), so the account's default key was used".to_owned()
            }),
        }
    }

    fn base_without(&self, note: &str, creates: bool) -> Base {
        Base {
            name: self.name.plain(),
            found: None,
            creates,
            keep: Keep::default(),
            note: Some(note.to_owned()),
        }
    }

    async fn overtaken(&self, order: &Order, seen: &Revision, found: Found) -> Outcome {
        let newest = self.newest(&self.writes, &found).await.unwrap_or_default();
        Outcome::Conflict(Conflict {
            sent: false,
            seen: seen.clone(),
            found: found.revision(),
            by: newest.by,
            at: found.at.or(newest.at),
            seen_text: replaced_text(order),
            their_text: found.text.clone(),
            now_text: found.text,
        })
    }

    async fn put(&self, order: &Order, text: &str, base: Base) -> Outcome {
        let kind = match (&base.found, base.creates) {
            (Some(found), _) => found.kind.clone(),
            (None, true) => Some(ParameterType::String),
            (None, false) => None,
        };
        let advanced = base
            .keep
            .tier
            .clone()
            .filter(|tier| *tier == ParameterTier::Advanced);
        let secret = kind == Some(ParameterType::SecureString);
        let answer = self
            .writes
            .put_parameter()
            .name(&base.name)
            .value(text)
            .overwrite(!base.creates)
            .set_type(kind)
            .set_tier(advanced)
            .set_key_id(base.keep.key_id.clone().filter(|_| secret))
            .set_description(base.keep.description.clone())
            .set_allowed_pattern(base.keep.allowed_pattern.clone())
            .send()
            .await;
        let expected = base.version() + 1;
        match answer {
            Ok(answer) if base.found.is_none() || answer.version == expected => Outcome::Applied {
                revision: Revision(answer.version.to_string()),
                at: self.now(),
                note: base.note,
            },
            Ok(answer) => self.met_another(order, text, &base, answer.version).await,
            Err(error) if may_have_been_carried_out(&error) => {
                let why = port_error(format!("ssm:PutParameter {}", base.name), error);
                self.search(order, text, &base, &why).await
            }
            Err(error) => self.refusal(&base, error).await,
        }
    }

    /// The store refused the write in so many words: which, and what helps.
    async fn refusal(
        &self,
        base: &Base,
        error: SdkError<PutParameterError, HttpResponse>,
    ) -> Outcome {
        let name = &base.name;
        let typed = error.as_service_error();
        let full = typed.is_some_and(PutParameterError::is_parameter_max_version_limit_exceeded);
        let busy = typed.is_some_and(PutParameterError::is_too_many_updates);
        let exists = typed.is_some_and(PutParameterError::is_parameter_already_exists);
        let pattern = typed.is_some_and(PutParameterError::is_parameter_pattern_mismatch_exception);
        let told = port_error(format!("ssm:PutParameter {name}"), error);
        if full {
            return self.blocked_by_label(base, told.text).await;
        }
        let hint = if busy {
            "somebody else is writing it at this moment and nothing of yours was written: read it again, then press the key again".to_owned()
        } else if exists {
            "somebody created it meanwhile: read it again, then decide".to_owned()
        } else if pattern {
            "the parameter's own allowed pattern forbids this text: `aws ssm describe-parameters` shows the pattern".to_owned()
        } else {
            told.hint
        };
        refused(told.text, hint)
    }

    /// A label on the oldest of a hundred versions blocks every write, a rollback too.
    async fn blocked_by_label(&self, base: &Base, told: String) -> Outcome {
        let name = &base.name;
        let limits = self.connection.limits();
        let entries = store::history(&self.writes, name, false, Some(limits)).await;
        let oldest = entries.ok().and_then(|entries| entries.into_iter().next());
        match oldest {
            Some(Written {
                version, labels, ..
            }) if !labels.is_empty() => refused(
                format!(
                    "the parameter has its 100 versions, and label `{}` on the oldest one, version {version}, keeps it from being dropped",
                    labels.join("`, `")
                ),
                format!(
                    "take the label off: `aws ssm unlabel-parameter-version --name {name} --parameter-version {version} --labels {0}`, or move it: `aws ssm label-parameter-version --name {name} --parameter-version {1} --labels {0}`; then press the key again",
                    labels.join(" "),
                    base.version(),
                ),
            ),
            _ => refused(
                told,
                format!(
                    "a label on the oldest version blocks every write: `aws ssm get-parameter-history --name {name}` shows it, `aws ssm unlabel-parameter-version` takes it off"
                ),
            ),
        }
    }
}
