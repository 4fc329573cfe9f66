//! What a scenario file says: how things stand at first, and what happens step by step. Unknown fields are errors.

use std::collections::BTreeMap;
use std::time::Duration;

use coalmine::app::Msg;
use coalmine::app::keymap::{Key, KeyCode};
use coalmine::config;
use coalmine::domain::alarm::AlarmState;
use coalmine::domain::failure::ErrorKind;
use coalmine::domain::incident::{IncidentCause, IncidentEvent};
use coalmine::domain::journal::{Actor, Entry};
use coalmine::domain::lever::LeverId;
use coalmine::domain::plan::{Change, Order, OrderId, PlanContext, make};
use coalmine::domain::{Environment, Percent, Timestamp};
use serde::Deserialize;

use super::driver::{Driver, START};
use super::expect::Expect;
use super::world::Answer;

/// A file: one theme, several evenings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) scenario: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) start: Start,
    pub(crate) step: Vec<Step>,
}

/// How things stand when the console opens. By default: prod, 10 % for eight days, everything calm.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Start {
    environment: Option<String>,
    enabled: Option<bool>,
    percent: Option<u8>,
    /// The document's text, whatever it is.
    text: Option<String>,
    /// Versions before that one: percentages, oldest first; a minus means disabled.
    before: Vec<i16>,
    /// How old the newest version is.
    age: Option<String>,
    read_only: bool,
    no_signals: bool,
    variables: BTreeMap<String, String>,
    /// The variables of version 7, which the alias `live` points at.
    alias: Option<BTreeMap<String, String>>,
    fault: BTreeMap<String, String>,
    hold: Vec<String>,
    left: Vec<LeftOrder>,
    /// The text of the runbook, or `file NAME` for one of `tests/runbooks`; `missing` for none.
    runbook: Option<String>,
    /// Overrides the marker: no log marker, or none at all.
    marker: Option<String>,
}

/// An order that an earlier run left open.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOrder {
    change: String,
    age: String,
    applied: bool,
}

/// One step: what happens, in the order of these fields, and then what is expected.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Step {
    /// For readers.
    #[allow(dead_code, reason = "for readers of the file")]
    why: String,
    fault: BTreeMap<String, String>,
    heal: Vec<String>,
    answers: Vec<String>,
    hold: Vec<String>,
    account: Option<String>,
    /// The runbook's file has this text now.
    edit: Option<String>,
    /// The console ends and another one opens on the same journal.
    pub(crate) restart: bool,
    write: Option<OtherWrite>,
    variables: BTreeMap<String, String>,
    /// `[value, samples]`, or `[]` for no data, from now on.
    signal: BTreeMap<String, Vec<f64>>,
    treated: Option<bool>,
    alarm: BTreeMap<String, String>,
    /// Sessions that log a line now, and how many of them are treated.
    sessions: Option<(u64, u64)>,
    line: Option<String>,
    pass: Option<String>,
    keys: Option<String>,
    text: Option<String>,
    paste: Option<String>,
    /// Keys after what was typed.
    then: Option<String>,
    /// Time after all keys.
    after: Option<String>,
    /// Enter held down for so many milliseconds.
    lean_on_enter: u64,
    resume: bool,
    release: Vec<String>,
    /// What another console does to the incident: `opens`, `closes`, `takes over`, `complains`.
    other: Option<String>,
    pub(crate) expect: Option<Expect>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherWrite {
    by: String,
    text: Option<String>,
    percent: Option<u8>,
    #[serde(default = "yes")]
    enabled: bool,
}

fn yes() -> bool {
    true
}

pub(crate) fn document(enabled: bool, percent: u8) -> String {
    format!(
        r#"{{"enabled":{enabled},"rollout_percentage":{percent},"min_stability_threshold":0.85,"owner":"team"}}"#
    )
}

fn span(text: &str) -> Duration {
    config::parse_duration(text).unwrap_or_else(|error| panic!("{error}"))
}

fn kind(word: &str) -> ErrorKind {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .unwrap_or_else(|_| panic!("no failure is called {word}"))
}

