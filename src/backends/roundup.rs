//! Reads of several rollouts over one connection behind their port: shared calls of CloudWatch and Parameter Store. It decides
//! nothing.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;

use super::aws::Connection;
use super::cloudwatch::SharedReads;
use super::ssm::{SsmParameter, read_many};
use crate::domain::Timestamp;
use crate::domain::alarm::AlarmBatch;
use crate::domain::lever::LeverState;
use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::domain::signal::SampleBatch;
use crate::ports::{PortResult, Roundup};

/// The rollouts of one connection.
#[derive(Debug)]
pub struct SharedConnection {
    reads: SharedReads,
    flags: Vec<(usize, Arc<SsmParameter>)>,
    /// Whether reading many parameters at a time was denied.
    denied: AtomicBool,
}

impl SharedConnection {
    /// These rollouts, each under its number, over the connection that leads to all of them; nothing is sent yet. Flags in files are
    /// not read by it.
    pub fn new(connection: &Connection, members: &[(usize, RolloutSpec)]) -> Self {
        let flags = members.iter().filter_map(|(place, spec)| {
            let FlagSource::Ssm(name) = &spec.flag.source else {
                return None;
            };
            Some((*place, Arc::new(SsmParameter::new(connection, name))))
        });
        Self {
            reads: SharedReads::new(connection, members),
            flags: flags.collect(),
            denied: AtomicBool::new(false),
        }
    }
}

#[async_trait]
impl Roundup for SharedConnection {
    async fn samples(
        &self,
        asked: &[(usize, Timestamp, Timestamp)],
    ) -> Vec<(usize, PortResult<SampleBatch>)> {
        self.reads.samples(asked).await
    }

    async fn alarms(&self, asked: &[usize]) -> Vec<(usize, PortResult<AlarmBatch>)> {
        self.reads.alarms(asked).await
    }

    async fn flags(&self, asked: &[usize]) -> Vec<(usize, PortResult<LeverState>)> {
        let wanted: Vec<_> = self
            .flags
            .iter()
            .filter(|(place, _)| asked.contains(place))
            .collect();
        let parameters: Vec<&SsmParameter> = wanted.iter().map(|(_, flag)| flag.as_ref()).collect();
        let states = read_many(&parameters, &self.denied).await;
        wanted
            .into_iter()
            .map(|(place, _)| *place)
            .zip(states)
            .collect()
    }
}
