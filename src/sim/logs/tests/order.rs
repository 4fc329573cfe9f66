//! In which order events come, forwards and backwards, early and late.

use super::*;

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
fn a_search_reads_backwards_when_asked_and_its_tokens_remember_that() {
    let mut aws = filled(2 * SCAN as i64 + 17);
    let start = NOW - 9_000;
    let forwards = request([("startTime", start.into()), ("limit", 2_000.into())]);
    let all = pages(&mut aws, &forwards).concat();
    assert_eq!(all.len(), 9_000);
    let backwards = with(&forwards, "startFromHead", false);
    let mut found = pages(&mut aws, &backwards).concat();
    found.reverse();
    assert_eq!(found, all);
    let page = call(&mut aws, "FilterLogEvents", &backwards, NOW).unwrap();
    let token = page.get("nextToken").as_str().unwrap();
    let turned = with(&with(&forwards, "startFromHead", true), "nextToken", token);
    let next = call(&mut aws, "FilterLogEvents", &turned, NOW).unwrap();
    let times = |page: &Value| page.get("events").items()[0].get("timestamp").as_i64();
    assert!(times(&next) < times(&page), "the token's way counts");
    let rare = with(&backwards, "filterPattern", "rare");
    let found = pages(&mut aws, &rare).concat();
    assert!(found.is_sorted_by_key(|event| std::cmp::Reverse(event.get("timestamp").as_i64())));
    assert_eq!(found.len(), 9);
    for early in [
        with(&backwards, "startTime", 1_704_067_199_999_i64),
        request([("startFromHead", false.into())]),
    ] {
        let (code, text) = refusal(call(&mut aws, "FilterLogEvents", &early, NOW));
        assert_eq!(code, "InvalidParameterException");
        assert!(text.contains("startFromHead"), "{text}");
    }
}
