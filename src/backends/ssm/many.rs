//! Several parameters in one call. Where a call for many is refused, each is asked for by itself: what is wrong with one parameter
//! is no fault of the others.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;

use super::SsmParameter;
use super::store::Found;
use crate::backends::error::port_error;
use crate::domain::lever::LeverState;
use crate::ports::{ErrorKind, Lever as _, PortError, PortResult};

/// Names that GetParameters takes.
const NAMES_MAX: usize = 10;

/// Reads these parameters, in as few calls as there may be. One connection must lead to all of them. Once reading many was `denied`
/// it is not tried again.
pub(in crate::backends) async fn read_many(
    asked: &[&SsmParameter],
    denied: &AtomicBool,
) -> Vec<PortResult<LeverState>> {
    let chunks = asked
        .chunks(NAMES_MAX)
        .map(|chunk| async move { read_chunk(chunk, denied).await });
    join_all(chunks).await.concat()
}

async fn read_chunk(asked: &[&SsmParameter], denied: &AtomicBool) -> Vec<PortResult<LeverState>> {
    // A version or a label is answered under another name, and one name is not asked for by a call of its own.
    let plain: Vec<String> = asked.iter().map(|one| one.name.plain()).collect();
    let mut names: Vec<&String> = plain.iter().collect();
    names.sort();
    names.dedup();
    let selects = asked.iter().any(|one| one.name.selector().is_some());
    let shared = match asked.first() {
        Some(first) if names.len() > 1 && !selects && !denied.load(Ordering::Relaxed) => {
            get_many(first, &names, denied).await
        }
        _ => Ok(None),
    };
    match shared {
        Ok(Some(found)) => {
            let states = asked.iter().zip(&plain).map(|(one, name)| {
                let found = found.iter().find(|found| found.name == *name).cloned();
                async move {
                    match found {
                        Some(found) => Ok(one.state(found).await),
                        // It says best itself why it is not there.
                        None => one.read().await,
                    }
                }
            });
            join_all(states).await
        }
        Ok(None) => join_all(asked.iter().map(|one| one.read())).await,
        Err(error) => asked.iter().map(|_| Err(error.clone())).collect(),
    }
}

/// What GetParameters found; `None` where it is refused as a whole for the sake of one name.
async fn get_many(
    first: &SsmParameter,
    names: &[&String],
    denied: &AtomicBool,
) -> PortResult<Option<Vec<Found>>> {
    let what = format!("ssm:GetParameters {} names", names.len());
    let answer = first
        .reads
        .get_parameters()
        .set_names(Some(names.iter().map(|name| (*name).clone()).collect()))
        .with_decryption(true)
        .send()
        .await;
    match answer.map_err(|error| port_error(what, error)) {
        Ok(answer) => {
            let found = answer.parameters.unwrap_or_default().into_iter();
            Ok(Some(found.filter_map(Found::of).collect()))
        }
        Err(PortError {
            kind: kind @ (ErrorKind::Denied | ErrorKind::Invalid | ErrorKind::NotFound),
            ..
        }) => {
            denied.fetch_or(kind == ErrorKind::Denied, Ordering::Relaxed);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
