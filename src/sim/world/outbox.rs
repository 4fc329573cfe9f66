//! Lines on their way to the log store: each arrives some seconds after it was written. It judges and renders nothing.

use super::account::Account;
use super::line::Line;

/// One slot per second; the longest way plus the longest chunk must fit.
const SLOTS: usize = 256;

#[derive(Clone, Copy, Debug)]
struct Letter {
    arrives: i64,
    stream: u16,
    line: Line,
}

/// Lines that were written and have not arrived.
#[derive(Debug)]
pub(crate) struct Outbox {
    slots: Vec<Vec<Letter>>,
    delivered_to: i64,
}

impl Outbox {
    /// An empty outbox whose first second is `from`, a whole second in milliseconds.
    pub(crate) fn new(from: i64) -> Self {
        Self {
            slots: vec![Vec::new(); SLOTS],
            delivered_to: from,
        }
    }

    /// Hands a line in. `dice` decides its delay: 0.8 to 4.9 s, and one in 512 takes 30 to 94 s.
    pub(crate) fn post(&mut self, stream: u16, line: Line, dice: u64) {
        let usual = 800 + (dice & 0xfff) as i64;
        let late = if (dice >> 12).trailing_zeros() >= 9 {
            30_000 + (dice >> 24 & 0xffff) as i64
        } else {
            0
        };
        let arrives = line.at + usual.max(late);
        let slot = (arrives.div_euclid(1000)).rem_euclid(SLOTS as i64) as usize;
        if let Some(letters) = self.slots.get_mut(slot) {
            letters.push(Letter {
                arrives,
                stream,
                line,
            });
        }
    }

    /// Delivers what arrives before `to`, a whole second, in the order of arrival.
    pub(crate) fn deliver(
        &mut self,
        account: &mut dyn Account,
        group: &str,
        streams: &[String],
        to: i64,
    ) {
        while self.delivered_to < to {
            let slot = self.delivered_to.div_euclid(1000).rem_euclid(SLOTS as i64) as usize;
            if let Some(letters) = self.slots.get_mut(slot) {
                letters.sort_by_key(|letter| letter.arrives);
                for letter in letters.drain(..) {
                    let stream = streams
                        .get(usize::from(letter.stream))
                        .map_or("", String::as_str);
                    account.put_log(group, stream, letter.arrives, letter.line);
                }
            }
            self.delivered_to += 1000;
        }
    }
}
