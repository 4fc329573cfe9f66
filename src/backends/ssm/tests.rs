//! The parameter lever over a small Parameter Store that a test can disturb at each call.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::backends::fake::{Fake, Reply, Request};
use crate::backends::fixtures::document_order;

mod reading;
mod resolving;
mod writing;

const NAME: &str = "/audio-transcription/partial-results/config";
const ME: &str = "arn:aws:sts::123456789012:assumed-role/oncall/me";
const ANA: &str = "arn:aws:iam::123456789012:user/ana";
const BEFORE: &str = r#"{"enabled":true,"rollout_percentage":10}"#;
const AFTER: &str = r#"{"enabled":false,"rollout_percentage":10}"#;
const THEIRS: &str = r#"{"enabled":true,"rollout_percentage":50}"#;

/// One stored version.
#[derive(Clone)]
struct Stored {
    value: String,
    by: &'static str,
    extra: Value,
}

/// The stored versions, the first of them version 1.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<Vec<Stored>>>);

impl Store {
    fn holding(values: &[(&str, &'static str)]) -> Self {
        let store = Self::default();
        for (value, by) in values {
            store.push(value, by);
        }
        store
    }

    fn push(&self, value: &str, by: &'static str) -> usize {
        let mut versions = self.0.lock().unwrap();
        versions.push(Stored {
            value: value.to_owned(),
            by,
            extra: json!({}),
        });
        versions.len()
    }

    /// Adds members to the newest version, such as its type or labels.
    fn mark(&self, extra: Value) {
        self.0.lock().unwrap().last_mut().unwrap().extra = extra;
    }

    fn newest(&self) -> Option<(usize, Stored)> {
        let versions = self.0.lock().unwrap();
        versions.last().map(|last| (versions.len(), last.clone()))
    }

    fn get(&self, name: &str) -> Reply {
        let selected = name
            .strip_prefix(NAME)
            .and_then(|rest| rest.strip_prefix(':'))
            .and_then(|n| n.parse().ok());
        let versions = self.0.lock().unwrap().clone();
        let version: usize = selected.unwrap_or(versions.len());
        match version.checked_sub(1).and_then(|at| versions.get(at)) {
            Some(stored) => Reply::ok(json!({"Parameter": entry(version, stored)})),
            None => Reply::error(400, "ParameterNotFound", ""),
        }
    }

    /// Pages of two, oldest first, as AWS orders them.
    fn history(&self, request: &Request) -> Reply {
        let versions = self.0.lock().unwrap().clone();
        let start: usize = request.text("NextToken").parse().unwrap_or(0);
        let page: Vec<Value> = (start..versions.len().min(start + 2))
            .map(|at| entry(at + 1, &versions[at]))
            .collect();
        let mut answer = json!({"Parameters": page});
        if start + 2 < versions.len() {
            answer["NextToken"] = json!((start + 2).to_string());
        }
        Reply::ok(answer)
    }

    /// Answers as Parameter Store does, as `ME`.
    fn answer(&self, request: &Request) -> Reply {
        match request.operation.as_str() {
            "GetParameter" => self.get(&request.text("Name")),
            "GetParameterHistory" => self.history(request),
            "PutParameter" => Reply::ok(
                json!({"Version": self.push(&request.text("Value"), ME), "Tier": "Standard"}),
            ),
            _ => Reply::error(400, "UnknownOperationException", ""),
        }
    }
}

fn entry(version: usize, stored: &Stored) -> Value {
    let mut entry = json!({
        "Name": NAME, "Type": "String", "Value": stored.value, "Version": version,
        "LastModifiedUser": stored.by, "LastModifiedDate": 1_780_000_000.0 + version as f64,
    });
    for (member, value) in stored.extra.as_object().unwrap() {
        entry[member] = value.clone();
    }
    entry
}

/// A lever over `store`, whose calls `disturb` may answer in the store's place.
async fn lever(
    store: &Store,
    disturb: impl Fn(&Store, &Request) -> Option<Reply> + Send + Sync + 'static,
) -> (Fake, SsmParameter) {
    lever_named(NAME, store, disturb).await
}

async fn lever_named(
    name: &str,
    store: &Store,
    disturb: impl Fn(&Store, &Request) -> Option<Reply> + Send + Sync + 'static,
) -> (Fake, SsmParameter) {
    let held = store.clone();
    let fake =
        Fake::start(move |request| disturb(&held, request).unwrap_or_else(|| held.answer(request)))
            .await;
    let connection = fake.connect().await;
    connection.remember_arn(ME);
    let lever = SsmParameter::new(&connection, name);
    (fake, lever)
}

fn undisturbed(_: &Store, _: &Request) -> Option<Reply> {
    None
}

fn order(seen: Option<&str>) -> Order {
    document_order(seen, BEFORE, AFTER)
}
