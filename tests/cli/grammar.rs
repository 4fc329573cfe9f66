//! The helps, the version, and what is no command.

use crate::run::{home, run};

#[test]
fn every_help_is_as_it_was_agreed() {
    let home = home();
    for args in [
        "-h",
        "--help",
        "demo --help",
        "sim --help",
        "init --help",
        "config --help",
        "config check --help",
        "config print --help",
        "status --help",
        "set --help",
        "disable --help",
        "enable --help",
        "history --help",
        "restore --help",
        "fallback --help",
        "fallback on --help",
        "tune --help",
        "bucket --help",
        "watch --help",
        "doctor --help",
        "keys --help",
        "completions --help",
        "man --help",
        "replay --help",
        "runbook --help",
        "runbook show --help",
        "runbook lint --help",
    ] {
        let words: Vec<&str> = args.split(' ').collect();
        let ran = run(&words, home.path());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args}");
        assert!(
            ran.out.lines().all(|line| line.chars().count() <= 100),
            "{}",
            ran.out
        );
        let name = format!("help_{}", args.replace("--", "").replace([' ', '-'], "_"));
        insta::assert_snapshot!(name, ran.out);
    }
    assert_eq!(
        run(&["help", "sim"], home.path()).out,
        run(&["sim", "--help"], home.path()).out
    );
}

#[test]
fn the_version_is_the_crates() {
    let home = home();
    let expected = format!("coalmine {}\n", env!("CARGO_PKG_VERSION"));
    for args in ["--version", "-V"] {
        let ran = run(&[args], home.path());
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (0, expected.as_str(), "")
        );
    }
}

#[test]
fn what_is_no_command_or_flag_ends_with_2_and_names_the_nearest() {
    let home = home();
    for (args, near) in [
        (&["dmeo"][..], "demo"),
        (&["confg", "check"], "config"),
        (&["config", "chek"], "check"),
        (&["--read-onyl"], "--read-only"),
        (&["demo", "--scenaro", "latency"], "--scenario"),
    ] {
        let ran = run(args, home.path());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(near), "{args:?}: {}", ran.err);
    }
    let ran = run(&["config"], home.path());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("check"), "{}", ran.err);
}
