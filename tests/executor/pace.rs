//! A write never waits behind polls: whatever reads are queued, hang or are throttled, PutParameter arrives as if nothing were.

use std::time::Duration;

use coalmine::app::Effect;
use coalmine::domain::Timestamp;
use coalmine::domain::lever::LeverId;
use coalmine::domain::log::TailMode;
use coalmine::domain::plan::{Change, Outcome};

use crate::control::arrived;
use crate::rig::{Rig, Setup, wall_us};

/// On a machine that does much else; without any load it is some tens of milliseconds.
const AT_ONCE: Duration = Duration::from_secs(2);

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

async fn time_to_put(rig: &mut Rig, faults: &str, rounds: usize) -> Duration {
    rig.identify().await;
    let order = rig.order(Change::Disable).await;
    rig.fault(faults);
    poll(rig, rounds);
    let pressed = wall_us();
    rig.submit(&order);
    rig.until("PutParameter", |rig| rig.count("ssm:PutParameter") == 1)
        .await;
    let at = arrived(rig.sim.addr(), "ssm:PutParameter").unwrap();
    rig.fault("");
    let (outcome, _) = rig.settled().await;
    assert!(
        matches!(outcome, Outcome::Applied { .. }),
        "{faults}: {outcome:?}"
    );
    Duration::from_micros((at - pressed) as u64)
}

#[tokio::test]
async fn reads_that_hang_do_not_hold_a_write_up() {
    let mut rig = Rig::new(Setup::default());
    let faults = "cloudwatch:*=blackhole\nlogs:*=blackhole\nlambda:*=blackhole\nssm:GetParameterHistory=blackhole";
    let took = time_to_put(&mut rig, faults, 200).await;
    assert!(took < AT_ONCE, "{took:?} with a thousand reads that hang");
}

#[tokio::test]
async fn reads_that_are_throttled_or_slow_do_not_spend_what_a_write_needs() {
    for kind in ["throttle", "503", "delay:2500"] {
        let mut rig = Rig::new(Setup::default());
        let faults = format!(
            "cloudwatch:*={kind}\nlogs:*={kind}\nlambda:*={kind}\nssm:GetParameterHistory={kind}"
        );
        let took = time_to_put(&mut rig, &faults, 40).await;
        assert!(took < AT_ONCE, "{took:?} under {kind}");
    }
}

#[tokio::test]
async fn disabling_the_flag_does_not_wait_for_a_slow_function() {
    let mut rig = Rig::new(Setup::default());
    rig.identify().await;
    let slow = rig.order(Change::FallbackOn).await;
    let order = rig.order(Change::Disable).await;
    rig.fault("lambda:UpdateFunctionConfiguration=delay:4000");
    rig.submit(&slow);
    rig.until("the function's update", |rig| {
        rig.count("lambda:UpdateFunctionConfiguration") == 1
    })
    .await;
    let pressed = wall_us();
    rig.submit(&order);
    rig.until("PutParameter", |rig| rig.count("ssm:PutParameter") == 1)
        .await;
    let took = Duration::from_micros(
        (arrived(rig.sim.addr(), "ssm:PutParameter").unwrap() - pressed) as u64,
    );
    assert!(took < AT_ONCE, "{took:?}");
    let (outcome, _) = rig.settled().await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
}
