//! The control path under `/_coalmine/`, for tests: crank the clock, ask for faults, look at what came. AWS has no such path.

use std::time::Duration;

use hyper::Response;
use hyper::http::request::Parts;
use serde_json::json;

use super::Shared;
use super::answer::{Body, plain};
use crate::sim::faults::Fault;
use crate::sim::wire::form;

/// Where the control path begins.
pub(super) const ROOT: &str = "/_coalmine";

/// The farthest that one request may crank the clock, in milliseconds: a week.
const FARTHEST: u64 = 7 * 24 * 3_600_000;

/// Answers a request below [`ROOT`].
pub(super) async fn answer(shared: &Shared, head: &Parts, body: &[u8]) -> Response<Body> {
    let path = head.uri.path().strip_prefix(ROOT).unwrap_or_default();
    match (head.method.as_str(), path) {
        ("POST", "/advance") => advance(shared, head.uri.query().unwrap_or_default()).await,
        ("POST", "/fault") => fault(shared, body),
        ("GET", "/state") => {
            shared.catch_up().await;
            state(shared)
        }
        _ => refusal(
            404,
            "there is no such control path; known are POST advance?ms=N, POST fault and GET state",
        ),
    }
}

async fn advance(shared: &Shared, query: &str) -> Response<Body> {
    let asked = form::pairs(query)
        .into_iter()
        .find(|(k, _)| k == "ms")
        .and_then(|(_, v)| v.parse::<u64>().ok());
    let Some(ms) = asked.filter(|ms| *ms <= FARTHEST) else {
        return refusal(
            400,
            "ms must be a whole number of milliseconds, a week at most",
        );
    };
    shared.clock.advance(Duration::from_millis(ms));
    shared.catch_up().await;
    state(shared)
}

/// Adds the faults of the body, one a line; an empty body takes all of them away. One that is wrong changes nothing.
fn fault(shared: &Shared, body: &[u8]) -> Response<Body> {
    let text = String::from_utf8_lossy(body);
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    match lines
        .iter()
        .map(|line| line.parse::<Fault>())
        .collect::<Result<Vec<_>, _>>()
    {
        Err(error) => return refusal(400, &error.to_string()),
        Ok(faults) if faults.is_empty() => shared.faults().clear(),
        Ok(faults) => faults.into_iter().for_each(|fault| shared.arm(fault)),
    }
    state(shared)
}

fn state(shared: &Shared) -> Response<Body> {
    let stamp = shared.clock.stamp();
    let faults = shared.faults().texts(stamp.sim_ms);
    let ledger = shared.ledger();
    let recent: Vec<_> = ledger
        .recent()
        .map(|(operation, at)| {
            json!({
                "operation": operation,
                "monotonic_us": at.monotonic_us,
                "wall_us": at.wall_us,
                "time_ms": at.sim_ms,
            })
        })
        .collect();
    let state = json!({
        "time_ms": stamp.sim_ms,
        "time": jiff::Timestamp::from_millisecond(stamp.sim_ms).map(|t| t.to_string()).ok(),
        "start_ms": shared.clock.start(),
        "speed": shared.clock.speed(),
        "monotonic_us": stamp.monotonic_us,
        "wall_us": stamp.wall_us,
        "scenario": shared.inner.scenario.name(),
        "seed": shared.inner.seed,
        "requests": ledger.counts(),
        "recent": recent,
        "faults": faults,
    });
    plain(200, "application/json", state.to_string())
}

fn refusal(status: u16, what: &str) -> Response<Body> {
    plain(
        status,
        "application/json",
        json!({ "error": what }).to_string(),
    )
}
