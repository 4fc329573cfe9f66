//! What the lever on a Lambda function promises where traffic takes an alias: a change that cannot reach it is seen to be one, and
//! publishing and repointing reaches it.

use std::collections::BTreeMap;

use coalmine::domain::lever::{AliasState, LeverContent, LeverState};
use coalmine::domain::plan::{Change, Order};
use coalmine::domain::rollout::FlagSource;
use coalmine::sim::Sim;
use coalmine::sim::world::{Scenario, names};
use libtest_mimic::Trial;
use serde_json::json;

use crate::function::{aliased, fallback_on, state};
use crate::functions::Function;
use crate::stage::{self, ME, applied, conflict, refused, trials, while_cranked};
use crate::stores::Store;
use crate::wire::BEN;

/// The trials.
pub fn trials() -> Vec<Trial> {
    trials!("traffic":
        a_pinned_alias_is_seen_and_the_traffic_does_not_change,
        publishing_and_repointing_reaches_the_traffic,
        weights_to_other_versions_are_taken_off,
        an_alias_that_somebody_moved_is_a_conflict,
        an_alias_that_cannot_be_read_counts_as_pinned,
        an_alias_that_the_config_does_not_name_is_found_among_many,
        the_alias_trap_of_the_world_is_sprung_and_got_out_of,
    )
}

async fn alias(function: &Function) -> AliasState {
    state(function).await.alias.unwrap()
}

async fn a_pinned_alias_is_seen_and_the_traffic_does_not_change() {
    let function = aliased().await;
    let seen = alias(&function).await;
    assert!(seen.is_pinned());
    assert_eq!((seen.name.as_str(), seen.version.as_str()), ("live", "1"));
    assert_eq!(seen.variables.unwrap(), Function::before());
    let order = fallback_on(&function).await;
    let warned = order
        .plan
        .warnings
        .iter()
        .any(|w| w.contains("alias live to version 1"));
    assert!(warned, "{:?}", order.plan.warnings);
    applied(function.apply(&order).await);
    assert_eq!(function.runs_with(None), Function::after());
    assert_eq!(
        function.runs_with(Some("live")),
        Function::before(),
        "as was warned"
    );
    assert_eq!(
        alias(&function).await.variables.unwrap(),
        Function::before()
    );
}

async fn repointing(function: &Function) -> Order {
    stage::order(
        &Change::PublishAndRepoint,
        &*function.lever(),
        &function.spec,
    )
    .await
}

async fn publishing_and_repointing_reaches_the_traffic() {
    let function = aliased().await;
    let order = fallback_on(&function).await;
    applied(function.apply(&order).await);
    let order = repointing(&function).await;
    let (revision, note) = applied(function.apply(&order).await);
    assert!(note.contains("version 2 instead of 1"), "{note}");
    assert_eq!(function.lever().read().await.unwrap().revision.0, revision);
    assert_eq!(function.runs_with(Some("live")), Function::after());
    let now = alias(&function).await;
    assert_eq!(
        (now.version.as_str(), now.variables.unwrap()),
        ("2", Function::after())
    );
    applied(function.lever().verify(&order).await.unwrap());
    conflict(function.apply(&order).await);
}

