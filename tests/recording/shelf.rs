//! Where recordings are kept, which of them go, and how large they become.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use coalmine::app::recording::{Header, Player, Tape};
use coalmine::app::{Effect, Model, Msg};
use coalmine::backends::journal_file::mask;
use coalmine::config;
use coalmine::domain::Timestamp;
use coalmine::domain::incident::{IncidentCause, IncidentEvent};
use coalmine::domain::journal::Entry;
use coalmine::domain::log::{LogBatch, LogEvent, TailMode};
use coalmine::runtime::recorder::{CAP, Recorder, RecorderParts, Target};
use tokio::sync::mpsc;

use super::driver::START;
use super::stage::{LONG, recorder};

fn model() -> Model {
    Model::new(config::demo().unwrap(), START)
}

/// A console that ran for so many seconds; an incident opens in the middle if it says so.
fn run(state: &Path, begun: Timestamp, seconds: u64, incident: bool) {
    let mut recorder = recorder(Target::State(state.to_owned()), CAP);
    let mut model = model();
    model.now = begun;
    recorder.begin(Header::of(&model, begun, (120, 40)));
    for second in 1..=seconds {
        let now = begun + Duration::from_secs(second);
        recorder.take_at(&model, &Msg::Ticked, now, second * 1000);
        if second % 30 == 0 {
            assert!(recorder.write_up(LONG));
        }
        if incident && second == seconds / 2 {
            recorder.follow(&model, &[opened()], now);
        }
    }
    assert!(recorder.write_up(LONG));
    recorder.close();
}

fn opened() -> Effect {
    Effect::Append(Entry::Incident {
        event: IncidentEvent::Opened {
            id: "i-1".to_owned(),
            cause: IncidentCause::Asked,
        },
    })
}

fn closed() -> Effect {
    Effect::Append(Entry::Incident {
        event: IncidentEvent::Closed {
            id: "i-1".to_owned(),
            note: None,
        },
    })
}

fn names(state: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(state.join("recordings"));
    let mut names: Vec<_> = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    names
}

fn count(state: &Path, ending: &str) -> usize {
    let ends = |path: &&PathBuf| path.to_string_lossy().ends_with(ending);
    names(state).iter().filter(ends).count()
}

#[test]
fn quiet_recordings_go_and_those_of_incidents_stay() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("state");
    run(&state, START, 20, false);
    assert_eq!(names(&state), [] as [PathBuf; 0], "too short to be kept");
    for number in 0..6 {
        let begun = START + Duration::from_hours(number);
        run(&state, begun, 70, number % 3 == 0);
    }
    assert_eq!(count(&state, ".incident.jsonl.gz"), 2);
    assert_eq!(count(&state, ".quiet.jsonl.gz"), 3, "{:?}", names(&state));
    for path in names(&state) {
        let meta = fs::metadata(&path).unwrap();
        assert_eq!(meta.mode() & 0o7777, 0o600, "{}", path.display());
        let tape = Tape::read(fs::read(path).unwrap()).unwrap();
        assert_eq!((tape.len(), tape.faults), (70, 0));
    }
    let meta = fs::metadata(state.join("recordings")).unwrap();
    assert_eq!(meta.mode() & 0o7777, 0o700);
}

#[test]
fn one_that_is_being_written_is_left_alone_and_can_be_played() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("state");
    let mut long = recorder(Target::State(state.clone()), CAP);
    let model = model();
    long.begin(Header::of(&model, START, (120, 40)));
    while names(&state).is_empty() {
        std::thread::yield_now();
    }
    for number in 1..=5 {
        run(&state, START + Duration::from_hours(number), 70, false);
    }
    assert_eq!(count(&state, ".quiet.jsonl.gz"), 4);
    long.follow(&model, &[opened()], START);
    assert!(long.write_up(LONG));
    long.close();
    assert_eq!(
        count(&state, ".incident.jsonl.gz"),
        1,
        "kept although it is short"
    );
}

#[test]
fn a_directory_that_others_may_write_costs_the_recording_and_is_told() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("recordings");
    fs::create_dir(&dir).unwrap();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).unwrap();
    let (sender, mut messages) = mpsc::channel(8);
    let mut recorder = Recorder::start(RecorderParts {
        target: Target::State(home.path().to_owned()),
        mask,
        cap: CAP,
        messages: sender,
    })
    .unwrap();
    recorder.begin(Header::of(&model(), START, (120, 40)));
    let Some(Msg::RecordingNoticed(notice)) = messages.blocking_recv() else {
        panic!("no notice");
    };
    assert!(notice.contains("can be written by others"), "{notice}");
    // The console goes on as if nothing were.
    for _ in 0..1000 {
        recorder.take_at(&model(), &Msg::Ticked, START, 1);
    }
    assert!(!recorder.write_up(LONG));
    recorder.close();
    assert_eq!(names(home.path()), [] as [PathBuf; 0]);
}

