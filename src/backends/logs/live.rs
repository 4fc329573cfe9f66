//! A Live Tail session: its start, its updates, and the silence that means it is dead. It keeps no place and polls nothing.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::primitives::event_stream::EventReceiver;
use aws_sdk_cloudwatchlogs::types::error::StartLiveTailResponseStreamError;
use aws_sdk_cloudwatchlogs::types::{
    LiveTailSessionMetadata, LiveTailSessionUpdate, StartLiveTailResponseStream,
};

use crate::backends::error::{chain_text, port_error};
use crate::domain::Timestamp;
use crate::domain::log::LogEvent;
use crate::ports::{ErrorKind, PortError, PortResult};

/// The service sends an update every second, also an empty one.
const SILENCE: Duration = Duration::from_secs(10);
/// The SDK's own timeouts do not cover the wait for the first frame.
const START: Duration = Duration::from_secs(8);
/// What one session takes.
const GROUPS_MAX: usize = 10;

/// An open session.
#[derive(Debug)]
pub(super) struct Session {
    stream: EventReceiver<StartLiveTailResponseStream, StartLiveTailResponseStreamError>,
    groups: Vec<String>,
}

/// What a session said.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// Events, possibly none, and whether some were left out.
    Update(Vec<LogEvent>, bool),
    /// It is over.
    Ended(String),
}

impl Session {
    /// Starts a session over the groups that are there; also answers the names of those that are not.
    pub(super) async fn start(
        client: &Client,
        groups: &[String],
    ) -> PortResult<(Self, Vec<String>)> {
        const WHAT: &str = "logs:StartLiveTail";
        if groups.len() > GROUPS_MAX {
            return Err(PortError {
                kind: ErrorKind::Invalid,
                what: WHAT.to_owned(),
                text: format!("takes at most {GROUPS_MAX} groups, not {}", groups.len()),
                hint: "watch fewer groups, or go on polling".to_owned(),
            });
        }
        let (arns, missing) = resolve(client, groups).await?;
        let started = client
            .start_live_tail()
            .set_log_group_identifiers(Some(arns))
            .send();
        let output = tokio::time::timeout(START, started)
            .await
            .map_err(|_| PortError {
                kind: ErrorKind::TimedOut,
                what: WHAT.to_owned(),
                text: format!("no first frame within {} s", START.as_secs()),
                hint: "a proxy may hold back streams; polling goes on".to_owned(),
            })?
            .map_err(|error| port_error(WHAT, error))?;
        let session = Self {
            stream: output.response_stream,
            groups: groups.to_owned(),
        };
        Ok((session, missing))
    }

    /// Waits for the next update. Dropping the wait loses nothing: a half-read frame stays with the session.
    pub(super) async fn hear(&mut self) -> Heard {
        loop {
            match tokio::time::timeout(SILENCE, self.stream.recv()).await {
                Err(_) => {
                    return Heard::Ended(format!("no update for {} s", SILENCE.as_secs()));
                }
                Ok(Ok(None)) => return Heard::Ended("the service closed it".to_owned()),
                Ok(Err(error)) => {
                    let timed_out = error.as_service_error().is_some_and(
                        StartLiveTailResponseStreamError::is_session_timeout_exception,
                    );
                    return Heard::Ended(if timed_out {
                        "its three hours were over".to_owned()
                    } else {
                        chain_text(&error)
                    });
                }
                Ok(Ok(Some(StartLiveTailResponseStream::SessionUpdate(update)))) => {
                    let sampled = update
                        .session_metadata()
                        .is_some_and(LiveTailSessionMetadata::sampled);
                    return Heard::Update(events(&update, &self.groups), sampled);
                }
                Ok(Ok(Some(_))) => {}
            }
        }
    }
}

/// The groups' ARNs, which Live Tail insists on, and the names of groups that are not there.
async fn resolve(client: &Client, groups: &[String]) -> PortResult<(Vec<String>, Vec<String>)> {
    let mut arns = Vec::new();
    let mut missing = Vec::new();
    for group in groups {
        match arn(client, group).await? {
            Some(arn) => arns.push(arn),
            None => missing.push(group.clone()),
        }
    }
    if arns.is_empty() {
        return Err(PortError {
            kind: ErrorKind::NotFound,
            what: "logs:DescribeLogGroups".to_owned(),
            text: format!("no such log group: {}", missing.join(", ")),
            hint: "check the groups' names and the region in the config".to_owned(),
        });
    }
    Ok((arns, missing))
}

async fn arn(client: &Client, group: &str) -> PortResult<Option<String>> {
    if group.starts_with("arn:") {
        return Ok(Some(bare(group).to_owned()));
    }
    // The group's own name sorts before every longer one with this prefix: it is on the first page.
    let page = client
        .describe_log_groups()
        .log_group_name_prefix(group)
        .limit(50)
        .send()
        .await
        .map_err(|error| port_error(format!("logs:DescribeLogGroups {group}"), error))?;
    let found = page
        .log_groups()
        .iter()
        .find(|found| found.log_group_name() == Some(group));
    Ok(found
        .and_then(|found| found.log_group_arn().or_else(|| found.arn()))
        .map(|arn| bare(arn).to_owned()))
}

fn bare(arn: &str) -> &str {
    arn.strip_suffix(":*").unwrap_or(arn)
}

fn events(update: &LiveTailSessionUpdate, groups: &[String]) -> Vec<LogEvent> {
    update
        .session_results()
        .iter()
        .map(|event| LogEvent {
            id: String::new(),
            group: group_of(event.log_group_identifier().unwrap_or_default(), groups),
            stream: event.log_stream_name().unwrap_or_default().to_owned(),
            at: Timestamp::from_millis(event.timestamp().unwrap_or_default()),
            ingested_at: event.ingestion_time().map(Timestamp::from_millis),
            message: event.message().unwrap_or_default().to_owned(),
        })
        .collect()
}

/// The configured name behind `123456789012:/aws/lambda/x` or an ARN.
fn group_of(identifier: &str, groups: &[String]) -> String {
    let name = plain(identifier);
    groups
        .iter()
        .find(|group| group.as_str() == identifier || plain(group) == name)
        .map_or_else(|| name.to_owned(), Clone::clone)
}

fn plain(identifier: &str) -> &str {
    let identifier = bare(identifier);
    if let Some((_, name)) = identifier.split_once(":log-group:") {
        return name;
    }
    match identifier.split_once(':') {
        Some((account, name)) if account.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => identifier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_known_by_every_name() {
        let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/other";
        let groups = ["/aws/lambda/x".to_owned(), arn.to_owned()];
        for (identifier, expected) in [
            ("123456789012:/aws/lambda/x", "/aws/lambda/x"),
            ("/aws/lambda/x", "/aws/lambda/x"),
            (
                "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/x:*",
                "/aws/lambda/x",
            ),
            ("123456789012:/other", arn),
            ("123456789012:/third", "/third"),
            ("", ""),
        ] {
            assert_eq!(group_of(identifier, &groups), expected);
        }
    }

    #[test]
    fn a_silent_session_is_over_before_a_person_wonders() {
        assert_eq!(SILENCE, Duration::from_secs(10));
        assert!(START < SILENCE);
    }
}
