#![expect(clippy::unwrap_used, reason = "a test may stop here")]
//! Parameter Store as a client meets it, without the wire.

use super::*;
use crate::sim::wire::map;

mod versions;

const ANA: &str = "arn:aws:iam::123456789012:user/ana";

struct Store(Aws, i64);

impl Store {
    fn new() -> Self {
        Self(Aws::default(), 1_000)
    }

    fn call(&mut self, op: &str, input: Value) -> OpResult {
        self.1 += 1_000;
        call(&mut self.0, op, &input, ANA, self.1)
    }

    fn ok(&mut self, op: &str, input: Value) -> Value {
        self.call(op, input).unwrap()
    }

    fn code(&mut self, op: &str, input: Value) -> &'static str {
        self.call(op, input).unwrap_err().code
    }

    fn put(&mut self, name: &str, value: &str) -> OpResult {
        self.call("PutParameter", put(name, value))
    }

    fn get(&mut self, name: &str) -> Value {
        self.ok("GetParameter", map([("Name", name.into())]))
            .get("Parameter")
            .clone()
    }

    fn label(&mut self, version: i64, labels: &[&str]) -> OpResult {
        let input = [
            ("Name", "/a".into()),
            ("ParameterVersion", version.into()),
            ("Labels", texts(labels)),
        ];
        self.call("LabelParameterVersion", map(input))
    }
}

fn put(name: &str, value: &str) -> Value {
    map([
        ("Name", name.into()),
        ("Value", value.into()),
        ("Type", "String".into()),
        ("Overwrite", true.into()),
    ])
}

fn texts(items: &[&str]) -> Value {
    Value::List(items.iter().map(|i| (*i).into()).collect())
}

fn with(value: Value, member: &str, other: Value) -> Value {
    let rest = value.members().iter().filter(|(k, _)| k != member).cloned();
    Value::Map(rest.chain([(member.to_owned(), other)]).collect())
}

#[test]
fn versions_are_read_by_number_by_label_and_by_arn() {
    let mut store = Store::new();
    for value in ["one", "two", "three"] {
        store.put("/a", value).unwrap();
    }
    store.label(2, &["good"]).unwrap();
    assert_eq!(store.get("/a").get("Value"), &"three".into());
    assert_eq!(store.get("/a:1").get("Value"), &"one".into());
    assert_eq!(store.get("/a:good").get("Selector"), &":good".into());
    let arn = store.get("/a").get("ARN").as_str().unwrap().to_owned();
    assert_eq!(arn, "arn:aws:ssm:us-east-1:123456789012:parameter/a");
    assert_eq!(store.get(&format!("{arn}:2")).get("Value"), &"two".into());
    assert_eq!(store.get("/a").get("LastModifiedDate"), &Value::Time(4_000));
    assert_eq!(
        store.code("GetParameter", map([("Name", "/a:9".into())])),
        "ParameterVersionNotFound"
    );
    assert_eq!(
        store.code("GetParameter", map([("Name", "/a:bad".into())])),
        "ParameterVersionNotFound"
    );
    assert_eq!(
        store.code("GetParameter", map([("Name", "/A".into())])),
        "ParameterNotFound"
    );
    let many = store.ok(
        "GetParameters",
        map([("Names", texts(&["/a:1", "/nope", "/a:7"]))]),
    );
    assert_eq!(many.get("Parameters").items().len(), 1);
    assert_eq!(many.get("InvalidParameters"), &texts(&["/nope", "/a:7"]));
}

#[test]
fn a_plain_name_is_found_by_its_arn_too() {
    let mut store = Store::new();
    store.put("plain", "x").unwrap();
    let arn = store.get("plain").get("ARN").as_str().unwrap().to_owned();
    assert_eq!(store.get(&arn).get("Name"), &"plain".into());
}

#[test]
fn tags_and_overwrite_exclude_each_other() {
    let mut store = Store::new();
    let tag = map([("Key", "team".into()), ("Value", "audio".into())]);
    let tagged = with(put("/a", "one"), "Tags", vec![tag].into());
    assert_eq!(
        store.code("PutParameter", tagged.clone()),
        "ValidationException"
    );
    store.ok("PutParameter", with(tagged, "Overwrite", false.into()));
}

