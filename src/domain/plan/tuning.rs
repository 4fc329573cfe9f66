//! `KEY=VALUE` as a change: a member of the flag document, or a variable of the function. It plans nothing.

use super::Change;

/// What `KEY=VALUE` asks for: a name in capitals is a variable of the function, any other a member of the document.
///
/// # Errors
/// There is no `=`, no name before it, or the name has blanks at its ends.
pub fn parse_tuning(text: &str) -> Result<Change, String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && key.trim() == key => Ok(tuning(key, value)),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

/// The change that gives this name this value.
pub fn tuning(key: &str, value: &str) -> Change {
    if is_variable(key) {
        return Change::SetVariable {
            name: key.to_owned(),
            value: Some(value.to_owned()),
        };
    }
    Change::SetMember {
        name: key.to_owned(),
        json: json_of(value),
    }
}

/// Variables are written in capitals, members are not.
pub fn is_variable(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_uppercase())
        && key
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// JSON as it stands, anything else as text.
fn json_of(value: &str) -> String {
    match serde_json::from_str::<serde::de::IgnoredAny>(value) {
        Ok(_) => value.trim().to_owned(),
        Err(_) => serde_json::Value::from(value).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_name_variables_and_values_are_json_where_they_can_be() {
        for (key, variable) in [
            ("MAX_RATE_PER_SECOND", true),
            ("A1", true),
            ("min_stability_threshold", false),
            ("Mixed", false),
            ("_X", false),
        ] {
            assert_eq!(is_variable(key), variable, "{key}");
        }
        for (value, json) in [
            ("0.9", "0.9"),
            ("true", "true"),
            ("fast", "\"fast\""),
            ("\"7\"", "\"7\""),
            ("", "\"\""),
            (" 5 ", "5"),
            ("a\"b", "\"a\\\"b\""),
        ] {
            assert_eq!(json_of(value), json, "{value:?}");
        }
    }

    #[test]
    fn a_name_and_a_value_are_parted_at_the_first_equals_sign() {
        let change = Change::SetVariable {
            name: "A".to_owned(),
            value: Some("b=c".to_owned()),
        };
        assert_eq!(parse_tuning("A=b=c"), Ok(change));
        for text in ["", "=1", "a", " a=1", "a =1"] {
            assert!(parse_tuning(text).is_err(), "{text:?}");
        }
    }
}
