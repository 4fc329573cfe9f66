//! Where the members of a JSON object stand in its text: names, and the exact bytes of their values. It interprets no value.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// One member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member<'a> {
    /// The name, unescaped.
    pub(crate) name: String,
    /// The value's text, exactly as it stands.
    pub(crate) value: &'a str,
    /// Where the value stands in the text that was given to [`members`].
    pub(crate) at: Range<usize>,
}

/// The members of the object that `text` is, in their order, doubles included. Nothing recurses, however deep the values nest.
pub(crate) fn members(text: &str) -> serde_json::Result<Vec<Member<'_>>> {
    let pairs: Pairs<'_> = serde_json::from_str(text)?;
    let member = |(name, raw): (String, &'_ RawValue)| {
        let start = raw.get().as_ptr().addr() - text.as_ptr().addr();
        (name, start..start + raw.get().len())
    };
    Ok(pairs
        .0
        .into_iter()
        .map(member)
        .map(|(name, at)| Member {
            name,
            value: text.get(at.clone()).unwrap_or_default(),
            at,
        })
        .collect())
}

/// The elements of the array that `text` is, with their place in it.
pub(crate) fn elements(text: &str) -> serde_json::Result<Vec<(&str, Range<usize>)>> {
    let raws: Vec<&RawValue> = serde_json::from_str(text)?;
    Ok(raws
        .into_iter()
        .map(|raw| {
            let start = raw.get().as_ptr().addr() - text.as_ptr().addr();
            let at = start..start + raw.get().len();
            (text.get(at.clone()).unwrap_or_default(), at)
        })
        .collect())
}

/// How deep brackets nest outside of strings. Works on any text.
pub(crate) fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                now += 1;
                most = most.max(now);
            }
            b'}' | b']' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// Names and values of an object; doubles are kept.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    pairs.push((name, map.next_value().map_err(A::Error::custom)?));
                }
                Ok(pairs)
            }
        }
        deserializer.deserialize_map(Collect).map(Self)
    }
}
