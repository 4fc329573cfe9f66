//! PublishVersion, ListVersionsByFunction and ListFunctions. A version, once published, never changes.

use super::configuration::{Target, check_ready, check_revision, describe, target};
use super::store::{Function, Functions};
use super::{invalid, paged};
use crate::sim::aws::{OpResult, read};
use crate::sim::wire::Value;

pub(super) fn publish(
    functions: &mut Functions,
    input: &Value,
    now: i64,
    sealed: bool,
) -> OpResult {
    let Target { name, .. } = target(input)?;
    let function = functions.get_mut(&name)?;
    check_ready(&name, function, now)?;
    check_revision(input, function.revision(now))?;
    let current = &function.latest.code_sha;
    if let Some(seen) =
        read::text(input, "CodeSha256")?.filter(|seen| !seen.is_empty() && seen != current)
    {
        return Err(invalid(format!(
            "CodeSHA256 ({seen}) is different from current CodeSHA256 in $LATEST ({current}). Please try again with the \
             CodeSHA256 in $LATEST."
        )));
    }
    let number = function
        .publish(read::text(input, "Description")?, now)
        .to_string();
    Ok(describe(
        &name,
        function,
        Some(&number),
        &number,
        now,
        sealed,
    ))
}

pub(super) fn list(functions: &Functions, input: &Value, now: i64, sealed: bool) -> OpResult {
    let Target { name, .. } = target(input)?;
    let all = versions(&name, functions.get(&name)?, now, sealed);
    paged(input, &format!("versions {name}"), "Versions", all)
}

pub(super) fn list_functions(
    functions: &Functions,
    input: &Value,
    now: i64,
    sealed: bool,
) -> OpResult {
    let every = match read::text(input, "FunctionVersion")? {
        None => false,
        Some("ALL") => true,
        Some(other) => {
            let constraint = "Member must satisfy enum value set: [ALL]";
            return Err(read::refused(
                &format!("'{other}'"),
                "FunctionVersion",
                constraint,
            ));
        }
    };
    let mut all = Vec::new();
    for (name, function) in &functions.by_name {
        if every {
            all.extend(versions(name, function, now, sealed));
        } else {
            all.push(describe(name, function, None, "$LATEST", now, sealed));
        }
    }
    paged(input, &format!("functions {every}"), "Functions", all)
}

fn versions(name: &str, function: &Function, now: i64, sealed: bool) -> Vec<Value> {
    let published = function
        .versions
        .iter()
        .map(|(number, _)| number.to_string());
    let all = std::iter::once("$LATEST".to_owned()).chain(published);
    all.map(|v| describe(name, function, Some(&v), &v, now, sealed))
        .collect()
}