#[test]
fn writing_needs_overwrite_a_type_a_name_and_a_fitting_value() {
    let mut store = Store::new();
    let first = put("/a", "x");
    let made = store.ok(
        "PutParameter",
        with(first.clone(), "Overwrite", Value::Null),
    );
    assert_eq!(
        made,
        map([("Version", 1.into()), ("Tier", "Standard".into())])
    );
    assert_eq!(
        store.code(
            "PutParameter",
            with(first.clone(), "Overwrite", Value::Null)
        ),
        "ParameterAlreadyExists"
    );
    let untyped = store
        .call("PutParameter", with(put("/b", "x"), "Type", Value::Null))
        .unwrap_err();
    assert_eq!(
        untyped.message,
        "A parameter type is required when you create a parameter."
    );
    assert_eq!(
        store.put("/a", &"x".repeat(4096)).unwrap().get("Version"),
        &2.into()
    );
    let long = store.put("/a", &"é".repeat(2049)).unwrap_err();
    assert!(
        long.message
            .starts_with("Standard tier parameters support a maximum"),
        "{}",
        long.message
    );
    assert_eq!(
        store.put("/a", "{{x}}").unwrap_err().code,
        "ValidationException"
    );
    assert_eq!(store.put("/a", "").unwrap_err().code, "ValidationException");
    assert_eq!(
        store.code("PutParameter", with(first.clone(), "Type", "Text".into())),
        "ValidationException"
    );
    assert_eq!(
        store.code("PutParameter", with(first.clone(), "Value", 5.into())),
        "SerializationException"
    );
    for (name, code) in [
        ("/aws/x", "AccessDeniedException"),
        ("/ssmx", "ValidationException"),
        ("a/b", "ValidationException"),
        ("/a b", "ValidationException"),
        ("/a:3", "ValidationException"),
        ("/a/", "ValidationException"),
        (
            "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16",
            "HierarchyLevelLimitExceededException",
        ),
    ] {
        assert_eq!(store.put(name, "x").unwrap_err().code, code, "{name}");
    }
    assert_eq!(
        store
            .put("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15", "x")
            .unwrap()
            .get("Version"),
        &1.into()
    );
}

#[test]
fn tiers_secrets_and_patterns_are_as_in_aws() {
    let mut store = Store::new();
    let big = with(
        put("/big", &"x".repeat(5000)),
        "Tier",
        "Intelligent-Tiering".into(),
    );
    assert_eq!(
        store.ok("PutParameter", big).get("Tier"),
        &"Advanced".into()
    );
    assert_eq!(
        store.code(
            "PutParameter",
            with(put("/big", "x"), "Tier", "Standard".into())
        ),
        "ValidationException"
    );
    let secret = with(put("/secret", "hush"), "Type", "SecureString".into());
    store.ok("PutParameter", secret);
    assert_ne!(store.get("/secret").get("Value"), &"hush".into());
    let open = map([("Name", "/secret".into()), ("WithDecryption", true.into())]);
    assert_eq!(
        store.ok("GetParameter", open).get("Parameter").get("Value"),
        &"hush".into()
    );
    store.ok(
        "PutParameter",
        with(put("/n", "12"), "AllowedPattern", "^\\d+$".into()),
    );
    assert_eq!(
        store.put("/n", "x").unwrap_err().code,
        "ParameterPatternMismatchException"
    );
    let bad = with(put("/m", "12"), "AllowedPattern", "(".into());
    assert_eq!(
        store.code("PutParameter", bad),
        "InvalidAllowedPatternException"
    );
}

#[test]
fn paths_and_filters_find_parameters_page_by_page() {
    let mut store = Store::new();
    for n in 0..12 {
        store.put(&format!("/app/p{n:02}"), "x").unwrap();
    }
    store.put("/app/deep/er", "x").unwrap();
    store.put("/application", "x").unwrap();
    let path = |recursive: bool, token: Value| {
        map([
            ("Path", "/app".into()),
            ("Recursive", recursive.into()),
            ("NextToken", token),
        ])
    };
    let first = store.ok("GetParametersByPath", path(true, Value::Null));
    assert_eq!(first.get("Parameters").items().len(), 10);
    let rest = store.ok(
        "GetParametersByPath",
        path(true, first.get("NextToken").clone()),
    );
    assert_eq!(
        (rest.get("Parameters").items().len(), rest.get("NextToken")),
        (3, &Value::Null)
    );
    assert_eq!(
        store.code(
            "GetParametersByPath",
            path(false, first.get("NextToken").clone())
        ),
        "InvalidNextToken"
    );
    assert_eq!(
        store.code("GetParametersByPath", map([("Path", "app".into())])),
        "ValidationException"
    );
    let filter = |key: &str, option: &str, value: &str| {
        let filter = map([
            ("Key", key.into()),
            ("Option", option.into()),
            ("Values", texts(&[value])),
        ]);
        map([("ParameterFilters", Value::List(vec![filter]))])
    };
    let found = |store: &mut Store, input: Value| {
        store
            .ok("DescribeParameters", input)
            .get("Parameters")
            .items()
            .len()
    };
    assert_eq!(found(&mut store, filter("Name", "Equals", "/app/p01")), 1);
    assert_eq!(found(&mut store, filter("Name", "BeginsWith", "/app")), 14);
    assert_eq!(found(&mut store, filter("Path", "OneLevel", "/app")), 12);
    assert_eq!(
        store.code("DescribeParameters", filter("Nmae", "Equals", "x")),
        "InvalidFilterKey"
    );
    assert_eq!(
        store.code("DescribeParameters", filter("Name", "Like", "x")),
        "InvalidFilterOption"
    );
}

#[test]
fn a_deleted_parameter_begins_anew() {
    let mut store = Store::new();
    store.put("/a", "1").unwrap();
    store.put("/a", "2").unwrap();
    store.ok("DeleteParameter", map([("Name", "/a".into())]));
    assert_eq!(
        store.code("DeleteParameter", map([("Name", "/a".into())])),
        "ParameterNotFound"
    );
    assert_eq!(store.put("/a", "3").unwrap().get("Version"), &1.into());
    assert_eq!(
        store.code("GetParametre", map([])),
        "UnknownOperationException"
    );
}
