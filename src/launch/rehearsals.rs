//! What a drill stands on: the sessions over its target and over the flag that it must not touch, and the stores that its flag
//! clients read. It rehearses nothing itself.

use std::sync::Arc;

use color_eyre::eyre::Result;

use super::{Surroundings, chosen, session};
use crate::backends::clock::SharedClock;
use crate::backends::{self, CallLog, ConnectOptions};
use crate::cli::{self, Global};
use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::headless::Page;
use crate::headless::drill::{self, Manner, Stores};
use crate::runtime::Session;
use crate::runtime::parting::Parting;

/// Nobody listens there: the discard port of this machine.
const NOWHERE: &str = "http://127.0.0.1:9";

/// Rehearses the rollback, or puts back what an earlier rehearsal left. Answers the exit code.
pub(super) fn drill(
    arguments: &cli::Drill,
    global: &Global,
    surroundings: &Surroundings,
    page: Page,
) -> Result<u8> {
    let spec = chosen(global)?;
    let target = drill::target(&spec);
    let manner = Manner {
        arguments,
        global,
        page,
    };
    let run = async |session: Session, clock: SharedClock| {
        let stores = stores(&target, global, &clock).await?;
        let done = if arguments.recover {
            drill::recover(session, stores, manner).await?
        } else {
            let live = beside(&spec, &target, global, surroundings, &clock)?;
            drill::run(session, live, stores, manner).await?
        };
        Ok((done.code, done.open))
    };
    session::run(target.clone(), global, surroundings, drill::TARGET, run)
}

/// A session over the flag itself, where the drill writes a scratch beside it.
fn beside(
    spec: &RolloutSpec,
    target: &RolloutSpec,
    global: &Global,
    surroundings: &Surroundings,
    clock: &SharedClock,
) -> Result<Option<Session>> {
    if spec == target {
        return Ok(None);
    }
    let parting = Parting::new(surroundings.state_dir()?);
    session::open(
        spec.clone(),
        global,
        surroundings,
        drill::LIVE,
        (parting, clock.clone()),
    )
    .map(Some)
}

/// The drill's own store for its flag clients, and one that cannot be reached.
async fn stores(target: &RolloutSpec, global: &Global, clock: &SharedClock) -> Result<Stores> {
    let options = session::options(target, global);
    let here = backends::connect(target, &options, clock.clone(), CallLog::silent()).await?;
    let gone = match &target.flag.source {
        FlagSource::Ssm(_) => ConnectOptions {
            endpoint_url: Some(NOWHERE.to_owned()),
            ..options
        },
        FlagSource::File(_) => options,
    };
    let mut lost = target.clone();
    if let FlagSource::File(path) = &mut lost.flag.source {
        path.push_str(".not-there");
    }
    // Its answers tell no time: nobody answers there.
    let there = backends::connect(&lost, &gone, clock.clone(), CallLog::silent()).await?;
    Ok(Stores {
        target: here.flag,
        unreachable: there.flag,
        clock: Arc::new(clock.clone()),
    })
}
