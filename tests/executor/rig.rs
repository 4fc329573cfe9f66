//! An executor over a simulator of its own, with a state directory of its own. It judges nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use coalmine::app::{Effect, Msg};
use coalmine::backends::journal_file::JournalFile;
use coalmine::backends::{CallLog, ConnectOptions, SharedClock, connect};
use coalmine::config;
use coalmine::domain::journal::{Actor, Record};
use coalmine::domain::lever::{LeverId, LeverState};
use coalmine::domain::plan::{self, Change, Order, OrderId, Outcome, PlanContext};
use coalmine::domain::rollout::RolloutSpec;
use coalmine::ports::{Clock, JournalStore, PortError, PortResult, Shell};
use coalmine::runtime::parting::Parting;
use coalmine::runtime::{Executor, ExecutorParts};
use coalmine::sim::{Sim, SimOptions};
use futures_util::FutureExt;
use tokio::sync::mpsc;

use crate::control;

pub(crate) const PARAMETER: &str = "/audio-transcription/partial-results/config";
pub(crate) const FUNCTION: &str = "audio-processor";

/// How the executor is set up.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) read_only: bool,
    pub(crate) without_journal: bool,
    pub(crate) account: Option<String>,
    /// Another endpoint than the simulator's.
    pub(crate) endpoint: Option<String>,
    /// Another journal than a file in the state directory.
    pub(crate) journal: Option<PortResult<Arc<dyn JournalStore>>>,
    pub(crate) shell: Option<Arc<dyn Shell>>,
}

pub(crate) struct Rig {
    pub(crate) sim: Arc<Sim>,
    pub(crate) state_dir: PathBuf,
    pub(crate) spec: RolloutSpec,
    pub(crate) executor: Arc<Executor>,
    pub(crate) messages: mpsc::Receiver<Msg>,
    pub(crate) parting: Parting,
    clock: SharedClock,
    orders: AtomicU32,
    _scratch: Option<tempfile::TempDir>,
}

impl Rig {
    pub(crate) fn new(setup: Setup) -> Self {
        let options = SimOptions {
            speed: 0.0,
            start: Some(1_790_000_000_000),
            ..SimOptions::default()
        };
        let scratch = tempfile::tempdir().unwrap();
        let dir = scratch.path().join("state");
        let sim = Arc::new(Sim::start(options).unwrap());
        let rig = Self::over(sim, &dir, "tester", setup);
        Self {
            _scratch: Some(scratch),
            ..rig
        }
    }

    /// A console that looks elsewhere than at its simulator.
    pub(crate) fn at(endpoint: &str) -> Self {
        Self::new(Setup {
            endpoint: Some(endpoint.to_owned()),
            ..Setup::default()
        })
    }

    /// A console of `user` over a simulator and a state directory that others may use too.
    pub(crate) fn over(sim: Arc<Sim>, state_dir: &Path, user: &str, setup: Setup) -> Self {
        let spec = config::demo().unwrap();
        let clock = SharedClock::new();
        let options = ConnectOptions {
            endpoint_url: Some(setup.endpoint.unwrap_or_else(|| sim.url())),
            credentials: Some(("AKIACOALMINEONCALL".into(), "rehearsal".into())),
            ..ConnectOptions::default()
        };
        let actor = Actor {
            arn: None,
            user: user.to_owned(),
            host: "here".to_owned(),
            pid: None,
        };
        let journal = setup.journal.unwrap_or_else(|| {
            let opened = JournalFile::open(
                state_dir,
                &spec.name,
                &spec.environment.0,
                actor,
                clock.now(),
            );
            opened.map(|journal| Arc::new(journal) as Arc<dyn JournalStore>)
        });
        let (sender, messages) = mpsc::channel(1024);
        let parting = Parting::new(state_dir);
        let ports = {
            let (spec, clock) = (spec.clone(), clock.clone());
            async move {
                connect(&spec, &options, clock, CallLog::silent())
                    .await
                    .map(Arc::new)
            }
        };
        let executor = Executor::new(ExecutorParts {
            conceal: coalmine::backends::journal_file::conceal,
            ports: ports.boxed(),
            journal,
            parting: parting.clone(),
            clock: Arc::new(clock.clone()),
            read_only: setup.read_only,
            without_journal: setup.without_journal,
            account: setup.account,
            shell: setup.shell,
            messages: sender,
        });
        let state_dir = state_dir.to_owned();
        Self {
            sim,
            state_dir,
            spec,
            executor,
            messages,
            parting,
            clock,
            orders: AtomicU32::new(0),
            _scratch: None,
        }
    }

