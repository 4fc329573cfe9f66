//! The value that every simulated operation speaks, whatever protocol carries it. Nothing here knows an SDK.

pub mod cbor;
pub mod event_stream;
pub mod form;
pub mod json;
pub mod query;

/// One request or response member, free of any wire protocol.
///
/// Times are a kind of their own, because the protocols write them differently: CBOR as tag 1, JSON as a number of seconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value; members that are null are left out when written.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number that the service model calls double: never written as an integer in CBOR.
    Float(f64),
    /// Text.
    Str(String),
    /// An instant, in milliseconds since 1970 UTC.
    Time(i64),
    /// A list.
    List(Vec<Value>),
    /// A structure or map; the order of members is kept.
    Map(Vec<(String, Value)>),
}

/// Builds a structure: `map([("Name", "x".into()), ("Version", 3.into())])`.
pub fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(
        members
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect(),
    )
}

impl Value {
    /// The member of a structure, or `Null` when it is absent or this is no structure.
    pub fn get(&self, name: &str) -> &Value {
        match self {
            Value::Map(members) => members
                .iter()
                .find(|(k, _)| k == name)
                .map_or(&Value::Null, |(_, v)| v),
            _ => &Value::Null,
        }
    }

    /// Whether this is `Null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The whole number, if it is one (a float without a fraction counts).
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(i) => Some(*i),
            Value::Float(f) if f.fract() == 0.0 => Some(*f as i64),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(i) => Some(*i as f64),
            Value::Float(f) => Some(*f),
            _ => None,
        }
    }

    /// The instant in milliseconds: a time, or a number of seconds, as JSON clients send it.
    pub fn as_millis(&self) -> Option<i64> {
        match self {
            Value::Time(t) => Some(*t),
            Value::Int(s) => s.checked_mul(1000),
            Value::Float(s) => Some((s * 1000.0).round() as i64),
            _ => None,
        }
    }

    /// The items of a list; nothing when it is no list.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The members of a structure; nothing when it is none.
    pub fn members(&self) -> &[(String, Value)] {
        match self {
            Value::Map(members) => members,
            _ => &[],
        }
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Self {
        Value::Str(s.to_owned())
    }
}
impl From<String> for Value {
    fn from(s: String) -> Self {
        Value::Str(s)
    }
}
impl From<i64> for Value {
    fn from(i: i64) -> Self {
        Value::Int(i)
    }
}
impl From<f64> for Value {
    fn from(f: f64) -> Self {
        Value::Float(f)
    }
}
impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}
impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::List(items)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
