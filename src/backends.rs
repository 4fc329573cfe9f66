//! The AWS SDK and local files behind the ports: [`connect`] makes them for one rollout. SDK types end here.

use std::sync::Arc;

use crate::domain::lever::LeverId;
use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::ports::{Caller, Lever, PortResult, Ports};

pub mod aws;
pub mod caller;
pub mod clock;
pub mod cloudwatch;
pub mod error;
pub mod journal_file;
pub mod json_file;
pub mod lambda_env;
pub mod logs;
mod settle;
pub mod ssm;
mod unconnected;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod fixtures;

pub use aws::{CallLog, ConnectOptions, Connection};
pub use clock::SharedClock;

use caller::StsCaller;
use json_file::JsonFile;
use lambda_env::LambdaEnv;
use ssm::SsmParameter;
use unconnected::Unconnected;

/// Makes the ports of one rollout; nothing is sent to AWS yet. The options count before the rollout's own profile and region.
///
/// `metrics`, `alarms` and `logs` are left empty here.
///
/// # Errors
/// What keeps the configuration of AWS from being complete, such as a missing region. A flag in a file needs no AWS: then whatever
/// does need it answers with that error.
pub async fn connect(
    spec: &RolloutSpec,
    options: &ConnectOptions,
    clock: SharedClock,
    calls: CallLog,
) -> PortResult<Ports> {
    let options = ConnectOptions {
        profile: options.profile.clone().or_else(|| spec.profile.clone()),
        region: options.region.clone().or_else(|| spec.region.clone()),
        ..options.clone()
    };
    let opened = Connection::open(&options, clock.clone(), calls).await;
    let flag: Arc<dyn Lever> = match (&spec.flag.source, &opened) {
        (FlagSource::File(path), _) => Arc::new(JsonFile::new(path, clock.clone())),
        (FlagSource::Ssm(name), Ok(connection)) => Arc::new(SsmParameter::new(connection, name)),
        (FlagSource::Ssm(_), Err(error)) => return Err(error.clone()),
    };
    let (caller, fallback): (Arc<dyn Caller>, Option<Arc<dyn Lever>>) = match opened {
        Ok(connection) => (
            Arc::new(StsCaller::new(&connection)),
            spec.fallback
                .as_ref()
                .map(|fallback| Arc::new(LambdaEnv::new(&connection, fallback)) as Arc<dyn Lever>),
        ),
        Err(error) => (
            Arc::new(Unconnected::new(LeverId::Fallback, error.clone())),
            spec.fallback
                .as_ref()
                .map(|_| Arc::new(Unconnected::new(LeverId::Fallback, error)) as Arc<dyn Lever>),
        ),
    };
    Ok(Ports {
        flag,
        fallback,
        metrics: None,
        alarms: None,
        logs: None,
        caller,
        clock: Arc::new(clock),
    })
}

#[cfg(test)]
mod tests;
