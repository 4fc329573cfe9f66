//! What the lever on a JSON file promises besides: the file stays the file that it was, and writers do not lose each other's texts.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use coalmine::domain::Revision;
use coalmine::domain::flag;
use coalmine::domain::plan::{Change, Outcome};
use coalmine::ports::{ErrorKind, Lever};
use fastrand::Rng;
use libtest_mimic::Trial;

use crate::stage::{self, ME, accepted, applied, conflict, refused, trials, unknown};
use crate::stores::{DOCUMENT, Document, LIST, Store};

/// The trials.
pub fn trials() -> Vec<Trial> {
    trials!("file":
        the_flag_of_the_seed_is_edited_where_it_stands,
        mode_and_links_stay_and_nothing_is_left_beside,
        no_reader_ever_sees_half_a_file,
        a_missing_file_is_told_and_a_blind_disable_creates_it,
        a_document_that_cannot_be_parsed_is_disabled_blindly,
        what_is_no_document_is_told_apart,
        a_directory_that_may_not_be_written_refuses_and_says_so,
        an_order_that_somebody_overwrote_is_unknown,
        a_file_has_no_history,
        sixteen_writers_lose_nothing_in_silence,
        an_editor_that_saves_in_between_is_a_conflict,
    )
}

async fn disable(file: &Document) -> Outcome {
    let order = stage::order(&Change::Disable, &*file.lever(), &file.spec).await;
    file.apply(&order).await
}

async fn the_flag_of_the_seed_is_edited_where_it_stands() {
    let seed = "{\n  \"flags\": [\n    {\n      \"name\": \"dynamic_ner_models\",\n      \"status\": \"percentage\",\n      \"rollout_percentage\": 10.0,\n      \"enabled_users\": [],\n      \"enabled_groups\": [\"internal\"],\n      \"conditions\": {}\n    }\n  ]\n}\n";
    let mut file = Document::list().await;
    file.spec.flag.shape.flag = Some("dynamic_ner_models".to_owned());
    std::fs::write(&file.path, seed).unwrap();
    for (change, old, new) in [
        (Change::SetPercent(stage::percent(25)), "10.0", "25.0"),
        (Change::Disable, "10.0,\"percentage\"", "25.0,\"disabled\""),
    ] {
        let order = stage::order(&change, &*file.lever(), &file.spec).await;
        applied(file.apply(&order).await);
        let mut expected = seed.to_owned();
        for (old, new) in old.split(',').zip(new.split(',')) {
            expected = expected.replacen(old, new, 1);
        }
        assert_eq!(file.stored(), expected, "{change:?}");
    }
    file.spec.flag.shape.flag = Some("no_such_flag".to_owned());
    let state = file.lever().read().await.unwrap();
    let fault = stage::plan(&Change::Disable, Some(&state), &file.spec).unwrap_err();
    assert!(fault.text.contains("no_such_flag"), "{fault:?}");
}

async fn mode_and_links_stay_and_nothing_is_left_beside() {
    let file = Document::bare().await;
    for mode in [0o600, 0o640, 0o664] {
        std::fs::write(&file.path, DOCUMENT).unwrap();
        std::fs::set_permissions(&file.path, PermissionsExt::from_mode(mode)).unwrap();
        applied(disable(&file).await);
        let now = std::fs::metadata(&file.path).unwrap().mode() & 0o7777;
        assert_eq!(now, mode, "{now:o}");
    }
    let elsewhere = file.directory.path().join("releases");
    std::fs::create_dir(&elsewhere).unwrap();
    let target = elsewhere.join("flags.json");
    std::fs::rename(&file.path, &target).unwrap();
    symlink(&target, &file.path).unwrap();
    std::fs::write(&target, DOCUMENT).unwrap();
    applied(disable(&file).await);
    assert!(file.path.is_symlink());
    let expected = DOCUMENT.replace(":true ", ":false ");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), expected);
    let beside: Vec<_> = std::fs::read_dir(&elsewhere).unwrap().flatten().collect();
    assert_eq!(beside.len(), 1, "{beside:?}");
}

