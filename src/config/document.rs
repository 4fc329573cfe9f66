//! A TOML document as nodes with positions: typed members, unknown keys, and the list of faults. It knows no rollout.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::duration::{self, parse_duration};
use super::{ConfigFault, nearest};

/// Faults that are told of one file; a file with more is none that a person wrote.
const MOST: usize = 100;

/// The faults of one file, while it is read.
pub(super) struct Faults<'t> {
    file: &'t str,
    text: &'t str,
    broken: Vec<usize>,
    list: Vec<ConfigFault>,
}

impl<'t> Faults<'t> {
    /// No faults yet, of the file with this name and text.
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        Self {
            file,
            text,
            broken: Vec::new(),
            list: Vec::new(),
        }
    }

    /// A syntax error. What the broken line says is not judged any further, and neither is what may be missing because of it.
    pub(super) fn syntax(&mut self, span: Range<usize>, message: &str) {
        self.push(span, "", format!("not TOML: {message}"), None);
        self.broken.extend(self.list.last().map(|fault| fault.line));
    }

    /// A fault at a place of the text.
    pub(super) fn push(
        &mut self,
        span: Range<usize>,
        path: &str,
        text: String,
        hint: Option<&str>,
    ) {
        if self.list.len() >= MOST {
            return;
        }
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = self.line_of(&span);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        if !path.is_empty() && self.broken.contains(&line) {
            return;
        }
        self.list.push(ConfigFault {
            file: self.file.to_owned(),
            line,
            column,
            path: visible(path),
            text: visible(&text),
            hint: hint.map(visible),
        });
    }

    /// The line, from 1, that a place stands on.
    pub(super) fn line_of(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    /// Something that ought to be there.
    pub(super) fn missing(&mut self, node: &Node<'_>, key: &str, hint: &str) {
        if self.broken.is_empty() {
            self.push(
                node.span.clone(),
                &node.path_of(key),
                "is missing".to_owned(),
                Some(hint),
            );
        }
    }

    /// The faults in the order of the file.
    pub(super) fn into_list(mut self) -> Vec<ConfigFault> {
        self.list.sort_by_key(|fault| (fault.line, fault.column));
        self.list
    }
}

/// What a file says may hold anything; a terminal shall see no control character of it.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A table of the document.
pub(super) struct Node<'d> {
    /// Its place as a key path, such as `rollout.partial-results.flag`.
    pub(super) path: String,
    /// Where its header stands.
    pub(super) span: Range<usize>,
    table: &'d DeTable<'d>,
}

/// A value with its place.
#[derive(Clone)]
pub(super) struct Item<'d> {
    /// Its place as a key path.
    pub(super) path: String,
    /// Where it stands.
    pub(super) span: Range<usize>,
    pub(super) value: &'d DeValue<'d>,
}

impl<'d> Node<'d> {
    /// The root of a document.
    pub(super) fn root(root: &'d Spanned<DeTable<'d>>) -> Self {
        Self {
            path: String::new(),
            span: 0..0,
            table: root.get_ref(),
        }
    }

    /// The path of a member.
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Reports every key that is not among these, with the nearest one that is.
    pub(super) fn only(&self, known: &[&str], faults: &mut Faults<'_>) {
        for (key, _) in self.table {
            if !known.contains(&key.get_ref().as_ref()) {
                let hint = match nearest(key.get_ref(), known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known here: {}", known.join(", ")),
                };
                let path = self.path_of(key.get_ref());
                faults.push(key.span(), &path, "unknown key".to_owned(), Some(&hint));
            }
        }
    }

    /// Its members in the order of the file: key, where the key stands, value.
    pub(super) fn members(&self) -> Vec<(String, Range<usize>, Item<'d>)> {
        let mut members: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| {
                let item = Item {
                    path: self.path_of(key.get_ref()),
                    span: value.span(),
                    value: value.get_ref(),
                };
                (key.get_ref().clone().into_owned(), key.span(), item)
            })
            .collect();
        members.sort_by_key(|(_, span, _)| span.start);
        members
    }

    /// A member, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<Item<'d>> {
        let (_, value) = self.table.iter().find(|(k, _)| k.get_ref() == key)?;
        Some(Item {
            path: self.path_of(key),
            span: value.span(),
            value: value.get_ref(),
        })
    }

    /// A member that must be there.
    pub(super) fn require(
        &self,
        key: &str,
        hint: &str,
        faults: &mut Faults<'_>,
    ) -> Option<Item<'d>> {
        let item = self.get(key);
        if item.is_none() {
            faults.missing(self, key, hint);
        }
        item
    }

    /// A table member.
    pub(super) fn node(&self, key: &str, faults: &mut Faults<'_>) -> Option<Node<'d>> {
        self.get(key)?.node(faults)
    }

    /// A string member that is not empty.
    pub(super) fn string(&self, key: &str, faults: &mut Faults<'_>) -> Option<String> {
        self.get(key)?.string(faults)
    }

    /// A duration member.
    pub(super) fn duration(&self, key: &str, faults: &mut Faults<'_>) -> Option<Duration> {
        self.get(key)?.duration(faults)
    }

    /// A whole number within `range`.
    pub(super) fn integer(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<i64>,
        faults: &mut Faults<'_>,
    ) -> Option<i64> {
        self.get(key)?.integer(range, faults)
    }

    /// A boolean member.
    pub(super) fn boolean(&self, key: &str, faults: &mut Faults<'_>) -> Option<bool> {
        let item = self.get(key)?;
        if item.value.is_bool() {
            return item.value.as_bool();
        }
        item.wrong("true or false", faults);
        None
    }
}

