//! DescribeLogGroups and DescribeLogStreams: what there is, page by page. It reads no events.

use super::group::{Group, Stream};
use super::request::{group_arn, group_name, invalid, limit, valid_group_name, valid_stream_name};
use super::store::Logs;
use super::token;
use crate::sim::aws::{OpResult, ServiceError};
use crate::sim::wire::{Value, map};

/// Lists groups by prefix, pattern (a substring) or identifiers, in the order of their names.
pub(super) fn log_groups(logs: &Logs, input: &Value, now: i64) -> OpResult {
    let limit = limit(input, 50)?;
    let prefix = input.get("logGroupNamePrefix").as_str();
    let pattern = input.get("logGroupNamePattern").as_str();
    let class = input.get("logGroupClass").as_str();
    if prefix.is_some() && pattern.is_some() {
        return Err(invalid(
            "Only one of logGroupNamePrefix and logGroupNamePattern can be specified.",
        ));
    }
    if let Some(prefix) = prefix {
        valid_group_name(prefix, "logGroupNamePrefix")?;
    }
    let named: Vec<&str> = input
        .get("logGroupIdentifiers")
        .items()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let wanted = |name: &str, group: &Group| {
        prefix.is_none_or(|prefix| name.starts_with(prefix))
            && pattern.is_none_or(|pattern| name.contains(pattern))
            && class.is_none_or(|class| group.class == class)
            && (named.is_empty()
                || named
                    .iter()
                    .any(|id| *id == name || super::request::name_in_arn(id) == Some(name)))
    };
    let query = format!("groups\n{prefix:?}\n{pattern:?}\n{class:?}\n{named:?}");
    let after = match input.get("nextToken").as_str() {
        Some(token) => Some(token::open(&query, token, now)?),
        None => None,
    };
    let mut rest = logs.groups().filter(|(name, group)| {
        wanted(name, group) && after.as_deref().is_none_or(|after| *name > after)
    });
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let next = rest
        .next()
        .and(page.last())
        .map(|(name, _)| token::seal(&query, name, now));
    Ok(map([
        (
            "logGroups",
            page.into_iter()
                .map(|(name, group)| describe_group(name, group))
                .collect::<Vec<_>>()
                .into(),
        ),
        ("nextToken", next.into()),
    ]))
}

fn describe_group(name: &str, group: &Group) -> Value {
    let arn = group_arn(name);
    map([
        ("logGroupName", name.into()),
        ("creationTime", group.created.into()),
        ("metricFilterCount", 0.into()),
        ("arn", format!("{arn}:*").into()),
        ("storedBytes", (group.stored_bytes() as i64).into()),
        ("logGroupClass", group.class.into()),
        ("logGroupArn", arn.into()),
    ])
}

/// Lists a group's streams by name or by the time of their last event.
pub(super) fn log_streams(logs: &Logs, input: &Value, now: i64) -> OpResult {
    let name = group_name(input)?;
    let group = logs.group(name)?;
    let limit = limit(input, 50)?;
    let prefix = input.get("logStreamNamePrefix").as_str();
    if let Some(prefix) = prefix {
        valid_stream_name(prefix, "logStreamNamePrefix")?;
    }
    let by_time = order_by_time(input, prefix)?;
    let descending = input.get("descending").as_bool() == Some(true);

    let mut streams: Vec<&Stream> = group
        .streams()
        .filter(|s| prefix.is_none_or(|p| s.name.starts_with(p)))
        .collect();
    if by_time {
        streams.sort_by_key(|stream| stream.last);
    }
    if descending {
        streams.reverse();
    }
    let query = format!("streams\n{name}\n{prefix:?}\n{by_time}\n{descending}");
    let skip = match input.get("nextToken").as_str() {
        Some(token) => token::open(&query, token, now)?
            .parse()
            .map_err(|_| token::refused())?,
        None => 0,
    };
    let end = streams.len().min(skip + limit);
    let next = (end < streams.len()).then(|| token::seal(&query, &end.to_string(), now));
    let page = streams.get(skip..end).unwrap_or_default();
    Ok(map([
        (
            "logStreams",
            page.iter()
                .map(|stream| describe_stream(name, stream))
                .collect::<Vec<_>>()
                .into(),
        ),
        ("nextToken", next.into()),
    ]))
}

fn order_by_time(input: &Value, prefix: Option<&str>) -> Result<bool, ServiceError> {
    match (input.get("orderBy").as_str(), prefix) {
        (None | Some("LogStreamName"), _) => Ok(false),
        (Some("LastEventTime"), None) => Ok(true),
        (Some("LastEventTime"), Some(_)) => Err(invalid(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        )),
        (Some(other), _) => Err(invalid(format!(
            "1 validation error detected: Value '{other}' at 'orderBy' failed to satisfy constraint: \
             Member must satisfy enum value set: [LogStreamName, LastEventTime]"
        ))),
    }
}

fn describe_stream(group: &str, stream: &Stream) -> Value {
    map([
        ("logStreamName", stream.name.as_str().into()),
        ("creationTime", stream.created.into()),
        ("firstEventTimestamp", stream.first.into()),
        ("lastEventTimestamp", stream.last.into()),
        ("lastIngestionTime", stream.last_ingested.into()),
        (
            "arn",
            format!("{}:log-stream:{}", group_arn(group), stream.name).into(),
        ),
        ("storedBytes", 0.into()),
    ])
}
