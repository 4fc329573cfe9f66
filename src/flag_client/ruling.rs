//! A flag document made ready for decisions: lists as sets, conditions as values, numbers by name. It reads no store.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::decision::Reason;
use super::subject::{Attribute, Subject};
use crate::domain::flag::members::{Member, members};
use crate::domain::flag::{
    Comparison, Flag, FlagFault, FlagShape, bucket, exposed, flag_members, is_treated,
};

/// What is decided by, until the next document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ruling {
    flag: Flag,
    comparison: Comparison,
    /// What an `enabled` of false means.
    off: Reason,
    users: HashSet<Box<str>>,
    groups: HashSet<Box<str>>,
    conditions: Vec<Condition>,
    numbers: BTreeMap<Box<str>, f64>,
}

/// An attribute that must have one of these values.
#[derive(Clone, Debug, PartialEq)]
struct Condition {
    attribute: Box<str>,
    any_of: Vec<Expected>,
}

#[derive(Clone, Debug, PartialEq)]
enum Expected {
    Text(Box<str>),
    Number(f64),
    Bool(bool),
}

impl Ruling {
    /// A flag without lists and conditions.
    pub(super) fn plain(
        flag: Flag,
        shape: &FlagShape,
        numbers: BTreeMap<Box<str>, f64>,
        off: Reason,
    ) -> Self {
        Self {
            flag,
            comparison: shape.comparison,
            off,
            users: HashSet::new(),
            groups: HashSet::new(),
            conditions: Vec::new(),
            numbers,
        }
    }

    /// What a document says.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn parse(text: &str, shape: &FlagShape) -> Result<Self, Vec<FlagFault>> {
        let flag = Flag::parse(text, shape)?;
        let found = flag_members(text, shape).unwrap_or_default();
        let value = |name: &str| found.iter().find(|m| m.name == name).map(|m| m.value);
        let conditions = conditions(value("conditions"))?;
        let names = |name: &str| -> HashSet<Box<str>> {
            value(name)
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default()
        };
        let (users, groups) = (names("enabled_users"), names("enabled_groups"));
        Ok(Self {
            users,
            groups,
            conditions,
            ..Self::plain(flag, shape, numbers(&found), Reason::Disabled)
        })
    }

    /// The same with the flag off.
    pub(super) fn disabled(&self) -> Self {
        let mut ruling = self.clone();
        ruling.flag.enabled = false;
        ruling.off = Reason::Disabled;
        ruling
    }

    /// A numeric member.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.numbers.get(name).copied()
    }

    /// The decision and its reason. Allocates nothing, and hashes only where the bucket matters.
    pub(super) fn decide(&self, subject: &Subject<'_>) -> (bool, Reason) {
        if !self.flag.enabled {
            return (false, self.off);
        }
        let user = subject.user.unwrap_or(subject.session_id);
        if !self.users.is_empty() && self.users.contains(user) {
            return (true, Reason::ListedUser);
        }
        if !self.groups.is_empty() && subject.groups.iter().any(|g| self.groups.contains(*g)) {
            return (true, Reason::ListedGroup);
        }
        if !self.conditions.iter().all(|c| c.is_met(subject.attributes)) {
            return (false, Reason::ConditionUnmet);
        }
        match exposed(&self.flag, self.comparison).get() {
            0 => return (false, Reason::Nobody),
            100 => return (true, Reason::Everybody),
            _ => {}
        }
        let bucket = bucket(subject.session_id);
        if is_treated(&self.flag, bucket, self.comparison) {
            (true, Reason::BucketIncluded(bucket))
        } else {
            (false, Reason::BucketExcluded(bucket))
        }
    }
}

impl Condition {
    fn is_met(&self, attributes: &[(&str, Attribute<'_>)]) -> bool {
        attributes
            .iter()
            .find(|(name, _)| *name == &*self.attribute)
            .is_some_and(|(_, value)| self.any_of.iter().any(|expected| expected.is(*value)))
    }
}

impl Expected {
    fn is(&self, value: Attribute<'_>) -> bool {
        match (self, value) {
            (Self::Text(expected), Attribute::Text(text)) => &**expected == text,
            (Self::Number(expected), Attribute::Number(number)) => *expected == number,
            (Self::Bool(expected), Attribute::Bool(value)) => *expected == value,
            _ => false,
        }
    }

    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::Text(text.as_str().into())),
            Value::Number(number) => number.as_f64().map(Self::Number),
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// The numeric members of the flag's own object.
fn numbers(found: &[Member<'_>]) -> BTreeMap<Box<str>, f64> {
    found
        .iter()
        .filter(|m| {
            m.value
                .starts_with(|c: char| c == '-' || c.is_ascii_digit())
        })
        .filter_map(|m| Some((m.name.as_str().into(), m.value.parse::<f64>().ok()?)))
        .filter(|(_, number)| number.is_finite())
        .collect()
}

/// `{"attribute": value, "other": [value, value]}`.
fn conditions(text: Option<&str>) -> Result<Vec<Condition>, Vec<FlagFault>> {
    let Some(text) = text.filter(|text| *text != "null") else {
        return Ok(Vec::new());
    };
    let fault = |text: String| FlagFault::of("conditions", text);
    let asked = members(text)
        .map_err(|_| vec![fault("must be an object of attributes and values".into())])?;
    let (mut found, mut faults) = (Vec::<Condition>::new(), Vec::new());
    for member in asked {
        let any_of = match serde_json::from_str(member.value) {
            Ok(Value::Array(values)) => values.iter().map(Expected::of).collect(),
            Ok(value) => Expected::of(&value).map(|expected| vec![expected]),
            Err(_) => None,
        };
        let name = member.name;
        if found.iter().any(|known| *known.attribute == *name) {
            faults.push(fault(format!("{name:?} occurs more than once")));
        }
        match any_of {
            Some(any_of) => found.push(Condition {
                attribute: name.into(),
                any_of,
            }),
            None => faults.push(fault(format!(
                "{name:?} must be a text, a number, true, false, or a list of these"
            ))),
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests;
