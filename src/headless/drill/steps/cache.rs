//! Step 5: how long a service goes on with the old document after a write, on the clock of the watched world.

use std::time::{Duration, Instant};

use super::{Ground, Outcome, Passed, Stage, Trouble};
use crate::domain::Percent;
use crate::domain::plan::Change;
use crate::domain::signal::format_span;
use crate::flag_client::FlagClient;

/// How often the client is asked, in real time: as a service that is busy asks it.
const PACE: Duration = Duration::from_millis(20);
/// What the wait may take beyond the horizon, in real time.
const SLACK: Duration = Duration::from_secs(15);

pub(super) async fn step(stage: &mut Stage, ground: &Ground<'_>) -> Outcome {
    let client = stage.client(ground.ttl);
    stage.write(Change::SetPercent(Percent::FULL)).await?;
    stage.renew(&client).await?;
    let clock = std::sync::Arc::clone(&stage.stores.clock);
    let read_at = clock.now();
    if !treated(&client) {
        return Err(Trouble::Failed(
            "at 100 % the flag client treats nobody".to_owned(),
        ));
    }
    stage.write(Change::Disable).await?;
    let written_at = clock.now();
    let deadline = Instant::now() + real(client.horizon(), clock.speed()) + SLACK;
    let mut kept = None;
    loop {
        let asked_at = clock.now();
        client.refresh_if_due().await;
        if !treated(&client) {
            break;
        }
        kept = Some(asked_at);
        if Instant::now() > deadline {
            let why = if clock.speed() > 0.0 {
                format!(
                    "{} after the write the flag client still treats sessions by the old document",
                    format_span(clock.now().since(written_at))
                )
            } else {
                "the clock of the watched world stands still: no cache expires".to_owned()
            };
            return Err(Trouble::Failed(why));
        }
        stage.pause(PACE).await?;
    }
    let age = clock.now().since(read_at);
    // Only what was seen to be served counts: where this machine stood still meanwhile, nobody was served.
    let served = kept.map_or(Duration::ZERO, |at| at.since(read_at));
    // A write that took longer than the TTL was never cached over.
    let early = kept.is_none() && written_at.since(read_at) + Duration::from_secs(1) < ground.ttl;
    if early {
        return Err(Trouble::Failed(format!(
            "the flag client read again {} after its last read: the TTL is {}",
            format_span(age),
            format_span(ground.ttl)
        )));
    }
    let horizon = client.horizon() + passing(PACE * 5, clock.speed());
    if served > horizon {
        return Err(Trouble::Failed(format!(
            "the old document was served for {}: TTL and read allow {}",
            format_span(served),
            format_span(horizon)
        )));
    }
    Ok(Passed::Yes(format!(
        "the old document was served until {} after its read (TTL {}), {} after the write",
        format_span(age),
        format_span(ground.ttl),
        format_span(clock.now().since(written_at))
    )))
}

fn treated(client: &FlagClient) -> bool {
    client.is_enabled("golden-eagle-427").enabled
}

/// How long a span of the world takes here.
fn real(span: Duration, speed: f64) -> Duration {
    if speed > 0.0 {
        span.div_f64(speed)
    } else {
        Duration::ZERO
    }
}

/// How much of the world's time passes in a span of ours.
fn passing(span: Duration, speed: f64) -> Duration {
    span.mul_f64(speed.max(1.0))
}
