//! The stores behind the levers, each set up with contents that are easy to damage, and looked into from beside the lever.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use coalmine::domain::Timestamp;
use coalmine::domain::plan::{Change, Order, Outcome};
use coalmine::domain::rollout::{FlagSource, RolloutSpec};
use coalmine::ports::{Lever, Ports};
use serde_json::json;

use crate::stage::{self, ME, Moto, percent};
use crate::wire::{BEN, Wire};

/// A document that a careless edit damages: odd spaces, number forms, order, escapes, members that nobody here knows.
pub const DOCUMENT: &str = "{ \"min_stability_threshold\":0.850,\n\t\"owner\" : \"ana \\u00e9 \\\"on call\\\" – ünï\",\n  \"rollout_percentage\": 10.0,\n  \"enabled\" :true , \"big\":12345678901234567890, \"exp\": 1E+2,\"nested\":{\"b\":1, \"a\":[1,  2,3 ]}\n}\n";

/// The same trouble in the shape of a list of flags.
pub const LIST: &str = "{\n  \"flags\": [\n    {\n      \"name\": \"other\", \"status\": \"enabled\", \"rollout_percentage\": 100.0\n    },\n    {\n      \"name\": \"partial_results\",\n      \"status\": \"percentage\",\n      \"rollout_percentage\": 10.0,\n      \"enabled_users\": [],\n      \"enabled_groups\": [],\n      \"conditions\": {\"z\": 1, \"a\": 2.50}\n    }\n  ],\n  \"comment\": \"kept\"\n}\n";

/// A number that no other trial has.
pub fn fresh() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A store with a lever on it.
#[async_trait]
pub trait Store: Send + Sync {
    /// The rollout whose lever it is.
    fn spec(&self) -> &RolloutSpec;

    /// The lever.
    fn lever(&self) -> Arc<dyn Lever>;

    /// What is stored, read from beside the lever.
    fn stored(&self) -> String;

    /// Somebody else writes something that no change of ours would write; answers what is stored then.
    fn another_writes(&self) -> String;

    /// Changes, and what must be stored after each of them, byte for byte.
    fn steps(&self) -> Vec<(Change, String)>;

    /// Carries an order out, and lets the time pass that the store takes.
    async fn apply(&self, order: &Order) -> Outcome {
        self.lever().apply(order).await
    }

    /// Now, as the lever has it.
    fn now(&self) -> Timestamp;
}

fn document_steps(before: &str, disabled: &str, half: &str) -> Vec<(Change, String)> {
    let restore = Change::Restore {
        version: coalmine::domain::Revision("1".to_owned()),
        text: before.to_owned(),
    };
    vec![
        (Change::Disable, disabled.to_owned()),
        (Change::SetPercent(percent(50)), half.to_owned()),
        (restore, before.to_owned()),
    ]
}

fn bare_steps() -> Vec<(Change, String)> {
    document_steps(
        DOCUMENT,
        &DOCUMENT.replace(":true ", ":false "),
        &DOCUMENT.replace("10.0", "50.0"),
    )
}

/// A parameter of Parameter Store.
pub struct Parameter {
    pub wire: Wire,
    pub name: String,
    pub spec: RolloutSpec,
    pub ports: Ports,
    pub is_moto: bool,
}

impl Parameter {
    /// A new parameter in the shared simulator.
    pub async fn in_simulator(text: &str) -> Self {
        Self::at(&stage::shared_simulator().url(), text, false).await
    }

    /// A new parameter in moto.
    pub async fn in_moto(moto: &Moto, text: &str) -> Self {
        Self::at(&moto.url(), text, true).await
    }

    /// A new parameter at an endpoint.
    pub async fn at(url: &str, text: &str, is_moto: bool) -> Self {
        let made = Self::absent(url, is_moto).await;
        made.put(BEN, text);
        made
    }

    /// No parameter yet.
    pub async fn absent(url: &str, is_moto: bool) -> Self {
        Self::named(url, format!("/contract/t{}/config", fresh()), is_moto).await
    }

