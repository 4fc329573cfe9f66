//! Hides what looks like a secret before it is written down. It knows shapes of secrets, not their owners.
//!
//! A hidden value becomes `[masked:KIND:DIGEST]`: the first eight digits of its SHA-256 tell two secrets apart, and a text that
//! was read later can be masked and compared with a recorded one.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::line::Hash;
use crate::domain::plan::is_marker;

const MARK: &str = crate::domain::journal::MASKED;

struct Shape {
    kind: &'static str,
    /// Hides the group of the match that is named in [`SECRETS`], else all of it.
    pattern: Regex,
    fits: fn(&str) -> bool,
}

/// The groups that may hold a secret: bare, or all that stands between quotes, whatever characters it has.
const SECRETS: [&str; 4] = ["secret", "quoted", "single", "escaped"];

const SHAPES: &[(&str, &str)] = &[
    (
        "pem",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)",
    ),
    (
        "signature",
        r#"(?i)(?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|Credential)=(?P<secret>[^&\s"'<>,\\]+)"#,
    ),
    (
        "header",
        r"(?i)X-Amz-Security-Token\W{1,4}(?P<secret>[A-Za-z0-9+/=_%-]{16,})",
    ),
    (
        "jwt",
        r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
    ),
    (
        "authorization",
        r"(?i)\bbearer[\s:]+(?P<secret>[A-Za-z0-9._~+/=-]{8,})",
    ),
    (
        "basic",
        r"(?i)\bbasic\s+(?P<secret>[A-Za-z0-9+/]{16,}={0,2})",
    ),
    ("aws-key-id", r"(?:AKIA|ASIA)[A-Z0-9]{16,}"),
    (
        "value",
        r#"(?i)(?:aws_?secret|secret[_-]?(?:access)?[_-]?key|session[_-]?token|passw(?:or)?d|passphrase|client[_-]?secret|api[_-]?key|(?:access|auth|refresh|id)[_-]?token|private[_-]?key|_secret|_token)[A-Za-z0-9_-]*\\*["']?\s*[:=]\s*(?:"(?P<quoted>(?:[^"\\\n]|\\.)+)"|'(?P<single>[^'\n]+)'|\\+"(?P<escaped>[^"\\\n]+(?:\\+[^"\\\n]+)*)\\+"|\\*["']?(?P<secret>[^\s"',;&}\\]+))"#,
    ),
    (
        "option",
        r#"(?i)--[a-z-]*(?:secret|password|token|api-key)[a-z-]*[\s=]+(?:"(?P<quoted>[^"\n]+)"|'(?P<single>[^'\n]+)'|["']?(?P<secret>[^\s"']+))"#,
    ),
    (
        "vendor",
        r"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|xox[abeprs]-[A-Za-z0-9-]{10,}|glpat-[A-Za-z0-9_-]{16,}|[sr]k_live_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_-]{35})",
    ),
    (
        "userinfo",
        r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*:(?P<secret>[^\s/@]+)@",
    ),
    ("aws-key", r"[A-Za-z0-9/+]{40,}"),
];

static COMPILED: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    SHAPES
        .iter()
        .filter_map(|&(kind, pattern)| {
            Some(Shape {
                kind,
                pattern: Regex::new(pattern).ok()?,
                fits: if kind == "aws-key" {
                    looks_random
                } else {
                    |_| true
                },
            })
        })
        .collect()
});

static SECRET_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(secret|passw(or)?d|passphrase|token|api_?key|private_?key|credential)").ok()
});

/// A bare AWS secret key is 40 characters of base64: no word, path or digest has its mixture.
fn looks_random(text: &str) -> bool {
    let count = |class: fn(&char) -> bool| text.chars().filter(class).count();
    text.len() == 40
        && count(char::is_ascii_uppercase) >= 5
        && count(char::is_ascii_lowercase) >= 5
        && count(char::is_ascii_digit) >= 1
}

/// The same for text that leaves the console in a file.
pub fn conceal(text: &str) -> String {
    mask(text).into_owned()
}

/// The text with everything that looks like a secret hidden. Masking twice changes nothing more.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for shape in COMPILED.iter() {
        if shape.pattern.is_match(&text) {
            let masked = shape
                .pattern
                .replace_all(&text, |found: &Captures<'_>| hide(shape, found))
                .into_owned();
            text = Cow::Owned(masked);
        }
    }
    text
}

/// Whether something was hidden in this text: then it must not be written back to where it came from.
pub fn is_masked(text: &str) -> bool {
    text.contains(MARK)
}

fn hide(shape: &Shape, found: &Captures<'_>) -> String {
    let Some(whole) = found.get(0) else {
        return String::new();
    };
    let mut groups = SECRETS.iter();
    let secret = groups.find_map(|name| found.name(name)).unwrap_or(whole);
    if secret.as_str().starts_with(MARK) || !(shape.fits)(secret.as_str()) {
        return whole.as_str().to_owned();
    }
    let before = whole
        .as_str()
        .get(..secret.start() - whole.start())
        .unwrap_or_default();
    let after = whole
        .as_str()
        .get(secret.end() - whole.start()..)
        .unwrap_or_default();
    format!("{before}{}{after}", marked(shape.kind, secret.as_str()))
}

fn marked(kind: &str, secret: &str) -> String {
    let digest = Hash::of(secret.as_bytes()).hex();
    format!("{MARK}{kind}:{}]", digest.get(..8).unwrap_or_default())
}

