//! Where the drill writes: one store, through the same executor and journal as every order. It sends nothing to a live flag in
//! prod, whatever it is asked.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Manner, SCRATCH, Stores, back_to};
use crate::app::Model;
use crate::app::update;
use crate::domain::Revision;
use crate::domain::journal::Drill;
use crate::domain::lever::{LeverContent, LeverId};
use crate::domain::plan::{Change, Outcome, Plan, Write};
use crate::flag_client::{FlagClient, FlagVersion, Refresh, WorldTime};
use crate::headless::code;
use crate::ports::Lever;
use crate::runtime::{Ended, Session};

/// How long a store's answer may take, and what became of a lost one.
const ANSWER: Duration = Duration::from_secs(45);
/// How long a write may take to be read back.
const READ_BACK: Duration = Duration::from_secs(15);

/// What keeps a step from passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The step failed; the next one may pass.
    Failed(String),
    /// Somebody else wrote: their document stays.
    Foreign(String),
    /// Nobody knows what became of a write.
    Unknown(String),
    /// A signal came.
    Signal(i32),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(why) | Self::Foreign(why) | Self::Unknown(why) => f.write_str(why),
            Self::Signal(number) => write!(f, "signal {number} came"),
        }
    }
}

/// The person's agreement to raise and lower, for one store.
#[derive(Clone, Debug)]
pub(super) struct Consent {
    /// The only name that may be written.
    resource: String,
    /// Whether that is a live flag in prod; never true in a consent that was given.
    live_in_prod: bool,
}

impl Consent {
    /// The drill itself agrees to its own raises outside of prod; in prod the typed name does, and for a scratch alone.
    ///
    /// # Errors
    /// What is missing, with the exit code.
    pub(super) fn ask(
        model: &Model,
        scratch: bool,
        manner: &Manner<'_>,
    ) -> Result<Self, (u8, String)> {
        let environment = &model.spec.environment;
        if model.read_only {
            return Err((
                code::REFUSED,
                "a drill writes, and this is read-only".to_owned(),
            ));
        }
        let typed = manner.arguments.confirm.as_deref();
        if environment.is_prod() && typed != Some(environment.0.as_str()) {
            return Err((
                code::REFUSED,
                format!(
                    "a drill in {environment} wants its name typed: --confirm {environment}; it writes {}, never the flag itself",
                    model.spec.flag.source.name()
                ),
            ));
        }
        Self::of(model, scratch)
    }

    /// What needs no word typed: putting back what a drill of earlier found.
    ///
    /// # Errors
    /// A live flag in prod is no drill's to write.
    pub(super) fn of(model: &Model, scratch: bool) -> Result<Self, (u8, String)> {
        let beside = model.spec.flag.source.name().ends_with(SCRATCH);
        let live_in_prod = model.spec.environment.is_prod() && !(scratch && beside);
        if live_in_prod {
            return Err((
                code::REFUSED,
                "a live flag in prod is not drilled".to_owned(),
            ));
        }
        if model.read_only {
            return Err((code::REFUSED, "this is read-only".to_owned()));
        }
        Ok(Self {
            resource: model.spec.flag.source.name().to_owned(),
            live_in_prod,
        })
    }

    fn allows(&self, model: &Model, plan: &Plan) -> Result<(), Trouble> {
        let same = model.spec.flag.source.name() == self.resource && plan.lever == LeverId::Flag;
        if same && !self.live_in_prod {
            return Ok(());
        }
        Err(Trouble::Failed(
            "this is not what the drill was agreed for: nothing was sent".to_owned(),
        ))
    }
}

/// The store that is written, with what is known of it.
pub(super) struct Stage {
    pub(super) session: Session,
    pub(super) stores: Stores,
    consent: Consent,
    id: String,
    /// The revision that must be there, if nobody else writes.
    pub(super) last: Option<Revision>,
    /// Every text that this drill has sent.
    pub(super) texts: Vec<String>,
}

impl Stage {
    pub(super) fn new(session: Session, stores: Stores, consent: Consent, drill: &Drill) -> Self {
        Self {
            session,
            stores,
            consent,
            id: drill.id.clone(),
            last: drill.revision.clone(),
            texts: vec![drill.text.clone()],
        }
    }

    /// Makes the scratch what a drill begins with; a live flag is that already.
    pub(super) async fn set_up(&mut self, drill: &Drill) -> Result<(), Trouble> {
        if !drill.scratch {
            return Ok(());
        }
        let is_there = self.session.model.flag.value.is_some();
        self.write(back_to(drill, is_there)).await.map(drop)
    }

