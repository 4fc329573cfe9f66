//! Every protocol: a success, a typed error, an unknown operation, and what every answer carries.

use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use super::*;

#[test]
fn aws_json_answers_and_refuses_in_its_own_form() {
    let sim = still();
    assert_eq!(
        receive(put(&sim, "x")).unwrap().json(),
        json!({"Version": 1, "Tier": "Standard"})
    );
    let found = ssm(&sim, "GetParameter", &json!({"Name": "/t"}));
    assert_eq!(
        (found.status, found.header("content-type")),
        (200, Some(JSON11))
    );
    assert_eq!(
        found.json()["Parameter"]["LastModifiedDate"],
        json!(START / 1000)
    );
    let lost = ssm(&sim, "GetParameter", &json!({"Name": "/nope"}));
    assert_eq!(
        (lost.status, lost.json()),
        (400, json!({"__type": "ParameterNotFound"}))
    );
    assert_eq!(lost.header("x-amzn-errortype"), Some("ParameterNotFound"));
    let unknown = ssm(&sim, "GetParametre", &json!({}));
    assert_eq!(
        (unknown.status, unknown.json()["__type"].as_str()),
        (400, Some("UnknownOperationException"))
    );
    assert!(
        unknown.json()["message"]
            .as_str()
            .unwrap()
            .contains("GetParametre")
    );
    let auth = authorization("ana");
    let headers = [
        ("authorization", auth.as_str()),
        ("x-amz-target", "AmazonSSM.GetParameter"),
    ];
    for bad in ["{", "[]", "3"] {
        let broken = request(&sim, "POST /", &headers, bad.as_bytes());
        assert_eq!(
            (broken.status, broken.json()["__type"].as_str()),
            (400, Some("SerializationException")),
            "{bad}"
        );
    }
    assert_eq!(json(&sim, "Nobody.Does", &json!({})).status, 404);
}

#[test]
fn every_answer_carries_the_clock_an_id_and_a_date() {
    let sim = Sim::start(SimOptions {
        speed: 0.0,
        start: Some(START),
        ..SimOptions::default()
    })
    .unwrap();
    for line in [
        "GET /",
        "GET /_coalmine/nope",
        "GET /_coalmine/state",
        "GET /2015-03-31/functions",
        "POST /x/y",
    ] {
        let reply = request(&sim, line, &[], b"");
        assert_eq!(
            reply.header("x-coalmine-clock"),
            Some("1767225600000;0"),
            "{line}"
        );
        assert_eq!(
            reply.header("x-amzn-requestid").map(str::len),
            Some(36),
            "{line}"
        );
        assert!(reply.header("date").is_some(), "{line}");
    }
    let fast = Sim::start(SimOptions {
        speed: 2.5,
        ..SimOptions::default()
    })
    .unwrap();
    let clock = request(&fast, "GET /_coalmine/state", &[], b"");
    assert!(clock.header("x-coalmine-clock").unwrap().ends_with(";2.5"));
}

