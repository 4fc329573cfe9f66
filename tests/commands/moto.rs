//! The same commands over moto, which is somebody else's idea of AWS: what it does not serve is null, and stops nothing.

use serde_json::{Value, json};

use crate::bench::{PARAMETER, RAISE, Ran, bare, ran};
use crate::python;
use crate::wire::Wire;

#[test]
fn the_flag_is_disabled_raised_and_restored_and_the_rest_is_null() {
    if python::venv().is_err() && !python::must_run() {
        return;
    }
    let moto = python::moto_server().unwrap();
    let wire = Wire::new(moto.url());
    let text = "{\"enabled\": true, \"rollout_percentage\": 10, \"min_stability_threshold\": 0.85}";
    wire.ssm(
        "ben",
        "PutParameter",
        &json!({ "Name": PARAMETER, "Value": text, "Type": "String" }),
    )
    .unwrap();
    let home = tempfile::tempdir().unwrap();
    coalmine::config::init(&home.path().join("coalmine.toml")).unwrap();
    let run = |args: &[&str]| -> Ran {
        let mut command = bare(args, home.path());
        command
            .env("AWS_ENDPOINT_URL", moto.url())
            .env("COALMINE_STATE_DIR", home.path().join("state"));
        ran(command.output().unwrap())
    };
    let answer = run(&["status", "--json"]).ends(0).json("status");
    assert_eq!(
        (&answer["flag"]["version"], &answer["exposure"]["desired"]),
        (&json!(1), &json!(10))
    );
    assert_eq!(answer["verdict"]["decision"], "cannot_tell");
    assert!(
        !answer["errors"].as_array().unwrap().is_empty(),
        "the function is not there"
    );
    let answer = run(&["disable", "--json"]).ends(0).json("order");
    assert_eq!(
        (&answer["outcome"], &answer["version"]),
        (&json!("applied"), &json!(2))
    );
    assert!(answer["proofs"]["read_back"].is_string());
    run(&["incident", "close", "--reason", "over"]).ends(0);
    let set = [&["set", "50", "--json"][..], &RAISE].concat();
    assert_eq!(run(&set).ends(0).json("order")["version"], 3);
    let restore = run(&["restore", "1", "--json"]).ends(0).json("order");
    assert_eq!(
        (&restore["version"], &restore["plan"]["direction"]),
        (&json!(4), &json!("lower"))
    );
    let answer = run(&["history", "--json"]).ends(0).json("history");
    let versions = answer["versions"].as_array().unwrap();
    assert_eq!(
        (versions.len(), &versions[0]["text"]),
        (4, &Value::from(text))
    );
    let ran = run(&["fallback", "on"]);
    assert!(ran.ends(1).err.contains("audio-processor"), "{ran:?}");
}
