//! What a scenario expects after a step, checked against the model, the orders that were sent and the screen.

use coalmine::app::Model;
use coalmine::app::model::{Left, Overlay};
use coalmine::app::update::leftovers;
use coalmine::domain::clockface::ProofState;
use coalmine::domain::flag::Flag;
use coalmine::domain::journal::Entry;
use coalmine::domain::plan::{Change, Order};
use coalmine::domain::verdict::{Decision, Recommendation};
use serde::Deserialize;

use super::driver::Driver;

/// Every field that is given must hold.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// All orders that were sent so far, in words.
    orders: Option<Vec<String>>,
    in_flight: Option<bool>,
    waiting: Option<String>,
    /// What the store holds: `on 10`, `off 10`, or `broken`.
    flag: Option<String>,
    overlay: Option<String>,
    /// Overlays that wait.
    later: Option<usize>,
    /// Part of the message at the bottom; empty for none.
    toast: Option<String>,
    /// Parts of what is on top, in words.
    says: Vec<String>,
    must_type: Option<String>,
    needs_reason: Option<bool>,
    screen: Vec<String>,
    screen_lacks: Vec<String>,
    verdict: Option<String>,
    recommend: Option<String>,
    reasons: Vec<String>,
    /// The clock's words: `STILL EXPOSED`.
    words: Option<String>,
    proofs: Option<Vec<String>>,
    recovered: Option<bool>,
    contradictions: Option<Vec<String>>,
    effective: Option<u8>,
    stage: Option<usize>,
    stage_age: Option<String>,
    unresolved: Option<usize>,
    /// What is said on the way out, now.
    left: Option<Vec<String>>,
    marks: Option<Vec<String>>,
    /// Kinds of records that must be there, in this order.
    journal: Vec<String>,
    helpless: Vec<String>,
    readings: std::collections::BTreeMap<String, String>,
    variables: std::collections::BTreeMap<String, String>,
    complaints: Option<usize>,
    ended: Option<bool>,
    verified: Option<u32>,
    copied: Option<String>,
    filter: Option<String>,
}

pub fn named(change: &Change) -> String {
    match change {
        Change::Disable => "disable".to_owned(),
        Change::SetPercent(percent) => format!("set {}", percent.get()),
        Change::Restore { version, .. } => format!("restore {version}"),
        Change::DisableBlind { last_good: Some(_) } => "blind, last good".to_owned(),
        Change::DisableBlind { last_good: None } => "blind, bare".to_owned(),
        Change::FallbackOn => "fallback on".to_owned(),
        Change::FallbackOff(_) => "fallback off".to_owned(),
        Change::PublishAndRepoint => "repoint".to_owned(),
    }
}

fn orders(driver: &Driver) -> Vec<String> {
    driver
        .orders
        .iter()
        .map(|order| named(&order.plan.change))
        .collect()
}

fn flag(driver: &Driver) -> String {
    match Flag::parse(&driver.world.flag_text(), &driver.model.spec.flag.shape) {
        Ok(flag) => format!(
            "{} {}",
            if flag.enabled { "on" } else { "off" },
            flag.rollout_percentage.get()
        ),
        Err(_) => "broken".to_owned(),
    }
}

fn left(model: &Model) -> Vec<String> {
    let word = |(order, left): (Order, Left)| {
        let how = match left {
            Left::Unsent => "unsent",
            Left::Unknown => "unknown",
        };
        format!("{how}: {}", named(&order.plan.change))
    };
    leftovers(model).into_iter().map(word).collect()
}

fn says(model: &Model) -> String {
    match &model.overlay {
        Some(Overlay::Plan(dialog)) => {
            let gates: Vec<_> = dialog
                .gates
                .iter()
                .map(|(green, text)| format!("{} {text}", if *green { '+' } else { '!' }))
                .collect();
            let diff: Vec<_> = dialog
                .plan
                .diff
                .iter()
                .map(|line| line.text.clone())
                .collect();
            format!(
                "{} / {} / {} / {} / {}",
                dialog.plan.sentence,
                diff.join(" "),
                gates.join(" / "),
                dialog.plan.warnings.join(" / "),
                dialog.complaint.clone().unwrap_or_default()
            )
        }
        Some(Overlay::Conflict { conflict, .. }) => {
            format!(
                "{} {} {}",
                conflict.found,
                conflict.by.clone().unwrap_or_default(),
                conflict.their_text
            )
        }
        Some(Overlay::Unknown {
            reason, checking, ..
        }) => format!("{reason} checking={checking}"),
        Some(Overlay::Refused {
            order,
            reason,
            hint,
            instead,
        }) => format!(
            "{reason} / {hint} / {instead:?} / {}",
            named(&order.plan.change)
        ),
        Some(Overlay::Recovery { orders, .. }) => orders
            .iter()
            .map(|(order, told)| {
                format!(
                    "{}: {} / ",
                    named(&order.plan.change),
                    told.clone().unwrap_or_default()
                )
            })
            .collect(),
        _ => String::new(),
    }
}

