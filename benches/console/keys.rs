//! From a key to the first byte that answers it, with nothing else to do and while log lines pour in.

use std::path::Path;
use std::time::Duration;

use color_eyre::eyre::Result;

use crate::figures::{Figures, Report};
use crate::program::{Program, Subject};
use crate::world::World;

/// A key that has changed nothing by then is not counted.
const DEAF: Duration = Duration::from_millis(500);
/// Keys that are typed into one program before it is another's turn.
const TURN: usize = 10;
/// How fast the world of the flood runs: about 30 log lines a second each.
const FLOOD: f64 = 20.0;

/// Types `count` keys into every subject, by turns.
pub(crate) fn measure(
    report: &mut Report,
    peers: &[Subject],
    home: &Path,
    count: usize,
) -> Result<()> {
    let world = World::start(home, "healthy", 1.0)?;
    let flood = World::start(home, "healthy", FLOOD)?;
    let mut subjects = vec![world.console("coalmine"), flood.console("coalmine")];
    subjects.extend(peers.iter().cloned());
    let mut programs = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        let own = home.join(format!("keys-{index}"));
        std::fs::create_dir_all(&own)?;
        let program = Program::start(subject, &own)?;
        program.ready()?;
        programs.push((program, Figures::default(), 0));
    }
    std::thread::sleep(Duration::from_secs(3));
    for _ in 0..count.div_ceil(TURN) {
        for (subject, (program, figures, typed)) in subjects.iter().zip(&mut programs) {
            for _ in 0..TURN {
                program.settle(Duration::from_millis(8));
                let key = &subject.keys[*typed % subject.keys.len()];
                *typed += 1;
                let at = program.type_keys(key)?;
                if let Some(came) = program.piece_after(at, DEAF) {
                    figures.push(came.duration_since(at).as_secs_f64() * 1e3);
                }
                // Not in step with anything that has a period.
                std::thread::sleep(Duration::from_millis(23 + (*typed as u64 * 7) % 31));
            }
        }
    }
    for (index, (subject, (_, figures, _))) in subjects.iter().zip(programs).enumerate() {
        let under = if index == 1 {
            format!(", {FLOOD}x speed")
        } else {
            String::new()
        };
        report.put(
            &format!("key to first byte{under}, p99, ms"),
            &subject.name,
            figures.p99(),
        );
        report.put(
            &format!("key to first byte{under}, ms"),
            &subject.name,
            figures,
        );
    }
    Ok(())
}
