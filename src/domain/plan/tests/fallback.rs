//! Plans of the environment fallback: merged, masked, refused where they would do harm.

use proptest::prelude::*;

use super::signs;
use crate::domain::flag::FlagShape;
use crate::domain::lever::{FunctionState, LeverState, UpdateStatus};
use crate::domain::plan::fixture::{
    applied, at, context, function, function_state, map, pinned, spec,
};
use crate::domain::plan::*;

const VARIABLES: [(&str, &str); 3] = [
    ("PARTIAL_RESULTS_ENABLED", "true"),
    ("SECRET", "hunter2"),
    ("ROLLOUT_PERCENTAGE", "100"),
];

fn fallback(change: &Change, state: &LeverState) -> Result<Plan, PlanFault> {
    make(change, Some(state), &context(&spec()))
}

#[test]
fn a_fallback_merges_and_shows_no_secret() {
    let state = function_state(function(&VARIABLES));
    let plan = fallback(&Change::FallbackOn, &state).unwrap();
    let merged = map(&[
        ("PARTIAL_RESULTS_ENABLED", "false"),
        ("SECRET", "hunter2"),
        ("ROLLOUT_PERCENTAGE", "0"),
    ]);
    assert_eq!(plan.write, Write::Variables(merged.clone()));
    assert_eq!(
        signs(&plan),
        [
            "-PARTIAL_RESULTS_ENABLED=true",
            "+PARTIAL_RESULTS_ENABLED=false",
            "-ROLLOUT_PERCENTAGE=100",
            "+ROLLOUT_PERCENTAGE=0",
            " SECRET=•••• (unchanged)"
        ]
    );
    assert_eq!(
        (plan.before, plan.after),
        (Some(Percent::FULL), Percent::ZERO)
    );
    assert_eq!(plan.direction, Direction::Lower);
    assert!(plan.warnings[0].contains("may change nothing now"));
    assert!(plan.aws_cli.contains("--revision-id rev-1"));
    let order = Order::new(OrderId("o".to_owned()), plan, None, at(0));
    let kept = masked(&order);
    let mut shown = serde_json::to_string(&kept).unwrap();
    assert!(!shown.contains("hunter2"));
    assert_eq!(masked(&kept), kept);
    let Write::Variables(written) = &kept.plan.write else {
        unreachable!("variables");
    };
    assert!(variables_match(written, &merged));
    assert!(!variables_match(written, &map(&[("SECRET", "other")])));
    let outcome = Outcome::Applied {
        revision: Revision("rev-2".to_owned()),
        at: at(1),
        note: None,
    };
    let back = undo(&kept, &outcome, None, &FlagShape::default()).unwrap();
    let now = function_state(FunctionState {
        variables: Ok(merged),
        ..function(&[])
    });
    let plan = fallback(&back, &now).unwrap();
    assert_eq!(plan.direction, Direction::Raise);
    assert_eq!(plan.write, Write::Variables(map(&VARIABLES)));
    shown = format!("{:?} {} {}", plan.diff, plan.aws_cli, plan.sentence);
    assert!(!shown.contains("hunter2"));
}

#[test]
fn a_variable_that_was_absent_is_removed_again() {
    let state = function_state(function(&[("A_B", "c")]));
    let (order, outcome) = applied(&Change::FallbackOn, &state, &spec());
    let on = order.plan.write.clone();
    let back = undo(&order, &outcome, None, &FlagShape::default()).unwrap();
    let Write::Variables(variables) = on else {
        unreachable!("variables");
    };
    let now = function_state(FunctionState {
        variables: Ok(variables),
        ..function(&[])
    });
    let plan = fallback(&back, &now).unwrap();
    assert_eq!(plan.write, Write::Variables(map(&[("A_B", "c")])));
    assert!(plan.aws_cli.contains("\"ROLLOUT_PERCENTAGE\":null"));
    assert!(fallback(&Change::FallbackOn, &now).unwrap().is_no_op());
}

