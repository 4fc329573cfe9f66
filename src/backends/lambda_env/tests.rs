//! The environment lever over a small Lambda that a test can disturb at each call.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::backends::fake::{Fake, Reply, Request};
use crate::backends::fixtures::{order, variables};
use crate::domain::lever::UpdateStatus;
use crate::domain::plan::Replaced;

mod environment;
mod repointing;

const GET: &str = "GET /2015-03-31/functions/audio-processor/configuration";
const PUT: &str = "PUT /2015-03-31/functions/audio-processor/configuration";
const GET_ALIAS: &str = "GET /2015-03-31/functions/audio-processor/aliases/live";
const PUT_ALIAS: &str = "PUT /2015-03-31/functions/audio-processor/aliases/live";
const PUBLISH: &str = "POST /2015-03-31/functions/audio-processor/versions";

type Variables = BTreeMap<String, String>;

/// A function with one alias.
struct Function {
    variables: Variables,
    revision: u64,
    /// Reads that still say InProgress after an update.
    busy: u32,
    versions: Vec<Variables>,
    alias: (String, u64, Value),
    /// Members that replace those of the answer.
    extra: Value,
}

#[derive(Clone)]
struct Account(Arc<Mutex<Function>>);

impl Account {
    fn new() -> Self {
        let variables = before();
        Self(Arc::new(Mutex::new(Function {
            versions: vec![variables.clone()],
            variables,
            revision: 1,
            busy: 0,
            alias: ("1".to_owned(), 1, json!({})),
            extra: json!({}),
        })))
    }

    fn change(&self, change: impl FnOnce(&mut Function)) {
        change(&mut self.0.lock().unwrap());
    }

    fn update(&self, wanted: Variables) {
        self.change(|function| {
            function.variables = wanted;
            function.revision += 1;
        });
    }

    fn answer(&self, request: &Request) -> Reply {
        let mut function = self.0.lock().unwrap();
        let body = &request.body;
        match request.operation.as_str() {
            GET => {
                let status = if function.busy > 0 {
                    "InProgress"
                } else {
                    "Successful"
                };
                function.busy = function.busy.saturating_sub(1);
                let mut answer = configuration(&function.variables, function.revision, status);
                for (member, value) in function.extra.as_object().unwrap() {
                    answer[member] = value.clone();
                }
                Reply::ok(answer)
            }
            PUT if body["RevisionId"] != json!(format!("r{}", function.revision)) => stale(),
            PUT => {
                function.variables =
                    serde_json::from_value(body["Environment"]["Variables"].clone()).unwrap();
                function.revision += 1;
                function.busy = 3;
                Reply::ok(configuration(
                    &function.variables,
                    function.revision,
                    "InProgress",
                ))
            }
            PUBLISH => {
                let latest = function.variables.clone();
                function.versions.push(latest);
                Reply::ok(json!({"Version": function.versions.len().to_string()}))
            }
            GET_ALIAS => Reply::ok(alias(&function)),
            PUT_ALIAS if body["RevisionId"] != json!(format!("a{}", function.alias.1)) => stale(),
            PUT_ALIAS => {
                let version = body["FunctionVersion"].as_str().unwrap().to_owned();
                let routing = body.get("RoutingConfig").map_or_else(
                    || function.alias.2.clone(),
                    |r| r["AdditionalVersionWeights"].clone(),
                );
                function.alias = (version, function.alias.1 + 1, routing);
                Reply::ok(alias(&function))
            }
            other => match other.strip_prefix(&format!("{GET}?Qualifier=")) {
                Some("%24LATEST") => Reply::ok(configuration(
                    &function.variables,
                    function.revision,
                    "Successful",
                )),
                Some(version) => {
                    let at: usize = version.parse().unwrap();
                    Reply::ok(configuration(
                        &function.versions[at - 1],
                        900 + at as u64,
                        "Successful",
                    ))
                }
                None => Reply::error(404, "ResourceNotFoundException", other),
            },
        }
    }
}

fn stale() -> Reply {
    Reply::error(
        412,
        "PreconditionFailedException",
        "The Revision Id provided does not match",
    )
}

fn configuration(variables: &Variables, revision: u64, status: &str) -> Value {
    json!({
        "FunctionName": "audio-processor", "RevisionId": format!("r{revision}"), "State": "Active",
        "Environment": {"Variables": variables}, "LastUpdateStatus": status, "LastModified": "2026-11-20T18:05:44.000+0000",
    })
}

fn alias(function: &Function) -> Value {
    let (version, revision, weights) = &function.alias;
    json!({"Name": "live", "FunctionVersion": version, "RevisionId": format!("a{revision}"), "RoutingConfig": {"AdditionalVersionWeights": weights}})
}

fn before() -> Variables {
    variables(&[
        ("DB_URL", "hunter2"),
        ("PARTIAL_RESULTS_ENABLED", "true"),
        ("ROLLOUT_PERCENTAGE", "100"),
    ])
}

fn wanted() -> Variables {
    variables(&[
        ("DB_URL", "hunter2"),
        ("PARTIAL_RESULTS_ENABLED", "false"),
        ("ROLLOUT_PERCENTAGE", "0"),
    ])
}

/// The fallback, as the domain plans it.
fn fallback_on(seen: &str) -> Order {
    let old = [
        ("PARTIAL_RESULTS_ENABLED", "true"),
        ("ROLLOUT_PERCENTAGE", "100"),
    ];
    let old = old
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
        .collect();
    order(
        LeverId::Fallback,
        Some(seen),
        Write::Variables(wanted()),
        Replaced::Variables(old),
    )
}

async fn lever(
    account: &Account,
    disturb: impl Fn(&Account, &Request) -> Option<Reply> + Send + Sync + 'static,
) -> (Fake, LambdaEnv) {
    lever_of("audio-processor", None, account, disturb).await
}

async fn lever_of(
    function: &str,
    alias: Option<&str>,
    account: &Account,
    disturb: impl Fn(&Account, &Request) -> Option<Reply> + Send + Sync + 'static,
) -> (Fake, LambdaEnv) {
    let held = account.clone();
    let fake =
        Fake::start(move |request| disturb(&held, request).unwrap_or_else(|| held.answer(request)))
            .await;
    let spec = FallbackSpec {
        function: function.to_owned(),
        alias: alias.map(str::to_owned),
        off: variables(&[
            ("PARTIAL_RESULTS_ENABLED", "false"),
            ("ROLLOUT_PERCENTAGE", "0"),
        ]),
        enabled_variable: "PARTIAL_RESULTS_ENABLED".to_owned(),
        percentage_variable: "ROLLOUT_PERCENTAGE".to_owned(),
    };
    let lever = LambdaEnv::new(&fake.connect().await, &spec);
    (fake, lever)
}

fn undisturbed(_: &Account, _: &Request) -> Option<Reply> {
    None
}

fn function_of(state: LeverState) -> FunctionState {
    match state.content {
        LeverContent::Function(function) => function,
        LeverContent::Document(text) => unreachable!("{text}"),
    }
}

fn refusal(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused { reason, hint } => format!("{reason} -- {hint}"),
        other => unreachable!("{other:?}"),
    }
}
