//! Ten thousand ids, odd ones among them: the bucket and the flag client's decisions equal those of Python's hashlib.
//! Without Python the check is reported as ignored; under CI it must run.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use coalmine::domain::flag::bucket;
use coalmine::flag_client::{FlagClient, Reason, Source};
use libtest_mimic::{Arguments, Failed, Trial};

#[path = "support/python.rs"]
mod python;
#[path = "support/flag_store.rs"]
mod store;

use store::FlagStore;

const IDS: usize = 10_000;
/// The rule as the service writes it, with Python's own hash.
const RULE: &str = "
import hashlib, json, sys
ids = json.load(sys.stdin)
bucket = lambda i: int.from_bytes(hashlib.sha256(i.encode()).digest()[:4], byteorder='big') % 100
json.dump([bucket(i) for i in ids], sys.stdout)
";

fn main() {
    let arguments = Arguments::from_args();
    let ids = ids();
    let trial = match hashlib(&ids) {
        Ok(theirs) => Trial::test("ten_thousand_ids_as_hashlib_has_them", move || {
            compare(&ids, &theirs).map_err(Failed::from)
        }),
        Err(reason) if python::must_run() => Trial::test("python", move || {
            Err(format!("under CI the suite must run: {reason}").into())
        }),
        Err(reason) => Trial::test(format!("python ({reason})"), || Ok(())).with_ignored_flag(true),
    };
    libtest_mimic::run(&arguments, vec![trial]).exit();
}

/// Different ids: plain ones, and what nobody expects of an id.
fn ids() -> Vec<String> {
    let mut dice = fastrand::Rng::with_seed(427);
    let odd = [
        "",
        " ",
        "\0",
        "\n",
        "\r\n",
        "\"",
        "\\",
        "golden-eagle-427",
        "GOLDEN-EAGLE-427",
        "é",
        "e\u{301}",
        "日本語",
        "🐤",
        "👩\u{200d}🚒",
        "\u{feff}id",
        "\u{202e}id",
        "\u{fffd}",
        "\u{10ffff}",
        "null",
        "true",
        "[]",
    ];
    let mut ids: BTreeSet<String> = odd.iter().map(ToString::to_string).collect();
    // Around the edges of SHA-256's blocks, and far beyond.
    ids.extend((1..=200).map(|length| "a".repeat(length)));
    ids.extend([1_000, 65_536, 1_000_000].map(|length| "é".repeat(length)));
    while ids.len() < IDS / 2 {
        let length = dice.usize(1..80);
        ids.insert((0..length).map(|_| dice.char(..)).collect());
    }
    let mut number = 0_u64;
    while ids.len() < IDS {
        number += 1;
        ids.insert(format!("session-{number}"));
    }
    ids.into_iter().collect()
}

fn hashlib(ids: &[String]) -> Result<Vec<u8>, String> {
    let mut python = Command::new("python3")
        .args(["-I", "-c", RULE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("python3 does not start: {error}"))?;
    let text = serde_json::to_vec(ids).map_err(|error| error.to_string())?;
    if let Some(mut input) = python.stdin.take() {
        input
            .write_all(&text)
            .map_err(|error| format!("python3 does not listen: {error}"))?;
    }
    let output = python
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("python3 answered nonsense: {error}"))
}

fn compare(ids: &[String], theirs: &[u8]) -> Result<(), String> {
    if (ids.len(), theirs.len()) != (IDS, IDS) {
        return Err(format!("{} ids, {} answers", ids.len(), theirs.len()));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    for percentage in [0, 1, 10, 50, 99, 100] {
        let text = format!(r#"{{"enabled":true,"rollout_percentage":{percentage}}}"#);
        let client = FlagClient::builder(FlagStore::new(1, &text)).build();
        runtime.block_on(client.refresh_if_due());
        for (id, theirs) in ids.iter().zip(theirs) {
            let decision = client.is_enabled(id);
            let needs_bucket = !matches!(decision.reason, Reason::Nobody | Reason::Everybody);
            if bucket(id) != *theirs
                || decision.source != Source::Store
                || decision.enabled != (*theirs < percentage)
                || (needs_bucket && decision.reason.bucket() != Some(*theirs))
            {
                return Err(format!(
                    "{id:?}: hashlib says {theirs}, at {percentage} %: {decision}"
                ));
            }
        }
    }
    Ok(())
}
