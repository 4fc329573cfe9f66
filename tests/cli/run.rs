//! Runs the real binary in a directory and a home of its own, with a clean environment and nothing on stdin.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The command, not yet started.
pub(crate) fn command(args: &[&str], home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coalmine"));
    command
        .args(args)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(home)
        .stdin(Stdio::null());
    command
}

/// Runs to the end.
pub(crate) fn run(args: &[&str], home: &Path) -> Ran {
    ran(command(args, home).output().unwrap())
}

/// Runs to the end with variables.
pub(crate) fn run_with(args: &[&str], env: &[(&str, &str)], home: &Path) -> Ran {
    ran(command(args, home)
        .envs(env.iter().copied())
        .output()
        .unwrap())
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
