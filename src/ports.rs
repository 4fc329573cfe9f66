//! The doors to the outside: traits that the backends implement and the runtime calls. No SDK type passes through them.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::domain::Timestamp;
use crate::domain::alarm::{AlarmBatch, AlarmChange, AlarmDefinition};
pub use crate::domain::failure::{CallRecord, ErrorKind, PortError};
use crate::domain::identity::Identity;
use crate::domain::journal::{Entry, Record, Recovered};
use crate::domain::lever::{LeverId, LeverKind, LeverState, Version};
use crate::domain::log::{LogBatch, TailMode};
use crate::domain::plan::{Order, Outcome};
use crate::domain::runbook::command::{CommandOrder, CommandReport, OutputChunk};
use crate::domain::signal::SampleBatch;

/// A port's answer.
pub type PortResult<T> = Result<T, PortError>;

/// Something that decides who is exposed.
#[async_trait]
pub trait Lever: Send + Sync {
    /// Which lever this is.
    fn id(&self) -> LeverId;

    /// What kind of store it is.
    fn kind(&self) -> LeverKind;

    /// Reads its state with the clients for reads.
    async fn read(&self) -> PortResult<LeverState>;

    /// Its newest versions, newest first, at most `limit`; empty for a store without history.
    async fn history(&self, limit: usize) -> PortResult<Vec<Version>>;

    /// Carries an order out: re-reads just before where the store has no compare-and-set, sends the write once, and resolves
    /// what the store's answer means. A timeout is first looked into by reading; what stays open is `Outcome::Unknown`.
    async fn apply(&self, order: &Order) -> Outcome;

    /// Finds out what became of an order that was sent by an earlier run or whose outcome is unknown, by reading only.
    async fn verify(&self, order: &Order) -> PortResult<Outcome>;
}

/// All signals in one batch.
#[async_trait]
pub trait Metrics: Send + Sync {
    /// Reads every signal for periods that begin in `[from, to)`.
    async fn read(&self, from: Timestamp, to: Timestamp) -> PortResult<SampleBatch>;

    /// The same with periods of at least this length, for charts: every signal's is the first multiple of its own that is as long,
    /// and what is a sum per period is told per period of its own. Nothing may be judged by it; the marker metric is not read.
    async fn read_coarse(
        &self,
        from: Timestamp,
        to: Timestamp,
        period: Duration,
    ) -> PortResult<SampleBatch>;
}

/// The watched alarms.
#[async_trait]
pub trait Alarms: Send + Sync {
    /// Reads all watched alarms, following pages.
    async fn read(&self) -> PortResult<AlarmBatch>;

    /// The last changes of one alarm, newest first, at most `limit`.
    async fn history(&self, name: &str, limit: usize) -> PortResult<Vec<AlarmChange>>;

    /// Makes an alarm, without actions. One of that name that is there already is left as it is: then it answers false.
    async fn create(&self, alarm: &AlarmDefinition) -> PortResult<bool>;
}

/// The tailed log groups. An implementation keeps its own place.
#[async_trait]
pub trait Logs: Send + Sync {
    /// The next batch: for polling, one round over all groups up to `now`; for Live Tail, the next update (waits for it).
    /// A failed live session falls back to polling and says so in the batch's note.
    async fn next(&self, mode: TailMode, now: Timestamp) -> PortResult<LogBatch>;
}

/// Reads of several rollouts over one connection, in as few calls as the services take. Each rollout is named by a number of the
/// caller's choice, and each gets its own answer: what fails fails for those alone whom it concerns.
#[async_trait]
pub trait Roundup: Send + Sync {
    /// Reads the signals of these rollouts, each for periods that begin in its span.
    async fn samples(
        &self,
        asked: &[(usize, Timestamp, Timestamp)],
    ) -> Vec<(usize, PortResult<SampleBatch>)>;

    /// Reads the alarms of these rollouts.
    async fn alarms(&self, asked: &[usize]) -> Vec<(usize, PortResult<AlarmBatch>)>;

    /// Reads the flags of these rollouts.
    async fn flags(&self, asked: &[usize]) -> Vec<(usize, PortResult<LeverState>)>;
}

/// Who the caller is.
#[async_trait]
pub trait Caller: Send + Sync {
    /// Asks STS, and the credentials for their end.
    async fn identify(&self) -> PortResult<Identity>;
}

/// The append-only journal of one rollout.
#[async_trait]
pub trait JournalStore: Send + Sync {
    /// What an earlier run left; called once, before anything is appended.
    async fn recover(&self) -> PortResult<Recovered>;

    /// What other consoles of the same rollout have written since `recover`, or since this was last asked; each record once.
    async fn follow(&self) -> PortResult<Vec<Record>> {
        Ok(Vec::new())
    }

    /// Names the caller's ARN, once STS has told it, for all later records.
    fn identify(&self, arn: &str);

    /// What happened to the journal since this was last asked, for the person: a full disk, a file that failed and where it
    /// goes on.
    fn notices(&self) -> Vec<String> {
        Vec::new()
    }

    /// Appends one entry and answers when it is durable (fsynced).
    async fn append(&self, at: Timestamp, entry: Entry) -> PortResult<Record>;
}

/// The wish to stop a command: it is ready once somebody wants that.
pub type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Who is told what a command writes while it runs.
#[async_trait]
pub trait CommandListener: Send + Sync {
    /// The next piece. Waiting here holds up no command: what comes meanwhile is counted and left out.
    async fn output(&self, chunk: OutputChunk);
}

/// The machine that commands of a runbook run on.
#[async_trait]
pub trait Shell: Send + Sync {
    /// Runs a command to its end, and ends what it leaves behind of its group. `stop` and the order's limit end it early: asked
    /// first, killed after. Dropping the future kills it.
    async fn run(
        &self,
        order: &CommandOrder,
        stop: Stop,
        listener: Arc<dyn CommandListener>,
    ) -> CommandReport;
}

/// Time. Only the runtime owns one.
pub trait Clock: Send + Sync {
    /// Now, as the world that is watched has it (a simulator's time runs faster).
    fn now(&self) -> Timestamp;

    /// How many seconds of that world pass in one second of ours.
    fn speed(&self) -> f64;
}

/// Everything that one rollout reaches the outside through.
#[derive(Clone)]
pub struct Ports {
    /// The flag document.
    pub flag: Arc<dyn Lever>,
    /// The environment-variable fallback, when one is configured.
    pub fallback: Option<Arc<dyn Lever>>,
    /// The signals, when there are some.
    pub metrics: Option<Arc<dyn Metrics>>,
    /// The watched alarms, when there are some.
    pub alarms: Option<Arc<dyn Alarms>>,
    /// The tailed log groups, when there are some.
    pub logs: Option<Arc<dyn Logs>>,
    /// Who the console acts as.
    pub caller: Arc<dyn Caller>,
    /// The region that calls to AWS go to, when one is known.
    pub region: Option<String>,
    /// The time of the watched world.
    pub clock: Arc<dyn Clock>,
}
