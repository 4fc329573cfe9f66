//! Reading and writing the environment of `$LATEST`.

use super::*;

#[tokio::test]
async fn a_function_is_read_with_the_alias_that_traffic_takes() {
    let account = Account::new();
    account.update(wanted());
    let (_fake, lever) = lever_of("audio-processor", Some("live"), &account, undisturbed).await;
    let state = lever.read().await.unwrap();
    assert_eq!(
        (state.resource.as_str(), state.revision.0.as_str()),
        ("audio-processor", "r2")
    );
    assert_eq!(state.changed_at, Timestamp::parse("2026-11-20T18:05:44Z"));
    let function = function_of(state);
    assert_eq!(
        (function.variables, function.update),
        (Ok(wanted()), UpdateStatus::Successful)
    );
    let alias = function.alias.unwrap();
    assert!(alias.is_pinned());
    assert_eq!(
        (
            alias.version.as_str(),
            alias.revision.0.as_str(),
            alias.variables
        ),
        ("1", "a1", Ok(before()))
    );

    account.change(|function| function.alias.0 = "$LATEST".to_owned());
    let alias = function_of(lever.read().await.unwrap()).alias.unwrap();
    assert!(!alias.is_pinned());
    assert_eq!(alias.variables, Ok(wanted()));
}

#[tokio::test]
async fn what_cannot_be_read_is_said_and_never_taken_for_empty() {
    let account = Account::new();
    let (_fake, lever) = lever_of("audio-processor", Some("live"), &account, |_, request| {
        (request.operation == GET_ALIAS).then(|| Reply::error(403, "AccessDeniedException", "no"))
    })
    .await;
    let unreadable = [
        (
            json!({"Environment": {"Error": {"ErrorCode": "AccessDeniedException", "Message": "kms:Decrypt"}}}),
            "kms:Decrypt",
        ),
        (json!({"Environment": {}}), "without its variables"),
    ];
    for (extra, word) in unreadable {
        account.change(|function| function.extra = extra);
        let function = function_of(lever.read().await.unwrap());
        assert!(function.variables.unwrap_err().contains(word));
        let alias = function.alias.unwrap();
        assert!(
            alias.is_pinned() && alias.variables.is_err(),
            "an unreadable alias may be pinned"
        );
        let outcome = lever.apply(&fallback_on("r1")).await;
        assert!(refusal(&outcome).contains("kms:Decrypt"), "{outcome:?}");
    }
    account.change(|function| function.extra = json!({"Environment": null}));
    assert_eq!(
        function_of(lever.read().await.unwrap()).variables,
        Ok(Variables::new())
    );
    assert_eq!(
        account.0.lock().unwrap().variables,
        before(),
        "nothing was written"
    );
}

#[tokio::test]
async fn the_words_of_an_update_are_kept() {
    let account = Account::new();
    let (_fake, lever) = lever(&account, undisturbed).await;
    let table = [
        (
            json!({"LastUpdateStatus": "InProgress"}),
            UpdateStatus::InProgress,
        ),
        (
            json!({"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no ENI"}),
            UpdateStatus::Failed("no ENI".to_owned()),
        ),
        (
            json!({"LastUpdateStatus": "Dreaming"}),
            UpdateStatus::Unknown("Dreaming".to_owned()),
        ),
        (
            json!({"LastUpdateStatus": null}),
            UpdateStatus::Unknown(String::new()),
        ),
    ];
    for (extra, expected) in table {
        account.change(|function| function.extra = extra);
        assert_eq!(function_of(lever.read().await.unwrap()).update, expected);
    }
}

#[tokio::test]
async fn an_update_is_waited_for_and_read_back() {
    let account = Account::new();
    let (fake, lever) = lever(&account, undisturbed).await;
    let outcome = lever.apply(&fallback_on("r1")).await;
    assert!(
        matches!(&outcome, Outcome::Applied { revision, note: None, .. } if revision.0 == "r2"),
        "{outcome:?}"
    );
    assert_eq!(
        (fake.count(PUT), fake.count(GET)),
        (1, 5),
        "one look, three in progress, one at the end"
    );
    assert_eq!(account.0.lock().unwrap().variables, wanted());
    assert_eq!(lever.apply(&fallback_on("r1")).await, Outcome::NoOp);
}

#[tokio::test]
async fn another_writer_is_a_conflict_without_secrets() {
    let account = Account::new();
    account.update(variables(&[
        ("DB_URL", "hunter3"),
        ("ROLLOUT_PERCENTAGE", "50"),
    ]));
    let (fake, lever) = lever(&account, undisturbed).await;
    let Outcome::Conflict(conflict) = lever.apply(&fallback_on("r1")).await else {
        unreachable!()
    };
    assert!(!conflict.sent);
    assert_eq!(
        (conflict.seen.0.as_str(), conflict.found.0.as_str()),
        ("r1", "r2")
    );
    assert!(
        conflict.seen_text.contains("ROLLOUT_PERCENTAGE=100")
            && conflict.now_text.contains("ROLLOUT_PERCENTAGE=50")
    );
    assert!(!format!("{conflict:?}").contains("hunter"));
    assert_eq!(fake.count(PUT), 0);
}

#[tokio::test]
async fn a_writer_between_look_and_update_is_stopped_by_the_revision() {
    let account = Account::new();
    let (_fake, lever) = lever(&account, |account, request| {
        if request.operation == PUT {
            account.update(variables(&[("ROLLOUT_PERCENTAGE", "50")]));
        }
        None
    })
    .await;
    let Outcome::Conflict(conflict) = lever.apply(&fallback_on("r1")).await else {
        unreachable!()
    };
    assert!(!conflict.sent, "Lambda did not take it");
    assert!(conflict.now_text.contains("ROLLOUT_PERCENTAGE=50"));
}