async fn weights_to_other_versions_are_taken_off() {
    let function = aliased().await;
    let order = fallback_on(&function).await;
    applied(function.apply(&order).await);
    let mut other = Function::after();
    other.insert("LOG_LEVEL".to_owned(), "DEBUG".to_owned());
    function.replace(&other);
    function.settle();
    function
        .wire
        .lambda(
            BEN,
            "POST",
            &format!("{}/versions", function.name),
            &json!({}),
        )
        .unwrap();
    let weights = json!({"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.25}}});
    let path = format!("{}/aliases/live", function.name);
    function.wire.lambda(BEN, "PUT", &path, &weights).unwrap();
    assert_eq!(
        alias(&function).await.routing,
        BTreeMap::from([("2".to_owned(), 0.25)])
    );
    let mut last = other.clone();
    last.insert("LOG_LEVEL".to_owned(), "INFO".to_owned());
    function.replace(&last);
    function.settle();
    let order = repointing(&function).await;
    let (_, note) = applied(function.apply(&order).await);
    assert!(note.contains("weights"), "{note}");
    let now = alias(&function).await;
    assert_eq!((now.version.as_str(), now.routing), ("3", BTreeMap::new()));
    let shown = function.wire.lambda(BEN, "GET", &path, &json!({})).unwrap();
    let left = shown["RoutingConfig"]["AdditionalVersionWeights"]
        .as_object()
        .map_or(0, serde_json::Map::len);
    assert_eq!(left, 0, "{shown}");
}

async fn an_alias_that_somebody_moved_is_a_conflict() {
    let function = aliased().await;
    let order = fallback_on(&function).await;
    applied(function.apply(&order).await);
    let order = repointing(&function).await;
    let path = format!("{}/aliases/live", function.name);
    function
        .wire
        .lambda(BEN, "PUT", &path, &json!({"Description": "touched"}))
        .unwrap();
    let met = conflict(function.apply(&order).await);
    assert!(!met.sent && met.now_text.contains("version 1"), "{met:?}");
    assert_eq!(function.runs_with(Some("live")), Function::before());
    assert_eq!(function.wire.arrived("lambda:PublishVersion"), 0);
}

async fn an_alias_that_cannot_be_read_counts_as_pinned() {
    let function = aliased().await;
    function.wire.faults(&["lambda:GetAlias=denied"]);
    let seen = alias(&function).await;
    assert!(seen.is_pinned());
    let why = seen.variables.unwrap_err();
    assert!(why.contains("lambda:GetAlias"), "{why}");
    let read = function.lever().read().await.unwrap();
    if let Ok(plan) = stage::plan(&Change::PublishAndRepoint, Some(&read), &function.spec) {
        refused(function.apply(&stage::accepted(plan, read.read_at)).await);
    }
    assert_eq!(function.wire.arrived("lambda:UpdateAlias"), 0);
}

async fn an_alias_that_the_config_does_not_name_is_found_among_many() {
    let function = aliased().await;
    for number in 0..60 {
        let input = json!({"Name": format!("a-{number:02}"), "FunctionVersion": "1"});
        let path = format!("{}/aliases", function.name);
        function.wire.lambda(BEN, "POST", &path, &input).unwrap();
    }
    let mut spec = function.spec.clone();
    spec.fallback.as_mut().unwrap().alias = None;
    let ports = stage::ports(&spec, &function.sim().url(), ME).await;
    let lever = ports.fallback.unwrap();
    let seen = |state: LeverState| match state.content {
        LeverContent::Function(state) => state.alias,
        LeverContent::Document(_) => unreachable!("a function holds variables"),
    };
    let found = seen(lever.read().await.unwrap()).unwrap();
    assert_eq!((found.name.as_str(), found.version.as_str()), ("live", "1"));
    assert_eq!(found.variables.unwrap(), Function::before());
    function.wire.faults(&["lambda:ListAliases=denied"]);
    assert_eq!(
        seen(lever.read().await.unwrap()),
        None,
        "nobody knows, and the rest is read"
    );
}

/// The demo's own world, in which traffic goes through an alias.
async fn the_alias_trap_of_the_world_is_sprung_and_got_out_of() {
    let sim: Sim = stage::simulator(Scenario::AliasTrap, &[]);
    let mut spec = stage::spec(FlagSource::Ssm(names::PARAMETER.to_owned()));
    spec.fallback.as_mut().unwrap().alias = Some(names::ALIAS.to_owned());
    let ports = stage::ports(&spec, &sim.url(), ME).await;
    let lever = ports.fallback.unwrap();
    let runs = || {
        sim.aws().with(|aws, now| {
            let environment = aws
                .functions
                .environment(names::FUNCTION, Some(names::ALIAS), now);
            environment["ROLLOUT_PERCENTAGE"].clone()
        })
    };
    assert_ne!(runs(), "0");
    let order = stage::order(&Change::FallbackOn, &*lever, &spec).await;
    applied(while_cranked(&sim, lever.apply(&order)).await);
    assert_ne!(runs(), "0", "the trap");
    let order = stage::order(&Change::PublishAndRepoint, &*lever, &spec).await;
    applied(while_cranked(&sim, lever.apply(&order)).await);
    assert_eq!(runs(), "0");
}