    pub(crate) fn fault(&self, faults: &str) {
        control::fault(self.sim.addr(), faults);
    }

    pub(crate) fn count(&self, operation: &str) -> u64 {
        control::count(self.sim.addr(), operation)
    }

    /// The next message that is wanted; others are dropped.
    pub(crate) async fn wait<T>(&mut self, mut wanted: impl FnMut(Msg) -> Option<T>) -> T {
        let found = async {
            loop {
                let msg = self.messages.recv().await.expect("the executor lives");
                if let Some(found) = wanted(msg) {
                    return found;
                }
            }
        };
        tokio::time::timeout(Duration::from_mins(1), found)
            .await
            .expect("an answer")
    }

    pub(crate) async fn read(&mut self, id: LeverId) -> LeverState {
        self.executor.execute(Effect::ReadLever(id));
        self.wait(|msg| match msg {
            Msg::LeverRead(of, result) if of == id => Some(result.unwrap()),
            _ => None,
        })
        .await
    }

    pub(crate) async fn identify(&mut self) {
        self.executor.execute(Effect::Identify);
        self.wait(|msg| matches!(msg, Msg::Identified(Ok(_))).then_some(()))
            .await;
    }

    /// The order that this change makes of the lever's state as it is now.
    pub(crate) async fn order(&mut self, change: Change) -> Order {
        let id = match change {
            Change::FallbackOn | Change::FallbackOff(_) | Change::PublishAndRepoint => {
                LeverId::Fallback
            }
            _ => LeverId::Flag,
        };
        let state = self.read(id).await;
        let context = PlanContext {
            spec: &self.spec,
            exposure_before: None,
            flag_answers: true,
            fallback_state: None,
            history_last_good: None,
        };
        let plan = plan::make(&change, Some(&state), &context).unwrap();
        let number = self.orders.fetch_add(1, Ordering::Relaxed);
        Order::new(
            OrderId(format!("{}-{number}", self.clock.now().as_millis())),
            plan,
            None,
            self.clock.now(),
        )
    }

    /// Submits without waiting.
    pub(crate) fn submit(&self, order: &Order) {
        self.executor
            .execute(Effect::Submit(Box::new(order.clone())));
    }

    pub(crate) async fn settled(&mut self) -> (Outcome, Option<PortError>) {
        self.wait(|msg| match msg {
            Msg::Settled {
                outcome,
                journal_fault,
                ..
            } => Some((outcome, journal_fault)),
            _ => None,
        })
        .await
    }

    /// Makes an order, submits it, and answers its outcome.
    pub(crate) async fn carry_out(&mut self, change: Change) -> (Order, Outcome) {
        let order = self.order(change).await;
        self.submit(&order);
        (order, self.settled().await.0)
    }

    /// The flag's text in the simulated account.
    pub(crate) fn flag(&self) -> String {
        self.sim.aws().with(|aws, _| {
            aws.parameters
                .value(PARAMETER)
                .unwrap_or_default()
                .to_owned()
        })
    }

    /// Somebody else writes the flag.
    pub(crate) fn write_flag(&self, text: &str) {
        let by = "arn:aws:iam::123456789012:user/ben";
        self.sim
            .aws()
            .with(|aws, now| drop(aws.parameters.put(PARAMETER, text, by, now)));
    }

    /// The journal as another reader of the file sees it.
    pub(crate) fn records(&self) -> Vec<Record> {
        records(&self.state_dir.join("partial-results@prod.jsonl"))
    }

    /// Waits for the simulator's side of things.
    pub(crate) async fn until(&self, what: &str, met: impl Fn(&Self) -> bool) {
        for _ in 0..3000 {
            if met(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what} did not come");
    }
}

/// The whole records of a journal file; a line that is being written is none yet.
pub(crate) fn records(path: &Path) -> Vec<Record> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines
        .filter_map(|value| serde_json::from_value(value).ok())
        .collect()
}

pub(crate) fn wall_us() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_micros() as i64
}
