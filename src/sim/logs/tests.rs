//! The operations through `call`, as a client sees them.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::call;
use super::search::SCAN;
use super::store::Message;
use crate::sim::aws::{Aws, OpResult};
use crate::sim::wire::{Value, map};
use std::collections::BTreeSet;

mod order;
mod writes;

const NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;
const GROUP: &str = "/aws/lambda/audio-processor";

fn text(message: impl Into<String>) -> Message {
    Message::Text(message.into().into_boxed_str())
}

/// An account whose group holds `count` events, one a millisecond up to now, over three streams.
fn filled(count: i64) -> Aws {
    let mut aws = Aws::default();
    for n in 0..count {
        let at = NOW - count + n;
        aws.logs.put(
            GROUP,
            &format!("s{}", n % 3),
            at,
            at,
            text(format!(
                "event {n} {}",
                if n % 1000 == 999 { "rare" } else { "usual" }
            )),
        );
    }
    aws
}

/// A request: the group's name and the members.
fn request<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut all = vec![("logGroupName".to_owned(), GROUP.into())];
    all.extend(
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    Value::Map(all)
}

fn with(input: &Value, name: &str, value: impl Into<Value>) -> Value {
    let kept = input
        .members()
        .iter()
        .filter(|(known, _)| known != name)
        .cloned();
    Value::Map(kept.chain([(name.to_owned(), value.into())]).collect())
}

fn messages(output: &Value) -> Vec<String> {
    output
        .get("events")
        .items()
        .iter()
        .map(|event| event.get("message").as_str().unwrap().to_owned())
        .collect()
}

/// All pages of a search: the events of each.
fn pages(aws: &mut Aws, input: &Value) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut input = input.clone();
    loop {
        let page = call(aws, "FilterLogEvents", &input, NOW).unwrap();
        pages.push(page.get("events").items().to_vec());
        match page.get("nextToken").as_str() {
            Some(token) => input = with(&input, "nextToken", token),
            None => return pages,
        }
    }
}

fn refusal(result: OpResult) -> (&'static str, String) {
    let error = result.unwrap_err();
    (error.code, error.message)
}

#[test]
fn a_search_pages_through_empty_pages_and_loses_nothing() {
    let mut aws = filled(4 * SCAN as i64 + 17);
    let found = pages(&mut aws, &request([("filterPattern", "rare".into())]));
    assert_eq!(found.len(), 5);
    assert_eq!(found.concat().len(), 20);

    let none = pages(&mut aws, &request([("filterPattern", "absent".into())]));
    assert_eq!(none.iter().map(Vec::len).collect::<Vec<_>>(), [0; 5]);

    for limit in [1, 7, 4_999, 10_000] {
        let start = NOW - 6_000;
        let input = request([("limit", limit.into()), ("startTime", start.into())]);
        let input = if limit == 1 {
            with(&input, "startTime", NOW - 20)
        } else {
            input
        };
        let events = pages(&mut aws, &input).concat();
        let ids: BTreeSet<_> = events
            .iter()
            .map(|event| event.get("eventId").as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), events.len(), "limit {limit}");
        assert_eq!(
            events.len(),
            if limit == 1 { 20 } else { 6_000 },
            "limit {limit}"
        );
        assert!(ids.iter().all(|id| id.len() == 56));
        assert!(events.is_sorted_by_key(|event| event.get("timestamp").as_i64()));
    }
}

#[test]
fn a_page_holds_no_more_than_a_mebibyte() {
    let mut aws = Aws::default();
    for n in 0..5 {
        aws.logs
            .put(GROUP, "s", NOW - 5 + n, NOW, text("x".repeat(400_000)));
    }
    let sizes: Vec<_> = pages(&mut aws, &request([])).iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 2, 1]);
}

