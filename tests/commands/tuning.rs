//! `tune`: members and variables that decide nobody's exposure; whatever does is refused.

use serde_json::{Value, json};

use crate::bench::Bench;
use crate::control::count;

#[test]
fn a_member_is_set_and_no_other_byte_changes() {
    let bench = Bench::healthy();
    let before = bench.flag();
    let answer = bench
        .run(&["tune", "min_stability_threshold=0.9", "--json"])
        .ends(0)
        .json("order");
    assert_eq!(
        (
            &answer["outcome"],
            &answer["plan"]["direction"],
            &answer["exposure"]
        ),
        (&json!("applied"), &json!("neutral"), &Value::Null)
    );
    assert_eq!(bench.flag(), before.replace("0.85", "0.9"));
    assert_eq!(
        bench
            .run(&["tune", "min_stability_threshold=0.9", "--json"])
            .ends(0)
            .json("order")["outcome"],
        "no_op"
    );
    bench.run(&["tune", "note=by hand"]).ends(0);
    let now: Value = serde_json::from_str(&bench.flag()).unwrap();
    assert_eq!(now["note"], "by hand", "what is no JSON is text");
}

#[test]
fn what_decides_exposure_is_refused_and_what_is_out_of_its_limits_fails() {
    let bench = Bench::healthy();
    for (assignment, code) in [
        ("enabled=true", 3),
        ("rollout_percentage=50", 3),
        ("enabled_users=[\"a\"]", 3),
        ("PARTIAL_RESULTS_ENABLED=true", 3),
        ("ROLLOUT_PERCENTAGE=100", 3),
        ("min_stability_threshold=7", 1),
        ("max_buffer_timeout=soon", 1),
        ("FEATURE_FLAG_PARAMETER_NAME=/other", 1),
        ("AWS_REGION=eu-west-1", 1),
        ("no equals sign", 2),
        ("=5", 2),
    ] {
        bench.run(&["tune", assignment, "--yes"]).ends(code);
    }
    assert_eq!(count(bench.sim.addr(), "ssm:PutParameter"), 0);
    assert_eq!(
        count(bench.sim.addr(), "lambda:UpdateFunctionConfiguration"),
        0
    );
}

#[test]
fn a_variable_is_merged_into_the_others() {
    let bench = Bench::healthy();
    let store = bench.variable("FEATURE_FLAG_PARAMETER_NAME");
    let ran = bench.while_cranked(&["tune", "MAX_RATE_PER_SECOND=50", "--json"]);
    let answer = ran.ends(0).json("order");
    assert_eq!(
        (&answer["outcome"], &answer["plan"]["lever"]),
        (&json!("applied"), &json!("fallback"))
    );
    assert_eq!(bench.variable("MAX_RATE_PER_SECOND").as_deref(), Some("50"));
    assert_eq!(bench.variable("FEATURE_FLAG_PARAMETER_NAME"), store);
    assert!(
        answer["plan"]["aws_cli"]
            .as_str()
            .unwrap()
            .contains("MAX_RATE_PER_SECOND")
    );
}
