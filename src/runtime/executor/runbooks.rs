//! Reads a runbook's file: at most so much, and away from the loop. It writes nothing.

use std::io::Read;

use crate::app::runbook_pane::{ReadRunbook, Remark, RunbookWish};
use crate::domain::failure::{ErrorKind, PortError};
use crate::domain::runbook::lint::{Finding, Input, lint};
use crate::domain::runbook::script::digest;
use crate::domain::runbook::{self, Runbook, shipped};
use crate::ports::PortResult;

/// Bytes that a runbook may have.
const LARGEST: u64 = 64 << 20;

/// Reads a file, or what is built in under `builtin:NAME`, understands it and judges it.
pub(super) async fn read(wish: RunbookWish) -> PortResult<ReadRunbook> {
    let name = wish.file.clone();
    let work = tokio::task::spawn_blocking(move || {
        let bytes = bytes(&wish.file)?;
        let sha256 = digest(&bytes);
        let runbook = runbook::read(&bytes);
        let remarks = remarks(&runbook, &bytes, &wish);
        Ok(ReadRunbook {
            sha256,
            runbook,
            remarks,
        })
    });
    match work.await {
        Ok(read) => read,
        Err(broken) => Err(fault(
            &name,
            ErrorKind::Local,
            broken.to_string(),
            "this is a fault of coalmine: please report it",
        )),
    }
}

fn remarks(runbook: &Runbook, bytes: &[u8], wish: &RunbookWish) -> Vec<Remark> {
    let found = lint(&Input {
        runbook,
        text: &String::from_utf8_lossy(bytes),
        spec: Some(&wish.rollout),
        current: wish.current,
    });
    let remark = |finding: Finding| Remark {
        line: finding.line,
        severity: finding.severity,
        message: finding.message,
        instead: finding.instead,
    };
    found.into_iter().map(remark).collect()
}

fn bytes(file: &str) -> PortResult<Vec<u8>> {
    if shipped::is_builtin(file) {
        let found = shipped::find(file);
        return found
            .map(|found| found.text.as_bytes().to_vec())
            .ok_or_else(|| {
                fault(
                    file,
                    ErrorKind::NotFound,
                    "no runbook of that name is built in".to_owned(),
                    "name another file; builtin:rollback is there",
                )
            });
    }
    // Opening a FIFO would wait for its writer.
    let opened = std::fs::metadata(file).and_then(|about| {
        if about.is_dir() {
            return Err(std::io::Error::other(
                "it is a directory, not a Markdown file",
            ));
        }
        if !about.is_file() {
            return Err(std::io::Error::other("it is no regular file"));
        }
        Ok((std::fs::File::open(file)?, about.len()))
    });
    let (opened, len) = opened.map_err(|error| unreadable(file, &error))?;
    if len > LARGEST {
        return Err(too_large(file));
    }
    let mut bytes = Vec::new();
    opened
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(file, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(too_large(file));
    }
    Ok(bytes)
}

fn too_large(file: &str) -> PortError {
    let text = format!("it is larger than {} MB", LARGEST >> 20);
    fault(
        file,
        ErrorKind::Local,
        text,
        "name another file; builtin:rollback is there",
    )
}

fn unreadable(file: &str, error: &std::io::Error) -> PortError {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        std::io::ErrorKind::PermissionDenied => ErrorKind::Denied,
        _ => ErrorKind::Local,
    };
    fault(
        file,
        kind,
        error.to_string(),
        "name another file, or read this one again; without a file, builtin:rollback is there",
    )
}

fn fault(file: &str, kind: ErrorKind, text: String, hint: &str) -> PortError {
    PortError {
        kind,
        what: file.to_owned(),
        text,
        hint: hint.to_owned(),
    }
}
