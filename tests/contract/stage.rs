//! What every trial stands on: a simulator or moto, the ports that the console itself uses, and orders made by the domain.
//! It promises nothing.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use coalmine::backends::{CallLog, ConnectOptions, SharedClock, connect};
use coalmine::config;
use coalmine::domain::lever::{LeverContent, LeverState};
use coalmine::domain::plan::{
    Change, Conflict, Order, OrderId, Outcome, Plan, PlanContext, PlanFault, make,
};
use coalmine::domain::rollout::{FlagSource, RolloutSpec};
use coalmine::domain::{Percent, Timestamp};
use coalmine::ports::{Lever, Ports};
use coalmine::sim::world::Scenario;
use coalmine::sim::{Sim, SimOptions};
use libtest_mimic::{Failed, Trial};

use crate::python::{self, MotoServer};

/// The access key that the simulator knows as the engineer on call.
pub const ME: &str = "AKIACOALMINEONCALL";
/// Who that is.
pub const MY_ARN: &str = "arn:aws:sts::123456789012:assumed-role/oncall-operator/you";
/// Monday, 2 March 2026, 09:00:17.250 UTC.
pub const START: i64 = 1_772_442_017_250;

/// A promise: it panics when it is broken.
pub type Promise = std::pin::Pin<Box<dyn Future<Output = ()>>>;

/// A trial of this name.
pub fn trial(name: impl Into<String>, run: impl FnOnce() -> Promise + Send + 'static) -> Trial {
    Trial::test(name, move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failed::from(error.to_string()))?;
        runtime.block_on(run());
        Ok(())
    })
}

/// Trials named after the functions that keep the promises.
macro_rules! trials {
    ($group:literal: $($promise:ident),+ $(,)?) => {
        vec![$($crate::stage::trial(
            concat!($group, "::", stringify!($promise)),
            || Box::pin($promise()),
        )),+]
    };
}
pub(crate) use trials;

/// Only so many worlds are built at a time: requests that wait for one longer than they may are no fault of a backend.
static BUILDING: Mutex<()> = Mutex::new(());

/// A simulator of a trial's own whose clock stands, with these faults.
pub fn simulator(scenario: Scenario, faults: &[&str]) -> Sim {
    let _turn = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let sim = Sim::start(SimOptions {
        scenario,
        speed: 0.0,
        start: Some(START),
        faults: faults.iter().map(|fault| (*fault).to_owned()).collect(),
        ..SimOptions::default()
    })
    .unwrap();
    sim.aws().build();
    sim
}

/// A simulator without faults that trials share, each with parameters of its own.
pub fn shared_simulator() -> &'static Sim {
    static SHARED: OnceLock<Sim> = OnceLock::new();
    SHARED.get_or_init(|| simulator(Scenario::Healthy, &[]))
}

/// A simulator without faults that trials share, each with a function of its own; its clock is cranked by all of them.
pub fn shared_lambda() -> &'static Sim {
    static SHARED: OnceLock<Sim> = OnceLock::new();
    SHARED.get_or_init(|| simulator(Scenario::Healthy, &[]))
}

/// Moto, started when it is first asked for and ended when `main` says so.
#[derive(Clone, Default)]
pub struct Moto(Arc<Mutex<Option<MotoServer>>>);

impl Moto {
    /// Its endpoint.
    pub fn url(&self) -> String {
        let mut server = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match server.take() {
            Some(running) => running,
            None => python::moto_server().unwrap(),
        };
        server.insert(running).url().to_owned()
    }

    /// Ends it.
    pub fn stop(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// The rollout of the seeds, with its flag there.
pub fn spec(source: FlagSource) -> RolloutSpec {
    let mut spec = config::demo().unwrap();
    spec.flag.source = source;
    spec
}

/// The ports of a rollout over an endpoint, as the owner of `key`.
pub async fn ports(spec: &RolloutSpec, url: &str, key: &str) -> Ports {
    let options = ConnectOptions {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(url.to_owned()),
        credentials: Some((key.to_owned(), "dummy".to_owned())),
        ..ConnectOptions::default()
    };
    connect(spec, &options, SharedClock::new(), CallLog::silent())
        .await
        .unwrap()
}

/// The plan of a change, or why there is none.
pub fn plan(
    change: &Change,
    state: Option<&LeverState>,
    spec: &RolloutSpec,
) -> Result<Plan, PlanFault> {
    let context = PlanContext {
        spec,
        exposure_before: None,
        flag_answers: true,
        fallback_state: None,
        history_last_good: None,
    };
    make(change, state, &context)
}

/// An accepted plan.
pub fn accepted(plan: Plan, at: Timestamp) -> Order {
    Order::new(OrderId("o-contract".to_owned()), plan, None, at)
}

/// The order of a change, made from what the lever says now.
pub async fn order(change: &Change, lever: &dyn Lever, spec: &RolloutSpec) -> Order {
    let state = lever.read().await.unwrap();
    let plan = plan(change, Some(&state), spec).unwrap();
    accepted(plan, state.read_at)
}

/// A percentage.
pub fn percent(value: u8) -> Percent {
    Percent::new(value).unwrap()
}

/// The document of a state.
pub fn text_of(state: &LeverState) -> &str {
    match &state.content {
        LeverContent::Document(text) => text,
        LeverContent::Function(_) => unreachable!("a function holds no document"),
    }
}

/// The conflict that an outcome is.
pub fn conflict(outcome: Outcome) -> Conflict {
    match outcome {
        Outcome::Conflict(conflict) => conflict,
        other => unreachable!("no conflict: {other:?}"),
    }
}

/// The revision and note of an order that was applied.
pub fn applied(outcome: Outcome) -> (String, String) {
    match outcome {
        Outcome::Applied { revision, note, .. } => (revision.0, note.unwrap_or_default()),
        other => unreachable!("not applied: {other:?}"),
    }
}

/// Reason and hint of an order that was refused; both say something.
pub fn refused(outcome: Outcome) -> (String, String) {
    match outcome {
        Outcome::Refused { reason, hint } => {
            assert!(reason.len() > 10 && hint.len() > 10, "{reason} / {hint}");
            (reason, hint)
        }
        other => unreachable!("not refused: {other:?}"),
    }
}

/// Why an outcome is unknown.
pub fn unknown(outcome: Outcome) -> String {
    match outcome {
        Outcome::Unknown { reason } => reason,
        other => unreachable!("not unknown: {other:?}"),
    }
}

/// Drives `work` while the simulated clock is cranked on, four seconds at a time.
pub async fn while_cranked<T>(sim: &Sim, work: impl Future<Output = T>) -> T {
    let crank = async {
        loop {
            tokio::time::sleep(Duration::from_millis(60)).await;
            sim.clock().advance(Duration::from_secs(4));
        }
    };
    tokio::select! {
        done = work => done,
        () = crank => unreachable!("the crank turns for ever"),
    }
}
