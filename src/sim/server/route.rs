//! Which service, operation and protocol a request means, and its members. It runs nothing.

use hyper::http::request::Parts;

use crate::sim::aws::ServiceError;
use crate::sim::lambda;
use crate::sim::wire::{Value, cbor, form, json, query as xml};

const CLOUDWATCH: &str = "/service/GraniteServiceVersion20100801/operation/";

/// How requests and answers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// awsJson 1.0.
    Json10,
    /// awsJson 1.1.
    Json11,
    /// restJson 1.
    Rest,
    /// rpc-v2-cbor.
    Cbor,
    /// awsQuery: a form asks, XML answers.
    Query,
}

/// The simulated services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Ssm,
    Cloudwatch,
    Logs,
    Lambda,
    Sts,
    /// None of them; the request is answered with an error.
    Unknown,
}

/// A request, understood as far as possible.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) service: Service,
    pub(super) operation: String,
    pub(super) protocol: Protocol,
    pub(super) input: Result<Value, ServiceError>,
}

impl Service {
    /// The name that faults and counts use.
    pub(super) fn name(self) -> &'static str {
        match self {
            Service::Ssm => "ssm",
            Service::Cloudwatch => "cloudwatch",
            Service::Logs => "logs",
            Service::Lambda => "lambda",
            Service::Sts => "sts",
            Service::Unknown => "unknown",
        }
    }
}

/// Understands a request with this head and body.
pub(super) fn call(head: &Parts, body: &[u8]) -> Call {
    let path = head.uri.path();
    if let Some(operation) = path.strip_prefix(CLOUDWATCH) {
        let input = cbor_input(body);
        return Call {
            service: Service::Cloudwatch,
            operation: operation.to_owned(),
            protocol: Protocol::Cbor,
            input,
        };
    }
    if let Some(target) = header(head, "x-amz-target") {
        return targeted(head, target, body);
    }
    if path.starts_with("/2015-03-31/") {
        return rest(head, body);
    }
    if head.method == "POST"
        && header(head, "content-type").is_some_and(|t| t.contains("x-www-form-urlencoded"))
    {
        return query(body);
    }
    unknown(format!("{} {path}", head.method), Protocol::Json11)
}

/// The value of a header, when it is text.
pub(super) fn header<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name).and_then(|v| v.to_str().ok())
}

fn targeted(head: &Parts, target: &str, body: &[u8]) -> Call {
    let old = header(head, "content-type").is_some_and(|t| t.contains("x-amz-json-1.0"));
    let protocol = if old {
        Protocol::Json10
    } else {
        Protocol::Json11
    };
    let (prefix, operation) = target.split_once('.').unwrap_or(("", target));
    let service = match prefix {
        "AmazonSSM" => Service::Ssm,
        "Logs_20140328" => Service::Logs,
        "GraniteServiceVersion20100801" => Service::Cloudwatch,
        _ => return unknown(target.to_owned(), protocol),
    };
    Call {
        service,
        operation: operation.to_owned(),
        protocol,
        input: json_input(body),
    }
}

fn rest(head: &Parts, body: &[u8]) -> Call {
    let (path, asked) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let Some((operation, members)) = lambda::operation(head.method.as_str(), path, asked) else {
        return unknown(format!("{} {path}", head.method), Protocol::Rest);
    };
    // What the path and the query say counts more than a member of the same name in the body.
    let input = json_input(body).map(|body| {
        let rest = body
            .members()
            .iter()
            .filter(|(k, _)| !members.iter().any(|(own, _)| own == k))
            .cloned();
        Value::Map(members.iter().cloned().chain(rest).collect())
    });
    Call {
        service: Service::Lambda,
        operation: operation.to_owned(),
        protocol: Protocol::Rest,
        input,
    }
}

fn query(body: &[u8]) -> Call {
    let pairs = form::pairs(&String::from_utf8_lossy(body));
    let operation = pairs
        .iter()
        .find(|(k, _)| k == "Action")
        .map(|(_, v)| v.clone())
        .unwrap_or_default();
    // Only the version tells apart who is asked; older clients ask CloudWatch in this way.
    let cloudwatch = pairs
        .iter()
        .any(|(k, v)| k == "Version" && v == "2010-08-01");
    Call {
        service: if cloudwatch {
            Service::Cloudwatch
        } else {
            Service::Sts
        },
        operation,
        protocol: Protocol::Query,
        input: Ok(xml::decode(pairs)),
    }
}

fn unknown(operation: String, protocol: Protocol) -> Call {
    Call {
        service: Service::Unknown,
        operation,
        protocol,
        input: Ok(Value::Null),
    }
}

fn json_input(body: &[u8]) -> Result<Value, ServiceError> {
    structure(json::decode(body))
}

fn cbor_input(body: &[u8]) -> Result<Value, ServiceError> {
    if body.is_empty() {
        Ok(Value::Map(Vec::new()))
    } else {
        structure(cbor::decode(body))
    }
}

fn structure(read: Result<Value, String>) -> Result<Value, ServiceError> {
    match read {
        Ok(value @ Value::Map(_)) => Ok(value),
        Ok(_) => Err(ServiceError::new(
            "SerializationException",
            "Start of structure or map found where not expected.",
        )),
        Err(what) => Err(ServiceError::new("SerializationException", what)),
    }
}
