//! The themes at hand: those that are built in and the user's own files, the one that is drawn with, and the watch over edits.
//! It decides nothing: which theme is worn is `update`'s.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::app::model::{Occasion, ThemeEntry, ThemesRead};
use crate::ui::{
    Depth, Gallery, Glyphs, Theme, ThemeFault, ThemeText, shipped_names, shipped_source,
    unknown_theme,
};

mod places;
#[cfg(test)]
mod tests;

pub use places::Places;
use places::Seal;

/// A theme with where it comes from and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its name.
    pub name: String,
    /// The user's file; `None` when it is built in.
    pub file: Option<PathBuf>,
    /// What it looks like.
    pub theme: Theme,
    /// What is wrong with it.
    pub faults: Vec<ThemeFault>,
}

/// Every theme that there is, as its files were at one time.
#[derive(Clone, Debug)]
pub struct Collection {
    seal: Seal,
    /// The themes: those that are built in, then the user's own by name. A file called like a built-in one takes its place.
    pub pieces: Vec<Piece>,
}

impl Collection {
    /// Reads everything.
    pub fn read(places: &Places, depth: Depth) -> Self {
        // Before the files: what is written in between is found to be new the next time.
        let seal = RefCell::new(places.seal());
        let files = places.files();
        let names: Vec<String> = shipped_names()
            .map(str::to_owned)
            .chain(files.keys().cloned())
            .collect();
        let mut pieces: Vec<Piece> = Vec::new();
        for name in &names {
            if pieces.iter().all(|piece| piece.name != *name) {
                pieces.extend(read_one(name, (places, &files), (depth, &names), &seal));
            }
        }
        Self {
            seal: seal.into_inner(),
            pieces,
        }
    }

    /// The theme of this name.
    pub fn piece(&self, name: &str) -> Option<&Piece> {
        self.pieces.iter().find(|piece| piece.name == name)
    }

    /// What is to be said where nothing is called so, with the nearest name.
    pub fn unknown(&self, name: &str) -> String {
        let names = self.pieces.iter().map(|piece| piece.name.as_str());
        unknown_theme(name, names)
    }

    fn entries(&self) -> Vec<ThemeEntry> {
        let entry = |piece: &Piece| ThemeEntry {
            name: piece.name.clone(),
            file: piece.file.as_ref().map(|file| file.display().to_string()),
            faults: piece.faults.iter().map(ToString::to_string).collect(),
        };
        self.pieces.iter().map(entry).collect()
    }

    fn gallery(&self) -> Arc<Gallery> {
        let pairs = self.pieces.iter();
        Arc::new(
            pairs
                .map(|piece| (piece.name.clone(), piece.theme.clone()))
                .collect(),
        )
    }
}

/// Reads the theme of this name. What it inherits is the user's own first; a file that inherits its own name means the theme that
/// is built in.
fn read_one(
    name: &str,
    (places, files): (&Places, &BTreeMap<String, PathBuf>),
    (depth, names): (Depth, &[String]),
    seal: &RefCell<Seal>,
) -> Option<Piece> {
    let used: RefCell<Vec<PathBuf>> = RefCell::default();
    let unread: RefCell<Vec<ThemeFault>> = RefCell::default();
    let source = |name: &str| -> Option<ThemeText> {
        let own = files.get(name).cloned().or_else(|| places.beside(name));
        let Some(file) = own else {
            return shipped_source(name);
        };
        if used.borrow().contains(&file)
            && let Some(shipped) = shipped_source(name)
        {
            return Some(shipped);
        }
        seal.borrow_mut().add(&file);
        let (text, fault) = places::read(&file);
        unread.borrow_mut().extend(fault);
        let name = file.display().to_string();
        used.borrow_mut().push(file);
        Some(ThemeText { file: name, text })
    };
    let file = files.get(name).cloned();
    let (theme, faults) = Theme::read(source(name)?, depth, &source, names);
    let faults = [unread.take(), faults].concat();
    Some(Piece {
        name: name.to_owned(),
        file,
        theme,
        faults,
    })
}

/// The themes at hand, and the one that is worn.
#[derive(Debug)]
pub struct Wardrobe {
    places: Places,
    depth: Depth,
    glyphs: Glyphs,
    worn: String,
    theme: Box<Theme>,
    collection: Option<Collection>,
    looks: mpsc::Sender<Collection>,
    looked: mpsc::Receiver<Collection>,
    is_looking: bool,
    /// What is to be said with the first news.
    told: Vec<String>,
}

