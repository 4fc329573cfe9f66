//! A chain that fails, heals and is refused.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::sync::atomic::AtomicUsize;

use super::*;

/// What the provider that is built next will answer.
#[derive(Debug)]
struct Scripted(Result<Credentials, &'static str>);

impl ProvideCredentials for Scripted {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(match &self.0 {
            Ok(credentials) => Ok(credentials.clone()),
            Err(text) => Err(CredentialsError::provider_error(*text)),
        })
    }
}

fn credentials(id: &str, lives: Option<Duration>) -> Credentials {
    Credentials::new(
        id,
        "secret",
        None,
        lives.map(|lives| SystemTime::now() + lives),
        "test",
    )
}

/// A chain whose n-th build answers the n-th item, the last one for ever; with the number of builds.
fn chain(answers: Vec<Result<Credentials, &'static str>>) -> (Chain, Arc<AtomicUsize>) {
    let builds = Arc::new(AtomicUsize::new(0));
    let counter = builds.clone();
    let chain = Chain::from_build(
        Some("oncall".to_owned()),
        Box::new(move || {
            let at = counter
                .fetch_add(1, Ordering::Relaxed)
                .min(answers.len() - 1);
            let provider = SharedCredentialsProvider::new(Scripted(answers[at].clone()));
            Box::pin(async move { provider })
        }),
    );
    (chain, builds)
}

#[tokio::test]
async fn a_login_elsewhere_is_picked_up_without_a_restart() {
    let (chain, builds) = chain(vec![
        Err("the SSO token has expired and cannot be refreshed"),
        Ok(credentials("FRESH", None)),
    ]);
    let needed = chain.current().await.unwrap_err();
    assert!(needed.text.contains("expired"), "{needed:?}");
    assert!(
        needed.hint.contains("`aws sso login --profile oncall`"),
        "{needed:?}"
    );
    assert_eq!(chain.current().await.unwrap().access_key_id(), "FRESH");
    assert_eq!(chain.current().await.unwrap().access_key_id(), "FRESH");
    assert_eq!(builds.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn refused_credentials_are_fetched_anew() {
    let (chain, _builds) = chain(vec![
        Ok(credentials("OLD", None)),
        Ok(credentials("NEW", None)),
    ]);
    assert_eq!(chain.current().await.unwrap().access_key_id(), "OLD");
    chain.forget();
    assert_eq!(chain.current().await.unwrap().access_key_id(), "NEW");
}

#[tokio::test]
async fn credentials_near_their_end_serve_while_no_others_come() {
    let near = credentials("NEAR", Some(Duration::from_secs(30)));
    let (ending, builds) = chain(vec![Ok(near), Err("no network")]);
    assert_eq!(ending.current().await.unwrap().access_key_id(), "NEAR");
    let _again = ending.current().await.unwrap();
    assert_eq!(
        builds.load(Ordering::Relaxed),
        1,
        "a working provider is kept"
    );

    let over = credentials("OVER", Some(Duration::from_millis(1)));
    let (ended, _builds) = chain(vec![Err("no network"), Ok(over)]);
    assert!(ended.current().await.is_err());
}

#[test]
fn the_advice_fits_the_trouble() {
    let table = [
        (
            "failed to load the cached SSO token",
            Some("dev"),
            "aws sso login --profile dev",
        ),
        (
            "external process exited with code exit status: 3",
            Some("dev"),
            "credential_process",
        ),
        (
            "requires following cargo feature(s) enabled: credentials-login",
            Some("dev"),
            "export-credentials --profile dev",
        ),
        ("profile `x` was not defined", Some("x"), "list-profiles"),
        (
            "no credentials found in chain",
            Some("dev"),
            "aws sso login --profile dev",
        ),
    ];
    for (text, profile, word) in table {
        let told = advice(text, profile);
        assert!(told.contains(word), "{text}: {told}");
    }
}

#[tokio::test]
async fn a_profile_that_does_not_exist_is_named() {
    let chain = Chain::new(
        Some("no-such-profile-in-any-file".to_owned()),
        Some("us-east-1".to_owned()),
        None,
    );
    let first = chain.current().await.unwrap_err();
    assert!(
        first.text.contains("no-such-profile-in-any-file"),
        "{first:?}"
    );
    let second = chain.current().await.unwrap_err();
    assert_eq!(first.text, second.text, "the reason is not said only once");
}
