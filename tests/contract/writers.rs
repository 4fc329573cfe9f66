//! Three writers on one parameter, hundreds of seeded interleavings, request by request: no update of theirs is lost in silence.
//!
//! Each writer has a door before the simulator. A seeded scheduler lets one request at a time through, and now and then keeps the
//! answer of a write to itself. What the writers were told is then held against the parameter's history.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use coalmine::domain::plan::{Change, Order, Outcome};
use coalmine::domain::rollout::{FlagSource, RolloutSpec};
use coalmine::ports::{Lever, Ports};
use coalmine::sim::sts::Caller;
use fastrand::Rng;
use libtest_mimic::Trial;
use serde_json::json;

use crate::gate::{self, Doorman, Fate};
use crate::stage::{self, trials};
use crate::stores::fresh;
use crate::wire::{BEN, Wire};

/// The trials: independent runs, so that they go side by side.
pub fn trials() -> Vec<Trial> {
    trials!("three_writers":
        lose_nothing_in_silence,
        lose_nothing_in_silence_under_other_seeds,
        lose_nothing_in_silence_when_answers_are_lost,
    )
}

const KEYS: [&str; 3] = ["ana", "chloe", "dora"];
const HISTORIES: u64 = 100;
const ORDERS: usize = 2;

async fn lose_nothing_in_silence() {
    let conflicts = histories(1_000, 0.0).await;
    assert!(conflicts > 50, "the writers met {conflicts} times only");
}

async fn lose_nothing_in_silence_under_other_seeds() {
    histories(2_000, 0.0).await;
}

async fn lose_nothing_in_silence_when_answers_are_lost() {
    histories(3_000, 0.4).await;
}

/// Where the writers' requests wait.
#[derive(Default)]
struct Hall {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<usize, String>,
    writing: usize,
    called: Option<(usize, Fate)>,
    inside: bool,
}

impl Hall {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed
            .wait_timeout(state, Duration::from_millis(100))
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }

    /// Lets requests in, one at a time, until all writers are done.
    fn schedule(&self, rng: &mut Rng, lost: f64) {
        let mut state = self.state();
        loop {
            // A writer that rests between two looks has no request here; the others wait for it.
            while state.inside || state.waiting.len() < state.writing {
                state = self.wait(state);
            }
            if state.writing == 0 {
                return;
            }
            let turn = rng.usize(0..state.waiting.len());
            let Some((writer, operation)) = state.waiting.iter().nth(turn) else {
                continue;
            };
            let fate = if operation == "PutParameter" && rng.f64() < lost {
                Fate::AnswerLost
            } else {
                Fate::Answered
            };
            state.called = Some((*writer, fate));
            state.inside = true;
            self.changed.notify_all();
        }
    }
}

struct Door {
    hall: Arc<Hall>,
    writer: usize,
}

impl Doorman for Door {
    fn arrives(&self, operation: &str) -> Fate {
        let mut state = self.hall.state();
        if state.writing == 0 {
            return Fate::Answered;
        }
        state.waiting.insert(self.writer, operation.to_owned());
        self.hall.changed.notify_all();
        loop {
            if let Some((writer, fate)) = state.called
                && writer == self.writer
            {
                state.called = None;
                state.waiting.remove(&self.writer);
                return fate;
            }
            state = self.hall.wait(state);
        }
    }

    fn served(&self) {
        self.hall.state().inside = false;
        self.hall.changed.notify_all();
    }
}

/// One version of the parameter.
struct Version {
    number: i64,
    text: String,
    by: String,
}

async fn histories(seeds: u64, lost: f64) -> usize {
    let sim = stage::shared_simulator();
    let wire = Wire::new(&sim.url());
    let name = format!("/contract/t{}/config", fresh());
    let spec = stage::spec(FlagSource::Ssm(name.clone()));
    let hall = Arc::new(Hall::default());
    let mut writers = Vec::new();
    for (writer, key) in KEYS.into_iter().enumerate() {
        let door = Door {
            hall: Arc::clone(&hall),
            writer,
        };
        let url = gate::open(&sim.url(), Arc::new(door));
        let ports = stage::ports(&spec, &url, key).await;
        ports.caller.identify().await.unwrap();
        writers.push(ports);
    }
    let mut conflicts = 0;
    for seed in seeds..seeds + HISTORIES {
        let text = format!("{{\"enabled\":true,\"rollout_percentage\":100,\"seed\":{seed}}}");
        let input = json!({"Name": name, "Value": text, "Type": "String", "Overwrite": true});
        let base = wire.ssm(BEN, "PutParameter", &input).unwrap()["Version"]
            .as_i64()
            .unwrap();
        let told = one_history(&hall, &writers, &spec, seed, lost).await;
        let versions = versions(&wire, &name, base);
        conflicts += judge(&versions, &told, &format!("seed {seed}"));
    }
    conflicts
}

