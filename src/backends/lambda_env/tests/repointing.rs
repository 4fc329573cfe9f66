//! Publishing and pointing the alias at the new version.

use super::*;

fn repoint() -> Order {
    let write = Write::PublishAndRepoint {
        alias: "live".to_owned(),
        alias_revision: Revision("a1".to_owned()),
    };
    order(
        LeverId::Fallback,
        Some("r2"),
        write,
        Replaced::AliasVersion("1".to_owned()),
    )
}

/// An account whose `$LATEST` has the fallback, and whose alias does not.
fn trapped() -> Account {
    let account = Account::new();
    account.update(wanted());
    account
}

async fn live(
    account: &Account,
    disturb: impl Fn(&Account, &Request) -> Option<Reply> + Send + Sync + 'static,
) -> (Fake, LambdaEnv) {
    lever_of("audio-processor", Some("live"), account, disturb).await
}

#[tokio::test]
async fn the_alias_takes_all_traffic_to_the_new_version() {
    let account = trapped();
    account.change(|function| function.alias.2 = json!({"2": 0.1}));
    account.change(|function| {
        function
            .versions
            .push(variables(&[("ROLLOUT_PERCENTAGE", "7")]));
    });
    let (fake, lever) = live(&account, undisturbed).await;
    let shared = function_of(lever.read().await.unwrap()).alias.unwrap();
    let routed = Ok(variables(&[("ROLLOUT_PERCENTAGE", "7")]));
    assert_eq!(shared.routed.get("2"), Some(&routed));
    let outcome = lever.apply(&repoint()).await;
    assert!(
        matches!(&outcome, Outcome::Applied { revision, note: Some(note), .. }
        if revision.0 == "r2" && note.contains("version 3 instead of 1") && note.contains("weights")),
        "{outcome:?}"
    );
    let alias = function_of(lever.read().await.unwrap()).alias.unwrap();
    assert_eq!(
        (alias.version.as_str(), alias.variables, alias.routing.len()),
        ("3", Ok(wanted()), 0)
    );
    assert_eq!((fake.count(PUBLISH), fake.count(PUT_ALIAS)), (1, 1));
    let found = lever.verify(&repoint()).await.unwrap();
    assert!(matches!(found, Outcome::Applied { .. }), "{found:?}");
}

#[tokio::test]
async fn another_hand_on_the_alias_is_a_conflict() {
    let account = trapped();
    account.change(|function| function.alias.1 = 5);
    let (fake, lever) = live(&account, undisturbed).await;
    let outcome = lever.apply(&repoint()).await;
    assert!(
        matches!(&outcome, Outcome::Conflict(c) if !c.sent && c.found.0 == "a5"),
        "{outcome:?}"
    );
    assert_eq!(fake.count(PUBLISH), 0);

    let (_fake, lever) = live(&trapped(), |account, request| {
        if request.operation == PUT_ALIAS {
            account.change(|function| function.alias.1 = 7);
        }
        None
    })
    .await;
    let outcome = lever.apply(&repoint()).await;
    assert!(
        matches!(&outcome, Outcome::Conflict(c) if !c.sent && c.found.0 == "a7"),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_lost_publication_changes_no_traffic() {
    let (fake, lever) = live(&trapped(), |_, request| {
        (request.operation == PUBLISH).then_some(Reply::Hang)
    })
    .await;
    assert!(refusal(&lever.apply(&repoint()).await).contains("traffic is unchanged"));
    assert_eq!((fake.count(PUBLISH), fake.count(PUT_ALIAS)), (1, 0));
}

#[tokio::test]
async fn a_lost_repointing_is_resolved_by_reading_back() {
    let (_fake, lever) = live(&trapped(), |account, request| {
        (request.operation == PUT_ALIAS).then(|| {
            account.change(|function| function.alias = ("2".to_owned(), 2, json!({})));
            Reply::Reset
        })
    })
    .await;
    let outcome = lever.apply(&repoint()).await;
    assert!(
        matches!(&outcome, Outcome::Applied { note: Some(note), .. } if note.contains("lost")),
        "{outcome:?}"
    );

    let (fake, lever) = live(&trapped(), |_, request| {
        (request.operation == PUT_ALIAS).then_some(Reply::Hang)
    })
    .await;
    let outcome = lever.apply(&repoint()).await;
    assert!(
        matches!(&outcome, Outcome::Unknown { reason } if reason.contains("still points at version 1")),
        "{outcome:?}"
    );
    assert_eq!(fake.count(PUT_ALIAS), 1);
    let found = lever.verify(&repoint()).await.unwrap();
    assert!(refusal(&found).contains("never arrived"), "{found:?}");
}

#[tokio::test]
async fn nothing_is_published_from_a_function_in_trouble() {
    for extra in [
        json!({"LastUpdateStatus": "InProgress"}),
        json!({"LastUpdateStatus": "Failed"}),
    ] {
        let account = trapped();
        account.change(|function| function.extra = extra);
        let (fake, lever) = live(&account, undisturbed).await;
        refusal(&lever.apply(&repoint()).await);
        assert_eq!(fake.count(PUBLISH), 0);
    }
    let (_fake, lever) = live(&trapped(), undisturbed).await;
    let mut unread = repoint();
    unread.plan.write = Write::PublishAndRepoint {
        alias: "live".to_owned(),
        alias_revision: Revision(String::new()),
    };
    assert!(refusal(&lever.apply(&unread).await).contains("lambda:GetAlias"));
}

#[tokio::test]
async fn a_version_that_is_not_ready_takes_no_traffic() {
    let (fake, lever) = live(&trapped(), |_, request| {
        request
            .operation
            .ends_with("Qualifier=2")
            .then(|| Reply::ok(json!({"State": "Pending"})))
    })
    .await;
    assert!(refusal(&lever.apply(&repoint()).await).contains("Pending"));
    assert_eq!(fake.count(PUT_ALIAS), 0);
}
