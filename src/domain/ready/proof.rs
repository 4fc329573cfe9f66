//! What proves that the caller may write a lever: a write of the last thirty days, in the store's history or in the journal.

use std::time::Duration;

use super::{ProofSource, ReadyInput, WriteProof};
use crate::domain::Timestamp;
use crate::domain::lever::LeverId;
use crate::domain::rollout::FlagSource;

/// How long a write proves that its caller may write.
pub const PROVES: Duration = Duration::from_hours(30 * 24);

/// Whether two ARNs are the same principal: of an assumed role the session's name, which changes with every sign-in, does not count.
pub fn same_principal(one: &str, other: &str) -> bool {
    principal(one) == principal(other)
}

fn principal(arn: &str) -> &str {
    let Some(role) = arn.find(":assumed-role/") else {
        return arn;
    };
    let session = arn.rfind('/').unwrap_or(arn.len());
    // `assumed-role/ROLE` alone has one slash only.
    if session > role + ":assumed-role/".len() {
        &arn[..session]
    } else {
        arn
    }
}

/// The newest write of the caller to the flag.
pub(super) fn of_flag(input: &ReadyInput<'_>) -> Option<WriteProof> {
    let file = matches!(input.spec.flag.source, FlagSource::File(_));
    let me = input.identity.value.map(|me| me.arn.as_str());
    let versions = input.history.value.into_iter().flatten();
    let by_me = versions.filter(|version| match (&version.by, me) {
        (Some(by), Some(me)) => same_principal(by, me),
        _ => false,
    });
    let shown = by_me
        .filter_map(|version| version.at)
        .map(|at| proof(at, ProofSource::History));
    let journal = of_journal(input, LeverId::Flag, |by| {
        // A file has no principal: the journal is this user's own.
        file || matches!((by, me), (Some(by), Some(me)) if same_principal(by, me))
    });
    newest(input.now, shown.chain(journal))
}

/// The newest write of the caller to the function; of the kind that reaches traffic, where an alias is pinned.
pub(super) fn of_fallback(input: &ReadyInput<'_>, pinned: bool) -> Option<WriteProof> {
    let me = input.identity.value.map(|me| me.arn.as_str());
    let by_me =
        |by: Option<&str>| matches!((by, me), (Some(by), Some(me)) if same_principal(by, me));
    let variables = newest(
        input.now,
        of_journal(input, LeverId::Fallback, by_me)
            .collect::<Vec<_>>()
            .into_iter(),
    );
    if !pinned {
        return variables;
    }
    let repointed = input
        .writes
        .iter()
        .filter(|write| write.repoints && by_me(write.by.as_deref()))
        .map(|write| proof(write.at, ProofSource::Journal));
    newest(input.now, repointed).and(variables)
}

fn of_journal<'a>(
    input: &'a ReadyInput<'_>,
    lever: LeverId,
    by_me: impl Fn(Option<&str>) -> bool + 'a,
) -> impl Iterator<Item = WriteProof> + 'a {
    input
        .writes
        .iter()
        .filter(move |write| write.lever == lever && by_me(write.by.as_deref()))
        .map(|write| proof(write.at, ProofSource::Journal))
}

fn proof(at: Timestamp, from: ProofSource) -> WriteProof {
    WriteProof { at, from }
}

fn newest(now: Timestamp, all: impl Iterator<Item = WriteProof>) -> Option<WriteProof> {
    all.filter(|proof| now.since(proof.at) < PROVES)
        .max_by_key(|proof| proof.at)
}
