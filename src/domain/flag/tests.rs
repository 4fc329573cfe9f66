//! What a flag document may be, and that an edit costs no byte that is not ours.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

use super::members::members;
use super::*;

const SEED: &str = "{\n  \"enabled\": true,\n  \"rollout_percentage\": 100,\n  \"min_stability_threshold\": 0.85,\n  \"max_buffer_timeout\": 5.0\n}";
const LIST: &str = r#"{
  "flags": [
    {"name": "other", "status": "enabled", "rollout_percentage": 3.0},
    {
      "name": "dynamic_ner_models",
      "status": "percentage",
      "rollout_percentage": 10.0,
      "enabled_users": ["user123"],
      "enabled_groups": ["internal"],
      "conditions": {}
    }
  ]
}
"#;

fn bare() -> FlagShape {
    FlagShape {
        limits: [
            ("min_stability_threshold".to_owned(), (0.0, 1.0)),
            ("max_buffer_timeout".to_owned(), (0.5, 30.0)),
        ]
        .into(),
        ..FlagShape::default()
    }
}

fn list() -> FlagShape {
    FlagShape {
        flag: Some("dynamic_ner_models".to_owned()),
        ..FlagShape::default()
    }
}

fn percent(value: u8) -> Percent {
    Percent::new(value).unwrap()
}