#[test]
fn rest_json_reads_paths_and_answers_by_status() {
    let sim = still();
    sim.aws().with(|aws, now| {
        aws.functions
            .create("f", [("LEVEL".to_owned(), "INFO".to_owned())].into(), now);
    });
    let found = signed(&sim, "GET /2015-03-31/functions/f/configuration", "");
    assert_eq!(
        found.json()["Environment"]["Variables"],
        json!({"LEVEL": "INFO"})
    );
    let lost = signed(&sim, "GET /2015-03-31/functions/nope/configuration", "");
    assert_eq!(
        (lost.status, lost.header("x-amzn-errortype")),
        (404, Some("ResourceNotFoundException"))
    );
    let text = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope";
    assert_eq!(
        lost.json(),
        json!({"Type": "User", "Message": text, "message": text})
    );
    let stale = signed(
        &sim,
        "PUT /2015-03-31/functions/f/configuration",
        r#"{"RevisionId":"old","Timeout":5}"#,
    );
    assert_eq!(
        (stale.status, stale.header("x-amzn-errortype")),
        (412, Some("PreconditionFailedException"))
    );
    assert_eq!(
        signed(&sim, "POST /2015-03-31/functions/f/versions", "{}").status,
        201
    );
    let alias = r#"{"Name":"live","FunctionVersion":"1"}"#;
    assert_eq!(
        signed(&sim, "POST /2015-03-31/functions/f/aliases", alias).status,
        201
    );
    let gone = signed(&sim, "DELETE /2015-03-31/functions/f/aliases/live", "");
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    let list = signed(&sim, "GET /2015-03-31/functions/?MaxItems=50", "");
    assert!(
        list.json()["Functions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| f["FunctionName"] == "f")
    );
}

#[test]
fn cloudwatch_speaks_cbor_and_names_its_errors() {
    let sim = still();
    let auth = authorization("ana");
    let headers = [
        ("authorization", auth.as_str()),
        ("smithy-protocol", "rpc-v2-cbor"),
        ("content-type", "application/cbor"),
    ];
    let line = "POST /service/GraniteServiceVersion20100801/operation/GetMetricDta";
    let reply = request(&sim, line, &headers, &[0xa0]);
    assert_eq!(
        (reply.status, reply.header("smithy-protocol")),
        (400, Some("rpc-v2-cbor"))
    );
    assert_eq!(
        reply.header("x-amzn-query-error"),
        Some("UnknownOperationException;Sender")
    );
    assert_eq!(reply.header("content-type"), Some("application/cbor"));
    assert!(
        reply
            .text()
            .contains("com.amazonaws.cloudwatch#UnknownOperationException")
    );
    let broken = request(&sim, line, &headers, &[0x1c]);
    assert!(
        broken.text().contains("SerializationException"),
        "{}",
        broken.text()
    );
    let old = [
        ("authorization", auth.as_str()),
        ("x-amz-target", "GraniteServiceVersion20100801.Nope"),
    ];
    let reply = request(
        &sim,
        "POST /",
        &[
            old[0],
            old[1],
            ("content-type", "application/x-amz-json-1.0"),
        ],
        b"{}",
    );
    assert_eq!(
        reply.header("content-type"),
        Some("application/x-amz-json-1.0")
    );
    assert_eq!(
        reply.header("x-amzn-query-error"),
        Some("UnknownOperationException;Sender")
    );
}

#[test]
fn sts_answers_a_form_with_xml() {
    let sim = still();
    let form = (
        "content-type",
        "application/x-www-form-urlencoded; charset=utf-8",
    );
    let who = |key: &str, body: &str| {
        request(
            &sim,
            "POST /",
            &[form, ("authorization", &authorization(key))],
            body.as_bytes(),
        )
    };
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let ana = who("ana", body);
    assert_eq!(
        (ana.status, ana.header("content-type")),
        (200, Some("text/xml"))
    );
    assert!(
        ana.text()
            .contains("<Arn>arn:aws:iam::123456789012:user/ana</Arn>"),
        "{}",
        ana.text()
    );
    let role = who("AKIACOALMINEONCALL", body).text();
    assert!(
        role.contains("<Arn>arn:aws:sts::123456789012:assumed-role/oncall-operator/you</Arn>"),
        "{role}"
    );
    let wrong = who("ana", "Action=Get%3CCaller");
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.text().contains("<Code>InvalidAction</Code>")
            && wrong.text().contains("Get&lt;Caller")
    );
}

#[test]
fn cloudwatch_answers_the_form_of_older_clients() {
    let sim = still();
    let auth = authorization("ana");
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("authorization", auth.as_str()),
    ];
    let ask = |body: &str| {
        let body = format!("Version=2010-08-01&{body}");
        request(&sim, "POST /", &headers, body.as_bytes())
    };
    let found = ask("Action=DescribeAlarms&AlarmNames.member.1=audio-transcription-latency-high");
    let text = found.text();
    assert_eq!(
        (found.status, found.header("content-type")),
        (200, Some("text/xml"))
    );
    assert!(text.contains("<Threshold>5000.0</Threshold>"), "{text}");
    let put = ask(
        "Action=PutMetricData&Namespace=N&MetricData.member.1.MetricName=M&MetricData.member.1.Value=3",
    );
    assert!(put.status == 200 && !put.text().contains("Result>"));
    let wrong = ask(
        "Action=GetMetricStatistics&Namespace=N&MetricName=M&Period=60&StartTime=2026-01-01T00:00:00Z\
         &EndTime=2026-01-01T00:10:00Z&Statistics.member.1=p95",
    );
    let text = wrong.text();
    assert_eq!(wrong.status, 400);
    assert!(
        text.contains("<Code>InvalidParameterValue</Code>")
            && text.contains("The parameter Statistics.member.1 must be a value in the set"),
        "{text}"
    );
}

