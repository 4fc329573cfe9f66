//! Editing a flag document as text: only the bytes of the values that change are replaced. It decides nothing and writes no store.

use std::ops::Range;

use super::document::{Place, excerpt, locate, percentage, string};
use super::{Flag, FlagFault, FlagShape};
use crate::domain::Percent;

/// The document that disables the feature when nothing of the old one can be saved.
pub const BARE_DISABLED: &str = r#"{"enabled":false,"rollout_percentage":0}"#;

/// The most that a standard SSM parameter holds.
const SSM_BYTES: usize = 4096;

/// Members that decide exposure, and the flag's name: they change through a disable or a percentage only.
const OWN: [&str; 8] = [
    "enabled",
    "rollout_percentage",
    "status",
    "name",
    "enabled_users",
    "enabled_groups",
    "conditions",
    "flags",
];

/// One change of a flag document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlagEdit {
    /// Turn it off and keep the percentage.
    Disable,
    /// Set the percentage; above 0 it also turns the flag on.
    SetPercent(Percent),
    /// Set another member to a JSON value.
    SetMember {
        /// The member.
        name: String,
        /// Its new value, as JSON text.
        json: String,
    },
}

/// Edits the text; every byte that is not a changed value stays. A missing member is added in the document's style.
///
/// # Errors
/// The text is not a document of this shape, a member occurs twice, or the edit itself makes no sense. Members that the edit
/// does not touch may be wrong: see [`Flag::parse`] on the result.
pub fn edit(text: &str, shape: &FlagShape, edit: &FlagEdit) -> Result<String, FlagFault> {
    let place = locate(text, shape)?;
    if let Some(name) = place.doubles.first() {
        return Err(FlagFault::of(name, "occurs more than once"));
    }
    let mut changes = Changes::new(&place);
    match edit {
        FlagEdit::Disable if shape.flag.is_some() => changes.set("status", "\"disabled\""),
        FlagEdit::Disable => changes.set("enabled", "false"),
        FlagEdit::SetPercent(to) => {
            if shape.flag.is_some() {
                if let Some(status) = status_for(&place, *to) {
                    changes.set("status", status);
                }
            } else if to.get() > 0 {
                changes.set("enabled", "true");
            }
            changes.set_percentage(*to);
        }
        FlagEdit::SetMember { name, json } => {
            check_member(name, json)?;
            changes.set(name, json.trim());
        }
    }
    Ok(changes.apply(text))
}

