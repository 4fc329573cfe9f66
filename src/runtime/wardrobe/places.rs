//! Where the user's own themes are, what is in those files, and whether they changed. It knows no theme.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::ui::ThemeFault;

/// The largest theme file that is read, in bytes.
const LARGEST: u64 = 256 * 1024;
/// Files of one directory that are themes at most.
const MOST: usize = 200;

/// Directories of themes, and a file that was named by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    dirs: Vec<PathBuf>,
    file: Option<(String, PathBuf)>,
}

/// What is compared to find out whether a file changed; `None` where there is none.
type Stamp = Option<(Option<SystemTime>, u64, u64)>;

/// How every file of some themes was when it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seal(BTreeMap<PathBuf, Stamp>);

impl Seal {
    /// A file is about to be read.
    pub(super) fn add(&mut self, file: &Path) {
        self.0.entry(file.to_owned()).or_insert_with(|| stamp(file));
    }

    /// Whether nothing has changed since.
    pub(super) fn is_whole(&self, places: &Places) -> bool {
        let mut now = places.seal();
        for file in self.0.keys() {
            now.add(file);
        }
        now == *self
    }
}

impl Places {
    /// These directories, those that count most first.
    pub fn new(dirs: Vec<PathBuf>) -> Self {
        let mut places = Self::default();
        for dir in dirs {
            if !places.dirs.contains(&dir) {
                places.dirs.push(dir);
            }
        }
        places
    }

    /// A file besides, which is called so.
    #[must_use]
    pub fn with_file(self, name: &str, file: PathBuf) -> Self {
        Self {
            file: Some((name.to_owned(), file)),
            ..self
        }
    }

    /// Whether there is no place that a theme could come to.
    pub(super) fn is_empty(&self) -> bool {
        self.dirs.is_empty() && self.file.is_none()
    }

    /// Every theme of the user's own: its name and its file.
    pub(super) fn files(&self) -> BTreeMap<String, PathBuf> {
        let mut files = BTreeMap::new();
        files.extend(self.file.clone());
        for dir in &self.dirs {
            for (name, file) in listed(dir) {
                files.entry(name).or_insert(file);
            }
        }
        files
    }

    /// The file of this name beside the one that was named by itself.
    pub(super) fn beside(&self, name: &str) -> Option<PathBuf> {
        let (_, file) = self.file.as_ref()?;
        let beside = file.with_file_name(format!("{name}.toml"));
        (!name.contains('/') && beside.is_file()).then_some(beside)
    }

    /// How the files are now.
    pub(super) fn seal(&self) -> Seal {
        let mut seal = Seal::default();
        for file in self.files().values() {
            seal.add(file);
        }
        seal
    }
}

/// The themes of a directory. One that is not there has none.
fn listed(dir: &Path) -> Vec<(String, PathBuf)> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut files: Vec<(String, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?.strip_suffix(".toml")?;
            let is_name = !name.is_empty() && !name.starts_with('.') && name != "auto";
            is_name.then(|| (name.to_owned(), path.clone()))
        })
        .collect();
    files.sort();
    files.truncate(MOST);
    files
}

fn stamp(file: &Path) -> Stamp {
    use std::os::unix::fs::MetadataExt as _;
    let meta: Metadata = std::fs::metadata(file).ok()?;
    Some((meta.modified().ok(), meta.len(), meta.ino()))
}

/// The text of a theme's file as far as it can be read, and what is wrong with it as a file.
pub(super) fn read(file: &Path) -> (String, Option<ThemeFault>) {
    let fault = |line: usize, text: String| {
        Some(ThemeFault {
            file: file.display().to_string(),
            line,
            text,
        })
    };
    match bytes(file) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => (text.trim_start_matches('\u{feff}').to_owned(), None),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let good = error.as_bytes().get(..valid).unwrap_or_default();
                let text = String::from_utf8_lossy(good).into_owned();
                let line = 1 + text.matches('\n').count();
                let fault = fault(line, "this is not UTF-8".to_owned());
                (text, fault)
            }
        },
        Err(error) => (String::new(), fault(1, format!("cannot be read: {error}"))),
    }
}

fn bytes(file: &Path) -> std::io::Result<Vec<u8>> {
    // Not opened before it is known to be a file: opening a pipe would wait for somebody to write.
    if !std::fs::metadata(file)?.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(file)?
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other("larger than 256 KiB: no theme"));
    }
    Ok(bytes)
}
