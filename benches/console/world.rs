//! The simulator as a process of its own, and its control path. It measures nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use color_eyre::eyre::{Result, bail, eyre};
use serde_json::{Value, json};

use crate::program::Subject;

/// The parameter that the world's functions read.
const PARAMETER: &str = "/audio-transcription/partial-results/config";

/// A running simulator.
#[derive(Debug)]
pub(crate) struct World {
    child: Child,
    address: String,
    config: String,
}

impl World {
    /// Starts one; `home` takes the configuration of its consoles.
    pub(crate) fn start(home: &Path, scenario: &str, speed: f64) -> Result<Self> {
        let program = env!("CARGO_BIN_EXE_coalmine");
        let config = home.join("coalmine.toml");
        if !config.exists() {
            let made = Command::new(program)
                .arg("init")
                .arg("--config")
                .arg(&config)
                .stdout(Stdio::null())
                .status()?;
            if !made.success() {
                bail!("`coalmine init` failed");
            }
        }
        let mut child = Command::new(program)
            .args(["sim", "--scenario", scenario, "--speed", &speed.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or_else(|| eyre!("no output"))?;
        BufReader::new(output).read_line(&mut line)?;
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .ok_or_else(|| eyre!("the simulator says: {line}"))?
            .to_owned();
        let world = Self {
            child,
            address,
            config: config.to_string_lossy().into_owned(),
        };
        // The world is built before the first answer; that is not the console's time.
        world.state()?;
        Ok(world)
    }

    /// A console that watches this world.
    pub(crate) fn console(&self, name: &str) -> Subject {
        let url = format!("http://{}", self.address);
        Subject::coalmine(name, &["--config", &self.config, "--endpoint-url", &url])
    }

    fn ask(&self, head: &str, body: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let request = format!(
            "{head}\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .ok_or_else(|| eyre!("no answer: {answer}"))?;
        if !head.starts_with("HTTP/1.1 200") {
            bail!("{head}\n{body}");
        }
        Ok(body.to_owned())
    }

    /// What the simulator says of itself.
    pub(crate) fn state(&self) -> Result<Value> {
        Ok(serde_json::from_str(
            &self.ask("GET /_coalmine/state HTTP/1.1", "")?,
        )?)
    }

    /// Puts these faults in force, one a line; none takes all away.
    pub(crate) fn faults(&self, faults: &str) -> Result<()> {
        self.ask("POST /_coalmine/fault HTTP/1.1", faults).map(drop)
    }

    /// Turns the feature on at 10 %, as a colleague would; answers the version.
    pub(crate) fn enable(&self) -> Result<u64> {
        let document = json!({"enabled": true, "rollout_percentage": 10, "min_stability_threshold": 0.85, "max_buffer_timeout": 5.0});
        let order = json!({"Name": PARAMETER, "Value": document.to_string(), "Overwrite": true});
        let head = "POST / HTTP/1.1\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AmazonSSM.PutParameter\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIACOALMINEANA/20260101/us-east-1/ssm/aws4_request, SignedHeaders=host, Signature=00";
        let answer: Value = serde_json::from_str(&self.ask(head, &order.to_string())?)?;
        answer["Version"]
            .as_u64()
            .ok_or_else(|| eyre!("no version: {answer}"))
    }

    /// When the first PutParameter after `since` arrived, if one did (both in microseconds of the wall clock).
    pub(crate) fn put_after(&self, since: i64) -> Result<Option<i64>> {
        let state = self.state()?;
        let recent = state["recent"].as_array().cloned().unwrap_or_default();
        Ok(recent
            .iter()
            .filter(|request| request["operation"] == "ssm:PutParameter")
            .filter_map(|request| request["wall_us"].as_i64())
            .find(|at| *at >= since))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The wall clock in microseconds, which this process and the simulator share.
pub(crate) fn wall_us() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as i64)
}
