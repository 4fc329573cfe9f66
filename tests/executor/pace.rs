//! A write never waits behind polls: whatever reads are queued, hang or are throttled, PutParameter arrives as if nothing were.

use std::time::Duration;

use coalmine::app::{Effect, Msg};
use coalmine::domain::lever::LeverId;
use coalmine::domain::log::TailMode;
use coalmine::domain::plan::{Change, Outcome};
use coalmine::domain::{Percent, Timestamp};

use crate::control::arrived;
use crate::rig::{Rig, Setup, wall_us};

/// What an order may take longer than the same order took while all was calm: far less than any poll has patience.
const SLACK: Duration = Duration::from_secs(2);

fn poll(rig: &Rig, rounds: usize) {
    let to = Timestamp::from_millis(1_790_000_000_000);
    for _ in 0..rounds {
        let sample = Effect::Sample {
            from: to - Duration::from_mins(5),
            to,
        };
        let function = Effect::ReadLever(LeverId::Fallback);
        for effect in [
            sample,
            Effect::ReadAlarms,
            Effect::Tail(TailMode::Poll),
            function,
            Effect::ReadHistory,
        ] {
            rig.executor.execute(effect);
        }
    }
}

/// How long it takes from the order to the arrival of its write.
async fn time_to_put(rig: &mut Rig, change: Change, trouble: impl AsyncFnOnce(&Rig)) -> Duration {
    let order = rig.order(change).await;
    let before = rig.count(PUT);
    trouble(rig).await;
    let pressed = wall_us();
    rig.submit(&order);
    rig.until("PutParameter", |rig| rig.count(PUT) == before + 1)
        .await;
    let at = arrived(rig.sim.addr(), PUT).unwrap();
    rig.fault("");
    Duration::from_micros((at - pressed) as u64)
}

const PUT: &str = "ssm:PutParameter";

/// The same again, and how long the same takes while all is calm: the machine may be busy with other things.
async fn compared(trouble: impl AsyncFnOnce(&Rig)) {
    let mut rig = Rig::new(Setup::default());
    rig.identify().await;
    let five = Change::SetPercent(Percent::new(5).unwrap());
    let calm = time_to_put(&mut rig, five, async |_| ()).await;
    applied(&mut rig).await;
    let took = time_to_put(&mut rig, Change::Disable, trouble).await;
    assert!(
        took < calm * 4 + SLACK,
        "{took:?}, and {calm:?} while all was calm"
    );
    applied(&mut rig).await;
}

async fn applied(rig: &mut Rig) {
    let (outcome, _) = rig.settled().await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_hang_do_not_hold_a_write_up() {
    compared(async |rig| {
        rig.fault("cloudwatch:*=blackhole\nlogs:*=blackhole\nlambda:*=blackhole\nssm:GetParameterHistory=blackhole");
        poll(rig, 30);
        rig.until("every poll", |rig| {
            ["cloudwatch:GetMetricData", "lambda:GetFunctionConfiguration", "ssm:GetParameterHistory"]
                .iter()
                .all(|operation| rig.count(operation) >= 30)
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hanging_poll_of_the_flag_itself_does_not_hold_its_write_up() {
    compared(async |rig| {
        let before = rig.count("ssm:GetParameter");
        rig.fault("ssm:GetParameter=blackhole,times=20");
        for _ in 0..20 {
            rig.executor.execute(Effect::ReadLever(LeverId::Flag));
        }
        rig.until("every poll", |rig| {
            rig.count("ssm:GetParameter") == before + 20
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_are_throttled_or_slow_do_not_spend_what_a_write_needs() {
    for kind in ["throttle", "503", "delay:2500"] {
        compared(async |rig| {
            rig.fault(&format!("cloudwatch:*={kind}\nlogs:*={kind}\nlambda:*={kind}\nssm:GetParameterHistory={kind}"));
            poll(rig, 20);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disabling_the_flag_does_not_wait_for_a_slow_function() {
    let mut rig = Rig::new(Setup::default());
    rig.identify().await;
    let slow = rig.order(Change::FallbackOn).await;
    let order = rig.order(Change::Disable).await;
    rig.fault("lambda:UpdateFunctionConfiguration=delay:9000");
    rig.submit(&slow);
    rig.until("the function's update", |rig| {
        rig.count("lambda:UpdateFunctionConfiguration") == 1
    })
    .await;
    rig.submit(&order);
    let first = |msg| match msg {
        Msg::Settled { order, outcome, .. } => Some((order.plan.lever, outcome)),
        _ => None,
    };
    let (lever, outcome) = rig.wait(first).await;
    assert!(
        lever == LeverId::Flag && matches!(outcome, Outcome::Applied { .. }),
        "{lever:?}: {outcome:?}"
    );
}
