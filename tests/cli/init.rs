//! `coalmine init`: what it writes is good as it stands and is the demo's; nothing is ever written over.

use std::fs;
use std::path::Path;

use coalmine::config;

use crate::run::{home, run, run_with};

#[test]
fn it_writes_the_config_of_the_demo_and_that_config_is_good() {
    let home = home();
    let ran = run(&["init"], home.path());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("wrote coalmine.toml\n"), "{}", ran.out);
    let text = fs::read_to_string(home.path().join("coalmine.toml")).unwrap();
    assert_eq!(text, config::seed_text());
    assert_eq!(
        config::parse("coalmine.toml", &text).unwrap().rollouts,
        [config::demo().unwrap()]
    );

    let ran = run(&["config", "check"], home.path());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out, "coalmine.toml: good, 1 rollout: partial-results\n");
}

#[test]
fn it_writes_where_it_is_told_and_makes_the_directories() {
    let home = home();
    for (args, path) in [
        (&["init", "--config", "a/b/c.toml"][..], "a/b/c.toml"),
        (&["--config", "with space.toml", "init"], "with space.toml"),
    ] {
        let ran = run(args, home.path());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains(&format!("wrote {path}")), "{}", ran.out);
        assert_eq!(
            run(&["--config", path, "config", "check"], home.path()).code,
            0
        );
    }
    let ran = run(&["init", "--json"], home.path());
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["written"], "coalmine.toml");
    assert_eq!(answer["errors"], serde_json::json!([]));
    for policy in ["read_only", "operator", "setup"] {
        let policy = &answer["policies"][policy];
        assert_eq!(policy["Version"], "2012-10-17");
        assert!(!policy["Statement"].as_array().unwrap().is_empty());
    }
}

#[test]
fn what_is_there_is_left_as_it_is() {
    let home = home();
    let path = home.path().join("coalmine.toml");
    fs::write(&path, "mine\n").unwrap();
    let ran = run(&["init"], home.path());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("exists already"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine\n");
    let ran = run(&["init", "--json"], home.path());
    let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(
        answer["written"].is_null()
            && answer["errors"][0]
                .as_str()
                .unwrap()
                .contains("exists already")
    );

    fs::create_dir(home.path().join("dir.toml")).unwrap();
    std::os::unix::fs::symlink("nowhere", home.path().join("link.toml")).unwrap();
    for name in ["dir.toml", "link.toml", "coalmine.toml/under-a-file.toml"] {
        let ran = run(&["init", "--config", name], home.path());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}");
        assert!(ran.err.contains(name), "{}", ran.err);
    }
    assert!(!home.path().join("nowhere").exists());
}

#[test]
fn the_variable_that_names_a_config_to_read_is_none_to_write() {
    let home = home();
    let ran = run_with(&["init"], &[("COALMINE_CONFIG", "other.toml")], home.path());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        Path::exists(&home.path().join("coalmine.toml"))
            && !home.path().join("other.toml").exists()
    );
}
