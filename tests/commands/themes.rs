//! `coalmine themes` and what the doctor says of them: every file of the user's own, and what is wrong with it.

use std::path::Path;

use serde_json::Value;

use crate::bench::{Bench, Ran, bare, ran};

fn run(args: &[&str], home: &Path) -> Ran {
    ran(bare(args, home).output().unwrap())
}

fn named<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let themes = answer["themes"].as_array().unwrap();
    themes.iter().find(|theme| theme["name"] == name).unwrap()
}

#[test]
fn themes_are_listed_with_their_files_and_faults() {
    let home = tempfile::tempdir().unwrap();
    let answer = run(&["themes", "--json"], home.path())
        .ends(0)
        .json("themes");
    assert_eq!(answer["themes"].as_array().unwrap().len(), 11);
    assert_eq!(named(&answer, "coalmine-light")["kind"], "light");
    assert_eq!(named(&answer, "terminal")["kind"], "terminal");
    assert_eq!(named(&answer, "nord")["file"], Value::Null);

    let own = home.path().join(".config/coalmine/themes");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("mine.toml"), "\n[role]\ntxet = { fg = \"red\" }\n").unwrap();
    let answer = run(&["themes", "--json", "--theme", "mine"], home.path()).json("themes");
    let mine = named(&answer, "mine");
    assert_eq!(mine["chosen"], true);
    let fault = mine["faults"][0].as_str().unwrap();
    assert!(
        fault.ends_with("mine.toml:3: role `txet` is not known: did you mean `text`?"),
        "{fault}"
    );
    let ran = run(&["themes"], home.path());
    assert!(ran.ends(0).out.contains(fault), "{ran:?}");
    for args in [
        ["themes", "--color", "8"],
        ["themes", "--charset", "latin1"],
    ] {
        run(&args, home.path()).ends(2);
    }
}

#[test]
fn the_doctor_tells_of_a_faulty_theme_and_is_well_nevertheless() {
    let bench = Bench::healthy();
    let fact = |args: &[&str]| {
        let answer = bench.run(args).ends(0).json("doctor");
        let checks = answer["checks"].as_array().unwrap();
        checks
            .iter()
            .find(|check| check["name"] == "theme")
            .unwrap()
            .clone()
    };
    let well = fact(&["doctor", "--json"]);
    assert_eq!(
        (&well["state"], &well["value"]),
        (&"ok".into(), &"auto".into())
    );
    let missing = fact(&["doctor", "--json", "--theme", "nrod"]);
    assert_eq!(missing["state"], "warn");
    let hint = missing["hint"].as_str().unwrap();
    assert!(hint.contains("did you mean `nord`?"), "{hint}");
    let file = fact(&["doctor", "--json", "--theme", "./absent.toml"]);
    let hint = file["hint"].as_str().unwrap();
    assert!(hint.contains("absent.toml:1: cannot be read"), "{hint}");
}
