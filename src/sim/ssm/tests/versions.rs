//! History, the cap of a hundred versions, and labels.

use super::*;

#[test]
fn history_pages_and_says_who_and_when() {
    let mut store = Store::new();
    for n in 1..=7 {
        store.put("/a", &format!("v{n}")).unwrap();
    }
    store.label(3, &["good"]).unwrap();
    let ask = |most: i64, token: Value| {
        map([
            ("Name", "/a".into()),
            ("MaxResults", most.into()),
            ("NextToken", token),
        ])
    };
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = store.ok("GetParameterHistory", ask(3, token));
        seen.extend(page.get("Parameters").items().to_vec());
        token = page.get("NextToken").clone();
        if token.is_null() {
            break;
        }
    }
    let numbers: Vec<i64> = seen
        .iter()
        .filter_map(|v| v.get("Version").as_i64())
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(seen[2].get("Labels"), &texts(&["good"]));
    assert_eq!(seen[0].get("LastModifiedUser"), &ANA.into());
    assert_eq!(seen[0].get("LastModifiedDate"), &Value::Time(2_000));
    assert_eq!(
        store.code("GetParameterHistory", ask(3, "nonsense".into())),
        "InvalidNextToken"
    );
    let error = store
        .call("GetParameterHistory", ask(51, Value::Null))
        .unwrap_err();
    assert!(
        error.message.contains("'51' at 'maxResults'"),
        "{}",
        error.message
    );
    assert_eq!(
        store.code("GetParameterHistory", map([("Name", "/b".into())])),
        "ParameterNotFound"
    );
}

#[test]
fn the_hundred_and_first_version_drops_the_oldest_unless_a_label_holds_it() {
    let mut store = Store::new();
    for n in 1..=101 {
        assert_eq!(
            store.put("/a", &n.to_string()).unwrap().get("Version"),
            &n.into()
        );
    }
    assert_eq!(
        store.code("GetParameter", map([("Name", "/a:1".into())])),
        "ParameterVersionNotFound"
    );
    store.label(2, &["keep"]).unwrap();
    let error = store.put("/a", "blocked").unwrap_err();
    assert_eq!(error.code, "ParameterMaxVersionLimitExceeded");
    assert!(
        error.message.contains("Version 2, the oldest version"),
        "{}",
        error.message
    );
    assert_eq!(
        store.get("/a").get("Version"),
        &101.into(),
        "nothing was written"
    );
    store.label(50, &["keep"]).unwrap();
    assert_eq!(store.put("/a", "free").unwrap().get("Version"), &102.into());
    assert_eq!(store.get("/a:keep").get("Version"), &50.into());
}

#[test]
fn labels_move_are_ten_at_most_and_may_be_refused() {
    let mut store = Store::new();
    store.put("/a", "1").unwrap();
    store.put("/a", "2").unwrap();
    let bad = ["1st", "aws-x", "SSMx", "with space", "ok.-_1"];
    assert_eq!(
        store.label(1, &bad).unwrap().get("InvalidLabels"),
        &texts(&bad[..4])
    );
    let more: Vec<String> = (0..9).map(|n| format!("l{n}")).collect();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    store.label(1, &more).unwrap();
    assert_eq!(
        store.label(1, &["eleventh"]).unwrap_err().code,
        "ParameterVersionLabelLimitExceeded"
    );
    store.label(1, &["l3"]).unwrap();
    store.label(2, &["l3"]).unwrap();
    assert_eq!(store.get("/a:l3").get("Version"), &2.into());
    store.label(1, &["eleventh"]).unwrap();
    let input = [
        ("Name", "/a".into()),
        ("ParameterVersion", 2.into()),
        ("Labels", texts(&["l3", "l4"])),
    ];
    let gone = store.ok("UnlabelParameterVersion", map(input));
    assert_eq!(
        (gone.get("RemovedLabels"), gone.get("InvalidLabels")),
        (&texts(&["l3"]), &texts(&["l4"]))
    );
    assert_eq!(
        store.code("GetParameter", map([("Name", "/a:l3".into())])),
        "ParameterVersionNotFound"
    );
    assert_eq!(
        store.label(9, &["x"]).unwrap_err().code,
        "ParameterVersionNotFound"
    );
}
