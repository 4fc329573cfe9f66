//! What a console is made of, with a screen or without: its hands, and what it knows before it has read anything. It runs nothing.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::mpsc;

use super::{Opening, Surroundings};
use crate::app::{Model, Msg};
use crate::backends::aws::CallLog;
use crate::backends::clock::SharedClock;
use crate::backends::journal_file::JournalFile;
use crate::domain::journal::Actor;
use crate::ports::{Clock, JournalStore};
use crate::runtime::parting::Parting;
use crate::runtime::{Executor, ExecutorParts};

/// The executor, over AWS as it will be reached and the journal.
pub(super) fn hands(
    opening: &Opening,
    surroundings: &Surroundings,
    parting: Parting,
    (clock, log, messages): (&SharedClock, CallLog, mpsc::Sender<Msg>),
) -> Arc<Executor> {
    let (spec, options) = (&opening.spec, &opening.options);
    let actor = Actor {
        arn: None,
        user: surroundings.user.clone(),
        host: surroundings.host.clone(),
        pid: Some(std::process::id()),
    };
    let journal = JournalFile::open(
        &opening.state_dir,
        &spec.name,
        &spec.environment.0,
        actor,
        clock.now(),
    );
    let connect = {
        let (spec, options, clock) = (spec.clone(), options.clone(), clock.clone());
        async move {
            crate::backends::connect(&spec, &options, clock, log)
                .await
                .map(Arc::new)
        }
    };
    Executor::new(ExecutorParts {
        ports: connect.boxed(),
        journal: journal.map(|journal| Arc::new(journal) as Arc<dyn JournalStore>),
        parting,
        clock: Arc::new(clock.clone()),
        read_only: opening.read_only,
        without_journal: opening.without_journal,
        account: spec.account.clone(),
        shell: Some(super::shell::of(options)),
        messages,
    })
}

/// What the console knows before it has read anything.
pub(super) fn first_model(
    opening: Opening,
    surroundings: &Surroundings,
    clock: &SharedClock,
) -> Model {
    let options = opening.options;
    let mut model = Model::new(opening.spec, clock.now());
    model.read_only = opening.read_only;
    if let Some(file) = opening.runbook {
        model.screen = crate::app::model::Screen::Runbook;
        model.runbook.asked = Some(file);
    }
    model.other_environments = opening.other_environments;
    model.rehearsal = opening.rehearsal;
    if options.credentials.is_none() {
        let aws = &surroundings.aws;
        model.commands_profile = options.profile.or_else(|| aws.profile.clone());
        model.commands_region = options.region.clone().or_else(|| aws.region.clone());
    }
    model.endpoint = options.endpoint_url;
    model.region = options.region;
    model.logs.zone = jiff::tz::TimeZone::system();
    model
}
