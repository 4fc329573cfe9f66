//! From the `D` key to the PutParameter at the service: with nothing else going on, behind slow reads, and in a flood of lines.
//! The way holds the journal's fsync, the check of the account and one look at the parameter: that is the promise, not overhead.

use std::path::Path;
use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, bail};

use crate::figures::{Figures, Report};
use crate::program::Program;
use crate::world::{World, wall_us};

/// How long an order may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

struct Case {
    measure: &'static str,
    speed: f64,
    faults: &'static str,
}

const CASES: [Case; 4] = [
    Case {
        measure: "`D` to PutParameter, ms",
        speed: 1.0,
        faults: "",
    },
    Case {
        measure: "`D` to PutParameter, polls answered after 3 s, ms",
        speed: 1.0,
        faults: "cloudwatch:*=delay:3000\nlogs:*=delay:3000\nlambda:Get*=delay:3000",
    },
    Case {
        measure: "`D` to PutParameter, every read answered after 200 ms, ms",
        speed: 1.0,
        faults: "cloudwatch:*=delay:200\nlogs:*=delay:200\nlambda:Get*=delay:200\nssm:Get*=delay:200\nsts:*=delay:200",
    },
    Case {
        measure: "`D` to PutParameter, 20x speed, ms",
        speed: 20.0,
        faults: "",
    },
];

/// Orders `runs` times in every case; the cases take turns.
pub(crate) fn measure(report: &mut Report, home: &Path, runs: usize) -> Result<()> {
    let mut desks = Vec::new();
    for (index, case) in CASES.iter().enumerate() {
        let world = World::start(home, "healthy", case.speed)?;
        let own = home.join(format!("order-{index}"));
        std::fs::create_dir_all(&own)?;
        let program = Program::start(&world.console("coalmine"), &own)?;
        program.ready()?;
        world.faults(case.faults)?;
        desks.push((world, program, Figures::default()));
    }
    for _ in 0..runs {
        for (world, program, figures) in &mut desks {
            figures.push(order(world, program)?);
        }
    }
    for (case, (_, _, figures)) in CASES.iter().zip(desks) {
        report.put(case.measure, "coalmine", figures);
    }
    Ok(())
}

/// One order, on a feature that a colleague has just turned on. Answers how long it took to arrive, in milliseconds.
fn order(world: &World, program: &mut Program) -> Result<f64> {
    let version = world.enable()?;
    let shown = format!("v{version} ");
    program.see(|screen| screen.contains(&shown))?;
    program.settle(Duration::from_millis(30));
    let since = wall_us();
    let begun = Instant::now();
    program.type_keys("D")?;
    loop {
        if let Some(arrived) = world.put_after(since)? {
            // The order must be over before the next one is thought of.
            program.see(|screen| screen.contains(&format!("v{} ", version + 1)))?;
            return Ok((arrived - since) as f64 / 1e3);
        }
        if begun.elapsed() > PATIENCE {
            bail!("no PutParameter came:\n{}", program.screen());
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
