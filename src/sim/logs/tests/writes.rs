//! Groups, streams and batches: what is created, listed, refused.

use super::*;

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
