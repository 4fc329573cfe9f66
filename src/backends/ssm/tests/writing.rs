//! Orders that meet a store that answers.

use super::*;

fn reason(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Refused { reason, hint } => format!("{reason} -- {hint}"),
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn an_order_is_looked_at_then_put_once() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    let (fake, lever) = lever(&store, undisturbed).await;
    let outcome = lever.apply(&order(Some("1"))).await;
    assert!(
        matches!(&outcome, Outcome::Applied { revision, note: None, .. } if revision.0 == "2"),
        "{outcome:?}"
    );
    assert_eq!(fake.operations(), ["GetParameter", "PutParameter"]);
    let put = &fake.requests()[1].body;
    assert_eq!(
        (&put["Name"], &put["Value"], &put["Overwrite"], &put["Type"]),
        (&json!(NAME), &json!(AFTER), &json!(true), &json!("String"))
    );
}

#[tokio::test]
async fn a_write_seen_just_before_is_a_conflict_and_nothing_is_sent() {
    let store = Store::holding(&[(BEFORE, ME), (THEIRS, ANA)]);
    let (fake, lever) = lever(&store, undisturbed).await;
    let Outcome::Conflict(conflict) = lever.apply(&order(Some("1"))).await else {
        unreachable!()
    };
    assert!(!conflict.sent);
    assert_eq!(
        (
            conflict.seen.0.as_str(),
            conflict.found.0.as_str(),
            conflict.by.as_deref()
        ),
        ("1", "2", Some(ANA))
    );
    assert_eq!(
        (
            conflict.seen_text.as_str(),
            conflict.their_text.as_str(),
            conflict.now_text.as_str()
        ),
        (BEFORE, THEIRS, THEIRS)
    );
    assert!(conflict.at.is_some());
    assert_eq!(fake.count("PutParameter"), 0);
}

#[tokio::test]
async fn the_same_text_by_somebody_else_is_no_conflict() {
    let store = Store::holding(&[(BEFORE, ME), (AFTER, ANA)]);
    let (fake, lever) = lever(&store, undisturbed).await;
    assert_eq!(lever.apply(&order(Some("1"))).await, Outcome::NoOp);
    assert_eq!(fake.count("PutParameter"), 0);
}

#[tokio::test]
async fn a_write_in_between_is_told_from_the_version_that_came_back() {
    let store = Store::holding(&[(BEFORE, ME)]);
    let (_fake, lever) = lever(&store, |store, request| {
        if request.operation == "PutParameter" {
            store.push(THEIRS, ANA);
        }
        None
    })
    .await;
    let Outcome::Conflict(conflict) = lever.apply(&order(Some("1"))).await else {
        unreachable!()
    };
    assert!(conflict.sent);
    assert_eq!(
        (
            conflict.seen.0.as_str(),
            conflict.found.0.as_str(),
            conflict.by.as_deref()
        ),
        ("1", "3", Some(ANA))
    );
    assert_eq!(
        (conflict.their_text.as_str(), conflict.now_text.as_str()),
        (THEIRS, AFTER)
    );
}

#[tokio::test]
async fn without_the_history_their_text_is_still_found() {
    let store = Store::holding(&[(BEFORE, ME)]);
    let (_fake, lever) = lever(&store, |store, request| match request.operation.as_str() {
        "PutParameter" => {
            store.push(THEIRS, ANA);
            None
        }
        "GetParameterHistory" => Some(Reply::error(400, "AccessDeniedException", "no")),
        _ => None,
    })
    .await;
    let Outcome::Conflict(conflict) = lever.apply(&order(Some("1"))).await else {
        unreachable!()
    };
    assert_eq!((conflict.by, conflict.their_text.as_str()), (None, THEIRS));
}

