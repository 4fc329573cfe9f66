//! Which configuration and which rollout the console opens. Without a terminal it gets as far as saying that it needs one.

use std::fs;

use coalmine::config;

use crate::run::{Ran, home, run, run_with};

/// The configuration was found and good: all that was missing is a terminal.
fn needs_a_terminal(ran: &Ran) -> bool {
    ran.code == 2 && ran.err.contains("is not a terminal")
}

#[test]
fn without_a_config_it_says_so_and_where_to_go() {
    let home = home();
    let ran = run(&[], home.path());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for words in [
        "no config found",
        "coalmine.toml",
        ".config/coalmine/config.toml",
        "coalmine demo",
        "coalmine init",
    ] {
        assert!(ran.err.contains(words), "{words} in {}", ran.err);
    }
    assert!(
        !ran.err.contains("terminal"),
        "one thing at a time: {}",
        ran.err
    );
}

#[test]
fn the_flag_counts_before_the_variable_before_the_directory_before_the_users_own() {
    let home = home();
    let seed = config::seed_text();
    let marked = |name: &str| seed.replace("partial-results", name);
    let check = |args: &[&str], env: &[(&str, &str)]| {
        let mut all = vec!["config", "check"];
        all.extend(args);
        let ran = run_with(&all, env, home.path());
        ran.out + &ran.err
    };
    let user = home.path().join(".config/coalmine");
    fs::create_dir_all(&user).unwrap();
    fs::write(user.join("config.toml"), marked("of-the-user")).unwrap();
    assert!(check(&[], &[]).contains("of-the-user"));
    let xdg = home.path().join("xdg/coalmine");
    fs::create_dir_all(&xdg).unwrap();
    fs::write(xdg.join("config.toml"), marked("of-xdg")).unwrap();
    let elsewhere = home.path().join("xdg").display().to_string();
    assert!(check(&[], &[("XDG_CONFIG_HOME", &elsewhere)]).contains("of-xdg"));
    fs::write(
        home.path().join("coalmine.toml"),
        marked("of-the-directory"),
    )
    .unwrap();
    assert!(check(&[], &[]).contains("of-the-directory"));
    assert!(
        check(&[], &[("COALMINE_CONFIG", "")]).contains("of-the-directory"),
        "an empty variable names nothing"
    );
    fs::write(home.path().join("v.toml"), marked("of-the-variable")).unwrap();
    assert!(check(&[], &[("COALMINE_CONFIG", "v.toml")]).contains("of-the-variable"));
    fs::write(home.path().join("f.toml"), marked("of-the-flag")).unwrap();
    assert!(
        check(&["--config", "f.toml"], &[("COALMINE_CONFIG", "v.toml")]).contains("of-the-flag")
    );
    assert!(
        check(&[], &[("COALMINE_CONFIG", "gone.toml")]).contains("$COALMINE_CONFIG"),
        "what was named is not looked for elsewhere"
    );
}

#[test]
fn several_rollouts_need_a_choice() {
    let home = home();
    let seed = config::seed_text();
    let two = format!("{seed}\n{}", seed.replace("partial-results", "other"));
    fs::write(home.path().join("coalmine.toml"), two).unwrap();
    let ran = run(&[], home.path());
    assert_eq!(ran.code, 2);
    for words in ["--rollout", "partial-results", "other"] {
        assert!(ran.err.contains(words), "{words} in {}", ran.err);
    }
    let ran = run(&["--rollout", "othr"], home.path());
    assert!(
        ran.code == 2 && ran.err.contains("did you mean `other`"),
        "{}",
        ran.err
    );
    assert!(needs_a_terminal(&run(&["--rollout", "other"], home.path())));
}

#[test]
fn an_environment_or_a_parameter_needs_no_config() {
    let home = home();
    for args in [
        &["--env", "dev"][..],
        &["--env", "prod"],
        &[
            "--parameter-name",
            "/audio-transcription/staging/partial-results/config",
        ],
        &["--env", "dev", "--parameter-name", "/mine"],
    ] {
        let ran = run(args, home.path());
        assert!(needs_a_terminal(&ran), "{args:?}: {}", ran.err);
    }
    for (args, words) in [
        (&["--env", "no such env"][..], "--env"),
        (&["--parameter-name", "not a name!"], "--parameter-name"),
        (&["--parameter-name", ""], "--parameter-name"),
    ] {
        let ran = run(args, home.path());
        assert!(
            ran.code == 2 && ran.err.contains(words),
            "{args:?}: {}",
            ran.err
        );
    }
}

#[test]
fn the_demo_says_that_it_needs_a_terminal_and_leaves_nothing_behind() {
    let home = home();
    let ran = run(&["demo"], home.path());
    assert!(needs_a_terminal(&ran) && ran.out.is_empty(), "{ran:?}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}
