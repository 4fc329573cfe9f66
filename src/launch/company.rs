//! One command over every rollout of the configuration: a session each, a few at a time, over one connection for each profile and
//! region. It prints nothing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use color_eyre::eyre::Result;
use futures_util::future::{BoxFuture, Shared};
use futures_util::{FutureExt, StreamExt, TryStreamExt};

use super::{Surroundings, session};
use crate::backends::clock::SharedClock;
use crate::backends::{CallLog, ConnectOptions, Connection, connect_over};
use crate::cli::Global;
use crate::domain::rollout::RolloutSpec;
use crate::ports::PortResult;
use crate::runtime::parting::Parting;
use crate::runtime::{Reads, Session};

/// Rollouts that are read at a time, two calls each: Parameter Store takes forty reads a second of a whole account, its functions' included.
const AT_A_TIME: usize = 10;

/// A connection that several rollouts share, once it is open.
type Sharing = Shared<BoxFuture<'static, PortResult<Connection>>>;

/// A profile and a region.
type Place = (Option<String>, Option<String>);

/// Runs a command over each of these, in their order. Answers what each came to.
///
/// # Errors
/// What the machine says; never that AWS does not answer.
pub(super) fn each<T>(
    specs: &[RolloutSpec],
    global: &Global,
    surroundings: &Surroundings,
    reads: Reads,
    command: impl AsyncFn(Session) -> Result<T>,
) -> Result<Vec<T>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let parting = Parting::new(surroundings.state_dir()?);
    let doors = Doors::default();
    let one = async |spec: &RolloutSpec| {
        let options = session::options(spec, global);
        let (own, sharing) = (spec.clone(), doors.to(&options));
        let clock = doors.clock.clone();
        let ports = {
            let clock = clock.clone();
            async move { connect_over(&own, &sharing.await, clock).map(Arc::new) }.boxed()
        };
        let outside = (parting.clone(), clock, ports);
        let session = session::open_over(spec.clone(), global, surroundings, reads, outside)?;
        command(session).await
    };
    let all = futures_util::stream::iter(specs.iter().map(one))
        .buffered(AT_A_TIME)
        .try_collect();
    let done = runtime.block_on(all);
    // Requests that are still under way must not hold the way out.
    runtime.shutdown_background();
    done
}

/// The connections, by profile and region.
#[derive(Default)]
struct Doors {
    clock: SharedClock,
    open: RefCell<HashMap<Place, Sharing>>,
}

impl Doors {
    fn to(&self, options: &ConnectOptions) -> Sharing {
        let key = (options.profile.clone(), options.region.clone());
        let mut open = self.open.borrow_mut();
        let connect = || {
            let (options, clock) = (options.clone(), self.clock.clone());
            async move { Connection::open(&options, clock, CallLog::silent()).await }
                .boxed()
                .shared()
        };
        open.entry(key).or_insert_with(connect).clone()
    }
}