fn change(word: &str) -> Change {
    match word.split_once(' ') {
        Some(("set", percent)) => {
            Change::SetPercent(Percent::new(percent.parse().unwrap()).unwrap())
        }
        _ => Change::Disable,
    }
}

impl Start {
    /// A console that is about to open on this world.
    pub(crate) fn driver(self) -> Driver {
        let mut spec = config::demo().unwrap();
        spec.account = None;
        spec.environment = Environment(self.environment.unwrap_or_else(|| "prod".to_owned()));
        if let (Some(logs), Some(marker)) = (&mut spec.logs, &self.marker) {
            logs.treated.log = None;
            if marker == "none" {
                logs.treated.metric = None;
            }
        }
        spec.runbook = Some("runbook.md".to_owned());
        let mut driver = Driver::new(spec);
        let text = match self.runbook.as_deref() {
            Some("missing") | None => None,
            Some(text) => match text.strip_prefix("file ") {
                Some(name) => {
                    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/runbooks/");
                    Some(std::fs::read_to_string(format!("{folder}{name}")).unwrap())
                }
                None => Some(text.to_owned()),
            },
        };
        driver
            .runbooks
            .extend(text.map(|text| ("runbook.md".to_owned(), text)));
        driver.model.read_only = self.read_only;
        let age = span(self.age.as_deref().unwrap_or("8d"));
        let written = START - age;
        let count = self.before.len() as u32;
        for (index, percent) in self.before.iter().enumerate() {
            let at = written - Duration::from_hours(24) * (count - index as u32);
            let text = document(*percent > 0, percent.unsigned_abs() as u8);
            driver
                .world
                .write_flag(&text, "arn:aws:iam::123456789012:user/ana", at);
        }
        let now = document(self.enabled.unwrap_or(true), self.percent.unwrap_or(10));
        driver.world.write_flag(
            &self.text.unwrap_or(now),
            "arn:aws:iam::123456789012:user/ana",
            written,
        );
        let calm = [
            ("PARTIAL_RESULTS_ENABLED", "true"),
            ("ROLLOUT_PERCENTAGE", "0"),
            ("API_TOKEN", "s3cret"),
        ];
        driver.world.environment = calm
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        driver.world.environment.extend(self.variables);
        if let Some(variables) = self.alias {
            driver.world.alias = Some(("7".to_owned(), variables));
        }
        if !self.no_signals {
            calm_signals(&mut driver);
        }
        driver
            .world
            .treated
            .push((START - Duration::from_hours(24), true));
        driver.world.faults = self
            .fault
            .iter()
            .map(|(what, word)| (what.clone(), kind(word)))
            .collect();
        driver.held = self.hold.into_iter().collect();
        for (index, left) in self.left.iter().enumerate() {
            leave(&mut driver, left, index);
        }
        driver
    }
}

fn calm_signals(driver: &mut Driver) {
    let since = START - Duration::from_hours(24);
    let calm = [
        ("latency_p95", 2.1, 612.0),
        ("dropped", 12.0, 100.0),
        ("orphaned", 0.8, 40.0),
        ("error_rate", 0.1, 4_000.0),
        ("fallbacks", 0.0, 1.0),
    ];
    for (name, value, samples) in calm {
        driver
            .world
            .signals
            .insert(name.to_owned(), vec![(since, Some((value, samples)))]);
    }
}

/// Makes the order as the earlier run would have made it, and lets it arrive or not.
fn leave(driver: &mut Driver, left: &LeftOrder, index: usize) {
    let at = START - span(&left.age);
    let state = driver.world.read(LeverId::Flag, at).unwrap();
    let context = PlanContext {
        spec: &driver.model.spec,
        exposure_before: None,
        flag_answers: true,
        fallback_state: None,
        history_last_good: None,
    };
    let plan = make(&change(&left.change), Some(&state), &context).unwrap();
    let order = Order::new(OrderId(format!("old-{index}")), plan, None, at);
    if left.applied {
        driver.world.answers.push_front(Answer::Apply);
        driver.world.apply(&order, at);
    }
    driver.left.open.push(order);
}