impl Wardrobe {
    /// A wardrobe out of which this theme is worn; what there is else is read later, by [`Wardrobe::look`].
    pub fn open(places: Places, depth: Depth, glyphs: Glyphs, worn: &str) -> Self {
        let files = places.files();
        let seal = RefCell::default();
        let piece = read_one(worn, (&places, &files), (depth, &[]), &seal);
        let theme = piece.map_or_else(|| Theme::new(depth), |piece| piece.theme);
        let (looks, looked) = mpsc::channel(1);
        Self {
            places,
            depth,
            glyphs,
            worn: worn.to_owned(),
            theme: Box::new(theme.with_glyphs(glyphs)),
            collection: None,
            looks,
            looked,
            is_looking: false,
            told: Vec::new(),
        }
    }

    /// Says this on the screen, once the themes are read.
    pub fn tell(&mut self, fault: String) {
        self.told.push(fault);
    }

    /// What is drawn with.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Draws with the theme of this name from now on; where there is none, everything stays as it is.
    pub fn wear(&mut self, name: &str) {
        let piece = self
            .collection
            .as_ref()
            .and_then(|collection| collection.piece(name));
        let theme = match piece {
            Some(piece) => piece.theme.clone(),
            None if shipped_source(name).is_some() => Theme::shipped(name, self.depth),
            None => return,
        };
        name.clone_into(&mut self.worn);
        self.put_on(theme);
    }

    fn put_on(&mut self, theme: Theme) {
        let gallery = self.collection.as_ref().map(Collection::gallery);
        *self.theme = theme
            .with_glyphs(self.glyphs)
            .with_gallery(gallery.unwrap_or_default());
    }

    /// Looks whether files have changed, on a thread of its own, and reads them anew if they have.
    pub fn look(&mut self) {
        let is_idle = self.collection.is_some() && self.places.is_empty();
        if self.is_looking || is_idle {
            return;
        }
        self.is_looking = true;
        let (places, depth) = (self.places.clone(), self.depth);
        let known = self.collection.clone();
        let looks = self.looks.clone();
        drop(tokio::task::spawn_blocking(move || {
            let collection = match known {
                Some(known) if known.seal.is_whole(&places) => known,
                _ => Collection::read(&places, depth),
            };
            // Nobody listens only when the console ends.
            drop(looks.blocking_send(collection));
        }));
    }

    /// Waits until a look brings something new. Dropping the wait loses nothing.
    pub async fn news(&mut self) -> ThemesRead {
        loop {
            let Some(found) = self.looked.recv().await else {
                return std::future::pending().await;
            };
            self.is_looking = false;
            if let Some(read) = self.take(found) {
                return read;
            }
        }
    }

    /// Takes in what a look found. Answers what is new, if anything.
    fn take(&mut self, mut found: Collection) -> Option<ThemesRead> {
        let known = self.collection.take();
        if known.as_ref().is_some_and(|known| known.seal == found.seal) {
            self.collection = known;
            return None;
        }
        let before = known.as_ref().and_then(|known| known.piece(&self.worn));
        let after = found.piece(&self.worn);
        let faults = match after {
            Some(piece) => piece.faults.iter().map(ToString::to_string).collect(),
            None => vec![found.unknown(&self.worn)],
        };
        let faults = [std::mem::take(&mut self.told), faults].concat();
        let same = |a: &Piece, b: &Piece| a.theme.looks_like(&b.theme) && a.faults == b.faults;
        let occasion = match (&known, before, after) {
            (None, ..) => Occasion::Opened,
            (_, Some(before), Some(after)) if same(before, after) => Occasion::Listed,
            (_, None, None) => Occasion::Listed,
            (_, Some(_), _) if !faults.is_empty() => Occasion::Kept,
            _ => Occasion::Edited,
        };
        let entries = found.entries();
        if occasion == Occasion::Kept
            && let Some(before) = before.cloned()
        {
            // What is told of it is what is wrong now; what it looks like is what could be read last.
            match found
                .pieces
                .iter_mut()
                .find(|piece| piece.name == self.worn)
            {
                Some(piece) => piece.theme = before.theme,
                None => found.pieces.push(before),
            }
        }
        let theme = match found.piece(&self.worn) {
            Some(piece) => piece.theme.clone(),
            None => (*self.theme).clone(),
        };
        self.collection = Some(found);
        self.put_on(theme);
        Some(ThemesRead {
            occasion,
            entries,
            faults,
        })
    }
}

/// The name of a theme that is a file: what the configuration or the command line called it.
pub(crate) fn is_path(name: &str) -> bool {
    name.contains('/') || Path::new(name).extension().is_some_and(|end| end == "toml")
}