    /// The text that is there, as last read.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.session.model.flag.value.as_ref()?.content {
            LeverContent::Document(text) => Some(text),
            LeverContent::Function(_) => None,
        }
    }

    /// Plans a change from what is there, and sends it.
    pub(super) async fn write(&mut self, change: Change) -> Result<Revision, Trouble> {
        let plan = self.plan(&change)?;
        self.send(plan).await
    }

    pub(super) fn plan(&self, change: &Change) -> Result<Plan, Trouble> {
        update::plan(&self.session.model, change).map_err(|fault| Trouble::Failed(fault.text))
    }

    /// Sends a plan and waits until it was read back.
    pub(super) async fn send(&mut self, plan: Plan) -> Result<Revision, Trouble> {
        match self.outcome_of(plan).await? {
            Outcome::Applied { revision, .. } => {
                self.last = Some(revision.clone());
                self.read_back(&revision).await?;
                Ok(revision)
            }
            Outcome::NoOp => Ok(self.last.clone().unwrap_or(Revision(String::new()))),
            Outcome::Refused { reason, .. } => Err(Trouble::Failed(reason)),
            Outcome::Conflict(met) => Err(Trouble::Foreign(format!(
                "{} wrote v{} meanwhile",
                met.by.as_deref().unwrap_or("somebody else"),
                met.found
            ))),
            Outcome::Unknown { reason } => Err(Trouble::Unknown(reason)),
        }
    }

    /// Sends a plan and answers what became of it.
    pub(super) async fn outcome_of(&mut self, plan: Plan) -> Result<Outcome, Trouble> {
        if plan.is_no_op() {
            return Ok(Outcome::NoOp);
        }
        self.consent.allows(&self.session.model, &plan)?;
        if let Write::Document(text) = &plan.write {
            self.texts.push(text.clone());
        }
        let Some(id) = self.session.order(plan, Some(self.id.clone())) else {
            return Err(Trouble::Failed("another order is in flight".to_owned()));
        };
        let known = |session: &Session| {
            session
                .outcome(&id)
                .is_some_and(|settled| !matches!(settled.outcome, Outcome::Unknown { .. }))
        };
        if let Ended::Signal(number) = self.session.until(Some(ANSWER), known).await {
            return Err(Trouble::Signal(number));
        }
        let settled = self.session.outcome(&id);
        Ok(settled.map_or_else(
            || Outcome::Unknown {
                reason: "no answer in time".to_owned(),
            },
            |settled| settled.outcome.clone(),
        ))
    }

    async fn read_back(&mut self, revision: &Revision) -> Result<(), Trouble> {
        let there = |session: &Session| {
            let feed = &session.model.flag;
            let read = feed.value.as_ref().map(|state| &state.revision);
            feed.fault.is_none() && read == Some(revision)
        };
        match self.session.until(Some(READ_BACK), there).await {
            Ended::Met => Ok(()),
            Ended::Signal(number) => Err(Trouble::Signal(number)),
            Ended::Late => {
                let feed = &self.session.model.flag;
                let other = feed.value.as_ref().filter(|state| {
                    feed.fault.is_none() && self.last.as_ref() != Some(&state.revision)
                });
                let why = match (&feed.fault, other) {
                    (Some(fault), _) => format!("v{revision} could not be read back: {fault}"),
                    (None, Some(state)) => {
                        return Err(Trouble::Foreign(format!(
                            "v{} by {} stands where v{revision} was written",
                            state.revision,
                            state.changed_by.as_deref().unwrap_or("somebody else")
                        )));
                    }
                    (None, None) => format!("v{revision} was not read back in time"),
                };
                Err(Trouble::Failed(why))
            }
        }
    }

    /// Lets time pass, as long as no signal comes.
    pub(super) async fn pause(&mut self, real: Duration) -> Result<(), Trouble> {
        match self.session.until(Some(real), |_| false).await {
            Ended::Signal(number) => Err(Trouble::Signal(number)),
            Ended::Met | Ended::Late => Ok(()),
        }
    }

    /// A flag client of this store, as a service would embed it.
    pub(super) fn client(&self, ttl: Duration) -> FlagClient {
        self.client_of(Arc::clone(&self.stores.target), ttl)
    }

    pub(super) fn client_of(&self, lever: Arc<dyn Lever>, ttl: Duration) -> FlagClient {
        FlagClient::builder(lever)
            .shape(self.session.model.spec.flag.shape.clone())
            .ttl(ttl)
            .stopwatch(Arc::new(WorldTime::start(Arc::clone(&self.stores.clock))))
            .build()
    }

    /// Lets the client read the store now, however fresh it is. What it reads must be what this drill wrote last.
    pub(super) async fn renew(&self, client: &FlagClient) -> Result<(), Trouble> {
        client.expire();
        match client.refresh_if_due().await {
            Refresh::Failed(fault) => {
                return Err(Trouble::Failed(format!(
                    "the flag client could not read it: {fault}"
                )));
            }
            Refresh::Invalid(faults) => {
                let first = faults.first().map_or_else(String::new, ToString::to_string);
                return Err(Trouble::Failed(format!(
                    "the flag client refuses the document: {first}"
                )));
            }
            _ => {}
        }
        let version = client.stats().version;
        match &self.last {
            Some(last) if FlagVersion::from(last) != version => {
                let read = self.stores.target.read().await.ok();
                let by = read.and_then(|state| state.changed_by);
                Err(Trouble::Foreign(format!(
                    "{} wrote v{version} meanwhile",
                    by.as_deref().unwrap_or("somebody else")
                )))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use super::*;
    use crate::cli::{self, Global};
    use crate::config;
    use crate::domain::Timestamp;
    use crate::headless::Page;

    #[test]
    fn a_live_flag_in_prod_is_never_agreed_to() {
        let live = config::demo().unwrap();
        let model = |spec| Model::new(spec, Timestamp::default());
        let global = Global::default();
        let arguments = cli::Drill {
            recover: false,
            confirm: Some("prod".to_owned()),
            ttl: None,
        };
        let manner = Manner {
            arguments: &arguments,
            global: &global,
            page: Page::default(),
        };
        for scratch in [true, false] {
            assert!(Consent::ask(&model(live.clone()), scratch, &manner).is_err());
            assert!(Consent::of(&model(live.clone()), scratch).is_err());
        }
        let beside = super::super::target(&live);
        let consent = Consent::ask(&model(beside), true, &manner).unwrap();
        // Agreed for the scratch, it is of no use for the flag.
        let text = crate::domain::flag::BARE_DISABLED.to_owned();
        let plan = update::plan(&model(live.clone()), &Change::Create { text }).unwrap();
        assert!(consent.allows(&model(live), &plan).is_err());
    }
}
