//! Sessions that are asked for, and what the bucket rule says of them. It decides nothing.

use crate::domain::Percent;
use crate::domain::flag::{Comparison, Flag, bucket, exposed, is_treated};
use crate::flag_client::{FlagClient, Reason};

/// Sessions that are sampled.
const SESSIONS: u32 = 1000;
/// Ids whose digests are published elsewhere, with their buckets: a client with a rule of its own does not pass.
const KNOWN: [(&str, u8); 3] = [("golden-eagle-427", 73), ("abc", 19), ("", 10)];

/// Asks the client for sampled sessions. Answers in words how they landed.
///
/// # Errors
/// The first session that did not land as the rule says, or that something else than the rule decides.
pub(super) fn land(
    client: &FlagClient,
    enabled: bool,
    percent: Percent,
    comparison: Comparison,
) -> Result<String, String> {
    let flag = Flag {
        enabled,
        rollout_percentage: percent,
        listed: Vec::new(),
    };
    let ids = (0..SESSIONS).map(|number| format!("drill-{number:04}"));
    let ids = ids.map(|id| (bucket(&id), id));
    let known = KNOWN.map(|(id, bucket)| (bucket, id.to_owned()));
    let (mut treated, mut all) = (0_u32, 0_u32);
    for (bucket, id) in ids.chain(known) {
        let decision = client.is_enabled(&id);
        if decision.reason == Reason::ConditionUnmet {
            return Err(
                "the document's conditions decide before the percentage: sessions alone tell nothing"
                    .to_owned(),
            );
        }
        if decision.enabled != is_treated(&flag, bucket, comparison) {
            return Err(format!(
                "session `{id}` is in bucket {bucket}, and at {percent} the flag client says {decision}"
            ));
        }
        all += 1;
        treated += u32::from(decision.enabled);
    }
    let share = f64::from(treated) * 100.0 / f64::from(all);
    let wanted = f64::from(exposed(&flag, comparison).get());
    // Four standard deviations of a thousand draws are 6.3 points at most.
    if (share - wanted).abs() > 6.5 {
        return Err(format!(
            "{treated} of {all} sampled sessions are treated at {percent}"
        ));
    }
    Ok(format!("{treated} of {all} sessions at {percent}"))
}
