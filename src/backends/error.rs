//! The one place where an SDK error becomes a [`PortError`]: its kind, its words, and what a tired person does next. It sends nothing.

use std::error::Error;
use std::time::SystemTime;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_ssm::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::backends::aws::{SignInNeeded, Undelivered};
use crate::ports::{ErrorKind, PortError};

mod hints;

use hints::{denied_hint, not_found_hint, skew_hint, slow};

/// The longest text that an error may carry, in characters.
const LONGEST: usize = 500;

/// The errors of a chain, outermost first, joined by colons; a repeated text is written once.
pub(crate) fn chain_text(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = without_request(&error.to_string());
        if !text.is_empty() && parts.last().is_none_or(|last| !last.ends_with(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts.join(": ")
}

/// The text without a request that the SDK shows in it: its body may hold what nobody is to see, such as a function's variables.
fn without_request(text: &str) -> String {
    const SHOWN: &str = " to request `Request {";
    match text.split_once(SHOWN) {
        Some((before, rest)) => {
            let after = rest.rsplit_once("}`").map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        None => text.to_owned(),
    }
}

/// Whether a service's code says that it no longer takes these credentials.
pub(crate) fn is_refused_sign_in(code: &str) -> bool {
    matches!(
        code,
        "ExpiredToken"
            | "ExpiredTokenException"
            | "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "TokenRefreshRequired"
    )
}

/// Makes a [`PortError`] of an SDK error. `what` names the attempt, IAM action first: `ssm:GetParameter /name`.
pub fn port_error<E>(what: impl Into<String>, error: SdkError<E, HttpResponse>) -> PortError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let what = what.into();
    let (kind, text, hint) = match &error {
        SdkError::ServiceError(_) | SdkError::ResponseError(_) => from_answer(&what, &error),
        SdkError::TimeoutError(_) => (ErrorKind::TimedOut, source_text(&error), slow()),
        SdkError::DispatchFailure(_) => undispatched(&error),
        _ => (
            ErrorKind::Invalid,
            source_text(&error),
            "this request cannot be built: check names and values in the config".to_owned(),
        ),
    };
    PortError {
        kind,
        what,
        text: bounded(&text),
        hint,
    }
}

/// Whether a failed write may have been carried out all the same: sent, and not refused by the service in so many words.
pub(crate) fn may_have_been_carried_out<E>(error: &SdkError<E, HttpResponse>) -> bool
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::DispatchFailure(_) => {
            find::<Undelivered>(error).is_some_and(|told| !told.never_connected)
        }
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(answer) => {
            let refused = error
                .code()
                .map(kind_of_code)
                .is_some_and(|kind| kind == Some(ErrorKind::Throttled));
            !refused && !(400..500).contains(&answer.raw().status().as_u16())
        }
        _ => false,
    }
}

fn undispatched<E>(error: &SdkError<E, HttpResponse>) -> (ErrorKind, String, String)
where
    E: Error + 'static,
{
    if let Some(needed) = find::<SignInNeeded>(error) {
        return (
            ErrorKind::Credentials,
            needed.text.clone(),
            needed.hint.clone(),
        );
    }
    if find::<CredentialsError>(error).is_some() {
        let hint = "sign in again: `aws sso login`, or name a profile with --profile".to_owned();
        return (ErrorKind::Credentials, source_text(error), hint);
    }
    let Some(told) = find::<Undelivered>(error) else {
        let hint = "check region, profile and endpoint in the config".to_owned();
        return (ErrorKind::Invalid, source_text(error), hint);
    };
    let (at, cause) = (&told.endpoint, told.cause.as_str());
    let text = format!("{at}: {cause}");
    if told.timed_out && !told.never_connected {
        return (ErrorKind::TimedOut, text, slow());
    }
    let hint = if cause.contains("dns error") {
        format!(
            "the name in {at} cannot be looked up: check the network, VPN and DNS, and the region's spelling"
        )
    } else if cause.contains("TLS") || cause.contains("certificate") {
        format!(
            "no trusted TLS connection to {at}: check the proxy, the endpoint's http or https, and this machine's clock"
        )
    } else if cause.contains("refused") {
        format!("nothing listens at {at}: check --endpoint-url, proxy and VPN")
    } else if told.never_connected {
        format!("{at} cannot be reached: check the network and VPN")
    } else {
        format!("{at} closed the connection without an answer; it is tried again")
    };
    (ErrorKind::Unreachable, text, hint)
}

