//! Reading a flag document: finds the flag in its text and says everything that is wrong with it at once. It changes no text.

use std::collections::BTreeSet;

use super::members::{Member, depth, elements, members};
use super::{Flag, FlagFault, FlagShape};
use crate::domain::Percent;

/// The most that a bare document may be: what an advanced SSM parameter holds.
const BARE_BYTES: usize = 8192;
/// The most that a file with a list of flags may be.
const LIST_BYTES: usize = 1 << 20;
/// How deep a document may nest.
const DEPTH: usize = 64;

/// The object that holds the flag, and where it stands in the document.
pub(super) struct Place<'a> {
    /// Where the object's text begins in the document.
    pub(super) base: usize,
    /// The object's text, braces included.
    pub(super) object: &'a str,
    /// Its members.
    pub(super) members: Vec<Member<'a>>,
    /// Members that occur twice, in the object or in what leads to it.
    pub(super) doubles: Vec<String>,
}

impl<'a> Place<'a> {
    /// The text of a member's value.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.members
            .iter()
            .find(|m| m.name == name)
            .map(|m| m.value)
    }
}

/// Finds the object that holds the flag.
pub(super) fn locate<'a>(text: &'a str, shape: &FlagShape) -> Result<Place<'a>, FlagFault> {
    let most = if shape.flag.is_some() {
        LIST_BYTES
    } else {
        BARE_BYTES
    };
    if text.len() > most {
        return Err(FlagFault::whole(format!(
            "the document is {} bytes; at most {most} are read",
            text.len()
        )));
    }
    if depth(text) > DEPTH {
        return Err(FlagFault::whole(format!(
            "the document nests deeper than {DEPTH} levels"
        )));
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let base = text.len() - body.len();
    let top = object_at(body, base)?;
    match &shape.flag {
        None => Ok(top),
        Some(name) => in_list(&top, name),
    }
}

fn object_at(text: &str, base: usize) -> Result<Place<'_>, FlagFault> {
    let object = text.trim_matches([' ', '\t', '\r', '\n']);
    let base = base + (object.as_ptr().addr() - text.as_ptr().addr());
    if object.is_empty() {
        return Err(FlagFault::whole("the document is empty"));
    }
    let members = members(object).map_err(|e| FlagFault::whole(not_an_object(object, &e)))?;
    let mut seen = BTreeSet::new();
    let doubles = members
        .iter()
        .filter(|m| !seen.insert(m.name.as_str()))
        .map(|m| m.name.clone())
        .collect();
    Ok(Place {
        base,
        object,
        members,
        doubles,
    })
}

fn not_an_object(text: &str, error: &serde_json::Error) -> String {
    if error.is_data() && !text.starts_with('{') {
        format!("the document is not a JSON object: {}", excerpt(text))
    } else {
        format!("the document is not JSON: {error}")
    }
}

fn in_list<'a>(top: &Place<'a>, name: &str) -> Result<Place<'a>, FlagFault> {
    let list = top.members.iter().find(|m| m.name == "flags");
    let list = list.ok_or_else(|| FlagFault::of("flags", "is missing: a list of flags"))?;
    let list_base = top.base + list.at.start;
    let flags = elements(list.value)
        .map_err(|_| FlagFault::of("flags", format!("is not a list: {}", excerpt(list.value))))?;
    let mut found = Vec::new();
    for (text, at) in flags {
        if let Ok(place) = object_at(text, list_base + at.start)
            && place.value("name").and_then(string).as_deref() == Some(name)
        {
            found.push(place);
        }
    }
    let mut place = match (found.pop(), found.len()) {
        (None, _) => {
            return Err(FlagFault::of("flags", format!("no flag is named {name:?}")));
        }
        (Some(place), 0) => place,
        (Some(_), more) => {
            return Err(FlagFault::of(
                "flags",
                format!("{} flags are named {name:?}", more + 1),
            ));
        }
    };
    place.doubles.extend(top.doubles.iter().cloned());
    Ok(place)
}

impl Flag {
    /// Reads a flag document.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with the member that it is about.
    pub fn parse(text: &str, shape: &FlagShape) -> Result<Self, Vec<FlagFault>> {
        let place = locate(text, shape).map_err(|fault| vec![fault])?;
        let mut faults: Vec<FlagFault> = place
            .doubles
            .iter()
            .map(|name| FlagFault::of(name, "occurs more than once"))
            .collect();
        let stand = if shape.flag.is_some() {
            listed_stand(&place, &mut faults)
        } else {
            bare_stand(&place, &mut faults)
        };
        let mut listed = Vec::new();
        for name in ["enabled_users", "enabled_groups"] {
            match place.value(name).map(names) {
                None => {}
                Some(Ok(names)) => listed.extend(names),
                Some(Err(text)) => faults.push(FlagFault::of(name, text)),
            }
        }
        faults.extend(over_limits(&place, shape));
        match stand {
            Some((enabled, rollout_percentage)) if faults.is_empty() => Ok(Self {
                enabled,
                rollout_percentage,
                listed,
            }),
            _ => Err(faults),
        }
    }
}

