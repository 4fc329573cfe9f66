//! Lines of many loggers, and lines that mean harm.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

use super::*;

fn path(steps: &[&str]) -> SessionIdRule {
    SessionIdRule::JsonPath(steps.iter().map(|s| (*s).to_owned()).collect())
}

fn parse(line: &str) -> ParsedLine {
    parse_line(line, Some(&path(&["session_id"])))
}

fn pairs(line: &ParsedLine) -> Vec<(&str, &str)> {
    line.fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect()
}

#[test]
fn a_json_line_is_message_first_and_fields_after() {
    let line = parse(
        r#"{"timestamp":"2026-11-20T21:17:58.120Z","level":"WARN","session_id":"golden-otter-248","message":"Rate limit: dropping partial","rate":5.20,"tags":["a", {"b":null}],"note":"x\ny"}"#,
    );
    assert_eq!(line.level, Some(Level::Warn));
    assert_eq!(line.session.as_deref(), Some("golden-otter-248"));
    assert_eq!(line.message, "Rate limit: dropping partial");
    assert_eq!(
        pairs(&line),
        [
            ("rate", "5.20"),
            ("tags", r#"["a", {"b":null}]"#),
            ("note", "x\ny")
        ]
    );
}

#[test]
fn json_after_a_runtimes_prefix_is_found() {
    let line =
        parse("2026-11-20T21:17:58.120Z\t8f9c\tERROR\t{\"msg\":\"boom\",\"session_id\":\"s-1\"}\n");
    assert_eq!(line.level, Some(Level::Error));
    assert_eq!(line.message, "boom");
    assert_eq!(line.session.as_deref(), Some("s-1"));
    assert!(line.fields.is_empty());
}

#[test]
fn levels_are_found_where_loggers_put_them() {
    for (line, level) in [
        (
            "[ERROR]\t2026-11-20T21:17:58Z\tid\tboom",
            Some(Level::Error),
        ),
        (
            "2026-11-20 21:17:58,120 - app - WARNING - slow",
            Some(Level::Warn),
        ),
        ("level=warn msg=slow", Some(Level::Warn)),
        ("ts=1 level=\"error\" msg=x", Some(Level::Error)),
        ("error: no such file", Some(Level::Error)),
        ("CRITICAL|disk", Some(Level::Error)),
        ("ERROR disk full\rINFO ok", Some(Level::Error)),
        ("an error may be info for somebody", None),
        ("START RequestId: 8f9c Version: 7", Some(Level::Debug)),
        ("END RequestId: 8f9c", Some(Level::Debug)),
        (
            "REPORT RequestId: 8f9c\tDuration: 3.2 ms\tBilled Duration: 4 ms",
            Some(Level::Debug),
        ),
        (
            "REPORT RequestId: 8f9c\tDuration: 3000.00 ms\tStatus: timeout",
            Some(Level::Error),
        ),
        ("START here, then go on", None),
        (
            r#"{"time":"2026-11-20T21:17:58Z","type":"platform.report","record":{"status":"success"}}"#,
            Some(Level::Debug),
        ),
        (
            r#"{"type":"platform.runtimeDone","record":{"status":"timeout"}}"#,
            Some(Level::Error),
        ),
        (r#"{"type":"order","message":"paid"}"#, None),
        (r#"{"severity_text":"Warn","body":"x"}"#, Some(Level::Warn)),
        (
            "E1120 21:17:58.120001 7 server.go:17] gone",
            Some(Level::Error),
        ),
        (
            "I1120 21:17:58.120001 7 server.go:17] here",
            Some(Level::Info),
        ),
        ("E1120", None),
        ("É1120 x", None),
        (
            "2026-11-20T21:17:58Z 8f9c Task timed out after 3.00 seconds",
            Some(Level::Error),
        ),
        ("Traceback (most recent call last):", Some(Level::Error)),
        (r#"{"severity":"CRITICAL","msg":"x"}"#, Some(Level::Error)),
        (r#"{"level":30,"msg":"x"}"#, Some(Level::Info)),
        (r#"{"level":50,"msg":"x"}"#, Some(Level::Error)),
        (r#"{"level":"odd","msg":"x"}"#, None),
        (r#"{"LogLevel":"debug","msg":"x"}"#, Some(Level::Debug)),
    ] {
        assert_eq!(parse(line).level, level, "{line}");
    }
}

#[test]
fn sessions_are_found_by_path_or_pattern() {
    let nested = path(&["ctx", "ids", "1"]);
    let line = r#"{"ctx":{"ids":["a","b"]},"msg":"m"}"#;
    assert_eq!(
        parse_line(line, Some(&nested)).session.as_deref(),
        Some("b")
    );
    assert_eq!(
        parse(r#"{"session_id":12,"msg":"m"}"#).session.as_deref(),
        Some("12")
    );
    for none in [
        r#"{"session_id":null}"#,
        r#"{"session_id":""}"#,
        r#"{"session_id":{"a":1}}"#,
        "session_id golden",
    ] {
        assert_eq!(parse(none).session, None, "{none}");
    }
    let pattern = SessionIdRule::Regex(r"session[= ]([a-z]+-[a-z]+-\d+)".to_owned());
    let line = "INFO session=golden-eagle-427 partial";
    assert_eq!(
        parse_line(line, Some(&pattern)).session.as_deref(),
        Some("golden-eagle-427")
    );
    assert!(LineReader::new(Some(&SessionIdRule::Regex("(".into()))).is_err());
    assert!(LineReader::new(Some(&SessionIdRule::Regex("a".into()))).is_err());
}

#[test]
fn lines_that_mean_harm_are_only_text() {
    let deep = format!(
        "{{\"message\":\"m\",\"x\":{}1{}}}",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    assert_eq!(parse(&deep).message, deep);
    let sly = path(&["x", "y"]);
    assert_eq!(parse_line(&deep, Some(&sly)).session, None);
    let huge = format!("{{\"message\":\"{}\"}}", "a".repeat(2 << 20));
    assert_eq!(parse(&huge).message.len(), huge.len());
    let many: Vec<String> = (0..500).map(|n| format!("\"f{n}\":{n}")).collect();
    assert_eq!(
        parse(&format!("{{{}}}", many.join(","))).fields.len(),
        FIELDS
    );
    let wide = format!("{{\"message\":\"m\",\"x\":\"{}\"}}", "é".repeat(9_000));
    assert_eq!(
        parse(&wide).fields.first().unwrap().1.chars().count(),
        VALUE + 1
    );
    let long = format!("{{\"session_id\":\"{}\"}}", "s".repeat(300));
    assert_eq!(parse(&long).session, None);
    assert_eq!(parse("{}").message, "{}");
    assert_eq!(parse("set {a, b}").message, "set {a, b}");
}

proptest! {
    #[test]
    fn no_line_makes_the_reader_panic(line in "\\PC{0,80}|[{}\\[\\]\":, a-z0-9=\t]{0,80}") {
        let reader = LineReader::new(Some(&path(&["a", "b"]))).unwrap();
        let parsed = reader.parse(&line);
        prop_assert!(parsed.fields.len() <= FIELDS);
    }
}
