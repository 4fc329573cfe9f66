//! The typed error by which each service tells of a fault that was asked for. It strikes nothing by itself.

use super::route::Service;
use crate::sim::aws::ServiceError;
use crate::sim::faults::Kind;

/// The error that `service` answers `arn`'s call of `operation` with, when the fault is of a kind that answers.
pub(super) fn of(kind: Kind, service: Service, operation: &str, arn: &str) -> Option<ServiceError> {
    match kind {
        Kind::ServerError => Some(broken(service)),
        Kind::Unavailable => Some(unavailable(service)),
        Kind::Throttle => Some(throttled(service)),
        Kind::Denied => Some(denied(service, operation, arn)),
        Kind::Expired => Some(expired(service)),
        Kind::Delay(_)
        | Kind::Blackhole
        | Kind::Reset
        | Kind::Truncate
        | Kind::Partial
        | Kind::AppliedTimeout
        | Kind::Html
        | Kind::Kms
        | Kind::OtherAccount => None,
    }
}

/// The service's own internal error.
pub(super) fn broken(service: Service) -> ServiceError {
    let code = match service {
        Service::Ssm => "InternalServerError",
        Service::Cloudwatch => "InternalServiceFault",
        Service::Lambda => "ServiceException",
        _ => "InternalFailure",
    };
    ServiceError::new(code, "An internal error occurred.").status(500)
}

fn unavailable(service: Service) -> ServiceError {
    let code = if service == Service::Logs {
        "ServiceUnavailableException"
    } else {
        "ServiceUnavailable"
    };
    ServiceError::new(code, "Service is temporarily unavailable.").status(503)
}

fn throttled(service: Service) -> ServiceError {
    let (code, status) = match service {
        Service::Lambda => ("TooManyRequestsException", 429),
        Service::Cloudwatch | Service::Sts => ("Throttling", 400),
        _ => ("ThrottlingException", 400),
    };
    ServiceError::new(code, "Rate exceeded").status(status)
}

fn denied(service: Service, operation: &str, arn: &str) -> ServiceError {
    let (code, status) = match service {
        Service::Lambda => ("AccessDeniedException", 403),
        Service::Sts | Service::Cloudwatch => ("AccessDenied", 403),
        _ => ("AccessDeniedException", 400),
    };
    let name = service.name();
    let message = format!(
        "User: {arn} is not authorized to perform: {name}:{operation} because no identity-based policy allows the \
         {name}:{operation} action"
    );
    ServiceError::new(code, message).status(status)
}

fn expired(service: Service) -> ServiceError {
    let (code, status) = match service {
        Service::Sts => ("ExpiredToken", 403),
        Service::Lambda | Service::Cloudwatch => ("ExpiredTokenException", 403),
        _ => ("ExpiredTokenException", 400),
    };
    ServiceError::new(
        code,
        "The security token included in the request is expired",
    )
    .status(status)
}
