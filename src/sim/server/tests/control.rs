//! The control path, and the life of a simulator.

use std::net::TcpListener;

use serde_json::json;

use super::*;
use crate::sim::SimError;
use crate::sim::world::Scenario;
use crate::sim::world::names::PARAMETER;

#[test]
fn cranking_moves_the_clock_and_the_account_with_it() {
    let sim = still();
    sim.aws().with(|aws, now| {
        aws.functions
            .create("f", [("LEVEL".to_owned(), "INFO".to_owned())].into(), now);
    });
    let line = "PUT /2015-03-31/functions/f/configuration";
    let update = |sim: &Sim| signed(sim, line, r#"{"Timeout":5}"#);
    assert_eq!(update(&sim).json()["LastUpdateStatus"], "InProgress");
    assert_eq!(update(&sim).status, 409);
    let state = request(&sim, "POST /_coalmine/advance?ms=8000", &[], b"");
    assert_eq!(state.json()["time_ms"], START + 8_000);
    assert_eq!(state.header("x-coalmine-clock"), Some("1767225608000;0"));
    assert_eq!(state.json()["time"], "2026-01-01T00:00:08Z");
    assert_eq!(update(&sim).status, 200);
    for bad in ["", "?ms=-1", "?ms=x", "?ms=604800001"] {
        assert_eq!(
            request(&sim, &format!("POST /_coalmine/advance{bad}"), &[], b"").status,
            400,
            "{bad}"
        );
    }
    assert_eq!(sim.clock().now(), START + 8_000);
}

#[test]
fn state_counts_requests_and_says_when_they_came() {
    let sim = still();
    receive(put(&sim, "1")).unwrap();
    receive(put(&sim, "2")).unwrap();
    ssm(&sim, "GetParameter", &json!({"Name": "/t"}));
    let state = request(&sim, "GET /_coalmine/state", &[], b"").json();
    assert_eq!(
        state["requests"],
        json!({"ssm:GetParameter": 1, "ssm:PutParameter": 2})
    );
    let recent = state["recent"].as_array().unwrap();
    let order: Vec<&str> = recent
        .iter()
        .filter_map(|r| r["operation"].as_str())
        .collect();
    assert_eq!(
        order,
        ["ssm:PutParameter", "ssm:PutParameter", "ssm:GetParameter"]
    );
    let times: Vec<u64> = recent
        .iter()
        .filter_map(|r| r["monotonic_us"].as_u64())
        .collect();
    assert!(
        times.is_sorted() && times[2] <= state["monotonic_us"].as_u64().unwrap(),
        "{times:?}"
    );
    assert!(recent[0]["wall_us"].as_i64().unwrap() > 1_700_000_000_000_000);
    assert_eq!(
        (&state["speed"], &state["scenario"]),
        (&json!(0.0), &json!("healthy"))
    );
}

#[test]
fn faults_are_set_listed_refused_and_cleared() {
    let sim = still();
    let state = arm(&sim, "ssm:PutParameter=500\n\n logs:*=delay:5 \n").json();
    assert_eq!(
        state["faults"],
        json!(["ssm:PutParameter=500", "logs:*=delay:5"])
    );
    let refused = arm(&sim, "ssm:*=denied\nssm:PutParametr=500");
    assert_eq!(refused.status, 400);
    assert!(
        refused.json()["error"]
            .as_str()
            .unwrap()
            .contains("did you mean `PutParameter`?")
    );
    let state = request(&sim, "GET /_coalmine/state", &[], b"").json();
    assert_eq!(
        state["faults"].as_array().unwrap().len(),
        2,
        "a refused text changes nothing"
    );
    assert_eq!(arm(&sim, "").json()["faults"], json!([]));
    for (line, status) in [
        ("GET /_coalmine", 404),
        ("GET /_coalmine/fault", 404),
        ("POST /_coalmine/x", 404),
    ] {
        assert_eq!(request(&sim, line, &[], b"").status, status, "{line}");
    }
}

#[test]
fn a_simulator_ends_when_it_is_stopped_and_frees_its_port() {
    let sim = still();
    let addr = sim.addr();
    sim.aws().build();
    request(&sim, "GET /_coalmine/state", &[], b"");
    let mut open = TcpStream::connect(addr).unwrap();
    sim.stop();
    open.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert!(matches!(open.read(&mut [0; 1]), Ok(0) | Err(_)));
    TcpListener::bind(addr).unwrap();
}

#[test]
fn a_taken_port_and_a_mad_speed_are_refused_with_their_numbers() {
    let sim = still();
    let port = sim.addr().port();
    let error = Sim::start(SimOptions {
        port,
        ..SimOptions::default()
    })
    .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")),
        "{error}"
    );
    for speed in [-1.0, f64::NAN, f64::INFINITY] {
        let error = Sim::start(SimOptions {
            speed,
            ..SimOptions::default()
        })
        .unwrap_err();
        assert!(matches!(error, SimError::Speed(_)), "{error}");
    }
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let sim = still();
    let mut stream = TcpStream::connect(sim.addr()).unwrap();
    for _ in 0..3 {
        stream
            .write_all(b"GET /_coalmine/nope HTTP/1.1\r\nhost: sim\r\n\r\n")
            .unwrap();
        let mut chunk = [0; 2048];
        let read = stream.read(&mut chunk).unwrap();
        assert!(chunk[..read].starts_with(b"HTTP/1.1 404"));
    }
}

#[test]
fn a_parameter_store_outage_reaches_the_wire_and_ends() {
    let sim = Sim::start(SimOptions {
        speed: 0.0,
        start: Some(START),
        scenario: Scenario::SsmOutage,
        ..SimOptions::default()
    })
    .unwrap();
    let name = json!({"Name": PARAMETER});
    assert_eq!(ssm(&sim, "GetParameter", &name).status, 200);
    sim.clock().advance(Duration::from_mins(2));
    let down = ssm(&sim, "GetParameter", &name);
    assert_eq!(
        (down.status, down.json()["__type"].as_str()),
        (500, Some("InternalServerError"))
    );
    assert_eq!(
        signed(&sim, "GET /2015-03-31/functions", "").status,
        200,
        "others go on"
    );
    sim.clock().advance(Duration::from_mins(8));
    assert_eq!(ssm(&sim, "GetParameter", &name).status, 200);
}
