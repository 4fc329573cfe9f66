//! The console is killed (SIGKILL) anywhere in an evening with an incident, a runbook and a wait. Whatever it showed as done is
//! there at the next start, and no order goes out twice. The moments around the order alone are in `kill`.

use std::time::{Duration, Instant};

use coalmine::backends::journal_file::check;
use coalmine::domain::incident::IncidentEvent;
use coalmine::domain::journal::Entry;
use coalmine::domain::plan::Outcome;
use coalmine::domain::runbook::{RunbookEvent, StepMark};
use fastrand::Rng;
use rustix::process::Signal;

use crate::control;
use crate::kill::{SLOW, Scene, records};
use crate::pty::Pty;

/// Longer than a held-down key leaves between two presses: Enter decides only after such a pause.
const PAUSE: Duration = Duration::from_millis(850);
/// Reads everything again at once.
const REFRESH: &str = "\x12";
/// How the checklist shows that the last step was left out.
const LEFT_OUT: &str = "– 4 Tell the team";
/// How the timeline shows the remark.
const REMARKED: &str = "· paged the owner";
const RUNBOOK: &str = "# Evening
## High errors
1. Turn it off
   ```bash
   python scripts/manage_rollout.py --disable
   ```
2. Wait 1 minute and verify that the error rate is < 1 %
3. Write it up
4. Tell the team
";

/// One thing that the person does, and the screen that says that it is done.
struct Act {
    keys: &'static str,
    /// Enter follows what was typed.
    enter: bool,
    /// Simulated time passes meanwhile.
    crank: bool,
    done: &'static str,
}

const fn act(keys: &'static str, done: &'static str) -> Act {
    Act {
        keys,
        enter: false,
        crank: false,
        done,
    }
}

const EVENING: [Act; 11] = [
    act("R", "1 Turn it off"),
    act("\r", "lower exposure: 10 %"),
    Act {
        enter: true,
        ..act("", "waiting 1 m")
    },
    Act {
        crank: true,
        ..act("", "by itself")
    },
    act(" ", "✔ 3 Write it up"),
    act("n", LEFT_OUT),
    act("i", "watch after the rollback"),
    act("n", "esc cancel"),
    Act {
        enter: true,
        ..act("paged the owner", REMARKED)
    },
    act("o", "how it ended"),
    Act {
        enter: true,
        ..act("reverted", "incident closed after")
    },
];

impl Act {
    /// Types it.
    fn begin(&self, console: &mut Pty) {
        if self.enter {
            if !self.keys.is_empty() {
                console.keys(self.keys);
                console.see(self.keys);
            }
            std::thread::sleep(PAUSE);
            console.keys("\r");
        } else {
            console.keys(self.keys);
        }
    }

    /// Waits until it is done.
    fn finish(&self, console: &mut Pty, scene: &Scene) {
        let addr = scene.sim.addr();
        let crank = |keys: &mut dyn FnMut(&str)| {
            if self.crank {
                control::advance(addr, 20_000);
                keys(REFRESH);
            }
        };
        console.wait_doing(self.done, crank, |screen| screen.contains(self.done));
    }

    /// Lets it go on for so long.
    fn go_on(&self, console: &mut Pty, scene: &Scene, span: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < span {
            if self.crank {
                control::advance(scene.sim.addr(), 20_000);
                console.keys(REFRESH);
            }
            let left = span.saturating_sub(begun.elapsed());
            std::thread::park_timeout(left.min(Duration::from_millis(100)));
        }
    }
}

/// What stands in the journal of incident and runbook.
#[derive(Debug, Default, PartialEq)]
struct Told {
    opened: usize,
    closed: bool,
    noted: bool,
    waits: usize,
    done: Vec<String>,
    left_out: Vec<String>,
}

impl Told {
    fn read(scene: &Scene) -> Self {
        let mut told = Self::default();
        for record in records(&scene.journal()) {
            match record.entry {
                Entry::Incident {
                    event: IncidentEvent::Opened { .. },
                } => told.opened += 1,
                Entry::Incident {
                    event: IncidentEvent::Closed { .. },
                } => told.closed = true,
                Entry::Note { text } => told.noted |= text == "paged the owner",
                Entry::Runbook { event } => told.runbook(*event),
                _ => {}
            }
        }
        told
    }

    fn runbook(&mut self, event: RunbookEvent) {
        match event {
            RunbookEvent::WaitBegun { .. } => self.waits += 1,
            RunbookEvent::Marked { step, mark, .. } => match mark {
                StepMark::Done => self.done.push(step.text),
                StepMark::Skipped => self.left_out.push(step.text),
                _ => {}
            },
            _ => {}
        }
    }

    fn has(list: &[String], words: &str) -> bool {
        list.iter().any(|text| text.starts_with(words))
    }

    /// The first thing that the screen says and the journal does not.
    fn lacks(&self, screen: &str) -> Option<&'static str> {
        let claims = [
            ("✔ 1 Turn it off", Self::has(&self.done, "Turn it off")),
            ("✔ 2 Wait 1 minute", Self::has(&self.done, "Wait 1 minute")),
            ("✔ 3 Write it up", Self::has(&self.done, "Write it up")),
            (LEFT_OUT, Self::has(&self.left_out, "Tell the team")),
            ("waiting 1 m", self.waits == 1),
            (REMARKED, self.noted),
            ("INCIDENT  open", self.opened == 1),
            ("incident closed after", self.closed),
        ];
        let lacking = |&&(claim, is_written): &&(&str, bool)| screen.contains(claim) && !is_written;
        claims.iter().find(lacking).map(|(claim, _)| *claim)
    }
}

