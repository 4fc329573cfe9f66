//! The development stage: a test session now and then, so that its group, function and flag are alive. It has no alarms.

use fastrand::Rng;

use super::account::{Account, Point};
use super::flag::Flag;
use super::line::{Kind, Line};
use super::names::{FUNCTION_DEV, GROUP_DEV, PARAMETER_DEV, SessionId};
use super::outbox::Outbox;

/// The development stage.
#[derive(Debug)]
pub(crate) struct Dev {
    rng: Rng,
    next: i64,
    outbox: Outbox,
    streams: [String; 1],
}

impl Dev {
    /// A quiet stage whose one container writes to `stream`; `from` is a whole second.
    pub(crate) fn new(seed: u64, from: i64, stream: String) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            next: from + 40_000,
            outbox: Outbox::new(from),
            streams: [stream],
        }
    }

    /// Lets its test sessions run until `to`. Its container is always cold: each session reads the flag.
    pub(crate) fn run(&mut self, account: &mut dyn Account, ssm_down: bool, to: i64) {
        while self.next < to {
            self.test(account, ssm_down);
        }
        self.outbox.deliver(account, GROUP_DEV, &self.streams, to);
    }

    fn test(&mut self, account: &mut dyn Account, ssm_down: bool) {
        let at = self.next;
        self.next += self.rng.i64(60_000..240_000);
        let session = SessionId::draw(self.rng.u64(..));
        let document = account.parameter(PARAMETER_DEV).filter(|_| !ssm_down);
        let flag = document.and_then(Flag::parse);
        let flag = flag.unwrap_or_else(|| {
            Flag::from_environment(&account.environment(FUNCTION_DEV, None, at))
        });
        let treated = flag.admits(&session.to_string());
        let kind = if treated {
            Kind::PartialForwarded
        } else {
            Kind::FinalForwarded
        };
        let (request, duration) = (self.rng.u32(..), self.rng.u32(300..900));
        let dice = self.rng.u64(..);
        let mut post = |after: u32, kind, amount, share| {
            let at = at + i64::from(after);
            self.outbox.post(
                0,
                Line {
                    at,
                    session,
                    request,
                    share,
                    amount,
                    kind,
                },
                dice,
            );
        };
        post(0, Kind::Start, 0, 0.0);
        post(duration / 3, kind, duration / 2, 0.93);
        post(duration / 2, Kind::FinalForwarded, duration, 0.0);
        post(duration, Kind::End, 0, 0.0);
        post(duration, Kind::Report, duration, 0.0);
        for (name, unit, value) in [
            ("Invocations", "Count", 1.0),
            ("Errors", "Count", 0.0),
            ("Throttles", "Count", 0.0),
            ("Duration", "Milliseconds", f64::from(duration)),
        ] {
            let dimension = Some(("FunctionName", FUNCTION_DEV));
            account.put_metric(Point {
                namespace: "AWS/Lambda",
                name,
                dimension,
                unit,
                at,
                value,
                count: 1,
            });
        }
    }
}
