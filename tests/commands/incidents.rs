//! `incident` and `report`: every exit code, the lock in scripts, and the facts of a scripted evening.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::bench::Bench;
use crate::control::count;

fn status(bench: &Bench) -> Value {
    bench
        .run(&["incident", "status", "--json"])
        .ends(0)
        .json("incident")
}

#[test]
fn a_script_that_lowers_locks_every_raise_until_the_incident_is_closed() {
    let bench = Bench::healthy();
    assert_eq!(status(&bench)["incident"], Value::Null);
    bench.run(&["disable", "--reason", "p95 is red"]).ends(0);
    let open = status(&bench);
    assert_eq!(
        (&open["locked"], &open["incident"]["cause"]),
        (&true.into(), &"lowered".into())
    );
    assert_eq!(
        open["incident"]["driver"],
        Value::Null,
        "a command drives nothing"
    );

    let writes = count(bench.sim.addr(), "ssm:PutParameter");
    for raise in [
        &["enable", "--percentage", "10"][..],
        &["set", "50"],
        &["restore", "12"],
    ] {
        let refused = bench.raise(raise);
        refused.ends(3);
        assert!(
            refused.err.contains("raises are locked: incident inc-"),
            "{refused:?}"
        );
        assert!(
            refused
                .err
                .contains("coalmine incident close --reason TEXT"),
            "{refused:?}"
        );
        assert!(
            !refused.err.contains("aws ssm put-parameter"),
            "no way around is offered: {refused:?}"
        );
    }
    let dry = bench.raise(&["set", "50", "--dry-run"]);
    assert!(dry.ends(0).out.contains("raises are locked"), "{dry:?}");
    let answer = bench.raise(&["set", "50", "--json"]).ends(3).json("order");
    assert!(
        answer["reason"]
            .as_str()
            .unwrap()
            .contains("raises are locked")
    );
    assert_eq!(
        count(bench.sim.addr(), "ssm:PutParameter"),
        writes,
        "nothing was sent"
    );
    bench.run(&["tune", "min_stability_threshold=0.9"]).ends(0);

    bench
        .run(&["incident", "close", "--reason", "fixed"])
        .ends(0);
    assert_eq!(status(&bench)["locked"], false);
    bench.raise(&["enable", "--percentage", "10"]).ends(0);
}

#[test]
fn disabling_what_is_off_already_opens_nothing() {
    let bench = Bench::healthy();
    bench.run(&["disable"]).ends(0);
    bench
        .run(&["incident", "close", "--reason", "over"])
        .ends(0);
    bench.run(&["disable"]).ends(0);
    assert_eq!(status(&bench)["incident"]["open"], false);
}

#[test]
fn opening_closing_and_releasing_have_their_codes() {
    let bench = Bench::healthy();
    bench.run(&["incident", "close", "--reason", "x"]).ends(1);
    bench.run(&["incident", "release", "--reason", "x"]).ends(1);
    bench.run(&["incident", "close"]).ends(2);
    bench.run(&["incident", "open", "--read-only"]).ends(3);
    bench
        .run(&["incident", "open", "--reason", "users call"])
        .ends(0);
    let again = bench.run(&["incident", "open"]);
    assert!(again.ends(0).err.contains("is open already"));
    bench.run(&["incident", "close", "--reason", "  "]).ends(3);
    bench
        .run(&["incident", "release", "--reason", "fixed"])
        .ends(3);
    bench
        .run(&[
            "incident",
            "release",
            "--reason",
            "fixed",
            "--confirm",
            "production",
        ])
        .ends(3);
    bench.raise(&["set", "50"]).ends(3);
    bench
        .run(&[
            "incident",
            "release",
            "--reason",
            "fixed",
            "--confirm",
            "prod",
        ])
        .ends(0);
    let released = status(&bench);
    assert_eq!(
        (&released["locked"], &released["incident"]["open"]),
        (&false.into(), &true.into())
    );
    assert_eq!(released["incident"]["released"]["reason"], "fixed");
    bench.raise(&["set", "50"]).ends(0);
    let closed = bench
        .run(&["incident", "close", "--reason", "done", "--json"])
        .ends(0)
        .json("incident");
    assert_eq!(
        (&closed["changed"], &closed["incident"]["closed"]["note"]),
        (&true.into(), &"done".into())
    );
}

