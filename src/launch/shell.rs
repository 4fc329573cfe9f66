//! The machine that commands of a runbook run on, and the process that becomes such a command. It runs none itself.

use std::path::PathBuf;
use std::sync::Arc;

use crate::backends::aws::ConnectOptions;
use crate::backends::shell::{ENTRY, SystemShell, become_command};
use crate::cli::Global;
use crate::config;
use crate::domain::Environment;
use crate::headless::complain;
use crate::ports::Shell;

/// Becomes a command, when this process was started for that; it goes on here only when that failed, with the exit code.
pub fn became_command() -> Option<u8> {
    let mut arguments = std::env::args_os().skip(1);
    arguments.next().filter(|first| first == ENTRY)?;
    let (why, code) = become_command(arguments);
    complain(&why);
    Some(code)
}

/// The shell of this machine, whose commands sign in to AWS as the console itself does.
pub(super) fn of(options: &ConnectOptions) -> Arc<dyn Shell> {
    let fixed = options.credentials.as_ref();
    let signs_in = options.profile.is_none() && fixed.is_none();
    let mut shell = SystemShell::new(this_program(), std::env::vars_os(), signs_in);
    if let Some((id, secret)) = fixed {
        shell = shell
            .with("AWS_ACCESS_KEY_ID", id)
            .with("AWS_SECRET_ACCESS_KEY", secret);
    }
    Arc::new(shell)
}

/// The environments of the configuration's other rollouts: a command that names one of them is meant for there.
pub(super) fn other_environments(global: &Global, own: &Environment) -> Vec<String> {
    let all = config::Overrides {
        rollout: None,
        env: None,
        parameter: None,
        ..super::overrides(global)
    };
    // What is wrong with the configuration was said when the rollout was chosen.
    let found = config::resolve(&all).map(|(found, _)| found.rollouts);
    let mut names: Vec<String> = found
        .into_iter()
        .flatten()
        .map(|spec| spec.environment)
        .filter(|environment| environment != own)
        .map(|environment| environment.0)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// This program, even when its file was replaced since.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return PathBuf::from("/proc/self/exe");
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("coalmine"))
}
