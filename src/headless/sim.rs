//! `coalmine sim`: the simulator alone, until a signal ends it.

use std::io::Write;

use color_eyre::eyre::Result;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Sim as Arguments;
use crate::sim::{Sim, SimOptions};

/// Serves until SIGTERM, SIGINT or SIGHUP.
pub fn serve(arguments: &Arguments) -> Result<u8> {
    let world = &arguments.world;
    let sim = Sim::start(SimOptions {
        port: arguments.port,
        scenario: world.scenario,
        speed: world.speed,
        seed: world.seed,
        start: world.start,
        faults: world.fault.clone(),
        rollouts: world.rollouts.into(),
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let number = runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hangup = signal(SignalKind::hangup())?;
        // The line is a promise that requests are answered from now on, so the signals are listened to before it.
        let mut out = std::io::stdout().lock();
        writeln!(out, "listening on {}", sim.url())?;
        out.flush()?;
        drop(out);
        Ok::<u8, std::io::Error>(tokio::select! {
            _ = terminate.recv() => 0,
            _ = interrupt.recv() => 130,
            _ = hangup.recv() => 129,
        })
    })?;
    sim.stop();
    Ok(number)
}
