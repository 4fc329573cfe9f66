//! Answers as each protocol writes them, errors included, and the headers that every answer has. It decides nothing.

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::Response;
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use tokio::sync::mpsc::Receiver;

use super::route::{Protocol, Service};
use crate::sim::aws::ServiceError;
use crate::sim::clock::SimClock;
use crate::sim::cloudwatch;
use crate::sim::wire::{Value, cbor, json, query};

/// The body of an answer: it may break off.
pub(super) type Body = BoxBody<Bytes, Cut>;

/// The connection is to end here, whatever was still to come.
#[derive(Debug, thiserror::Error)]
#[error("the answer is cut here")]
pub(super) struct Cut;

/// The XML namespace of a service that answers in XML.
fn namespace(service: Service) -> &'static str {
    match service {
        Service::Cloudwatch => "http://monitoring.amazonaws.com/doc/2010-08-01/",
        _ => "https://sts.amazonaws.com/doc/2011-06-15/",
    }
}

/// A body that is there as a whole.
pub(super) fn whole(body: impl Into<Bytes>) -> Body {
    Full::new(body.into())
        .map_err(|never| match never {})
        .boxed()
}

/// An answer with this status, type and body.
pub(super) fn plain(status: u16, kind: &'static str, body: impl Into<Bytes>) -> Response<Body> {
    let mut response = Response::new(whole(body));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// What an operation answered.
pub(super) fn success(
    service: Service,
    protocol: Protocol,
    operation: &str,
    value: &Value,
    id: &str,
) -> Response<Body> {
    let empty = Value::Map(Vec::new());
    let value = if value.is_null() { &empty } else { value };
    match protocol {
        Protocol::Json10 | Protocol::Json11 => plain(200, kind(protocol), json::encode(value)),
        Protocol::Rest if operation.starts_with("Delete") => {
            let mut response = Response::new(whole(""));
            *response.status_mut() = hyper::StatusCode::NO_CONTENT;
            response
        }
        Protocol::Rest => {
            let made = operation.starts_with("Create") || operation.starts_with("Publish");
            plain(
                if made { 201 } else { 200 },
                kind(protocol),
                json::encode(value),
            )
        }
        Protocol::Cbor => smithy(plain(200, kind(protocol), cbor::encode(value))),
        Protocol::Query => plain(
            200,
            kind(protocol),
            query::encode(operation, value, namespace(service), id),
        ),
    }
}

/// What went wrong.
pub(super) fn error(
    service: Service,
    protocol: Protocol,
    error: &ServiceError,
    id: &str,
) -> Response<Body> {
    let message = Some(error.message.as_str()).filter(|m| !m.is_empty());
    let body = |kind: String, member: &str| {
        let members = vec![
            ("__type".to_owned(), kind.into()),
            (member.to_owned(), message.into()),
        ];
        Value::Map(members)
    };
    let mut response = match protocol {
        Protocol::Json10 | Protocol::Json11 => plain(
            error.status,
            kind(protocol),
            json::encode(&body(
                error.code.to_owned(),
                message_member(service, error.code),
            )),
        ),
        Protocol::Cbor => {
            let kind_name = format!("com.amazonaws.cloudwatch#{}", error.code);
            smithy(plain(
                error.status,
                kind(protocol),
                cbor::encode(&body(kind_name, "message")),
            ))
        }
        Protocol::Rest => {
            let blame = blame_of(error, "User", "Service");
            let body = serde_json::json!({"Type": blame, "Message": error.message, "message": error.message});
            plain(error.status, kind(protocol), body.to_string())
        }
        Protocol::Query => plain(
            error.status,
            kind(protocol),
            query::error(
                blame_of(error, "Sender", "Receiver"),
                cloudwatch::query_code(error.code),
                &error.message,
                namespace(service),
                id,
            ),
        ),
    };
    if protocol != Protocol::Query {
        set(&mut response, "x-amzn-errortype", error.code);
    }
    if service == Service::Cloudwatch {
        let blame = blame_of(error, "Sender", "Receiver");
        set(
            &mut response,
            "x-amzn-query-error",
            &format!("{};{blame}", cloudwatch::query_code(error.code)),
        );
    }
    response
}

/// A stream of frames, each sent when it comes.
pub(super) fn stream(frames: Receiver<Bytes>, cut: bool) -> Response<Body> {
    let frames = stream::unfold((frames, 0_usize), move |(mut frames, sent)| async move {
        // A session that is to break off does so in the middle of its second frame.
        if cut && sent > 1 {
            flushed().await;
            return Some((Err(Cut), (frames, sent)));
        }
        let frame = frames.recv().await?;
        let half = if cut && sent == 1 {
            frame.slice(..frame.len() / 2)
        } else {
            frame
        };
        Some((Ok(Frame::data(half)), (frames, sent + 1)))
    });
    let mut response = Response::new(BoxBody::new(StreamBody::new(frames)));
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.amazon.eventstream"),
    );
    response
}

/// The same answer, which promises its whole length and breaks off in the middle.
pub(super) async fn truncated(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    let bytes = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let half = bytes.slice(..bytes.len() / 2);
    let frames = stream::unfold(Some(half), |half| async move {
        if let Some(half) = half {
            return Some((Ok(Frame::data(half)), None));
        }
        flushed().await;
        Some((Err(Cut), None))
    });
    Response::from_parts(head, BoxBody::new(StreamBody::new(frames)))
}

/// What was written before goes out while a body waits; an error at once would throw it away.
async fn flushed() {
    tokio::task::yield_now().await;
}

/// Gives an answer the headers that every answer has: its id, and the simulated time with its speed.
pub(super) fn finish(response: &mut Response<Body>, clock: &SimClock, id: &str) {
    set(response, "x-amzn-requestid", id);
    set(
        response,
        "x-coalmine-clock",
        &format!("{};{}", clock.now(), clock.speed()),
    );
}

fn set(response: &mut Response<Body>, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
}

fn smithy(mut response: Response<Body>) -> Response<Body> {
    set(&mut response, "smithy-protocol", "rpc-v2-cbor");
    response
}

fn kind(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json10 => "application/x-amz-json-1.0",
        Protocol::Json11 => "application/x-amz-json-1.1",
        Protocol::Rest => "application/json",
        Protocol::Cbor => "application/cbor",
        Protocol::Query => "text/xml",
    }
}

/// How a service model spells the member that holds an error's text: Parameter Store's has both ways.
fn message_member(service: Service, code: &str) -> &'static str {
    let upper = matches!(
        code,
        "AccessDeniedException"
            | "InternalServerError"
            | "InvalidFilterValue"
            | "InvalidNextToken"
            | "ThrottlingException"
            | "ValidationException"
    );
    if service == Service::Ssm && upper {
        "Message"
    } else {
        "message"
    }
}

/// Whose fault it is, in the words of the protocol.
fn blame_of(error: &ServiceError, client: &'static str, service: &'static str) -> &'static str {
    if error.status < 500 { client } else { service }
}