#[tokio::test]
async fn a_write_that_arrived_twice_is_no_conflict() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    let (_fake, lever) = lever(&store, |store, request| {
        if request.operation == "PutParameter" {
            store.push(&request.text("Value"), ME);
        }
        None
    })
    .await;
    let outcome = lever.apply(&order(Some("1"))).await;
    assert!(
        matches!(&outcome, Outcome::Applied { revision, note: Some(note), .. } if revision.0 == "3" && note.contains("twice")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_secret_keeps_its_type_and_key() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    store.mark(json!({"Type": "SecureString", "KeyId": "alias/flags", "Description": "flag", "Tier": "Advanced"}));
    let (fake, lever) = lever(&store, undisturbed).await;
    let outcome = lever.apply(&order(Some("1"))).await;
    assert!(
        matches!(outcome, Outcome::Applied { note: None, .. }),
        "{outcome:?}"
    );
    let put = fake.requests().pop().unwrap().body;
    assert_eq!(
        (
            &put["Type"],
            &put["KeyId"],
            &put["Description"],
            &put["Tier"]
        ),
        (
            &json!("SecureString"),
            &json!("alias/flags"),
            &json!("flag"),
            &json!("Advanced")
        )
    );
    assert_eq!(fake.requests()[0].body["WithDecryption"], json!(true));
}

#[tokio::test]
async fn what_cannot_be_written_is_refused_before_it_is_sent() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    let (fake, lever) = lever_named(&format!("{NAME}:1"), &store, undisturbed).await;
    assert!(lever.read().await.is_ok());
    assert!(reason(&lever.apply(&order(Some("1"))).await).contains("without `:1`"));

    let (long_fake, lever) = self::lever(&store, undisturbed).await;
    let long = document_order(Some("1"), BEFORE, &"x".repeat(4097));
    assert!(reason(&lever.apply(&long).await).contains("4097 bytes"));
    let braces = document_order(Some("1"), BEFORE, "{\"a\":\"{{x}}\"}");
    assert!(reason(&lever.apply(&braces).await).contains("{{"));
    let mut nothing = order(Some("1"));
    nothing.plan.write = crate::domain::plan::Write::Nothing;
    assert_eq!(lever.apply(&nothing).await, Outcome::NoOp);
    assert_eq!(
        fake.count("PutParameter") + long_fake.count("PutParameter"),
        0
    );
}

#[tokio::test]
async fn an_advanced_parameter_takes_twice_the_text() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    store.mark(json!({"Tier": "Advanced"}));
    let (fake, lever) = lever(&store, undisturbed).await;
    let outcome = lever
        .apply(&document_order(Some("1"), BEFORE, &"x".repeat(8192)))
        .await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert_eq!(
        fake.requests().pop().unwrap().body["Tier"],
        json!("Advanced")
    );
}

#[tokio::test]
async fn an_arn_is_written_by_the_name_that_the_store_resolved() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    let arn = format!("arn:aws:ssm:us-east-1:123456789012:parameter{NAME}");
    let (fake, lever) = lever_named(&arn, &store, undisturbed).await;
    let outcome = lever.apply(&order(Some("1"))).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert_eq!(fake.requests()[0].text("Name"), arn);
    assert_eq!(fake.requests()[1].text("Name"), NAME);
}

#[tokio::test]
async fn a_missing_parameter_is_created_only_by_a_blind_order() {
    let store = Store::default();
    let (fake, lever) = lever(&store, undisturbed).await;
    assert!(reason(&lever.apply(&order(Some("7"))).await).contains("gone"));
    assert_eq!(fake.count("PutParameter"), 0);
    let outcome = lever.apply(&order(None)).await;
    assert!(
        matches!(&outcome, Outcome::Applied { note: Some(note), .. } if note.contains("created")),
        "{outcome:?}"
    );
    let put = fake.requests().pop().unwrap().body;
    assert_eq!(
        (&put["Overwrite"], &put["Type"]),
        (&json!(false), &json!("String"))
    );
}

#[tokio::test]
async fn a_blind_order_goes_out_although_nothing_can_be_read() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    let (fake, lever) = lever(&store, |_, request| {
        (request.operation == "GetParameter")
            .then(|| Reply::error(400, "AccessDeniedException", "no"))
    })
    .await;
    assert!(reason(&lever.apply(&order(Some("1"))).await).contains("nothing was sent"));
    let outcome = lever.apply(&order(None)).await;
    assert!(
        matches!(&outcome, Outcome::Applied { revision, note: Some(_), .. } if revision.0 == "2"),
        "{outcome:?}"
    );
    assert_eq!(fake.requests().pop().unwrap().body["Type"], Value::Null);
    assert_eq!(store.newest().unwrap().1.value, AFTER);
}

#[tokio::test]
async fn refusals_say_what_helps() {
    let table = [
        (
            "ParameterMaxVersionLimitExceeded",
            "version 1, keeps it",
            "unlabel-parameter-version --name /audio-transcription/partial-results/config --parameter-version 1 --labels live",
        ),
        ("TooManyUpdates", "TooManyUpdates", "press the key again"),
        (
            "ParameterPatternMismatchException",
            "Pattern",
            "allowed pattern",
        ),
        ("AccessDeniedException", "AccessDenied", "ssm:PutParameter"),
        ("ThrottlingException", "Throttling", "few seconds"),
        ("ExpiredTokenException", "Expired", "aws sso login"),
    ];
    for (code, in_reason, in_hint) in table {
        let store = Store::holding(&[(BEFORE, ANA)]);
        store.mark(json!({"Labels": ["live"]}));
        let (fake, lever) = lever(&store, move |_, request| {
            (request.operation == "PutParameter").then(|| Reply::error(400, code, ""))
        })
        .await;
        let told = reason(&lever.apply(&order(Some("1"))).await);
        assert!(
            told.contains(in_reason) && told.contains(in_hint),
            "{code}: {told}"
        );
        assert_eq!(fake.count("PutParameter"), 1, "{code}");
    }
}
