//! What a literal flag document on a command line would set. It knows no store.

use serde_json::Value;

use crate::domain::Percent;
use crate::domain::plan::Change;

/// A flag document as a command writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Document {
    /// `enabled`.
    pub(crate) enabled: Option<bool>,
    /// `rollout_percentage`.
    pub(crate) percent: Option<Percent>,
    /// The other members, as JSON text.
    pub(crate) members: Vec<(String, String)>,
}

impl Document {
    /// Reads a text, if it is a JSON object that has `enabled` or a percentage.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let Ok(Value::Object(object)) = serde_json::from_str::<Value>(text) else {
            return None;
        };
        let mut out = Self::default();
        for (name, value) in &object {
            match name.as_str() {
                "enabled" => out.enabled = value.as_bool(),
                "rollout_percentage" => {
                    out.percent = value
                        .as_f64()
                        .filter(|number| number.fract() == 0.0 && (0.0..=100.0).contains(number))
                        .and_then(|number| Percent::new(number as u8));
                }
                _ => out.members.push((name.clone(), value.to_string())),
            }
        }
        (out.enabled.is_some() || out.percent.is_some()).then_some(out)
    }

    /// The changes that it comes to; the one that decides who is exposed comes first.
    pub(crate) fn changes(&self) -> Vec<Change> {
        let exposure = match (self.enabled, self.percent) {
            (Some(false), _) => Some(Change::Disable),
            (_, Some(percent)) => Some(Change::SetPercent(percent)),
            (Some(true) | None, None) => None,
        };
        let member = |(name, json): &(String, String)| Change::SetMember {
            name: name.clone(),
            json: json.clone(),
        };
        exposure
            .into_iter()
            .chain(self.members.iter().map(member))
            .collect()
    }
}
