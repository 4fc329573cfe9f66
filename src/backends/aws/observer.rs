//! Sees every call: writes it to the call log, follows the simulator's clock, drops credentials that a service refused, and
//! names the endpoint that did not answer. It retries nothing and decides nothing.

use std::sync::Arc;
use std::time::Instant;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef, Error,
    FinalizerInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{Metadata, OrchestratorError};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use thiserror::Error as ThisError;

use super::calls::CallLog;
use super::credentials::Chain;
use super::target;
use crate::backends::clock::{CLOCK_HEADER, SharedClock};
use crate::backends::error::{chain_text, is_refused_sign_in};
use crate::domain::Timestamp;
use crate::ports::{CallRecord, Clock};

/// A request without an answer, with the endpoint that was to give it.
#[derive(Clone, Debug, ThisError)]
#[error("{endpoint}: {cause}")]
pub(crate) struct Undelivered {
    /// Scheme, host and port.
    pub(crate) endpoint: String,
    /// The transport's own words.
    pub(crate) cause: String,
    /// Whether it is certain that no connection was made, so that nothing can have been sent.
    pub(crate) never_connected: bool,
    /// Whether time ran out.
    pub(crate) timed_out: bool,
}

/// The one interceptor on every client.
#[derive(Clone, Debug)]
pub(super) struct Observer {
    calls: CallLog,
    clock: SharedClock,
    chain: Arc<Chain>,
}

/// A call under way.
#[derive(Debug)]
struct Call {
    target: String,
    metrics: u32,
    at: Timestamp,
    started: Instant,
}

impl Storable for Call {
    type Storer = StoreReplace<Self>;
}

/// An attempt under way.
#[derive(Debug)]
struct Attempt {
    endpoint: String,
    sent: Instant,
}

impl Storable for Attempt {
    type Storer = StoreReplace<Self>;
}

impl Observer {
    pub(super) fn new(calls: CallLog, clock: SharedClock, chain: Arc<Chain>) -> Self {
        Self {
            calls,
            clock,
            chain,
        }
    }

    fn record(&self, outcome: Option<Result<(), &OrchestratorError<Error>>>, cfg: &ConfigBag) {
        let (Some(call), Some(metadata)) = (cfg.load::<Call>(), cfg.load::<Metadata>()) else {
            return;
        };
        let mut result = match outcome {
            Some(Ok(())) => "ok".to_owned(),
            Some(Err(error)) => describe(error),
            None => "cancelled".to_owned(),
        };
        let attempts = cfg
            .load::<RequestAttempts>()
            .map_or(1, RequestAttempts::attempts);
        if attempts > 1 {
            result = format!("{result} ({attempts} attempts)");
        }
        self.calls.record(CallRecord {
            at: call.at,
            operation: format!("{}:{}", prefix(metadata.service()), metadata.name()),
            target: call.target.clone(),
            latency: call.started.elapsed(),
            result,
            metrics: call.metrics,
        });
    }

    /// Refused credentials become the same error as missing ones, with the login command that fits the profile.
    fn sign_in_error(&self, error: &OrchestratorError<Error>) -> Option<ConnectorError> {
        let (code, message) = target::code_and_message(error.as_operation_error()?)?;
        if !is_refused_sign_in(&code) {
            return None;
        }
        self.chain.forget();
        let needed = self.chain.sign_in(format!("{code}: {message}"));
        Some(ConnectorError::user(needed.into()))
    }
}

#[dyn_dispatch_hint]
impl Intercept for Observer {
    fn name(&self) -> &'static str {
        "Observer"
    }

    fn read_before_execution(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().store_put(Call {
            target: target::target_of(context.input()),
            metrics: target::metrics_of(context.input()),
            at: self.clock.now(),
            started: Instant::now(),
        });
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().store_put(Attempt {
            endpoint: endpoint_of(context.request().uri()),
            sent: Instant::now(),
        });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context
            .response()
            .and_then(|response| response.headers().get("date"));
        if let Some(date) = date {
            self.clock.heard(date);
        }
        let header = context
            .response()
            .and_then(|response| response.headers().get(CLOCK_HEADER));
        if let (Some(header), Some(attempt)) = (header, cfg.load::<Attempt>()) {
            self.clock.follow(header, attempt.sent);
        }
        Ok(())
    }

    fn modify_before_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.record(
            context.output_or_error().map(|answer| answer.map(|_| ())),
            cfg,
        );
        if let Some(Err(error)) = context.output_or_error_mut() {
            let told = self
                .sign_in_error(error)
                .or_else(|| undelivered(error.as_connector_error()?, cfg));
            if let Some(told) = told {
                *error = OrchestratorError::connector(told);
            }
        }
        Ok(())
    }
}

/// The same failure of the transport, with the endpoint's name.
fn undelivered(error: &ConnectorError, cfg: &ConfigBag) -> Option<ConnectorError> {
    let attempt = cfg.load::<Attempt>()?;
    let cause = chain_text(error);
    let told = Undelivered {
        endpoint: attempt.endpoint.clone(),
        never_connected: is_connect_failure(&cause),
        timed_out: error.is_timeout(),
        cause,
    };
    Some(if error.is_timeout() {
        ConnectorError::timeout(told.into())
    } else if error.is_io() {
        ConnectorError::io(told.into())
    } else {
        ConnectorError::other(told.into(), error.as_other())
    })
}

/// The transport tells only in words that the connection was never made: hyper's `(Connect)`, the SDK's connect timeout, DNS.
fn is_connect_failure(cause: &str) -> bool {
    ["(Connect)", "HTTP connect timeout", "dns error"]
        .iter()
        .any(|word| cause.contains(word))
}

fn describe(error: &OrchestratorError<Error>) -> String {
    if let Some((code, _)) = error
        .as_operation_error()
        .and_then(target::code_and_message)
    {
        return code;
    }
    if error.is_timeout_error() {
        return "timed out".to_owned();
    }
    let text = match error.as_operation_error() {
        Some(error) => chain_text(error),
        None => chain_text(error),
    };
    text.chars().take(120).collect()
}

fn endpoint_of(uri: &str) -> String {
    match uri.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.split(['/', '?']).next().unwrap_or(rest);
            format!("{scheme}://{host}")
        }
        None => uri.to_owned(),
    }
}

/// The service's name as IAM actions write it.
fn prefix(service: &str) -> String {
    match service {
        "CloudWatch Logs" => "logs".to_owned(),
        other => other.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_named_without_its_path() {
        assert_eq!(
            endpoint_of("http://127.0.0.1:80/a?b"),
            "http://127.0.0.1:80"
        );
        assert_eq!(
            endpoint_of("https://ssm.eu-west-1.amazonaws.com/"),
            "https://ssm.eu-west-1.amazonaws.com"
        );
    }

    #[test]
    fn services_are_named_as_iam_names_them() {
        assert_eq!(prefix("SSM"), "ssm");
        assert_eq!(prefix("CloudWatch Logs"), "logs");
    }
}
