//! The file lever against real files in a temporary directory.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use tempfile::TempDir;

use super::*;
use crate::backends::fixtures::{document_order, text_of};

const BEFORE: &str = "{\"enabled\": true,\n \"rollout_percentage\": 10.0, \"note\": \"keep\"}\n";
const AFTER: &str = "{\"enabled\": false,\n \"rollout_percentage\": 10.0, \"note\": \"keep\"}\n";

fn file(content: &[u8]) -> (TempDir, JsonFile) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("feature_flags.json");
    fs::write(&path, content).unwrap();
    let lever = JsonFile::new(path, SharedClock::new());
    (directory, lever)
}

fn order(seen: Option<&str>, text: &str) -> Order {
    document_order(seen, BEFORE, text)
}

#[tokio::test]
async fn what_was_read_can_be_replaced_and_the_rest_of_the_file_stays() {
    let (directory, lever) = file(BEFORE.as_bytes());
    fs::set_permissions(&lever.path, fs::Permissions::from_mode(0o640)).unwrap();
    let state = lever.read().await.unwrap();
    assert_eq!(text_of(&state), BEFORE);
    assert_eq!(state.revision.0, disk::hash(BEFORE.as_bytes()));
    assert!(state.changed_at.is_some());

    let outcome = lever.apply(&order(Some(&state.revision.0), AFTER)).await;
    let Outcome::Applied { revision, note, .. } = outcome else {
        unreachable!("{outcome:?}")
    };
    assert_eq!(note, None);
    assert_eq!(revision, lever.read().await.unwrap().revision);
    assert_eq!(fs::read_to_string(&lever.path).unwrap(), AFTER);
    assert_eq!(
        fs::metadata(&lever.path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert_eq!(
        fs::read_dir(directory.path()).unwrap().count(),
        1,
        "no draft is left"
    );
}

#[tokio::test]
async fn a_change_by_somebody_else_is_a_conflict_and_stands() {
    let (_directory, lever) = file(BEFORE.as_bytes());
    let state = lever.read().await.unwrap();
    let theirs = "{\"enabled\": true, \"rollout_percentage\": 50}";
    fs::write(&lever.path, theirs).unwrap();
    let outcome = lever.apply(&order(Some(&state.revision.0), AFTER)).await;
    let Outcome::Conflict(conflict) = outcome else {
        unreachable!("{outcome:?}")
    };
    assert!(!conflict.sent);
    assert_eq!(
        (conflict.seen_text.as_str(), conflict.their_text.as_str()),
        (BEFORE, theirs)
    );
    assert_eq!(conflict.found.0, disk::hash(theirs.as_bytes()));
    assert_eq!(fs::read_to_string(&lever.path).unwrap(), theirs);
}

#[tokio::test]
async fn the_same_change_by_somebody_else_is_no_conflict() {
    let (_directory, lever) = file(AFTER.as_bytes());
    let stale = disk::hash(BEFORE.as_bytes());
    assert_eq!(
        lever.apply(&order(Some(&stale), AFTER)).await,
        Outcome::NoOp
    );
}

#[tokio::test]
async fn a_symbolic_link_stays_one() {
    let (directory, lever) = file(BEFORE.as_bytes());
    let link = directory.path().join("link.json");
    symlink("feature_flags.json", &link).unwrap();
    let linked = JsonFile::new(&link, SharedClock::new());
    let seen = linked.read().await.unwrap().revision;
    let outcome = linked.apply(&order(Some(&seen.0), AFTER)).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(&lever.path).unwrap(), AFTER);
}

#[tokio::test]
async fn what_cannot_be_a_document_is_told_apart() {
    let (directory, lever) = file(b"\xff\xfe{");
    let error = lever.read().await.unwrap_err();
    assert!(error.text.contains("UTF-8"), "{error:?}");

    fs::write(&lever.path, vec![b' '; 1024 * 1024 + 1]).unwrap();
    let error = lever.read().await.unwrap_err();
    assert!(error.text.contains("1048577"), "{error:?}");

    let error = JsonFile::new(directory.path(), SharedClock::new())
        .read()
        .await
        .unwrap_err();
    assert!(error.text.contains("a directory"), "{error:?}");
    let error = JsonFile::new("/dev/zero", SharedClock::new())
        .read()
        .await
        .unwrap_err();
    assert!(error.text.contains("a device"), "{error:?}");
    let missing = JsonFile::new(directory.path().join("no.json"), SharedClock::new());
    assert_eq!(missing.read().await.unwrap_err().kind, ErrorKind::NotFound);
    let looped = directory.path().join("loop.json");
    symlink("loop.json", &looped).unwrap();
    let error = JsonFile::new(&looped, SharedClock::new())
        .read()
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Local, "{error:?}");
}

