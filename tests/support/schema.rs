//! Checks a JSON value against the published schemas: as much of JSON Schema as those use, and a keyword that is not known here
//! is a fault, so that nothing goes unchecked in silence.

use regex::Regex;
use serde_json::{Map, Value};

/// What of the value does not fit the schema; empty when all does.
pub(crate) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    check(schema, schema, value, "$", &mut out);
    out
}

fn check(root: &Value, schema: &Value, value: &Value, path: &str, out: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        panic!("no schema at {path}: {schema}");
    };
    for (keyword, wanted) in schema {
        match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => {}
            "$ref" => {
                let name = wanted.as_str().unwrap();
                if let Some(name) = name.strip_prefix('#') {
                    let found = root.pointer(name).unwrap_or_else(|| panic!("no {name}"));
                    check(root, found, value, path, out);
                } else {
                    let other = published(name);
                    check(&other, &other, value, path, out);
                }
            }
            "type" => {
                let names = wanted
                    .as_array()
                    .cloned()
                    .unwrap_or_else(|| vec![wanted.clone()]);
                if !names.iter().any(|name| is(value, name.as_str().unwrap())) {
                    out.push(format!("{path}: {value} is not {wanted}"));
                }
            }
            "enum" => {
                if !wanted.as_array().unwrap().contains(value) {
                    out.push(format!("{path}: {value} is none of {wanted}"));
                }
            }
            "required" => {
                if let Some(object) = value.as_object() {
                    for name in wanted.as_array().unwrap() {
                        if !object.contains_key(name.as_str().unwrap()) {
                            out.push(format!("{path}: {name} is missing"));
                        }
                    }
                }
            }
            "properties" | "additionalProperties" => {}
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, item, &format!("{path}[{index}]"), out);
                }
            }
            "oneOf" | "anyOf" => {
                let fits = |branch: &&Value| {
                    let mut faults = Vec::new();
                    check(root, branch, value, path, &mut faults);
                    faults.is_empty()
                };
                let count = wanted.as_array().unwrap().iter().filter(fits).count();
                if count == 0 || (keyword == "oneOf" && count != 1) {
                    out.push(format!("{path}: {count} of {wanted} fit"));
                }
            }
            "pattern" => {
                let pattern = Regex::new(wanted.as_str().unwrap()).unwrap();
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    out.push(format!("{path}: {value} does not match {wanted}"));
                }
            }
            "minLength" | "minItems" | "maxItems" | "minProperties" | "minimum" | "maximum" => {
                bound(keyword, wanted.as_f64().unwrap(), value, path, out);
            }
            other => panic!("{other} at {path} is not checked here"),
        }
    }
    if let Some(object) = value.as_object() {
        members(root, schema, object, path, out);
    }
}

/// Another file of `docs/schema`.
fn published(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    let text = std::fs::read_to_string(path.join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn members(
    root: &Value,
    schema: &Map<String, Value>,
    object: &Map<String, Value>,
    path: &str,
    out: &mut Vec<String>,
) {
    let known = schema.get("properties").and_then(Value::as_object);
    for (name, member) in object {
        let path = format!("{path}.{name}");
        match (
            known.and_then(|known| known.get(name)),
            schema.get("additionalProperties"),
        ) {
            (Some(schema), _) => check(root, schema, member, &path, out),
            (None, Some(Value::Bool(false))) => out.push(format!("{path} is not known")),
            (None, Some(schema)) if schema.is_object() => check(root, schema, member, &path, out),
            (None, _) => {}
        }
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}

fn bound(keyword: &str, wanted: f64, value: &Value, path: &str, out: &mut Vec<String>) {
    let found = match (keyword, value) {
        ("minLength", Value::String(text)) => text.chars().count() as f64,
        ("minItems" | "maxItems", Value::Array(items)) => items.len() as f64,
        ("minProperties", Value::Object(members)) => members.len() as f64,
        ("minimum" | "maximum", Value::Number(number)) => number.as_f64().unwrap(),
        _ => return,
    };
    let fits = if keyword.starts_with("min") {
        found >= wanted
    } else {
        found <= wanted
    };
    if !fits {
        out.push(format!("{path}: {keyword} {wanted}, found {found}"));
    }
}
