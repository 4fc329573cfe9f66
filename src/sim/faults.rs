//! Faults on demand: which requests fail, how, and for how long. What a fault does to a request stands in `server`.

use std::time::Duration;

use fastrand::Rng;

mod grammar;
#[cfg(test)]
mod tests;

pub use grammar::FaultError;
pub(in crate::sim) use grammar::nearest;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The answer comes later by this real time.
    Delay(Duration),
    /// The request is taken and never answered; nothing is done.
    Blackhole,
    /// The connection is reset.
    Reset,
    /// The service fails: status 500.
    ServerError,
    /// The service is not available: status 503.
    Unavailable,
    /// The caller asks too often.
    Throttle,
    /// The caller may not do this.
    Denied,
    /// The caller's credentials have run out.
    Expired,
    /// It is done, but the answer breaks off in the middle.
    Truncate,
    /// GetMetricData answers with `PartialData`.
    Partial,
    /// It is done, but the answer never comes.
    AppliedTimeout,
    /// A captive portal answers: status 200 and a page of HTML.
    Html,
    /// The environment of a function cannot be decrypted.
    Kms,
    /// The credentials are of another account now.
    OtherAccount,
}

/// One fault as it was asked for: `SERVICE:OPERATION=KIND[,for=SECONDS][,times=N][,rate=P]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The service, or a pattern with `*`.
    pub service: String,
    /// The operation, or a pattern with `*`.
    pub operation: String,
    /// What happens.
    pub kind: Kind,
    /// For how many simulated milliseconds it lasts; without end when absent.
    pub lasts: Option<i64>,
    /// How often it strikes; without end when absent.
    pub times: Option<u32>,
    /// Which share of the requests it strikes, 0 to 1.
    pub rate: f64,
    /// The text that it was parsed from.
    pub text: String,
}

/// The faults in force.
#[derive(Debug)]
pub struct Faults {
    armed: Vec<Armed>,
    dice: Rng,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    until: Option<i64>,
}

impl Faults {
    /// No faults; those with a rate are drawn from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            armed: Vec::new(),
            dice: Rng::with_seed(seed),
        }
    }

    /// Puts a fault in force from `now` (simulated milliseconds).
    pub fn arm(&mut self, fault: Fault, now: i64) {
        let until = fault.lasts.map(|lasts| now.saturating_add(lasts));
        self.armed.push(Armed { fault, until });
    }

    /// Takes every fault out of force.
    pub fn clear(&mut self) {
        self.armed.clear();
    }

    /// The texts of the faults that are in force at `now`.
    pub fn texts(&mut self, now: i64) -> Vec<String> {
        self.expire(now);
        self.armed.iter().map(|a| a.fault.text.clone()).collect()
    }

    /// What strikes a request of `service` and `operation` at `now`: every delay that fits, and the first other fault.
    pub fn strike(&mut self, service: &str, operation: &str, now: i64) -> Vec<Kind> {
        self.expire(now);
        let mut struck: Vec<Kind> = Vec::new();
        for armed in &mut self.armed {
            let fault = &mut armed.fault;
            let delay = matches!(fault.kind, Kind::Delay(_));
            let taken = !delay && struck.iter().any(|k| !matches!(k, Kind::Delay(_)));
            if taken || !matches(&fault.service, service) || !matches(&fault.operation, operation) {
                continue;
            }
            if fault.rate < 1.0 && self.dice.f64() >= fault.rate {
                continue;
            }
            fault.times = fault.times.map(|left| left.saturating_sub(1));
            struck.push(fault.kind);
        }
        self.expire(now);
        struck
    }

    fn expire(&mut self, now: i64) {
        self.armed
            .retain(|a| a.until.is_none_or(|until| now < until) && a.fault.times != Some(0));
    }
}

/// Whether `text` fits `pattern`, in which `*` stands for any run of characters.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.strip_prefix(head).is_some_and(|rest| {
            rest.char_indices()
                .map(|(i, _)| i)
                .chain([rest.len()])
                .any(|i| matches(tail, &rest[i..]))
        }),
    }
}
