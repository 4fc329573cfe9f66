//! What of an order may be written down: values of variables that it does not change become markers. It writes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Order, Replaced, Write};
use crate::domain::lever::{LeverContent, UpdateStatus};

/// What a masked value begins with.
const MARK: &str = "masked-sha256:";

/// The order as the journal keeps it: of the variables that are written, only those that change keep their values; every other
/// one becomes a marker that can be compared but not read.
pub fn masked(order: &Order) -> Order {
    let mut order = order.clone();
    order.plan.write = masked_write(&order.plan.write, &order.plan.replaced);
    order
}

pub(crate) fn masked_write(write: &Write, replaced: &Replaced) -> Write {
    let Write::Variables(variables) = write else {
        return write.clone();
    };
    let changes = |name: &String| match replaced {
        Replaced::Variables(replaced) => replaced.contains_key(name),
        _ => false,
    };
    let mask = |(name, value): (&String, &String)| {
        let kept = changes(name) || value.starts_with(MARK);
        let value = if kept { value.clone() } else { marker(value) };
        (name.clone(), value)
    };
    Write::Variables(variables.iter().map(mask).collect())
}

fn marker(value: &str) -> String {
    let digest = Sha256::digest(value.as_bytes());
    let mut out = MARK.to_owned();
    for byte in digest.iter().take(6) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Whether a value is a marker already: it can be compared and not read, and hiding it once more would only make it incomparable.
pub fn is_marker(value: &str) -> bool {
    value.strip_prefix(MARK).is_some_and(|digest| {
        digest.len() == 12 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Whether a value that was written down, masked or not, is this one.
pub fn value_matches(written: &str, actual: &str) -> bool {
    written == actual || written.starts_with(MARK) && written == marker(actual)
}

/// Whether variables that were written down, masked or not, are these.
pub fn variables_match(
    written: &BTreeMap<String, String>,
    actual: &BTreeMap<String, String>,
) -> bool {
    written.len() == actual.len()
        && written
            .iter()
            .zip(actual)
            .all(|((name, value), (other, now))| name == other && value_matches(value, now))
}

/// Whether the lever holds what was written and has taken it up.
pub fn is_in_force(write: &Write, replaced: &Replaced, content: &LeverContent) -> bool {
    match (write, content) {
        (Write::Nothing, _) => true,
        (Write::Document(text), LeverContent::Document(now)) => text == now,
        (Write::Variables(written), LeverContent::Function(now)) => {
            now.update == UpdateStatus::Successful
                && now
                    .variables
                    .as_ref()
                    .is_ok_and(|now| variables_match(written, now))
        }
        (Write::PublishAndRepoint { .. }, LeverContent::Function(now)) => {
            let moved = now.alias.as_ref().is_some_and(
                |alias| !matches!(replaced, Replaced::AliasVersion(old) if *old == alias.version),
            );
            moved && now.update == UpdateStatus::Successful
        }
        _ => false,
    }
}
