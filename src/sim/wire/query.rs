//! awsQuery: a form of dotted names asks, XML answers. It knows which of CloudWatch's members are numbers, because a form
//! cannot say so; it decides nothing else about members or errors.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Value;

/// Members that are whole numbers.
const WHOLE: &[&str] = &[
    "DatapointsToAlarm",
    "EvaluationPeriods",
    "MaxDatapoints",
    "MaxRecords",
    "Period",
    "StorageResolution",
];
/// Members that are numbers; `Value` is one too, but not in a dimension.
const NUMBERS: &[&str] = &[
    "Counts",
    "Maximum",
    "Minimum",
    "SampleCount",
    "Sum",
    "Threshold",
    "Values",
];
/// Members that are truth values.
const FLAGS: &[&str] = &["ActionsEnabled", "ReturnData"];
/// Members that are lists: an empty one is sent as a name without a value.
const LISTS: &[&str] = &[
    "AlarmActions",
    "AlarmNames",
    "AlarmTypes",
    "Dimensions",
    "ExtendedStatistics",
    "InsufficientDataActions",
    "MetricData",
    "MetricDataQueries",
    "Metrics",
    "OKActions",
    "Statistics",
];

/// No member lies deeper; what is left of a longer name is one part.
const DEEPEST: usize = 16;

/// A form on its way to a value.
#[derive(Debug, Default)]
struct Node {
    text: Option<String>,
    children: BTreeMap<String, Node>,
}

/// The structure that a form's dotted names describe: `A.member.1.B=x` is a member `A`, a list whose first item has `B`.
pub fn decode(pairs: Vec<(String, String)>) -> Value {
    let mut root = Node::default();
    for (name, text) in pairs {
        let node = name.splitn(DEEPEST, '.').fold(&mut root, |node, part| {
            node.children.entry(part.to_owned()).or_default()
        });
        node.text = Some(text);
    }
    structure(root, "")
}

fn structure(node: Node, name: &str) -> Value {
    let member = |(own, node): (String, Node)| {
        let value = value(node, &own, name);
        (own, value)
    };
    Value::Map(node.children.into_iter().map(member).collect())
}

/// The value of the member `name` in the structure that is called `within`.
fn value(mut node: Node, name: &str, within: &str) -> Value {
    if let Some(list) = node.children.remove("member") {
        let mut items: Vec<(usize, Node)> = list
            .children
            .into_iter()
            .map(|(place, item)| (place.parse().unwrap_or(usize::MAX), item))
            .collect();
        items.sort_by_key(|(place, _)| *place);
        let item = |(_, item)| value(item, name, within);
        return Value::List(items.into_iter().map(item).collect());
    }
    match node.text.take() {
        Some(text) if node.children.is_empty() => leaf(text, name, within),
        _ => structure(node, name),
    }
}

/// A text, or what the member `name` makes of it; what cannot be read stays text and is refused as such.
fn leaf(text: String, name: &str, within: &str) -> Value {
    let number = |text: &str| text.parse().ok().map(Value::Float);
    let read = if WHOLE.contains(&name) {
        text.parse().ok().map(Value::Int)
    } else if NUMBERS.contains(&name) || (name == "Value" && within != "Dimensions") {
        number(&text)
    } else if FLAGS.contains(&name) {
        text.parse().ok().map(Value::Bool)
    } else if text.is_empty() && LISTS.contains(&name) {
        Some(Value::List(Vec::new()))
    } else {
        None
    };
    read.unwrap_or(Value::Str(text))
}

/// What an operation answered, as an XML document of the namespace `xmlns`; `id` is the request's.
pub fn encode(operation: &str, value: &Value, xmlns: &str, id: &str) -> String {
    let mut text = format!("<{operation}Response xmlns=\"{xmlns}\">\n");
    if !value.members().is_empty() {
        element(&mut text, &format!("{operation}Result"), value);
    }
    let _ = write!(
        text,
        "<ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\n</{operation}Response>\n"
    );
    text
}

/// An error as an XML document of the namespace `xmlns`; `blame` is `Sender` or `Receiver`.
pub fn error(blame: &str, code: &str, message: &str, xmlns: &str, id: &str) -> String {
    let message = escape(message);
    format!(
        "<ErrorResponse xmlns=\"{xmlns}\">\n  <Error>\n    <Type>{blame}</Type>\n    <Code>{code}</Code>\n    \
         <Message>{message}</Message>\n  </Error>\n  <RequestId>{id}</RequestId>\n</ErrorResponse>\n"
    )
}

