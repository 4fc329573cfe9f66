//! Reading parameters: GetParameter, GetParameters, GetParameterHistory. It changes nothing.

use super::name;
use super::store::{Parameter, Parameters, Version, no_version, not_found};
use crate::sim::aws::{OpResult, ServiceError, page, read};
use crate::sim::wire::{Value, map};

pub(super) fn get(parameters: &Parameters, input: &Value) -> OpResult {
    let asked = read::required(input, "Name")?;
    let decrypt = read::flag(input, "WithDecryption")?;
    Ok(map([("Parameter", one(parameters, asked, decrypt)?)]))
}

pub(super) fn get_many(parameters: &Parameters, input: &Value) -> OpResult {
    let asked = read::required_texts(input, "Names", 10)?;
    let decrypt = read::flag(input, "WithDecryption")?;
    let mut found = Vec::new();
    let mut invalid = Vec::new();
    for name in asked {
        match one(parameters, name, decrypt) {
            Ok(parameter) => found.push(parameter),
            Err(_) => invalid.push(Value::from(name)),
        }
    }
    found.sort_by(|a, b| a.get("Name").as_str().cmp(&b.get("Name").as_str()));
    Ok(map([
        ("Parameters", found.into()),
        ("InvalidParameters", invalid.into()),
    ]))
}

pub(super) fn history(parameters: &Parameters, input: &Value) -> OpResult {
    let asked = read::required(input, "Name")?;
    let decrypt = read::flag(input, "WithDecryption")?;
    let most = read::number(input, "MaxResults", 1, 50)?.unwrap_or(50) as usize;
    let (name, parameter) = parameters.find(asked).ok_or_else(not_found)?;
    let scope = format!("history {name}");
    let from = resume(input, &scope)?;
    let mut rest = parameter.versions().filter(|v| v.number as u64 >= from);
    let versions: Vec<Value> = rest
        .by_ref()
        .take(most)
        .map(|v| version(name, v, decrypt))
        .collect();
    let next = rest.next().map(|v| page::token(&scope, v.number as u64));
    Ok(map([
        ("Parameters", versions.into()),
        ("NextToken", next.into()),
    ]))
}

/// Where the list `scope` goes on by the request's NextToken; 0 without one.
pub(super) fn resume(input: &Value, scope: &str) -> Result<u64, ServiceError> {
    match read::text(input, "NextToken")? {
        None => Ok(0),
        Some(token) => page::position(scope, token).ok_or_else(|| {
            ServiceError::new("InvalidNextToken", "The specified token is not valid.")
        }),
    }
}

/// The `Parameter` structure of one version.
pub(super) fn parameter(
    name: &str,
    selector: Option<&str>,
    version: &Version,
    decrypt: bool,
) -> Value {
    map([
        ("Name", name.into()),
        ("Type", version.kind.as_str().into()),
        ("Value", version.shown(decrypt)),
        ("Version", version.number.into()),
        ("Selector", selector.map(|s| format!(":{s}")).into()),
        ("LastModifiedDate", Value::Time(version.modified)),
        ("ARN", name::arn(name).into()),
        ("DataType", version.data_type.as_str().into()),
    ])
}

fn one(parameters: &Parameters, asked: &str, decrypt: bool) -> OpResult {
    let (plain, selector) = name::selector(asked);
    let (name, found) = parameters.find(plain).ok_or_else(not_found)?;
    let version =
        select(found, selector).ok_or_else(|| no_version(name, selector.unwrap_or_default()))?;
    Ok(parameter(name, selector, version, decrypt))
}

fn select<'a>(parameter: &'a Parameter, selector: Option<&str>) -> Option<&'a Version> {
    match selector {
        None => Some(&parameter.newest),
        Some(text) => match text.parse::<i64>() {
            Ok(number) => parameter.versions().find(|v| v.number == number),
            Err(_) => parameter
                .versions()
                .find(|v| v.labels.iter().any(|l| l == text)),
        },
    }
}

fn version(name: &str, version: &Version, decrypt: bool) -> Value {
    let labels = version
        .labels
        .iter()
        .map(|l| l.as_str().into())
        .collect::<Vec<Value>>();
    map([
        ("Name", name.into()),
        ("Type", version.kind.as_str().into()),
        ("KeyId", version.key_id.clone().into()),
        ("LastModifiedDate", Value::Time(version.modified)),
        ("LastModifiedUser", version.user.as_str().into()),
        ("Description", version.description.clone().into()),
        ("Value", version.shown(decrypt)),
        ("AllowedPattern", version.allowed_pattern.clone().into()),
        ("Version", version.number.into()),
        ("Labels", labels.into()),
        ("Tier", version.tier.as_str().into()),
        ("Policies", Value::List(Vec::new())),
        ("DataType", version.data_type.as_str().into()),
    ])
}
