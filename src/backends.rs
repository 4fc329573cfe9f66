//! The AWS SDK and local files behind the ports: [`connect`] makes them for one rollout. SDK types end here.

use std::sync::Arc;

use crate::domain::lever::LeverId;
use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::ports::{Lever, PortError, PortResult, Ports};

pub mod aws;
pub mod caller;
pub mod clock;
pub mod cloudwatch;
pub mod error;
pub mod journal_file;
pub mod json_file;
pub mod lambda_env;
pub mod logs;
pub mod roundup;
mod settle;
pub mod shell;
pub mod ssm;
mod unconnected;

#[cfg(test)]
mod fake;
#[cfg(test)]
mod fixtures;

pub use aws::{CallLog, ConnectOptions, Connection};
pub use clock::SharedClock;

use caller::StsCaller;
use cloudwatch::CloudWatch;
use json_file::JsonFile;
use lambda_env::LambdaEnv;
use logs::CloudWatchLogs;
use ssm::SsmParameter;
use unconnected::Unconnected;

/// Makes the ports of one rollout; nothing is sent to AWS yet. The options count before the rollout's own profile and region.
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
    connect_over(spec, &opened, clock)
}

/// Makes the ports of one rollout over a connection that others may share: nothing is sent to AWS yet.
///
/// # Errors
/// As [`connect`].
pub fn connect_over(
    spec: &RolloutSpec,
    opened: &PortResult<Connection>,
    clock: SharedClock,
) -> PortResult<Ports> {
    let flag: Arc<dyn Lever> = match (&spec.flag.source, opened) {
        (FlagSource::File(path), _) => Arc::new(JsonFile::new(path, clock.clone())),
        (FlagSource::Ssm(name), Ok(connection)) => Arc::new(SsmParameter::new(connection, name)),
        (FlagSource::Ssm(_), Err(error)) => return Err(error.clone()),
    };
    Ok(match opened {
        Ok(connection) => over(connection, spec, flag),
        Err(error) => cut_off(error.clone(), spec, flag, clock),
    })
}

/// The ports over a connection to AWS.
fn over(connection: &Connection, spec: &RolloutSpec, flag: Arc<dyn Lever>) -> Ports {
    let cloudwatch = Arc::new(CloudWatch::new(connection, spec));
    let fallback = spec.fallback.as_ref();
    let logs = spec.logs.as_ref();
    Ports {
        flag,
        fallback: fallback.map(|fallback| Arc::new(LambdaEnv::new(connection, fallback)) as _),
        metrics: Some(Arc::clone(&cloudwatch) as _),
        alarms: Some(cloudwatch),
        logs: logs.map(|logs| Arc::new(CloudWatchLogs::new(connection, logs)) as _),
        caller: Arc::new(StsCaller::new(connection)),
        region: Some(connection.region().to_owned()),
        clock: Arc::new(connection.clock()),
    }
}

/// The ports without AWS: whatever needs it answers with why it cannot be had.
fn cut_off(
    error: PortError,
    spec: &RolloutSpec,
    flag: Arc<dyn Lever>,
    clock: SharedClock,
) -> Ports {
    let nowhere = Arc::new(Unconnected::new(LeverId::Fallback, error));
    Ports {
        flag,
        fallback: spec.fallback.as_ref().map(|_| Arc::clone(&nowhere) as _),
        metrics: Some(Arc::clone(&nowhere) as _),
        alarms: Some(Arc::clone(&nowhere) as _),
        logs: spec.logs.as_ref().map(|_| Arc::clone(&nowhere) as _),
        caller: nowhere,
        region: None,
        clock: Arc::new(clock),
    }
}

#[cfg(test)]
mod tests;