impl<'d> Item<'d> {
    /// A fault about this value.
    pub(super) fn fault(
        &self,
        text: impl Into<String>,
        hint: Option<&str>,
        faults: &mut Faults<'_>,
    ) {
        faults.push(self.span.clone(), &self.path, text.into(), hint);
    }

    fn wrong(&self, expected: &str, faults: &mut Faults<'_>) {
        self.fault(
            format!("expected {expected}, found {}", self.value.type_str()),
            None,
            faults,
        );
    }

    /// The table.
    pub(super) fn node(self, faults: &mut Faults<'_>) -> Option<Node<'d>> {
        let node = self.table();
        if node.is_none() {
            self.wrong("a table", faults);
        }
        node
    }

    /// The table, if it is one; without a fault if it is not.
    pub(super) fn table(&self) -> Option<Node<'d>> {
        let table = self.value.as_table()?;
        Some(Node {
            path: self.path.clone(),
            span: self.span.clone(),
            table,
        })
    }

    /// The elements of an array, each with its index in the path.
    pub(super) fn array(&self, faults: &mut Faults<'_>) -> Option<Vec<Item<'d>>> {
        let Some(array) = self.value.as_array() else {
            self.wrong("an array", faults);
            return None;
        };
        let item = |(index, value): (usize, &'d Spanned<DeValue<'d>>)| Item {
            path: format!("{}[{index}]", self.path),
            span: value.span(),
            value: value.get_ref(),
        };
        Some(array.iter().enumerate().map(item).collect())
    }

    /// A string that is not empty and holds no control character.
    pub(super) fn string(&self, faults: &mut Faults<'_>) -> Option<String> {
        let Some(text) = self.value.as_str() else {
            self.wrong("a string", faults);
            return None;
        };
        if text.trim().is_empty() {
            self.fault("is empty", None, faults);
            return None;
        }
        if text.chars().any(char::is_control) {
            self.fault("holds a control character", None, faults);
            return None;
        }
        Some(text.to_owned())
    }

    /// Strings, none empty, none twice.
    pub(super) fn strings(&self, faults: &mut Faults<'_>) -> Option<Vec<String>> {
        let items = self.array(faults)?;
        if items.is_empty() {
            self.fault("is empty", None, faults);
        }
        let mut strings: Vec<String> = Vec::new();
        for item in items {
            let Some(text) = item.string(faults) else {
                continue;
            };
            if strings.contains(&text) {
                item.fault(format!("`{text}` is named twice"), None, faults);
            } else {
                strings.push(text);
            }
        }
        Some(strings)
    }

    /// A duration.
    pub(super) fn duration(&self, faults: &mut Faults<'_>) -> Option<Duration> {
        let Some(text) = self.value.as_str() else {
            self.fault(
                format!("expected a duration, found {}", self.value.type_str()),
                Some(duration::FORMS),
                faults,
            );
            return None;
        };
        parse_duration(text)
            .map_err(|error| self.fault(error, Some(duration::FORMS), faults))
            .ok()
    }

    /// A whole number within `range`; an integral float such as `10.0` counts as one.
    pub(super) fn integer(
        &self,
        range: std::ops::RangeInclusive<i64>,
        faults: &mut Faults<'_>,
    ) -> Option<i64> {
        let Some(number) = self.number() else {
            self.wrong("a whole number", faults);
            return None;
        };
        let whole = number as i64;
        if number.fract() != 0.0 || !range.contains(&whole) || number != whole as f64 {
            let text = format!(
                "{number} is not a whole number from {} to {}",
                range.start(),
                range.end()
            );
            self.fault(text, None, faults);
            return None;
        }
        Some(whole)
    }

    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self.value {
            DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix())
                .ok()
                .map(|i| i as f64),
            DeValue::Float(f) => f.as_str().parse().ok(),
            _ => None,
        }
    }

    /// What `parse` makes of the string.
    pub(super) fn parsed<T>(
        &self,
        hint: &str,
        faults: &mut Faults<'_>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.string(faults)?;
        parse(&text)
            .map_err(|error| self.fault(error, Some(hint), faults))
            .ok()
    }
}
