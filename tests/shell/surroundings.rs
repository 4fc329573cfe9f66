//! What a command finds around it: no terminal, no input, no secrets, the right place.

use std::sync::Arc;

use coalmine::domain::runbook::CommandEnd;
use coalmine::ports::Shell;

use crate::rig::{Heard, carry_out, order, run, shell};

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_input_and_no_terminal() {
    assert_eq!(run("read line || echo end").await.out, "end\n");
    assert_eq!(run("cat").await.report.end, CommandEnd::Exited(0));
    let done = run("echo hello > /dev/tty").await;
    assert!(
        matches!(done.report.end, CommandEnd::Exited(code) if code != 0),
        "{:?}",
        done.report.end
    );
    assert!(done.err.contains("/dev/tty"), "{}", done.err);
    let ids = run("ps -o pid=,pgid=,sid= -p $$").await.out;
    let ids: Vec<&str> = ids.split_whitespace().collect();
    assert!(
        ids.len() == 3 && ids.iter().all(|id| *id == ids[0]),
        "a session of its own: {ids:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_sees_what_it_may_and_nothing_else() {
    let more = [
        ("HOME", "/home/ana"),
        ("LC_ALL", "C.UTF-8"),
        ("DB_PASSWORD", "hunter22"),
        ("GITHUB_TOKEN", "ghp_x"),
        ("LD_PRELOAD", "/x.so"),
        ("BASH_ENV", "/x"),
        ("TERM", "xterm"),
        ("PAGER", "less"),
        ("AWS_PROFILE", "someone"),
        ("AWS_ACCESS_KEY_ID", "AKIAX"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let seen = async |signs_in: bool| {
        let mut order = order("env", &[]);
        order.pins = vec![
            ("AWS_PROFILE".into(), "oncall".into()),
            ("AWS_REGION".into(), "us-east-1".into()),
        ];
        let heard = Arc::new(Heard::default());
        let never = Box::pin(std::future::pending());
        shell(&more, signs_in)
            .run(&order, never, heard.clone())
            .await;
        let text = heard.text(false);
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = seen(false).await;
    for wanted in [
        "HOME=/home/ana",
        "LC_ALL=C.UTF-8",
        "TERM=dumb",
        "PAGER=cat",
        "AWS_PAGER=",
        "GIT_PAGER=cat",
        "NO_COLOR=1",
        "AWS_PROFILE=oncall",
        "AWS_REGION=us-east-1",
    ] {
        assert!(
            all.iter().any(|line| line == wanted),
            "{wanted} is missing: {all:?}"
        );
    }
    for secret in [
        "hunter22", "ghp_x", "x.so", "BASH_ENV", "AKIAX", "secret", "someone", "xterm", "less",
    ] {
        assert!(
            !all.iter().any(|line| line.contains(secret)),
            "{secret} arrived: {all:?}"
        );
    }
    let all = seen(true).await;
    assert!(
        all.contains(&"AWS_SECRET_ACCESS_KEY=secret".to_owned()),
        "{all:?}"
    );
    assert!(!all.iter().any(|line| line.contains("hunter22")));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_where_it_is_told_to() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().canonicalize().unwrap().display().to_string();
    std::fs::write(dir.path().join("tool"), "#!/bin/sh\necho \"tool $1\"\n").unwrap();
    std::process::Command::new("chmod")
        .arg("+x")
        .arg(dir.path().join("tool"))
        .status()
        .unwrap();
    for (text, out) in [
        ("pwd -P; :", format!("{place}\n")),
        ("./tool x", "tool x\n".to_owned()),
    ] {
        let mut order = order(text, &[]);
        order.cwd = Some(place.clone());
        let done = carry_out(order, Arc::default()).await;
        assert_eq!(done.out, out, "{:?}", done.report);
    }
}

#[test]
fn the_console_s_own_death_ends_the_command() {
    // A console of its own process: this test program cannot die to find out.
    let dir = tempfile::tempdir().unwrap();
    let pid = dir.path().join("pid");
    let script = format!("echo $$ > {}; exec sleep 600", pid.display());
    let mut parent = std::process::Command::new("sh")
        .args(["-c", "\"$0\" __become-command $$ /bin/sh -c \"$1\" & wait"])
        .arg(env!("CARGO_BIN_EXE_coalmine"))
        .arg(script)
        .spawn()
        .unwrap();
    let wait = |met: &dyn Fn() -> bool, what: &str| {
        for _ in 0..1000 {
            if met() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("{what}");
    };
    let id = || {
        std::fs::read_to_string(&pid)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    wait(&|| !id().is_empty(), "it did not begin");
    let alive = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", id())).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    };
    assert!(alive());
    parent.kill().unwrap();
    parent.wait().unwrap();
    wait(&|| !alive(), "it outlived its console");
}
