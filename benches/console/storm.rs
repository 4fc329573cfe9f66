//! Twenty sizes in a second: who survives, and how soon the last size is drawn.

use std::path::Path;
use std::time::{Duration, Instant};

use color_eyre::eyre::Result;

use crate::figures::{Figures, Report};
use crate::program::{Program, SIZE, Subject};
use crate::world::World;

const SIZES: u16 = 20;
const STORMS: usize = 3;

/// Resizes every subject.
pub(crate) fn measure(report: &mut Report, peers: &[Subject], home: &Path) -> Result<()> {
    let world = World::start(home, "healthy", 1.0)?;
    let mut subjects = vec![world.console("coalmine")];
    subjects.extend(peers.iter().cloned());
    for subject in subjects {
        let program = Program::start(&subject, home)?;
        program.ready()?;
        let mut figures = Figures::default();
        for _ in 0..STORMS {
            for step in 0..SIZES {
                program.resize((40 + step * 7, 12 + step * 2))?;
                std::thread::sleep(Duration::from_millis(50));
            }
            let at = Instant::now();
            program.resize(SIZE)?;
            if let Some(came) = program.piece_after(at, Duration::from_secs(2)) {
                figures.push(came.duration_since(at).as_secs_f64() * 1e3);
            }
            program.ready()?;
            std::thread::sleep(Duration::from_millis(300));
        }
        report.put(
            "20 sizes in 1 s: last size to first byte, ms",
            &subject.name,
            figures,
        );
        program.quit()?;
    }
    Ok(())
}
