//! Theme files: what one says, what is wrong with it and in which line, and what it takes from the theme that it inherits. It opens
//! no file, and gives nothing a style.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use ratatui::style::Modifier;
use toml::de::{DeTable, DeValue};

use super::colour::Ink;
use super::role::{ROLES, Role};
use crate::domain::nearest::nearest;

/// Themes that may inherit from each other in a row.
const DEEPEST: usize = 8;
/// Faults that are told of one theme.
const MOST: usize = 50;

/// One fault of a theme file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeFault {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and the nearest name where one is wrong.
    pub text: String,
}

impl fmt::Display for ThemeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}

/// A theme's file: what it is called in messages, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeText {
    /// The file as it is named in messages.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// What a role looks like, by one file.
#[derive(Clone, Debug, Default)]
struct Look {
    fg: Option<Word>,
    bg: Option<Word>,
    modifier: Modifier,
}

/// A colour's name and where it stands.
type Word = (String, usize);

/// One file, read.
#[derive(Default)]
struct Page {
    file: String,
    inherits: Option<Word>,
    /// `None` for a colour that was told to be wrong already.
    palette: BTreeMap<String, Option<Ink>>,
    looks: Vec<(Role, Look)>,
}

/// What a role looks like: its colours, where it has some, and its attributes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Inks {
    /// The text's colour.
    pub(super) fg: Option<Ink>,
    /// The background.
    pub(super) bg: Option<Ink>,
    /// The attributes.
    pub(super) modifier: Modifier,
}

/// Every role that a theme and those which it inherits say something valid about, and what is wrong with them. `find` answers the
/// text of a theme by its name; `names` are those that there are.
pub(super) fn read(
    first: ThemeText,
    find: &dyn Fn(&str) -> Option<ThemeText>,
    names: &[String],
) -> (BTreeMap<usize, Inks>, Vec<ThemeFault>) {
    let mut faults = Vec::new();
    let mut pages = vec![page(&first, &mut faults)];
    let mut files = vec![first.file];
    while let Some((name, line)) = pages.last().and_then(|page| page.inherits.clone()) {
        let mut complain = |text: String| {
            faults.push(ThemeFault {
                file: files.last().cloned().unwrap_or_default(),
                line,
                text,
            });
        };
        let Some(text) = find(&name) else {
            complain(unknown_theme(&name, names.iter().map(String::as_str)));
            break;
        };
        if files.contains(&text.file) || files.len() >= DEEPEST {
            complain(format!("`{name}` inherits from itself in the end"));
            break;
        }
        pages.push(page(&text, &mut faults));
        files.push(text.file);
    }
    let looks = resolve(&pages, &mut faults);
    faults.truncate(MOST);
    (looks, faults)
}

/// The looks of all pages, the first that is valid for each role.
fn resolve(pages: &[Page], faults: &mut Vec<ThemeFault>) -> BTreeMap<usize, Inks> {
    let mut found = BTreeMap::new();
    for page in pages {
        for (role, look) in &page.looks {
            let mut is_whole = true;
            let mut ink = |word: &Option<Word>| {
                let (name, line) = word.as_ref()?;
                let defined = pages.iter().find_map(|page| page.palette.get(name));
                let ink = defined.copied().unwrap_or_else(|| Ink::parse(name));
                if ink.is_none() {
                    is_whole = false;
                    if defined.is_none() {
                        let mut all: Vec<&str> = Ink::names().collect();
                        all.extend(
                            pages
                                .iter()
                                .flat_map(|page| page.palette.keys().map(String::as_str)),
                        );
                        faults.push(ThemeFault {
                            file: page.file.clone(),
                            line: *line,
                            text: unknown("colour", name, all.into_iter()),
                        });
                    }
                }
                ink
            };
            let inks = Inks {
                fg: ink(&look.fg),
                bg: ink(&look.bg),
                modifier: look.modifier,
            };
            if is_whole {
                found.entry(*role as usize).or_insert(inks);
            }
        }
    }
    found
}

/// What is said of a theme that there is none of, with the nearest name.
pub fn unknown_theme<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    unknown("theme", name, known)
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest(name, known) {
        Some(near) => format!("{what} `{name}` is not known: did you mean `{near}`?"),
        None => format!("{what} `{name}` is not known"),
    }
}

/// A page that is being read.
struct Reader<'t> {
    source: &'t ThemeText,
    faults: &'t mut Vec<ThemeFault>,
}

