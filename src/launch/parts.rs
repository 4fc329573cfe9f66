//! What a console is made of, with a screen or without: its hands, and what it knows before it has read anything. It runs nothing.

use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::mpsc;

use super::themes::Dress;
use super::{Opening, Surroundings};
use crate::app::{Model, Msg};
use crate::backends::aws::CallLog;
use crate::backends::clock::SharedClock;
use crate::backends::journal_file::JournalFile;
use crate::config;
use crate::domain::journal::Actor;
use crate::ports::{Clock, JournalStore};
use crate::runtime::parting::Parting;
use crate::runtime::{Executor, ExecutorParts, Hook, Outward, Ways};
use crate::ui::Glyphs;

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
        conceal: crate::backends::journal_file::conceal,
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

/// What the console knows before it has read anything, and what it wears.
pub(super) fn first_model(
    opening: Opening,
    surroundings: &Surroundings,
    clock: &SharedClock,
) -> (Model, Dress) {
    let (options, dress) = (opening.options, opening.dress);
    let mut model = Model::new(opening.spec, clock.now());
    model.read_only = opening.read_only;
    model.keymap = opening.likes.keymap;
    model.open_first(opening.wall, opening.runbook);
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
    model.themes.chosen.clone_from(&dress.chosen);
    model.themes.worn = model.themes.theme_of(&dress.chosen).to_owned();
    (model, dress)
}

/// What the outside is told, and how.
pub(super) fn outward(
    likes: &config::Console,
    surroundings: &Surroundings,
    messages: &mpsc::Sender<Msg>,
    glyphs: Glyphs,
) -> Outward {
    let wants = |way: &str| likes.notify.iter().any(|wanted| wanted == way);
    let hook = Hook::new(&likes.notify_command, messages.clone());
    let ways = Ways {
        bell: wants("bell"),
        osc9: wants("osc9"),
        osc777: wants("osc777"),
        hook: hook.filter(|_| wants("command")),
    };
    let title = likes.title.unwrap_or(true);
    Outward::new(ways, title, surroundings.tmux, glyphs)
}
