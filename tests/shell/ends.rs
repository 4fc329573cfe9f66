//! How commands end: by themselves, by the person, by the clock, or only when they are killed.

use std::sync::Arc;
use std::time::Duration;

use coalmine::domain::runbook::CommandEnd;
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::rig::{carry_out, marked, order, put_away, run};

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_and_signals_are_told() {
    assert_eq!(run("true").await.report.end, CommandEnd::Exited(0));
    assert_eq!(run("exit 3").await.report.end, CommandEnd::Exited(3));
    assert_eq!(run("kill -9 $$").await.report.end, CommandEnd::Signalled(9));
    // Without `set -e` only the last command counts, as in a shell.
    assert_eq!(run("false; true").await.report.end, CommandEnd::Exited(0));
    assert_eq!(
        run("set -eu; false; true").await.report.end,
        CommandEnd::Exited(1)
    );
    let piped = run("yes | head -n 2").await;
    assert_eq!(
        (piped.report.end, piped.out.as_str()),
        (CommandEnd::Exited(0), "y\ny\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_started_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("plain");
    std::fs::write(&file, "echo no").unwrap();
    let why = |end: &CommandEnd| match end {
        CommandEnd::NotStarted(why) => why.clone(),
        other => format!("{other:?}"),
    };
    let done = run("no-such-program-here --x").await;
    assert!(why(&done.report.end).contains("no-such-program-here was not found in PATH"));
    let done = run(&format!("{} x", file.display())).await;
    assert!(
        why(&done.report.end).contains("not executable"),
        "{:?}",
        done.report.end
    );
    let done = run("./nowhere/x y").await;
    assert!(why(&done.report.end).contains("is not there"));
    let mut lost = order("true", &[]);
    lost.cwd = Some("/no/such/directory".into());
    let done = carry_out(lost, Arc::default()).await;
    assert!(why(&done.report.end).contains("/no/such/directory"));
    assert_eq!(
        run("no-such-program-here; exit $?").await.report.end,
        CommandEnd::Exited(127)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_that_holds_the_pipe_is_not_waited_for() {
    let done = run("sleep 600 & echo done").await;
    assert_eq!(
        (done.report.end, done.out.as_str()),
        (CommandEnd::Exited(0), "done\n")
    );
    assert_eq!(done.report.leftover.len(), 1, "it is named");
    assert!(done.report.running.is_empty());
    assert!(done.took < Duration::from_secs(3), "{:?}", done.took);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_that_ignores_term_is_killed() {
    let done = run("(trap '' TERM; while :; do sleep 1; done) & echo done").await;
    assert_eq!(done.report.end, CommandEnd::Exited(0));
    assert!(!done.report.leftover.is_empty() && done.report.running.is_empty());
    assert!(done.took < Duration::from_secs(8), "{:?}", done.took);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_left_the_session_is_named_and_left_alone() {
    let wanted = order("(setsid sleep 600 >/dev/null 2>&1 &) ; echo away", &[]);
    let name = wanted.run.clone();
    let done = carry_out(wanted, Arc::default()).await;
    assert_eq!(done.report.end, CommandEnd::Exited(0));
    assert_eq!(done.report.running.len(), 1, "{:?}", done.report);
    assert_eq!(done.report.running, marked(&name));
    put_away(&done.report.running);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_in_a_group_of_its_own_is_ended_with_the_session() {
    let done = run("set -m; sleep 600 & echo done").await;
    assert_eq!(done.report.end, CommandEnd::Exited(0));
    assert!(
        done.report.running.is_empty() && done.report.leftover.len() == 1,
        "{:?}",
        done.report
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_stops_what_never_ends() {
    let stop = Arc::new(Notify::new());
    let wish = Arc::clone(&stop);
    tokio::spawn(async move {
        sleep(Duration::from_millis(300)).await;
        wish.notify_one();
    });
    let done = carry_out(order("while :; do echo on; sleep 0.05; done", &[]), stop).await;
    assert_eq!(done.report.end, CommandEnd::Stopped);
    assert!(
        done.out.starts_with("on\n") && done.took < Duration::from_secs(3),
        "{:?}",
        done.took
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ignores_term_is_killed_three_seconds_later() {
    let stop = Arc::new(Notify::new());
    stop.notify_one();
    let done = carry_out(
        order("trap '' TERM INT HUP; while :; do sleep 1; done", &[]),
        stop,
    )
    .await;
    assert_eq!(done.report.end, CommandEnd::Stopped);
    assert!(done.took < Duration::from_secs(9), "{:?}", done.took);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_ends_it_too() {
    let mut late = order("sleep 600", &[]);
    late.limit = Duration::from_millis(200);
    let done = carry_out(late, Arc::default()).await;
    assert_eq!(done.report.end, CommandEnd::TimedOut);
    assert!(done.took < Duration::from_secs(3), "{:?}", done.took);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_run_kills_it() {
    let endless = order("trap '' TERM; while :; do sleep 1; done", &[]);
    let name = endless.run.clone();
    let task = tokio::spawn(carry_out(endless, Arc::default()));
    while marked(&name).is_empty() {
        sleep(Duration::from_millis(20)).await;
    }
    task.abort();
    for _ in 0..200 {
        if marked(&name).is_empty() {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("it lives: {:?}", marked(&name));
}
