//! Tables of patterns: what they match, what they do not, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::Pattern;

/// Checks rows of (pattern, message, whether it matches).
fn check(rows: &[(&str, &str, bool)]) {
    for (pattern, message, expected) in rows {
        let parsed = Pattern::parse(pattern)
            .map_err(|error| format!("{pattern}: {error:?}"))
            .unwrap();
        assert_eq!(parsed.matches(message), *expected, "{pattern} on {message}");
    }
}

#[test]
fn terms() {
    check(&[
        ("", "anything", true),
        ("   ", "anything", true),
        ("ERROR", "[ERROR 400] BAD REQUEST", true),
        ("ERROR", "Exiting with ERRORCODE: -1", true),
        ("ERROR", "[error] lower case", false),
        (
            "ERROR Exception",
            "[ERROR] Caught IllegalArgumentException",
            true,
        ),
        ("ERROR Exception", "[ERROR] all is well", false),
        ("Exception  ERROR", "[ERROR] Unhandled Exception", true),
        (
            "Transcribe service appears unhealthy",
            r#"{"message":"Transcribe service appears unhealthy"}"#,
            true,
        ),
        (
            "Transcribe service appears unhealthy",
            "unhealthy: Transcribe appears as a service",
            true,
        ),
        (
            "Transcribe service appears unhealthy",
            "Transcribe service appears well",
            false,
        ),
        (
            "stability scores unavailable",
            "stability scores unavailable, falling back",
            true,
        ),
        ("snake_case_1", "a snake_case_1 b", true),
        ("größe", "die größe zählt", true),
        ("\"Rate limit\"", "Rate limit reached", true),
        ("\"Rate limit\"", "limit Rate", false),
        (r#""say \"hi\"""#, r#"they say "hi" to us"#, true),
        (r#""a\\b""#, r"a\b", true),
        (r#""a\nb""#, r"a\nb", true),
        (r#""level\":\"error""#, r#"{"level":"error"}"#, true),
        ("\"日本 語\"", "これは日本 語です", true),
        ("\"日本 語\"", "日本語", false),
        ("\" \"", "two words", true),
        ("\" \"", "one", false),
        (
            "\"golden-eagle-427\"",
            "session golden-eagle-427 began",
            true,
        ),
        // Unquoted hyphens exclude: a known trap of the service.
        ("golden-eagle-427", "session golden-eagle-427 began", false),
        ("golden-eagle-427", "golden retriever", true),
        ("a\"b c\"", "b c and a", true),
    ]);
}

#[test]
fn optional_and_excluded_terms() {
    let lines = [
        "ERROR WARN message",
        "ERROR message",
        "WARN message",
        "INFO message",
    ];
    let rows: [(&str, [bool; 4]); 9] = [
        ("?ERROR ?WARN", [true, true, true, false]),
        ("ERROR WARN", [true, false, false, false]),
        ("ERROR -WARN", [false, true, false, false]),
        ("-ERROR", [false, false, true, true]),
        ("-ERROR -WARN", [false, false, false, true]),
        ("ERROR - \"WARN\"", [false, true, false, false]),
        ("?\"ERROR WARN\" ?INFO", [true, false, false, true]),
        // Beside other terms, optional ones are ignored.
        ("?ERROR ?INFO WARN", [true, false, true, false]),
        ("?ERROR -WARN", [false, true, false, true]),
    ];
    for (pattern, expected) in rows {
        let parsed = Pattern::parse(pattern).unwrap();
        assert_eq!(
            lines.map(|line| parsed.matches(line)),
            expected,
            "{pattern}"
        );
    }
}

#[test]
fn regular_expressions() {
    check(&[
        ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true),
        ("%AUTHORIZED%", "authorized", false),
        ("%^ERROR%", "ERROR first", true),
        ("%^ERROR%", "an ERROR", false),
        ("%colou?r%", "color", true),
        ("%gray|grey%", "a grey day", true),
        (r"%10\.10\.0\.1%", "from 10.10.0.1", true),
        (r"%10\.10\.0\.1%", "from 10.10.001", false),
        ("%[4-5][0-9]{2}%", "status 503", true),
        (r"%a\x28b%", "a(b", true),
        (r"%took\s\d+%", "took 12", true),
    ]);
}

const EVENT: &str = r#"{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","another value"],
    "objectList":[{"name":"a","id":1},{"name":"b","id":2}],"SomeObject":null,"ThisFlag":true,"Other":false,
    "latency":500,"ratio":0.25,"code":"404","text":"naïve \"quoted\" café","a":{"b":[{"c":"deep"}],"x y":1,"detail-type":"t"},"n":-3e2,"empty":""}"#;

#[test]
fn json_conditions() {
    let rows = [
        ("{ $.eventType = \"UpdateTrail\" }", true),
        ("{$.eventType=UpdateTrail}", true),
        ("{ $.eventType = updatetrail }", false),
        ("{ $.eventType = \"Update*\" }", true),
        ("{ $.eventType = *Trail }", true),
        ("{ $.eventType = \"*date*\" }", true),
        ("{ $.eventType = \"Up*ail\" }", false),
        ("{ $.eventType = * }", true),
        ("{ $.eventType != UpdateTrail }", false),
        ("{ $.eventType != \"Delete*\" }", true),
        ("{ $.sourceIPAddress != 123.123.* }", true),
        ("{ $.sourceIPAddress = 111.111.* }", true),
        ("{ $.arrayKey[0] = \"value\" }", true),
        ("{ $.arrayKey[2] = \"value\" }", false),
        ("{ $.arrayKey[*] = \"another value\" }", true),
        ("{ $.objectList[1].id = 2 }", true),
        ("{ $.objectList[*].id = 2 }", true),
        ("{ $.objectList[*].id > 2 }", false),
        ("{ $.objectList.id = 2 }", false),
        ("{ $.SomeObject IS NULL }", true),
        ("{ $.Missing IS NULL }", false),
        ("{ $.Missing NOT EXISTS }", true),
        ("{ $.SomeObject NOT EXISTS }", false),
        ("{ $.ThisFlag IS TRUE }", true),
        ("{ $.ThisFlag IS FALSE }", false),
        ("{ $.Other IS FALSE }", true),
        ("{ $.Other = false }", true),
        ("{ $.latency >= 500 }", true),
        ("{ $.latency > 500 }", false),
        ("{ $.latency <= 5e2 }", true),
        ("{ $.latency < +1000 }", true),
        ("{ $.latency != 500 }", false),
        ("{ $.latency = 500.0 }", true),
        ("{ $.latency = \"500\" }", true),
        ("{ $.latency = 5* }", true),
        ("{ $.ratio < 0.5 }", true),
        ("{ $.n = -300 }", true),
        ("{ $.code = 404 }", true),
        ("{ $.code > 403 }", false),
        ("{ $.eventType > 1 }", false),
        ("{ $.text = \"naïve \\\"quoted\\\" café\" }", true),
        ("{ $.text = \"*café\" }", true),
        ("{ $.empty = \"\" }", true),
        ("{ $.a.b[0].c = \"deep\" }", true),
        ("{ $.a[\"x y\"] = 1 }", true),
        ("{ $['a']['x y'] = 1 }", true),
        ("{ $.a.[\"x y\"] = 1 }", true),
        ("{ $.a.detail-type = t }", true),
        ("{ $.a.* = t }", true),
        // Arrays, objects and absent members pass neither = nor !=.
        ("{ $.arrayKey = 1 }", false),
        ("{ $.arrayKey != 1 }", false),
        ("{ $.Missing != 1 }", false),
        ("{ $.eventType = %^Up[a-z]+Trail$% }", true),
        ("{ $.eventType != %Trail% }", false),
    ];
    for (pattern, expected) in rows {
        check(&[(pattern, EVENT, expected)]);
    }
    check(&[
        ("{ $.level = \"ERROR\" }", "ERROR but no JSON", false),
        ("{ $.level NOT EXISTS }", "no JSON", false),
        ("{ $.level = \"ERROR\" }", "{\"level\":\"ERROR\"", false),
        ("{ $.level = \"ERROR\" }", "  {\"level\":\"ERROR\"}\n", true),
    ]);
}

#[test]
fn json_compounds() {
    let event = r#"{"user":{"id":1,"email":"John.Stiles@example.com"},"users":[{"id":2,"email":"John.Doe@example.com"}],
        "actions":["GET","PUT","DELETE"],"coordinates":[[0,1,2],[4,5,6]]}"#;
    check(&[
        (
            "{ ($.user.id = 1) && ($.users[0].email = \"John.Doe@example.com\") }",
            event,
            true,
        ),
        (
            "{ ($.user.id = 2 && $.users[0].email = \"nonmatch\") || $.actions[2] = \"GET\" }",
            event,
            false,
        ),
        (
            "{ $.user.email = \"John.Stiles@example.com\" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }",
            event,
            true,
        ),
        (
            "{ ($.user.email = \"John.Stiles@example.com\" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }",
            event,
            false,
        ),
        ("{ ((($.user.id = 1))) }", event, true),
        ("{$.user.id=1&&$.coordinates[1][2]=6}", event, true),
        ("{$.user.id=1||$.user.id=2}", event, true),
    ]);
}

#[test]
fn columns() {
    let log =
        "127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";
    check(&[
        (
            "[ip, user, username, timestamp, request, status_code, bytes]",
            log,
            true,
        ),
        (
            "[ip, user, username, timestamp, request, status_code]",
            log,
            false,
        ),
        (
            "[ip, user, username, timestamp, request, status_code = 4*, bytes > 1000]",
            log,
            true,
        ),
        (
            "[ip, user, username, timestamp, request, status_code = 4* && status_code != 404, bytes]",
            log,
            false,
        ),
        (
            "[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]",
            log,
            true,
        ),
        ("[..., status_code, bytes]", log, true),
        ("[..., status_code = 500, bytes]", log, false),
        ("[..., request=*.html*, status_code=4*,]", log, true),
        ("[ip=127.0.0.1, user, ...]", log, true),
        (
            "[ip, user, ..., status_code = 404, bytes < 1535]",
            log,
            true,
        ),
        ("[ip, ..., request = \"GET*\", s, b]", log, true),
        ("[ip, ..., request = %^GET%, s, b]", log, true),
        ("[w1=ERROR, w2]", "ERROR message", true),
        ("[w1=ERROR, w2]", "ERROR WARN message", false),
        ("[w1=ERROR || w1=WARN, w2]", "WARN message", true),
        ("[w1!=ERROR&&w1!=WARN, w2]", "INFO message", true),
        ("[w1!=ERROR&&w1!=WARN, w2]", "WARN message", false),
        ("[w1=ERROR, ...]", "ERROR", true),
        ("[a, ..., b]", "one", false),
        ("[n >= -2.5]", "-2", true),
        ("[n >= 1]", "many", false),
        ("[w = größe]", "größe", true),
        ("[a, b]", "\"unclosed word", true),
    ]);
}

#[test]
fn wrong_syntax() {
    let long = "x".repeat(1025);
    let deep = format!("{{ {}$.a = 1{} }}", "(".repeat(400), ")".repeat(400));
    for pattern in [
        "user@example.com",
        "/aws",
        "a:b",
        "what!",
        "[",
        "]",
        "(x)",
        "*",
        "it's",
        "`x`",
        "\"\"",
        "\"open",
        "\"open\\\"",
        "-",
        "?",
        "a -",
        "?-a",
        "%",
        "%%",
        "%open",
        "% two words %",
        "%(a)%",
        "%a!%",
        "%é%",
        "%[%",
        "%a% b",
        "{",
        "{}",
        "{ }",
        "{ $.a }",
        "{ $.a = }",
        "{ $.a = 1",
        "{ $.a = 1 } x",
        "{ a = 1 }",
        "{ $ = 1 }",
        "{ $.a == 1 }",
        "{ $.a = b c }",
        "{ $.a = 1 && }",
        "{ $.a = 1 & $.b = 2 }",
        "{ ($.a = 1 }",
        "{ $.a = 1) }",
        "{ $.a > big }",
        "{ $.a < \"5\" }",
        "{ $.a IS }",
        "{ $.a IS MAYBE }",
        "{ $.a is null }",
        "{ $.\"sc-status\" = 5* }",
        "{ $.a[x] = 1 }",
        "{ $.a[1 = 1 }",
        "{ $.a[\"b] = 1 }",
        "{ $.a = \"open }",
        "{ $.a = user@example.com }",
        "{ $.a.*[*] = 1 }",
        "{ $.a = %x }",
        "{ $.a = %x% || $.b = %y% || $.c = %z% }",
        "[]",
        "[a",
        "[a, b] x",
        "[..., ...]",
        "[a = ]",
        "[a = 1 && b = 2]",
        "[a IS NULL]",
        "[a > x]",
        "[a b]",
        "[ = 1]",
        &long,
        &deep,
    ] {
        let error = Pattern::parse(pattern).map(drop).unwrap_err();
        assert_eq!(error.code, "InvalidParameterException", "{pattern}");
        assert!(
            error.message.starts_with("Invalid filter pattern: "),
            "{pattern}: {}",
            error.message
        );
    }
    let error = Pattern::parse("user@example.com").map(drop).unwrap_err();
    assert_eq!(
        error.message,
        "Invalid filter pattern: Invalid character(s) in term '@'"
    );
}

#[test]
fn any_text_is_judged_without_a_panic() {
    let pieces = [
        "{", "}", "$.", "[", "]", "\"", "\\", "%", "é", " ", "=", "a", "&&", "||", "(", ")", "...",
        ",", "-", "?", "1", "IS NULL",
    ];
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let text: String = (0..random.usize(..12))
            .map(|_| pieces[random.usize(..pieces.len())])
            .collect();
        if let Ok(pattern) = Pattern::parse(&text) {
            pattern.matches(&text);
            pattern.matches(EVENT);
        }
    }
}
