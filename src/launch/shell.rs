//! The machine that commands of a runbook run on, and the process that becomes such a command. It runs none itself.

use std::path::PathBuf;
use std::sync::Arc;

use crate::backends::aws::ConnectOptions;
use crate::backends::shell::{ENTRY, SystemShell, become_command};
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

/// This program, even when its file was replaced since.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return PathBuf::from("/proc/self/exe");
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("coalmine"))
}