fn decision(model: &Model) -> &'static str {
    match model.verdict.decision {
        Decision::Promote => "promote",
        Decision::Hold => "hold",
        Decision::RollBack => "roll back",
        Decision::CannotTell => "cannot tell",
    }
}

fn recommend(model: &Model) -> String {
    match &model.verdict.recommend {
        None => "nothing".to_owned(),
        Some(Recommendation::Disable) => "disable".to_owned(),
        Some(Recommendation::Reduce { to, .. }) => format!("reduce to {}", to.get()),
        Some(Recommendation::Raise(to)) => format!("raise to {}", to.get()),
        Some(Recommendation::Investigate(_)) => "investigate".to_owned(),
    }
}

fn proofs(driver: &Driver) -> Vec<String> {
    let Some(clock) = &driver.model.clock else {
        return Vec::new();
    };
    let word = |state| match state {
        ProofState::Done => "done",
        ProofState::Running => "running",
        ProofState::Pending => "pending",
        ProofState::Impossible => "impossible",
    };
    clock
        .proof(driver.now)
        .iter()
        .map(|mark| word(mark.state).to_owned())
        .collect()
}

fn record(entry: &Entry) -> String {
    match entry {
        Entry::Opened { .. } => "opened".to_owned(),
        Entry::Intent { order } => match &order.reason {
            Some(reason) => format!("intent because {reason}"),
            None => "intent".to_owned(),
        },
        Entry::Settled { outcome, .. } => {
            let value = serde_json::to_value(outcome).unwrap();
            format!("settled {}", value["outcome"].as_str().unwrap_or("?"))
        }
        Entry::Proved { proof, .. } => format!(
            "proved {}",
            serde_json::to_value(proof).unwrap().as_str().unwrap_or("?")
        ),
        Entry::Judged { .. } => "judged".to_owned(),
        Entry::Complaint => "complaint".to_owned(),
        Entry::Note { .. } => "note".to_owned(),
    }
}

/// How things stand, for a failure.
pub fn state(driver: &Driver) -> String {
    let model = &driver.model;
    format!(
        "  orders {:?}, flag {}, overlay {} ({}), toast {:?}\n  verdict {} ({}) {:?}\n  left {:?}, waiting {:?}, clock {:?} {:?}",
        orders(driver),
        flag(driver),
        driver.overlay(),
        says(model),
        model.toast.as_ref().map(|toast| &toast.text),
        decision(model),
        recommend(model),
        model
            .verdict
            .reasons
            .iter()
            .map(|reason| &reason.text)
            .collect::<Vec<_>>(),
        left(model),
        model.waiting.as_ref().map(named),
        model.clock.as_ref().map(|clock| clock.words(driver.now)),
        proofs(driver),
    )
}

fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    wanted: Option<&T>,
    found: &T,
) -> Result<(), String> {
    match wanted {
        Some(wanted) if wanted != found => {
            Err(format!("{what}: wanted {wanted:?}, found {found:?}"))
        }
        _ => Ok(()),
    }
}

fn all_in(what: &str, wanted: &[String], found: &str) -> Result<(), String> {
    match wanted.iter().find(|part| !found.contains(part.as_str())) {
        Some(part) => Err(format!("{what}: {part:?} is not in {found:?}")),
        None => Ok(()),
    }
}

impl Expect {
    /// Checks every field that is given.
    pub fn check(&self, driver: &Driver) -> Result<(), String> {
        self.check_orders(driver)?;
        self.check_top(driver)?;
        self.check_judgement(driver)?;
        self.check_rest(driver)
    }

    fn check_orders(&self, driver: &Driver) -> Result<(), String> {
        let model = &driver.model;
        same("orders", self.orders.as_ref(), &orders(driver))?;
        same(
            "in flight",
            self.in_flight.as_ref(),
            &model.in_flight.is_some(),
        )?;
        let waiting = model
            .waiting
            .as_ref()
            .map_or_else(|| "nothing".to_owned(), named);
        same("waiting", self.waiting.as_ref(), &waiting)?;
        same("flag", self.flag.as_ref(), &flag(driver))?;
        same(
            "unresolved",
            self.unresolved.as_ref(),
            &model.unresolved.len(),
        )?;
        same("left", self.left.as_ref(), &left(model))?;
        same("verified", self.verified.as_ref(), &driver.verified)?;
        for (name, value) in &self.variables {
            same(
                name,
                Some(&Some(value)),
                &driver.world.environment.get(name),
            )?;
        }
        Ok(())
    }

