//! Stands where AWS is configured and cannot be reached at all, and says why each time it is asked. It sends nothing.

use std::time::Duration;

use async_trait::async_trait;

use super::settle::refused;
use crate::domain::Timestamp;
use crate::domain::alarm::{AlarmBatch, AlarmChange, AlarmDefinition};
use crate::domain::identity::Identity;
use crate::domain::lever::{LeverId, LeverKind, LeverState, Version};
use crate::domain::log::{LogBatch, TailMode};
use crate::domain::plan::{Order, Outcome};
use crate::domain::signal::SampleBatch;
use crate::ports::{Alarms, Caller, Lever, Logs, Metrics, PortError, PortResult};

/// A port without a connection.
#[derive(Clone, Debug)]
pub(super) struct Unconnected {
    id: LeverId,
    error: PortError,
}

impl Unconnected {
    pub(super) fn new(id: LeverId, error: PortError) -> Self {
        Self { id, error }
    }
}

#[async_trait]
impl Caller for Unconnected {
    async fn identify(&self) -> PortResult<Identity> {
        Err(self.error.clone())
    }
}

#[async_trait]
impl Metrics for Unconnected {
    async fn read(&self, _from: Timestamp, _to: Timestamp) -> PortResult<SampleBatch> {
        Err(self.error.clone())
    }

    async fn read_coarse(
        &self,
        _from: Timestamp,
        _to: Timestamp,
        _period: Duration,
    ) -> PortResult<SampleBatch> {
        Err(self.error.clone())
    }
}

#[async_trait]
impl Alarms for Unconnected {
    async fn read(&self) -> PortResult<AlarmBatch> {
        Err(self.error.clone())
    }

    async fn history(&self, _name: &str, _limit: usize) -> PortResult<Vec<AlarmChange>> {
        Err(self.error.clone())
    }

    async fn create(&self, _alarm: &AlarmDefinition) -> PortResult<bool> {
        Err(self.error.clone())
    }
}

#[async_trait]
impl Logs for Unconnected {
    async fn next(&self, _mode: TailMode, _now: Timestamp) -> PortResult<LogBatch> {
        Err(self.error.clone())
    }
}

#[async_trait]
impl Lever for Unconnected {
    fn id(&self) -> LeverId {
        self.id
    }

    fn kind(&self) -> LeverKind {
        LeverKind::LambdaEnv
    }

    async fn read(&self) -> PortResult<LeverState> {
        Err(self.error.clone())
    }

    async fn history(&self, _limit: usize) -> PortResult<Vec<Version>> {
        Err(self.error.clone())
    }

    async fn apply(&self, _order: &Order) -> Outcome {
        refused(self.error.text.clone(), self.error.hint.clone())
    }

    async fn verify(&self, _order: &Order) -> PortResult<Outcome> {
        Err(self.error.clone())
    }
}
