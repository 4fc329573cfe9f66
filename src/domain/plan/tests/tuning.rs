//! Plans of a tuning: one member or one variable, nobody's exposure, and an undo that puts the old value back.

use crate::domain::flag::FlagShape;
use crate::domain::plan::fixture::{
    TEXT, applied, context, flag_state, function, function_state, spec,
};
use crate::domain::plan::*;

const VARIABLES: [(&str, &str); 4] = [
    ("PARTIAL_RESULTS_ENABLED", "true"),
    ("SECRET", "hunter2"),
    ("ROLLOUT_PERCENTAGE", "100"),
    ("MAX_RATE_PER_SECOND", "100"),
];

fn member(name: &str, json: &str) -> Change {
    Change::SetMember {
        name: name.to_owned(),
        json: json.to_owned(),
    }
}

fn variable(name: &str, value: Option<&str>) -> Change {
    Change::SetVariable {
        name: name.to_owned(),
        value: value.map(str::to_owned),
    }
}

#[test]
fn a_member_changes_and_nothing_else_does() {
    let spec = spec();
    let state = flag_state(TEXT);
    let change = member("min_stability_threshold", "0.9");
    let plan = make(&change, Some(&state), &context(&spec)).unwrap();
    assert_eq!(plan.write, Write::Document(TEXT.replace("0.85", "0.9")));
    assert_eq!(plan.direction, Direction::Neutral);
    assert_eq!(plan.before, Some(plan.after));
    assert!(
        plan.sentence.contains("min_stability_threshold = 0.9"),
        "{}",
        plan.sentence
    );
    let same = member("min_stability_threshold", "0.85");
    assert!(
        make(&same, Some(&state), &context(&spec))
            .unwrap()
            .is_no_op()
    );
}

#[test]
fn whatever_decides_exposure_has_no_tuning() {
    let spec = spec();
    let flag = flag_state(TEXT);
    for name in [
        "enabled",
        "rollout_percentage",
        "enabled_users",
        "flags",
        "status",
    ] {
        let fault = make(&member(name, "50"), Some(&flag), &context(&spec)).unwrap_err();
        assert!(
            fault.text.contains("decides who is exposed") && fault.instead.is_none(),
            "{fault:?}"
        );
    }
    let state = function_state(function(&VARIABLES));
    for name in ["PARTIAL_RESULTS_ENABLED", "ROLLOUT_PERCENTAGE"] {
        let fault = make(&variable(name, Some("1")), Some(&state), &context(&spec)).unwrap_err();
        assert!(fault.text.contains("decides who is exposed"), "{fault:?}");
    }
    let store = store_of(&spec);
    let state = function_state(function(&[("FEATURE_FLAG_PARAMETER_NAME", &store)]));
    let change = variable("FEATURE_FLAG_PARAMETER_NAME", Some("/other"));
    let fault = make(&change, Some(&state), &context(&spec)).unwrap_err();
    assert!(fault.text.contains("names the flag"), "{fault:?}");
}

fn store_of(spec: &crate::domain::rollout::RolloutSpec) -> String {
    use crate::domain::rollout::FlagSource;
    let (FlagSource::Ssm(name) | FlagSource::File(name)) = &spec.flag.source;
    name.clone()
}

#[test]
fn a_value_outside_of_its_limits_or_no_json_is_refused() {
    let spec = spec();
    let state = flag_state(TEXT);
    for json in ["7", "\"high\"", "0.9 0.8", "{", ""] {
        let change = member("min_stability_threshold", json);
        assert!(
            make(&change, Some(&state), &context(&spec)).is_err(),
            "{json}"
        );
    }
    assert!(
        make(&member("x", "1"), None, &context(&spec)).is_err(),
        "what was not read is not edited"
    );
}

