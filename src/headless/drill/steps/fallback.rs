//! Step 4: what a service does by its environment when it has never reached the store. The flag client alone is asked; no function
//! and no store is touched.

use std::sync::Arc;

use super::{Ground, LONG, Outcome, Passed, Stage, Trouble, Variables, land};
use crate::domain::Percent;
use crate::domain::exposure::environment;
use crate::domain::lever::LeverContent;
use crate::domain::rollout::FallbackSpec;
use crate::flag_client::{EnvironmentNames, FlagClient, Refresh, Source, WorldTime};

pub(super) async fn step(stage: &Stage, ground: &Ground<'_>) -> Outcome {
    let Some(spec) = &ground.spec.fallback else {
        return Ok(Passed::Skipped("no fallback is configured".to_owned()));
    };
    let variables = variables(ground).map_err(Trouble::Failed)?;
    let says = environment(&variables, spec);
    let Some(percent) = says.percent else {
        return Err(Trouble::Failed(format!(
            "the environment does not say who is treated ({}): a service follows its own default, which nobody sees",
            says.words
        )));
    };
    let as_it_is = decide(stage, spec, &variables, percent).await?;
    let mut off = variables;
    off.extend(spec.off.clone());
    decide(stage, spec, &off, Percent::ZERO).await?;
    Ok(Passed::Yes(format!(
        "without the store, by {}: {as_it_is}; with the fallback on: nobody",
        says.words
    )))
}

/// The environment of the version that takes the traffic.
fn variables(ground: &Ground<'_>) -> Result<Variables, String> {
    if let Some(fault) = &ground.fallback.fault {
        return Err(format!("the function could not be read: {fault}"));
    }
    let Some(LeverContent::Function(function)) =
        ground.fallback.value.as_ref().map(|state| &state.content)
    else {
        return Err("the function was not read in time".to_owned());
    };
    let found = match &function.alias {
        Some(alias) if alias.is_pinned() => &alias.variables,
        _ => &function.variables,
    };
    found
        .clone()
        .map_err(|why| format!("the environment cannot be read: {why}"))
}

/// A client that cannot reach its store decides by these variables, at this percentage.
async fn decide(
    stage: &Stage,
    spec: &FallbackSpec,
    variables: &Variables,
    percent: Percent,
) -> Result<String, Trouble> {
    let client = client(stage, spec, variables.clone());
    match client.refresh_if_due().await {
        Refresh::Failed(_) => {}
        other => {
            return Err(Trouble::Failed(format!(
                "a store that cannot be reached answered: {other:?}"
            )));
        }
    }
    let source = client.is_enabled("golden-eagle-427").source;
    if source != Source::Environment {
        return Err(Trouble::Failed(format!(
            "the flag client decides by {}, not by the environment",
            source.word()
        )));
    }
    let comparison = stage.session.model.spec.flag.shape.comparison;
    land(&client, percent > Percent::ZERO, percent, comparison).map_err(Trouble::Failed)
}

fn client(stage: &Stage, spec: &FallbackSpec, variables: Variables) -> FlagClient {
    let names = EnvironmentNames {
        enabled: spec.enabled_variable.clone(),
        rollout_percentage: spec.percentage_variable.clone(),
        ..EnvironmentNames::default()
    };
    let clock = Arc::clone(&stage.stores.clock);
    FlagClient::builder(Arc::clone(&stage.stores.unreachable))
        .shape(stage.session.model.spec.flag.shape.clone())
        .ttl(LONG)
        .environment_names(names)
        .environment(move |name| variables.get(name).cloned())
        .stopwatch(Arc::new(WorldTime::start(clock)))
        .build()
}
