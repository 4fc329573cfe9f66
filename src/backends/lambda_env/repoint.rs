//! Publishing `$LATEST` and pointing the alias at it: the only way by which a change reaches traffic that takes a pinned alias.

use std::time::Instant;

use aws_sdk_lambda::operation::publish_version::PublishVersionError;
use aws_sdk_lambda::operation::update_alias::UpdateAliasError;
use aws_sdk_lambda::types::{AliasRoutingConfiguration, State};

use super::{LambdaEnv, rules, store};
use crate::backends::error::{may_have_been_carried_out, port_error};
use crate::backends::settle::{no_trace, refused};
use crate::domain::Revision;
use crate::domain::lever::{AliasState, UpdateStatus};
use crate::domain::plan::{Conflict, Order, Outcome, Replaced};
use crate::ports::PortResult;

impl LambdaEnv {
    pub(super) async fn publish_and_repoint(
        &self,
        order: &Order,
        alias: &str,
        seen: &Revision,
    ) -> Outcome {
        let before = match self.may_repoint(order, alias, seen).await {
            Ok(before) => before,
            Err(outcome) => return outcome,
        };
        let version = match self.publish(order).await {
            Ok(version) => version,
            Err(outcome) => return outcome,
        };
        if let Err(outcome) = self.wait_active(&version).await {
            return outcome;
        }
        let answer = self
            .writes
            .update_alias()
            .function_name(&self.function)
            .name(alias)
            .function_version(&version)
            .revision_id(&seen.0)
            .set_routing_config((!before.routing.is_empty()).then(|| {
                // Weights to other versions would keep part of the traffic on their old environment.
                AliasRoutingConfiguration::builder()
                    .set_additional_version_weights(Some(std::collections::HashMap::new()))
                    .build()
            }))
            .send()
            .await;
        let Err(error) = answer else {
            return self.repointed(order, alias, &version, &before, None).await;
        };
        let stale = error
            .as_service_error()
            .is_some_and(UpdateAliasError::is_precondition_failed_exception);
        let uncertain = may_have_been_carried_out(&error);
        let told = port_error(
            format!("lambda:UpdateAlias {}:{alias}", self.function),
            error,
        );
        if stale && let Ok(now) = self.look_alias(alias).await {
            return alias_conflict(order, seen, &now, false);
        }
        if uncertain {
            return self
                .repointed(order, alias, &version, &before, Some(told.text))
                .await;
        }
        refused(
            told.text,
            format!(
                "version {version} is published and no traffic goes to it yet: {}",
                told.hint
            ),
        )
    }

    async fn may_repoint(
        &self,
        order: &Order,
        alias: &str,
        seen: &Revision,
    ) -> Result<AliasState, Outcome> {
        if seen.0.is_empty() {
            return Err(refused(
                "the alias could not be read when the plan was made",
                "read it again: the role needs lambda:GetAlias",
            ));
        }
        let failed = |error: crate::ports::PortError| {
            refused(
                format!("nothing was sent, the look just before failed: {error}"),
                error.hint,
            )
        };
        let latest = self.look().await.map_err(failed)?;
        let before = self.look_alias(alias).await.map_err(failed)?;
        if before.revision != *seen {
            return Err(alias_conflict(order, seen, &before, false));
        }
        if let Some((reason, hint)) = rules::busy(&latest.update) {
            return Err(refused(reason, hint));
        }
        if let UpdateStatus::Failed(reason) = latest.update {
            return Err(refused(
                format!("the last update of $LATEST failed: {reason}"),
                "mend it first: what would be published is not what was wanted",
            ));
        }
        Ok(before)
    }

    /// Publishes once. When no answer comes nothing is lost: traffic goes where it went, and publishing again is harmless.
    async fn publish(&self, order: &Order) -> Result<String, Outcome> {
        let revision = order.plan.seen.as_ref().filter(|seen| !seen.0.is_empty());
        let answer = self
            .writes
            .publish_version()
            .function_name(&self.function)
            .set_revision_id(revision.map(|seen| seen.0.clone()))
            .send()
            .await;
        match answer {
            Ok(answer) => answer
                .version
                .filter(|version| !version.is_empty())
                .ok_or_else(|| {
                    refused(
                        "Lambda published a version and did not name it",
                        "traffic is unchanged; press the key again",
                    )
                }),
            Err(error) => {
                let stale = error
                    .as_service_error()
                    .is_some_and(PublishVersionError::is_precondition_failed_exception);
                let told = port_error(format!("lambda:PublishVersion {}", self.function), error);
                Err(if stale {
                    refused(
                        told.text,
                        "somebody changed the function since it was read: read it again, then decide",
                    )
                } else {
                    refused(format!("{}; traffic is unchanged", told.text), told.hint)
                })
            }
        }
    }