impl Step {
    /// Lets it happen.
    pub(crate) fn happen(self, driver: &mut Driver) {
        let now = driver.now;
        driver.world.faults.extend(
            self.fault
                .iter()
                .map(|(what, word)| (what.clone(), kind(word))),
        );
        for what in &self.heal {
            driver
                .world
                .faults
                .remove(what)
                .unwrap_or_else(|| panic!("{what} was well"));
        }
        driver
            .world
            .answers
            .extend(self.answers.iter().map(|word| answer(word)));
        driver.held.extend(self.hold);
        if let Some(account) = self.account {
            driver.world.account = account;
        }
        if let Some(text) = self.edit {
            driver.runbooks.insert("runbook.md".to_owned(), text);
        }
        if self.restart {
            driver.restart();
        }
        if let Some(other) = self.write {
            let text = other
                .text
                .unwrap_or_else(|| document(other.enabled, other.percent.unwrap_or(10)));
            driver.world.write_flag(&text, &other.by, now);
        }
        if !self.variables.is_empty() {
            driver.world.environment.extend(self.variables);
            driver.world.environment_revision += 1;
        }
        for (name, value) in self.signal {
            let value = value.first().copied().zip(value.get(1).copied());
            driver
                .world
                .signals
                .entry(name)
                .or_default()
                .push((now.floor(Duration::from_mins(1)), value));
        }
        if let Some(treated) = self.treated {
            driver.world.treated.push((now, treated));
        }
        for (name, state) in self.alarm {
            alarm(driver, &name, &state, now);
        }
        if let Some((count, treated)) = self.sessions {
            driver.world.sessions(count, treated, now);
        }
        if let Some(line) = &self.line {
            driver.world.line(line, now);
        }
        if let Some(text) = &self.pass {
            driver.pass(span(text));
        }
        if let Some(keys) = &self.keys {
            driver.keys(keys);
        }
        if let Some(text) = &self.text {
            driver.text(text);
        }
        if let Some(text) = self.paste {
            driver.send(Msg::Pasted(text));
        }
        if let Some(keys) = &self.then {
            driver.keys(keys);
        }
        if let Some(text) = &self.after {
            driver.pass(span(text));
        }
        for _ in 0..self.lean_on_enter / 33 {
            driver.press(Key::plain(KeyCode::Enter), 33);
        }
        if self.resume {
            driver.send(Msg::Resumed);
        }
        for what in &self.release {
            driver.release(what);
        }
        if let Some(deed) = &self.other {
            other(driver, deed);
        }
    }
}

/// Another console writes into the journal.
fn other(driver: &mut Driver, deed: &str) {
    let ben = Actor {
        arn: None,
        user: "ben".to_owned(),
        host: "desk".to_owned(),
        pid: Some(2),
    };
    let id = driver
        .book
        .open()
        .map_or_else(|| "inc-theirs".to_owned(), |open| open.id.clone());
    let event = match deed {
        "opens" => IncidentEvent::Opened {
            id,
            cause: IncidentCause::Asked,
        },
        "closes" => IncidentEvent::Closed { id, note: None },
        "takes over" => IncidentEvent::TakenOver {
            id,
            from: "me@here (1)".to_owned(),
        },
        "complains" => {
            driver.told(ben, Entry::Complaint);
            return driver.hear();
        }
        other => panic!("no deed is called {other}"),
    };
    driver.told(ben, Entry::Incident { event });
    driver.hear();
}

fn alarm(driver: &mut Driver, name: &str, state: &str, now: Timestamp) {
    let state = match state {
        "OK" => AlarmState::Ok,
        "ALARM" => AlarmState::Alarm,
        "INSUFFICIENT_DATA" => AlarmState::InsufficientData,
        other => AlarmState::Unknown(other.to_owned()),
    };
    let known = driver
        .world
        .alarms
        .insert(format!("audio-transcription-{name}"), (state, now));
    assert!(known.is_some(), "no alarm is called {name}");
}

fn answer(word: &str) -> Answer {
    match word {
        "apply" => Answer::Apply,
        "lost, applied" => Answer::LostApplied,
        "lost" => Answer::Lost,
        "refuse" => Answer::Refuse,
        other => panic!("no answer is called {other}"),
    }
}
