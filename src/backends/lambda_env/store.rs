//! The calls to Lambda that read, with their answers as plain values. It decides nothing.

use std::collections::BTreeMap;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::Config as ClientConfig;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::{
    AliasRoutingConfiguration, EnvironmentResponse, LastUpdateStatus, State,
};

use crate::backends::aws::Limits;
use crate::backends::error::port_error;
use crate::domain::lever::{AliasState, UpdateStatus};
use crate::domain::{Revision, Timestamp};
use crate::ports::PortResult;

/// A function's configuration, as far as it matters here.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    pub(super) name: String,
    pub(super) revision: Revision,
    /// The environment, or why it could not be read.
    pub(super) variables: Result<BTreeMap<String, String>, String>,
    pub(super) update: UpdateStatus,
    pub(super) state: Option<State>,
    pub(super) at: Option<Timestamp>,
}

/// Reads the configuration of `$LATEST` or of a version. With `limits` the look is a write's.
pub(super) async fn configuration(
    client: &Client,
    function: &str,
    version: Option<&str>,
    limits: Option<Limits>,
) -> PortResult<Configuration> {
    let mut request = client
        .get_function_configuration()
        .function_name(function)
        .set_qualifier(version.map(str::to_owned))
        .customize();
    if let Some(limits) = limits {
        request = request.config_override(look(limits));
    }
    match request.send().await {
        Ok(answer) => Ok(plain(answer, function)),
        Err(error) => Err(port_error(
            format!("lambda:GetFunctionConfiguration {function}"),
            error,
        )),
    }
}

/// Reads an alias; the environment of its version is not read here and comes out as `variables`.
pub(super) async fn alias(
    client: &Client,
    function: &str,
    name: &str,
    limits: Option<Limits>,
) -> PortResult<AliasState> {
    let mut request = client
        .get_alias()
        .function_name(function)
        .name(name)
        .customize();
    if let Some(limits) = limits {
        request = request.config_override(look(limits));
    }
    match request.send().await {
        Ok(answer) => Ok(AliasState {
            name: name.to_owned(),
            version: answer.function_version.unwrap_or_default(),
            routing: weights(answer.routing_config),
            revision: Revision(answer.revision_id.unwrap_or_default()),
            variables: Err("not read".to_owned()),
            routed: BTreeMap::new(),
        }),
        Err(error) => Err(port_error(
            format!("lambda:GetAlias {function}:{name}"),
            error,
        )),
    }
}

/// The function's aliases that point at published versions, by name; their environments come out as unread `variables`.
pub(super) async fn pinned_aliases(client: &Client, function: &str) -> PortResult<Vec<AliasState>> {
    let pages = client.list_aliases().function_name(function);
    let mut found = pages.into_paginator().send();
    let mut aliases = Vec::new();
    while let Some(page) = found.next().await {
        let page =
            page.map_err(|error| port_error(format!("lambda:ListAliases {function}"), error))?;
        let page = page.aliases.unwrap_or_default().into_iter();
        aliases.extend(page.map(|alias| AliasState {
            name: alias.name.unwrap_or_default(),
            version: alias.function_version.unwrap_or_default(),
            routing: weights(alias.routing_config),
            revision: Revision(alias.revision_id.unwrap_or_default()),
            variables: Err("not read".to_owned()),
            routed: BTreeMap::new(),
        }));
    }
    aliases.retain(AliasState::is_pinned);
    Ok(aliases)
}

fn weights(routing: Option<AliasRoutingConfiguration>) -> BTreeMap<String, f64> {
    let weights = routing.and_then(|routing| routing.additional_version_weights);
    weights.unwrap_or_default().into_iter().collect()
}

fn look(limits: Limits) -> aws_sdk_lambda::config::Builder {
    ClientConfig::builder()
        .retry_config(limits.look_retries())
        .timeout_config(limits.look_timeouts())
}

fn plain(answer: GetFunctionConfigurationOutput, function: &str) -> Configuration {
    let reason = answer
        .last_update_status_reason
        .or_else(|| {
            answer
                .last_update_status_reason_code
                .map(|code| code.as_str().to_owned())
        })
        .unwrap_or_else(|| "Lambda gives no reason".to_owned());
    Configuration {
        name: answer.function_name.unwrap_or_else(|| function.to_owned()),
        revision: Revision(answer.revision_id.unwrap_or_default()),
        variables: variables(answer.environment),
        update: match answer.last_update_status {
            Some(LastUpdateStatus::Successful) => UpdateStatus::Successful,
            Some(LastUpdateStatus::InProgress) => UpdateStatus::InProgress,
            Some(LastUpdateStatus::Failed) => UpdateStatus::Failed(reason),
            Some(other) => UpdateStatus::Unknown(other.as_str().to_owned()),
            None => UpdateStatus::Unknown(String::new()),
        },
        state: answer.state,
        at: answer.last_modified.as_deref().and_then(time),
    }
}

/// No environment at all is an empty one. One that comes without variables was not readable, and must not be merged into.
fn variables(environment: Option<EnvironmentResponse>) -> Result<BTreeMap<String, String>, String> {
    let Some(environment) = environment else {
        return Ok(BTreeMap::new());
    };
    if let Some(error) = environment.error {
        let code = error.error_code.unwrap_or_default();
        let message = error.message.unwrap_or_default();
        return Err(format!("{code}: {message}")
            .trim_matches([':', ' '])
            .to_owned());
    }
    match environment.variables {
        Some(variables) => Ok(variables.into_iter().collect()),
        None => Err("Lambda answered an environment without its variables".to_owned()),
    }
}

/// Lambda writes `2026-11-20T18:05:44.000+0000`, without the colon that RFC 3339 wants.
fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text)
        .or_else(|| Timestamp::parse(&format!("{}Z", text.strip_suffix("+0000")?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambdas_own_way_of_writing_time_is_read() {
        let expected = Timestamp::parse("2026-11-20T18:05:44Z");
        assert!(expected.is_some());
        assert_eq!(time("2026-11-20T18:05:44.000+0000"), expected);
        assert_eq!(time("2026-11-20T18:05:44Z"), expected);
        assert_eq!(time("yesterday"), None);
    }
}
