//! Whether the canary errs more often than the control, by a test of two proportions. It counts nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CohortCounts, Counts};

/// Lines that each cohort needs before anything is said.
const NEEDED: u64 = 100;
/// A p value below this counts as a difference: strict, because a person looks at it again and again.
const SHOWN: f64 = 0.01;
/// Expected counts below this are too small for the normal approximation.
const SMALL: f64 = 5.0;

/// What the comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// A cohort has too few lines.
    TooFew {
        /// Lines of the canary.
        canary: u64,
        /// Lines of the control.
        control: u64,
    },
    /// Nothing to tell them apart, which is not the same as being equal.
    NoDifference {
        /// The probability of a difference at least as large by chance.
        p: f64,
    },
    /// The canary errs more often.
    Worse {
        /// How many times as often; `None` where the control does not err at all.
        times: Option<f64>,
        /// The probability of a difference at least as large by chance.
        p: f64,
    },
    /// The canary errs less often.
    Better {
        /// The probability of a difference at least as large by chance.
        p: f64,
    },
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { canary, control } => write!(
                f,
                "too few lines (canary {canary}, control {control}; {NEEDED} each are needed)"
            ),
            Self::NoDifference { p } => write!(f, "no difference shown ({})", P(*p)),
            Self::Worse {
                times: Some(times),
                p,
            } => write!(f, "canary errs {times:.1} times as often ({})", P(*p)),
            Self::Worse { times: None, p } => {
                write!(f, "canary errs, control does not ({})", P(*p))
            }
            Self::Better { p } => write!(f, "canary errs less often ({})", P(*p)),
        }
    }
}

/// A p value in words.
struct P(f64);

impl fmt::Display for P {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            p if p < 0.001 => f.write_str("p < 0.001"),
            p if p < 0.1 => write!(f, "p {p:.3}"),
            p => write!(f, "p {p:.2}"),
        }
    }
}

/// Compares the share of error lines: Fisher's exact test for small counts, else the pooled z test; both two-sided.
pub fn compare(counts: CohortCounts) -> Effect {
    let CohortCounts { canary, control } = counts;
    if canary.lines < NEEDED || control.lines < NEEDED {
        return Effect::TooFew {
            canary: canary.lines,
            control: control.lines,
        };
    }
    let p = p_value(canary, control);
    let rates = (rate(canary), rate(control));
    if p >= SHOWN {
        Effect::NoDifference { p }
    } else if rates.0 > rates.1 {
        let times = (control.errors > 0).then(|| rates.0 / rates.1);
        Effect::Worse { times, p }
    } else {
        Effect::Better { p }
    }
}

fn rate(counts: Counts) -> f64 {
    counts.errors as f64 / counts.lines as f64
}

fn p_value(a: Counts, b: Counts) -> f64 {
    let errors = (a.errors + b.errors) as f64;
    let lines = (a.lines + b.lines) as f64;
    let share = errors / lines;
    if share == 0.0 || share == 1.0 {
        return 1.0;
    }
    let fewest = (a.lines.min(b.lines) as f64) * share.min(1.0 - share);
    if fewest < SMALL {
        fisher(a, b)
    } else {
        let spread = share * (1.0 - share) * (1.0 / a.lines as f64 + 1.0 / b.lines as f64);
        let z = (rate(a) - rate(b)).abs() / spread.sqrt();
        erfc(z / std::f64::consts::SQRT_2).min(1.0)
    }
}

/// Fisher's exact test: the probability of all tables with these margins that are no likelier than ours.
fn fisher(a: Counts, b: Counts) -> f64 {
    let (lines, errors) = (a.lines + b.lines, a.errors + b.errors);
    // With the rarer outcome as the counted one there are few tables.
    let (errors, ours) = if errors * 2 > lines {
        (lines - errors, a.lines - a.errors)
    } else {
        (errors, a.errors)
    };
    let all = ln_choose(lines, errors);
    let chance = |k: u64| (ln_choose(a.lines, k) + ln_choose(b.lines, errors - k) - all).exp();
    let observed = chance(ours) * (1.0 + 1e-7);
    let tables = errors.saturating_sub(b.lines)..=errors.min(a.lines);
    tables
        .map(chance)
        .filter(|chance| *chance <= observed)
        .sum::<f64>()
        .min(1.0)
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// Stirling's series above 20, the product below: good to eleven digits.
fn ln_factorial(n: u64) -> f64 {
    if n <= 20 {
        return (2..=n).map(|k| (k as f64).ln()).sum();
    }
    let x = n as f64;
    let x3 = x * x * x;
    x * x.ln() - x + 0.5 * (std::f64::consts::TAU * x).ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x3)
        + 1.0 / (1260.0 * x3 * x * x)
}

/// The complementary error function for `x >= 0`: the Maclaurin series of erf for small ones, the continued fraction beyond.
fn erfc(x: f64) -> f64 {
    let root_pi = std::f64::consts::PI.sqrt();
    if x < 2.5 {
        let (mut term, mut sum) = (x, x);
        for n in 1..60_u32 {
            let n = f64::from(n);
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        return 1.0 - 2.0 / root_pi * sum;
    }
    let tail = (1..=60_u32)
        .rev()
        .fold(x, |below, n| x + f64::from(n) / 2.0 / below);
    (-x * x).exp() / (root_pi * tail)
}