/// A key, where it stands, and its value.
type Member<'d> = (&'d str, usize, (&'d DeValue<'d>, usize));

impl Reader<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self
            .source
            .text
            .get(..span.start)
            .unwrap_or(&self.source.text);
        1 + before.matches('\n').count()
    }

    fn fault(&mut self, line: usize, text: String) {
        self.faults.push(ThemeFault {
            file: self.source.file.clone(),
            line,
            text,
        });
    }

    /// The members of a table in the order of the file.
    fn members<'d>(&self, table: &'d DeTable<'d>) -> Vec<Member<'d>> {
        let mut members: Vec<_> = table
            .iter()
            .map(|(key, value)| {
                let value = (value.get_ref(), self.line(&value.span()));
                (
                    key.span().start,
                    (key.get_ref().as_ref(), self.line(&key.span()), value),
                )
            })
            .collect();
        members.sort_by_key(|(start, _)| *start);
        members.into_iter().map(|(_, member)| member).collect()
    }

    fn text(&mut self, (value, line): (&DeValue<'_>, usize)) -> Option<Word> {
        let text = value.as_str().map(|text| (text.to_owned(), line));
        if text.is_none() {
            self.fault(
                line,
                format!("expected a string, found {}", value.type_str()),
            );
        }
        text
    }

    fn table<'d>(&mut self, (value, line): (&'d DeValue<'d>, usize)) -> Vec<Member<'d>> {
        if let Some(table) = value.as_table() {
            return self.members(table);
        }
        self.fault(
            line,
            format!("expected a table, found {}", value.type_str()),
        );
        Vec::new()
    }

    fn look(&mut self, value: (&DeValue<'_>, usize)) -> Look {
        const KEYS: [&str; 7] = [
            "fg",
            "bg",
            "bold",
            "dim",
            "italic",
            "underlined",
            "reversed",
        ];
        let mut look = Look::default();
        for (key, line, value) in self.table(value) {
            let attribute = match key {
                "fg" => {
                    look.fg = self.text(value);
                    continue;
                }
                "bg" => {
                    look.bg = self.text(value);
                    continue;
                }
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underlined" => Modifier::UNDERLINED,
                "reversed" => Modifier::REVERSED,
                _ => {
                    self.fault(line, unknown("key", key, KEYS.into_iter()));
                    continue;
                }
            };
            match value.0.as_bool() {
                Some(true) => look.modifier |= attribute,
                Some(false) => {}
                None => {
                    let found = value.0.type_str();
                    self.fault(value.1, format!("expected true or false, found {found}"));
                }
            }
        }
        look
    }
}

fn page(source: &ThemeText, faults: &mut Vec<ThemeFault>) -> Page {
    const KEYS: [&str; 4] = ["name", "inherits", "palette", "role"];
    let mut reader = Reader { source, faults };
    let (root, errors) = DeTable::parse_recoverable(&source.text);
    for error in &errors {
        let end = source.text.len();
        let line = reader.line(&error.span().unwrap_or(end..end));
        reader.fault(line, format!("not TOML: {}", error.message()));
    }
    let mut page = Page {
        file: source.file.clone(),
        ..Page::default()
    };
    for (key, line, value) in reader.members(root.get_ref()) {
        match key {
            "name" => drop(reader.text(value)),
            "inherits" => page.inherits = reader.text(value),
            "palette" => {
                for (name, _, value) in reader.table(value) {
                    let word = reader.text(value);
                    let ink = word.as_ref().and_then(|(text, _)| Ink::parse(text));
                    if let (Some((text, line)), None) = (&word, ink) {
                        let words = "neither #rrggbb nor one of the terminal's own";
                        reader.fault(*line, format!("colour `{name}`: `{text}` is {words}"));
                    }
                    page.palette.insert(name.to_owned(), ink);
                }
            }
            "role" => {
                for (name, line, value) in reader.table(value) {
                    if let Some((role, _)) = ROLES.iter().find(|(_, known)| *known == name) {
                        let look = reader.look(value);
                        page.looks.push((*role, look));
                    } else {
                        let known = ROLES.iter().map(|(_, known)| *known);
                        reader.fault(line, unknown("role", name, known));
                    }
                }
            }
            _ => reader.fault(line, unknown("key", key, KEYS.into_iter())),
        }
    }
    page
}
