//! Sessions over a cranked clock: what each update holds, and when the stream ends.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::sim::logs::request::group_arn;
use crate::sim::logs::store::Message;
use crate::sim::wire::map;
use serde_json::Value as Json;

const GROUP: &str = "/aws/lambda/audio-processor";

fn put(logs: &mut Logs, stream: &str, at: i64, ingested: i64, message: &str) {
    logs.put(GROUP, stream, at, ingested, Message::Text(message.into()));
}

fn request<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut all = vec![(
        "logGroupIdentifiers".to_owned(),
        vec![Value::from(group_arn(GROUP))].into(),
    )];
    all.extend(
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    Value::Map(all)
}

/// The payloads of the frames, by walking their lengths.
fn payloads(mut frames: &[u8]) -> Vec<Json> {
    let mut payloads = Vec::new();
    while !frames.is_empty() {
        let length =
            |at: usize| u32::from_be_bytes(frames[at..at + 4].try_into().unwrap()) as usize;
        let (total, headers) = (length(0), length(4));
        payloads.push(serde_json::from_slice(&frames[12 + headers..total - 4]).unwrap());
        frames = &frames[total..];
    }
    payloads
}

fn update(session: &mut Session, logs: &Logs, now: i64) -> Json {
    match session.update(logs, now) {
        Step::Update(frame) => payloads(&frame).remove(0),
        Step::End(frame) => serde_json::json!({ "ended": String::from_utf8_lossy(&frame) }),
    }
}

