//! JSON on the wire: awsJson 1.0, awsJson 1.1 and restJson bodies. It decides nothing about members or errors.

use serde_json::{Map, Number, Value as Json};

use super::Value;

/// Reads a JSON text; an empty body is an empty structure.
pub fn decode(bytes: &[u8]) -> Result<Value, String> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Map(Vec::new()));
    }
    serde_json::from_slice::<Json>(bytes)
        .map(read)
        .map_err(|e| e.to_string())
}

/// Writes a value as JSON text: null members are left out, a time is a number of seconds, and what JSON cannot say of a
/// float stands as text, as the protocol has it.
pub fn encode(value: &Value) -> Vec<u8> {
    to_json(value).to_string().into_bytes()
}

/// The value as a JSON tree, in the same way as [`encode`].
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::Number((*number).into()),
        Value::Float(number) => float(*number),
        Value::Str(text) => Json::String(text.clone()),
        Value::Time(millis) if millis % 1000 == 0 => Json::Number((millis / 1000).into()),
        Value::Time(millis) => float(*millis as f64 / 1000.0),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(members) => Json::Object(
            members
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| (k.clone(), to_json(v)))
                .collect::<Map<_, _>>(),
        ),
    }
}

fn float(number: f64) -> Json {
    if number.is_nan() {
        return Json::from("NaN");
    }
    Number::from_f64(number).map_or_else(
        || {
            Json::from(if number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            })
        },
        Json::Number,
    )
}

fn read(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => number.as_i64().map_or_else(
            || Value::Float(number.as_f64().unwrap_or(f64::NAN)),
            Value::Int,
        ),
        Json::String(text) => Value::Str(text),
        Json::Array(items) => Value::List(items.into_iter().map(read).collect()),
        Json::Object(members) => {
            Value::Map(members.into_iter().map(|(k, v)| (k, read(v))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::wire::map;

    #[test]
    fn times_are_seconds_and_nulls_are_left_out() {
        let value = map([
            ("When", Value::Time(1_700_000_000_123)),
            ("Whole", Value::Time(1_700_000_000_000)),
            ("Gone", Value::Null),
            ("Ratio", 5.0.into()),
            ("Odd", f64::NAN.into()),
        ]);
        let text = String::from_utf8(encode(&value)).unwrap_or_default();
        assert_eq!(
            text,
            r#"{"When":1700000000.123,"Whole":1700000000,"Ratio":5.0,"Odd":"NaN"}"#
        );
    }

    #[test]
    fn order_numbers_and_emptiness_survive_reading() {
        assert_eq!(decode(b" \n"), Ok(Value::Map(Vec::new())));
        let value = decode(br#"{"b":1,"a":[1.5,18446744073709551615,"x",null]}"#);
        let list = Value::List(vec![
            1.5.into(),
            Value::Float(18_446_744_073_709_551_615.0),
            "x".into(),
            Value::Null,
        ]);
        assert_eq!(value, Ok(map([("b", 1.into()), ("a", list)])));
        assert!(decode(b"{\"a\":").is_err());
    }
}