/// Masks every string of a JSON value, and whole strings under a name such as `DB_PASSWORD`.
pub(super) fn mask_value(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Cow::Owned(masked) = mask(text) {
                *text = masked;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_value),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::String(text) if is_secret_name(name) && !text.starts_with(MARK) => {
                        if !text.is_empty() && !is_marker(text) {
                            *text = marked("value", text);
                        }
                    }
                    other => mask_value(other),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_secret_name(name: &str) -> bool {
    SECRET_NAME
        .as_ref()
        .is_some_and(|shape| shape.is_match(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARIES: &[(&str, &str)] = &[
        ("key AKIAIOSFODNN7EXAMPLE here", "AKIAIOSFODNN7EXAMPLE"),
        ("x_ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG",
            "wJalrXUtnFEMI",
        ),
        (r#"{"aws_secret":"hunter22"}"#, "hunter22"),
        (r#"{\"AWS_SECRET_ACCESS_KEY\":\"hunter22\"}"#, "hunter22"),
        (
            "export AWS_SESSION_TOKEN='IQoJb3JpZ2luX2Vj'",
            "IQoJb3JpZ2luX2Vj",
        ),
        (
            "bare wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY end",
            "bPxRfiCYEXAMPLEKEY",
        ),
        (
            "https://b.s3/x?X-Amz-Credential=AKIA1/2&X-Amz-Signature=deadbeef01&y=1",
            "deadbeef01",
        ),
        ("Authorization: Bearer abcdef.ghi-jkl", "abcdef.ghi-jkl"),
        (
            "authorization: basic dXNlcjpwYXNzd29yZA==",
            "dXNlcjpwYXNzd29yZA",
        ),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
            "eyJzdWIi",
        ),
        ("postgres://app:s3cr3t@db/prod", "s3cr3t"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
            "MIIEow",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIEow", "MIIEow"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abc"),
        ("DB_PASSWORD=hunter22", "hunter22"),
        ("--client-secret hunter22 --x", "hunter22"),
        (r#"{"db_password":"a,hunter22"}"#, "hunter22"),
        (r#"{"db_password": "two hunter22 words;&}"}"#, "hunter22"),
        (r#"{"api_key":"a\"hunter22","b":1}"#, "hunter22"),
        (r#"{\"api_key\":\"a,hunter22\",\"b\":1}"#, "hunter22"),
        (r#""{\\\"api_key\\\":\\\"a hunter22\\\"}""#, "hunter22"),
        ("export DB_PASSWORD='a;hunter22'", "hunter22"),
        ("--password 'my hunter22' --x", "hunter22"),
        ("--db-password=\"my hunter22\"", "hunter22"),
        (r#"{"api_key":"hunter22"#, "hunter22"),
    ];

    #[test]
    fn planted_canaries_do_not_survive() {
        for (text, secret) in CANARIES {
            let masked = mask(text);
            assert!(!masked.contains(secret), "{text} -> {masked}");
            assert!(is_masked(&masked), "{text} -> {masked}");
            assert_eq!(mask(&masked), masked, "masking twice is stable");
        }
    }

    #[test]
    fn ordinary_text_stays() {
        for text in [
            r#"{"enabled": true, "rollout_percentage": 10, "min_stability_threshold": 0.85}"#,
            "arn:aws:sts::123456789012:assumed-role/oncall/ana",
            "/audio-transcription/partial-results/config",
            "AudioTranscription/PartialResults/PartialResultProcessingLatency",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "basic rollback, session_id golden-eagle-427",
            "aws ssm put-parameter --name /x --value '{\"enabled\":false}' --overwrite",
            "the token bucket is empty; password rotation comes next",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn a_variable_with_a_secret_name_is_hidden_whole() {
        let mut value = serde_json::json!({"variables": {"DB_PASSWORD": "plain words", "ROLLOUT_PERCENTAGE": "0"}});
        mask_value(&mut value);
        let text = value.to_string();
        assert!(!text.contains("plain words"));
        assert!(text.contains(r#""ROLLOUT_PERCENTAGE":"0""#));
    }

    #[test]
    fn what_stands_beside_a_quoted_secret_stays() {
        for (text, beside) in [
            (
                r#"{"api_key":"a,b","enabled":true}"#,
                r#"","enabled":true}"#,
            ),
            (r#"{\"api_key\":\"a,b\",\"n\":1}"#, r#"\",\"n\":1}"#),
            (
                "--password 'a b' --region us-east-1",
                "' --region us-east-1",
            ),
            (
                r#"{"api_key":"","enabled":true}"#,
                r#"{"api_key":"","enabled":true}"#,
            ),
        ] {
            let masked = mask(text);
            assert!(masked.ends_with(beside), "{text} -> {masked}");
        }
    }

    #[test]
    fn every_shape_compiles() {
        assert_eq!(COMPILED.len(), SHAPES.len());
        assert!(SECRET_NAME.is_some());
    }

    #[test]
    fn a_marker_of_an_order_stays_comparable_under_whatever_name() {
        let mut value = serde_json::json!({
            "API_TOKEN": "masked-sha256:0123456789ab",
            "DB_PASSWORD": "masked-sha256:hunter22",
        });
        mask_value(&mut value);
        assert_eq!(value["API_TOKEN"], "masked-sha256:0123456789ab");
        let hidden = value["DB_PASSWORD"].as_str().unwrap_or_default();
        assert!(
            hidden.starts_with(MARK),
            "no marker, whatever it begins with: {hidden}"
        );
    }
}
