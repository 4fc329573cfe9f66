//! The environment-variable fallback of a Lambda function: read with the alias that traffic takes, written with RevisionId and
//! waited for. It merges nothing itself: an order brings the whole map.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use futures_util::future::{join, join_all};

use super::aws::{Connection, Use};
use crate::domain::lever::{
    AliasState, FunctionState, LeverContent, LeverId, LeverKind, LeverState, Version,
};
use crate::domain::plan::{Order, Outcome, Write};
use crate::domain::rollout::FallbackSpec;
use crate::domain::{Revision, Timestamp};
use crate::ports::{Clock, Lever, PortResult};

mod apply;
mod repoint;
mod rules;
mod store;

use store::Configuration;

/// Names that aliases for traffic usually have, the likeliest first.
const USUAL: [&str; 5] = ["live", "prod", "production", "current", "stable"];

/// The environment of a Lambda function.
#[derive(Debug)]
pub struct LambdaEnv {
    function: String,
    alias: Option<String>,
    /// The variables that may be shown: those that the config itself names.
    shown: BTreeSet<String>,
    reads: Client,
    writes: Client,
    connection: Connection,
}

impl LambdaEnv {
    /// The function, and the alias that traffic takes to it.
    pub fn new(connection: &Connection, spec: &FallbackSpec) -> Self {
        let mut shown: BTreeSet<String> = spec.off.keys().cloned().collect();
        shown.insert(spec.enabled_variable.clone());
        shown.insert(spec.percentage_variable.clone());
        Self {
            function: spec.function.clone(),
            alias: spec.alias.clone(),
            shown,
            reads: connection.lambda(Use::Read),
            writes: connection.lambda(Use::Write),
            connection: connection.clone(),
        }
    }

    fn now(&self) -> Timestamp {
        self.connection.clock().now()
    }

    /// The function without a qualifier, as writes look at it.
    async fn look(&self) -> PortResult<Configuration> {
        let limits = self.connection.limits();
        store::configuration(&self.writes, &self.function, None, Some(limits)).await
    }

    /// The alias with the environments of the versions that it sends traffic to. One that cannot be read counts as pinned to an unknown
    /// version, lest a change that cannot reach the traffic looks as if it did.
    async fn alias(&self) -> Option<AliasState> {
        let Some(name) = self.alias.as_deref() else {
            return self.with_variables(self.likely_alias().await?).await;
        };
        let alias = match store::alias(&self.reads, &self.function, name, None).await {
            Ok(alias) => alias,
            Err(error) => {
                return Some(AliasState {
                    name: name.to_owned(),
                    version: "unknown".to_owned(),
                    routing: BTreeMap::new(),
                    revision: Revision(String::new()),
                    variables: Err(error.to_string()),
                    routed: BTreeMap::new(),
                });
            }
        };
        self.with_variables(alias).await
    }

    /// The alias that traffic probably takes where the config names none: a config without it is how people walk into the trap
    /// of changing `$LATEST` for nothing. Who may not list aliases learns of none.
    async fn likely_alias(&self) -> Option<AliasState> {
        let aliases = store::pinned_aliases(&self.reads, &self.function).await;
        let rank = |alias: &AliasState| USUAL.iter().position(|name| *name == alias.name);
        let found = aliases.ok()?.into_iter();
        found.min_by_key(|alias| rank(alias).unwrap_or(USUAL.len()))
    }

    async fn with_variables(&self, mut alias: AliasState) -> Option<AliasState> {
        let weighted = alias
            .routing
            .keys()
            .map(|version| async { (version.clone(), self.variables_of(version).await) });
        let (own, routed) = join(self.variables_of(&alias.version), join_all(weighted)).await;
        alias.routed = routed.into_iter().collect();
        alias.variables = own;
        Some(alias)
    }

    async fn variables_of(&self, version: &str) -> Result<BTreeMap<String, String>, String> {
        let found = store::configuration(&self.reads, &self.function, Some(version), None).await;
        found.map_err(|error| error.to_string())?.variables
    }
}

#[async_trait]
impl Lever for LambdaEnv {
    fn id(&self) -> LeverId {
        LeverId::Fallback
    }

    fn kind(&self) -> LeverKind {
        LeverKind::LambdaEnv
    }

    async fn read(&self) -> PortResult<LeverState> {
        let latest = store::configuration(&self.reads, &self.function, None, None);
        let (latest, alias) = join(latest, self.alias()).await;
        let latest = latest?;
        Ok(LeverState {
            id: LeverId::Fallback,
            kind: LeverKind::LambdaEnv,
            resource: latest.name,
            read_at: self.now(),
            revision: latest.revision,
            content: LeverContent::Function(FunctionState {
                variables: latest.variables,
                update: latest.update,
                alias,
            }),
            changed_by: None,
            changed_at: latest.at,
        })
    }

    async fn history(&self, _limit: usize) -> PortResult<Vec<Version>> {
        Ok(Vec::new())
    }

    async fn apply(&self, order: &Order) -> Outcome {
        if let (Some(qualifier), false) = (rules::qualifier(&self.function), order.plan.is_no_op())
        {
            return super::settle::refused(
                format!(
                    "`{}` names version or alias `{qualifier}`, whose environment is frozen",
                    self.function
                ),
                format!(
                    "name the function without `:{qualifier}` in the config, and give the alias as `alias`"
                ),
            );
        }
        match &order.plan.write {
            Write::Nothing => Outcome::NoOp,
            Write::Variables(wanted) => self.write_variables(order, wanted).await,
            Write::PublishAndRepoint {
                alias,
                alias_revision,
            } => self.publish_and_repoint(order, alias, alias_revision).await,
            Write::Document(_) => super::settle::wrong_lever("a function holds variables"),
        }
    }

    async fn verify(&self, order: &Order) -> PortResult<Outcome> {
        match &order.plan.write {
            Write::Nothing => Ok(Outcome::NoOp),
            Write::Variables(wanted) => self.find_variables(order, wanted).await,
            Write::PublishAndRepoint {
                alias,
                alias_revision,
            } => self.find_repoint(order, alias, alias_revision).await,
            Write::Document(_) => Ok(super::settle::wrong_lever("a function holds variables")),
        }
    }
}

#[cfg(test)]
mod tests;
