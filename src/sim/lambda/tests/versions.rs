//! Versions and the aliases that lead to them.

use super::*;

#[test]
fn a_published_version_is_frozen_and_an_alias_leads_to_it() {
    let mut account = Account::new();
    assert_eq!(account.publish(), "1".into());
    assert_eq!(account.publish(), "1".into(), "nothing has changed");
    let alias = map([
        ("FunctionName", "f".into()),
        ("Name", "live".into()),
        ("FunctionVersion", "1".into()),
    ]);
    let made = account.ok("CreateAlias", alias.clone());
    assert_eq!(
        account.error("CreateAlias", alias).1,
        "ResourceConflictException"
    );
    account.ok("UpdateFunctionConfiguration", update("NEW", "1"));
    account.1 += 8_000;
    assert_eq!(
        (account.runs_with(None), account.runs_with(Some("live"))),
        (vec!["NEW".into()], vec!["LEVEL".into()])
    );
    let live = account.get("live".into());
    assert_eq!(live.get("Version"), &"1".into());
    assert_eq!(
        live.get("FunctionArn"),
        &"arn:aws:lambda:us-east-1:123456789012:function:f:live".into()
    );
    assert_eq!(
        live.get("Environment").get("Variables"),
        &map([("LEVEL", "INFO".into())])
    );
    assert_eq!(account.publish(), "2".into());
    let ask = |revision: Value| {
        let named = [
            ("FunctionName", "f".into()),
            ("Name", "live".into()),
            ("FunctionVersion", "2".into()),
        ];
        with(map(named), "RevisionId", revision)
    };
    let moved = account.ok("UpdateAlias", ask(made.get("RevisionId").clone()));
    assert_ne!(moved.get("RevisionId"), made.get("RevisionId"));
    assert_eq!(
        account
            .error("UpdateAlias", ask(made.get("RevisionId").clone()))
            .0,
        412
    );
    assert_eq!(account.runs_with(Some("live")), ["NEW"]);
    let frozen = with(update("XX", "1"), "FunctionName", "f:1".into());
    assert_eq!(
        account
            .error(
                "UpdateFunctionConfiguration",
                Value::Map(frozen.members()[1..].to_vec())
            )
            .0,
        400
    );
}

#[test]
fn an_alias_may_share_between_two_published_versions() {
    let mut account = Account::new();
    account.publish();
    account.ok("UpdateFunctionConfiguration", update("NEW", "1"));
    account.1 += 8_000;
    account.publish();
    let ask = |version: &str, other: &str, weight: f64| {
        let weights = Value::Map(vec![(other.to_owned(), weight.into())]);
        let routing = map([("AdditionalVersionWeights", weights)]);
        map([
            ("FunctionName", "f".into()),
            ("Name", "live".into()),
            ("FunctionVersion", version.into()),
            ("RoutingConfig", routing),
        ])
    };
    assert_eq!(
        account.error("CreateAlias", ask("$LATEST", "1", 0.1)).1,
        "InvalidParameterValueException"
    );
    assert_eq!(
        account.error("CreateAlias", ask("1", "1", 0.1)).1,
        "InvalidParameterValueException"
    );
    assert_eq!(
        account.error("CreateAlias", ask("1", "2", 1.5)).1,
        "ValidationException"
    );
    assert_eq!(
        account.error("CreateAlias", ask("1", "7", 0.5)).1,
        "ResourceNotFoundException"
    );
    let made = account.ok("CreateAlias", ask("1", "2", 0.25));
    let shown = map([("2", 0.25.into())]);
    assert_eq!(
        made.get("RoutingConfig").get("AdditionalVersionWeights"),
        &shown
    );
    let text = map([
        ("FunctionName", "f".into()),
        ("Name", "live".into()),
        ("Description", "d".into()),
    ]);
    assert_eq!(
        account
            .ok("UpdateAlias", text)
            .get("RoutingConfig")
            .get("AdditionalVersionWeights"),
        &shown
    );
    let listed = account.ok(
        "ListAliases",
        map([
            ("FunctionName", "f".into()),
            ("FunctionVersion", "2".into()),
        ]),
    );
    assert_eq!(listed.get("Aliases").items().len(), 1);
    let none = map([
        ("FunctionName", "f".into()),
        ("Name", "live".into()),
        ("RoutingConfig", map([])),
    ]);
    assert!(
        account
            .ok("UpdateAlias", none)
            .get("RoutingConfig")
            .is_null()
    );
}

#[test]
fn versions_are_listed_page_by_page() {
    let mut account = Account::new();
    for n in 0..3 {
        account.ok("UpdateFunctionConfiguration", update("NN", &n.to_string()));
        account.1 += 8_000;
        account.publish();
    }
    let ask = |marker: Value| {
        map([
            ("FunctionName", "f".into()),
            ("MaxItems", 3.into()),
            ("Marker", marker),
        ])
    };
    let first = account.ok("ListVersionsByFunction", ask(Value::Null));
    let numbers = |page: &Value| {
        let items = page.get("Versions").items().iter();
        items
            .filter_map(|v| v.get("Version").as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&first), ["$LATEST", "1", "2"]);
    let second = account.ok(
        "ListVersionsByFunction",
        ask(first.get("NextMarker").clone()),
    );
    assert_eq!(
        (numbers(&second), second.get("NextMarker")),
        (vec!["3".to_owned()], &Value::Null)
    );
    assert_eq!(
        account.error("ListVersionsByFunction", ask("x".into())).1,
        "InvalidParameterValueException"
    );
    assert_eq!(
        account
            .ok("ListFunctions", map([]))
            .get("Functions")
            .items()
            .len(),
        1
    );
}
