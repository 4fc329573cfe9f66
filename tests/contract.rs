//! The contract of the backends: one suite for every lever over the simulator, and over moto where that is faithful, through the
//! ports and the SDK clients that the console itself uses. Without Python the trials over moto are reported as ignored, under CI
//! they must run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a trial may stop here"
)]
#![expect(unreachable_pub, reason = "this is no library")]

use libtest_mimic::{Arguments, Trial};
use parameter::Place;

#[path = "contract/every_lever.rs"]
mod every_lever;
#[path = "contract/file.rs"]
mod file;
#[path = "contract/function.rs"]
mod function;
#[path = "contract/functions.rs"]
mod functions;
#[path = "support/gate.rs"]
mod gate;
#[path = "contract/parameter.rs"]
mod parameter;
#[path = "contract/parameter_faults.rs"]
mod parameter_faults;
#[path = "support/python.rs"]
mod python;
#[path = "contract/sign_in.rs"]
mod sign_in;
#[path = "contract/signals.rs"]
mod signals;
#[path = "contract/stage.rs"]
mod stage;
#[path = "contract/stores.rs"]
mod stores;
#[path = "contract/tail.rs"]
mod tail;
#[path = "contract/traffic.rs"]
mod traffic;
#[path = "support/wire.rs"]
mod wire;
#[path = "contract/writers.rs"]
mod writers;

/// Most trials wait for a timeout, few for a processor.
const SIDE_BY_SIDE: usize = 12;

fn main() {
    if sign_in::is_inside() {
        return;
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(Some(SIDE_BY_SIDE));
    let moto = stage::Moto::default();
    // Those that take longest begin first.
    let mut trials = writers::trials();
    trials.extend(every_lever::trials());
    trials.extend(parameter::trials(&Place::Simulator));
    trials.extend(parameter_faults::trials());
    trials.extend(function::trials());
    trials.extend(traffic::trials());
    trials.extend(file::trials());
    trials.extend(signals::trials());
    trials.extend(tail::trials());
    trials.extend(sign_in::trials());
    trials.extend(over_moto(&moto));
    let conclusion = libtest_mimic::run(&arguments, trials);
    // `exit` drops nothing.
    moto.stop();
    conclusion.exit();
}

fn over_moto(moto: &stage::Moto) -> Vec<Trial> {
    let mut trials = every_lever::trials_over(moto);
    trials.extend(parameter::trials(&Place::Moto(moto.clone())));
    trials.extend(signals::trials_over(moto));
    trials.extend(tail::trials_over(moto));
    match python::venv() {
        Ok(_) => trials,
        Err(reason) if python::must_run() => vec![Trial::test("python", move || {
            Err(format!("under CI the trials over moto must run: {reason}").into())
        })],
        Err(reason) => trials
            .into_iter()
            .map(|trial| {
                let name = format!("{} ({reason})", trial.name());
                Trial::test(name, || Ok(())).with_ignored_flag(true)
            })
            .collect(),
    }
}
