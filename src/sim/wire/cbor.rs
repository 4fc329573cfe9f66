//! CBOR, as the protocol rpc-v2-cbor uses it: bytes to the neutral value and back. It knows no operation and no shape.

use std::io::Cursor;

use ciborium::value::Value as Item;

use super::Value;

/// How deep lists and structures may nest before a request is refused.
const NESTING: usize = 64;
/// The tag of an instant: seconds since 1970.
const EPOCH: u64 = 1;

/// Reads one CBOR item that fills `bytes` to the end.
///
/// Tag 1 (integer or float seconds) is an instant, integers beyond 64 bits become floats. Refused, with the reason: malformed or cut
/// input, bytes after the item, nesting beyond 64, keys that are no text, byte strings and any other tag.
pub fn decode(bytes: &[u8]) -> Result<Value, String> {
    let mut reader = Cursor::new(bytes);
    let item: Item =
        ciborium::de::from_reader_with_recursion_limit(&mut reader, NESTING).map_err(|error| {
            match error {
                ciborium::de::Error::Io(_) => "the CBOR ends too early".to_owned(),
                ciborium::de::Error::Syntax(at) => format!("malformed CBOR at byte {at}"),
                ciborium::de::Error::Semantic(at, what) => {
                    format!("malformed CBOR at byte {}: {what}", at.unwrap_or_default())
                }
                ciborium::de::Error::RecursionLimitExceeded => {
                    format!("CBOR nested deeper than {NESTING}")
                }
            }
        })?;
    let read = reader.position();
    if read < bytes.len() as u64 {
        return Err(format!("bytes after the CBOR item, at byte {read}"));
    }
    value(item, 0)
}

/// Writes `value` as CBOR: floats as floats, instants as tag 1 with float seconds, members that are null left out.
pub fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing into memory cannot fail; were it to, the client would see a cut answer and say so.
    if ciborium::into_writer(&item(value), &mut bytes).is_err() {
        bytes.clear();
    }
    bytes
}

fn value(item: Item, depth: usize) -> Result<Value, String> {
    if depth > NESTING {
        return Err(format!("CBOR nested deeper than {NESTING}"));
    }
    Ok(match item {
        Item::Null => Value::Null,
        Item::Bool(b) => Value::Bool(b),
        Item::Integer(i) => {
            let wide = i128::from(i);
            i64::try_from(wide).map_or(Value::Float(wide as f64), Value::Int)
        }
        Item::Float(f) => Value::Float(f),
        Item::Text(s) => Value::Str(s),
        Item::Tag(EPOCH, inner) => instant(&inner)?,
        Item::Array(items) => Value::List(
            items
                .into_iter()
                .map(|i| value(i, depth + 1))
                .collect::<Result<_, _>>()?,
        ),
        Item::Map(members) => Value::Map(
            members
                .into_iter()
                .map(|(k, v)| match k {
                    Item::Text(k) => Ok((k, value(v, depth + 1)?)),
                    _ => Err("a CBOR map key that is no text".to_owned()),
                })
                .collect::<Result<_, String>>()?,
        ),
        Item::Tag(tag, _) => return Err(format!("unknown CBOR tag {tag}")),
        Item::Bytes(_) => return Err("a CBOR byte string where no member is a blob".to_owned()),
        _ => return Err("an unknown kind of CBOR item".to_owned()),
    })
}

fn instant(inner: &Item) -> Result<Value, String> {
    let millis = match inner {
        Item::Integer(i) => i128::from(*i) as f64 * 1000.0,
        Item::Float(f) => f * 1000.0,
        _ => return Err("CBOR tag 1 over something that is no number".to_owned()),
    };
    // Beyond the year 275760 nothing can be a time; a float that large or not a number would only saturate.
    if millis.abs() <= 8.64e15 {
        Ok(Value::Time(millis.round() as i64))
    } else {
        Err("CBOR tag 1 out of range".to_owned())
    }
}