#[test]
fn a_named_file_is_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("mine");
    fs::write(&file, "precious").unwrap();
    let (sender, _messages) = mpsc::channel(8);
    let started = Recorder::start(RecorderParts {
        target: Target::File(file.clone()),
        mask,
        cap: CAP,
        messages: sender,
    });
    assert!(started.is_err());
    assert_eq!(fs::read(file).unwrap(), b"precious");
}

/// Hours of ticks with a batch of log lines a minute, and an incident from the second hour to the third.
fn hours(file: &Path, cap: u64, hours: u64) -> Option<String> {
    let (sender, mut messages) = mpsc::channel(8);
    let mut recorder = Recorder::start(RecorderParts {
        target: Target::File(file.to_owned()),
        mask,
        cap,
        messages: sender,
    })
    .unwrap();
    let model = model();
    recorder.begin(Header::of(&model, START, (120, 40)));
    let mut seed = 7_u64;
    for minute in 1..=hours * 60 {
        let now = START + Duration::from_mins(minute);
        let events = (0..40).map(|number| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            event(now, format!("{minute}-{number}"), seed)
        });
        let batch = LogBatch {
            read_at: now,
            mode: TailMode::Poll,
            events: events.collect(),
            sampled: false,
            read_to: now,
            note: None,
        };
        for msg in [Msg::Tailed(Ok(batch)), Msg::Ticked] {
            recorder.take_at(&model, &msg, now, minute * 60_000);
        }
        match minute {
            120 => recorder.follow(&model, &[opened()], now),
            180 => recorder.follow(&model, &[closed()], now),
            _ => {}
        }
        if minute % 30 == 0 {
            recorder.write_up(LONG);
        }
    }
    recorder.write_up(LONG);
    recorder.close();
    match messages.try_recv() {
        Ok(Msg::RecordingNoticed(notice)) => Some(notice),
        _ => None,
    }
}

fn event(at: Timestamp, id: String, seed: u64) -> LogEvent {
    LogEvent {
        id,
        group: "g".to_owned(),
        stream: "s".to_owned(),
        at,
        ingested_at: None,
        message: format!("INFO result {seed:x} {:x}", seed.rotate_left(17)),
    }
}

#[test]
fn a_full_recording_loses_old_log_lines_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("long.jsonl.gz");
    let cap = 700_000;
    assert_eq!(hours(&file, cap, 12), None);
    let size = fs::metadata(&file).unwrap().len();
    assert!(size < cap, "{size}");
    let mut player = Player::new(Tape::read(fs::read(&file).unwrap()).unwrap());
    assert_eq!(player.tape().len(), 12 * 60 * 2, "every message is there");
    assert_eq!(player.tape().faults, 0);
    let notes = &player.tape().notes;
    assert!(!notes.is_empty() && notes[0].1.contains("log lines before"));
    // Lines of the incident, with what led up to it and what came after, and of the last hours.
    let mut with_lines = Vec::new();
    let mut known = 0;
    while let Some(played) = player.step() {
        let store = player.model().logs.store();
        let lines = store.len() + store.forgotten() as usize;
        if lines > known {
            with_lines.push(played.at.since(START).as_secs() / 60);
        }
        known = lines;
    }
    for minute in [60, 120, 180, 210, 9 * 60 + 1, 12 * 60] {
        assert!(
            with_lines.contains(&minute),
            "minute {minute}: {with_lines:?}"
        );
    }
    for minute in [1, 59, 211, 300] {
        assert!(!with_lines.contains(&minute), "minute {minute}");
    }
}

#[test]
fn when_that_is_not_enough_lines_are_left_out_and_at_last_it_ends() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("r.jsonl.gz");
    assert_eq!(
        hours(&file, 100_000, 6),
        None,
        "it goes on without log lines"
    );
    let tape = Tape::read(fs::read(&file).unwrap()).unwrap();
    assert_eq!((tape.len(), tape.faults), (720, 0));
    assert!(
        tape.notes
            .iter()
            .any(|(_, note)| note.contains("from here on"))
    );
    assert!(fs::metadata(&file).unwrap().len() < 200_000);
    let file = home.path().join("tiny.jsonl.gz");
    let notice = hours(&file, 4_000, 6).unwrap();
    assert!(
        notice.contains("as large as a recording may be"),
        "{notice}"
    );
    let tape = Tape::read(fs::read(&file).unwrap()).unwrap();
    assert!(tape.len() < 720 && tape.damage.iter().all(|damage| damage.torn));
}
