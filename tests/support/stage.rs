//! The console on a stage: the real model, executor, backends and SDK over a simulator whose clock stands until it is cranked,
//! so that every frame can be made again. It compares nothing.

use std::sync::Arc;
use std::time::Duration;

use coalmine::app::keymap::Key;
use coalmine::app::model::{Overlay, Rehearsal};
use coalmine::app::{Effect, Model, Msg, update};
use coalmine::backends::journal_file::JournalFile;
use coalmine::backends::{CallLog, ConnectOptions, SharedClock, connect};
use coalmine::domain::Timestamp;
use coalmine::domain::journal::Actor;
use coalmine::domain::rollout::RolloutSpec;
use coalmine::ports::{Clock, JournalStore};
use coalmine::runtime::parting::Parting;
use coalmine::runtime::{Executor, ExecutorParts};
use coalmine::sim::world::Scenario;
use coalmine::sim::{Sim, SimOptions};
use coalmine::ui::{Theme, draw};
use futures_util::FutureExt;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tokio::sync::mpsc;

/// 2026-11-20 21:00:00 UTC.
const START: i64 = 1_795_208_400_000;
/// World time between two rounds of reads.
const STEP: Duration = Duration::from_secs(5);
/// How long an answer of the simulator may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A console over a simulator of its own.
pub(crate) struct Stage {
    /// Everything on screen.
    pub(crate) model: Model,
    sim: Sim,
    clock: SharedClock,
    executor: Arc<Executor>,
    messages: mpsc::Receiver<Msg>,
    pressed: u64,
    _scratch: tempfile::TempDir,
}

impl Stage {
    /// Opens the console on a scenario, and lets it read everything once.
    pub(crate) async fn open(scenario: Scenario, spec: RolloutSpec) -> Self {
        Box::pin(Self::among(1, scenario, spec)).await
    }

    /// The same in an account of so many rollouts.
    pub(crate) async fn among(rollouts: usize, scenario: Scenario, spec: RolloutSpec) -> Self {
        let sim = Sim::start(SimOptions {
            scenario,
            speed: 0.0,
            start: Some(START),
            rollouts,
            ..SimOptions::default()
        })
        .unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let clock = SharedClock::new();
        let options = ConnectOptions {
            endpoint_url: Some(sim.url()),
            credentials: Some(("AKIACOALMINEONCALL".into(), "rehearsal".into())),
            region: spec.region.clone(),
            ..ConnectOptions::default()
        };
        let actor = Actor {
            arn: None,
            user: "ana".to_owned(),
            host: "laptop".to_owned(),
            pid: Some(4711),
        };
        let (name, environment) = (&spec.name, &spec.environment.0);
        let journal = JournalFile::open(scratch.path(), name, environment, actor, at(START));
        let (sender, messages) = mpsc::channel(1024);
        let ports = {
            let (spec, clock) = (spec.clone(), clock.clone());
            async move {
                let ports = connect(&spec, &options, clock, CallLog::silent()).await;
                ports.map(Arc::new)
            }
        };
        let executor = Executor::new(ExecutorParts {
            conceal: coalmine::backends::journal_file::conceal,
            ports: ports.boxed(),
            journal: journal.map(|journal| Arc::new(journal) as Arc<dyn JournalStore>),
            parting: Parting::new(scratch.path()),
            clock: Arc::new(clock.clone()),
            read_only: false,
            without_journal: false,
            account: None,
            shell: None,
            messages: sender,
        });
        let mut model = Model::new(spec, at(START));
        model.rehearsal = Some(Rehearsal {
            scenario: Some(scenario.to_string()),
            speed: 1.0,
        });
        let mut stage = Self {
            model,
            sim,
            clock,
            executor,
            messages,
            pressed: 0,
            _scratch: scratch,
        };
        // The first answer tells the world's time; what is read by time is asked for after it.
        stage.executor.execute(Effect::Identify);
        drop(stage.messages.recv().await);
        let effects = update::start(&mut stage.model, stage.clock.now());
        stage.run(effects);
        stage.settle().await;
        stage
    }

    /// Lets world time pass, reading on the way.
    pub(crate) async fn pass(&mut self, span: Duration) {
        let until = self.sim.clock().now() + span.as_millis() as i64;
        while self.sim.clock().now() < until {
            let left = Duration::from_millis((until - self.sim.clock().now()) as u64);
            self.sim.clock().advance(left.min(STEP));
            for _ in 0..STEP.as_secs() {
                self.take(Msg::Ticked);
            }
            self.settle().await;
        }
    }

    /// Presses keys, in the notation of the key table, parted by blanks.
    pub(crate) async fn keys(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.pressed += 1;
            let key = Key::parse(key).unwrap();
            let at_ms = self.pressed * 1000;
            self.take(Msg::Pressed { key, at_ms });
            self.settle().await;
        }
    }

    /// The frame at this size.
    pub(crate) fn frame(&mut self, (width, height): (u16, u16), theme: &Theme) -> Buffer {
        self.take(Msg::Resized(width, height));
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal
            .draw(|frame| draw(frame, &self.model, theme))
            .unwrap();
        terminal.backend().buffer().clone()
    }

    /// Waits until nothing is under way.
    async fn settle(&mut self) {
        loop {
            // What is written down is followed by reads.
            self.executor.write_up(PATIENCE).await;
            while let Ok(msg) = self.messages.try_recv() {
                self.take(msg);
            }
            if !self.is_busy() {
                return;
            }
            let msg = tokio::time::timeout(PATIENCE, self.messages.recv()).await;
            let msg = msg.unwrap_or_else(|_| panic!("no answer, though one is waited for"));
            self.take(msg.unwrap());
        }
    }

    fn is_busy(&self) -> bool {
        let model = &self.model;
        let alarm =
            matches!(&model.overlay, Some(Overlay::Alarm { history, .. }) if history.reading);
        alarm
            || !model.journal.open
            || !model.in_flight.is_empty()
            || model.identity.reading
            || model.flag.reading
            || model.fallback.reading
            || model.history.reading
            || model.sampling.reading
            || model.alarms.reading
            || model.tail.reading
            || model.runbook.reading
            || model.incident.following.reading
    }

    pub(crate) fn take(&mut self, msg: Msg) {
        let effects = update(&mut self.model, msg, self.clock.now());
        self.run(effects);
    }

    fn run(&self, effects: Vec<Effect>) {
        for effect in effects {
            self.executor.execute(effect);
        }
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}
