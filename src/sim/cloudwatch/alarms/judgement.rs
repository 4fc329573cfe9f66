//! From datapoints to a state: M of N, missing data, too few samples. Pure; it fetches nothing and writes no reason.

use super::alarm::{Missing, StateValue};

/// One period of the evaluation range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Datapoint {
    /// When the period began (milliseconds).
    pub at: i64,
    /// The value; nothing where data is missing.
    pub value: Option<f64>,
    /// How many samples it rests on, where that is known.
    pub samples: Option<f64>,
}

/// What was decided, and on what grounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The state; nothing where the current one stays.
    pub state: Option<StateValue>,
    /// The real datapoints that were looked at, oldest first.
    pub evaluated: Vec<Datapoint>,
    /// How many missing ones were made up by the missing-data rule.
    pub filled: usize,
}

/// Judges the evaluation range, oldest first, by whether a value breaches; `n` datapoints are looked at and `m` of them must breach.
///
/// With `n` real datapoints in the range the newest `n` decide and the missing-data rule plays no part. With fewer, all of them count
/// and the rule fills up to `n`. Where data counts as missing and everything real breaches, the alarm waits until the oldest of them
/// is `m` periods old: the next datapoint might not breach.
pub fn judge(
    range: &[Datapoint],
    (m, n): (usize, usize),
    missing: Missing,
    breaches: impl Fn(f64) -> bool,
) -> Judgement {
    let real: Vec<Datapoint> = range
        .iter()
        .filter(|p| p.value.is_some())
        .copied()
        .collect();
    let evaluated = real[real.len().saturating_sub(n)..].to_vec();
    let filled = n - evaluated.len();
    let breaching = evaluated
        .iter()
        .filter(|p| p.value.is_some_and(&breaches))
        .count();
    let alarm_if = |is: bool| {
        Some(if is {
            StateValue::Alarm
        } else {
            StateValue::Ok
        })
    };
    let state = match missing {
        _ if filled == 0 || breaching >= m => alarm_if(breaching >= m),
        Missing::Breaching => alarm_if(breaching + filled >= m),
        Missing::NotBreaching => Some(StateValue::Ok),
        Missing::Missing if evaluated.is_empty() => Some(StateValue::InsufficientData),
        Missing::Ignore if evaluated.is_empty() => None,
        Missing::Missing | Missing::Ignore if breaching < evaluated.len() => Some(StateValue::Ok),
        Missing::Ignore => None,
        Missing::Missing => {
            let age = range
                .iter()
                .position(|p| p.value.is_some())
                .map_or(0, |oldest| range.len() - oldest);
            (age >= m).then_some(StateValue::Alarm)
        }
    };
    Judgement {
        state,
        evaluated,
        filled,
    }
}

/// Whether a percentile rests on too few samples to mean anything: fewer than 10 beyond it, on its shorter side.
pub fn is_low_sample(percent: f64, samples: f64) -> bool {
    let beyond = percent.min(100.0 - percent) / 100.0;
    samples * beyond < 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `0` within, `X` beyond, `-` missing, the newest at the right.
    fn range(points: &str) -> Vec<Datapoint> {
        let value = |c| match c {
            'X' => Some(9.0),
            '0' => Some(1.0),
            _ => None,
        };
        points
            .chars()
            .enumerate()
            .map(|(i, c)| Datapoint {
                at: i as i64 * 60_000,
                value: value(c),
                samples: None,
            })
            .collect()
    }

    fn states(points: &str, m: usize, n: usize) -> [Option<StateValue>; 4] {
        [
            Missing::Missing,
            Missing::Ignore,
            Missing::Breaching,
            Missing::NotBreaching,
        ]
        .map(|missing| judge(&range(points), (m, n), missing, |v| v > 5.0).state)
    }

    const OK: Option<StateValue> = Some(StateValue::Ok);
    const ALARM: Option<StateValue> = Some(StateValue::Alarm);
    const INSUFFICIENT: Option<StateValue> = Some(StateValue::InsufficientData);
    const STAYS: Option<StateValue> = None;

    #[test]
    fn three_of_three_as_documented() {
        assert_eq!(states("0-X-X", 3, 3), [OK; 4]);
        assert_eq!(states("0----", 3, 3), [OK; 4]);
        assert_eq!(states("-----", 3, 3), [INSUFFICIENT, STAYS, ALARM, OK]);
        assert_eq!(states("0XX-X", 3, 3), [ALARM; 4]);
        assert_eq!(states("--X--", 3, 3), [ALARM, STAYS, ALARM, OK]);
    }

    #[test]
    fn two_of_three_as_documented() {
        assert_eq!(states("0-X-X", 2, 3), [ALARM; 4]);
        assert_eq!(states("00X0X", 2, 3), [ALARM; 4]);
        assert_eq!(states("0-X--", 2, 3), [OK, OK, ALARM, OK]);
        assert_eq!(states("----0", 2, 3), [OK, OK, ALARM, OK]);
        assert_eq!(states("---X-", 2, 3), [ALARM, STAYS, ALARM, OK]);
    }

    #[test]
    fn an_alarm_is_not_raised_too_early() {
        assert_eq!(states("----X", 3, 3), [STAYS, STAYS, ALARM, OK]);
        assert_eq!(states("---X-", 3, 3), [STAYS, STAYS, ALARM, OK]);
        assert_eq!(states("---XX", 2, 2), [ALARM; 4]);
        assert_eq!(states("--X", 1, 1), [ALARM; 4]);
    }

    #[test]
    fn old_datapoints_do_not_count_while_there_are_enough_new_ones() {
        assert_eq!(states("XX000", 1, 3), [OK; 4]);
        assert_eq!(states("XXX00", 3, 3), [OK; 4]);
        assert_eq!(states("X-X-0-", 2, 3), [ALARM; 4]);
    }

    #[test]
    fn grounds_are_named() {
        let judgement = judge(&range("0-X--"), (2, 3), Missing::Breaching, |v| v > 5.0);
        assert_eq!(judgement.filled, 1);
        assert_eq!(
            judgement.evaluated.iter().map(|p| p.at).collect::<Vec<_>>(),
            [0, 120_000]
        );
    }

    #[test]
    fn low_samples() {
        assert!(is_low_sample(95.0, 199.0));
        assert!(!is_low_sample(95.0, 200.0));
        assert!(is_low_sample(5.0, 199.0));
        assert!(!is_low_sample(50.0, 20.0));
    }
}
