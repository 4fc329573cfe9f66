use super::*;
use crate::domain::flag::Comparison;
use crate::flag_client::Subject;

const ENABLED: &str = "PARTIAL_RESULTS_ENABLED";
const SHARE: &str = "ROLLOUT_PERCENTAGE";

fn shape() -> FlagShape {
    FlagShape {
        limits: [("min_stability_threshold".to_owned(), (0.0, 1.0))].into(),
        ..FlagShape::default()
    }
}

fn read(variables: &[(&str, &str)]) -> Environment {
    let owned: BTreeMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Environment::read(&EnvironmentNames::default(), &shape(), &move |name| {
        owned.get(name).cloned()
    })
}

/// `golden-eagle-427` is bucket 73.
fn golden(environment: &Environment) -> (bool, Reason) {
    environment
        .ruling
        .decide(&Subject::session("golden-eagle-427"))
}

#[test]
fn the_seeds_variables_are_understood() {
    let full = read(&[
        (ENABLED, "true"),
        (SHARE, "74"),
        ("MIN_STABILITY_THRESHOLD", "0.85"),
        ("MAX_BUFFER_TIMEOUT", "5.0"),
    ]);
    assert_eq!(full.source, Source::Environment);
    assert_eq!(full.faults, []);
    assert_eq!(golden(&full), (true, Reason::BucketIncluded(73)));
    assert_eq!(full.ruling.number("min_stability_threshold"), Some(0.85));
    assert_eq!(full.ruling.number("max_buffer_timeout"), Some(5.0));
}

#[test]
fn truth_is_written_in_several_ways() {
    for (text, enabled) in [
        ("TRUE", true),
        (" on ", true),
        ("1", true),
        ("Yes", true),
        ("false", false),
        ("OFF", false),
        ("0", false),
        ("no", false),
    ] {
        let said = read(&[(ENABLED, text), (SHARE, "100")]);
        assert_eq!(golden(&said).0, enabled, "{text}");
        assert_eq!(said.faults, [], "{text}");
    }
}

#[test]
fn nothing_said_treats_nobody() {
    for none in [read(&[]), read(&[(ENABLED, ""), (SHARE, "  ")])] {
        assert_eq!(none.source, Source::Nothing);
        assert_eq!(golden(&none), (false, Reason::NothingKnown));
        assert_eq!(none.faults, []);
    }
}

#[test]
fn off_alone_is_enough_and_on_alone_is_not() {
    let off = read(&[(ENABLED, "false")]);
    assert_eq!(golden(&off), (false, Reason::Disabled));
    assert_eq!(off.faults, []);
    let on = read(&[(ENABLED, "true")]);
    assert_eq!(golden(&on), (false, Reason::Disabled));
    assert_eq!(on.faults.len(), 1);
    assert_eq!(on.faults[0].member, SHARE);
}

#[test]
fn whatever_is_wrong_treats_nobody_and_is_noted() {
    let bad: &[(&[(&str, &str)], &str)] = &[
        (&[(ENABLED, "maybe"), (SHARE, "100")], ENABLED),
        (&[(SHARE, "100")], ENABLED),
        (&[(ENABLED, "true"), (SHARE, "101")], SHARE),
        (&[(ENABLED, "true"), (SHARE, "-1")], SHARE),
        (&[(ENABLED, "true"), (SHARE, "10.5")], SHARE),
        (&[(ENABLED, "true"), (SHARE, "ten")], SHARE),
        (&[(ENABLED, "true"), (SHARE, "NaN")], SHARE),
        (&[(ENABLED, "true"), (SHARE, "inf")], SHARE),
    ];
    for (variables, blamed) in bad {
        let read = read(variables);
        assert_eq!(golden(&read), (false, Reason::Disabled), "{variables:?}");
        assert_eq!(read.faults.len(), 1, "{variables:?}");
        assert_eq!(read.faults[0].member, *blamed, "{variables:?}");
    }
}

#[test]
fn a_wrong_percentage_treats_nobody_under_either_comparison() {
    let shape = FlagShape {
        comparison: Comparison::BelowOrEqual,
        ..FlagShape::default()
    };
    let names = EnvironmentNames::default();
    let wrong = Environment::read(&names, &shape, &|name| {
        Some(if name == ENABLED { "true" } else { "x" }.to_owned())
    });
    // Taken for 0 %, it would include bucket 0.
    assert!((0..1000).all(|i| !wrong.ruling.decide(&Subject::session(&i.to_string())).0));
}

#[test]
fn numbers_outside_of_their_limits_are_left_out() {
    for text in ["1.5", "-0.1", "high", "NaN"] {
        let read = read(&[
            ("MIN_STABILITY_THRESHOLD", text),
            ("MAX_BUFFER_TIMEOUT", "900"),
        ]);
        assert_eq!(
            read.ruling.number("min_stability_threshold"),
            None,
            "{text}"
        );
        assert_eq!(read.ruling.number("max_buffer_timeout"), Some(900.0));
        assert_eq!(read.faults[0].member, "MIN_STABILITY_THRESHOLD");
    }
}
