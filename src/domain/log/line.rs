//! What one log line says: level, session, message, fields; from JSON lines, lines with JSON at their end, and plain text.
//! It keeps the text raw: whoever draws it sanitises it.

use regex::Regex;
use serde_json::Value;

use super::Level;
use crate::domain::flag::members::{Member, depth, members};
use crate::domain::rollout::SessionIdRule;

mod level;

/// Longer lines are not searched for JSON, and beyond it not for a session.
const SEARCHED: usize = 256 * 1024;
/// The longest session id that is believed.
const SESSION: usize = 256;
/// The most fields that are kept of a line.
const FIELDS: usize = 64;
/// The most characters that are kept of a field's value.
const VALUE: usize = 1024;

/// Members that hold the message, the best first.
const MESSAGE: [&str; 5] = ["message", "msg", "event", "text", "log"];
/// Members that repeat what the event says of itself.
const TIMES: [&str; 5] = ["timestamp", "time", "ts", "@timestamp", "asctime"];

/// One line, taken apart. All text is as it came: raw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedLine {
    /// Its severity, when it names one.
    pub level: Option<Level>,
    /// Its session, when it names one.
    pub session: Option<String>,
    /// The message: a JSON line's message member, else the line.
    pub message: String,
    /// The other members of a JSON line, in their order; strings without quotes, anything else as JSON.
    pub fields: Vec<(String, String)>,
}

/// Takes lines apart; holds the compiled rule for the session id.
#[derive(Clone, Debug, Default)]
pub struct LineReader {
    path: Vec<String>,
    pattern: Option<Regex>,
}

impl LineReader {
    /// A reader for lines whose sessions are found by `rule`.
    ///
    /// # Errors
    /// The rule is a regular expression that does not compile or has no group, in words.
    pub fn new(rule: Option<&SessionIdRule>) -> Result<Self, String> {
        match rule {
            None => Ok(Self::default()),
            Some(SessionIdRule::JsonPath(path)) => Ok(Self {
                path: path.clone(),
                pattern: None,
            }),
            Some(SessionIdRule::Regex(text)) => {
                let pattern = Regex::new(text).map_err(|e| e.to_string())?;
                if pattern.captures_len() < 2 {
                    return Err(format!("{text}: has no group for the session id"));
                }
                Ok(Self {
                    path: Vec::new(),
                    pattern: Some(pattern),
                })
            }
        }
    }

    /// Takes one line apart. Hostile lines cost no more than their length.
    pub fn parse(&self, line: &str) -> ParsedLine {
        let (lead, object) = json_part(line);
        let mut parsed = match object {
            Some((text, members)) => self.json(lead, text, &members),
            None => ParsedLine {
                level: level::in_text(line),
                message: line.trim_end_matches(['\n', '\r']).to_owned(),
                ..ParsedLine::default()
            },
        };
        if let Some(pattern) = &self.pattern {
            parsed.session = pattern
                .captures(head(line))
                .and_then(|found| found.get(1))
                .and_then(|id| believed(id.as_str()));
        }
        parsed
    }

    fn json(&self, lead: &str, text: &str, members: &[Member<'_>]) -> ParsedLine {
        let message = MESSAGE
            .iter()
            .find_map(|name| members.iter().find(|m| m.name == *name));
        let level = members.iter().find(|m| level::is_name(&m.name));
        let session = self.session_in(members);
        let ours = |m: &&Member<'_>| {
            message.is_some_and(|other| other == *m)
                || level.is_some_and(|other| other == *m)
                || TIMES.contains(&m.name.as_str())
                || session.is_some() && self.path.len() == 1 && self.path.first() == Some(&m.name)
        };
        ParsedLine {
            level: level
                .and_then(|m| level::of_value(m.value))
                .or_else(|| level::in_text(lead))
                .or_else(|| {
                    let kind = members.iter().find(|m| m.name == "type")?;
                    level::of_platform(&string(kind.value)?, text)
                }),
            message: message.map_or_else(
                || text.to_owned(),
                |m| string(m.value).unwrap_or_else(|| m.value.to_owned()),
            ),
            fields: members
                .iter()
                .filter(|m| !ours(m))
                .take(FIELDS)
                .map(|m| (m.name.clone(), field(m.value)))
                .collect(),
            session,
        }
    }

    fn session_in(&self, members: &[Member<'_>]) -> Option<String> {
        let (first, rest) = self.path.split_first()?;
        let found = members.iter().find(|m| m.name == *first)?;
        let mut value: Value = serde_json::from_str(found.value).ok()?;
        for step in rest {
            value = match value {
                Value::Object(mut object) => object.remove(step)?,
                Value::Array(mut list) => {
                    let at: usize = step.parse().ok()?;
                    (at < list.len()).then(|| list.swap_remove(at))?
                }
                _ => return None,
            };
        }
        match value {
            Value::String(id) => believed(&id),
            Value::Number(id) => believed(&id.to_string()),
            _ => None,
        }
    }
}

/// Takes one line apart with a rule that is compiled for it alone; a [`LineReader`] does it for many.
pub fn parse_line(line: &str, rule: Option<&SessionIdRule>) -> ParsedLine {
    LineReader::new(rule).unwrap_or_default().parse(line)
}

/// The beginning of a line that is too long to be taken apart for every frame: at most so many bytes of it, as the message.
pub fn unparsed(line: &str, bytes: usize) -> ParsedLine {
    let end = line.floor_char_boundary(bytes);
    ParsedLine {
        message: line.get(..end).unwrap_or_default().to_owned(),
        ..ParsedLine::default()
    }
}

type Json<'a> = (&'a str, Vec<Member<'a>>);

/// The JSON object that the line is or ends with, and what stands before it.
fn json_part(line: &str) -> (&str, Option<Json<'_>>) {
    let trimmed = line.trim();
    if trimmed.len() > SEARCHED || !trimmed.ends_with('}') {
        return ("", None);
    }
    // A runtime may have put time, request id and level before it; text that merely holds braces is not JSON.
    let Some(at) = trimmed.find('{') else {
        return ("", None);
    };
    let (lead, text) = trimmed.split_at(at);
    if depth(text) > 100 {
        return ("", None);
    }
    match members(text) {
        Ok(members) if !members.is_empty() => (lead, Some((text, members))),
        _ => ("", None),
    }
}

fn believed(id: &str) -> Option<String> {
    (!id.is_empty() && id.len() <= SESSION).then(|| id.to_owned())
}

fn string(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

fn field(value: &str) -> String {
    let text = string(value).unwrap_or_else(|| value.to_owned());
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The part of a line that is searched.
fn head(line: &str) -> &str {
    let mut end = line.len().min(SEARCHED);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
