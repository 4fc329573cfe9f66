//! Parses the command line, chooses console, demo or headless command, prints an error, and sets the exit code.

use std::process::ExitCode;

use clap::Parser;
use coalmine::cli::Cli;
use coalmine::{headless, launch};

fn main() -> ExitCode {
    if let Some(code) = launch::became_command() {
        return ExitCode::from(code);
    }
    let cli = Cli::parse();
    let surroundings = launch::Surroundings::read();
    if let Ok((panic, errors)) = color_eyre::config::HookBuilder::default()
        .display_env_section(false)
        .try_into_hooks()
    {
        // Installing fails only when somebody else did so before.
        let _ = errors.install();
        launch::end_on_panic(panic.into_panic_hook(), &launch::state_dir(&surroundings));
    }
    let done = match &cli.command {
        None => launch::console(&cli.global, &surroundings, None, cli.wall),
        Some(command) => launch::headless(command, &cli.global, &surroundings, cli.wall),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            headless::complain(&format!("{error:#}"));
            ExitCode::from(launch::exit_code(&error))
        }
    }
}