fn element(out: &mut String, name: &str, value: &Value) {
    let plain = match value {
        Value::Null => return,
        Value::List(items) => return around(out, name, |out| members(out, items)),
        Value::Map(map) if name == "ExtendedStatistics" => {
            return around(out, name, |out| entries(out, map));
        }
        Value::Map(map) => {
            return around(out, name, |out| {
                for (name, value) in map {
                    element(out, name, value);
                }
            });
        }
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Str(text) => escape(text),
        Value::Time(millis) => jiff::Timestamp::from_millisecond(*millis)
            .map(|at| at.to_string())
            .unwrap_or_default(),
    };
    let _ = write!(out, "<{name}>{plain}</{name}>");
}

fn around(out: &mut String, name: &str, inside: impl FnOnce(&mut String)) {
    let _ = write!(out, "<{name}>");
    inside(out);
    let _ = writeln!(out, "</{name}>");
}

fn members(out: &mut String, items: &[Value]) {
    for item in items {
        element(out, "member", item);
    }
}

/// A map of names that are data.
fn entries(out: &mut String, map: &[(String, Value)]) {
    for (key, value) in map {
        around(out, "entry", |out| {
            element(out, "key", &key.as_str().into());
            element(out, "value", value);
        });
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#xD;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::wire::{form, map};

    #[test]
    fn dotted_names_become_lists_and_structures() {
        let text = "Action=PutMetricData&Namespace=5&MetricData.member.2.Value=1e3&MetricData.member.10.Value=NaN\
                    &MetricData.member.2.Dimensions.member.1.Name=Id&MetricData.member.2.Dimensions.member.1.Value=007\
                    &MetricData.member.2.Values.member.1=2&OKActions=&Period=60&ActionsEnabled=false&MaxRecords=x";
        let got = decode(form::pairs(text));
        let data = got.get("MetricData").items();
        assert_eq!(data.len(), 2);
        assert_eq!(data[0].get("Value"), &Value::Float(1000.0));
        assert_eq!(data[0].get("Values"), &vec![2.0.into()].into());
        assert!(data[1].get("Value").as_f64().is_some_and(f64::is_nan));
        let dimension = map([("Name", "Id".into()), ("Value", "007".into())]);
        assert_eq!(data[0].get("Dimensions"), &vec![dimension].into());
        assert_eq!(got.get("Namespace"), &"5".into());
        assert_eq!(got.get("OKActions"), &Value::List(Vec::new()));
        assert_eq!(
            (got.get("Period"), got.get("ActionsEnabled")),
            (&60.into(), &false.into())
        );
        assert_eq!(got.get("MaxRecords"), &"x".into());
    }

    #[test]
    fn names_that_contradict_each_other_do_no_harm() {
        let got = decode(form::pairs("A=1&A.B=2&C.member.x=1&C.member.1=2&..=3&="));
        assert_eq!(got.get("A").get("B"), &"2".into());
        assert_eq!(got.get("C"), &vec!["2".into(), "1".into()].into());
        decode(vec![("a.".repeat(1_000_000), String::new())]);
    }

    #[test]
    fn an_answer_is_xml() {
        let extended = Value::Map(vec![("p95".to_owned(), 7.0.into())]);
        let point = map([
            ("Timestamp", Value::Time(1_767_225_600_000)),
            ("ExtendedStatistics", extended),
        ]);
        let answer = map([
            ("Label", "a<b & \"c\"".into()),
            ("Gone", Value::Null),
            ("Datapoints", vec![point].into()),
        ]);
        let text = encode("GetMetricStatistics", &answer, "urn:x", "id-1").replace('\n', "");
        assert_eq!(
            text,
            "<GetMetricStatisticsResponse xmlns=\"urn:x\"><GetMetricStatisticsResult>\
             <Label>a&lt;b &amp; &quot;c&quot;</Label><Datapoints><member><Timestamp>2026-01-01T00:00:00Z</Timestamp>\
             <ExtendedStatistics><entry><key>p95</key><value>7.0</value></entry></ExtendedStatistics></member></Datapoints>\
             </GetMetricStatisticsResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>\
             </GetMetricStatisticsResponse>"
        );
        assert!(!encode("PutMetricData", &map([]), "urn:x", "i").contains("Result"));
    }
}