    fn check_top(&self, driver: &Driver) -> Result<(), String> {
        let model = &driver.model;
        let toast = model
            .toast
            .as_ref()
            .map(|toast| toast.text.clone())
            .unwrap_or_default();
        match &self.toast {
            Some(none) if none.is_empty() => same("toast", Some(&String::new()), &toast)?,
            Some(part) => all_in("toast", std::slice::from_ref(part), &toast)?,
            None => {}
        }
        same(
            "overlay",
            self.overlay.as_ref(),
            &driver.overlay().to_owned(),
        )?;
        same("later", self.later.as_ref(), &model.later.len())?;
        all_in("what is on top", &self.says, &says(model))?;
        let dialog = match &model.overlay {
            Some(Overlay::Plan(dialog)) => Some(dialog),
            _ => None,
        };
        let must_type = dialog
            .and_then(|dialog| dialog.must_type.clone())
            .unwrap_or_default();
        same("must type", self.must_type.as_ref(), &must_type)?;
        same(
            "needs reason",
            self.needs_reason.as_ref(),
            &dialog.is_some_and(|dialog| dialog.needs_reason),
        )?;
        same("filter", self.filter.as_ref(), &model.logs.filter.text())?;
        let screen = if self.screen.is_empty() && self.screen_lacks.is_empty() {
            String::new()
        } else {
            driver.screen()
        };
        all_in("screen", &self.screen, &screen)?;
        match self
            .screen_lacks
            .iter()
            .find(|part| screen.contains(part.as_str()))
        {
            Some(part) => Err(format!("screen: {part:?} is in {screen}")),
            None => Ok(()),
        }
    }

    fn check_judgement(&self, driver: &Driver) -> Result<(), String> {
        let model = &driver.model;
        same(
            "verdict",
            self.verdict.as_ref(),
            &decision(model).to_owned(),
        )?;
        same("recommend", self.recommend.as_ref(), &recommend(model))?;
        let reasons: Vec<_> = model
            .verdict
            .reasons
            .iter()
            .map(|reason| reason.text.as_str())
            .collect();
        all_in("reasons", &self.reasons, &reasons.join(" / "))?;
        let words = model
            .clock
            .as_ref()
            .map(|clock| clock.words(driver.now))
            .unwrap_or_default();
        same("words", self.words.as_ref(), &words)?;
        let recovered = model
            .clock
            .as_ref()
            .is_some_and(|clock| clock.recovered_at.is_some());
        same("recovered", self.recovered.as_ref(), &recovered)?;
        same("proofs", self.proofs.as_ref(), &proofs(driver))?;
        let told = model.exposure.contradictions.join(" / ");
        match &self.contradictions {
            Some(none) if none.is_empty() => same("contradictions", Some(&String::new()), &told)?,
            Some(parts) => all_in("contradictions", parts, &told)?,
            None => {}
        }
        let effective = model
            .exposure
            .effective
            .map(|effective| effective.at_most.get());
        same("effective", self.effective.map(Some).as_ref(), &effective)?;
        same("stage", self.stage.map(Some).as_ref(), &model.stage)?;
        let helpless: Vec<_> = model
            .helpless
            .iter()
            .map(|(name, why)| format!("{name}: {why}"))
            .collect();
        all_in("helpless", &self.helpless, &helpless.join(" / "))?;
        for (name, wanted) in &self.readings {
            let reading = model.readings.iter().find(|reading| reading.name == *name);
            let found = reading.map(|reading| {
                serde_json::to_value(reading.state)
                    .unwrap()
                    .as_str()
                    .unwrap_or("?")
                    .to_owned()
            });
            same(name, Some(&Some(wanted.clone())), &found)?;
        }
        Ok(())
    }

    fn check_rest(&self, driver: &Driver) -> Result<(), String> {
        let model = &driver.model;
        let labels: Vec<_> = model.marks.iter().map(|mark| mark.label.clone()).collect();
        same("marks", self.marks.as_ref(), &labels)?;
        same(
            "complaints",
            self.complaints.as_ref(),
            &model.complaints.len(),
        )?;
        same("ended", self.ended.as_ref(), &driver.ended)?;
        if let (Some(age), Some(since)) = (&self.stage_age, model.stage_since) {
            let wanted = coalmine::config::parse_duration(age).unwrap();
            same(
                "stage age",
                Some(&wanted.as_secs()),
                &driver.now.since(since).as_secs(),
            )?;
        }
        if let Some(part) = &self.copied {
            all_in(
                "copied",
                std::slice::from_ref(part),
                driver.copied.last().map_or("", String::as_str),
            )?;
        }
        let mut records = driver.entries.iter().map(record);
        match self
            .journal
            .iter()
            .find(|wanted| !records.any(|found| found == **wanted))
        {
            Some(missing) => {
                let all: Vec<_> = driver.entries.iter().map(record).collect();
                Err(format!(
                    "journal: {missing:?} is not there, or not in this place, in {all:?}"
                ))
            }
            None => Ok(()),
        }
    }
}
