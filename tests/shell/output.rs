//! What commands write: floods, bytes that are no text, lines without an end.

use coalmine::domain::runbook::CommandEnd;

use crate::rig::run;

#[tokio::test(flavor = "multi_thread")]
async fn both_streams_arrive_in_their_order_and_apart() {
    let done = run("echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three; exit 1").await;
    assert_eq!(
        (done.out.as_str(), done.err.as_str()),
        ("one\nthree\n", "two\n")
    );
    assert_eq!(done.report.tail, "one\ntwo\nthree\n");
    assert_eq!(
        (done.report.end, done.report.bytes),
        (CommandEnd::Exited(1), 14)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_and_lines_without_an_end_survive() {
    let done = run(r"printf '\377\000\033[31m\303\251 no end'").await;
    assert_eq!(done.out, "\\xff\0\u{1b}[31mé no end");
    let split = run(r"printf '\303'; sleep 0.3; printf '\251'; sleep 0.3; printf '\342\202'").await;
    assert_eq!(
        split.out, "é\\xe2\\x82",
        "a character that comes in two pieces is one"
    );
    assert_eq!(
        split.report.output_sha256,
        coalmine::domain::runbook::script::digest(b"\xc3\xa9\xe2\x82")
    );
    assert_eq!(
        run("true").await.report.output_sha256,
        coalmine::domain::runbook::script::digest(b"")
    );
}
