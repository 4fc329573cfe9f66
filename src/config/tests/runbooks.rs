//! Which runbook is opened, and who is called.

use super::*;

fn with(tail: &str) -> Result<Config, Vec<String>> {
    let text = format!(
        "[rollout.a]\nenvironment = \"prod\"\nstages = [ {{ percent = 100 }} ]\n[rollout.a.flag]\nssm = \"/a\"\n{tail}"
    );
    parse("c.toml", &text).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn runbook(tail: &str) -> Option<String> {
    with(tail).unwrap().rollouts[0].runbook.clone()
}

#[test]
fn without_a_runbook_it_is_the_one_that_ships() {
    assert_eq!(runbook("").as_deref(), Some("builtin:rollback"));
    let named = runbook("[rollout.a.runbook]\nfile = \"builtin:re-rollout\"");
    assert_eq!(named.as_deref(), Some("builtin:re-rollout"));
    let faults = with("[rollout.a.runbook]\nfile = \"builtin:rolback\"").unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(
        faults[0].starts_with("c.toml:7:8: rollout.a.runbook.file:"),
        "{faults:?}"
    );
    assert!(
        faults[0].contains("did you mean `builtin:rollback`?"),
        "{faults:?}"
    );
    let faults = with("[rollout.a.runbook]\nfile = \"builtin:\"").unwrap_err();
    assert!(faults[0].contains("communication-plan"), "{faults:?}");
}

#[test]
fn a_files_name_is_seen_from_the_config_and_a_shipped_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.toml");
    let load = |file: &str| {
        let text = EXAMPLE.replace("runbooks/rollback.md", file);
        std::fs::write(&path, text).unwrap();
        load(&path).unwrap()
    };
    let shipped = load("builtin:rollback");
    assert_eq!(
        shipped.rollouts[0].runbook.as_deref(),
        Some("builtin:rollback")
    );
    assert!(warnings(&shipped).is_empty());
    let own = load("own/rollback.md");
    let file = dir.path().join("own/rollback.md");
    assert_eq!(own.rollouts[0].runbook.as_deref(), file.to_str());
    let warned = warnings(&own);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(
        warned[0].contains("own/rollback.md is not there"),
        "{warned:?}"
    );
    std::fs::create_dir_all(&file).unwrap();
    assert!(warnings(&own)[0].contains("is no file"));
    std::fs::remove_dir(&file).unwrap();
    std::fs::write(&file, "# Rollback\n").unwrap();
    assert!(warnings(&own).is_empty());
}

#[test]
fn contacts_are_free_but_for_what_cannot_be_one() {
    let config = with("[rollout.a.contacts]\non_call = \" https://pager.example \"\n\"B\u{fc}ro M\u{fc}nchen\" = \"+49 89 0\"").unwrap();
    let contacts = &config.rollouts[0].contacts;
    assert_eq!(contacts["on_call"], "https://pager.example");
    assert_eq!(contacts["B\u{fc}ro M\u{fc}nchen"], "+49 89 0");
    for (line, words) in [
        ("on_call = \"\"", "is empty"),
        ("on_call = \"a\\u001b[2Jb\"", "control character"),
        ("on_call = 112", "expected a string"),
        ("on_call = \"[Pager link]\"", "is a placeholder itself"),
        ("on_call = \"<pager>\"", "is a placeholder itself"),
        ("\"\" = \"x\"", "no name for a contact"),
        ("\"--\" = \"x\"", "no name for a contact"),
        ("\"a\\tb\" = \"x\"", "no name for a contact"),
        (
            "on_call = \"x\"\n\"On-Call\" = \"y\"",
            "is `on_call` once more",
        ),
    ] {
        let faults = with(&format!("[rollout.a.contacts]\n{line}")).unwrap_err();
        assert!(
            faults.len() == 1 && faults[0].contains(words),
            "{line}: {faults:?}"
        );
    }
    let long = "x".repeat(201);
    assert!(with(&format!("[rollout.a.contacts]\na = \"{long}\"")).is_err());
    assert!(with(&format!("[rollout.a.contacts]\n{long} = \"a\"")).is_err());
}