#[test]
fn a_variable_is_merged_shown_alone_and_taken_back() {
    let spec = spec();
    let state = function_state(function(&VARIABLES));
    let change = variable("MAX_RATE_PER_SECOND", Some("50"));
    let plan = make(&change, Some(&state), &context(&spec)).unwrap();
    let Write::Variables(written) = &plan.write else {
        unreachable!("no variables: {plan:?}");
    };
    assert_eq!(
        (
            written.len(),
            written["SECRET"].as_str(),
            written["MAX_RATE_PER_SECOND"].as_str()
        ),
        (4, "hunter2", "50")
    );
    let shown = format!("{:?}{}{}", plan.diff, plan.sentence, plan.aws_cli);
    assert!(
        !shown.contains("hunter2") && shown.contains("MAX_RATE_PER_SECOND"),
        "{shown}"
    );
    assert_eq!(plan.direction, Direction::Neutral);
    let (order, outcome) = applied(&change, &state, &spec);
    assert_eq!(
        undo(&order, &outcome, None, &FlagShape::default()),
        Some(variable("MAX_RATE_PER_SECOND", Some("100")))
    );
    let new = variable("NEW_ONE", Some("1"));
    let (order, outcome) = applied(&new, &state, &spec);
    assert_eq!(
        undo(&order, &outcome, None, &FlagShape::default()),
        Some(variable("NEW_ONE", None))
    );
    let same = variable("MAX_RATE_PER_SECOND", Some("100"));
    assert!(
        make(&same, Some(&state), &context(&spec))
            .unwrap()
            .is_no_op()
    );
    for name in ["AWS_REGION", "9LIVES", "a b"] {
        assert!(
            make(&variable(name, Some("x")), Some(&state), &context(&spec)).is_err(),
            "{name}"
        );
    }
}

#[test]
fn undo_of_a_member_puts_the_old_value_back_whatever_else_was_written() {
    let spec = spec();
    let state = flag_state(TEXT);
    let change = member("min_stability_threshold", "0.9");
    let (order, outcome) = applied(&change, &state, &spec);
    assert_eq!(
        undo(&order, &outcome, None, &spec.flag.shape),
        Some(member("min_stability_threshold", "0.85"))
    );
    let (order, outcome) = applied(&member("note", "\"x\""), &state, &spec);
    assert_eq!(
        undo(&order, &outcome, None, &spec.flag.shape),
        None,
        "there was none before"
    );
}

#[test]
fn a_name_that_is_not_there_yet_and_a_value_of_another_kind_are_told_of() {
    let spec = spec();
    let (flag, function) = (flag_state(TEXT), function_state(function(&VARIABLES)));
    let warned = |change: &Change| {
        let state = if matches!(change, Change::SetMember { .. }) {
            &flag
        } else {
            &function
        };
        let plan = make(change, Some(state), &context(&spec)).unwrap();
        plan.warnings.join("; ")
    };
    for (change, words) in [
        (
            member("min_stabilty_threshold", "0.9"),
            "no member min_stabilty_threshold yet: nothing may read it (did you mean min_stability_threshold?)",
        ),
        (member("zzz", "1"), "no member zzz yet: nothing may read it"),
        (
            variable("MAX_RATE_PER_SECONDS", Some("10")),
            "no variable MAX_RATE_PER_SECONDS yet: nothing may read it (did you mean MAX_RATE_PER_SECOND?)",
        ),
    ] {
        let told = warned(&change);
        assert!(told.contains(words), "{words} in {told}");
    }
    for change in [
        member("min_stability_threshold", "0.9"),
        variable("MAX_RATE_PER_SECOND", Some("10")),
    ] {
        let told = warned(&change);
        assert!(!told.contains("nothing may read it"), "{told}");
    }
    let other = flag_state(r#"{"enabled":true,"rollout_percentage":10,"retries":3}"#);
    let plan = make(
        &member("retries", "\"many\""),
        Some(&other),
        &context(&spec),
    )
    .unwrap();
    assert!(
        plan.warnings
            .iter()
            .any(|text| text == "retries is a number and becomes a text"),
        "{:?}",
        plan.warnings
    );
}
