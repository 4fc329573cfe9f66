//! The console is killed (SIGKILL) at random moments around an order. Whatever the moment: what was sent is in the journal, the
//! next start looks an open order up before anything else and says what became of it, and nothing is ever sent twice.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use coalmine::backends::journal_file::check;
use coalmine::config;
use coalmine::domain::journal::{Entry, Record};
use coalmine::domain::plan::Outcome;
use coalmine::sim::{Sim, SimOptions};
use fastrand::Rng;
use rustix::process::Signal;

use crate::control;
use crate::pty::Pty;

/// Answers that take their time, so that every step of an order is wide enough to be hit.
pub(crate) const SLOW: &str =
    "sts:GetCallerIdentity=delay:60\nssm:GetParameter=delay:40\nssm:PutParameter=delay:80";
/// The write is done, and its answer never comes.
const LOST: &str =
    "sts:GetCallerIdentity=delay:40\nssm:GetParameter=delay:40\nssm:PutParameter=applied-timeout";

pub(crate) struct Scene {
    pub(crate) sim: Sim,
    home: tempfile::TempDir,
}

/// What stands on disk and in the account.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) intents: Vec<String>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) puts: u64,
    pub(crate) off: bool,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let options = SimOptions {
            speed: 0.0,
            ..SimOptions::default()
        };
        let scene = Self {
            sim: Sim::start(options).unwrap(),
            home: tempfile::tempdir().unwrap(),
        };
        config::init(&scene.home.path().join("coalmine.toml")).unwrap();
        scene
    }

    /// Consoles work through this text from now on.
    pub(crate) fn with_runbook(&self, text: &str) {
        std::fs::write(self.home.path().join("evening.md"), text).unwrap();
        let path = self.home.path().join("coalmine.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        let ours = config.replacen("file = \"builtin:rollback\"", "file = \"evening.md\"", 1);
        assert_ne!(config, ours, "the configuration names a runbook");
        std::fs::write(path, ours).unwrap();
    }

    fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    pub(crate) fn console(&self) -> Pty {
        let state = self.state().display().to_string();
        let env = [
            ("AWS_ACCESS_KEY_ID", "AKIACOALMINEONCALL"),
            ("AWS_SECRET_ACCESS_KEY", "rehearsal"),
            ("COALMINE_STATE_DIR", &state),
        ];
        let url = self.sim.url();
        Pty::coalmine(&["--endpoint-url", &url], &env, (120, 40), self.home.path())
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.state().join("partial-results@prod.jsonl")
    }

    pub(crate) fn facts(&self) -> Facts {
        let records = records(&self.journal());
        let mut facts = Facts {
            intents: Vec::new(),
            outcomes: Vec::new(),
            puts: control::count(self.sim.addr(), "ssm:PutParameter"),
            off: self.sim.aws().with(|aws, _| {
                let text = aws
                    .parameters
                    .value("/audio-transcription/partial-results/config");
                text.is_some_and(|text| text.contains(r#""enabled":false"#))
            }),
        };
        for record in records {
            match record.entry {
                Entry::Intent { order } => facts.intents.push(order.id.0),
                Entry::Settled { outcome, .. } => facts.outcomes.push(outcome),
                _ => {}
            }
        }
        facts
    }
}

pub(crate) fn records(path: &Path) -> Vec<Record> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// One life: an order, a kill `after` the key, and as many starts as it takes until everything is known.
fn trial(what: &str, faults: &str, after: Duration) {
    let scene = Scene::new();
    let mut console = scene.console();
    console.see("desired 10");
    control::fault(scene.sim.addr(), faults);
    console.keys("D");
    let pressed = Instant::now();
    std::thread::park_timeout(after);
    while pressed.elapsed() < after {
        std::thread::yield_now();
    }
    let told = console.screen();
    console.signal(Signal::KILL);
    console.ended(Duration::from_secs(10));
    let dead = scene.facts();
    let what = format!("{what}, killed after {after:?}, {dead:?}");

    assert!(
        dead.puts <= dead.intents.len() as u64,
        "{what}: a write went out that was not written down"
    );
    assert!(!dead.off || dead.puts == 1, "{what}");
    let applied = |outcomes: &[Outcome]| matches!(outcomes.last(), Some(Outcome::Applied { .. }));
    if told.contains("accepted") {
        assert!(
            applied(&dead.outcomes) && dead.off,
            "{what}: the screen had said that it was accepted"
        );
    }
    let open = dead.intents.len() > dead.outcomes.len();
    if open && dead.puts == 1 {
        let file = scene
            .state()
            .join(format!("unfinished-{}.sh", dead.intents[0]));
        let left = std::fs::read_to_string(file).unwrap();
        assert!(left.contains("aws ssm put-parameter"), "{what}: {left}");
    }

    control::fault(scene.sim.addr(), "");
    scene.comes_back(&what, open, &dead);
    let end = scene.facts();
    assert!(check(&scene.journal()).unwrap().is_whole(), "{what}");
    assert_eq!(
        (end.puts, end.off, end.intents.len()),
        (dead.puts, dead.off, dead.intents.len()),
        "{what}: sent again"
    );
    match (dead.intents.len(), dead.off) {
        (0, _) => assert_eq!(end.outcomes, [], "{what}"),
        (_, true) => assert!(applied(&end.outcomes), "{what}: {:?}", end.outcomes),
        (_, false) => assert!(
            matches!(end.outcomes.last(), Some(Outcome::Refused { .. })),
            "{what}: {:?}",
            end.outcomes
        ),
    }
}

impl Scene {
    /// Starts again until no order is open any more; an order that left no trace may be on its way for a minute.
    pub(crate) fn comes_back(&self, what: &str, open: bool, dead: &Facts) {
        let mut console = self.console();
        if !open {
            console.see("desired");
            assert!(!console.screen().contains("LEFT OPEN"), "{what}");
            return;
        }
        let known = |screen: &str| {
            screen.contains("LEFT OPEN")
                && screen.contains("found")
                && !screen.contains("reading it back")
        };
        let screen = console.wait("the open order, looked up", known);
        if dead.off {
            assert!(
                screen.contains("it was applied as revision 13"),
                "{what}:\n{screen}"
            );
            return;
        }
        assert!(
            screen.contains("still unknown: version 12"),
            "{what}:\n{screen}"
        );
        console.signal(Signal::KILL);
        console.ended(Duration::from_secs(10));
        control::advance(self.sim.addr(), 61_000);
        console = self.console();
        console.wait("the open order, looked up again", |screen| {
            screen.contains("LEFT OPEN") && screen.contains("it was not applied")
        });
    }
}

fn trials(seed: u64, count: u32) {
    let mut dice = Rng::with_seed(seed);
    for number in 0..count {
        let faults = if dice.bool() { SLOW } else { LOST };
        // Before the order is written down, while it is on its way, and after it has settled.
        let longest = [8_000, 150_000, 500_000][dice.usize(0..3)];
        let after = Duration::from_micros(dice.u64(0..longest));
        trial(
            &format!("seed {seed}, number {number}, {faults:?}"),
            faults,
            after,
        );
    }
}

#[test]
fn killed_at_any_moment_it_knows_afterwards_what_it_did_one() {
    trials(1, 14);
}

#[test]
fn killed_at_any_moment_it_knows_afterwards_what_it_did_two() {
    trials(2, 13);
}

#[test]
fn killed_at_any_moment_it_knows_afterwards_what_it_did_three() {
    trials(3, 13);
}