async fn no_reader_ever_sees_half_a_file() {
    let file = Document::bare().await;
    let path = file.path.clone();
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let reader = std::thread::spawn({
        let done = Arc::clone(&done);
        move || {
            let mut seen = BTreeSet::new();
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                seen.insert(std::fs::read_to_string(&path).unwrap());
            }
            seen
        }
    });
    let mut whole = BTreeSet::from([DOCUMENT.to_owned()]);
    for percent in 11..=40 {
        let change = Change::SetPercent(stage::percent(percent));
        let order = stage::order(&change, &*file.lever(), &file.spec).await;
        applied(file.apply(&order).await);
        whole.insert(file.stored());
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    let torn: Vec<_> = reader.join().unwrap().difference(&whole).cloned().collect();
    assert!(torn.is_empty(), "{torn:?}");
}

async fn a_missing_file_is_told_and_a_blind_disable_creates_it() {
    let file = Document::bare().await;
    std::fs::remove_file(&file.path).unwrap();
    let error = file.lever().read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.text.contains("feature_flags.json"), "{error:?}");
    let blind = Change::DisableBlind { last_good: None };
    let plan = stage::plan(&blind, None, &file.spec).unwrap();
    applied(file.apply(&accepted(plan, file.now())).await);
    assert_eq!(file.stored(), flag::BARE_DISABLED);
}

async fn a_document_that_cannot_be_parsed_is_disabled_blindly() {
    for (file, broken) in [
        (Document::bare().await, "{\"enabled\": tru"),
        (Document::list().await, "[]"),
    ] {
        std::fs::write(&file.path, broken).unwrap();
        let blind = Change::DisableBlind { last_good: None };
        let order = stage::order(&blind, &*file.lever(), &file.spec).await;
        applied(file.apply(&order).await);
        let state = file.lever().read().await.unwrap();
        let shape = &file.spec.flag.shape;
        let flag = flag::Flag::parse(stage::text_of(&state), shape).unwrap();
        assert!(!flag.enabled, "{}", file.stored());
    }
}

async fn what_is_no_document_is_told_apart() {
    let file = Document::bare().await;
    std::fs::write(&file.path, b"{\"enabled\": \xff}").unwrap();
    let error = file.lever().read().await.unwrap_err();
    assert!(error.text.contains("UTF-8"), "{error:?}");
    std::fs::write(&file.path, vec![b' '; 2 << 20]).unwrap();
    let error = file.lever().read().await.unwrap_err();
    assert!(error.text.contains("bytes"), "{error:?}");
    std::fs::remove_file(&file.path).unwrap();
    std::fs::create_dir(&file.path).unwrap();
    let error = file.lever().read().await.unwrap_err();
    assert!(error.text.contains("directory"), "{error:?}");
    assert_eq!(error.kind, ErrorKind::Invalid);
}

async fn a_directory_that_may_not_be_written_refuses_and_says_so() {
    let file = Document::bare().await;
    let order = stage::order(&Change::Disable, &*file.lever(), &file.spec).await;
    let directory = file.directory.path().to_owned();
    std::fs::set_permissions(&directory, PermissionsExt::from_mode(0o500)).unwrap();
    let may_all_the_same = std::fs::write(directory.join("probe"), "").is_ok();
    if may_all_the_same {
        // Nothing forbids root to write; a file that is gone forbids it to everybody.
        std::fs::remove_dir_all(&directory).unwrap();
    }
    let (reason, _) = refused(file.apply(&order).await);
    assert!(reason.contains("feature_flags.json"), "{reason}");
    if !may_all_the_same {
        std::fs::set_permissions(&directory, PermissionsExt::from_mode(0o700)).unwrap();
        assert_eq!(file.stored(), DOCUMENT);
    }
}

