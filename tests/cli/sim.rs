//! `coalmine sim`: its first line, its end, and what it cannot be started with.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::control;
use crate::run::{command, home, run};

struct Serving {
    child: Child,
    addr: SocketAddr,
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn serve(args: &[&str]) -> Serving {
    let home = home();
    let mut all = vec!["sim"];
    all.extend(args);
    let mut child = command(&all, home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let url = line
        .strip_prefix("listening on http://")
        .unwrap_or_else(|| panic!("{line:?}"));
    let addr = url.trim_end().parse().unwrap();
    Serving { child, addr }
}

#[test]
fn it_says_where_it_listens_serves_and_ends_with_the_signal() {
    for (signal, code) in [(Signal::TERM, 0), (Signal::INT, 130), (Signal::HUP, 129)] {
        let mut serving = serve(&[
            "--port",
            "0",
            "--scenario",
            "latency",
            "--speed",
            "20",
            "--seed",
            "7",
        ]);
        assert_eq!(serving.addr.ip().to_string(), "127.0.0.1");
        let state = control::state(serving.addr);
        assert_eq!(
            (&state["scenario"], &state["seed"], &state["speed"]),
            (&"latency".into(), &7.into(), &20.0.into())
        );
        kill_process(Pid::from_child(&serving.child), signal).unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        let status = loop {
            match serving.child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > until => panic!("it goes on after {signal:?}"),
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        assert_eq!(status.code(), Some(code), "{signal:?}");
    }
}

#[test]
fn the_first_moment_can_be_named() {
    let serving = serve(&["--speed", "0", "--start", "2026-11-20T19:00:07+01:00"]);
    let state = control::state(serving.addr);
    assert_eq!(state["time"], "2026-11-20T18:00:07Z");
}

#[test]
fn faults_of_the_command_line_are_in_force() {
    let serving = serve(&[
        "--fault",
        "ssm:PutParameter=timeout",
        "--fault",
        "sts:*=throttle,times=3",
    ]);
    let state = control::state(serving.addr);
    assert_eq!(
        state["faults"],
        serde_json::json!(["ssm:PutParameter=timeout", "sts:*=throttle,times=3"])
    );
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let home = home();
    let ran = run(&["sim", "--port", &port], home.path());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains(&port) && ran.err.contains("in use"),
        "{}",
        ran.err
    );
}

#[test]
fn what_it_cannot_be_started_with_is_told_with_the_nearest_word() {
    let home = home();
    for (args, words) in [
        (&["--scenario", "latncy"][..], "did you mean `latency`"),
        (&["--scenario", ""], "healthy"),
        (&["--speed", "fast"], "0 to 1000"),
        (&["--speed", "NaN"], "0 to 1000"),
        (&["--speed", "1001"], "0 to 1000"),
        (&["--seed", "-1"], "'-1'"),
        (&["--start", "yesterday"], "2026-11-20T18:00:00Z"),
        (
            &["--start", "1999-12-31T23:59:59Z"],
            "between 2000 and 2100",
        ),
        (&["--port", "65536"], "65535"),
        (
            &["--fault", "ssm:PutParametr=timeout"],
            "did you mean `PutParameter`",
        ),
        (
            &["--fault", "ssn:PutParameter=timeout"],
            "did you mean `ssm`",
        ),
        (
            &["--fault", "ssm:PutParameter=timeut"],
            "did you mean `timeout`",
        ),
        (
            &["--fault", "ssm:PutParameter=kms"],
            "lambda:GetFunctionConfiguration only",
        ),
        (&["--fault", ""], "expected"),
    ] {
        for name in ["sim", "demo"] {
            if name == "demo" && args[0] == "--port" {
                continue;
            }
            let mut all = vec![name];
            all.extend(args);
            let ran = run(&all, home.path());
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{all:?}");
            assert!(ran.err.contains(words), "{all:?}: {}", ran.err);
        }
    }
}
