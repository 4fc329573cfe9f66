//! The way to AWS: one shared configuration, separate budgets for reads and writes, and one observer of every call.
//! It knows no lever and no signal.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ssm::config::IdentityCache;
use aws_sdk_ssm::config::retry::{RetryPartition, TokenBucket};

mod calls;
mod credentials;
mod endpoints;
mod limits;
mod live_tail;
mod observer;
mod target;

pub use calls::CallLog;
pub(crate) use credentials::SignInNeeded;
pub(crate) use limits::Limits;
pub(crate) use observer::Undelivered;

use super::clock::SharedClock;
use crate::ports::{ErrorKind, PortError, PortResult};
use credentials::{Chain, FromChain};
use live_tail::NoHostPrefix;
use observer::Observer;

/// How long the configuration may take: without a region it asks the instance metadata, which most machines do not have.
const CONFIG_PATIENCE: Duration = Duration::from_secs(5);

/// How to reach AWS. What is `None` comes from the SDK's own chain (environment, profile, instance).
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// The profile's name.
    pub profile: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Another endpoint for every service, such as a simulator's.
    pub endpoint_url: Option<String>,
    /// Fixed credentials (key id, secret), for a simulator.
    pub credentials: Option<(String, String)>,
}

/// What a client is for: reads and writes share no connection, timeout or retry budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Polls: short timeouts, one retry.
    Read,
    /// Orders: longer timeouts, sent once.
    Write,
}

/// A connection to one account and region. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Connection {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    reads: SdkConfig,
    writes: SdkConfig,
    logs_reads: SdkConfig,
    read_retries: RetryPartition,
    write_retries: RetryPartition,
    chain: Arc<Chain>,
    observer: Observer,
    clock: SharedClock,
    region: String,
    limits: Limits,
    arn: Mutex<Option<String>>,
}

impl Connection {
    /// Reads the SDK's configuration; it sends nothing to AWS.
    ///
    /// # Errors
    /// `Invalid` when no region is known or the endpoint is not a URL.
    pub async fn open(
        options: &ConnectOptions,
        clock: SharedClock,
        calls: CallLog,
    ) -> PortResult<Self> {
        Self::open_within(Limits::default(), options, clock, calls).await
    }

