//! What stays where room is short: who and where before what it costs, shut gates before open ones, alarms beside few signals.

use std::time::Duration;

use super::*;
use crate::app::model::Rehearsal;
use crate::domain::Percent;
use crate::domain::failure::CallRecord;

/// A rehearsal that has cost something.
fn rehearsed() -> Model {
    let mut model = evening::healthy();
    model.rehearsal = Some(Rehearsal {
        scenario: Some("latency".to_owned()),
        speed: 20.0,
    });
    model.seat.budget = 0.25;
    model.seat.spending.called(&CallRecord {
        at: model.now - Duration::from_mins(20),
        operation: "cloudwatch:GetMetricData".to_owned(),
        target: String::new(),
        latency: Duration::from_millis(50),
        result: "ok".to_owned(),
        metrics: 600,
    });
    model
}

fn header(model: &Model, columns: u16) -> String {
    let screen = seen(model, (columns, 40));
    screen.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn account_and_caller_outlast_what_the_reads_cost() {
    let model = rehearsed();
    let identity = model.identity.value.clone().unwrap();
    let (account, caller) = (identity.account.as_str(), identity.short_name());
    let wide = header(&model, 200);
    assert!(wide.contains('$') && wide.contains(account), "{wide}");
    let mut cost_went = false;
    for columns in (80..200).rev() {
        let line = header(&model, columns);
        cost_went |= !line.contains('$');
        let whole = line.contains(account) && line.contains(caller);
        assert!(
            cost_went || whole,
            "the cost stays and the caller goes at {columns}: {line}"
        );
        assert!(
            whole || !line.contains('$'),
            "the cost is there and the caller is not at {columns}: {line}"
        );
        assert!(
            !line.contains(caller) || line.contains(account),
            "a caller of no account at {columns}: {line}"
        );
    }
    assert!(header(&model, 120).contains(account), "at the design size");
    let real = Model {
        rehearsal: None,
        ..rehearsed()
    };
    assert!(header(&real, 80).contains(account), "{}", header(&real, 80));
}

#[test]
fn a_long_name_is_cut_and_not_left_out() {
    let mut model = rehearsed();
    model.spec.name = "partial-".repeat(8);
    let line = header(&model, 80);
    assert!(line.contains("partial-partial"), "{line}");
}

#[test]
fn stages_that_do_not_fit_are_left_out_where_it_can_be_seen() {
    let mut model = evening::healthy();
    let stage = model.spec.stages[0];
    model.spec.stages = (1..=20)
        .map(|number| {
            let mut stage = stage;
            stage.percent = Percent::new(number * 5).unwrap();
            stage
        })
        .collect();
    for at in [0, 1, 9, 18, 19] {
        model.stage = Some(at);
        for size in [(80, 24), (120, 40)] {
            let screen = seen(&model, size);
            let chain =
                |line: &&str| line.contains('…') && line.contains('·') && line.contains("100");
            let line = screen
                .lines()
                .find(chain)
                .unwrap_or_else(|| panic!("stage {at} at {size:?}\n{screen}"));
            let now = ((at + 1) * 5).to_string();
            assert!(line.contains(&now), "stage {at} at {size:?}: {line}");
        }
    }
}

#[test]
fn an_alarm_that_fires_is_named_beside_a_single_signal() {
    let mut model = evening::trouble();
    model.spec.signals.truncate(1);
    for size in [(80, 24), (100, 28), (120, 40)] {
        let screen = seen(&model, size);
        assert!(screen.contains("latency-high"), "{size:?}\n{screen}");
    }
}