    /// A version that is still being made ready cannot take traffic.
    async fn wait_active(&self, version: &str) -> Result<(), Outcome> {
        let limits = self.connection.limits();
        let deadline = Instant::now() + limits.update;
        loop {
            let read =
                store::configuration(&self.writes, &self.function, Some(version), Some(limits))
                    .await;
            let state = match read {
                Ok(published) => match published.state {
                    Some(State::Pending) => "it is still Pending".to_owned(),
                    Some(State::Failed) => {
                        return Err(refused(
                            format!(
                                "version {version} was published and failed to start; traffic is unchanged"
                            ),
                            "`aws lambda get-function-configuration --qualifier` shows the reason",
                        ));
                    }
                    _ => return Ok(()),
                },
                Err(error) => error.to_string(),
            };
            if Instant::now() + limits.update_look > deadline {
                return Err(refused(
                    format!(
                        "version {version} was published and is not ready after {} s ({state}); traffic is unchanged",
                        limits.update.as_secs()
                    ),
                    "press the key again in a minute",
                ));
            }
            tokio::time::sleep(limits.update_look).await;
        }
    }

    /// Reads the alias back until it shows the new version. `lost` says why there was no answer to the update.
    async fn repointed(
        &self,
        order: &Order,
        alias: &str,
        version: &str,
        before: &AliasState,
        lost: Option<String>,
    ) -> Outcome {
        let limits = self.connection.limits();
        let deadline = Instant::now() + limits.search;
        loop {
            let state = match self.look_alias(alias).await {
                Ok(now) if now.version == version => {
                    return self.arrived(&now, before, lost).await;
                }
                Ok(now) if now.revision != before.revision => {
                    return alias_conflict(order, &before.revision, &now, true);
                }
                Ok(now) => format!("alias {alias} still points at version {}", now.version),
                Err(error) => format!("reading back failed ({error})"),
            };
            if Instant::now() + limits.look > deadline {
                let lost = lost.unwrap_or_else(|| "the update was accepted".to_owned());
                return Outcome::Unknown {
                    reason: format!("{lost}; {state}"),
                };
            }
            tokio::time::sleep(limits.look).await;
        }
    }

    async fn arrived(
        &self,
        now: &AliasState,
        before: &AliasState,
        lost: Option<String>,
    ) -> Outcome {
        // The lever's revision is that of $LATEST; where it cannot be read, the alias's own still tells the writes apart.
        let revision = self
            .look()
            .await
            .map_or_else(|_| now.revision.clone(), |latest| latest.revision);
        let mut note = format!(
            "alias {} points at version {} instead of {}",
            now.name, now.version, before.version
        );
        if !before.routing.is_empty() && now.routing.is_empty() {
            note.push_str("; its weights to other versions were taken off");
        }
        if let Some(lost) = lost {
            note = format!("the answer was lost ({lost}), and {note}");
        }
        Outcome::Applied {
            revision,
            at: self.now(),
            note: Some(note),
        }
    }

    /// What became of a repointing of an earlier run, by reading.
    pub(super) async fn find_repoint(
        &self,
        order: &Order,
        alias: &str,
        seen: &Revision,
    ) -> PortResult<Outcome> {
        let now = store::alias(&self.reads, &self.function, alias, None).await?;
        if now.revision == *seen {
            let state = format!("alias {alias} is as it was, at version {}", now.version);
            return Ok(no_trace(order, self.now(), &state));
        }
        if let Replaced::AliasVersion(old) = &order.plan.replaced
            && now.version == *old
        {
            return Ok(Outcome::Unknown {
                reason: format!("alias {alias} was changed and points at version {old}, as before"),
            });
        }
        let latest = store::configuration(&self.reads, &self.function, None, None).await?;
        let pointed =
            store::configuration(&self.reads, &self.function, Some(&now.version), None).await?;
        if pointed.variables.is_ok() && pointed.variables == latest.variables {
            return Ok(Outcome::Applied {
                revision: latest.revision,
                at: self.now(),
                note: Some(format!(
                    "found by reading: alias {alias} points at version {}, with the environment of $LATEST",
                    now.version
                )),
            });
        }
        Ok(Outcome::Unknown {
            reason: format!(
                "alias {alias} points at version {}, with another environment than $LATEST",
                now.version
            ),
        })
    }

    async fn look_alias(&self, alias: &str) -> PortResult<AliasState> {
        let limits = self.connection.limits();
        store::alias(&self.writes, &self.function, alias, Some(limits)).await
    }
}

fn alias_conflict(order: &Order, seen: &Revision, now: &AliasState, sent: bool) -> Outcome {
    let text = format!("alias {} -> version {}", now.name, now.version);
    let seen_text = match &order.plan.replaced {
        Replaced::AliasVersion(version) => format!("alias {} -> version {version}", now.name),
        _ => String::new(),
    };
    Outcome::Conflict(Conflict {
        sent,
        seen: seen.clone(),
        found: now.revision.clone(),
        by: None,
        at: None,
        seen_text,
        their_text: text.clone(),
        now_text: text,
    })
}