fn from_answer<E>(what: &str, error: &SdkError<E, HttpResponse>) -> (ErrorKind, String, String)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let raw = error.raw_response();
    let status = raw.map_or(0, |raw| raw.status().as_u16());
    let Some(code) = error.code() else {
        return without_code(error, status, raw);
    };
    let message = error.message().unwrap_or_default();
    let text = if message.is_empty() {
        code.to_owned()
    } else {
        format!("{code}: {message}")
    };
    let kind = match kind_of_code(code) {
        Some(kind) => kind,
        None if status >= 500 => ErrorKind::Service,
        None => ErrorKind::Invalid,
    };
    let skew = raw.and_then(|raw| skew_minutes(raw, SystemTime::now()));
    let signature = matches!(code, "InvalidSignatureException" | "SignatureDoesNotMatch");
    if kind == ErrorKind::ClockSkew || (signature && skew.is_some_and(|minutes| minutes.abs() >= 4))
    {
        return (ErrorKind::ClockSkew, text, skew_hint(skew));
    }
    let hint = match kind {
        ErrorKind::Credentials if signature => {
            "the secret key does not fit the key id: check the credentials of this profile".to_owned()
        }
        ErrorKind::Credentials => {
            "the credentials have ended: run `aws sso login` for this profile, or set fresh keys".to_owned()
        }
        ErrorKind::Denied => denied_hint(what, message),
        ErrorKind::Throttled => {
            "too many calls in this account and region: polls slow down by themselves, an order can be sent again in a few seconds".to_owned()
        }
        ErrorKind::NotFound => not_found_hint(what),
        ErrorKind::Conflict => "somebody else is changing this right now: read it again, then decide".to_owned(),
        ErrorKind::Service => "AWS has trouble (see the AWS Health Dashboard for the region); it is tried again".to_owned(),
        _ => "AWS does not take this request: check the names and values in the config".to_owned(),
    };
    (kind, text, hint)
}

fn without_code<E>(
    error: &SdkError<E, HttpResponse>,
    status: u16,
    raw: Option<&HttpResponse>,
) -> (ErrorKind, String, String)
where
    E: Error + 'static,
{
    let body = raw.and_then(|raw| raw.body().bytes()).unwrap_or_default();
    if is_web_page(body) {
        let text = format!("HTTP {status} with a web page in place of an AWS answer");
        return if status >= 500 {
            (
                ErrorKind::Service,
                text,
                "a proxy or the service has trouble; it is tried again".to_owned(),
            )
        } else {
            let hint = "something between here and AWS answers: a captive portal, a proxy or a wrong --endpoint-url; open a browser to sign in to the network";
            (ErrorKind::Unreachable, text, hint.to_owned())
        };
    }
    let text = format!("HTTP {status}: {}", source_text(error));
    if status >= 500 {
        return (
            ErrorKind::Service,
            text,
            "AWS has trouble; it is tried again".to_owned(),
        );
    }
    if text.contains("throughput") {
        return (ErrorKind::TimedOut, text, slow());
    }
    let hint = "the answer makes no sense: check the endpoint, and whether a proxy changes answers";
    (ErrorKind::Invalid, text, hint.to_owned())
}

fn kind_of_code(code: &str) -> Option<ErrorKind> {
    if is_refused_sign_in(code) {
        return Some(ErrorKind::Credentials);
    }
    Some(match code {
        "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignature"
        | "AuthFailure"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch" => ErrorKind::Credentials,
        "RequestExpired" | "RequestTimeTooSkewed" | "RequestInTheFuture" => ErrorKind::ClockSkew,
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "NotAuthorized"
        | "OptInRequired"
        | "KMSAccessDeniedException" => ErrorKind::Denied,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "LimitExceededException"
        | "SlowDown" => ErrorKind::Throttled,
        "ParameterNotFound"
        | "ParameterVersionNotFound"
        | "ResourceNotFoundException"
        | "ResourceNotFound" => ErrorKind::NotFound,
        "TooManyUpdates"
        | "ParameterAlreadyExists"
        | "PreconditionFailedException"
        | "ResourceConflictException" => ErrorKind::Conflict,
        "InternalServerError"
        | "InternalFailure"
        | "InternalServiceError"
        | "InternalServiceFault"
        | "ServiceException"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => ErrorKind::Service,
        _ => return None,
    })
}

/// By how many minutes this machine's clock is ahead of the answer's `Date`; negative when it is behind.
fn skew_minutes(raw: &HttpResponse, now: SystemTime) -> Option<i64> {
    let date = DateTime::from_str(raw.headers().get("date")?, Format::HttpDate).ok()?;
    let here = DateTime::from(now).secs();
    Some((here - date.secs() + 30).div_euclid(60))
}

fn is_web_page(body: &[u8]) -> bool {
    let start: Vec<u8> = body.iter().take(200).map(u8::to_ascii_lowercase).collect();
    let text = String::from_utf8_lossy(&start);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("<!doctype html") || text.starts_with("<html") || text.contains("<html")
}

fn source_text<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: Error + 'static,
{
    error.source().map_or_else(|| error.to_string(), chain_text)
}

fn find<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn bounded(text: &str) -> String {
    // Errors are told on one line.
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let text = &lines.join("; ");
    if text.chars().nth(LONGEST).is_none() {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests;
