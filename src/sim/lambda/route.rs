//! Which operation a REST request of Lambda means, and what its path and query say. It reads no body and runs nothing.

use crate::sim::wire::Value;
use crate::sim::wire::form::{pairs, unescape};

const ROOT: &str = "/2015-03-31/functions";

/// The operation that `method` on `path` (still percent-encoded) means, with the members that path and `query` carry.
pub fn operation(
    method: &str,
    path: &str,
    query: &str,
) -> Option<(&'static str, Vec<(String, Value)>)> {
    let rest = path.strip_prefix(ROOT)?;
    let parts: Vec<String> = rest
        .split('/')
        .filter(|p| !p.is_empty())
        .map(unescape)
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let (op, named): (&'static str, &[(&str, &str)]) = match (method, parts.as_slice()) {
        ("GET", []) => ("ListFunctions", &[]),
        ("GET", [f]) => ("GetFunction", &[("FunctionName", f)]),
        ("GET", [f, "configuration"]) => ("GetFunctionConfiguration", &[("FunctionName", f)]),
        ("PUT", [f, "configuration"]) => ("UpdateFunctionConfiguration", &[("FunctionName", f)]),
        ("GET", [f, "versions"]) => ("ListVersionsByFunction", &[("FunctionName", f)]),
        ("POST", [f, "versions"]) => ("PublishVersion", &[("FunctionName", f)]),
        ("GET", [f, "aliases"]) => ("ListAliases", &[("FunctionName", f)]),
        ("POST", [f, "aliases"]) => ("CreateAlias", &[("FunctionName", f)]),
        ("GET", [f, "aliases", a]) => ("GetAlias", &[("FunctionName", f), ("Name", a)]),
        ("PUT", [f, "aliases", a]) => ("UpdateAlias", &[("FunctionName", f), ("Name", a)]),
        ("DELETE", [f, "aliases", a]) => ("DeleteAlias", &[("FunctionName", f), ("Name", a)]),
        _ => return None,
    };
    let mut members: Vec<(String, Value)> = named
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).into()))
        .collect();
    for (key, value) in pairs(query) {
        let value = match value.parse::<i64>() {
            Ok(number) if key == "MaxItems" => Value::Int(number),
            _ => Value::Str(value),
        };
        members.push((key, value));
    }
    Some((op, members))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries_are_decoded() {
        let path = "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/configuration";
        let (op, members) =
            operation("GET", path, "Qualifier=%24LATEST&MaxItems=5").unwrap_or_default();
        assert_eq!(op, "GetFunctionConfiguration");
        let input = Value::Map(members);
        assert_eq!(
            input.get("FunctionName").as_str(),
            Some("arn:aws:lambda:us-east-1:123456789012:function:f")
        );
        assert_eq!(
            (input.get("Qualifier"), input.get("MaxItems")),
            (&"$LATEST".into(), &5.into())
        );
        assert_eq!(operation("DELETE", "/2015-03-31/functions/f", ""), None);
    }
}
