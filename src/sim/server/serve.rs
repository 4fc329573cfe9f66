//! One request from its head to its answer: control path, faults, caller, operation. How an answer is written stands in
//! `answer`.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response};

use super::answer::{self, Body, Cut};
use super::route::{self, Call, Service};
use super::socket::Fuse;
use super::{Shared, control, failure};
use crate::sim::aws::{Aws, OpResult, ServiceError};
use crate::sim::clock::Stamp;
use crate::sim::faults::Kind;
use crate::sim::sts::{self, Caller};
use crate::sim::{cloudwatch, lambda, logs, ssm};

/// No request of these services is larger.
const LARGEST: usize = 8 << 20;
const PORTAL: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Welcome to the network</h1>\
                      <p>Please sign in to continue.</p></body></html>";

/// Answers one request; an error ends the connection without an answer.
pub(super) async fn serve(
    shared: Shared,
    fuse: Fuse,
    request: Request<Incoming>,
) -> Result<Response<Body>, Cut> {
    let arrival = shared.clock.stamp();
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST).collect().await else {
        return Err(Cut);
    };
    let body = unpack(&head, body.to_bytes());
    let id = request_id();
    let mut response = if head.uri.path().starts_with(control::ROOT) {
        control::answer(&shared, &head, &body).await
    } else {
        let caller = Caller::of_header(route::header(&head, "authorization"));
        let call = route::call(&head, &body);
        operation(&shared, &fuse, call, caller, arrival, &id).await?
    };
    answer::finish(&mut response, &shared.clock, &id);
    Ok(response)
}

/// Runs an operation under the faults that strike it.
async fn operation(
    shared: &Shared,
    fuse: &Fuse,
    call: Call,
    caller: Result<Caller, ServiceError>,
    arrival: Stamp,
    id: &str,
) -> Result<Response<Body>, Cut> {
    let (service, protocol) = (call.service, call.protocol);
    shared
        .ledger()
        .record(format!("{}:{}", service.name(), call.operation), arrival);
    let struck = shared
        .faults()
        .strike(service.name(), &call.operation, arrival.sim_ms);
    let fault = struck
        .iter()
        .copied()
        .find(|k| !matches!(k, Kind::Delay(_)));
    for kind in &struck {
        if let Kind::Delay(time) = kind {
            tokio::time::sleep(*time).await;
        }
    }
    match fault {
        Some(Kind::Blackhole) => return std::future::pending().await,
        Some(Kind::Reset) => {
            fuse.blow();
            return Err(Cut);
        }
        Some(Kind::Html) => return Ok(answer::plain(200, "text/html; charset=utf-8", PORTAL)),
        _ => {}
    }
    let response = match settle(shared, &call, caller, fault).await {
        Ok(Settled::Value(value)) => {
            answer::success(service, protocol, &call.operation, &value, id)
        }
        Ok(Settled::Frames(frames)) => {
            return Ok(answer::stream(frames, fault == Some(Kind::Truncate)));
        }
        Err(error) => answer::error(service, protocol, &error, id),
    };
    match fault {
        Some(Kind::AppliedTimeout) => std::future::pending().await,
        Some(Kind::Truncate) => Ok(answer::truncated(response).await),
        _ => Ok(response),
    }
}

/// What an operation gave.
enum Settled {
    Value(crate::sim::wire::Value),
    Frames(tokio::sync::mpsc::Receiver<Bytes>),
}

async fn settle(
    shared: &Shared,
    call: &Call,
    caller: Result<Caller, ServiceError>,
    fault: Option<Kind>,
) -> Result<Settled, ServiceError> {
    let caller = caller?;
    if let Some(error) =
        fault.and_then(|k| failure::of(k, call.service, &call.operation, &caller.arn))
    {
        return Err(error);
    }
    let input = call.input.as_ref().map_err(Clone::clone)?;
    shared.catch_up().await;
    if call.service == Service::Ssm && !shared.ssm_available() {
        return Err(failure::broken(Service::Ssm));
    }
    if call.service == Service::Logs && call.operation == "StartLiveTail" {
        return logs::live_tail::start(shared, input).map(Settled::Frames);
    }
    let run = |aws: &mut Aws, now: i64| -> OpResult {
        match call.service {
            Service::Ssm => ssm::call(aws, &call.operation, input, &caller.arn, now),
            Service::Cloudwatch => cloudwatch::call(aws, &call.operation, input, now),
            Service::Logs => logs::call(aws, &call.operation, input, now),
            Service::Lambda => lambda::call(aws, &call.operation, input, now),
            Service::Sts if fault == Some(Kind::OtherAccount) => Ok(sts::stranger()),
            Service::Sts => sts::call(&call.operation, &caller),
            Service::Unknown => Err(ServiceError::unknown_operation(&call.operation).status(404)),
        }
    };
    let answer = shared.with(|aws, now| {
        aws.partial_data = fault == Some(Kind::Partial);
        aws.kms_denied = fault == Some(Kind::Kms);
        let answer = run(aws, now);
        aws.partial_data = false;
        aws.kms_denied = false;
        answer
    });
    answer.map(Settled::Value)
}

/// The body without its compression: clients pack large requests.
fn unpack(head: &Parts, body: Bytes) -> Bytes {
    if route::header(head, "content-encoding") != Some("gzip") {
        return body;
    }
    let mut plain = Vec::new();
    let most = LARGEST as u64;
    match MultiGzDecoder::new(&body[..])
        .take(most)
        .read_to_end(&mut plain)
    {
        Ok(_) => plain.into(),
        // What is not gzip is read as it is, and refused as malformed.
        Err(_) => body,
    }
}

fn request_id() -> String {
    let hex = format!("{:032x}", fastrand::u128(..));
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}
