#![expect(clippy::unwrap_used, reason = "a test may stop here")]
//! Lambda as a client meets it, without the wire.

use std::collections::BTreeMap;

use super::*;
use crate::sim::wire::map;

mod versions;

struct Account(Aws, i64);

impl Account {
    fn new() -> Self {
        let mut aws = Aws::default();
        let environment = BTreeMap::from([("LEVEL".to_owned(), "INFO".to_owned())]);
        aws.functions.create("f", environment, 0);
        Self(aws, 1_767_225_600_000)
    }

    fn call(&mut self, op: &str, input: Value) -> OpResult {
        call(&mut self.0, op, &input, self.1)
    }

    fn ok(&mut self, op: &str, input: Value) -> Value {
        self.call(op, input).unwrap()
    }

    fn error(&mut self, op: &str, input: Value) -> (u16, &'static str, String) {
        let error = self.call(op, input).unwrap_err();
        (error.status, error.code, error.message)
    }

    fn get(&mut self, qualifier: Value) -> Value {
        self.ok(
            "GetFunctionConfiguration",
            map([("FunctionName", "f".into()), ("Qualifier", qualifier)]),
        )
    }

    fn runs_with(&self, qualifier: Option<&str>) -> Vec<String> {
        self.0
            .functions
            .environment("f", qualifier, self.1)
            .keys()
            .cloned()
            .collect()
    }

    fn publish(&mut self) -> Value {
        self.ok("PublishVersion", map([("FunctionName", "f".into())]))
            .get("Version")
            .clone()
    }
}

fn update(key: &str, value: &str) -> Value {
    let variables = Value::Map(vec![(key.to_owned(), value.into())]);
    map([
        ("FunctionName", "f".into()),
        ("Environment", map([("Variables", variables)])),
    ])
}

fn with(value: Value, member: &str, other: Value) -> Value {
    Value::Map(
        value
            .members()
            .iter()
            .cloned()
            .chain([(member.to_owned(), other)])
            .collect(),
    )
}

#[test]
fn an_update_replaces_the_whole_environment_and_takes_a_while() {
    let mut account = Account::new();
    let before = account.get(Value::Null).get("RevisionId").clone();
    let after = account.ok(
        "UpdateFunctionConfiguration",
        with(update("ROLLOUT", "0"), "RevisionId", before.clone()),
    );
    assert_ne!(after.get("RevisionId"), &before);
    assert_eq!(after.get("LastUpdateStatus"), &"InProgress".into());
    assert_eq!(
        after.get("LastModified"),
        &"2026-01-01T00:00:00.000+0000".into()
    );
    assert_eq!(
        after.get("Environment").get("Variables"),
        &map([("ROLLOUT", "0".into())])
    );
    assert_eq!(account.runs_with(None), ["LEVEL"]);
    let (status, code, message) = account.error("UpdateFunctionConfiguration", update("X1", "1"));
    assert_eq!((status, code), (409, "ResourceConflictException"));
    assert!(
        message.ends_with(
            "in progress for resource: arn:aws:lambda:us-east-1:123456789012:function:f"
        )
    );
    assert_eq!(
        account
            .error("PublishVersion", map([("FunctionName", "f".into())]))
            .0,
        409
    );
    account.1 += 8_000;
    assert_eq!(
        account.get(Value::Null).get("LastUpdateStatus"),
        &"Successful".into()
    );
    assert_eq!(account.runs_with(None), ["ROLLOUT"]);
    let stale = account.error(
        "UpdateFunctionConfiguration",
        with(update("X1", "1"), "RevisionId", before),
    );
    assert_eq!((stale.0, stale.1), (412, "PreconditionFailedException"));
}

#[test]
fn what_an_update_leaves_out_stays() {
    let mut account = Account::new();
    let changed = account.ok(
        "UpdateFunctionConfiguration",
        map([
            ("FunctionName", "f".into()),
            ("MemorySize", 1024.into()),
            ("Timeout", 60.into()),
        ]),
    );
    assert_eq!(
        (changed.get("MemorySize"), changed.get("Timeout")),
        (&1024.into(), &60.into())
    );
    assert_eq!(
        changed.get("Environment").get("Variables"),
        &map([("LEVEL", "INFO".into())])
    );
    account.1 += 8_000;
    let empty = map([("FunctionName", "f".into()), ("Environment", map([]))]);
    assert!(
        account
            .ok("UpdateFunctionConfiguration", empty)
            .get("Environment")
            .is_null()
    );
}

