//! From the start to the first byte, the first picture and the first data; and from `q` to the end.

use std::path::Path;
use std::time::{Duration, Instant};

use color_eyre::eyre::Result;

use crate::figures::{Figures, Report};
use crate::program::{Program, Subject};
use crate::world::World;

#[derive(Default)]
struct Starts {
    first_byte: Figures,
    painted: Figures,
    frame: Figures,
    ready: Figures,
    bytes: Figures,
    quit: Figures,
}

/// Starts every subject in turn, again and again.
pub(crate) fn measure(
    report: &mut Report,
    peers: &[Subject],
    home: &Path,
    runs: usize,
) -> Result<()> {
    let world = World::start(home, "healthy", 1.0)?;
    let mut subjects = vec![
        world.console("coalmine"),
        Subject::coalmine("demo", &["demo"]),
    ];
    subjects.extend(peers.iter().cloned());
    let mut starts: Vec<_> = subjects.iter().map(|_| Starts::default()).collect();
    // The first round warms the caches of files.
    for round in 0..=runs {
        for (subject, starts) in subjects.iter().zip(&mut starts) {
            let one = start(subject, home)?;
            if round > 0 {
                starts.add(&one);
            }
        }
    }
    for (subject, starts) in subjects.iter().zip(starts) {
        let name = &subject.name;
        report.put("first byte, ms", name, starts.first_byte);
        report.put("first picture (100 glyphs), ms", name, starts.painted);
        report.put("bytes of the first picture", name, starts.frame);
        report.put("first data on screen, ms", name, starts.ready);
        report.put("bytes up to the first data", name, starts.bytes);
        report.put("`q` to the end, ms", name, starts.quit);
    }
    Ok(())
}

struct One {
    first_byte: Option<f64>,
    painted: Option<f64>,
    frame: f64,
    ready: f64,
    bytes: f64,
    quit: f64,
}

impl Starts {
    fn add(&mut self, one: &One) {
        one.first_byte
            .into_iter()
            .for_each(|v| self.first_byte.push(v));
        one.painted.into_iter().for_each(|v| self.painted.push(v));
        self.frame.push(one.frame);
        self.ready.push(one.ready);
        self.bytes.push(one.bytes);
        self.quit.push(one.quit);
    }
}

fn start(subject: &Subject, home: &Path) -> Result<One> {
    let program = Program::start(subject, home)?;
    let began = program.began;
    let ms = |at: Instant| at.duration_since(began).as_secs_f64() * 1e3;
    let ready = program.ready()?;
    program.settle(Duration::from_millis(60));
    let (first_byte, painted) = program.firsts();
    Ok(One {
        first_byte: first_byte.map(ms),
        painted: painted.map(ms),
        frame: painted.map_or(0, |at| program.bytes_through(at)) as f64,
        ready: ms(ready),
        bytes: program.bytes_through(ready) as f64,
        quit: program.quit()?,
    })
}
