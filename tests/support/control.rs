//! The simulator's control path, spoken by hand: what came, when, and faults on demand. It knows no SDK.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use serde_json::Value;

/// What the simulator says about itself.
pub(crate) fn state(addr: SocketAddr) -> Value {
    ask(addr, "GET", "/_coalmine/state", "")
}

/// Puts faults in force, one a line; none takes all of them away.
pub(crate) fn fault(addr: SocketAddr, faults: &str) -> Value {
    ask(addr, "POST", "/_coalmine/fault", faults)
}

/// Cranks the simulated time.
pub(crate) fn advance(addr: SocketAddr, ms: u64) -> Value {
    ask(addr, "POST", &format!("/_coalmine/advance?ms={ms}"), "")
}

/// How often an operation, such as `ssm:PutParameter`, was asked for.
pub(crate) fn count(addr: SocketAddr, operation: &str) -> u64 {
    state(addr)["requests"][operation].as_u64().unwrap_or(0)
}

/// All requests so far.
pub(crate) fn requests(addr: SocketAddr) -> Value {
    state(addr)["requests"].clone()
}

/// When the last request of an operation arrived, in microseconds since 1970.
pub(crate) fn arrived(addr: SocketAddr, operation: &str) -> Option<i64> {
    let state = state(addr);
    let of = |r: &&Value| r["operation"] == operation;
    state["recent"].as_array()?.iter().rfind(of)?["wall_us"].as_i64()
}

fn ask(addr: SocketAddr, method: &str, path: &str, body: &str) -> Value {
    let mut stream = TcpStream::connect(addr).expect("the simulator listens");
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
        .expect("it takes a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {answer}"))
}
