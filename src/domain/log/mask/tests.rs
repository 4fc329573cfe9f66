use proptest::prelude::*;

use super::mask;

fn masked(text: &str) -> String {
    let mut out = String::new();
    mask(text, None, &mut out);
    out
}

#[test]
fn what_differs_is_taken_out() {
    for (line, pattern) in [
        ("final result forwarded", "final result forwarded"),
        ("took 1408 ms, 0.91 of 12", "took # ms, #.# of #"),
        ("GET /users/17/avatar 404", "GET /users/#/avatar #"),
        ("from 10.0.3.17:8443 refused", "from <ip> refused"),
        ("version 1.2.3.4.5", "version #.#.#.#.#"),
        (
            "request 46c4f2b8-0b1d-4c7b-8a58-1de4e2b7a001 done",
            "request <uuid> done",
        ),
        (
            "RequestId: abcdef12-3456-7890-abcd-ef1234567890",
            "RequestId: <uuid>",
        ),
        ("commit 9f3c1a7e5b at 0x7ffeea1", "commit <hex> at <hex>"),
        ("user \"ana\" said \"\"", "user \"*\" said \"\""),
        (
            r#"{"user":"ana","n2":17,"note":"a \"b\" c"}"#,
            "{\"user\":\"*\",\"n#\":#,\"note\":\"*\"}",
        ),
        ("key AKIA7Q2F9X01 used", "key <id> used"),
        ("p95 of s3 in utf8", "p# of s# in utf#"),
        ("golden-eagle-427 lost", "golden-eagle-# lost"),
        ("don't touch 'x1'", "don't touch 'x#'"),
        ("an open \" quote 7", "an open \" quote #"),
        ("Größe 12 ✓", "Größe # ✓"),
        ("feedface deadbeef", "feedface deadbeef"),
        ("", ""),
    ] {
        assert_eq!(masked(line), pattern, "{line}");
    }
}

#[test]
fn the_session_of_the_line_is_one_of_many() {
    let mut out = String::new();
    mask(
        "golden-eagle-427: flushing golden-eagle-427",
        Some("golden-eagle-427"),
        &mut out,
    );
    assert_eq!(out, "<session>: flushing <session>");
    mask("a word", Some("a"), &mut out);
    assert_eq!(out, "a word");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masking_twice_changes_nothing(text in "\\PC{0,80}|[a-f0-9.:\"\\\\ -]{0,80}|.{500,700}") {
        let once = masked(&text);
        prop_assert_eq!(masked(&once), once);
    }

    #[test]
    fn other_numbers_make_no_other_pattern(a in 0_u32..1_000_000, b in 0_u32..1_000_000, id in "[a-z]{1,12}") {
        let line = |n: u32| format!("{id} took {n} ms, {id}={n}, \"{n}\" at 10.0.{}.{}", n % 255, n % 254);
        prop_assert_eq!(masked(&line(a)), masked(&line(b)));
    }
}
