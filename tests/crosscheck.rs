//! boto3 and the AWS CLI drive the simulator and must find a small AWS; where moto is faithful, the same checks run over moto.
//! Each Python check is a trial of its own. Without Python they are reported as ignored, under CI they must run.

use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

#[path = "support/python.rs"]
mod python;
#[path = "support/worker.rs"]
mod worker;

use worker::{Check, Workers};

fn main() {
    let arguments = Arguments::from_args();
    let trials = match python::venv().and_then(|venv| worker::list(&venv).map(|l| (venv, l))) {
        Ok((venv, listed)) => {
            let workers = Arc::new(Workers::new(venv));
            spread(listed)
                .into_iter()
                .map(|check| {
                    let (workers, kind) = (Arc::clone(&workers), check.world.clone());
                    Trial::test(check.name(), move || {
                        workers.run(&check).map_err(Failed::from)
                    })
                    .with_kind(kind)
                })
                .collect()
        }
        Err(reason) if python::must_run() => {
            vec![Trial::test("python", move || {
                Err(format!("under CI the suite must run: {reason}").into())
            })]
        }
        Err(reason) => {
            let name = format!("boto3, the AWS CLI and moto ({reason})");
            vec![Trial::test(name, || Ok(())).with_ignored_flag(true)]
        }
    };
    libtest_mimic::run(&arguments, trials).exit();
}

/// The checks of each worker take turns with those of the others, so that threads do not wait for the same one.
fn spread(listed: Vec<Check>) -> Vec<Check> {
    let mut groups: Vec<Vec<Check>> = Vec::new();
    for check in listed.into_iter().rev() {
        match groups
            .iter_mut()
            .find(|g| g.iter().any(|other| other.worker() == check.worker()))
        {
            Some(group) => group.push(check),
            None => groups.push(vec![check]),
        }
    }
    groups.reverse();
    let mut turns = Vec::new();
    while groups.iter().any(|group| !group.is_empty()) {
        turns.extend(groups.iter_mut().filter_map(Vec::pop));
    }
    turns
}
