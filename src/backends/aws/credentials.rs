//! Credentials that heal: a failed chain is built anew, so that a login in another terminal is picked up without a restart.
//! It asks for no password and opens no browser.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use futures_util::future::BoxFuture;
use thiserror::Error;
use tokio::sync::Mutex;

use crate::backends::error::chain_text;

/// How long a chain may take (an SSO refresh, a credential process, instance metadata); less than a read's own limit.
const PATIENCE: Duration = Duration::from_secs(7);
/// How long it may take while the credentials at hand still serve: an order must not wait for it.
const BRIEFLY: Duration = Duration::from_secs(1);
/// Credentials that end within this time are fetched anew.
const EARLY: Duration = Duration::from_mins(1);

/// There are no usable credentials, and what to do about it.
#[derive(Clone, Debug, Error)]
#[error("{text}")]
pub(crate) struct SignInNeeded {
    /// What the chain or the service said.
    pub(crate) text: String,
    /// The command to run next.
    pub(crate) hint: String,
}

/// The chain lists every provider with its excuse on a line of its own; what a person needs is that all of them had none.
fn in_short(text: String) -> String {
    const NONE: &str = "no credentials found in chain";
    if !text.contains(NONE) {
        return text;
    }
    let profile = text
        .split_once("`: ")
        .filter(|_| text.starts_with("profile `"));
    let whose = profile.map_or_else(String::new, |(profile, _)| format!("{profile}`: "));
    format!(
        "{whose}{NONE}: tried the AWS_* variables, the profile files, web identity, the container, the instance"
    )
}

type Build = Box<dyn Fn() -> BoxFuture<'static, SharedCredentialsProvider> + Send + Sync>;

/// The SDK's credential chain, cached and rebuilt after every failure.
pub(crate) struct Chain {
    profile: Option<String>,
    build: Build,
    held: Mutex<Held>,
    pub(super) stale: AtomicBool,
}

#[derive(Default)]
struct Held {
    provider: Option<SharedCredentialsProvider>,
    credentials: Option<Credentials>,
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

impl Chain {
    /// A named profile is taken before the environment's keys, as the AWS CLI takes `--profile`; without one the SDK's order holds.
    pub(super) fn new(
        profile: Option<String>,
        region: Option<String>,
        fixed: Option<Credentials>,
    ) -> Self {
        let named = profile.clone();
        Self::from_build(
            profile,
            Box::new(move || match &fixed {
                Some(credentials) => {
                    let provider = SharedCredentialsProvider::new(credentials.clone());
                    Box::pin(async move { provider })
                }
                None => Box::pin(from_machine(named.clone(), region.clone())),
            }),
        )
    }

    fn from_build(profile: Option<String>, build: Build) -> Self {
        Self {
            profile,
            build,
            held: Mutex::default(),
            stale: AtomicBool::new(false),
        }
    }

    /// A service refused the credentials: the next call fetches others.
    pub(super) fn forget(&self) {
        self.stale.store(true, Ordering::Release);
    }

    /// Usable credentials, from the cache or from the chain.
    pub(crate) async fn current(&self) -> Result<Credentials, SignInNeeded> {
        let mut held = self.held.lock().await;
        if self.stale.swap(false, Ordering::AcqRel) {
            *held = Held::default();
        }
        let now = SystemTime::now();
        if let Some(credentials) = &held.credentials
            && lives_until(credentials, now + EARLY)
        {
            return Ok(credentials.clone());
        }
        let provider = match held.provider.clone() {
            Some(provider) => provider,
            None => held.provider.insert((self.build)().await).clone(),
        };
        let serving = held
            .credentials
            .as_ref()
            .is_some_and(|credentials| lives_until(credentials, now));
        let patience = if serving { BRIEFLY } else { PATIENCE };
        let text = match tokio::time::timeout(patience, provider.provide_credentials()).await {
            Ok(Ok(credentials)) => {
                held.credentials = Some(credentials.clone());
                return Ok(credentials);
            }
            Ok(Err(error)) => match &self.profile {
                Some(profile) => format!("profile `{profile}`: {}", chain_text(&error)),
                None => chain_text(&error),
            },
            Err(_) => format!("no credentials within {} s", patience.as_secs()),
        };
        held.provider = None;
        match &held.credentials {
            Some(credentials) if lives_until(credentials, now) => Ok(credentials.clone()),
            _ => Err(self.sign_in(text)),
        }
    }

