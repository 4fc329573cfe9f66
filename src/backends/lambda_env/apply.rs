//! Writing the environment: look, check, update once with RevisionId, wait until it is in force, read back and compare.

use std::collections::BTreeMap;
use std::time::Instant;

use aws_sdk_lambda::operation::update_function_configuration::UpdateFunctionConfigurationError;
use aws_sdk_lambda::types::Environment;

use super::store::{self, Configuration};
use super::{LambdaEnv, rules};
use crate::backends::error::{may_have_been_carried_out, port_error};
use crate::backends::settle::{no_trace, refused};
use crate::domain::Revision;
use crate::domain::lever::UpdateStatus;
use crate::domain::plan::{Conflict, Order, Outcome};
use crate::ports::{PortError, PortResult};

type Variables = BTreeMap<String, String>;

impl LambdaEnv {
    pub(super) async fn write_variables(&self, order: &Order, wanted: &Variables) -> Outcome {
        let Some(seen) = order.plan.seen.as_ref().filter(|seen| !seen.0.is_empty()) else {
            return refused(
                "the plan was made without a RevisionId, and an environment that was not read is never replaced",
                "read the function again; `aws lambda get-function-configuration` shows whether it answers a RevisionId",
            );
        };
        if let Err(outcome) = self.may_write(order, seen, wanted).await {
            return outcome;
        }
        let variables = wanted
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let answer = self
            .writes
            .update_function_configuration()
            .function_name(&self.function)
            .revision_id(&seen.0)
            .environment(
                Environment::builder()
                    .set_variables(Some(variables))
                    .build(),
            )
            .send()
            .await;
        let Err(error) = answer else {
            return self.wait(order, wanted, None).await;
        };
        let typed = error.as_service_error();
        let stale =
            typed.is_some_and(UpdateFunctionConfigurationError::is_precondition_failed_exception);
        let busy =
            typed.is_some_and(UpdateFunctionConfigurationError::is_resource_conflict_exception);
        let uncertain = may_have_been_carried_out(&error);
        let told = port_error(
            format!("lambda:UpdateFunctionConfiguration {}", self.function),
            error,
        );
        if stale {
            return match self.look().await {
                Ok(now) => self.conflict(order, wanted, now, false),
                Err(_) => refused(
                    told.text,
                    "somebody changed the function since it was read: read it again, then decide",
                ),
            };
        }
        if busy {
            return refused(
                told.text,
                "another update is in progress: read the function again in a few seconds, then press the key again",
            );
        }
        if uncertain {
            return self.search(order, wanted, seen, &told).await;
        }
        refused(told.text, told.hint)
    }

    /// Looks just before: the revision that the plan saw, a map that was read, no update under way, nothing that would be lost.
    async fn may_write(
        &self,
        order: &Order,
        seen: &Revision,
        wanted: &Variables,
    ) -> Result<(), Outcome> {
        let now = match self.look().await {
            Ok(now) => now,
            Err(error) => {
                return Err(refused(
                    format!("nothing was sent, the look just before failed: {error}"),
                    error.hint,
                ));
            }
        };
        let variables = match &now.variables {
            Ok(variables) => variables,
            Err(why) => {
                return Err(refused(
                    format!(
                        "the environment could not be read ({why}), and a map that was not read is never replaced"
                    ),
                    "the role needs kms:Decrypt on the function's key",
                ));
            }
        };
        if let Some((reason, hint)) = rules::busy(&now.update) {
            return Err(refused(reason, hint));
        }
        if variables == wanted && now.update == UpdateStatus::Successful {
            return Err(Outcome::NoOp);
        }
        if now.revision != *seen {
            return Err(self.conflict(order, wanted, now, false));
        }
        match rules::fault(order, variables, wanted) {
            Some((reason, hint)) => Err(refused(reason, hint)),
            None => Ok(()),
        }
    }

    /// Waits until Lambda says what became of the update, then compares what is there.
    async fn wait(&self, order: &Order, wanted: &Variables, note: Option<String>) -> Outcome {
        let limits = self.connection.limits();
        let deadline = Instant::now() + limits.update;
        loop {
            let pending = match self.look().await {
                Ok(now) if order.plan.seen.as_ref() == Some(&now.revision) => {
                    "Lambda still shows the old revision".to_owned()
                }
                Ok(now) => match &now.update {
                    UpdateStatus::InProgress => "Lambda says InProgress".to_owned(),
                    UpdateStatus::Failed(reason) => {
                        return refused(
                            format!(
                                "Lambda took the change and could not put it in force: {reason}"
                            ),
                            "invocations go on with the old environment; mend the cause, then press the key again",
                        );
                    }
                    UpdateStatus::Successful | UpdateStatus::Unknown(_) => {
                        return self.compare(order, wanted, now, note);
                    }
                },
                Err(error) => format!("reading back failed ({error})"),
            };
            if Instant::now() + limits.update_look > deadline {
                return Outcome::Unknown {
                    reason: format!(
                        "the update was accepted, and after {} s {pending}",
                        limits.update.as_secs()
                    ),
                };
            }
            tokio::time::sleep(limits.update_look).await;
        }
    }

