//! The rollouts that are not on screen: scouts write nothing, consoles are bounded in number, and a plan that was wanted on the list
//! sends nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use coalmine::app::keymap::Key;
use coalmine::app::model::Overlay;
use coalmine::app::{Effect, Model, Msg, update};
use coalmine::backends::clock::SharedClock;
use coalmine::config;
use coalmine::domain::Revision;
use coalmine::domain::Timestamp;
use coalmine::domain::failure::{ErrorKind, PortError};
use coalmine::domain::journal::Recovered;
use coalmine::domain::lever::{LeverContent, LeverId, LeverKind, LeverState};
use coalmine::domain::plan::Change;
use coalmine::runtime::crew::{Crew, Driver, Gathering, Recruit};
use coalmine::runtime::parting::Parting;
use coalmine::runtime::{Executor, ExecutorParts};
use futures_util::FutureExt;
use tokio::sync::mpsc;

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

#[derive(Default)]
struct Barracks {
    consoles: AtomicUsize,
}

fn nowhere() -> PortError {
    PortError {
        kind: ErrorKind::Unreachable,
        what: "connect".into(),
        text: "nobody is there".into(),
        hint: String::new(),
    }
}

fn driver(place: usize, read_only: bool) -> Driver {
    let (sender, messages) = mpsc::channel(64);
    let spec = config::neighbour(&format!("r{place}")).unwrap();
    let executor = Executor::new(ExecutorParts {
        conceal: coalmine::backends::journal_file::conceal,
        ports: async { Err(nowhere()) }.boxed(),
        journal: Err(nowhere()),
        parting: Parting::new(std::path::Path::new("/nonexistent")),
        clock: Arc::new(SharedClock::new()),
        read_only,
        without_journal: false,
        account: None,
        shell: None,
        messages: sender,
    });
    Driver {
        model: Model::new(spec, START),
        executor,
        messages,
        recorder: None,
    }
}

impl Recruit for Barracks {
    fn scout(&self, place: usize, _: Timestamp) -> Driver {
        driver(place, true)
    }

    fn console(&self, place: usize, _: Timestamp) -> Driver {
        self.consoles.fetch_add(1, Ordering::Relaxed);
        driver(place, false)
    }

    fn peek(&self, _: usize, _: Timestamp) -> Recovered {
        Recovered::default()
    }

    fn gatherings(&self) -> Vec<Gathering> {
        Vec::new()
    }
}

fn flag(enabled: bool) -> LeverState {
    LeverState {
        id: LeverId::Flag,
        kind: LeverKind::Ssm,
        revision: Revision("3".into()),
        resource: "/r/flag".into(),
        read_at: START,
        content: LeverContent::Document(format!(
            r#"{{"enabled":{enabled},"rollout_percentage":50}}"#
        )),
        changed_by: None,
        changed_at: None,
    }
}

#[tokio::test]
async fn of_twenty_rollouts_a_few_consoles_are_kept_and_each_can_be_opened_again() {
    let barracks = Arc::new(Barracks::default());
    let (mut crew, mut mine) = Crew::new(20, Arc::clone(&barracks) as Arc<dyn Recruit>, START);
    crew.start(START);
    for round in 0..3 {
        for place in 0..20 {
            mine = crew.exchange(place, mine, START).0;
            assert_eq!(mine.model.spec.name, format!("r{place}"), "round {round}");
            assert!(crew.consoles() <= 5, "{} consoles", crew.consoles());
        }
    }
    let before = barracks.consoles.load(Ordering::Relaxed);
    for place in [18, 19, 17, 19] {
        mine = crew.exchange(place, mine, START).0;
        assert_eq!(mine.model.spec.name, format!("r{place}"));
    }
    let after = barracks.consoles.load(Ordering::Relaxed);
    assert_eq!(before, after, "those used last were still there");
}

#[tokio::test]
async fn a_console_with_an_order_on_its_way_is_never_given_up() {
    let (mut crew, mine) = Crew::new(20, Arc::new(Barracks::default()), START);
    crew.start(START);
    let mut mine = crew.exchange(7, mine, START).0;
    let read = Msg::LeverRead(LeverId::Flag, Ok(flag(true)));
    drop(mine.update(read, START));
    let sent = mine.update(pressed('D'), START);
    assert!(
        sent.iter()
            .any(|effect| matches!(effect, Effect::Submit(_)))
    );
    for place in (0..20).filter(|place| *place != 7) {
        mine = crew.exchange(place, mine, START).0;
    }
    assert_eq!(crew.busy(), Some("r7"));
    let mine = crew.exchange(7, mine, START).0;
    assert!(!mine.model.in_flight.is_empty());
}

fn pressed(key: char) -> Msg {
    Msg::Pressed {
        key: Key::char(key),
        at_ms: 5_000,
    }
}

#[test]
fn a_plan_that_was_wanted_on_the_list_is_shown_and_sends_nothing() {
    let wanted = || Msg::PlanWanted {
        change: Change::Disable,
        at_ms: 1_000,
    };
    let is_plan = |model: &Model| matches!(&model.overlay, Some(Overlay::Plan(dialog)) if dialog.plan.change == Change::Disable);
    let quiet = |effects: &[Effect]| !effects.iter().any(Effect::is_write);
    let mut known = Model::new(config::neighbour("a").unwrap(), START);
    let read = || Msg::LeverRead(LeverId::Flag, Ok(flag(true)));
    drop(update(&mut known, read(), START));
    let effects = update(&mut known, wanted(), START);
    assert!(is_plan(&known) && quiet(&effects), "{effects:?}");

    // Where the flag is not known yet, the plan comes with the read.
    let mut fresh = Model::new(config::neighbour("b").unwrap(), START);
    let effects = update(&mut fresh, wanted(), START);
    assert!(!is_plan(&fresh) && quiet(&effects), "{effects:?}");
    let effects = update(&mut fresh, read(), START);
    assert!(is_plan(&fresh) && quiet(&effects), "{effects:?}");

    // What is off already says so.
    let mut off = Model::new(config::neighbour("c").unwrap(), START);
    drop(update(
        &mut off,
        Msg::LeverRead(LeverId::Flag, Ok(flag(false))),
        START,
    ));
    let effects = update(&mut off, wanted(), START);
    assert!(off.overlay.is_none() && quiet(&effects), "{effects:?}");

    // Whoever goes away before it came is not asked later.
    let mut gone = Model::new(config::neighbour("d").unwrap(), START);
    drop(update(&mut gone, wanted(), START));
    drop(update(&mut gone, Msg::Attended(false), START));
    drop(update(&mut gone, read(), START));
    assert!(gone.overlay.is_none());
}
