//! Lambda functions in a simulator, with an environment that is easy to damage, looked into from beside the lever.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use coalmine::domain::Timestamp;
use coalmine::domain::plan::{Change, Order, Outcome};
use coalmine::domain::rollout::{FlagSource, RolloutSpec};
use coalmine::ports::{Lever, Ports};
use coalmine::sim::Sim;
use serde_json::json;

use crate::stage::{self, ME};
use crate::stores::{Store, fresh};
use crate::wire::{BEN, Wire};

/// The environment of a Lambda function in a simulator.
pub struct Function {
    pub wire: Wire,
    pub name: String,
    pub spec: RolloutSpec,
    pub ports: Ports,
    pub sim: Arc<dyn AsRef<Sim> + Send + Sync>,
}

/// A simulator that outlives the trials.
pub struct Shared(pub &'static Sim);

impl AsRef<Sim> for Shared {
    fn as_ref(&self) -> &Sim {
        self.0
    }
}

/// A simulator of a trial's own.
pub struct Own(pub Sim);

impl AsRef<Sim> for Own {
    fn as_ref(&self) -> &Sim {
        &self.0
    }
}

impl Function {
    /// A new function in the shared simulator.
    pub async fn in_simulator() -> Self {
        Self::over(Arc::new(Shared(stage::shared_lambda())), None).await
    }

    /// A new function, to which traffic may take an alias.
    pub async fn over(sim: Arc<dyn AsRef<Sim> + Send + Sync>, alias: Option<&str>) -> Self {
        let url = sim.as_ref().as_ref().url();
        Self::through(sim, &url, alias).await
    }

    /// The same, asked through another endpoint.
    pub async fn through(
        sim: Arc<dyn AsRef<Sim> + Send + Sync>,
        url: &str,
        alias: Option<&str>,
    ) -> Self {
        let name = format!("contract-{}", fresh());
        let shared = sim.as_ref().as_ref().aws();
        shared.with(|aws, now| {
            aws.functions.create(&name, Self::before(), now);
            if let Some(alias) = alias {
                let version = aws.functions.publish(&name, now).unwrap();
                aws.functions.set_alias(&name, alias, version);
            }
        });
        let mut spec = stage::spec(FlagSource::Ssm("/contract/unused".to_owned()));
        let fallback = spec.fallback.as_mut().unwrap();
        fallback.function.clone_from(&name);
        fallback.alias = alias.map(str::to_owned);
        let ports = stage::ports(&spec, url, ME).await;
        Self {
            wire: Wire::new(&sim.as_ref().as_ref().url()),
            name,
            spec,
            ports,
            sim,
        }
    }

    /// The simulator that it lives in.
    pub fn sim(&self) -> &Sim {
        (*self.sim).as_ref()
    }

    /// The environment that it begins with: more than the fallback knows of, and a secret.
    pub fn before() -> BTreeMap<String, String> {
        [
            ("PARTIAL_RESULTS_ENABLED", "true"),
            ("ROLLOUT_PERCENTAGE", "10"),
            ("DB_URL", "postgres://svc:hunter2@db/prod"),
            ("EMPTY", ""),
            ("ODD", " spaces, = and \"quotes\" – ünï\n"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// The environment that the fallback makes of it.
    pub fn after() -> BTreeMap<String, String> {
        let mut after = Self::before();
        after.insert("PARTIAL_RESULTS_ENABLED".to_owned(), "false".to_owned());
        after.insert("ROLLOUT_PERCENTAGE".to_owned(), "0".to_owned());
        after
    }

    /// Somebody else replaces the environment.
    pub fn replace(&self, variables: &BTreeMap<String, String>) {
        let path = format!("{}/configuration", self.name);
        let input = json!({"Environment": {"Variables": variables}});
        self.wire.lambda(BEN, "PUT", &path, &input).unwrap();
    }

    /// Lets an update come into force.
    pub fn settle(&self) {
        self.sim()
            .clock()
            .advance(std::time::Duration::from_secs(10));
    }

    /// What invocations through `qualifier` run with.
    pub fn runs_with(&self, qualifier: Option<&str>) -> BTreeMap<String, String> {
        let aws = self.sim().aws();
        aws.with(|aws, now| aws.functions.environment(&self.name, qualifier, now))
    }
}

#[async_trait]
impl Store for Function {
    fn spec(&self) -> &RolloutSpec {
        &self.spec
    }

    fn lever(&self) -> Arc<dyn Lever> {
        Arc::clone(self.ports.fallback.as_ref().unwrap())
    }

    fn stored(&self) -> String {
        let path = format!("{}/configuration", self.name);
        let shown = self.wire.lambda(BEN, "GET", &path, &json!({})).unwrap();
        let variables: BTreeMap<String, String> =
            serde_json::from_value(shown["Environment"]["Variables"].clone()).unwrap();
        serde_json::to_string(&variables).unwrap()
    }

    fn another_writes(&self) -> String {
        let mut theirs = Self::before();
        theirs.insert("LOG_LEVEL".to_owned(), "DEBUG".to_owned());
        self.replace(&theirs);
        self.settle();
        serde_json::to_string(&theirs).unwrap()
    }

    fn steps(&self) -> Vec<(Change, String)> {
        let old: BTreeMap<String, Option<String>> =
            ["PARTIAL_RESULTS_ENABLED", "ROLLOUT_PERCENTAGE"]
                .into_iter()
                .map(|name| (name.to_owned(), Self::before().get(name).cloned()))
                .collect();
        let text = |variables| serde_json::to_string(&variables).unwrap();
        vec![
            (Change::FallbackOn, text(Self::after())),
            (Change::FallbackOff(old), text(Self::before())),
        ]
    }

    async fn apply(&self, order: &Order) -> Outcome {
        stage::while_cranked(self.sim(), self.lever().apply(order)).await
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}
