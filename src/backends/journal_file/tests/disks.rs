//! Disks that are full, fail or hang: a record is whole or absent, and the journal goes on elsewhere.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Condvar;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use super::*;
use crate::ports::{ErrorKind, PortError};

/// A disk whose `nth` step fails, and those after it for `lasting` more.
struct Faulty {
    step: AtomicU64,
    nth: u64,
    lasting: u64,
    kind: io::ErrorKind,
}

impl Faulty {
    fn fails(&self) -> bool {
        let step = self.step.fetch_add(1, Ordering::SeqCst);
        (self.nth..=self.nth.saturating_add(self.lasting)).contains(&step)
    }

    fn error(&self) -> io::Error {
        self.kind.into()
    }
}

impl disk::Disk for Faulty {
    fn write(&self, file: &File, bytes: &[u8]) -> io::Result<()> {
        let mut file = file;
        if self.fails() {
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(self.error());
        }
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.fails() {
            return Err(self.error());
        }
        file.sync_data()
    }

    fn cut(&self, file: &File, len: u64) -> io::Result<()> {
        if self.fails() {
            return Err(self.error());
        }
        file.set_len(len)
    }
}

fn start(dir: &Path, disk: Arc<dyn disk::Disk>, patience: Patience) -> JournalFile {
    let order = Order {
        dir: dir.join("state"),
        fallbacks: vec![dir.join("state/fallback"), dir.join("temporary")],
        rollout: "partial-results".into(),
        environment: "prod".into(),
        who: "ana".into(),
        now: NOW,
        disk,
    };
    JournalFile::start(order, ana(), patience).unwrap()
}

fn files(dir: &Path) -> usize {
    std::fs::read_dir(dir).map_or(0, Iterator::count)
}

#[tokio::test]
async fn whatever_step_fails_an_answered_record_is_there_and_a_refused_one_is_said_so() {
    let kinds = [io::ErrorKind::Other, io::ErrorKind::StorageFull];
    for kind in kinds {
        for nth in 0..12 {
            for lasting in [0, 1, 3, 1_000] {
                sweep(kind, nth, lasting).await;
            }
        }
    }
}

async fn sweep(kind: io::ErrorKind, nth: u64, lasting: u64) {
    let case = format!("{kind:?}, step {nth} and {lasting} more");
    let dir = private();
    let disk = Arc::new(Faulty {
        step: AtomicU64::new(0),
        nth,
        lasting,
        kind,
    });
    let journal = start(dir.path(), disk, Patience::default());
    journal.recover().await.unwrap();
    let mut answered = Vec::new();
    for id in ["a", "b", "c", "d"] {
        match journal.append(NOW, intent(id)).await {
            Ok(_) => answered.push(id),
            Err(error) => assert_eq!(error.kind, ErrorKind::Local, "{case}"),
        }
    }
    if lasting < 1_000 {
        assert!(answered.len() >= 2, "{case}: {answered:?}");
    }
    drop(journal);
    let journal = start(dir.path(), Arc::new(System), Patience::default());
    let recovered = journal.recover().await.unwrap();
    let found = ids(&recovered);
    for id in &answered {
        assert!(found.contains(id), "{case}: {id} is lost, {found:?}");
    }
    journal.append(NOW, note("after")).await.unwrap();
    drop(journal);
    let state = dir.path().join("state");
    assert!(check(&main_file(&state)).unwrap().is_whole(), "{case}");
}

#[tokio::test]
async fn a_failed_fsync_is_never_asked_again_and_the_journal_moves() {
    let dir = private();
    let disk = Arc::new(Faulty {
        step: AtomicU64::new(0),
        nth: 3,
        lasting: 0,
        kind: io::ErrorKind::Other,
    });
    let journal = start(dir.path(), disk.clone(), Patience::default());
    journal.append(NOW, intent("a")).await.unwrap();
    let moved = journal.append(NOW, intent("b")).await.unwrap();
    assert_eq!(moved.seq, 2);
    // Two steps for the first record, write and failed fsync, then write and fsync of the new file: no retry.
    assert_eq!(disk.step.load(Ordering::SeqCst), 6);
    let notices = journal.notices();
    assert!(
        notices.iter().any(|text| text.contains("goes on in")),
        "{notices:?}"
    );
    journal.append(NOW, intent("c")).await.unwrap();
    drop(journal);
    let fallback = dir.path().join("state/fallback");
    assert_eq!(files(&fallback), 1);
    let moved_to = std::fs::read_dir(&fallback)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let report = check(&moved_to).unwrap();
    assert!(report.is_whole());
    assert_eq!(report.records, 2);
    let recovered = start(dir.path(), Arc::new(System), Patience::default())
        .recover()
        .await
        .unwrap();
    assert_eq!(ids(&recovered), ["a", "b", "c"]);
    assert_eq!(recovered.last_seq, 3);
}

/// A disk with so many bytes left; removing the reserve gives its bytes back.
struct Small {
    left: AtomicI64,
    reserve: PathBuf,
    given_back: AtomicU64,
}