#[test]
fn bounds_of_time_and_streams() {
    let mut aws = filled(30);
    let all = |aws: &mut Aws, input: &Value| pages(aws, input).concat().len();
    let (first, last) = (NOW - 30, NOW - 1);
    assert_eq!(all(&mut aws, &request([])), 30);
    assert_eq!(
        all(
            &mut aws,
            &request([("startTime", first.into()), ("endTime", last.into())])
        ),
        30
    );
    assert_eq!(
        all(
            &mut aws,
            &request([
                ("startTime", (first + 1).into()),
                ("endTime", (last - 1).into())
            ])
        ),
        28
    );
    assert_eq!(
        all(
            &mut aws,
            &request([("startTime", last.into()), ("endTime", first.into())])
        ),
        0
    );
    assert_eq!(
        all(
            &mut aws,
            &request([("logStreamNames", vec!["s1".into()].into())])
        ),
        10
    );
    assert_eq!(
        all(
            &mut aws,
            &request([("logStreamNames", vec!["s1".into(), "s2".into()].into())])
        ),
        20
    );
    assert_eq!(
        all(&mut aws, &request([("logStreamNamePrefix", "s".into())])),
        30
    );
    assert_eq!(
        all(&mut aws, &request([("logStreamNamePrefix", "t".into())])),
        0
    );
    for identifier in [
        GROUP.to_owned(),
        super::request::group_arn(GROUP),
        format!("{}:*", super::request::group_arn(GROUP)),
    ] {
        assert_eq!(
            all(&mut aws, &map([("logGroupIdentifier", identifier.into())])),
            30
        );
    }
}

#[test]
fn tokens_are_bound_to_their_query_and_their_day() {
    let mut aws = filled(30);
    let input = request([("limit", 3.into())]);
    let page = call(&mut aws, "FilterLogEvents", &input, NOW).unwrap();
    assert_eq!(
        page,
        call(&mut aws, "FilterLogEvents", &input, NOW).unwrap()
    );
    let token = page.get("nextToken").as_str().unwrap().to_owned();
    let next = with(&input, "nextToken", token.as_str());
    assert!(call(&mut aws, "FilterLogEvents", &next, NOW + 24 * HOUR).is_ok());

    let broken = format!("{}0", &token[..token.len() - 1]);
    let wrong = [
        (next.clone(), NOW + 24 * HOUR + 1),
        (with(&next, "filterPattern", "usual"), NOW),
        (with(&next, "nextToken", "garbage"), NOW),
        (with(&next, "nextToken", ""), NOW),
        (with(&next, "nextToken", "ééé"), NOW),
        (with(&next, "nextToken", broken), NOW),
    ];
    for (input, now) in wrong {
        let refused = (
            "InvalidParameterException",
            "The specified nextToken is invalid.".to_owned(),
        );
        assert_eq!(
            refusal(call(&mut aws, "FilterLogEvents", &input, now)),
            refused,
            "{input:?}"
        );
    }
}

#[test]
fn wrong_members_are_refused_by_type() {
    let mut aws = filled(3);
    let invalid = "InvalidParameterException";
    let rows = [
        (request([("limit", 0.into())]), invalid),
        (request([("limit", 10_001.into())]), invalid),
        (request([("startTime", (-1).into())]), invalid),
        (request([("filterPattern", "a:b".into())]), invalid),
        (
            request([("logStreamNames", Value::List(Vec::new()))]),
            invalid,
        ),
        (
            request([
                ("logStreamNames", vec!["s0".into()].into()),
                ("logStreamNamePrefix", "s".into()),
            ]),
            invalid,
        ),
        (request([("logGroupIdentifier", GROUP.into())]), invalid),
        (map([]), invalid),
        (
            request([("logStreamNames", vec!["absent".into()].into())]),
            "ResourceNotFoundException",
        ),
        (
            map([("logGroupName", "absent".into())]),
            "ResourceNotFoundException",
        ),
        (
            map([(
                "logGroupIdentifier",
                "arn:aws:logs:us-east-1:999999999999:log-group:x".into(),
            )]),
            "ResourceNotFoundException",
        ),
        (
            request([("startTime", "soon".into())]),
            "SerializationException",
        ),
    ];
    for (input, code) in rows {
        assert_eq!(
            refusal(call(&mut aws, "FilterLogEvents", &input, NOW)).0,
            code,
            "{input:?}"
        );
    }
    assert_eq!(
        refusal(call(&mut aws, "StartQuery", &map([]), NOW)).0,
        "UnknownOperationException"
    );
}