/// The members of the object that holds the flag, in their order; `None` where there is no such object.
pub(crate) fn flag_members<'a>(text: &'a str, shape: &FlagShape) -> Option<Vec<Member<'a>>> {
    locate(text, shape).ok().map(|place| place.members)
}

/// Whether the document is an object whose flag is off by its own member, whatever else is wrong with it.
pub fn says_disabled(text: &str, shape: &FlagShape) -> bool {
    locate(text, shape).is_ok_and(|place| {
        place.doubles.is_empty()
            && match shape.flag {
                None => place.value("enabled") == Some("false"),
                Some(_) => place.value("status").and_then(string).as_deref() == Some("disabled"),
            }
    })
}

fn bare_stand(place: &Place<'_>, faults: &mut Vec<FlagFault>) -> Option<(bool, Percent)> {
    let enabled = match place.value("enabled") {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(other) => Err(format!("must be true or false, not {}", excerpt(other))),
        None => Err("is missing: true or false".to_owned()),
    };
    let enabled = enabled
        .map_err(|text| faults.push(FlagFault::of("enabled", text)))
        .ok();
    let percentage = needed_percentage(place, faults);
    Some((enabled?, percentage?))
}

fn listed_stand(place: &Place<'_>, faults: &mut Vec<FlagFault>) -> Option<(bool, Percent)> {
    let status = place.value("status");
    match status.and_then(string).as_deref() {
        Some("percentage") => Some((true, needed_percentage(place, faults)?)),
        Some("enabled") => {
            optional_percentage(place, faults);
            Some((true, Percent::FULL))
        }
        Some("disabled") => Some((
            false,
            optional_percentage(place, faults).unwrap_or(Percent::ZERO),
        )),
        _ => {
            let text = match status {
                Some(other) => format!(
                    "must be \"enabled\", \"disabled\" or \"percentage\", not {}",
                    excerpt(other)
                ),
                None => "is missing: \"enabled\", \"disabled\" or \"percentage\"".to_owned(),
            };
            faults.push(FlagFault::of("status", text));
            optional_percentage(place, faults);
            None
        }
    }
}

fn needed_percentage(place: &Place<'_>, faults: &mut Vec<FlagFault>) -> Option<Percent> {
    if place.value("rollout_percentage").is_none() {
        faults.push(FlagFault::of(
            "rollout_percentage",
            "is missing: a whole number from 0 to 100",
        ));
    }
    optional_percentage(place, faults)
}

/// `None` when it is missing, and when it is wrong (then the fault is noted).
fn optional_percentage(place: &Place<'_>, faults: &mut Vec<FlagFault>) -> Option<Percent> {
    percentage(place.value("rollout_percentage")?)
        .map_err(|text| faults.push(FlagFault::of("rollout_percentage", text)))
        .ok()
}

/// A percentage as JSON text writes it: a whole number, also as an integral float such as `10.0`.
pub(super) fn percentage(value: &str) -> Result<Percent, String> {
    let wrong = |why: &str| Err(format!("must be a whole number from 0 to 100, {why}"));
    let shown = excerpt(value);
    let Some(number) = number(value) else {
        return wrong(&format!("not {shown}"));
    };
    if !(0.0..=100.0).contains(&number) {
        return wrong(&format!("and {shown} lies outside"));
    }
    if number.fract() != 0.0 {
        return wrong(&format!("and {shown} is not whole"));
    }
    Ok(Percent::new(number as u8).unwrap_or_default())
}

fn over_limits<'a>(
    place: &'a Place<'_>,
    shape: &'a FlagShape,
) -> impl Iterator<Item = FlagFault> + 'a {
    shape.limits.iter().filter_map(|(name, (low, high))| {
        let value = place.value(name)?;
        let inside = number(value).is_some_and(|n| (*low..=*high).contains(&n));
        (!inside).then(|| {
            FlagFault::of(
                name,
                format!(
                    "must be a number from {low} to {high}, not {}",
                    excerpt(value)
                ),
            )
        })
    })
}

/// The number that a JSON value is; `None` for anything else, and for one that no float holds.
fn number(value: &str) -> Option<f64> {
    let starts = value
        .bytes()
        .next()
        .is_some_and(|b| b == b'-' || b.is_ascii_digit());
    (starts.then(|| value.parse::<f64>().ok())?).filter(|n| n.is_finite())
}

/// The text that a JSON string is.
pub(super) fn string(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

fn names(value: &str) -> Result<Vec<String>, String> {
    serde_json::from_str(value)
        .map_err(|_| format!("must be a list of names, not {}", excerpt(value)))
}

/// The beginning of a value, for a sentence.
pub(super) fn excerpt(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}