fn texts(update: &Json) -> Vec<&str> {
    update["sessionResults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["message"].as_str().unwrap())
        .collect()
}

#[test]
fn a_session_shows_what_arrives_and_nothing_from_before() {
    let mut logs = Logs::default();
    put(&mut logs, "s", 10, 10, "old");
    put(&mut logs, "s", 10, 1_500, "on its way");
    let pattern = request([("logEventFilterPattern", "-noise".into())]);
    let (mut session, first) = Session::open(&logs, &pattern, 1_000).unwrap();
    let start = payloads(&first);
    assert_eq!(start[0], serde_json::json!({}));
    assert_eq!(start[1]["logGroupIdentifiers"][0], group_arn(GROUP));
    assert_eq!(start[1]["logEventFilterPattern"], "-noise");
    assert_eq!(start[1]["sessionId"].as_str().unwrap().len(), 36);

    let empty = update(&mut session, &logs, 1_000);
    assert_eq!(
        empty,
        serde_json::json!({ "sessionMetadata": { "sampled": false }, "sessionResults": [] })
    );
    put(&mut logs, "s", 1_600, 1_600, "new");
    put(&mut logs, "s", 1_700, 1_700, "noise");
    put(&mut logs, "s", 900, 1_800, "late");
    put(&mut logs, "s", 1_900, 2_500, "lagging");
    let second = update(&mut session, &logs, 2_000);
    assert_eq!(texts(&second), ["on its way", "new", "late"]);
    assert_eq!(
        second["sessionResults"][1],
        serde_json::json!({ "logStreamName": "s", "logGroupIdentifier": format!("123456789012:{GROUP}"), "message": "new",
            "timestamp": 1_600, "ingestionTime": 1_600 })
    );
    // An arrival that bears an older time than the last update is still shown, once.
    put(&mut logs, "s", 1_950, 1_950, "behind");
    assert_eq!(
        texts(&update(&mut session, &logs, 2_500)),
        ["behind", "lagging"]
    );
    assert!(texts(&update(&mut session, &logs, 2_500)).is_empty());
}

#[test]
fn more_than_five_hundred_events_are_sampled_evenly() {
    let mut logs = Logs::default();
    put(&mut logs, "s", 0, 0, "old");
    let (mut session, _) = Session::open(&logs, &request([]), 0).unwrap();
    for (count, shown, sampled) in [
        (500, 500, false),
        (501, 500, true),
        (1_750, 500, true),
        (3, 3, false),
    ] {
        for n in 0..count {
            put(&mut logs, "s", 1, 1, &n.to_string());
        }
        let update = update(&mut session, &logs, 1);
        let numbers: Vec<i64> = texts(&update)
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        assert_eq!(
            (numbers.len(), &update["sessionMetadata"]["sampled"]),
            (shown, &Json::Bool(sampled)),
            "{count}"
        );
        assert!(numbers.is_sorted());
        let widest = numbers
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .max()
            .unwrap();
        assert!(widest <= count / 500 + 1, "{count}: a gap of {widest}");
    }
}

#[test]
fn a_flood_beyond_memory_is_called_sampled() {
    let mut logs = Logs::default();
    put(&mut logs, "s", 0, 0, "old");
    let (mut session, _) = Session::open(
        &logs,
        &request([("logEventFilterPattern", "absent".into())]),
        0,
    )
    .unwrap();
    for _ in 0..100_001 {
        put(&mut logs, "s", 1, 1, "x");
    }
    assert_eq!(
        update(&mut session, &logs, 1)["sessionMetadata"]["sampled"],
        true
    );
    assert_eq!(
        update(&mut session, &logs, 1)["sessionMetadata"]["sampled"],
        false
    );
}

#[test]
fn streams_narrow_the_session() {
    let mut logs = Logs::default();
    put(&mut logs, "a1", 0, 0, "old");
    let open = |logs: &Logs, member, names: &[&str]| {
        let names: Vec<Value> = names.iter().map(|name| (*name).into()).collect();
        Session::open(logs, &request([(member, names.into())]), 0)
            .unwrap()
            .0
    };
    let mut named = open(&logs, "logStreamNames", &["a1"]);
    let mut prefixed = open(&logs, "logStreamNamePrefixes", &["a", "c"]);
    for stream in ["a1", "a2", "b", "c"] {
        put(&mut logs, stream, 1, 1, stream);
    }
    assert_eq!(texts(&update(&mut named, &logs, 1)), ["a1"]);
    assert_eq!(texts(&update(&mut prefixed, &logs, 1)), ["a1", "a2", "c"]);
}

#[test]
fn a_session_ends_after_three_hours_and_survives_its_group() {
    let mut logs = Logs::default();
    put(&mut logs, "s", 0, 0, "old");
    let (mut session, _) = Session::open(&logs, &request([]), 0).unwrap();
    put(&mut logs, "s", 1, 1, "x");
    logs.remove(GROUP).unwrap();
    assert!(texts(&update(&mut session, &logs, LONGEST - 1)).is_empty());
    put(&mut logs, "s", 1, 1, "again");
    assert_eq!(texts(&update(&mut session, &logs, LONGEST - 1)), ["again"]);
    let end = update(&mut session, &logs, LONGEST);
    assert!(
        end["ended"]
            .as_str()
            .unwrap()
            .contains("SessionTimeoutException"),
        "{end}"
    );
}

#[test]
fn wrong_requests_are_refused() {
    let mut logs = Logs::default();
    put(&mut logs, "s", 0, 0, "old");
    let ids = |ids: Vec<String>| {
        map([(
            "logGroupIdentifiers",
            ids.into_iter().map(Value::from).collect::<Vec<_>>().into(),
        )])
    };
    let names = || Value::from(vec!["s".into()]);
    put_elsewhere(&mut logs);
    let two = ids(vec![group_arn(GROUP), group_arn("other")]);
    let two_with_streams = Value::Map(
        two.members()
            .iter()
            .cloned()
            .chain([("logStreamNames".to_owned(), names())])
            .collect(),
    );
    let invalid = "InvalidParameterException";
    let rows = [
        (map([]), invalid),
        (ids(vec![]), invalid),
        (ids(vec![group_arn(GROUP); 11]), invalid),
        (ids(vec![GROUP.to_owned()]), invalid),
        (ids(vec![group_arn("absent")]), "ResourceNotFoundException"),
        (
            ids(vec![
                "arn:aws:logs:eu-west-1:123456789012:log-group:other".to_owned(),
            ]),
            "ResourceNotFoundException",
        ),
        (request([("logEventFilterPattern", "\"\"".into())]), invalid),
        (
            request([
                ("logStreamNames", names()),
                ("logStreamNamePrefixes", names()),
            ]),
            invalid,
        ),
        (two_with_streams, invalid),
    ];
    for (input, code) in rows {
        assert_eq!(
            Session::open(&logs, &input, 0).map(drop).unwrap_err().code,
            code,
            "{input:?}"
        );
    }
    assert!(Session::open(&logs, &two, 0).is_ok());
    assert!(Session::open(&logs, &ids(vec![format!("{}:*", group_arn(GROUP))]), 0).is_ok());
}

fn put_elsewhere(logs: &mut Logs) {
    logs.put("other", "s", 0, 0, Message::Text("x".into()));
}

/// An update that says its number.
fn numbered(number: u64) -> Step {
    Step::Update(Bytes::from(number.to_string()))
}

#[tokio::test]
async fn the_first_frames_come_at_once_and_a_gone_reader_ends_the_task() {
    let (sender, mut receiver) = mpsc::channel(1);
    let task = tokio::spawn(follow(
        Bytes::from("first"),
        || numbered(0),
        sender,
        Duration::from_hours(1),
    ));
    assert_eq!(receiver.recv().await.unwrap(), "first");
    drop(receiver);
    tokio::time::timeout(Duration::from_secs(5), task)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_slow_reader_loses_the_oldest_updates_and_gets_the_end() {
    let (sender, mut receiver) = mpsc::channel(1);
    let (done, finished) = tokio::sync::oneshot::channel::<()>();
    let mut done = Some(done);
    let mut number = 0;
    let read = move || {
        number += 1;
        if number < 40 {
            return numbered(number);
        }
        drop(done.take());
        Step::End(Bytes::from("end"))
    };
    let _task = tokio::spawn(follow(
        Bytes::from("first"),
        read,
        sender,
        Duration::from_millis(1),
    ));
    assert!(finished.await.is_err());
    let mut frames = Vec::new();
    while let Some(frame) = receiver.recv().await {
        frames.push(String::from_utf8_lossy(&frame).into_owned());
    }
    let newest: Vec<String> = (30..40)
        .map(|n| n.to_string())
        .chain(["end".to_owned()])
        .collect();
    assert_eq!(frames[0], "first");
    assert_eq!(frames[frames.len() - 11..], newest);
    assert!(frames.len() <= 13, "{frames:?}");
}

#[tokio::test]
async fn a_session_starts_through_the_shared_account() {
    let shared = Shared::default();
    shared.with(|aws, _| put(&mut aws.logs, "s", 0, 0, "old"));
    let mut frames = start(&shared, &request([])).unwrap();
    assert_eq!(payloads(&frames.recv().await.unwrap()).len(), 2);
    assert!(start(&shared, &map([])).is_err());
}