#[tokio::test]
async fn blind_writes_create_and_replace_but_never_a_directory() {
    let (directory, lever) = file(b"\xff");
    let outcome = lever.apply(&order(None, AFTER)).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    let new = JsonFile::new(directory.path().join("new.json"), SharedClock::new());
    let outcome = new.apply(&order(None, AFTER)).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert_eq!(fs::read_to_string(&new.path).unwrap(), AFTER);
    let outcome = JsonFile::new(directory.path(), SharedClock::new())
        .apply(&order(None, AFTER))
        .await;
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_missing_file_refuses_an_order_that_saw_one() {
    let (_directory, lever) = file(BEFORE.as_bytes());
    let seen = lever.read().await.unwrap().revision;
    fs::remove_file(&lever.path).unwrap();
    let outcome = lever.apply(&order(Some(&seen.0), AFTER)).await;
    assert!(
        matches!(&outcome, Outcome::Refused { reason, .. } if reason.contains("does not exist")),
        "{outcome:?}"
    );
    assert!(!lever.path.exists());
}

#[tokio::test]
async fn too_long_a_document_is_refused_before_the_disk_is_touched() {
    let (_directory, lever) = file(BEFORE.as_bytes());
    let seen = lever.read().await.unwrap().revision;
    let long = " ".repeat(1024 * 1024 + 1);
    let outcome = lever.apply(&order(Some(&seen.0), &long)).await;
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    assert_eq!(fs::read_to_string(&lever.path).unwrap(), BEFORE);
}

#[tokio::test]
async fn of_many_writers_with_the_same_revision_one_wins() {
    let (_directory, lever) = file(BEFORE.as_bytes());
    let seen = lever.read().await.unwrap().revision;
    let writers = (0..8).map(|n| {
        let (lever, seen) = (lever.clone(), seen.clone());
        async move {
            lever
                .apply(&order(Some(&seen.0), &format!("{{\"n\": {n}}}")))
                .await
        }
    });
    let outcomes = futures_util::future::join_all(writers).await;
    let applied = outcomes
        .iter()
        .filter(|o| matches!(o, Outcome::Applied { .. }))
        .count();
    let conflicts = outcomes
        .iter()
        .filter(|o| matches!(o, Outcome::Conflict(_)))
        .count();
    assert_eq!((applied, conflicts), (1, 7), "{outcomes:?}");
}

#[tokio::test]
async fn an_earlier_order_is_found_by_reading() {
    let (_directory, lever) = file(AFTER.as_bytes());
    let before = disk::hash(BEFORE.as_bytes());
    let outcome = lever.verify(&order(Some(&before), AFTER)).await.unwrap();
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");

    fs::write(&lever.path, BEFORE).unwrap();
    let mut old = order(Some(&before), AFTER);
    let outcome = lever.verify(&old).await.unwrap();
    assert!(
        matches!(outcome, Outcome::Refused { .. }),
        "an old order: {outcome:?}"
    );
    old.at = lever.now();
    let outcome = lever.verify(&old).await.unwrap();
    assert!(
        matches!(outcome, Outcome::Unknown { .. }),
        "a young order: {outcome:?}"
    );
    fs::write(&lever.path, "{}").unwrap();
    let outcome = lever.verify(&old).await.unwrap();
    assert!(
        matches!(outcome, Outcome::Unknown { .. }),
        "another text: {outcome:?}"
    );
}

#[tokio::test]
async fn a_write_waits_for_the_lock_of_another_coalmine() {
    let (directory, lever) = file(BEFORE.as_bytes());
    let seen = lever.read().await.unwrap().revision;
    let held = fs::File::open(directory.path()).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let waiting = tokio::spawn({
        let lever = lever.clone();
        async move { lever.apply(&order(Some(&seen.0), AFTER)).await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    assert_eq!(fs::read_to_string(&lever.path).unwrap(), BEFORE);
    drop(held);
    let outcome = waiting.await.unwrap();
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
}