    /// A parameter that the config calls so.
    pub async fn named(url: &str, name: String, is_moto: bool) -> Self {
        let spec = stage::spec(FlagSource::Ssm(name.clone()));
        let ports = stage::ports(&spec, url, ME).await;
        Self {
            wire: Wire::new(url),
            name,
            spec,
            ports,
            is_moto,
        }
    }

    /// The same store under another name in the config.
    pub async fn called(&self, url: &str, name: String) -> Self {
        Self::named(url, name, self.is_moto).await
    }

    /// The owner of `key` writes a text; answers the version.
    pub fn put(&self, key: &str, text: &str) -> i64 {
        let input = json!({"Name": self.name, "Value": text, "Type": "String", "Overwrite": true});
        self.ask(key, "PutParameter", &input)["Version"]
            .as_i64()
            .unwrap()
    }

    /// One operation of Parameter Store that must succeed.
    pub fn ask(&self, key: &str, operation: &str, input: &serde_json::Value) -> serde_json::Value {
        self.wire.ssm(key, operation, input).unwrap()
    }

    /// The parameter as GetParameter shows it.
    pub fn shown(&self) -> serde_json::Value {
        let input = json!({"Name": self.name, "WithDecryption": true});
        self.ask(BEN, "GetParameter", &input)["Parameter"].take()
    }

    /// Its newest version.
    pub fn version(&self) -> i64 {
        self.shown()["Version"].as_i64().unwrap()
    }
}

#[async_trait]
impl Store for Parameter {
    fn spec(&self) -> &RolloutSpec {
        &self.spec
    }

    fn lever(&self) -> Arc<dyn Lever> {
        Arc::clone(&self.ports.flag)
    }

    fn stored(&self) -> String {
        self.shown()["Value"].as_str().unwrap().to_owned()
    }

    fn another_writes(&self) -> String {
        let text = DOCUMENT.replace("\"exp\": 1E+2", "\"exp\": 1E+3, \"added\": null");
        self.put(BEN, &text);
        text
    }

    fn steps(&self) -> Vec<(Change, String)> {
        bare_steps()
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}

/// A JSON file.
pub struct Document {
    pub directory: tempfile::TempDir,
    pub path: PathBuf,
    pub spec: RolloutSpec,
    pub ports: Ports,
    text: &'static str,
}

impl Document {
    /// A file with a bare document.
    pub async fn bare() -> Self {
        Self::holding(DOCUMENT, None).await
    }

    /// A file with a list of flags.
    pub async fn list() -> Self {
        Self::holding(LIST, Some("partial_results")).await
    }

    async fn holding(text: &'static str, flag: Option<&str>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("feature_flags.json");
        std::fs::write(&path, text).unwrap();
        let mut spec = stage::spec(FlagSource::File(path.display().to_string()));
        spec.flag.shape.flag = flag.map(str::to_owned);
        // A flag in a file needs no AWS: nothing listens at this endpoint.
        let ports = stage::ports(&spec, "http://127.0.0.1:9", ME).await;
        Self {
            directory,
            path,
            spec,
            ports,
            text,
        }
    }
}

#[async_trait]
impl Store for Document {
    fn spec(&self) -> &RolloutSpec {
        &self.spec
    }

    fn lever(&self) -> Arc<dyn Lever> {
        Arc::clone(&self.ports.flag)
    }

    fn stored(&self) -> String {
        std::fs::read_to_string(&self.path).unwrap()
    }

    fn another_writes(&self) -> String {
        let text = self.text.replace("\n}\n", ",\n  \"added\": null\n}\n");
        assert_ne!(text, self.text);
        std::fs::write(&self.path, &text).unwrap();
        text
    }

    fn steps(&self) -> Vec<(Change, String)> {
        if self.spec.flag.shape.flag.is_none() {
            return bare_steps();
        }
        document_steps(
            LIST,
            &LIST.replace("\"percentage\",", "\"disabled\","),
            &LIST.replace("10.0", "50.0"),
        )
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }
}
