//! A scripted HTTP server on loopback for the tests of this layer. It knows no service: each test says what is answered.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::aws::{CallLog, ConnectOptions, Connection, Limits};
use super::clock::SharedClock;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `PutParameter` for awsJson, else `PUT /path`.
    pub(crate) operation: String,
    /// The body, null when it is not JSON.
    pub(crate) body: Value,
}

impl Request {
    /// A text member of the body.
    pub(crate) fn text(&self, member: &str) -> String {
        self.body[member].as_str().unwrap_or_default().to_owned()
    }
}

/// What the server does.
pub(crate) enum Reply {
    /// Status, extra header lines, body.
    Answer(u16, String, String),
    /// Closes the connection without a byte.
    Reset,
    /// Never answers.
    Hang,
    /// Promises more bytes than it sends.
    Cut,
}

impl Reply {
    /// 200 with this JSON.
    pub(crate) fn ok(body: Value) -> Self {
        Self::Answer(200, String::new(), body.to_string())
    }

    /// An error as awsJson and restJson write it.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({"__type": code, "message": message, "Message": message});
        Self::Answer(
            status,
            format!("x-amzn-errortype: {code}\r\n"),
            body.to_string(),
        )
    }
}

type Script = dyn Fn(&Request) -> Reply + Send + Sync;

/// The server; it ends with the test's runtime.
pub(crate) struct Fake {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Fake {
    pub(crate) async fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let script: Arc<Script> = Arc::new(script);
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _serving = tokio::spawn(serve(stream, script.clone(), seen.clone()));
            }
        });
        Self { url, requests }
    }

    /// The operations that arrived, in order.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.requests().into_iter().map(|r| r.operation).collect()
    }

    /// The requests that arrived, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// How often `operation` arrived.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.operations()
            .iter()
            .filter(|name| *name == operation)
            .count()
    }

    pub(crate) async fn connect(&self) -> Connection {
        connect_to(&self.url, CallLog::silent(), SharedClock::new()).await
    }
}

/// A hermetic connection to `url` with fixed credentials and short limits.
pub(crate) async fn connect_to(url: &str, calls: CallLog, clock: SharedClock) -> Connection {
    let options = ConnectOptions {
        profile: None,
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(url.to_owned()),
        credentials: Some(("AKIDEXAMPLE".to_owned(), "secret".to_owned())),
    };
    Connection::open_within(short(), &options, clock, calls)
        .await
        .unwrap()
}

/// Limits that a test can wait for.
pub(crate) fn short() -> Limits {
    let ms = Duration::from_millis;
    Limits {
        connect: ms(300),
        read: (ms(250), ms(400)),
        logs: (ms(250), ms(400)),
        write: (ms(250), ms(400)),
        backoff: ms(4),
        search: ms(60),
        look: ms(10),
        update: ms(150),
        update_look: ms(5),
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Script>, seen: Arc<Mutex<Vec<Request>>>) {
    let mut buffer = Vec::new();
    while let Some(request) = next_request(&mut stream, &mut buffer).await {
        seen.lock().unwrap().push(request.clone());
        let text = match script(&request) {
            Reply::Reset => return,
            Reply::Hang => std::future::pending().await,
            Reply::Cut => "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"Param".to_owned(),
            Reply::Answer(status, headers, body) => format!(
                "HTTP/1.1 {status} Status\r\n{headers}content-length: {}\r\n\r\n{body}",
                body.len()
            ),
        };
        let cut = text.contains("content-length: 1000\r\n");
        if stream.write_all(text.as_bytes()).await.is_err() || cut {
            return;
        }
    }
}

async fn next_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    let header = |name: &str| {
        head.lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length")
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    while buffer.len() < end + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = serde_json::from_slice(&buffer[end..end + length]).unwrap_or(Value::Null);
    buffer.drain(..end + length);
    let operation = match header("x-amz-target") {
        Some(target) => target.rsplit('.').next().unwrap_or_default().to_owned(),
        None => head.lines().next()?.split(" HTTP/").next()?.to_owned(),
    };
    Some(Request { operation, body })
}