fn item(value: &Value) -> Item {
    match value {
        Value::Null => Item::Null,
        Value::Bool(b) => Item::Bool(*b),
        Value::Int(i) => Item::Integer((*i).into()),
        Value::Float(f) => Item::Float(*f),
        Value::Str(s) => Item::Text(s.clone()),
        Value::Time(millis) => Item::Tag(EPOCH, Box::new(Item::Float(*millis as f64 / 1000.0))),
        Value::List(items) => Item::Array(items.iter().map(item).collect()),
        Value::Map(members) => Item::Map(
            members
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (Item::Text(k.clone()), item(v)))
                .collect(),
        ),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sim::wire::map;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            any::<f64>()
                .prop_filter("NaN equals nothing", |f| !f.is_nan())
                .prop_map(Value::Float),
            ".*".prop_map(Value::Str),
            (-62_135_596_800_000_i64..253_402_300_800_000).prop_map(Value::Time),
        ];
        leaf.prop_recursive(5, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::List),
                prop::collection::vec((".*", inner), 0..8).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(value in any_value()) {
            prop_assert_eq!(decode(&encode(&value)).unwrap(), value);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(decode(&bytes));
        }

        #[test]
        fn a_cut_item_is_refused(value in any_value(), at in any::<prop::sample::Index>()) {
            let bytes = encode(&value);
            prop_assert!(decode(&bytes[..at.index(bytes.len())]).is_err());
        }
    }

    #[test]
    fn whole_floats_stay_floats() {
        for whole in [0.0, 1.0, 5.0, -3.0, 5000.0, 1e15] {
            let bytes = encode(&Value::Float(whole));
            assert_eq!(
                bytes[0] >> 5,
                7,
                "{whole} must have the major type of floats"
            );
            assert_eq!(decode(&bytes), Ok(Value::Float(whole)));
        }
    }

    #[test]
    fn times_are_tag_1_with_float_seconds() {
        let bytes = encode(&Value::Time(1_700_000_000_250));
        assert_eq!(bytes[0], 0xC1);
        assert_eq!(bytes[1] >> 5, 7);
        assert_eq!(decode(&bytes), Ok(Value::Time(1_700_000_000_250)));
        assert_eq!(
            decode(&[0xC1, 0x1A, 0x65, 0x53, 0xF1, 0x00]),
            Ok(Value::Time(1_700_000_000_000)),
            "integer seconds count too"
        );
        assert!(decode(&[0xC1, 0x61, 0x61]).is_err(), "a text is no time");
        assert!(decode(&[0xC1, 0xF9, 0x7E, 0x00]).is_err(), "NaN is no time");
    }

    #[test]
    fn null_members_are_left_out() {
        assert_eq!(encode(&map([("A", Value::Null)])), [0xA0]);
        assert_eq!(
            decode(&[0xA1, 0x61, 0x41, 0xF6]),
            Ok(map([("A", Value::Null)]))
        );
    }

    #[test]
    fn deep_nesting_and_bad_input_are_refused() {
        let deep = [vec![0x81; 100_000], vec![0x01]].concat();
        assert!(decode(&deep).is_err());
        let tags = [vec![0xC1; 100_000], vec![0x01]].concat();
        assert!(decode(&tags).is_err());
        assert!(decode(&[vec![0x81; 40], vec![0x01]].concat()).is_ok());
        for bad in [
            &[][..],
            &[0xA1],
            &[0x00, 0x00],
            &[0xBF],
            &[0x41, 0x00],
            &[0xC0, 0x60],
            &[0xA1, 0x01, 0x01],
            &[0x9B, 255, 255, 255, 255, 255, 255, 255, 255],
        ] {
            assert!(decode(bad).is_err(), "{bad:02x?}");
        }
    }

    #[test]
    fn indefinite_lengths_are_read() {
        assert_eq!(
            decode(&[0xBF, 0x61, 0x41, 0x9F, 0x01, 0xFF, 0xFF]),
            Ok(map([("A", Value::List(vec![Value::Int(1)]))]))
        );
    }
}