/// The status that a percentage asks for; `None` where the present one already means it.
fn status_for(place: &Place<'_>, to: Percent) -> Option<&'static str> {
    match place.value("status").and_then(string).as_deref() {
        Some("percentage") => None,
        Some("disabled") if to == Percent::ZERO => None,
        _ => Some("\"percentage\""),
    }
}

/// Whether a member decides who is exposed, so that it is not edited as a member.
pub fn decides_exposure(name: &str) -> bool {
    OWN.contains(&name)
}

fn check_member(name: &str, json: &str) -> Result<(), FlagFault> {
    if decides_exposure(name) {
        return Err(FlagFault::of(
            name,
            "decides who is exposed: it is changed by a percentage or a disable, not as a member",
        ));
    }
    match serde_json::from_str::<&serde_json::value::RawValue>(json) {
        Ok(_) if super::members::depth(json) < 32 => Ok(()),
        _ => Err(FlagFault::of(
            name,
            format!("the new value is not JSON: {}", excerpt(json)),
        )),
    }
}

/// The JSON text of a member as it stands in the document; `None` where there is none, or no document of this shape.
pub fn member(text: &str, shape: &FlagShape, name: &str) -> Option<String> {
    let place = locate(text, shape).ok()?;
    place.value(name).map(str::to_owned)
}

/// The members that may be edited one by one, with their JSON text: those that do not decide who is exposed.
pub fn tunable_members(text: &str, shape: &FlagShape) -> Vec<(String, String)> {
    let members = locate(text, shape).map_or_else(|_| Vec::new(), |place| place.members);
    members
        .into_iter()
        .filter(|member| !decides_exposure(&member.name))
        .map(|member| (member.name.clone(), member.value.to_owned()))
        .collect()
}

/// The text that disables a flag whose document cannot be used: the last good one with the flag off, else a bare one.
pub fn disable_blind(last_good: Option<&str>, shape: &FlagShape) -> String {
    let saved = last_good
        .and_then(|text| edit(text, shape, &FlagEdit::Disable).ok())
        .filter(|text| Flag::parse(text, shape).is_ok());
    match (saved, &shape.flag) {
        (Some(text), _) => text,
        (None, None) => BARE_DISABLED.to_owned(),
        (None, Some(name)) => format!(
            "{{\"flags\":[{{\"name\":{},\"status\":\"disabled\",\"rollout_percentage\":0.0,\
             \"enabled_users\":[],\"enabled_groups\":[],\"conditions\":{{}}}}]}}",
            serde_json::Value::from(name.as_str())
        ),
    }
}

/// Whether a standard SSM parameter takes the text.
///
/// # Errors
/// It is longer than 4,096 bytes, or holds `{{`, which SSM reads as a reference.
pub fn check_size(text: &str) -> Result<(), FlagFault> {
    if text.len() > SSM_BYTES {
        return Err(FlagFault::whole(format!(
            "the document would be {} bytes; a standard SSM parameter holds {SSM_BYTES}",
            text.len()
        )));
    }
    if text.contains("{{") {
        return Err(FlagFault::whole(
            "the document holds {{, which SSM refuses as a reference to another parameter",
        ));
    }
    Ok(())
}

/// Replacements to be made in one go.
struct Changes<'p, 'a> {
    place: &'p Place<'a>,
    replaced: Vec<(Range<usize>, String)>,
    added: Vec<(String, String)>,
}

impl<'p, 'a> Changes<'p, 'a> {
    fn new(place: &'p Place<'a>) -> Self {
        Self {
            place,
            replaced: Vec::new(),
            added: Vec::new(),
        }
    }

    fn set(&mut self, name: &str, json: &str) {
        match self.place.members.iter().find(|m| m.name == name) {
            Some(member) if member.value == json => {}
            Some(member) => self.replaced.push((member.at.clone(), json.to_owned())),
            None => self.added.push((name.to_owned(), json.to_owned())),
        }
    }

    fn set_percentage(&mut self, to: Percent) {
        match self.place.value("rollout_percentage") {
            Some(old) if percentage(old) == Ok(to) => {}
            old => {
                let json = in_the_form_of(old.unwrap_or_default(), to);
                self.set("rollout_percentage", &json);
            }
        }
    }

    fn apply(mut self, text: &str) -> String {
        let base = self.place.base;
        if !self.added.is_empty() {
            let style = Style::of(self.place);
            self.replaced
                .push((style.at..style.at, style.join(&self.added)));
        }
        self.replaced.sort_by_key(|(at, _)| at.start);
        let mut out = String::with_capacity(text.len() + 64);
        let mut done = 0;
        for (at, json) in &self.replaced {
            out.push_str(text.get(done..base + at.start).unwrap_or_default());
            out.push_str(json);
            done = base + at.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }
}

/// `10.0` becomes `20.0`, `10` becomes `20`.
fn in_the_form_of(old: &str, to: Percent) -> String {
    let decimals = match old.split_once('.') {
        Some((whole, rest)) if !whole.contains('"') && rest.bytes().all(|b| b.is_ascii_digit()) => {
            rest.len().min(6)
        }
        _ => 0,
    };
    format!("{:.decimals$}", f64::from(to.get()))
}

/// How a document writes its members, learnt from those that it has.
struct Style<'a> {
    /// Where a further member goes, in the object's text.
    at: usize,
    /// Whether there is a member to be separated from.
    follows: bool,
    /// What stands between a value and the next name, such as `,\n  `.
    separator: String,
    /// What stands between a name and its value, such as `: `.
    colon: &'a str,
}

impl<'a> Style<'a> {
    fn of(place: &Place<'a>) -> Self {
        let Some(last) = place.members.last() else {
            return Self {
                at: 1,
                follows: false,
                separator: ", ".to_owned(),
                colon: ": ",
            };
        };
        let before = match place.members.len() {
            1 => 1,
            n => place.members.get(n - 2).map_or(1, |m| m.at.end),
        };
        // Between the two stand blanks, a comma, the name and a colon; the name's quotes are the outermost ones.
        let gap = place.object.get(before..last.at.start).unwrap_or_default();
        let (open, close) = (gap.find('"').unwrap_or(0), gap.rfind('"').unwrap_or(0));
        let lead = gap.get(..open).unwrap_or_default();
        let colon = gap.get(close + 1..).unwrap_or(":");
        let separator = match (place.members.len(), lead) {
            (1, "") if colon.ends_with(' ') => ", ".to_owned(),
            (1, blanks) => format!(",{blanks}"),
            _ => lead.to_owned(),
        };
        Self {
            at: last.at.end,
            follows: true,
            separator,
            colon,
        }
    }

    fn join(&self, added: &[(String, String)]) -> String {
        let mut out = String::new();
        for (index, (name, json)) in added.iter().enumerate() {
            if self.follows || index > 0 {
                out.push_str(&self.separator);
            }
            out.push_str(&serde_json::Value::from(name.as_str()).to_string());
            out.push_str(self.colon);
            out.push_str(json);
        }
        out
    }
}