fn faults(text: &str, shape: &FlagShape) -> String {
    let faults = Flag::parse(text, shape).unwrap_err();
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

#[test]
fn the_documents_of_the_seeds_are_read() {
    let flag = Flag::parse(SEED, &bare()).unwrap();
    assert!(flag.enabled);
    assert_eq!(flag.rollout_percentage, Percent::FULL);
    let flag = Flag::parse(LIST, &list()).unwrap();
    assert_eq!(flag.rollout_percentage, percent(10));
    assert_eq!(flag.listed, ["user123", "internal"]);
    let listed = r#"{"enabled":true,"rollout_percentage":1e1,"enabled_users":["a"],"x":{"y":[1]}}"#;
    let flag = Flag::parse(listed, &bare()).unwrap();
    assert_eq!(flag.rollout_percentage, percent(10));
    assert_eq!(flag.listed, ["a"]);
}

#[test]
fn every_wrong_percentage_is_refused_with_a_reason() {
    for (value, words) in [
        ("12.5", "12.5 is not whole"),
        ("\"50\"", "not \"50\""),
        ("101", "101 lies outside"),
        ("-1", "-1 lies outside"),
        ("null", "not null"),
        ("true", "not true"),
        ("[10]", "not [10]"),
        ("1e999", "not 1e999"),
        ("100.00001", "lies outside"),
    ] {
        let text = format!(r#"{{"enabled":true,"rollout_percentage":{value}}}"#);
        let told = faults(&text, &bare());
        assert!(told.starts_with("rollout_percentage: "), "{told}");
        assert!(told.contains(words), "{value}: {told}");
    }
    for value in ["10", "10.0", "10.000", "0", "-0", "100", "1e2"] {
        let text = format!(r#"{{"enabled":true,"rollout_percentage":{value}}}"#);
        assert!(Flag::parse(&text, &bare()).is_ok(), "{value}");
    }
    for text in [
        r#"{"enabled":true,"rollout_percentage":NaN}"#,
        r#"{"enabled":true,"rollout_percentage":010}"#,
        r#"{"enabled":true,"rollout_percentage":1,}"#,
        "{'enabled':true}",
        "",
        "  ",
        "{",
    ] {
        let told = faults(text, &bare());
        assert!(
            told.contains("not JSON") || told.contains("empty"),
            "{text}: {told}"
        );
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let text = r#"{"enabled":"yes","rollout_percentage":101,"min_stability_threshold":1.5,"max_buffer_timeout":"5","enabled_users":"ana"}"#;
    let told = Flag::parse(text, &bare()).unwrap_err();
    let mut members: Vec<&str> = told.iter().map(|f| f.member.as_str()).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "enabled",
            "enabled_users",
            "max_buffer_timeout",
            "min_stability_threshold",
            "rollout_percentage"
        ]
    );
    assert_eq!(
        faults("{}", &bare()),
        "enabled: is missing: true or false; rollout_percentage: is missing: a whole number from 0 to 100"
    );
}

#[test]
fn doubles_depth_size_and_other_things_than_objects_are_refused() {
    let double = r#"{"enabled":false,"rollout_percentage":1,"enab\u006ced":true}"#;
    assert!(faults(double, &bare()).contains("enabled: occurs more than once"));
    assert!(edit(double, &bare(), &FlagEdit::Disable).is_err());
    for text in ["[]", "7", "\"x\"", "null"] {
        assert!(
            faults(text, &bare()).contains("not a JSON object"),
            "{text}"
        );
    }
    let deep = format!(
        r#"{{"enabled":true,"rollout_percentage":1,"x":{}{}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let in_a_list = format!("{{\"flags\":{deep}}}");
    assert!(faults(&in_a_list, &list()).contains("nests deeper"));
    let long = format!(
        r#"{{"enabled":true,"rollout_percentage":1,"x":"{}"}}"#,
        "a".repeat(8192)
    );
    assert!(faults(&long, &bare()).contains("at most 8192"));
}

#[test]
fn a_list_needs_exactly_one_flag_of_the_name() {
    let nobody = FlagShape {
        flag: Some("nobody".to_owned()),
        ..FlagShape::default()
    };
    assert!(faults(LIST, &nobody).contains("no flag is named \"nobody\""));
    let twice = LIST.replace("\"other\"", "\"dynamic_ner_models\"");
    assert!(faults(&twice, &list()).contains("2 flags are named"));
    assert!(faults(SEED, &list()).contains("flags: is missing"));
    assert!(faults(r#"{"flags":{}}"#, &list()).contains("flags: is not a list"));
    let odd = LIST.replace("\"percentage\"", "\"on\"");
    assert!(faults(&odd, &list()).contains("status: must be"));
}

#[test]
fn a_status_maps_to_enabled_and_percentage() {
    let on = LIST.replace("\"percentage\"", "\"enabled\"");
    assert_eq!(
        Flag::parse(&on, &list()).unwrap().rollout_percentage,
        Percent::FULL
    );
    let off = edit(LIST, &list(), &FlagEdit::Disable).unwrap();
    assert_eq!(off, LIST.replace("\"percentage\"", "\"disabled\""));
    let flag = Flag::parse(&off, &list()).unwrap();
    assert!(!flag.enabled);
    assert_eq!(flag.rollout_percentage, percent(10));
    let again = edit(&off, &list(), &FlagEdit::SetPercent(percent(25))).unwrap();
    assert_eq!(again, LIST.replace("10.0", "25.0"));
    let from_all = edit(&on, &list(), &FlagEdit::SetPercent(percent(50))).unwrap();
    assert_eq!(from_all, LIST.replace("10.0", "50.0"));
    let zero = edit(&off, &list(), &FlagEdit::SetPercent(Percent::ZERO)).unwrap();
    assert_eq!(zero, off.replace("10.0", "0.0"));
}

#[test]
fn an_edit_keeps_form_order_line_ends_and_mark() {
    let text = "\u{feff}{\r\n\t\"b\" : 1e3,\r\n\t\"rollout_percentage\" :\t10.00 ,\r\n\t\"enabled\": true,\"z\":\"\\u0041\"\r\n}\r\n";
    let off = edit(text, &bare(), &FlagEdit::Disable).unwrap();
    assert_eq!(off, text.replace("true", "false"));
    let more = edit(text, &bare(), &FlagEdit::SetPercent(percent(20))).unwrap();
    assert_eq!(more, text.replace("10.00", "20.00"));
    let back_on = edit(&off, &bare(), &FlagEdit::SetPercent(percent(10))).unwrap();
    assert_eq!(back_on, text);
    let tuned = FlagEdit::SetMember {
        name: "b".to_owned(),
        json: "[0.9]".to_owned(),
    };
    assert_eq!(
        edit(text, &bare(), &tuned).unwrap(),
        text.replace("1e3", "[0.9]")
    );
}

#[test]
fn a_missing_member_is_added_in_the_documents_style() {
    for (text, expected) in [
        (
            "{\n    \"rollout_percentage\": 5\n}\n",
            "{\n    \"rollout_percentage\": 5,\n    \"enabled\": false\n}\n",
        ),
        (
            r#"{"a":1,"rollout_percentage":5}"#,
            r#"{"a":1,"rollout_percentage":5,"enabled":false}"#,
        ),
        (
            r#"{"rollout_percentage": 5}"#,
            r#"{"rollout_percentage": 5, "enabled": false}"#,
        ),
        (
            "{ \"a\" : 1 , \"b,\\\"\" : 2 }",
            "{ \"a\" : 1 , \"b,\\\"\" : 2 , \"enabled\" : false }",
        ),
        ("{}", r#"{"enabled": false}"#),
        (" {\n} ", " {\"enabled\": false\n} "),
    ] {
        assert_eq!(edit(text, &bare(), &FlagEdit::Disable).unwrap(), expected);
    }
    assert_eq!(
        edit("{}", &bare(), &FlagEdit::SetPercent(percent(7))).unwrap(),
        r#"{"enabled": true, "rollout_percentage": 7}"#
    );
}

#[test]
fn a_member_edit_cannot_move_exposure() {
    for name in ["enabled", "rollout_percentage", "status", "enabled_users"] {
        let sly = FlagEdit::SetMember {
            name: name.to_owned(),
            json: "100".to_owned(),
        };
        assert_eq!(edit(SEED, &bare(), &sly).unwrap_err().member, name);
    }
    let broken = FlagEdit::SetMember {
        name: "x".to_owned(),
        json: "1, \"enabled\": true".to_owned(),
    };
    assert!(edit(SEED, &bare(), &broken).is_err());
}

#[test]
fn a_blind_disable_saves_what_it_can() {
    let saved = disable_blind(Some(SEED), &bare());
    assert_eq!(saved, SEED.replace("true", "false"));
    for lost in [
        None,
        Some("not json"),
        Some(r#"{"rollout_percentage":"x"}"#),
    ] {
        assert_eq!(disable_blind(lost, &bare()), BARE_DISABLED);
    }
    for shape in [bare(), list()] {
        let text = disable_blind(None, &shape);
        assert!(!Flag::parse(&text, &shape).unwrap().enabled);
        assert!(says_disabled(&text, &shape));
    }
    assert!(says_disabled(
        r#"{"enabled":false,"rollout_percentage":"x"}"#,
        &bare()
    ));
    assert!(!says_disabled(SEED, &bare()));
}

#[test]
fn ssm_takes_4096_bytes_and_no_reference() {
    assert!(check_size(&"a".repeat(4096)).is_ok());
    assert!(check_size(&"a".repeat(4097)).is_err());
    assert!(check_size(&"é".repeat(2049)).is_err());
    assert!(check_size(r#"{"a":"{{ssm:x}}"}"#).is_err());
    assert!(check_size(r#"{"a":{"b":{}}}"#).is_ok());
}

/// JSON values with odd spacing and escapes, as text.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("-0.10e+3".to_owned()),
        any::<i64>().prop_map(|n| n.to_string()),
        "\\PC{0,12}".prop_map(|s| serde_json::Value::from(s).to_string()),
        Just(r#""\u005c\"}\ud83d\ude00""#.to_owned()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[ {}]", v.join(" ,"))),
            prop::collection::vec(("[a-z{\\[]{1,6}", inner), 0..4).prop_map(|v| {
                let pairs: Vec<String> = v.iter().map(|(k, v)| format!("\"{k}\" :{v}")).collect();
                format!("{{{}\t}}", pairs.join(",\r\n"))
            }),
        ]
    })
}

/// Objects with some of the flag's members among others, each name once.
fn document() -> impl Strategy<Value = String> {
    let others = prop::collection::btree_map("[A-Z\"\\\\ é]{0,8}", value(), 0..6);
    let enabled = prop::option::of(prop_oneof![Just("true"), Just("false")]);
    let percentage = prop::option::of((0_u8..=100, any::<bool>()));
    let blanks = prop_oneof![Just(""), Just(" "), Just("\n  "), Just("\r\n\t")];
    (
        others,
        enabled,
        percentage,
        blanks,
        any::<usize>(),
        any::<bool>(),
    )
        .prop_map(|(others, enabled, percentage, blanks, turn, mark)| {
            let mut pairs: Vec<String> = others
                .iter()
                .map(|(k, v)| format!("{}:{blanks}{v}", serde_json::Value::from(k.as_str())))
                .collect();
            pairs.extend(enabled.map(|e| format!("\"enabled\": {e}")));
            pairs.extend(percentage.map(|(p, float)| {
                format!(
                    "\"rollout_percentage\":{p}{}",
                    if float { ".0" } else { "" }
                )
            }));
            if !pairs.is_empty() {
                let at = turn % pairs.len();
                pairs.rotate_left(at);
            }
            let mark = if mark { "\u{feff}" } else { "" };
            format!(
                "{mark}{{{blanks}{}}}{blanks}",
                pairs.join(&format!(",{blanks}"))
            )
        })
}

fn others(text: &str) -> Vec<(String, String)> {
    members(text.trim_start_matches('\u{feff}'))
        .unwrap()
        .into_iter()
        .filter(|m| m.name != "enabled" && m.name != "rollout_percentage")
        .map(|m| (m.name, m.value.to_owned()))
        .collect()
}

proptest! {
    #[test]
    fn a_percentage_edit_gives_the_flag_and_keeps_every_other_member(text in document(), to in 0_u8..=100) {
        let shape = FlagShape::default();
        let edited = edit(&text, &shape, &FlagEdit::SetPercent(percent(to))).unwrap();
        prop_assert_eq!(others(&text), others(&edited));
        match Flag::parse(&edited, &shape) {
            Ok(flag) => {
                prop_assert_eq!(flag.rollout_percentage, percent(to));
                prop_assert!(flag.enabled || to == 0);
            }
            // At 0 % nothing turns the flag on, so a missing `enabled` stays missing.
            Err(faults) => prop_assert!(to == 0 && faults.iter().all(|f| f.member == "enabled")),
        }
        let again = edit(&edited, &shape, &FlagEdit::SetPercent(percent(to))).unwrap();
        prop_assert_eq!(again, edited);
    }

    #[test]
    fn a_disable_changes_one_value_only(text in document()) {
        let shape = FlagShape::default();
        let edited = edit(&text, &shape, &FlagEdit::Disable).unwrap();
        prop_assert_eq!(others(&text), others(&edited));
        prop_assert!(says_disabled(&edited, &shape));
        if let Ok(flag) = Flag::parse(&text, &shape) {
            let after = Flag::parse(&edited, &shape).unwrap();
            prop_assert_eq!(after.rollout_percentage, flag.rollout_percentage);
            prop_assert!(edited.len() <= text.len() + 1);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,60}|[{}\\[\\]\":, a-z0-9.]{0,60}") {
        for shape in [bare(), list()] {
            drop(Flag::parse(&text, &shape));
            drop(edit(&text, &shape, &FlagEdit::Disable));
        }
    }
}
