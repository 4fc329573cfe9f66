//! What a program costs while nobody touches it. All run at the same time, so that they share the noise.

use std::path::Path;
use std::time::{Duration, Instant};

use color_eyre::eyre::Result;

use crate::figures::{Figures, Report};
use crate::process::Usage;
use crate::program::{Program, Subject};
use crate::world::World;

/// How long a program may settle before it is watched.
const SETTLE: Duration = Duration::from_secs(5);
/// The window is cut into so many pieces, of which the median counts.
const PIECES: usize = 4;

struct Watched {
    name: String,
    program: Program,
    figures: [Figures; 4],
    before: Mark,
}

/// What was used up to an instant.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    usage: Usage,
    bytes: usize,
    bursts: usize,
}

/// Watches every subject for `window` seconds.
pub(crate) fn measure(
    report: &mut Report,
    peers: &[Subject],
    home: &Path,
    window: f64,
) -> Result<()> {
    let world = World::start(home, "healthy", 1.0)?;
    // Its clock stands: there is nothing new, and no age grows.
    let still = World::start(home, "healthy", 0.0)?;
    let mut subjects = vec![
        world.console("coalmine"),
        still.console("coalmine, nothing new"),
        Subject::coalmine("demo", &["demo"]),
    ];
    subjects.extend(peers.iter().cloned());
    let mut watched = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        // Two consoles of one rollout would share a journal.
        let own = home.join(format!("idle-{index}"));
        std::fs::create_dir_all(&own)?;
        let program = Program::start(subject, &own)?;
        program.ready()?;
        watched.push(Watched {
            name: subject.name.clone(),
            program,
            figures: Default::default(),
            before: Mark::default(),
        });
    }
    std::thread::sleep(SETTLE);
    for piece in 0..=PIECES {
        let at = Instant::now();
        for one in &mut watched {
            one.look(piece > 0, window / PIECES as f64);
        }
        if piece < PIECES {
            std::thread::sleep(
                Duration::from_secs_f64(window / PIECES as f64).saturating_sub(at.elapsed()),
            );
        }
    }
    for one in watched {
        let usage = Usage::of(one.program.pid());
        let name = &one.name;
        let [cpu, wakeups, bytes, bursts] = one.figures;
        report.put("idle: processor, %", name, cpu);
        report.put("idle: wake-ups a second", name, wakeups);
        report.put("idle: bytes a second", name, bytes);
        report.put("idle: bursts a second", name, bursts);
        report.put("threads", name, Figures::one(usage.threads as f64));
        report.put(
            "resident memory (RSS), MB",
            name,
            Figures::one(usage.rss_kb as f64 / 1024.0),
        );
        report.put(
            "its share of it (PSS), MB",
            name,
            Figures::one(usage.pss_kb as f64 / 1024.0),
        );
    }
    Ok(())
}

impl Watched {
    fn look(&mut self, counts: bool, seconds: f64) {
        let (bytes, bursts) = self.program.volume();
        let usage = Usage::of(self.program.pid());
        let (now, before) = (
            Mark {
                usage,
                bytes,
                bursts,
            },
            self.before,
        );
        self.before = now;
        if !counts {
            return;
        }
        let used = now.usage.cpu_ns.saturating_sub(before.usage.cpu_ns);
        let woken = now.usage.wakeups.saturating_sub(before.usage.wakeups);
        let [cpu, wakeups, sent, flurries] = &mut self.figures;
        cpu.push(used as f64 / 1e7 / seconds);
        wakeups.push(woken as f64 / seconds);
        sent.push((now.bytes - before.bytes) as f64 / seconds);
        flurries.push((now.bursts - before.bursts) as f64 / seconds);
    }
}
