//! Signals with longer periods.

use super::super::coarse::{longer, multiple};
use super::*;

const QUARTER: Duration = Duration::from_mins(15);

fn of(one: &SignalSpec) -> SignalSpec {
    longer(one, QUARTER)
}

#[test]
fn sums_are_told_per_period_of_their_own() {
    let dropped = signal("dropped", SignalSource::Metric(metric("Dropped", "Sum")));
    let coarse = of(&dropped);
    assert_eq!(coarse.period(), QUARTER);
    assert!((coarse.scale - dropped.scale / 15.0).abs() < 1e-12);
}

#[test]
fn percentiles_and_ratios_are_what_they_are() {
    let p95 = signal("p95", SignalSource::Metric(metric("Latency", "p95")));
    let errors = error_rate("error_rate");
    for (one, coarse) in [(&p95, of(&p95)), (&errors, of(&errors))] {
        assert_eq!(coarse.period(), QUARTER);
        assert_eq!(coarse.scale.to_bits(), one.scale.to_bits());
    }
}

#[test]
fn a_sum_of_sums_adds_up_and_a_rate_does_not() {
    let mut both = error_rate("both");
    for (text, share) in [
        ("errors + invocations", 15.0),
        ("errors / PERIOD(errors)", 1.0),
    ] {
        if let SignalSource::Expression { expression, .. } = &mut both.source {
            text.clone_into(expression);
        }
        let coarse = of(&both);
        assert!((coarse.scale * share - both.scale).abs() < 1e-12, "{text}");
    }
}

#[test]
fn a_period_that_does_not_divide_grows_to_its_next_multiple() {
    assert_eq!(
        multiple(Duration::from_mins(10), QUARTER),
        Duration::from_mins(20)
    );
    assert_eq!(
        multiple(Duration::from_mins(30), QUARTER),
        Duration::from_mins(30)
    );
    assert_eq!(multiple(Duration::ZERO, QUARTER), QUARTER);
}
