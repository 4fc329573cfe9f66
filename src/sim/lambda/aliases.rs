//! Aliases: a name for one version, or for two with weights. Which version an invocation takes is the caller's matter.

use super::configuration::{Target, check_revision, target};
use super::store::{Alias, Function, Functions, absent, arn};
use super::{conflict, invalid, not_found, paged};
use crate::sim::aws::{OpResult, ServiceError, read};
use crate::sim::wire::{Value, map};

pub(super) fn get(functions: &Functions, input: &Value) -> OpResult {
    let Target { name, .. } = target(input)?;
    let alias = alias_name(input)?;
    let found = functions
        .get(&name)?
        .aliases
        .get(alias)
        .ok_or_else(|| no_alias(&name, alias))?;
    Ok(describe(&name, alias, found))
}

pub(super) fn create(functions: &mut Functions, input: &Value) -> OpResult {
    let Target { name, .. } = target(input)?;
    let alias = alias_name(input)?;
    let version = read::required(input, "FunctionVersion")?;
    let function = functions.get_mut(&name)?;
    if function.aliases.contains_key(alias) {
        return Err(conflict(format!(
            "Alias already exists: {}",
            arn(&name, Some(alias))
        )));
    }
    check_version(&name, function, version)?;
    let weights = weights(&name, function, version, input)?.unwrap_or_default();
    let description = read::text(input, "Description")?
        .unwrap_or_default()
        .to_owned();
    let made = Alias {
        version: version.to_owned(),
        description,
        weights,
        revision: function.revise(),
    };
    function.aliases.insert(alias.to_owned(), made.clone());
    Ok(describe(&name, alias, &made))
}

pub(super) fn update(functions: &mut Functions, input: &Value) -> OpResult {
    let Target { name, .. } = target(input)?;
    let alias = alias_name(input)?;
    let function = functions.get_mut(&name)?;
    let mut changed = function
        .aliases
        .get(alias)
        .cloned()
        .ok_or_else(|| no_alias(&name, alias))?;
    check_revision(input, &changed.revision)?;
    if let Some(version) = read::text(input, "FunctionVersion")? {
        check_version(&name, function, version)?;
        version.clone_into(&mut changed.version);
    }
    if let Some(weights) = weights(&name, function, &changed.version, input)? {
        changed.weights = weights;
    }
    if let Some(text) = read::text(input, "Description")? {
        text.clone_into(&mut changed.description);
    }
    changed.revision = function.revise();
    function.aliases.insert(alias.to_owned(), changed.clone());
    Ok(describe(&name, alias, &changed))
}

pub(super) fn delete(functions: &mut Functions, input: &Value) -> OpResult {
    let Target { name, .. } = target(input)?;
    let alias = alias_name(input)?;
    functions.get_mut(&name)?.aliases.remove(alias);
    Ok(Value::Null)
}

pub(super) fn list(functions: &Functions, input: &Value) -> OpResult {
    let Target { name, .. } = target(input)?;
    let version = read::text(input, "FunctionVersion")?;
    let aliases = functions.get(&name)?.aliases.iter();
    let kept = aliases.filter(|(_, a)| {
        version.is_none_or(|v| a.version == v || a.weights.iter().any(|(w, _)| w == v))
    });
    let all: Vec<Value> = kept.map(|(alias, a)| describe(&name, alias, a)).collect();
    paged(
        input,
        &format!("aliases {name} {}", version.unwrap_or_default()),
        "Aliases",
        all,
    )
}

fn alias_name(input: &Value) -> Result<&str, ServiceError> {
    let alias = read::required(input, "Name")?;
    let fits = alias
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if fits && !alias.chars().all(|c| c.is_ascii_digit()) {
        return Ok(alias);
    }
    let constraint = "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)";
    Err(read::refused(&format!("'{alias}'"), "Name", constraint))
}

fn check_version(name: &str, function: &Function, version: &str) -> Result<(), ServiceError> {
    if version == "$LATEST" || function.version(version).is_some() {
        return Ok(());
    }
    if version.parse::<u64>().is_err() {
        let constraint = "Member must satisfy regular expression pattern: (\\$LATEST|[0-9]+)";
        return Err(read::refused(
            &format!("'{version}'"),
            "FunctionVersion",
            constraint,
        ));
    }
    Err(absent(name, Some(version)))
}

/// The weights that a request asks for; `None` when it leaves them alone.
fn weights(
    name: &str,
    function: &Function,
    version: &str,
    input: &Value,
) -> Result<Option<Vec<(String, f64)>>, ServiceError> {
    let routing = input.get("RoutingConfig");
    if routing.is_null() {
        return Ok(None);
    }
    let asked = routing.get("AdditionalVersionWeights").members();
    if asked.len() > 1 {
        return Err(invalid(
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ));
    }
    let mut weights = Vec::new();
    for (other, weight) in asked {
        let weight = weight
            .as_f64()
            .ok_or_else(|| read::mistyped(weight, "Double"))?;
        if !(0.0..=1.0).contains(&weight) {
            let constraint = "Map value must satisfy constraint: [Member must have value less than or equal to 1, Member \
                              must have value greater than or equal to 0]";
            let shown = format!("'{{{other}={weight}}}'");
            return Err(read::refused(
                &shown,
                "RoutingConfig.additionalVersionWeights",
                constraint,
            ));
        }
        if version == "$LATEST" || other == "$LATEST" {
            return Err(invalid(
                "$LATEST is not supported for an alias pointing to more than 1 version",
            ));
        }
        if version == other {
            return Err(invalid(format!(
                "Invalid function version {other}. Function version {other} is already included in routing configuration."
            )));
        }
        check_version(name, function, other)?;
        weights.push((other.clone(), weight));
    }
    Ok(Some(weights))
}

fn describe(name: &str, alias: &str, found: &Alias) -> Value {
    let weights: Vec<(String, Value)> = found
        .weights
        .iter()
        .map(|(v, w)| (v.clone(), (*w).into()))
        .collect();
    let routing = if weights.is_empty() {
        Value::Null
    } else {
        map([("AdditionalVersionWeights", Value::Map(weights))])
    };
    map([
        ("AliasArn", arn(name, Some(alias)).into()),
        ("Name", alias.into()),
        ("FunctionVersion", found.version.as_str().into()),
        ("Description", found.description.as_str().into()),
        ("RoutingConfig", routing),
        ("RevisionId", found.revision.as_str().into()),
    ])
}

fn no_alias(name: &str, alias: &str) -> ServiceError {
    not_found(format!("Cannot find alias arn: {}", arn(name, Some(alias))))
}
