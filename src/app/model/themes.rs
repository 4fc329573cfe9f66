//! The themes as the console knows them: their names, which was chosen, which is drawn with. It knows no colour and reads no file.

use serde::{Deserialize, Serialize};

/// The theme that counts where nothing else is said.
pub const DARK: &str = "coalmine-dark";
/// The theme for terminals with a light background.
pub const LIGHT: &str = "coalmine-light";
/// The choice that follows the terminal's background.
pub const AUTO: &str = "auto";

/// One theme that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeEntry {
    /// Its name.
    pub name: String,
    /// The user's file that it comes from; `None` when it is built in.
    pub file: Option<String>,
    /// What is wrong with it, each with file and line.
    pub faults: Vec<String>,
}

/// What led to a reading of the themes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Occasion {
    /// The console opened.
    #[default]
    Opened,
    /// Files changed, but not those of the theme that is drawn with.
    Listed,
    /// The theme that is drawn with was edited, and is read anew.
    Edited,
    /// It was edited and is faulty now: the former colours stay.
    Kept,
}

/// The themes, read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemesRead {
    /// Why they were read.
    pub occasion: Occasion,
    /// Every theme that there is, the user's own last.
    pub entries: Vec<ThemeEntry>,
    /// What is to be said: faults of the theme in force, or that a theme of this name does not exist.
    pub faults: Vec<String>,
}

/// The themes, and which of them counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeDesk {
    /// Every theme that there is.
    pub entries: Vec<ThemeEntry>,
    /// What counts: `auto`, or a theme's name.
    pub chosen: String,
    /// The name of the theme that is drawn with: another one while one is looked at in the list.
    pub worn: String,
    /// Whether the terminal's background is light, once it has told.
    pub is_light: Option<bool>,
}

impl Default for ThemeDesk {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            chosen: AUTO.to_owned(),
            worn: DARK.to_owned(),
            is_light: None,
        }
    }
}

impl ThemeDesk {
    /// What can be chosen, row by row: `auto`, then every theme.
    pub fn choices(&self) -> impl Iterator<Item = &str> {
        std::iter::once(AUTO).chain(self.entries.iter().map(|entry| entry.name.as_str()))
    }

    /// The choice of this row; what counts already, where there is no such row.
    pub fn choice(&self, row: usize) -> &str {
        self.choices().nth(row).unwrap_or(&self.chosen)
    }

    /// The row of what counts.
    pub fn row(&self) -> usize {
        self.choices()
            .position(|choice| choice == self.chosen)
            .unwrap_or(0)
    }

    /// The theme that a choice comes to.
    pub fn theme_of<'a>(&self, choice: &'a str) -> &'a str {
        match (choice, self.is_light) {
            (AUTO, Some(true)) => LIGHT,
            (AUTO, _) => DARK,
            (name, _) => name,
        }
    }

    /// The theme of this name.
    pub fn entry(&self, name: &str) -> Option<&ThemeEntry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

/// What makes a choice last: the lines for the configuration.
pub fn config_lines(choice: &str) -> String {
    let quoted: String = choice
        .chars()
        .flat_map(|c| match c {
            '"' | '\\' => vec!['\\', c],
            c => vec![c],
        })
        .collect();
    format!("[console]\ntheme = \"{quoted}\"\n")
}
