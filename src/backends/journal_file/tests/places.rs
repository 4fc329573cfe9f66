//! Directories and files that somebody else could change are refused, in words.

use std::os::unix::fs::symlink;

use super::*;
use crate::ports::{ErrorKind, PortError};

fn refused(dir: &Path) -> PortError {
    let opened = JournalFile::open(dir, "partial-results", "prod", ana(), NOW);
    opened.err().unwrap()
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_directory_that_others_may_write_is_refused() {
    let dir = private();
    for bits in [0o777, 0o770, 0o1777, 0o702] {
        mode(dir.path(), bits);
        let error = refused(dir.path());
        assert_eq!(error.kind, ErrorKind::Local);
        assert!(error.text.contains("others may write"), "{error}");
        assert!(error.hint.contains("chmod 700"), "{}", error.hint);
    }
    mode(dir.path(), 0o755);
    drop(open(dir.path()));
}

#[test]
fn a_directory_that_is_a_link_or_a_file_is_refused() {
    let dir = private();
    std::fs::create_dir(dir.path().join("real")).unwrap();
    symlink(dir.path().join("real"), dir.path().join("link")).unwrap();
    symlink(dir.path().join("nowhere"), dir.path().join("dangling")).unwrap();
    std::fs::write(dir.path().join("file"), "").unwrap();
    for name in ["link", "dangling"] {
        assert!(
            refused(&dir.path().join(name))
                .text
                .contains("symbolic link")
        );
    }
    assert!(!dir.path().join("nowhere").exists());
    assert!(
        refused(&dir.path().join("file"))
            .text
            .contains("not a directory")
    );
}

type Plant = fn(&Path, &Path) -> std::io::Result<()>;

#[test]
fn a_planted_file_is_refused_and_not_touched() {
    let dir = private();
    let victim = dir.path().join("victim");
    std::fs::write(&victim, "precious").unwrap();
    let plants: [(&str, Plant); 2] = [
        ("symbolic link", |victim, name| symlink(victim, name)),
        ("hard link", |victim, name| std::fs::hard_link(victim, name)),
    ];
    for (word, plant) in plants {
        for name in ["partial-results@prod.jsonl", "partial-results@prod.lock"] {
            let name = dir.path().join(name);
            drop(std::fs::remove_file(&name));
            plant(&victim, &name).unwrap();
            let error = refused(dir.path());
            assert!(error.text.contains(word), "{error}");
            assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
            std::fs::remove_file(&name).unwrap();
        }
    }
}

#[test]
fn a_planted_pipe_does_not_hang_the_start() {
    let dir = private();
    let made = std::process::Command::new("mkfifo")
        .arg(main_file(dir.path()))
        .status();
    if made.is_ok_and(|status| status.success()) {
        assert!(refused(dir.path()).text.contains("not a regular file"));
    }
}

#[test]
fn loose_files_are_made_private() {
    let dir = private();
    std::fs::write(main_file(dir.path()), "").unwrap();
    mode(&main_file(dir.path()), 0o666);
    drop(open(dir.path()));
    let bits = main_file(dir.path())
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(bits & 0o777, 0o600);
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_read_and_the_journal_goes_to_a_fallback() {
    if rustix::process::geteuid().is_root() {
        return;
    }
    let dir = private();
    let state = dir.path().join("state");
    let journal = open(&state);
    journal.append(NOW, intent("a")).await.unwrap();
    drop(journal);
    mode(&state, 0o500);
    mode(&main_file(&state), 0o400);
    let journal = elsewhere(&state, dir.path().join("spare"));
    let recovered = journal.recover().await.unwrap();
    assert!(recovered.repaired.unwrap().contains("cannot be written"));
    journal.append(NOW, intent("b")).await.unwrap();
    drop(journal);
    assert_eq!(
        std::fs::read_dir(dir.path().join("spare")).unwrap().count(),
        1
    );
    mode(&state, 0o700);
}

fn elsewhere(dir: &Path, spare: PathBuf) -> JournalFile {
    let order = Order {
        dir: dir.to_owned(),
        fallbacks: vec![spare],
        rollout: "partial-results".into(),
        environment: "prod".into(),
        who: "ana".into(),
        now: NOW,
        disk: Arc::new(System),
    };
    JournalFile::start(order, ana(), Patience::default()).unwrap()
}

#[test]
fn unlike_rollouts_never_share_a_file() {
    let names = [
        ("a", "b-c"),
        ("a-b", "c"),
        ("a", "b.2"),
        ("a", "b"),
        ("a/b", "c"),
        ("a%2Fb", "c"),
        ("", ""),
        ("..", "x"),
        ("é", "x"),
    ];
    let stems: std::collections::BTreeSet<_> = names
        .iter()
        .map(|(rollout, environment)| place::stem(rollout, environment))
        .collect();
    assert_eq!(stems.len(), names.len());
    assert!(stems.iter().all(|stem| !stem.contains(['/', '.'])));
    let long = "x".repeat(500);
    assert!(place::stem(&long, "prod").len() < 130);
    assert_ne!(place::stem(&long, "prod"), place::stem(&long, "dev"));
}