#[tokio::test]
async fn what_must_not_be_sent_is_refused() {
    let account = Account::new();
    let (fake, lever) = lever(&account, undisturbed).await;
    let mut blind = fallback_on("r1");
    blind.plan.seen = None;
    assert!(refusal(&lever.apply(&blind).await).contains("never replaced"));
    let mut forgetful = fallback_on("r1");
    forgetful.plan.write = Write::Variables(variables(&[("ROLLOUT_PERCENTAGE", "0")]));
    assert!(refusal(&lever.apply(&forgetful).await).contains("`DB_URL`"));
    let mut reserved = fallback_on("r1");
    let mut map = wanted();
    map.insert("AWS_REGION".to_owned(), "us-east-1".to_owned());
    reserved.plan.write = Write::Variables(map);
    assert!(refusal(&lever.apply(&reserved).await).contains("`AWS_REGION`"));
    account.change(|function| function.busy = 9);
    assert!(refusal(&lever.apply(&fallback_on("r1")).await).contains("in progress"));
    assert_eq!(fake.count(PUT), 0);

    let (fake, lever) = lever_of("audio-processor:live", None, &account, undisturbed).await;
    assert!(refusal(&lever.apply(&fallback_on("r1")).await).contains("without `:live`"));
    assert!(fake.operations().is_empty());
}

#[tokio::test]
async fn refusals_of_lambda_say_what_helps() {
    let table = [
        (409, "ResourceConflictException", "in progress"),
        (
            403,
            "AccessDeniedException",
            "lambda:UpdateFunctionConfiguration",
        ),
        (429, "TooManyRequestsException", "few seconds"),
        (
            400,
            "InvalidParameterValueException",
            "InvalidParameterValue",
        ),
    ];
    for (status, code, word) in table {
        let (fake, lever) = lever(&Account::new(), move |_, request| {
            (request.operation == PUT).then(|| Reply::error(status, code, ""))
        })
        .await;
        let told = refusal(&lever.apply(&fallback_on("r1")).await);
        assert!(told.contains(word), "{code}: {told}");
        assert_eq!(fake.count(PUT), 1);
    }
}

#[tokio::test]
async fn an_update_that_fails_or_never_ends_is_not_done() {
    let account = Account::new();
    let (_fake, lever) = lever(&account, |account, request| {
        if request.operation == PUT {
            account.change(|f| {
                f.extra = json!({"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no ENI"});
            });
        }
        None
    })
    .await;
    assert!(refusal(&lever.apply(&fallback_on("r1")).await).contains("no ENI"));

    let account = Account::new();
    let (_fake, lever) = lever_of("audio-processor", None, &account, |account, request| {
        if request.operation == PUT {
            account.change(|f| f.extra = json!({"LastUpdateStatus": "InProgress"}));
        }
        None
    })
    .await;
    let outcome = lever.apply(&fallback_on("r1")).await;
    assert!(
        matches!(&outcome, Outcome::Unknown { reason } if reason.contains("InProgress")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_lost_answer_is_resolved_by_reading_back() {
    let account = Account::new();
    let (fake, lever) = lever(&account, |account, request| {
        (request.operation == PUT).then(|| {
            account.update(wanted());
            Reply::Hang
        })
    })
    .await;
    let outcome = lever.apply(&fallback_on("r1")).await;
    assert!(
        matches!(&outcome, Outcome::Applied { revision, note: Some(note), .. } if revision.0 == "r2" && note.contains("lost")),
        "{outcome:?}"
    );
    assert_eq!(fake.count(PUT), 1);

    let (_fake, lost) = self::lever(&Account::new(), |_, request| {
        (request.operation == PUT).then_some(Reply::Hang)
    })
    .await;
    let outcome = lost.apply(&fallback_on("r1")).await;
    assert!(
        matches!(&outcome, Outcome::Unknown { reason } if reason.contains("unchanged")),
        "{outcome:?}"
    );

    let (_fake, other) = self::lever(&Account::new(), |account, request| {
        (request.operation == PUT).then(|| {
            account.update(variables(&[("ROLLOUT_PERCENTAGE", "50")]));
            Reply::Reset
        })
    })
    .await;
    let outcome = other.apply(&fallback_on("r1")).await;
    assert!(
        matches!(&outcome, Outcome::Conflict(conflict) if conflict.sent),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn orders_of_an_earlier_run_are_found_by_reading_only() {
    let account = Account::new();
    let (fake, lever) = lever(&account, undisturbed).await;
    let never = lever.verify(&fallback_on("r1")).await.unwrap();
    assert!(refusal(&never).contains("never arrived"));
    let mut more = wanted();
    more.insert("NEW".to_owned(), "1".to_owned());
    account.update(more);
    let outcome = lever.verify(&fallback_on("r1")).await.unwrap();
    assert!(
        matches!(&outcome, Outcome::Applied { revision, .. } if revision.0 == "r2"),
        "{outcome:?}"
    );
    account.change(|function| function.extra = json!({"LastUpdateStatus": "InProgress"}));
    assert!(matches!(
        lever.verify(&fallback_on("r1")).await.unwrap(),
        Outcome::Unknown { .. }
    ));
    account.change(|function| function.extra = json!({}));
    account.update(before());
    assert!(matches!(
        lever.verify(&fallback_on("r1")).await.unwrap(),
        Outcome::Unknown { .. }
    ));
    assert_eq!(fake.count(PUT), 0);
}
