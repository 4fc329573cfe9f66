//! What is a wait, and what is none.

use super::*;

fn said(text: &str) -> Vec<u64> {
    in_prose(text, 1)
        .iter()
        .map(|wait| wait.span.as_secs())
        .collect()
}

fn slept(text: &str) -> Vec<(String, u32, u64)> {
    let command = Command {
        lang: "bash".to_owned(),
        text: text.to_owned(),
        line: 10,
    };
    in_command(&command)
        .into_iter()
        .map(|wait| (wait.text, wait.line, wait.span.as_secs()))
        .collect()
}

#[test]
fn orders_to_wait_are_waits() {
    for (text, seconds) in [
        ("Wait 5 minutes", 300),
        ("wait for 2 min", 120),
        ("Wait 5 minutes, then check metrics again", 300),
        ("monitor for 15 minutes", 900),
        ("Monitor metrics for 15 minutes", 900),
        ("Monitor the error rate closely for at least 30 mins.", 1800),
        ("Disable it, then wait 90 seconds.", 90),
        ("You must wait about 10 seconds", 10),
        ("Watch the dashboard for the next 1 hour", 3600),
        ("Wait for the rollout to finish (about 5 minutes)", 300),
        ("wait at least five minutes", 300),
        ("Let it bake for half an hour", 1800),
        ("Hold at 10% for 24h", 86400),
        ("After waiting 5 minutes, look again", 300),
        ("wait 5m", 300),
        ("Wait for 1.5 hours", 5400),
        ("Wait 5-10 minutes", 600),
        ("Pause for 30s", 30),
        ("Monitor for 1 week", 604_800),
        ("wait until it is green and monitor for a minute", 60),
        ("wait 1 hour and 30 minutes", 5400),
        ("wait 1h30m", 5400),
        ("wait 1 min, 30 s", 90),
        ("Wait ca. 5 min", 300),
        ("Wait 5+ minutes", 300),
        ("Allow 10 minutes for caches to expire.", 600),
        ("Give it 5 minutes.", 300),
    ] {
        assert_eq!(said(text), [seconds], "{text}");
    }
    assert_eq!(
        said("Wait 2 minutes, then monitor for 10 minutes"),
        [120, 600]
    );
}

#[test]
fn what_is_no_order_to_wait_is_none() {
    for text in [
        "takes effect within 60 seconds",
        "Forwards after 3 seconds",
        "after 30 seconds",
        "System buffers partial results for 3 seconds",
        "The client waits 30 seconds before it retries",
        "it may wait 30 seconds",
        "do not wait 5 minutes",
        "there is no need to wait 5 minutes",
        "don't wait 5 minutes",
        "Check metrics every hour for first day",
        "No results received for 10+ seconds during active audio",
        "wait a bit",
        "wait until p95 < 5 s",
        "wait up to 5 minutes",
        "Wait 5 m from the door",
        "wait for 5 errors",
        "Monitor for recovery",
        "wait 0 seconds",
        "wait 99999999 weeks",
        "waited 5 minutes",
        "the await 5 minutes thing",
        "If successful after 1 week: 50%",
        "wait 5/minute",
        "allow up to 5 minutes",
        "do not give it 5 minutes",
    ] {
        assert!(said(text).is_empty(), "{text}: {:?}", said(text));
    }
}

#[test]
fn sleeps_that_are_run_once_are_waits() {
    for (text, seconds) in [
        ("sleep 300", 300),
        ("sleep 5m", 300),
        ("  sleep 1.5h", 5400),
        ("make deploy && sleep 10s && make test", 10),
        ("$ sleep 60", 60),
        ("sudo sleep 60; ls", 60),
        ("sleep 1m 30s", 90),
        ("sleep 60 # a minute", 60),
        ("echo \"#1 isn't\"; sleep 60", 60),
        ("(sleep 60)", 60),
    ] {
        let found: Vec<u64> = slept(text)
            .into_iter()
            .map(|(_, _, seconds)| seconds)
            .collect();
        assert_eq!(found, [seconds], "{text}");
    }
    for text in [
        "sleep $((60*5))",
        "sleep $N",
        "sleep infinity",
        "echo 'sleep 300'",
        "echo sleep 300",
        "# sleep 300",
        "sleep 300 &",
        "while true; do sleep 5; done",
        "until ok\ndo\n  sleep 5\ndone",
        "nosleep 5",
        "sleep 0",
        "sleep -5",
        "sleep",
        "sleep 5x",
        "sleep 99999999999999999999",
        "cat <<EOF\nsleep 300\nEOF",
        "echo '\nsleep 300\n'",
        "sleep 1e3",
        "sleep inf",
    ] {
        assert!(slept(text).is_empty(), "{text}: {:?}", slept(text));
    }
    assert_eq!(slept("for i in 1 2; do sleep 5; done; sleep 60").len(), 1);
}

#[test]
fn a_comment_and_its_sleep_are_one_wait() {
    assert_eq!(
        slept("# Wait 5 minutes, then check metrics again\nsleep 300\n\n# later\n"),
        [("sleep 300".to_owned(), 11, 300)]
    );
    assert_eq!(
        slept("# Monitor metrics for 15 minutes\n# Verify"),
        [("Monitor metrics for 15 minutes".to_owned(), 10, 900)]
    );
    assert_eq!(slept("sleep 30\naws x\nsleep 30").len(), 2);
    assert_eq!(slept("# wait 2 minutes\nsleep 300").len(), 2);
    let python = Command {
        lang: "python".to_owned(),
        text: "sleep 300".to_owned(),
        line: 1,
    };
    assert!(in_command(&python).is_empty());
}

#[test]
fn lines_and_spans_are_told() {
    let found = in_prose("First this.\nThen wait 5 minutes.", 7);
    assert_eq!(
        (found[0].line, found[0].text.as_str()),
        (8, "wait 5 minutes")
    );
    assert_eq!(span("1h30m"), Some(Duration::from_mins(90)));
    assert_eq!(span("2 min"), Some(Duration::from_mins(2)));
    assert_eq!(span("15 minutes"), Some(Duration::from_mins(15)));
    for bad in ["", "5", "m", "0s", "5 parsecs", "-5m", "1..5m"] {
        assert_eq!(span(bad), None, "{bad}");
    }
    assert!(in_prose(&"wait ".repeat(10_000), 1).is_empty());
}

#[test]
fn a_look_that_is_put_off_is_a_wait() {
    assert_eq!(said("After 15 minutes, check the p95."), [900]);
    assert_eq!(said("Turn it off. After 90 s verify again"), [90]);
    assert_eq!(said("Then after another 5 min, re-check"), [300]);
    assert!(said("After 15 minutes, the alarm fires").is_empty());
    assert!(said("Not earlier than after 5 minutes, check").is_empty());
    assert!(said("After 5 minutes/step, check").is_empty());
}
