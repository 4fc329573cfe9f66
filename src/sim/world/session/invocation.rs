//! One session's invocations of the function: how long they take, which fail, what Lambda itself logs about them.
//! What the service does with a result inside of one is the session's.

use super::{Kind, Line, Session, Surroundings};

impl Session {
    /// Runs the next invocation. One that fails is tried again soon.
    pub(super) fn invoke(&mut self, around: &mut Surroundings<'_>) {
        let at = self.next_invocation;
        let dice = self.rng.u64(..);
        let slow = if self.treated {
            around.trouble.slow
        } else {
            1.0
        };
        let duration = around.tally.invoked(dice, around.drift, slow);
        let hurt = self.treated && (dice >> 20 & 0xfff) < around.trouble.fail;
        let failed = hurt || around.tally.is_unlucky(at);
        if failed {
            around.tally.failed();
            let which = if hurt {
                (dice >> 40 & 3) as u32 & 2
            } else {
                1 + (dice >> 40 & 2) as u32
            };
            self.log(
                around.outbox,
                at + i64::from(duration),
                Kind::Failure,
                0.0,
                which,
            );
        }
        if (dice >> 32).trailing_zeros() >= 3 {
            self.account_for(around, at, duration, (dice >> 8) as u32);
        }
        let pause = (dice >> 44 & 0xfff) as i64;
        self.next_invocation += if hurt {
            4000 + pause
        } else {
            26_000 + 2 * pause
        };
    }

    /// Lambda's own lines about one invocation: they share a request id.
    fn account_for(&mut self, around: &mut Surroundings<'_>, at: i64, duration: u32, request: u32) {
        let end = at + i64::from(duration);
        let dice = self.rng.u64(..);
        for (at, kind, amount) in [
            (at, Kind::Start, around.version),
            (end, Kind::End, 0),
            (end, Kind::Report, duration),
        ] {
            let line = Line {
                at,
                session: self.id,
                request,
                share: 0.0,
                amount,
                kind,
            };
            around.outbox.post(self.container, line, dice);
        }
    }
}
