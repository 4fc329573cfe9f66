#![expect(clippy::panic, reason = "a test may stop here")]

use super::*;

fn ruling(text: &str) -> Ruling {
    Ruling::parse(text, &FlagShape::default()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn faults(text: &str) -> Vec<String> {
    match Ruling::parse(text, &FlagShape::default()) {
        Ok(ruling) => panic!("{ruling:?}"),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

/// Seed 001's file, with the flag behind another one.
const LIST: &str = r#"{"flags":[{"name":"other","status":"enabled"},{"name":"dynamic_ner_models",
  "status":"percentage","rollout_percentage":10.0,"enabled_users":["user123"],"enabled_groups":["internal"],"conditions":{}}]}"#;

fn named() -> FlagShape {
    FlagShape {
        flag: Some("dynamic_ner_models".to_owned()),
        ..FlagShape::default()
    }
}

#[test]
fn users_and_groups_are_told_apart() -> Result<(), Vec<FlagFault>> {
    let ruling = Ruling::parse(LIST, &named())?;
    let outside = Subject::session("golden-eagle-427");
    assert_eq!(ruling.decide(&outside), (false, Reason::BucketExcluded(73)));
    assert_eq!(
        ruling.decide(&outside.user("user123")),
        (true, Reason::ListedUser)
    );
    assert_eq!(
        ruling.decide(&outside.groups(&["beta", "internal"])),
        (true, Reason::ListedGroup)
    );
    for nobody in [
        outside.user("internal"),
        outside.groups(&["user123"]),
        outside.user("User123"),
        outside.user(""),
    ] {
        assert!(!ruling.decide(&nobody).0, "{nobody:?}");
    }
    Ok(())
}

#[test]
fn without_a_user_the_session_id_stands_for_it() {
    let ruling =
        ruling(r#"{"enabled":true,"rollout_percentage":0,"enabled_users":["golden-eagle-427"]}"#);
    let session = Subject::session("golden-eagle-427");
    assert_eq!(ruling.decide(&session), (true, Reason::ListedUser));
    assert_eq!(ruling.decide(&session.user("ana")), (false, Reason::Nobody));
}

#[test]
fn disabled_is_off_for_listed_users_too() {
    for (text, shape) in [
        (LIST.replace(r#""percentage","#, r#""disabled","#), named()),
        (
            r#"{"enabled":false,"rollout_percentage":100,"enabled_users":["user123"]}"#.to_owned(),
            FlagShape::default(),
        ),
    ] {
        let ruling = Ruling::parse(&text, &shape);
        let decision = ruling.map(|r| r.decide(&Subject::session("user123")));
        assert_eq!(decision, Ok((false, Reason::Disabled)), "{text}");
    }
}

#[test]
fn every_condition_must_be_met_and_lists_mean_any_of() {
    let ruling = ruling(
        r#"{"enabled":true,"rollout_percentage":100,"enabled_users":["ana"],
            "conditions":{"region":["eu-west-1","eu-central-1"],"tier":2,"beta":true,"plan":"pro"}}"#,
    );
    let met = [
        ("region", Attribute::Text("eu-central-1")),
        ("tier", Attribute::Number(2.0)),
        ("beta", Attribute::Bool(true)),
        ("plan", Attribute::Text("pro")),
    ];
    let session = Subject::session("s");
    assert_eq!(
        ruling.decide(&session.attributes(&met)),
        (true, Reason::Everybody)
    );
    for (at, value) in [
        (0, Attribute::Text("us-east-1")),
        (0, Attribute::Bool(true)),
        (1, Attribute::Text("2")),
        (1, Attribute::Number(f64::NAN)),
        (2, Attribute::Bool(false)),
        (3, Attribute::Text("Pro")),
    ] {
        let mut unmet = met;
        unmet[at].1 = value;
        assert_eq!(
            ruling.decide(&session.attributes(&unmet)),
            (false, Reason::ConditionUnmet),
            "{value:?}"
        );
    }
    for missing in 0..met.len() {
        let kept = [&met[..missing], &met[missing + 1..]].concat();
        assert!(!ruling.decide(&session.attributes(&kept)).0, "{missing}");
    }
    assert_eq!(ruling.decide(&session).1, Reason::ConditionUnmet);
    assert_eq!(
        ruling.decide(&session.user("ana")),
        (true, Reason::ListedUser)
    );
}

#[test]
fn no_conditions_are_written_in_three_ways_and_an_empty_list_is_never_met() {
    for none in ["", r#","conditions":{}"#, r#","conditions":null"#] {
        let ruling = ruling(&format!(
            r#"{{"enabled":true,"rollout_percentage":100{none}}}"#
        ));
        assert!(ruling.decide(&Subject::session("s")).0, "{none}");
    }
    let never = ruling(r#"{"enabled":true,"rollout_percentage":100,"conditions":{"a":[]}}"#);
    let asked = [("a", Attribute::Text(""))];
    assert!(!never.decide(&Subject::session("s").attributes(&asked)).0);
}

#[test]
fn conditions_that_nobody_understands_are_faults() {
    let with = |conditions: &str| {
        faults(&format!(
            r#"{{"enabled":true,"rollout_percentage":10,"conditions":{conditions}}}"#
        ))
    };
    assert_eq!(
        with("[1]"),
        ["conditions: must be an object of attributes and values"]
    );
    assert_eq!(
        with(r#"{"a":{"not":"eu"},"b":null,"c":[[1]],"d":"fine"}"#).len(),
        3
    );
    assert_eq!(
        with(r#"{"a":1,"a":2}"#),
        [r#"conditions: "a" occurs more than once"#]
    );
}

#[test]
fn numbers_are_the_members_of_the_flags_own_object() -> Result<(), Vec<FlagFault>> {
    let bare = ruling(
        r#"{"enabled":true,"rollout_percentage":10.0,"min_stability_threshold":0.85,"max_buffer_timeout":5,
            "negative":-1e3,"huge":1e999,"text":"7","nested":{"inner":1},"t":true}"#,
    );
    for (name, number) in [
        ("rollout_percentage", Some(10.0)),
        ("min_stability_threshold", Some(0.85)),
        ("max_buffer_timeout", Some(5.0)),
        ("negative", Some(-1000.0)),
        ("huge", None),
        ("text", None),
        ("inner", None),
        ("t", None),
        ("absent", None),
    ] {
        assert_eq!(bare.number(name), number, "{name}");
    }
    let list = Ruling::parse(LIST, &named())?;
    assert_eq!(list.number("rollout_percentage"), Some(10.0));
    Ok(())
}

#[test]
fn the_edges_need_no_bucket() {
    let at = |percentage: u8, shape: &FlagShape| {
        let text = format!(r#"{{"enabled":true,"rollout_percentage":{percentage}}}"#);
        Ruling::parse(&text, shape).map(|r| r.decide(&Subject::session("golden-eagle-427")))
    };
    let below = FlagShape::default();
    assert_eq!(at(0, &below), Ok((false, Reason::Nobody)));
    assert_eq!(at(73, &below), Ok((false, Reason::BucketExcluded(73))));
    assert_eq!(at(74, &below), Ok((true, Reason::BucketIncluded(73))));
    assert_eq!(at(100, &below), Ok((true, Reason::Everybody)));
    let or_equal = FlagShape {
        comparison: Comparison::BelowOrEqual,
        ..below
    };
    assert_eq!(at(0, &or_equal), Ok((false, Reason::BucketExcluded(73))));
    assert_eq!(at(73, &or_equal), Ok((true, Reason::BucketIncluded(73))));
    assert_eq!(at(99, &or_equal), Ok((true, Reason::Everybody)));
}
