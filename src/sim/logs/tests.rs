//! The operations through `call`, as a client sees them.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::call;
use super::search::SCAN;
use super::store::Message;
use crate::sim::aws::{Aws, OpResult};
use crate::sim::wire::{Value, map};
use std::collections::BTreeSet;

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
fn late_and_future_events_take_their_place_and_unarrived_ones_stay_hidden() {
    let mut aws = Aws::default();
    for (at, ingested, name) in [
        (50, 50, "b"),
        (90, 90, "d"),
        (10, 95, "late"),
        (50, 60, "c"),
        (95, 120, "unarrived"),
        (500, 99, "future"),
    ] {
        aws.logs.put(GROUP, "s", at, ingested, text(name));
    }
    let seen =
        |aws: &mut Aws, now| messages(&call(aws, "FilterLogEvents", &request([]), now).unwrap());
    assert_eq!(seen(&mut aws, 100), ["late", "b", "c", "d", "future"]);
    assert_eq!(
        seen(&mut aws, 120),
        ["late", "b", "c", "d", "unarrived", "future"]
    );
    assert_eq!(seen(&mut aws, 92), ["b", "c", "d"]);
}

#[test]
fn a_group_forgets_its_oldest_events_and_no_others() {
    let mut aws = filled(400_010);
    let first = call(
        &mut aws,
        "FilterLogEvents",
        &request([("limit", 1.into())]),
        NOW,
    )
    .unwrap();
    assert_eq!(messages(&first), ["event 10 usual"]);
    let last = call(
        &mut aws,
        "GetLogEvents",
        &request([("logStreamName", "s0".into()), ("limit", 1.into())]),
        NOW,
    )
    .unwrap();
    assert_eq!(messages(&last), ["event 400008 usual"]);
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
fn get_log_events_walks_both_ways_and_stands_still_at_the_end() {
    let mut aws = filled(30);
    let get = |aws: &mut Aws, input: &Value| call(aws, "GetLogEvents", input, NOW).unwrap();
    let input = request([("logStreamName", "s0".into()), ("limit", 4.into())]);
    let tail = get(&mut aws, &input);
    assert_eq!(
        messages(&tail),
        [
            "event 18 usual",
            "event 21 usual",
            "event 24 usual",
            "event 27 usual"
        ]
    );

    let mut walked = Vec::new();
    let mut at = with(&input, "startFromHead", true);
    loop {
        let page = get(&mut aws, &at);
        walked.extend(messages(&page));
        let token = page.get("nextForwardToken").as_str().unwrap().to_owned();
        if at.get("nextToken").as_str() == Some(&token) {
            break;
        }
        at = with(&at, "nextToken", token);
    }
    assert_eq!(
        walked,
        (0..10)
            .map(|n| format!("event {} usual", n * 3))
            .collect::<Vec<_>>()
    );

    let end = with(
        &input,
        "nextToken",
        tail.get("nextForwardToken").as_str().unwrap(),
    );
    let empty = get(&mut aws, &end);
    assert_eq!(empty.get("nextForwardToken"), tail.get("nextForwardToken"));
    let back = get(
        &mut aws,
        &with(
            &input,
            "nextToken",
            empty.get("nextBackwardToken").as_str().unwrap(),
        ),
    );
    assert_eq!(messages(&back), messages(&tail));
    let earlier = get(
        &mut aws,
        &with(
            &input,
            "nextToken",
            tail.get("nextBackwardToken").as_str().unwrap(),
        ),
    );
    assert_eq!(
        messages(&earlier),
        [
            "event 6 usual",
            "event 9 usual",
            "event 12 usual",
            "event 15 usual"
        ]
    );

    aws.logs.put(GROUP, "s0", NOW, NOW, text("new"));
    assert_eq!(messages(&get(&mut aws, &end)), ["new"]);
    let until = with(&with(&input, "startTime", NOW - 30), "endTime", NOW - 27);
    assert_eq!(messages(&get(&mut aws, &until)), ["event 0 usual"]);
    for token in [
        "garbage",
        "f/12/s",
        "x/36000018000000000000000001800000000000000000000000000001/s",
    ] {
        assert_eq!(
            refusal(call(
                &mut aws,
                "GetLogEvents",
                &with(&input, "nextToken", token),
                NOW
            ))
            .0,
            "InvalidParameterException"
        );
    }
}

#[test]
fn groups_are_created_listed_and_deleted() {
    let mut aws = Aws::default();
    for n in 0..60 {
        call(
            &mut aws,
            "CreateLogGroup",
            &map([("logGroupName", format!("g-{n:02}").into())]),
            NOW,
        )
        .unwrap();
    }
    let again = call(
        &mut aws,
        "CreateLogGroup",
        &map([("logGroupName", "g-00".into())]),
        NOW,
    );
    assert_eq!(
        refusal(again),
        (
            "ResourceAlreadyExistsException",
            "The specified log group already exists".into()
        )
    );
    for name in ["", "a b", "ü", "aws/x"] {
        let result = call(
            &mut aws,
            "CreateLogGroup",
            &map([("logGroupName", name.into())]),
            NOW,
        );
        assert_eq!(refusal(result).0, "InvalidParameterException", "{name}");
    }
    let first = call(&mut aws, "DescribeLogGroups", &map([]), NOW).unwrap();
    assert_eq!(first.get("logGroups").items().len(), 50);
    let rest = map([("nextToken", first.get("nextToken").clone())]);
    let rest = call(&mut aws, "DescribeLogGroups", &rest, NOW).unwrap();
    assert_eq!(rest.get("logGroups").items().len(), 10);
    assert!(rest.get("nextToken").is_null());
    let one = &rest.get("logGroups").items()[9];
    assert_eq!(
        one.get("arn").as_str(),
        Some("arn:aws:logs:us-east-1:123456789012:log-group:g-59:*")
    );
    assert_eq!(one.get("creationTime"), &Value::Int(NOW));
    for (member, count) in [("logGroupNamePrefix", 10), ("logGroupNamePattern", 10)] {
        let output = call(
            &mut aws,
            "DescribeLogGroups",
            &map([(member, "g-3".into())]),
            NOW,
        )
        .unwrap();
        assert_eq!(output.get("logGroups").items().len(), count);
    }
    call(
        &mut aws,
        "DeleteLogGroup",
        &map([("logGroupName", "g-59".into())]),
        NOW,
    )
    .unwrap();
    let gone = call(
        &mut aws,
        "DeleteLogGroup",
        &map([("logGroupName", "g-59".into())]),
        NOW,
    );
    assert_eq!(
        refusal(gone),
        (
            "ResourceNotFoundException",
            "The specified log group does not exist.".into()
        )
    );
}

#[test]
fn streams_are_listed_by_name_and_by_time() {
    let mut aws = Aws::default();
    for (stream, at) in [("a", 30), ("b", 10), ("c", 20), ("b", 5)] {
        aws.logs.put(GROUP, stream, at, 40 + at, text("x"));
    }
    call(
        &mut aws,
        "CreateLogStream",
        &request([("logStreamName", "empty".into())]),
        77,
    )
    .unwrap();
    let names = |aws: &mut Aws, input: &Value| -> Vec<String> {
        let output = call(aws, "DescribeLogStreams", input, NOW).unwrap();
        output
            .get("logStreams")
            .items()
            .iter()
            .map(|s| s.get("logStreamName").as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&mut aws, &request([])), ["a", "b", "c", "empty"]);
    let by_time = request([
        ("orderBy", "LastEventTime".into()),
        ("descending", true.into()),
    ]);
    assert_eq!(names(&mut aws, &by_time), ["a", "c", "b", "empty"]);
    let page = with(&by_time, "limit", 3);
    let output = call(&mut aws, "DescribeLogStreams", &page, NOW).unwrap();
    assert_eq!(
        names(
            &mut aws,
            &with(
                &page,
                "nextToken",
                output.get("nextToken").as_str().unwrap()
            )
        ),
        ["empty"]
    );
    let b = &call(
        &mut aws,
        "DescribeLogStreams",
        &request([("logStreamNamePrefix", "b".into())]),
        NOW,
    )
    .unwrap();
    let b = &b.get("logStreams").items()[0];
    let times = [
        "creationTime",
        "firstEventTimestamp",
        "lastEventTimestamp",
        "lastIngestionTime",
    ]
    .map(|name| b.get(name).as_i64());
    assert_eq!(times, [Some(50), Some(5), Some(10), Some(50)]);
    let both = with(&by_time, "logStreamNamePrefix", "b");
    let refused = refusal(call(&mut aws, "DescribeLogStreams", &both, NOW));
    assert_eq!(
        refused.1,
        "Cannot order by LastEventTime with a logStreamNamePrefix."
    );
}

/// A batch of events at these times.
fn batch(times: &[i64]) -> Value {
    let event = |at: &i64| {
        map([
            ("timestamp", (*at).into()),
            ("message", format!("at {at}").into()),
        ])
    };
    request([
        ("logStreamName", "s".into()),
        (
            "logEvents",
            times.iter().map(event).collect::<Vec<_>>().into(),
        ),
    ])
}

#[test]
fn put_log_events_keeps_the_limits() {
    let mut aws = Aws::default();
    assert_eq!(
        refusal(call(&mut aws, "PutLogEvents", &batch(&[NOW]), NOW)).1,
        "The specified log group does not exist."
    );
    call(&mut aws, "CreateLogGroup", &request([]), NOW).unwrap();
    assert_eq!(
        refusal(call(&mut aws, "PutLogEvents", &batch(&[NOW]), NOW)).1,
        "The specified log stream does not exist."
    );
    call(
        &mut aws,
        "CreateLogStream",
        &request([("logStreamName", "s".into())]),
        NOW,
    )
    .unwrap();

    let plain = call(&mut aws, "PutLogEvents", &batch(&[NOW - 1, NOW]), NOW).unwrap();
    assert!(plain.get("rejectedLogEventsInfo").is_null());
    let day = 24 * HOUR;
    let mixed = batch(&[
        NOW - 15 * day,
        NOW - 14 * day - 1,
        NOW - HOUR,
        NOW + 2 * HOUR,
        NOW + 2 * HOUR + 1,
    ]);
    let output = call(&mut aws, "PutLogEvents", &mixed, NOW).unwrap();
    let rejected = output.get("rejectedLogEventsInfo");
    assert_eq!(rejected.get("tooOldLogEventEndIndex").as_i64(), Some(2));
    assert_eq!(rejected.get("tooNewLogEventStartIndex").as_i64(), Some(4));
    assert_eq!(pages(&mut aws, &request([])).concat().len(), 4);

    let big = "x".repeat(1_048_576 - 25);
    let big = map([("timestamp", NOW.into()), ("message", big.into())]);
    let refused = [
        batch(&[]),
        batch(&[NOW, NOW - 1]),
        batch(&[NOW - 25 * HOUR, NOW]),
        batch(&[-1]),
        batch(&vec![NOW; 10_001]),
        request([
            ("logStreamName", "s".into()),
            ("logEvents", vec![big].into()),
        ]),
        request([
            ("logStreamName", "s:1".into()),
            ("logEvents", batch(&[NOW]).get("logEvents").clone()),
        ]),
    ];
    for input in refused {
        assert_eq!(
            refusal(call(&mut aws, "PutLogEvents", &input, NOW)).0,
            "InvalidParameterException"
        );
    }
    assert_eq!(pages(&mut aws, &request([])).concat().len(), 4);
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