    /// The same with other limits of time.
    pub(crate) async fn open_within(
        limits: Limits,
        options: &ConnectOptions,
        clock: SharedClock,
        calls: CallLog,
    ) -> PortResult<Self> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(limits.reads())
            .retry_config(limits.read_retries());
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &options.endpoint_url {
            check_endpoint(url)?;
            loader = loader.endpoint_url(url);
        }
        if let Some(region) = region_option(options) {
            loader = loader.region(Region::new(region));
        }
        let fixed = options
            .credentials
            .as_ref()
            .map(|(id, secret)| Credentials::new(id.clone(), secret.clone(), None, None, "fixed"));
        let chain = Arc::new(Chain::new(
            options.profile.clone(),
            options.region.clone(),
            fixed,
        ));
        let loading = loader
            .credentials_provider(SharedCredentialsProvider::new(FromChain(chain.clone())))
            .load();
        let reads = tokio::time::timeout(CONFIG_PATIENCE, loading)
            .await
            .map_err(|_| no_region())?;
        let reads = endpoints::named(reads);
        let region = reads.region().ok_or_else(no_region)?.to_string();
        let writes = reads
            .to_builder()
            .timeout_config(limits.writes())
            .retry_config(RetryConfig::standard().with_max_attempts(1))
            .build();
        let logs_reads = reads.to_builder().timeout_config(limits.logs()).build();
        Ok(Self {
            inner: Arc::new(Inner {
                reads,
                writes,
                logs_reads,
                read_retries: own_budget("coalmine-reads"),
                write_retries: own_budget("coalmine-writes"),
                observer: Observer::new(calls, clock.clone(), chain.clone()),
                chain,
                clock,
                region,
                limits,
                arn: Mutex::default(),
            }),
        })
    }

    /// The configuration of reads; prefer the ready clients, which are observed and have their own retry budget.
    pub fn reads(&self) -> &SdkConfig {
        &self.inner.reads
    }

    /// The configuration of writes: sent once, with time to be answered.
    pub fn writes(&self) -> &SdkConfig {
        &self.inner.writes
    }

    /// The configuration of log reads, which may take about ten seconds an attempt.
    pub fn logs_reads(&self) -> &SdkConfig {
        &self.inner.logs_reads
    }

    /// Whether some service is reached elsewhere than at AWS (option, environment or profile).
    pub fn has_endpoint_override(&self) -> bool {
        live_tail::has_override(&self.inner.reads)
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.inner.region
    }

    /// The clock that follows the answers of this connection.
    pub fn clock(&self) -> SharedClock {
        self.inner.clock.clone()
    }

    /// An observed CloudWatch client with its own HTTP client.
    pub fn cloudwatch(&self, purpose: Use) -> aws_sdk_cloudwatch::Client {
        let (config, retries) = self.settings(purpose);
        aws_sdk_cloudwatch::Client::from_conf(
            aws_sdk_cloudwatch::config::Builder::from(config)
                .interceptor(self.inner.observer.clone())
                .retry_partition(retries)
                .build(),
        )
    }

    /// An observed CloudWatch Logs client for reads and Live Tail, with its own HTTP client; fit for an endpoint override.
    pub fn logs(&self) -> aws_sdk_cloudwatchlogs::Client {
        let mut builder = aws_sdk_cloudwatchlogs::config::Builder::from(&self.inner.logs_reads)
            .interceptor(self.inner.observer.clone())
            .retry_partition(self.inner.read_retries.clone());
        if self.has_endpoint_override() {
            builder = builder.interceptor(NoHostPrefix);
        }
        aws_sdk_cloudwatchlogs::Client::from_conf(builder.build())
    }

    /// An observed SSM client with its own HTTP client.
    pub(crate) fn ssm(&self, purpose: Use) -> aws_sdk_ssm::Client {
        let (config, retries) = self.settings(purpose);
        aws_sdk_ssm::Client::from_conf(
            aws_sdk_ssm::config::Builder::from(config)
                .interceptor(self.inner.observer.clone())
                .retry_partition(retries)
                .build(),
        )
    }

    /// An observed Lambda client with its own HTTP client.
    pub(crate) fn lambda(&self, purpose: Use) -> aws_sdk_lambda::Client {
        let (config, retries) = self.settings(purpose);
        aws_sdk_lambda::Client::from_conf(
            aws_sdk_lambda::config::Builder::from(config)
                .interceptor(self.inner.observer.clone())
                .retry_partition(retries)
                .build(),
        )
    }

    /// An observed STS client with its own HTTP client.
    pub(crate) fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::from_conf(
            aws_sdk_sts::config::Builder::from(&self.inner.reads)
                .interceptor(self.inner.observer.clone())
                .retry_partition(self.inner.read_retries.clone())
                .build(),
        )
    }

    /// Where the credentials come from.
    pub(crate) fn credentials(&self) -> &Chain {
        &self.inner.chain
    }

    /// How long things may take.
    pub(crate) fn limits(&self) -> Limits {
        self.inner.limits
    }

    /// The caller's ARN, once STS has told it.
    pub(crate) fn known_arn(&self) -> Option<String> {
        self.inner
            .arn
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Remembers what STS told.
    pub(crate) fn remember_arn(&self, arn: &str) {
        *self
            .inner
            .arn
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(arn.to_owned());
    }

    fn settings(&self, purpose: Use) -> (&SdkConfig, RetryPartition) {
        match purpose {
            Use::Read => (&self.inner.reads, self.inner.read_retries.clone()),
            Use::Write => (&self.inner.writes, self.inner.write_retries.clone()),
        }
    }
}

fn own_budget(name: &'static str) -> RetryPartition {
    RetryPartition::custom(name)
        .token_bucket(TokenBucket::default())
        .build()
}

/// A simulator has a region of its own choice: with an endpoint and no region named anywhere, it is `us-east-1`.
fn region_option(options: &ConnectOptions) -> Option<String> {
    let simulated = options.endpoint_url.is_some() && options.credentials.is_some();
    options
        .region
        .clone()
        .or_else(|| simulated.then(|| "us-east-1".to_owned()))
}

fn check_endpoint(url: &str) -> PortResult<()> {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"));
    match rest {
        Some(host)
            if !host.is_empty() && !host.starts_with('/') && !url.contains(char::is_whitespace) =>
        {
            Ok(())
        }
        _ => Err(PortError {
            kind: ErrorKind::Invalid,
            what: "connect".to_owned(),
            text: format!("`{url}` is not an http or https URL"),
            hint: "give --endpoint-url or $AWS_ENDPOINT_URL as http://HOST:PORT".to_owned(),
        }),
    }
}

fn no_region() -> PortError {
    PortError {
        kind: ErrorKind::Invalid,
        what: "connect".to_owned(),
        text: "no AWS region is set".to_owned(),
        hint: "name it: `region` in the config, --region, AWS_REGION, or the profile".to_owned(),
    }
}

#[cfg(test)]
mod tests;