#[test]
fn the_report_of_a_scripted_evening_has_its_facts() {
    let bench = Bench::healthy();
    bench.run(&["report"]).ends(1);
    let none = bench.run(&["report", "--json"]).ends(1).json("report");
    assert_eq!(none["report"], Value::Null);
    bench
        .run(&["disable", "--reason", "p95 | is <red>"])
        .ends(0);
    bench.raise(&["set", "50"]).ends(3);
    bench
        .run(&["incident", "close", "--reason", "rolled back"])
        .ends(0);

    let report = bench.run(&["report", "--json"]).ends(0).json("report");
    let (facts, figures) = (&report["report"], &report["report"]["figures"]);
    assert_eq!(figures["exposed"], 10);
    assert!(figures["first_action_at"].is_string() && figures["disabled_at"].is_string());
    assert!(
        facts["time_to_disable_s"]
            .as_f64()
            .is_some_and(|seconds| seconds < 60.0)
    );
    assert_eq!(
        (&facts["action"], &facts["note"]),
        (&"Disabled (0 % of users)".into(), &"rolled back".into())
    );
    assert_eq!(
        figures["deeds"].as_array().unwrap().len(),
        3,
        "opened, disabled, closed"
    );
    assert!(
        report["messages"]["resolved"]
            .as_str()
            .unwrap()
            .contains("Resolved after")
    );

    let text = bench.run(&["report"]);
    for fact in [
        "# Incident report: partial-results",
        "up to 10 % of users were exposed",
        "p95 \\| is &lt;red>",
        "applied as revision 13",
        "Closed with: rolled back",
    ] {
        assert!(text.ends(0).out.contains(fact), "{fact} in {}", text.out);
    }
    let message = bench.run(&["report", "--message", "rolled-back"]);
    assert!(message.ends(0).out.contains("*Action:* Disabled"));
    assert!(
        bench
            .run(&["report", "--handover"])
            .ends(0)
            .out
            .contains("Not to be touched:")
    );

    let file = bench.home.path().join("report.md");
    let name = file.to_str().unwrap();
    bench.run(&["report", "--output", name]).ends(0);
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        text.out.replace(
            made(&text.out),
            made(&std::fs::read_to_string(&file).unwrap())
        )
    );
    bench.run(&["report", "--output", name]).ends(1);
    bench.run(&["report", "--output", name, "--yes"]).ends(0);
    let unknown = bench.run(&["report", "--incident", "inc-1"]);
    assert!(unknown.ends(1).err.contains("the journal tells of inc-"));
    let id = facts["id"].as_str().unwrap();
    bench.run(&["report", "--incident", id]).ends(0);
}

/// The line that says when it was made.
fn made(report: &str) -> &str {
    report
        .lines()
        .find(|line| line.starts_with("_Made from"))
        .unwrap()
}

#[test]
fn a_torn_journal_is_reported_from_and_said_so_and_the_lock_holds() {
    let bench = Bench::healthy();
    bench.run(&["disable"]).ends(0);
    let path = bench.home.path().join("state/partial-results@prod.jsonl");
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap();
    file.write_all(b"{\"v\":1,\"seq\":99,\"at\":\"2026")
        .unwrap();
    let report = bench.run(&["report"]);
    assert!(report.ends(0).err.contains("is cut short"), "{report:?}");
    assert!(report.out.contains("Disabled"));
    bench.raise(&["set", "50"]).ends(3);
}

#[test]
fn without_a_journal_a_rollback_goes_out_all_the_same() {
    let bench = Bench::healthy();
    let state = bench.home.path().join("state");
    std::fs::create_dir(&state).unwrap();
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o777)).unwrap();
    bench.run(&["disable"]).ends(3);
    bench.run(&["disable", "--without-journal"]).ends(0);
    bench.run(&["incident", "open"]).ends(1);
    bench.run(&["incident", "status"]).ends(1);
}

#[test]
fn a_drill_waits_for_the_end_of_an_incident() {
    let bench = Bench::healthy();
    let config = bench.home.path().join("coalmine.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let staging = text.replace("environment = \"prod\"", "environment = \"staging\"");
    std::fs::write(&config, staging).unwrap();
    bench.run(&["incident", "open"]).ends(0);
    let writes = count(bench.sim.addr(), "ssm:PutParameter");
    let refused = bench.run(&["drill"]);
    let said = format!("{}{}", refused.ends(3).out, refused.err);
    assert!(
        said.contains("is open: a drill raises and lowers"),
        "{said}"
    );
    assert_eq!(count(bench.sim.addr(), "ssm:PutParameter"), writes);
    // Outside of prod no name is asked for.
    bench
        .run(&["incident", "release", "--reason", "fixed"])
        .ends(0);
}

#[test]
fn status_tells_of_an_open_incident_and_of_no_closed_one() {
    let bench = Bench::healthy();
    let told = |bench: &Bench| bench.run(&["status", "--json"]).ends(0).json("status");
    assert_eq!(told(&bench)["incident"], Value::Null);
    bench.run(&["disable", "--reason", "p95 is red"]).ends(0);
    let open = told(&bench)["incident"].clone();
    assert!(
        open["id"].as_str().is_some_and(|id| id.starts_with("inc-")),
        "{open}"
    );
    assert_eq!(
        (&open["locked"], &open["driver"]),
        (&true.into(), &Value::Null)
    );
    let text = bench.run(&["status"]).ends(0).out.clone();
    assert!(
        text.contains("INCIDENT inc-") && text.contains("raises locked"),
        "{text}"
    );
    bench
        .run(&["incident", "close", "--reason", "over"])
        .ends(0);
    assert_eq!(told(&bench)["incident"], Value::Null);
    assert!(!bench.run(&["status"]).ends(0).out.contains("INCIDENT"));
}
