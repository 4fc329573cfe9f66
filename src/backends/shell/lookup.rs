//! Finds a program as a shell would, so that what is missing is named before anything is started. It starts nothing.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

/// The file of a program.
///
/// # Errors
/// Which program is not there, or may not be run.
pub(super) fn look_up(
    program: &str,
    path: Option<&OsStr>,
    cwd: Option<&Path>,
) -> Result<PathBuf, String> {
    let in_cwd = |file: PathBuf| cwd.map_or_else(|| file.clone(), |cwd| cwd.join(&file));
    if program.contains('/') {
        let file = in_cwd(PathBuf::from(program));
        return match runnable(&file) {
            Some(true) => Ok(file),
            Some(false) => Err(format!("{program} may not be run: it is not executable")),
            None => Err(format!("{program} is not there")),
        };
    }
    let mut refused = None;
    let dirs = path
        .unwrap_or_default()
        .as_bytes()
        .split(|byte| *byte == b':');
    for dir in dirs.filter(|dir| !dir.is_empty()) {
        let file = in_cwd(Path::new(OsStr::from_bytes(dir)).join(program));
        match runnable(&file) {
            Some(true) => return Ok(file),
            Some(false) => refused = refused.or(Some(file)),
            None => {}
        }
    }
    Err(match refused {
        Some(file) => format!("{} may not be run: it is not executable", file.display()),
        None => format!("{program} was not found in PATH"),
    })
}

/// Whether a file may be run; `None` when it is no file.
fn runnable(file: &Path) -> Option<bool> {
    file.metadata()
        .ok()
        .filter(std::fs::Metadata::is_file)
        .map(|_| access(file, Access::EXEC_OK).is_ok())
}
