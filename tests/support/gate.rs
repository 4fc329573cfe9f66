//! A loopback door before a simulator: it can hold each request until it may pass, keep an answer to itself, or change one.
//! It knows HTTP as far as it must, and no AWS.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is carried out and answered.
    Answered,
    /// It is carried out, and the connection ends in place of an answer.
    AnswerLost,
}

/// Who decides at the door.
pub trait Doorman: Send + Sync {
    /// A request of this operation is at the door: blocks until it may pass.
    fn arrives(&self, operation: &str) -> Fate {
        let _ = operation;
        Fate::Answered
    }

    /// It was carried out, and its answer has gone.
    fn served(&self) {}

    /// The answer's body as the client is to see it.
    fn change(&self, operation: &str, body: String) -> String {
        let _ = operation;
        body
    }
}

/// Opens a door to `http://HOST:PORT`; answers its own URL. It stays open until the process ends.
pub fn open(to: &str, doorman: Arc<dyn Doorman>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let to = to.trim_start_matches("http://").to_owned();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (to, doorman) = (to.clone(), Arc::clone(&doorman));
            // A connection ends when either side hangs up.
            std::thread::spawn(move || pass(client, &to, &*doorman));
        }
    });
    url
}

fn pass(mut client: TcpStream, to: &str, doorman: &dyn Doorman) -> Option<()> {
    client.set_nodelay(true).ok()?;
    let mut server = TcpStream::connect(to).ok()?;
    server.set_nodelay(true).ok()?;
    loop {
        let (head, body) = message(&mut client)?;
        let operation = operation(&head);
        let fate = doorman.arrives(&operation);
        server.write_all(head.as_bytes()).ok()?;
        server.write_all(&body).ok()?;
        let (head, body) = message(&mut server)?;
        if fate == Fate::AnswerLost {
            drop(client);
            doorman.served();
            return None;
        }
        let body = doorman.change(&operation, String::from_utf8_lossy(&body).into_owned());
        let sent = client.write_all(resized(&head, body.len()).as_bytes());
        let sent = sent.and_then(|()| client.write_all(body.as_bytes()));
        doorman.served();
        sent.ok()?;
    }
}

/// Reads one request or answer: the head with its empty line, and the body.
fn message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = header(&head, "content-length").and_then(|text| text.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// `PutParameter`, or method and path where no header names the operation.
fn operation(head: &str) -> String {
    let target = header(head, "x-amz-target").and_then(|target| target.split('.').nth(1));
    target.map_or_else(
        || head.split(' ').take(2).collect::<Vec<_>>().join(" "),
        str::to_owned,
    )
}

fn resized(head: &str, length: usize) -> String {
    let lines = head
        .split_inclusive("\r\n")
        .map(|line| match line.split_once(':') {
            Some((key, _)) if key.eq_ignore_ascii_case("content-length") => {
                format!("{key}: {length}\r\n")
            }
            _ => line.to_owned(),
        });
    lines.collect()
}