async fn an_order_that_somebody_overwrote_is_unknown() {
    let file = Document::bare().await;
    let order = stage::order(&Change::Disable, &*file.lever(), &file.spec).await;
    applied(file.apply(&order).await);
    file.another_writes();
    let reason = unknown(file.lever().verify(&order).await.unwrap());
    assert!(reason.contains("another text"), "{reason}");
}

async fn a_file_has_no_history() {
    let file = Document::list().await;
    assert!(file.lever().history(10).await.unwrap().is_empty());
    assert_eq!(file.stored(), LIST);
}

async fn an_editor_that_saves_in_between_is_a_conflict() {
    let file = Document::bare().await;
    let order = stage::order(&Change::Disable, &*file.lever(), &file.spec).await;
    let theirs = file.another_writes();
    let met = conflict(file.apply(&order).await);
    assert_eq!((met.sent, &met.their_text), (false, &theirs));
    assert_eq!(met.seen_text, DOCUMENT);
    assert_eq!(file.stored(), theirs);
}

const WRITERS: usize = 16;
const HISTORIES: u64 = 40;

/// Every order that was applied stands on the text that the one before it left: a chain without a fork, from the first text to
/// the last. Whoever is not in it was told.
async fn sixteen_writers_lose_nothing_in_silence() {
    let handle = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut met = 0;
    for seed in 0..HISTORIES {
        let file = Document::bare().await;
        let first = file.lever().read().await.unwrap().revision;
        let start = Arc::new(Barrier::new(WRITERS));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let spec = file.spec.clone();
                let (start, runtime) = (Arc::clone(&start), handle.handle().clone());
                std::thread::spawn(move || {
                    let mut rng = Rng::with_seed(seed * 100 + writer as u64);
                    let lever = runtime
                        .block_on(stage::ports(&spec, "http://127.0.0.1:9", ME))
                        .flag;
                    start.wait();
                    let run = write_twice(&*lever, &spec, writer, &mut rng);
                    runtime.block_on(run)
                })
            })
            .collect();
        let mut next: BTreeMap<String, String> = BTreeMap::new();
        for writer in writers {
            for (seen, outcome) in writer.join().unwrap() {
                match outcome {
                    Outcome::Applied { revision, .. } => {
                        let fork = next.insert(seen.0, revision.0);
                        assert_eq!(
                            fork, None,
                            "seed {seed}: two writers replaced the same text"
                        );
                    }
                    Outcome::Conflict(conflict) => {
                        assert!(!conflict.sent && conflict.their_text != conflict.seen_text);
                        met += 1;
                    }
                    Outcome::Refused { reason, .. } => {
                        assert!(reason.contains("another coalmine"), "seed {seed}: {reason}");
                    }
                    other => unreachable!("seed {seed}: {other:?}"),
                }
            }
        }
        let last = file.lever().read().await.unwrap().revision;
        let (mut at, mut length) = (first.0, 0);
        while let Some(step) = next.get(&at) {
            at.clone_from(step);
            length += 1;
        }
        assert_eq!(
            (at, length),
            (last.0, next.len()),
            "seed {seed}: the chain is broken"
        );
    }
    handle.shutdown_background();
    assert!(met > 0, "no two writers ever met");
}

async fn write_twice(
    lever: &dyn Lever,
    spec: &coalmine::domain::rollout::RolloutSpec,
    writer: usize,
    rng: &mut Rng,
) -> Vec<(Revision, Outcome)> {
    let mut outcomes = Vec::new();
    for round in 0..2 {
        tokio::time::sleep(Duration::from_micros(rng.u64(0..1_500))).await;
        let own = format!("\"writer\": \"{writer}-{round}\", \"exp\"");
        let change = Change::Restore {
            version: Revision("0".to_owned()),
            text: DOCUMENT.replace("\"exp\"", &own),
        };
        let order = stage::order(&change, lever, spec).await;
        tokio::time::sleep(Duration::from_micros(rng.u64(0..1_500))).await;
        let seen = order.plan.seen.clone().unwrap();
        outcomes.push((seen, lever.apply(&order).await));
    }
    outcomes
}
