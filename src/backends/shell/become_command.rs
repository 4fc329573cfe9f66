//! The first moment of a command's process: a session of its own, so that no terminal is in reach, and a bond to the console; then
//! it becomes the command.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{getppid, setsid};

/// The first argument by which this program is asked to become a command.
pub const ENTRY: &str = "__become-command";
/// The exit code of a program that could not be started, as shells have it.
const NOT_STARTED: u8 = 126;

/// Becomes the command of these arguments (the parent's process id, the program, its arguments). Answers only when that failed:
/// why, and the exit code.
pub fn become_command(mut arguments: impl Iterator<Item = OsString>) -> (String, u8) {
    let parent = arguments
        .next()
        .and_then(|id| id.to_str()?.parse::<i32>().ok());
    let Some(program) = arguments.next() else {
        return ("there is nothing to run".to_owned(), NOT_STARTED);
    };
    // It fails only for the leader of a group, which a process that was just started is not.
    if let Err(error) = setsid() {
        return (format!("no session of its own: {error}"), NOT_STARTED);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // Without it the command would go on unseen when the console is killed; that is no reason not to start it.
        let _bond = set_parent_process_death_signal(Some(Signal::TERM));
    }
    // The console may have gone before the bond was made.
    if getppid().map(|id| id.as_raw_nonzero().get()) != parent {
        return ("the console is gone".to_owned(), NOT_STARTED);
    }
    let error = Command::new(&program).args(arguments).exec();
    (format!("{}: {error}", program.display()), NOT_STARTED)
}
