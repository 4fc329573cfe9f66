//! The three calls to Parameter Store, with their answers as plain values. It decides nothing.

use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::Config;
use aws_sdk_ssm::types::{Parameter, ParameterHistory, ParameterTier, ParameterType};
use aws_smithy_types::DateTime;

use crate::backends::aws::Limits;
use crate::backends::error::port_error;
use crate::domain::{Revision, Timestamp};
use crate::ports::{ErrorKind, PortError, PortResult};

/// More pages than a parameter's hundred versions can fill.
const MOST_PAGES: usize = 20;

/// A parameter as GetParameter answers it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) version: i64,
    pub(super) kind: Option<ParameterType>,
    pub(super) at: Option<Timestamp>,
}

impl Found {
    /// The parameter that an answer holds; `None` without a name, a value or a version.
    pub(super) fn of(parameter: Parameter) -> Option<Self> {
        let found = Self {
            name: parameter.name?,
            text: parameter.value?,
            version: parameter.version,
            kind: parameter.r#type,
            at: time(parameter.last_modified_date),
        };
        (found.version > 0).then_some(found)
    }

    pub(super) fn revision(&self) -> Revision {
        Revision(self.version.to_string())
    }
}

/// One entry of a parameter's history.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) version: i64,
    pub(super) text: String,
    pub(super) by: Option<String>,
    pub(super) at: Option<Timestamp>,
    pub(super) labels: Vec<String>,
    pub(super) keep: Keep,
}

/// What a new version must repeat, lest it be lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Keep {
    pub(super) tier: Option<ParameterTier>,
    pub(super) key_id: Option<String>,
    pub(super) description: Option<String>,
    pub(super) allowed_pattern: Option<String>,
}

/// Reads the parameter, decrypted when it is secret. With `limits` the look is a write's: on its own patience and retries.
pub(super) async fn get(client: &Client, name: &str, limits: Option<Limits>) -> PortResult<Found> {
    let what = format!("ssm:GetParameter {name}");
    let mut request = client
        .get_parameter()
        .name(name)
        .with_decryption(true)
        .customize();
    if let Some(limits) = limits {
        request = request.config_override(look(limits));
    }
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) => return Err(port_error(what, error)),
    };
    let named = answer.parameter.map(|mut parameter| {
        parameter.name.get_or_insert_with(|| name.to_owned());
        parameter
    });
    named.and_then(Found::of).ok_or_else(|| PortError {
        kind: ErrorKind::Invalid,
        what,
        text: "the answer holds no value or no version".to_owned(),
        hint: "check the endpoint, and whether a proxy changes answers".to_owned(),
    })
}

/// Reads the whole history, oldest first, following pages.
pub(super) async fn history(
    client: &Client,
    name: &str,
    decrypt: bool,
    limits: Option<Limits>,
) -> PortResult<Vec<Written>> {
    let mut entries = Vec::new();
    let mut token: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let mut request = client
            .get_parameter_history()
            .name(name)
            .with_decryption(decrypt)
            .max_results(50)
            .set_next_token(token.clone())
            .customize();
        if let Some(limits) = limits {
            request = request.config_override(look(limits));
        }
        let page = match request.send().await {
            Ok(page) => page,
            Err(error) => return Err(port_error(format!("ssm:GetParameterHistory {name}"), error)),
        };
        entries.extend(page.parameters.unwrap_or_default().into_iter().map(written));
        let next = page.next_token.filter(|next| !next.is_empty());
        if next.is_none() || next == token {
            break;
        }
        token = next;
    }
    entries.sort_by_key(|entry| entry.version);
    entries.dedup_by_key(|entry| entry.version);
    Ok(entries)
}

fn written(entry: ParameterHistory) -> Written {
    Written {
        version: entry.version,
        text: entry.value.unwrap_or_default(),
        by: entry.last_modified_user,
        at: time(entry.last_modified_date),
        labels: entry.labels.unwrap_or_default(),
        keep: Keep {
            tier: entry.tier,
            key_id: entry.key_id,
            description: entry.description,
            allowed_pattern: entry.allowed_pattern,
        },
    }
}

fn look(limits: Limits) -> aws_sdk_ssm::config::Builder {
    Config::builder()
        .retry_config(limits.look_retries())
        .timeout_config(limits.look_timeouts())
}

fn time(date: Option<DateTime>) -> Option<Timestamp> {
    date.and_then(|date| date.to_millis().ok())
        .map(Timestamp::from_millis)
}
