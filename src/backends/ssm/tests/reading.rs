//! State, author and history of a parameter.

use super::*;
use crate::backends::fixtures::text_of;

#[tokio::test]
async fn the_author_comes_from_the_history_once_per_version() {
    let store = Store::holding(&[(BEFORE, ANA), (AFTER, ME), (BEFORE, ANA)]);
    let (fake, lever) = lever(&store, undisturbed).await;
    for _ in 0..3 {
        let state = lever.read().await.unwrap();
        assert_eq!(state.resource, NAME);
        assert_eq!((state.revision.0.as_str(), text_of(&state)), ("3", BEFORE));
        assert_eq!(state.changed_by.as_deref(), Some(ANA));
        assert_eq!(
            state.changed_at,
            Some(Timestamp::from_millis(1_780_000_003_000))
        );
    }
    assert_eq!(fake.count("GetParameterHistory"), 2, "two pages, once");
    store.push(AFTER, ME);
    assert_eq!(lever.read().await.unwrap().changed_by.as_deref(), Some(ME));
    assert_eq!(fake.count("GetParameterHistory"), 4);
}

#[tokio::test]
async fn a_forbidden_history_costs_the_author_and_is_not_asked_again() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    let (fake, lever) = lever(&store, |_, request| {
        (request.operation == "GetParameterHistory")
            .then(|| Reply::error(400, "AccessDeniedException", "no"))
    })
    .await;
    for _ in 0..2 {
        let state = lever.read().await.unwrap();
        assert_eq!(state.changed_by, None);
        assert!(state.changed_at.is_some());
    }
    assert_eq!(fake.count("GetParameterHistory"), 1);
    assert_eq!(lever.history(5).await.unwrap_err().kind, ErrorKind::Denied);
}

#[tokio::test]
async fn history_is_newest_first_over_all_pages() {
    let store = Store::holding(&[
        (BEFORE, ANA),
        (AFTER, ME),
        (BEFORE, ANA),
        (THEIRS, ME),
        (AFTER, ANA),
    ]);
    store.mark(json!({"Labels": ["live"]}));
    let (_fake, lever) = lever(&store, undisturbed).await;
    let versions = lever.history(3).await.unwrap();
    let names: Vec<_> = versions.iter().map(|v| v.revision.0.as_str()).collect();
    assert_eq!(names, ["5", "4", "3"]);
    assert_eq!(versions[0].labels, ["live"]);
    assert_eq!(
        (versions[1].text.as_str(), versions[1].by.as_deref()),
        (THEIRS, Some(ME))
    );
}

#[tokio::test]
async fn whatever_the_parameter_holds_is_shown_as_it_is() {
    for text in [
        "not json",
        "{\"rollout_percentage\": 101}",
        " \t",
        "{\"enabled\": \u{202e}true}",
    ] {
        let store = Store::holding(&[(text, ANA)]);
        let (_fake, lever) = lever(&store, undisturbed).await;
        assert_eq!(text_of(&lever.read().await.unwrap()), text);
    }
}

#[tokio::test]
async fn answers_without_a_value_are_errors() {
    let (_fake, lever) = lever(&Store::default(), |_, request| {
        (request.operation == "GetParameter")
            .then(|| Reply::ok(json!({"Parameter": {"Name": NAME}})))
    })
    .await;
    assert_eq!(lever.read().await.unwrap_err().kind, ErrorKind::Invalid);
    let (_fake, lever) = lever_named("/no such ", &Store::default(), undisturbed).await;
    let error = lever.read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.hint.contains("space"), "{error:?}");
}