/// Runs the writers against each other; answers each one's orders with what it was told.
async fn one_history(
    hall: &Arc<Hall>,
    writers: &[Ports],
    spec: &RolloutSpec,
    seed: u64,
    lost: f64,
) -> Vec<Vec<(Order, Outcome)>> {
    hall.state().writing = writers.len();
    let scheduler = std::thread::spawn({
        let hall = Arc::clone(hall);
        move || hall.schedule(&mut Rng::with_seed(seed), lost)
    });
    let runs = writers.iter().enumerate().map(|(writer, ports)| {
        let mut rng = Rng::with_seed(seed * 10 + writer as u64);
        async move {
            let told = write(ports.flag.as_ref(), spec, &mut rng).await;
            hall.state().writing -= 1;
            hall.changed.notify_all();
            told
        }
    });
    let told = futures_util::future::join_all(runs).await;
    scheduler.join().unwrap();
    told
}

async fn write(lever: &dyn Lever, spec: &RolloutSpec, rng: &mut Rng) -> Vec<(Order, Outcome)> {
    let mut told = Vec::new();
    for _ in 0..ORDERS {
        let change = match rng.u8(0..4) {
            0 => Change::Disable,
            // Few values, so that two writers want the same now and then.
            _ => Change::SetPercent(stage::percent(rng.u8(1..=6) * 10)),
        };
        let order = stage::order(&change, lever, spec).await;
        let outcome = lever.apply(&order).await;
        told.push((order, outcome));
    }
    told
}

fn versions(wire: &Wire, name: &str, base: i64) -> Vec<Version> {
    let mut all = Vec::new();
    let mut token = serde_json::Value::Null;
    loop {
        let mut input = json!({"Name": name, "MaxResults": 50});
        if !token.is_null() {
            input["NextToken"] = token;
        }
        let mut page = wire.ssm(BEN, "GetParameterHistory", &input).unwrap();
        for entry in page["Parameters"].as_array().unwrap() {
            let text = |member: &str| entry[member].as_str().unwrap().to_owned();
            all.push(Version {
                number: entry["Version"].as_i64().unwrap(),
                text: text("Value"),
                by: text("LastModifiedUser"),
            });
        }
        token = page["NextToken"].take();
        if token.is_null() {
            all.retain(|version| version.number >= base);
            return all;
        }
    }
}

/// Holds what the writers were told against the history; answers how many conflicts there were.
fn judge(versions: &[Version], told: &[Vec<(Order, Outcome)>], seed: &str) -> usize {
    let mut conflicts = 0;
    for (writer, orders) in told.iter().enumerate() {
        let arn = Caller::of_key(KEYS[writer]).arn;
        let mut own = versions.iter().filter(|version| version.by == arn);
        for (order, outcome) in orders {
            let seen: i64 = order.plan.seen.as_ref().unwrap().0.parse().unwrap();
            let said = format!("{seed}, {arn}, on {seen}: {outcome:?}");
            match outcome {
                Outcome::NoOp => {}
                Outcome::Applied { revision, .. } => {
                    let version = own.next().expect(&said);
                    assert_eq!(version.number.to_string(), revision.0, "{said}");
                    let lost = overwritten(versions, seen, version);
                    assert!(lost.is_empty(), "{lost:?} lost in silence: {said}");
                }
                Outcome::Conflict(met) => {
                    conflicts += 1;
                    let there = |text: &str| versions.iter().any(|v| v.text == text);
                    assert!(there(&met.their_text) && there(&met.now_text), "{said}");
                    let seen = versions.iter().find(|v| v.number == seen).expect(&said);
                    assert_eq!(met.seen_text, seen.text, "{said}");
                    let by = met.by.as_deref().expect(&said);
                    let theirs = |v: &Version| v.text == met.their_text && v.by == by;
                    assert!(by != arn && versions.iter().any(theirs), "{said}");
                    if met.sent {
                        own.next().expect(&said);
                    }
                }
                Outcome::Refused { .. } | Outcome::Unknown { .. } => unreachable!("{said}"),
            }
        }
        let unaccounted: Vec<_> = own.map(|version| version.number).collect();
        assert!(
            unaccounted.is_empty(),
            "{seed}: {arn} wrote {unaccounted:?} and was not told"
        );
    }
    conflicts
}

/// The versions after `seen` that `version` replaced without having read them, where they said something else.
fn overwritten(versions: &[Version], seen: i64, version: &Version) -> Vec<i64> {
    versions
        .iter()
        .filter(|other| seen < other.number && other.number < version.number)
        .filter(|other| other.text != version.text)
        .map(|other| other.number)
        .collect()
}
