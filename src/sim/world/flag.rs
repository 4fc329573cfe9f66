//! The flag as the simulated service understands it: the document, the environment, and who is in. It keeps no cache.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A flag that was read and found valid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flag {
    /// Whether the feature is on at all.
    pub enabled: bool,
    /// The share of sessions that get it, 0 to 100.
    pub percentage: u8,
    /// How sure a result must be before it is forwarded, 0 to 1.
    pub threshold: f32,
}

impl Flag {
    /// Reads a document. `None` when the service would refuse it: no JSON object, a switch that is no truth value, a
    /// number out of its range. A member that is absent has the service's default, which for the percentage is 100.
    pub fn parse(text: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        let members = document.as_object()?;
        let within = |name: &str, default: f64, low: f64, high: f64| match members.get(name) {
            None => Some(default),
            Some(value) => value.as_f64().filter(|v| (low..=high).contains(v)),
        };
        let enabled = members.get("enabled")?.as_bool()?;
        let percentage =
            within("rollout_percentage", 100.0, 0.0, 100.0).filter(|p| p.fract() == 0.0)?;
        let threshold = within("min_stability_threshold", 0.85, 0.0, 1.0)?;
        within("max_buffer_timeout", 5.0, 0.5, 30.0)?;
        Some(Self {
            enabled,
            percentage: percentage as u8,
            threshold: threshold as f32,
        })
    }

    /// What the function's environment says, for when the parameter cannot be read. A variable that is gone has the
    /// deployment's default: on, for everybody.
    pub fn from_environment(variables: &BTreeMap<String, String>) -> Self {
        let text = |name: &str| variables.get(name).map(|v| v.trim().to_ascii_lowercase());
        let enabled =
            text("PARTIAL_RESULTS_ENABLED").is_none_or(|v| matches!(v.as_str(), "true" | "1"));
        let percentage = text("ROLLOUT_PERCENTAGE").and_then(|v| v.parse::<u8>().ok());
        let threshold = text("MIN_STABILITY_THRESHOLD").and_then(|v| v.parse::<f32>().ok());
        Self {
            enabled,
            percentage: percentage.unwrap_or(100).min(100),
            threshold: threshold.unwrap_or(0.85),
        }
    }

    /// Whether a session of this id gets the feature.
    pub fn admits(self, session: &str) -> bool {
        self.enabled
            && match self.percentage {
                0 => false,
                100.. => true,
                percentage => bucket(session) < u32::from(percentage),
            }
    }
}

/// The bucket, 0 to 99, of a session: the first four bytes of its id's SHA-256, big-endian, modulo 100.
pub fn bucket(session: &str) -> u32 {
    let digest = Sha256::digest(session.as_bytes());
    digest
        .iter()
        .take(4)
        .fold(0_u32, |number, byte| number << 8 | u32::from(*byte))
        % 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_sessions_have_the_buckets_of_real_sha_256() {
        assert_eq!(bucket("golden-eagle-427"), 73);
        // SHA-256("abc") begins ba7816bf: 3128432319 modulo 100.
        assert_eq!(bucket("abc"), 19);
        // SHA-256("") begins e3b0c442: 3820012610 modulo 100.
        assert_eq!(bucket(""), 10);
    }

    #[test]
    fn the_edge_of_the_percentage_is_exclusive() {
        let at = |percentage| Flag {
            enabled: true,
            percentage,
            threshold: 0.85,
        };
        assert!(!at(73).admits("golden-eagle-427"));
        assert!(at(74).admits("golden-eagle-427"));
        assert!(at(100).admits("anybody"));
        assert!(!at(0).admits("anybody"));
        assert!(
            !Flag {
                enabled: false,
                ..at(100)
            }
            .admits("anybody")
        );
    }

    #[test]
    fn documents_are_judged_as_the_service_would() {
        let good = Flag::parse(r#"{"enabled":true,"rollout_percentage":10.0,"other":[1]}"#);
        assert_eq!(good.map(|f| f.percentage), Some(10));
        assert_eq!(
            Flag::parse(r#"{"enabled":true}"#).map(|f| f.percentage),
            Some(100)
        );
        assert_eq!(
            Flag::parse(r#"{"enabled":false}"#).map(|f| f.enabled),
            Some(false)
        );
        for bad in [
            "",
            "[]",
            "{",
            r#"{"rollout_percentage":10}"#,
            r#"{"enabled":"true","rollout_percentage":10}"#,
            r#"{"enabled":true,"rollout_percentage":101}"#,
            r#"{"enabled":true,"rollout_percentage":-1}"#,
            r#"{"enabled":true,"rollout_percentage":10.5}"#,
            r#"{"enabled":true,"rollout_percentage":"10"}"#,
            r#"{"enabled":true,"rollout_percentage":10,"min_stability_threshold":1.5}"#,
            r#"{"enabled":true,"rollout_percentage":10,"max_buffer_timeout":0}"#,
        ] {
            assert_eq!(Flag::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_emptied_environment_brings_everybody_in() {
        let all = Flag::from_environment(&BTreeMap::new());
        assert!(all.enabled && all.percentage == 100);
        let off = BTreeMap::from([("PARTIAL_RESULTS_ENABLED".to_owned(), "False".to_owned())]);
        assert!(!Flag::from_environment(&off).enabled);
        let ten = BTreeMap::from([("ROLLOUT_PERCENTAGE".to_owned(), " 10".to_owned())]);
        assert_eq!(Flag::from_environment(&ten).percentage, 10);
    }
}