    /// What a person should do when `text` is what stands between them and AWS.
    pub(super) fn sign_in(&self, text: String) -> SignInNeeded {
        let profile = self
            .profile
            .clone()
            .or_else(|| std::env::var("AWS_PROFILE").ok());
        let hint = advice(&text, profile.as_deref());
        SignInNeeded {
            text: in_short(text),
            hint,
        }
    }

    /// Where credentials came from, in words, such as `profile oncall (sso)`.
    pub(crate) fn source_of(&self, credentials: &Credentials) -> String {
        let profile = || {
            self.profile
                .clone()
                .or_else(|| std::env::var("AWS_PROFILE").ok())
                .unwrap_or_else(|| "default".to_owned())
        };
        let features = credentials
            .get_property::<Vec<AwsCredentialFeature>>()
            .map_or(&[][..], Vec::as_slice);
        let has = |wanted: &[AwsCredentialFeature]| features.iter().any(|f| wanted.contains(f));
        use AwsCredentialFeature as F;
        if has(&[F::CredentialsSso, F::CredentialsProfileSso]) {
            format!("profile {} (sso)", profile())
        } else if has(&[F::CredentialsProcess, F::CredentialsProfileProcess]) {
            format!("profile {} (process)", profile())
        } else if has(&[F::CredentialsStsAssumeRole]) {
            format!("profile {} (assumed role)", profile())
        } else if has(&[F::CredentialsStsAssumeRoleWebId]) {
            "web identity".to_owned()
        } else if has(&[F::CredentialsImds]) {
            "instance".to_owned()
        } else if has(&[F::CredentialsHttp]) {
            "container".to_owned()
        } else if has(&[F::CredentialsEnvVars]) {
            "environment".to_owned()
        } else if has(&[F::CredentialsProfile]) {
            format!("profile {}", profile())
        } else {
            "fixed".to_owned()
        }
    }
}

/// The chain as the SDK's clients want it.
#[derive(Clone, Debug)]
pub(super) struct FromChain(pub(super) Arc<Chain>);

impl ProvideCredentials for FromChain {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let answer: provider::Result = self
                .0
                .current()
                .await
                .map_err(CredentialsError::provider_error);
            answer
        })
    }
}

fn lives_until(credentials: &Credentials, time: SystemTime) -> bool {
    credentials.expiry().is_none_or(|end| end > time)
}

async fn from_machine(
    profile: Option<String>,
    region: Option<String>,
) -> SharedCredentialsProvider {
    let region = region.map(Region::new);
    let config = ProviderConfig::default()
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_region(region.clone());
    let Some(profile) = profile else {
        let mut chain = DefaultCredentialsChain::builder().configure(config);
        if let Some(region) = region {
            chain = chain.region(region);
        }
        return SharedCredentialsProvider::new(chain.build().await);
    };
    SharedCredentialsProvider::new(
        ProfileFileCredentialsProvider::builder()
            .configure(&config)
            .profile_name(profile)
            .build(),
    )
}

fn advice(text: &str, profile: Option<&str>) -> String {
    let option = profile.map_or_else(String::new, |name| format!(" --profile {name}"));
    let lower = text.to_lowercase();
    if lower.contains("credentials-login") || lower.contains("login_session") {
        return format!(
            "`aws login` sessions cannot be read directly: run `aws configure export-credentials{option} --format env`, set what it prints, and start again"
        );
    }
    if lower.contains("external process") || lower.contains("credential_process") {
        return format!(
            "the profile's credential_process failed: run `aws sts get-caller-identity{option}` to see why"
        );
    }
    if lower.contains("sso") {
        return format!(
            "run `aws sso login{option}` in another terminal; it is picked up without a restart"
        );
    }
    let unnamed = [
        "was not enabled",
        "not defined",
        "no profile",
        "could not be found",
    ];
    if profile.is_some() && unnamed.iter().any(|words| lower.contains(words)) {
        return "no such profile, or an empty one: `aws configure list-profiles` names those that exist".to_owned();
    }
    if std::env::var_os("AWS_ACCESS_KEY_ID").is_some() && profile.is_none() {
        return "the AWS_* variables of this shell no longer work: set fresh ones and start again, or use --profile".to_owned();
    }
    format!(
        "run `aws sso login{option}`, or name a profile with --profile; a new login is picked up without a restart"
    )
}

#[cfg(test)]
mod tests;