impl disk::Disk for Small {
    fn write(&self, file: &File, bytes: &[u8]) -> io::Result<()> {
        let mut file = file;
        if !self.reserve.exists() && self.given_back.swap(1, Ordering::SeqCst) == 0 {
            self.left.fetch_add(1 << 20, Ordering::SeqCst);
        }
        let left = self.left.load(Ordering::SeqCst).max(0) as usize;
        if bytes.len() > left {
            file.write_all(&bytes[..left])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.left.fetch_sub(bytes.len() as i64, Ordering::SeqCst);
        file.write_all(bytes)
    }
}

#[tokio::test]
async fn a_full_disk_spends_the_reserve_then_refuses_and_loses_nothing() {
    for room in (0..1_800).step_by(101) {
        let dir = private();
        let disk = Arc::new(Small {
            left: AtomicI64::new(room),
            reserve: dir.path().join("state/partial-results@prod.reserve"),
            given_back: AtomicU64::new(0),
        });
        let journal = start(dir.path(), disk.clone(), Patience::default());
        journal.recover().await.unwrap();
        for id in ["a", "b", "c"] {
            journal.append(NOW, intent(id)).await.unwrap();
        }
        assert_eq!(disk.given_back.load(Ordering::SeqCst), 1, "room {room}");
        let notices = journal.notices();
        assert!(notices[0].contains("reserve"), "{notices:?}");
        disk.left.store(10, Ordering::SeqCst);
        let refused = journal.append(NOW, intent("lost")).await;
        let error: PortError = refused.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Local);
        disk.left.store(100_000, Ordering::SeqCst);
        journal.append(NOW, intent("e")).await.unwrap();
        drop(journal);
        let report = check(&main_file(&dir.path().join("state"))).unwrap();
        assert!(report.is_whole(), "room {room}: {report:?}");
        assert_eq!((report.records, report.last_seq), (4, 4), "room {room}");
    }
}

/// A disk whose first `hangs` fsyncs wait until it is let go.
#[derive(Default)]
struct Hanging {
    hangs: AtomicI64,
    go: Mutex<bool>,
    changed: Condvar,
}

impl Hanging {
    fn let_go(&self) {
        *self.go.lock().unwrap() = true;
        self.changed.notify_all();
    }
}

impl disk::Disk for Hanging {
    fn sync(&self, file: &File) -> io::Result<()> {
        if self.hangs.fetch_sub(1, Ordering::SeqCst) > 0 {
            let go = self.go.lock().unwrap();
            drop(self.changed.wait_while(go, |go| !*go).unwrap());
        }
        file.sync_data()
    }
}

fn short() -> Patience {
    Patience {
        append: Duration::from_millis(60),
        elsewhere: Duration::from_millis(400),
        ..Patience::default()
    }
}

#[tokio::test]
async fn a_disk_that_hangs_is_left_and_what_it_does_later_counts_for_nothing() {
    let dir = private();
    let disk = Arc::new(Hanging {
        hangs: AtomicI64::new(1),
        ..Hanging::default()
    });
    let journal = start(dir.path(), disk.clone(), short());
    let record = journal.append(NOW, intent("a")).await.unwrap();
    assert_eq!(record.seq, 1);
    assert!(journal.notices()[0].contains("does not answer"));
    let second = journal.append(NOW, settled("a", applied())).await.unwrap();
    assert_eq!(second.seq, 2);
    disk.let_go();
    let third = journal.append(NOW, intent("b")).await.unwrap();
    assert_eq!(third.seq, 3);
    drop(journal);
    assert_eq!(files(&dir.path().join("temporary")), 1);
    let recovered = wait_for_lock(dir.path()).recover().await.unwrap();
    assert_eq!(ids(&recovered), ["b"]);
}

fn wait_for_lock(dir: &Path) -> JournalFile {
    start(dir, Arc::new(System), Patience::default())
}

#[tokio::test]
async fn when_everything_hangs_the_answer_is_an_error_in_time() {
    let dir = private();
    let disk = Arc::new(Hanging {
        hangs: AtomicI64::new(i64::MAX),
        ..Hanging::default()
    });
    let patience = Patience {
        append: Duration::from_millis(30),
        elsewhere: Duration::from_millis(30),
        ..Patience::default()
    };
    let journal = start(dir.path(), disk.clone(), patience);
    for _ in 0..12 {
        let error = journal.append(NOW, intent("a")).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Local);
        assert!(error.text.contains("timed out"), "{error}");
    }
    disk.let_go();
    let waits = Patience::default();
    assert!(waits.append + waits.elsewhere < Duration::from_secs(2));
}

#[tokio::test]
async fn a_journal_that_is_removed_or_changed_meanwhile_goes_on_in_a_new_file() {
    let tamper: [fn(&Path); 3] = [
        |path| std::fs::remove_file(path).unwrap(),
        |path| std::fs::write(path, "").unwrap(),
        |path| {
            let mut file = File::options().append(true).open(path).unwrap();
            file.write_all(b"x").unwrap();
        },
    ];
    for tamper in tamper {
        let dir = private();
        let state = dir.path().join("state");
        let journal = start(dir.path(), Arc::new(System), Patience::default());
        journal.append(NOW, note("one")).await.unwrap();
        tamper(&main_file(&state));
        journal.append(NOW, intent("b")).await.unwrap();
        assert!(!journal.notices().is_empty());
        drop(journal);
        let again = start(dir.path(), Arc::new(System), Patience::default());
        assert_eq!(ids(&again.recover().await.unwrap()), ["b"]);
    }
}

#[tokio::test]
async fn an_entry_that_could_not_be_read_back_is_not_written() {
    let dir = private();
    let journal = start(dir.path(), Arc::new(System), Patience::default());
    let huge = "x ".repeat(9 << 20);
    assert!(journal.append(NOW, note(&huge)).await.is_err());
    assert_eq!(journal.append(NOW, intent("a")).await.unwrap().seq, 1);
}
