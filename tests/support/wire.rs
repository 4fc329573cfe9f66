//! A few HTTP requests by hand: what another writer would send, and what arrived at the simulator. It is no SDK.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

/// The access key of the writer who is not us; the simulator knows people by their keys.
pub const BEN: &str = "ben";
/// That writer's ARN in the simulator.
pub const BEN_ARN: &str = "arn:aws:iam::123456789012:user/ben";

/// An endpoint that is asked by hand.
#[derive(Clone, Debug)]
pub struct Wire {
    host: String,
}

impl Wire {
    /// The endpoint `http://HOST:PORT`.
    pub fn new(url: &str) -> Self {
        let host = url.trim_start_matches("http://").trim_end_matches('/');
        Self {
            host: host.to_owned(),
        }
    }

    /// One operation of Parameter Store as `key`; the answer, or the error's text.
    pub fn ssm(&self, key: &str, operation: &str, input: &Value) -> Result<Value, String> {
        self.json(key, "ssm", &format!("AmazonSSM.{operation}"), "1.1", input)
    }

    /// One operation of CloudWatch.
    pub fn cloudwatch(&self, operation: &str, input: &Value) -> Result<Value, String> {
        let target = format!("GraniteServiceVersion20100801.{operation}");
        self.json(BEN, "monitoring", &target, "1.0", input)
    }

    /// One operation of CloudWatch Logs.
    pub fn logs(&self, operation: &str, input: &Value) -> Result<Value, String> {
        self.json(
            BEN,
            "logs",
            &format!("Logs_20140328.{operation}"),
            "1.1",
            input,
        )
    }

    fn json(
        &self,
        key: &str,
        service: &str,
        target: &str,
        version: &str,
        input: &Value,
    ) -> Result<Value, String> {
        let head = format!(
            "{}X-Amz-Target: {target}\r\nContent-Type: application/x-amz-json-{version}\r\n",
            signed(key, service)
        );
        self.send("POST", "/", &head, &input.to_string())
    }

    /// One request to Lambda's REST interface as `key`.
    pub fn lambda(
        &self,
        key: &str,
        method: &str,
        path: &str,
        input: &Value,
    ) -> Result<Value, String> {
        let head = signed(key, "lambda") + "Content-Type: application/json\r\n";
        let path = format!("/2015-03-31/functions/{path}");
        let body = if method == "GET" {
            String::new()
        } else {
            input.to_string()
        };
        self.send(method, &path, &head, &body)
    }

    /// Puts these faults in force in place of those before. The simulator only.
    pub fn faults(&self, lines: &[&str]) {
        for body in [String::new(), lines.join("\n")] {
            let answer = self.send("POST", "/_coalmine/fault", "", &body);
            assert!(answer.is_ok(), "{answer:?}");
        }
    }

    /// How many requests of an operation such as `ssm:PutParameter` have arrived. The simulator only.
    pub fn arrived(&self, operation: &str) -> u64 {
        let state = self
            .send("GET", "/_coalmine/state", "", "")
            .unwrap_or_default();
        state["requests"][operation].as_u64().unwrap_or_default()
    }

    /// Waits until that many requests of an operation have arrived.
    pub async fn until(&self, operation: &str, count: u64) {
        for _ in 0..1_000 {
            if self.arrived(operation) >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        unreachable!("{operation} did not arrive {count} times");
    }

    fn send(&self, method: &str, path: &str, head: &str, body: &str) -> Result<Value, String> {
        let text = |error: std::io::Error| error.to_string();
        let mut stream = TcpStream::connect(&self.host).map_err(text)?;
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .map_err(text)?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{head}Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        stream.write_all(request.as_bytes()).map_err(text)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(text)?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        if !status.starts_with('2') {
            return Err(format!("{status}: {body}"));
        }
        Ok(serde_json::from_str(body).unwrap_or_else(|_| json!({})))
    }
}

/// Nobody checks the signature; the key says who it is.
fn signed(key: &str, service: &str) -> String {
    format!(
        "Authorization: AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=00\r\n"
    )
}