#[test]
fn a_fallback_is_refused_where_it_would_do_harm() {
    let refuse = |function: FunctionState| {
        fallback(&Change::FallbackOn, &function_state(function))
            .unwrap_err()
            .text
    };
    let mut unread = function(&[]);
    unread.variables = Err("KMS: access denied".to_owned());
    assert!(refuse(unread).contains("could not be read: KMS"));
    let mut busy = function(&VARIABLES);
    busy.update = UpdateStatus::InProgress;
    assert!(refuse(busy).contains("is being updated"));
    let long = "x".repeat(4040);
    assert!(refuse(function(&[("LONG", &long)])).contains("Lambda takes 4096"));
    for (name, words) in [
        ("AWS_REGION", "reserves AWS_REGION"),
        ("1X", "1X"),
        ("A-B", "A-B"),
    ] {
        let mut spec = spec();
        let off = &mut spec.fallback.as_mut().unwrap().off;
        off.insert(name.to_owned(), "x".to_owned());
        let state = function_state(function(&VARIABLES));
        let fault = make(&Change::FallbackOn, Some(&state), &context(&spec)).unwrap_err();
        assert!(fault.text.contains(words), "{}", fault.text);
    }
}

#[test]
fn a_fallback_that_would_raise_is_called_a_raise() {
    let mut spec = spec();
    spec.fallback.as_mut().unwrap().off = map(&[("ROLLOUT_PERCENTAGE", "50")]);
    let direction = |percentage: &str| {
        let state = function_state(function(&[("ROLLOUT_PERCENTAGE", percentage)]));
        make(&Change::FallbackOn, Some(&state), &context(&spec))
            .unwrap()
            .direction
    };
    assert_eq!(direction("100"), Direction::Lower);
    assert_eq!(direction("10"), Direction::Raise);
    assert_eq!(direction("odd"), Direction::Raise);
    assert_eq!(direction("50"), Direction::Neutral);
}

#[test]
fn a_pinned_alias_is_told_and_repointed_by_a_second_plan() {
    let state = function_state(pinned(function(&VARIABLES), &VARIABLES));
    let plan = fallback(&Change::FallbackOn, &state).unwrap();
    assert!(plan.warnings.iter().any(|w| w.contains("cannot reach")));
    let off = [("PARTIAL_RESULTS_ENABLED", "false")];
    let state = function_state(pinned(function(&off), &VARIABLES));
    let plan = fallback(&Change::PublishAndRepoint, &state).unwrap();
    assert_eq!(plan.direction, Direction::Lower);
    assert_eq!(plan.replaced, Replaced::AliasVersion("7".to_owned()));
    assert!(
        plan.aws_cli
            .contains("--function-version \"$version\" --revision-id alias-1")
    );
    let state = function_state(pinned(function(&VARIABLES), &off));
    let plan = fallback(&Change::PublishAndRepoint, &state).unwrap();
    assert_eq!(plan.direction, Direction::Raise);
    let free = function_state(function(&VARIABLES));
    assert!(fallback(&Change::PublishAndRepoint, &free).is_err());
}

proptest! {
    /// The journal never holds the value of a variable that the order does not change.
    #[test]
    fn masked_orders_hold_no_other_value(values in prop::collection::btree_map("[A-M][A-Z]{2,6}", "[a-z]{12,20}", 1..6)) {
        let variables: BTreeMap<String, String> = values;
        let state = function_state(FunctionState { variables: Ok(variables.clone()), ..function(&[]) });
        let plan = fallback(&Change::FallbackOn, &state).unwrap();
        let order = Order::new(OrderId("o".to_owned()), plan, None, at(0));
        let text = serde_json::to_string(&masked(&order)).unwrap();
        for value in variables.values() {
            prop_assert!(!text.contains(value.as_str()));
        }
    }
}
