//! Pieces of the logs into a file that nobody else may read. It decides neither what is exported nor when.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;
use tokio::time::timeout;

use crate::ports::{ErrorKind, PortError};

/// How long the disk may take for one piece.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes one piece, what looks like a secret hidden, to the file of this name in `exports` below the state directory. Answers the file's path.
pub(super) async fn write(
    directory: PathBuf,
    name: String,
    (text, conceal): (String, fn(&str) -> String),
    first: bool,
) -> Result<String, PortError> {
    let path = directory.join("exports").join(&name);
    let told = path.display().to_string();
    let write = tokio::task::spawn_blocking(move || append(&path, &conceal(&text), first));
    let done = match timeout(PATIENCE, write).await {
        Ok(Ok(done)) => done,
        Ok(Err(fault)) => Err(io::Error::other(fault)),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the disk does not answer",
        )),
    };
    done.map(|()| told.clone()).map_err(|fault| PortError {
        kind: ErrorKind::Local,
        what: told,
        text: fault.to_string(),
        hint: "the lines stay in the console; free space, or set COALMINE_STATE_DIR".into(),
    })
}

fn append(path: &Path, text: &str, first: bool) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)?;
    }
    let nofollow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
    let mut open = fs::OpenOptions::new();
    open.append(true).mode(0o600).custom_flags(nofollow);
    if first {
        open.create_new(true);
    }
    open.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn plain(text: &str) -> String {
        text.to_owned()
    }

    #[tokio::test]
    async fn what_looks_like_a_secret_is_hidden_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let text = "12:00 g password=hunter22 AKIAIOSFODNN7EXAMPLE\n".to_owned();
        let hide = |text: &str| text.replace("hunter22", "[hidden]");
        let path = write(dir.path().to_owned(), "a.log".into(), (text, hide), true).await;
        let written = fs::read_to_string(path.unwrap()).unwrap();
        assert!(written.contains("[hidden]") && !written.contains("hunter22"));
    }

    #[tokio::test]
    async fn pieces_follow_each_other_in_a_file_of_ones_own() {
        let dir = tempfile::tempdir().unwrap();
        let put = async |text: &str, first| {
            write(
                dir.path().to_owned(),
                "a.log".into(),
                (text.into(), plain),
                first,
            )
            .await
        };
        let path = put("one\n", true).await.unwrap();
        put("two\n", false).await.unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(Path::new(&path)), 0o600);
        assert_eq!(mode(Path::new(&path).parent().unwrap()), 0o700);
        let twice = put("three\n", true).await.unwrap_err();
        assert!(twice.to_string().contains("a.log"), "{twice}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[tokio::test]
    async fn a_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("exports")).unwrap();
        let secret = dir.path().join("secret");
        fs::write(&secret, "x").unwrap();
        std::os::unix::fs::symlink(&secret, dir.path().join("exports/a.log")).unwrap();
        for first in [true, false] {
            let wrote = write(
                dir.path().to_owned(),
                "a.log".into(),
                ("y".into(), plain),
                first,
            )
            .await;
            assert!(wrote.is_err());
        }
        assert_eq!(fs::read_to_string(&secret).unwrap(), "x");
    }
}
