//! What a program leaves behind in the terminal when it ends, and whether a slow link keeps it from ending.

use std::path::Path;
use std::time::Duration;

use color_eyre::eyre::Result;

use crate::figures::{Figures, Report};
use crate::program::{Program, Subject};
use crate::world::World;

/// What the slow link lets through, in bytes a second.
const SLOW: usize = 2_000;
/// How long a program lives on it before it shall end.
const SPELL: Duration = Duration::from_secs(8);

/// How a program comes to its end.
#[derive(Clone, Copy)]
enum End {
    Key,
    Signal(&'static str),
}

/// Ends every subject in every way, and looks at its terminal.
pub(crate) fn measure(report: &mut Report, peers: &[Subject], home: &Path) -> Result<()> {
    let world = World::start(home, "healthy", 20.0)?;
    let mut subjects = vec![world.console("coalmine")];
    subjects.extend(peers.iter().cloned());
    for subject in subjects {
        for (how, end) in [
            ("`q`", End::Key),
            ("SIGTERM", End::Signal("TERM")),
            ("SIGHUP", End::Signal("HUP")),
        ] {
            let mut program = Program::start(&subject, home)?;
            program.ready()?;
            match end {
                End::Key => drop(program.type_keys("q")?),
                End::Signal(name) => program.signal(name)?,
            }
            program.ended(Duration::from_secs(5));
            report.put(
                &format!("modes left on after {how}"),
                &subject.name,
                Figures::one(program.modes_left() as f64),
            );
        }
        let mut program = Program::start(&subject, home)?;
        program.ready()?;
        program.slow_down(SLOW);
        std::thread::sleep(SPELL);
        let at = program.type_keys("q")?;
        program.ended(Duration::from_secs(20));
        report.put(
            "`q` to the end on a link of 2,000 bytes a second, ms",
            &subject.name,
            Figures::one(at.elapsed().as_secs_f64() * 1e3),
        );
    }
    Ok(())
}
