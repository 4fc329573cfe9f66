use super::super::find::search;
use super::*;

#[test]
fn the_first_place_wins_and_an_empty_variable_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let (work, user) = (dir.path().join("work"), dir.path().join("user"));
    for file in [
        work.join("coalmine.toml"),
        user.join("coalmine/config.toml"),
        dir.path().join("x.toml"),
    ] {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    }
    let x = dir.path().join("x.toml");
    let via = |flag: Option<&Path>, variable: Option<&Path>, work: &Path| {
        search(
            flag,
            variable.map(|v| v.as_os_str().to_owned()),
            work,
            Some(&user),
        )
        .map(|l| l.via)
    };
    let nowhere = dir.path().join("nowhere");
    assert_eq!(via(Some(&x), Some(&nowhere), &work), Ok(Via::Flag));
    assert_eq!(via(None, Some(&x), &work), Ok(Via::Variable));
    assert_eq!(
        via(None, Some(Path::new("")), &work),
        Ok(Via::WorkingDirectory)
    );
    assert_eq!(via(None, None, &nowhere), Ok(Via::UserDirectory));
    assert!(
        via(Some(&nowhere), None, &work)
            .unwrap_err()
            .to_string()
            .contains("--config"),
        "what is named must be there"
    );
    assert!(
        via(None, Some(&nowhere), &work)
            .unwrap_err()
            .to_string()
            .contains("$COALMINE_CONFIG")
    );
    let none = search(None, None, &nowhere, Some(&nowhere))
        .unwrap_err()
        .to_string();
    assert!(
        none.contains("coalmine demo") && none.contains("coalmine init"),
        "{none}"
    );
}

#[test]
fn init_writes_once_and_what_it_writes_loads() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("deep/coalmine.toml");
    init(&path).unwrap();
    let config = load(&path).unwrap();
    assert_eq!(config.rollouts[0].name, "partial-results");
    assert_eq!(
        config.rollouts[0].runbook.as_deref(),
        Some("builtin:rollback")
    );
    assert!(warnings(&config).is_empty());
    std::fs::write(&path, "mine").unwrap();
    assert!(
        init(&path)
            .unwrap_err()
            .to_string()
            .contains("exists already")
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn what_is_no_config_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("c.toml");
    std::fs::write(&path, vec![b'#'; (MAX_BYTES + 1) as usize]).unwrap();
    assert!(
        load(&path)
            .unwrap_err()
            .to_string()
            .contains("larger than 1 MiB")
    );
    std::fs::write(&path, b"[rollout.a]\nx = \"\xff\"").unwrap();
    let ConfigError::Faults(faults) = load(&path).unwrap_err() else {
        panic!("faults")
    };
    assert_eq!((faults[0].line, faults[0].column), (2, 6));
    assert!(faults[0].text.contains("not UTF-8"));
    assert!(matches!(
        load(&dir.path().join("none")),
        Err(ConfigError::Unreadable { .. })
    ));
    assert!(matches!(
        load(dir.path()),
        Err(ConfigError::Unreadable { .. })
    ));
}
