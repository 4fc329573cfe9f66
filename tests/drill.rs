//! `coalmine drill` over the simulator: it passes, it fails with the reason in each fault, and what it found is there again, even
//! after a kill.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

#[path = "support/control.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod control;
#[path = "drill/faults.rs"]
mod faults;
#[path = "drill/kill.rs"]
mod kill;
#[path = "drill/rig.rs"]
mod rig;
#[path = "cli/run.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod run;
#[path = "support/schema.rs"]
mod schema;

use rig::{DEV, PROD, Rig, SCRATCH};

#[test]
fn it_passes_and_puts_back_byte_for_byte() {
    let rig = Rig::new(60.0);
    let (before, version) = (rig.text(DEV).unwrap(), rig.versions(DEV));
    let (code, report) = rig.drill(&["--env", "dev", "drill", "--ttl", "5s"]);
    assert_eq!(code, 0, "{report}");
    let results: Vec<_> = Rig::steps(&report).map(|(_, result, _)| result).collect();
    assert_eq!(results, ["passed"; 7], "{report}");
    assert_eq!(report["passed"], true);
    assert_eq!(report["restored"], true);
    assert_eq!(report["scratch"], false);
    assert_eq!(rig.text(DEV).unwrap(), before);
    assert!(rig.versions(DEV) > version + 7, "it did write");
    assert_eq!(rig.text(PROD).unwrap(), rig.live, "another environment");
}

#[test]
fn in_prod_it_wants_the_name_and_writes_a_scratch_alone() {
    let rig = Rig::new(60.0);
    for typed in [&[][..], &["--confirm", "dev"], &["--confirm", "PROD"]] {
        let mut args = vec!["--env", "prod", "drill"];
        args.extend(typed);
        let (code, report) = rig.drill(&args);
        assert_eq!(code, 3, "{report}");
        let reason = report["reason"].as_str().unwrap();
        assert!(reason.contains("--confirm prod"), "{reason}");
    }
    assert_eq!(control::count(rig.sim.addr(), "ssm:PutParameter"), 0);

    for round in 0..2 {
        let args = ["--env", "prod", "drill", "--confirm", "prod", "--ttl", "5s"];
        let (code, report) = rig.drill(&args);
        assert_eq!(code, 0, "round {round}: {report}");
        assert_eq!(report["live"]["untouched"], true);
        assert_eq!(report["live"]["before"]["version"], 12);
        assert_eq!(report["scratch"], true);
        assert_eq!(report["resource"], SCRATCH);
        assert_eq!(
            (rig.text(PROD).unwrap(), rig.versions(PROD)),
            (rig.live.clone(), 12)
        );
        let scratch: serde_json::Value = serde_json::from_str(&rig.text(SCRATCH).unwrap()).unwrap();
        assert_eq!(scratch["enabled"], false, "{scratch}");
        assert_eq!(scratch["rollout_percentage"], 0, "{scratch}");
        assert_eq!(scratch["min_stability_threshold"], 0.85, "{scratch}");
    }
}

#[test]
fn text_names_every_step_and_the_sum() {
    let rig = Rig::new(60.0);
    let ran = rig.run(&["--env", "dev", "drill", "--ttl", "5s"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let lines: Vec<_> = ran.out.lines().collect();
    for (line, name) in lines.iter().zip([
        "disable and enable",
        "10, 50 and 100 %",
        "bad documents and values refused",
        "environment fallback",
        "cache expiry",
        "a concurrent writer",
        "an old version restored",
    ]) {
        assert!(line.contains("passed") && line.contains(name), "{line}");
    }
    assert_eq!(lines[7], "7 passed, 0 failed, 0 skipped");
}

#[test]
fn a_flag_in_a_file_is_drilled_too() {
    let rig = Rig::new(60.0);
    let text = "{\n  \"enabled\": true,\n  \"rollout_percentage\": 25.0, \"note\": \"keep\"\n}\n";
    let flag = rig.home.path().join("flag.json");
    std::fs::write(&flag, text).unwrap();
    let config = "[rollout.files]\nenvironment = \"dev\"\nregion = \"us-east-1\"\nstages = [ { percent = 10 }, { percent = 100 } ]\ncache_ttl = \"5s\"\n[rollout.files.flag]\nfile = \"flag.json\"\n";
    std::fs::write(rig.home.path().join("coalmine.toml"), config).unwrap();
    let (code, report) = rig.drill(&["drill"]);
    assert_eq!(std::fs::read_to_string(&flag).unwrap(), text, "{report}");
    let results: Vec<_> = Rig::steps(&report).map(|(_, result, _)| result).collect();
    let wanted = [
        "passed", "passed", "passed", "skipped", "passed", "passed", "skipped",
    ];
    assert_eq!(
        (code, results),
        (0, wanted.map(str::to_owned).to_vec()),
        "{report}"
    );
}