#[test]
fn packed_requests_are_unpacked() {
    let sim = still();
    let auth = authorization("ana");
    let headers = [
        ("authorization", auth.as_str()),
        ("x-amz-target", "AmazonSSM.GetParameters"),
        ("content-encoding", "gzip"),
    ];
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(br#"{"Names":["/nope"]}"#).unwrap();
    let reply = request(&sim, "POST /", &headers, &packer.finish().unwrap());
    assert_eq!(reply.json()["InvalidParameters"], json!(["/nope"]));
    assert_eq!(
        request(&sim, "POST /", &headers, b"not gzip").json()["__type"],
        "SerializationException"
    );
}

#[test]
fn nobody_gets_nothing_in_any_protocol() {
    let sim = still();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let cases = [
        (
            "POST /",
            vec![("x-amz-target", "AmazonSSM.GetParameter")],
            "{}",
        ),
        ("GET /2015-03-31/functions", vec![], ""),
        (
            "POST /service/GraniteServiceVersion20100801/operation/ListMetrics",
            vec![],
            "",
        ),
        ("POST /", vec![form], "Action=GetCallerIdentity"),
    ];
    for (line, headers, body) in cases {
        let reply = request(&sim, line, &headers, body.as_bytes());
        assert_eq!(reply.status, 403, "{line}");
        assert!(
            reply.text().contains("Missing Authentication Token"),
            "{line}: {}",
            reply.text()
        );
    }
}

#[test]
fn writers_are_told_apart_in_history() {
    let sim = still();
    receive(put(&sim, "1")).unwrap();
    let auth = authorization("AKIACOALMINEONCALL");
    let headers = [
        ("authorization", auth.as_str()),
        ("x-amz-target", "AmazonSSM.PutParameter"),
    ];
    let body = br#"{"Name":"/t","Value":"2","Overwrite":true}"#;
    assert_eq!(request(&sim, "POST /", &headers, body).status, 200);
    let history = ssm(&sim, "GetParameterHistory", &json!({"Name": "/t"})).json();
    let users: Vec<&str> = history["Parameters"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|v| v["LastModifiedUser"].as_str())
        .collect();
    let role = "arn:aws:sts::123456789012:assumed-role/oncall-operator/you";
    assert_eq!(users, ["arn:aws:iam::123456789012:user/ana", role]);
}

#[test]
fn a_live_tail_is_a_stream_of_frames() {
    let sim = still();
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:g";
    let start = json!({"logGroupIdentifiers": [group]});
    let lost = json(&sim, "Logs_20140328.StartLiveTail", &start);
    assert_eq!(
        (lost.status, lost.json()["__type"].as_str()),
        (400, Some("ResourceNotFoundException"))
    );
    json(
        &sim,
        "Logs_20140328.CreateLogGroup",
        &json!({"logGroupName": "g"}),
    );
    let mut stream = ask(&sim, "Logs_20140328.StartLiveTail", &start);
    let mut text = String::new();
    while !text.contains("sessionStart") {
        let mut chunk = [0; 512];
        let read = stream.read(&mut chunk).unwrap();
        assert!(read > 0, "{text}");
        text += &String::from_utf8_lossy(&chunk[..read]);
    }
    assert!(
        text.contains("content-type: application/vnd.amazon.eventstream"),
        "{text}"
    );
    assert!(text.contains("transfer-encoding: chunked"), "{text}");
}