#[test]
fn refused_updates_change_nothing() {
    let mut account = Account::new();
    let before = account.get(Value::Null);
    let (status, code, message) =
        account.error("UpdateFunctionConfiguration", update("AWS_REGION", "x"));
    assert_eq!((status, code), (400, "InvalidParameterValueException"));
    assert!(
        message.ends_with("Reserved keys used in this request: AWS_REGION"),
        "{message}"
    );
    for bad in ["1A", "A", "A-B", ""] {
        assert_eq!(
            account
                .error("UpdateFunctionConfiguration", update(bad, "x"))
                .1,
            "ValidationException",
            "{bad}"
        );
    }
    assert!(
        account
            .error(
                "UpdateFunctionConfiguration",
                update("BIG", &"x".repeat(4094))
            )
            .2
            .contains("4KB limit")
    );
    let small = map([("FunctionName", "f".into()), ("MemorySize", 64.into())]);
    assert_eq!(
        account.error("UpdateFunctionConfiguration", small).1,
        "ValidationException"
    );
    let mixed = with(
        with(update("AB", "x"), "Timeout", 5.into()),
        "Handler",
        5.into(),
    );
    assert_eq!(
        account.error("UpdateFunctionConfiguration", mixed).1,
        "SerializationException"
    );
    assert_eq!(account.get(Value::Null), before);
    account.ok(
        "UpdateFunctionConfiguration",
        update("BIG", &"x".repeat(4093)),
    );
}

#[test]
fn names_may_be_arns_and_what_is_missing_is_named() {
    let mut account = Account::new();
    account.publish();
    for name in [
        "f:1",
        "arn:aws:lambda:us-east-1:123456789012:function:f:1",
        "123456789012:function:f:1",
    ] {
        let found = account.ok(
            "GetFunctionConfiguration",
            map([("FunctionName", name.into())]),
        );
        assert_eq!(found.get("Version"), &"1".into(), "{name}");
    }
    let absent = account.error(
        "GetFunctionConfiguration",
        map([("FunctionName", "nope".into())]),
    );
    let text = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope".to_owned();
    assert_eq!(absent, (404, "ResourceNotFoundException", text));
    let alias = account.error(
        "GetAlias",
        map([("FunctionName", "f".into()), ("Name", "live".into())]),
    );
    assert_eq!(
        (alias.0, alias.2.starts_with("Cannot find alias arn: ")),
        (404, true)
    );
    let version = map([("FunctionName", "f".into()), ("Qualifier", "9".into())]);
    assert!(
        account
            .error("GetFunctionConfiguration", version)
            .2
            .ends_with(":f:9")
    );
    let both = map([("FunctionName", "f:1".into()), ("Qualifier", "2".into())]);
    assert_eq!(
        account.error("GetFunctionConfiguration", both).1,
        "InvalidParameterValueException"
    );
}

#[test]
fn a_sealed_environment_is_an_error_without_variables() {
    let mut account = Account::new();
    account.0.kms_denied = true;
    let shown = account.get(Value::Null).get("Environment").clone();
    assert_eq!(
        shown.get("Error").get("ErrorCode"),
        &"AccessDeniedException".into()
    );
    assert!(shown.get("Variables").is_null());
}

#[test]
fn a_revision_changes_again_when_the_update_is_done_and_when_a_version_is_published() {
    let mut account = Account::new();
    let revision = |account: &mut Account| account.get(Value::Null).get("RevisionId").clone();
    let asked = account
        .ok("UpdateFunctionConfiguration", update("AB", "1"))
        .get("RevisionId")
        .clone();
    assert_eq!(revision(&mut account), asked);
    account.1 += 8_000;
    let done = revision(&mut account);
    assert_ne!(done, asked);
    assert_eq!(revision(&mut account), done);
    let again = |seen: &Value| with(update("AB", "2"), "RevisionId", seen.clone());
    assert_eq!(
        account
            .error("UpdateFunctionConfiguration", again(&asked))
            .0,
        412
    );
    let named = map([("FunctionName", "f".into())]);
    let made = account.ok("PublishVersion", with(named, "RevisionId", done.clone()));
    let published = revision(&mut account);
    assert!(published != done && published != *made.get("RevisionId"));
    let alias = [("Name", "live".into()), ("FunctionVersion", "1".into())];
    account.ok("CreateAlias", with(map(alias), "FunctionName", "f".into()));
    assert_eq!(revision(&mut account), published, "an alias is apart");
    account.ok("UpdateFunctionConfiguration", again(&published));
}