    fn compare(
        &self,
        order: &Order,
        wanted: &Variables,
        now: Configuration,
        note: Option<String>,
    ) -> Outcome {
        match &now.variables {
            Ok(variables) if variables == wanted => Outcome::Applied {
                revision: now.revision,
                at: self.now(),
                note: note.or_else(|| match now.update {
                    UpdateStatus::Unknown(word) => {
                        Some(format!("read back, though LastUpdateStatus says `{word}`"))
                    }
                    _ => None,
                }),
            },
            Ok(_) => self.conflict(order, wanted, now, true),
            Err(why) => Outcome::Unknown {
                reason: format!(
                    "the update was accepted, and the environment cannot be read back: {why}"
                ),
            },
        }
    }

    /// The answer to the update was lost (`why`): looks for it until it is found or patience ends.
    async fn search(
        &self,
        order: &Order,
        wanted: &Variables,
        seen: &Revision,
        why: &PortError,
    ) -> Outcome {
        let limits = self.connection.limits();
        let deadline = Instant::now() + limits.search;
        let mut state;
        loop {
            match self.look().await {
                Ok(now) if now.revision == *seen => {
                    state = format!(
                        "its revision is unchanged after {} s",
                        limits.search.as_secs()
                    );
                }
                Ok(now) if now.variables.as_ref() == Ok(wanted) => {
                    let note = format!(
                        "the answer was lost ({}), and the environment was read back as wanted",
                        why.text
                    );
                    return self.wait(order, wanted, Some(note)).await;
                }
                Ok(now) if now.variables.is_ok() => return self.conflict(order, wanted, now, true),
                Ok(_) => state = "the environment cannot be read back".to_owned(),
                Err(error) => state = format!("reading back failed as well ({error})"),
            }
            if Instant::now() + limits.look > deadline {
                return Outcome::Unknown {
                    reason: format!("{why}; {state}"),
                };
            }
            tokio::time::sleep(limits.look).await;
        }
    }

    /// What became of an order of an earlier run, by reading.
    pub(super) async fn find_variables(
        &self,
        order: &Order,
        wanted: &Variables,
    ) -> PortResult<Outcome> {
        let now = store::configuration(&self.reads, &self.function, None, None).await?;
        let variables = match &now.variables {
            Ok(variables) => variables,
            Err(why) => {
                return Ok(Outcome::Unknown {
                    reason: format!("the environment cannot be read: {why}"),
                });
            }
        };
        if !rules::has_effect(order, variables, wanted) {
            let unchanged = order.plan.seen.as_ref() == Some(&now.revision);
            return Ok(if unchanged {
                no_trace(order, self.now(), "the function's revision is unchanged")
            } else {
                Outcome::Unknown {
                    reason: "the environment holds other values, and Lambda tells nothing about what it held before".to_owned(),
                }
            });
        }
        Ok(match now.update {
            UpdateStatus::InProgress => Outcome::Unknown {
                reason:
                    "the environment holds the values, and Lambda is still putting them in force"
                        .to_owned(),
            },
            UpdateStatus::Failed(reason) => refused(
                format!("Lambda could not put it in force: {reason}"),
                "mend the cause, then make the plan anew",
            ),
            UpdateStatus::Successful | UpdateStatus::Unknown(_) => Outcome::Applied {
                revision: now.revision,
                at: self.now(),
                note: Some(
                    "found by reading: the environment holds the values of this order".to_owned(),
                ),
            },
        })
    }

    fn conflict(
        &self,
        order: &Order,
        wanted: &Variables,
        now: Configuration,
        sent: bool,
    ) -> Outcome {
        let text = match &now.variables {
            Ok(variables) => rules::masked(variables, &self.shown),
            Err(why) => format!("(not readable: {why})"),
        };
        Outcome::Conflict(Conflict {
            sent,
            seen: order
                .plan
                .seen
                .clone()
                .unwrap_or_else(|| Revision(String::new())),
            found: now.revision,
            by: None,
            at: now.at,
            seen_text: rules::masked(&rules::seen(order, wanted), &self.shown),
            their_text: text.clone(),
            now_text: text,
        })
    }
}
