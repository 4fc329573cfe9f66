#![expect(clippy::unwrap_used, reason = "a test may stop here")]
//! The simulator as a client meets it on the wire. The client is made by hand, so that it shares no codec with the server.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value as Json;

use crate::sim::{Sim, SimOptions};

mod control;
mod faults;
mod protocols;

const JSON11: &str = "application/x-amz-json-1.1";
const START: i64 = 1_767_225_600_000;

/// A simulator whose clock stands.
fn still() -> Sim {
    Sim::start(SimOptions {
        speed: 0.0,
        start: Some(START),
        ..SimOptions::default()
    })
    .unwrap()
}

/// An answer, taken apart.
#[derive(Debug)]
struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|l| l.split_once(": "))
            .find(|(k, _)| k.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
    }

    fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection that has sent one request.
fn send(sim: &Sim, request: &str, headers: &[(&str, &str)], body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(sim.addr()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let extra: String = headers
        .iter()
        .flat_map(|(name, value)| [*name, ": ", *value, "\r\n"])
        .collect();
    let length = body.len();
    let head = format!(
        "{request} HTTP/1.1\r\nhost: sim\r\nconnection: close\r\ncontent-length: {length}\r\n{extra}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    stream
}

/// What comes back until the connection ends, whether or not it ends well.
fn receive(mut stream: TcpStream) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let end = bytes
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|s| s.parse().ok())
        .ok_or(io::ErrorKind::InvalidData)?;
    Ok(Reply {
        status,
        head,
        body: bytes[end + 4..].to_vec(),
    })
}

fn authorization(key: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0"
    )
}

fn request(sim: &Sim, line: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    receive(send(sim, line, headers, body)).unwrap()
}

/// A signed request of an awsJson service that has only been sent.
fn ask(sim: &Sim, target: &str, body: &Json) -> TcpStream {
    let auth = authorization("ana");
    let headers = [
        ("authorization", auth.as_str()),
        ("x-amz-target", target),
        ("content-type", JSON11),
    ];
    send(sim, "POST /", &headers, body.to_string().as_bytes())
}

fn json(sim: &Sim, target: &str, body: &Json) -> Reply {
    receive(ask(sim, target, body)).unwrap()
}

fn ssm(sim: &Sim, operation: &str, body: &Json) -> Reply {
    json(sim, &format!("AmazonSSM.{operation}"), body)
}

fn put(sim: &Sim, value: &str) -> TcpStream {
    let body =
        serde_json::json!({"Name": "/t", "Value": value, "Type": "String", "Overwrite": true});
    ask(sim, "AmazonSSM.PutParameter", &body)
}

fn signed(sim: &Sim, line: &str, body: &str) -> Reply {
    request(
        sim,
        line,
        &[("authorization", &authorization("ana"))],
        body.as_bytes(),
    )
}

fn arm(sim: &Sim, faults: &str) -> Reply {
    request(sim, "POST /_coalmine/fault", &[], faults.as_bytes())
}