/// The number of records that the screen says are in the journal.
fn written(screen: &str) -> Option<u64> {
    let (_, rest) = screen.split_once("· journal ")?;
    rest.split_once(" records")?.0.parse().ok()
}

/// What was acknowledged before the kill is in the journal after it.
fn nothing_is_lost(scene: &Scene, told: &Told, last: &str, what: &str) {
    assert_eq!(told.lacks(last), None, "{what}: {told:?}\n{last}");
    let dead = scene.facts();
    if last.contains("✔ accepted") {
        let applied = matches!(dead.outcomes.last(), Some(Outcome::Applied { .. }));
        assert!(applied && dead.off, "{what}\n{last}");
    }
    let seq = records(&scene.journal()).last().map_or(0, |last| last.seq);
    assert!(
        written(last).is_none_or(|said| said <= seq),
        "{what}: {seq} records are there\n{last}"
    );
    assert!(dead.puts <= dead.intents.len() as u64, "{what}");
    assert!(dead.intents.len() <= 1, "{what}");
    assert!(told.opened <= 1 && told.waits <= 1, "{what}: {told:?}");
}

/// One life: the evening up to an act, a kill in the middle of it, and what the next start knows.
fn trial(what: &str, fatal: usize, after: Duration, slow: bool) {
    let scene = Scene::new();
    scene.with_runbook(RUNBOOK);
    let mut console = scene.console();
    console.see("desired 10");
    if slow {
        control::fault(scene.sim.addr(), SLOW);
    }
    for act in &EVENING[..fatal] {
        act.begin(&mut console);
        act.finish(&mut console, &scene);
        let screen = console.screen();
        let told = Told::read(&scene);
        assert_eq!(told.lacks(&screen), None, "{what}: {told:?}\n{screen}");
    }
    EVENING[fatal].begin(&mut console);
    EVENING[fatal].go_on(&mut console, &scene, after);
    let screen = console.screen();
    console.signal(Signal::KILL);
    console.ended(Duration::from_secs(30));
    let dead = scene.facts();
    let what = format!("{what}, killed {after:?} into act {fatal}, {dead:?}");
    let told = Told::read(&scene);
    nothing_is_lost(&scene, &told, &screen, &what);

    control::fault(scene.sim.addr(), "");
    let open = dead.intents.len() > dead.outcomes.len();
    scene.comes_back(&what, open, &dead);
    let mut console = scene.console();
    console.see("desired");
    if told.opened == 1 && !told.closed {
        console.see("INCIDENT  open");
        console.keys("R");
        for (line, words) in [
            ("✔ 1 Turn it off", "Turn it off"),
            ("✔ 2 Wait 1 minute", "Wait 1 minute"),
            ("✔ 3 Write it up", "Write it up"),
        ] {
            if Told::has(&told.done, words) {
                console.see(line);
            }
        }
        if !told.left_out.is_empty() {
            console.see(LEFT_OUT);
        }
        if told.waits == 1 && !Told::has(&told.done, "Wait 1 minute") {
            console.wait("the wait, which went on", |screen| {
                ["waiting 1 m", "waited 1 m", "by itself"]
                    .iter()
                    .any(|word| screen.contains(word))
            });
        }
    }
    console.signal(Signal::KILL);
    console.ended(Duration::from_secs(30));
    let end = scene.facts();
    assert_eq!(
        (end.puts, end.off, &end.intents),
        (dead.puts, dead.off, &dead.intents),
        "{what}: sent again"
    );
    let after = Told::read(&scene);
    assert_eq!(
        (after.opened, after.closed, after.noted),
        (told.opened, told.closed, told.noted),
        "{what}"
    );
    // An order that turned out to be applied ticks its step, and the wait behind it begins.
    assert!(told.waits <= after.waits && after.waits <= 1, "{what}");
    assert!(after.done.starts_with(&told.done), "{what}: {after:?}");
    let ticked = Told::has(&after.done, "Turn it off");
    assert!(
        !ticked || end.off,
        "{what}: ticked without its effect: {after:?}"
    );
    assert!(check(&scene.journal()).unwrap().is_whole(), "{what}");
}

/// So many lives; the environment variable asks for more of them.
fn trials(seed: u64, share: u32) {
    let count = std::env::var("COALMINE_KILLS").ok();
    let count = count.and_then(|text| text.parse().ok()).unwrap_or(12_u32);
    let mut dice = Rng::with_seed(seed);
    for number in 0..count.div_ceil(share) {
        let fatal = dice.usize(0..EVENING.len());
        let longest = [20_000, 200_000, 600_000][dice.usize(0..3)];
        let after = Duration::from_micros(dice.u64(0..longest));
        let slow = dice.bool();
        trial(
            &format!("seed {seed}, number {number}, slow {slow}"),
            fatal,
            after,
            slow,
        );
    }
}

#[test]
fn killed_anywhere_in_an_evening_it_goes_on_where_it_was_one() {
    trials(11, 4);
}

#[test]
fn killed_anywhere_in_an_evening_it_goes_on_where_it_was_two() {
    trials(12, 4);
}

#[test]
fn killed_anywhere_in_an_evening_it_goes_on_where_it_was_three() {
    trials(13, 4);
}

#[test]
fn killed_anywhere_in_an_evening_it_goes_on_where_it_was_four() {
    trials(14, 4);
}
