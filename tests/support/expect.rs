//! What a scenario expects after a step, checked against the model, the orders that were sent and the screen.

use coalmine::app::model::Overlay;
use coalmine::app::update::subject;
use coalmine::domain::incident::Report;
use serde::Deserialize;

use super::driver::Driver;
use super::told::{decision, flag, left, named, orders, proofs, recommend, record, says};

/// Every field that is given must hold.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Expect {
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
    /// How the steps on screen stand, by the first words of their names.
    steps: std::collections::BTreeMap<String, String>,
    /// How many commands were started.
    commands: Option<usize>,
    /// Sentences that must be in what proves steps.
    proven: Vec<String>,
    /// Whether the safety lock holds.
    locked: Option<bool>,
    /// Whether an incident is open.
    incident: Option<bool>,
    /// Whether this console drives it.
    drives: Option<bool>,
    /// Parts of the report, as Markdown.
    report: Vec<String>,
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
    pub(crate) fn check(&self, driver: &Driver) -> Result<(), String> {
        self.check_orders(driver)?;
        self.check_top(driver)?;
        self.check_judgement(driver)?;
        self.check_runbook(driver)?;
        self.check_rest(driver)
    }

    fn check_runbook(&self, driver: &Driver) -> Result<(), String> {
        same("commands", self.commands.as_ref(), &driver.commands.len())?;
        let Some(open) = &driver.model.runbook.open else {
            let wanted = !self.steps.is_empty() || !self.proven.is_empty();
            return if wanted {
                Err("no runbook is open".to_owned())
            } else {
                Ok(())
            };
        };
        let all = open.steps();
        for (words, wanted) in &self.steps {
            let id = all.iter().find(|id| {
                open.step(**id)
                    .is_some_and(|step| step.text.starts_with(words.as_str()))
            });
            let id = id.ok_or_else(|| format!("no step begins with {words:?}"))?;
            let standing = format!("{:?}", open.standing(*id, driver.model.now));
            same(&format!("step {words:?}"), Some(wanted), &standing)?;
        }
        let proofs: Vec<String> = all
            .iter()
            .filter_map(|id| open.state(*id).evidence.map(|evidence| evidence.text))
            .collect();
        all_in("proven", &self.proven, &proofs.join("\n"))
    }

    fn check_orders(&self, driver: &Driver) -> Result<(), String> {
        let model = &driver.model;
        same(
            "locked",
            self.locked.as_ref(),
            &model.incident.lock().is_some(),
        )?;
        same(
            "incident",
            self.incident.as_ref(),
            &model.incident.open().is_some(),
        )?;
        same("drives", self.drives.as_ref(), &model.incident.drives())?;
        let report = model
            .incident
            .shown()
            .map(|shown| Report::of(shown, subject(model), driver.now).markdown());
        all_in("report", &self.report, &report.unwrap_or_default())?;
        same("orders", self.orders.as_ref(), &orders(driver))?;
        same(
            "in flight",
            self.in_flight.as_ref(),
            &!model.in_flight.is_empty(),
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
