//! Which colours, glyphs and theme the console begins with: the command line, the environment, the configuration, in this order.
//! It draws nothing.

use std::path::{Path, PathBuf};

use super::Surroundings;
use crate::app::model::AUTO;
use crate::cli::Global;
use crate::config;
use crate::headless::complain;
use crate::headless::doctor::Fact;
use crate::headless::themes::Listed;
use crate::runtime::wardrobe::{Collection, Piece, Places, Wardrobe, is_path};
use crate::ui::{ColorVariables, Depth, Glyphs};

/// Faults of the theme in force that are told on standard error.
const TOLD: usize = 20;
/// Terminals that would not understand the question for their background, or print it.
const DEAF: [&str; 2] = ["linux", "cons25"];

/// What the person likes, by all that was said.
pub(super) struct Taste {
    /// `auto`, or a theme's name.
    pub(super) chosen: String,
    /// The colours to draw with.
    pub(super) depth: Depth,
    /// The glyphs to draw with.
    pub(super) glyphs: Glyphs,
    /// Where themes are looked for.
    pub(super) places: Places,
}

/// What the console wears when it opens.
pub(super) struct Dress {
    /// The themes.
    pub(super) wardrobe: Wardrobe,
    /// `auto`, or a theme's name.
    pub(super) chosen: String,
    /// Whether the terminal is asked for its background.
    pub(super) asks: bool,
}

/// What the person likes. Nothing that is wrong with it stops anything: what is wrong with the configuration is said elsewhere.
pub(super) fn taste(global: &Global, surroundings: &Surroundings) -> Taste {
    let located = config::find(global.config.as_deref()).ok();
    let console = located
        .as_ref()
        .and_then(|located| config::load(&located.path).ok())
        .map(|config| config.console)
        .unwrap_or_default();
    let beside = located.as_ref().and_then(|located| located.path.parent());
    let named = global
        .theme
        .as_ref()
        .or(surroundings.theme.as_ref())
        .map(|name| (name, None))
        .or(console.theme.as_ref().map(|name| (name, beside)));
    let mut places = Places::new(directories(surroundings, beside));
    if let Some((name, base)) = named.filter(|(name, _)| is_path(name)) {
        places = places.with_file(name, path(name, base, surroundings.home.as_deref()));
    }
    Taste {
        chosen: named.map_or(AUTO, |(name, _)| name).to_owned(),
        depth: surroundings.depth(global.color.as_deref(), console.color.as_deref()),
        glyphs: surroundings.glyphs(global.charset.as_ref().or(console.charset.as_ref())),
        places,
    }
}

/// What the console wears when it opens. What is wrong with the theme is told on standard error; the console says it again.
pub(super) fn dress(global: &Global, surroundings: &Surroundings) -> Dress {
    let Taste {
        mut chosen,
        depth,
        glyphs,
        places,
    } = taste(global, surroundings);
    let mut faults = Vec::new();
    if chosen != AUTO {
        let all = Collection::read(&places, depth);
        match all.piece(&chosen) {
            Some(piece) => faults.extend(piece.faults.iter().map(ToString::to_string)),
            None => faults.push(all.unknown(&chosen)),
        }
        for fault in faults.iter().take(TOLD) {
            complain(&format!("theme: {fault}"));
        }
        if all.piece(&chosen).is_none() {
            AUTO.clone_into(&mut chosen);
        } else {
            faults.clear();
        }
    }
    let worn = if chosen == AUTO {
        crate::ui::DEFAULT
    } else {
        &chosen
    };
    let mut wardrobe = Wardrobe::open(places, depth, glyphs, worn);
    for fault in faults {
        wardrobe.tell(fault);
    }
    let is_deaf = surroundings
        .term
        .as_deref()
        .is_some_and(|term| DEAF.contains(&term));
    Dress {
        wardrobe,
        asks: chosen == AUTO && depth != Depth::None && !is_deaf,
        chosen,
    }
}

/// Every theme that there is, as `coalmine themes` tells of it.
pub(super) fn listed(global: &Global, surroundings: &Surroundings) -> Vec<Listed> {
    let taste = taste(global, surroundings);
    let all = Collection::read(&taste.places, Depth::True);
    let listed = |piece: &Piece| Listed {
        name: piece.name.clone(),
        kind: piece.theme.ground().to_string(),
        file: piece.file.as_ref().map(|file| file.display().to_string()),
        chosen: piece.name == taste.chosen,
        faults: piece.faults.iter().map(ToString::to_string).collect(),
    };
    all.pieces.iter().map(listed).collect()
}

/// The theme in force and the faults of every file, as the doctor tells of them.
pub(super) fn fact(taste: &Taste) -> Fact {
    let all = Collection::read(&taste.places, taste.depth);
    let own = all.pieces.iter().filter(|piece| piece.file.is_some());
    let text = match own.count() {
        0 => taste.chosen.clone(),
        count => format!("{}, {count} of your own", taste.chosen),
    };
    let mut faults: Vec<String> = Vec::new();
    if taste.chosen != AUTO && all.piece(&taste.chosen).is_none() {
        faults.push(all.unknown(&taste.chosen));
    }
    let files = all.pieces.iter().flat_map(|piece| &piece.faults);
    faults.extend(files.map(ToString::to_string));
    faults.dedup();
    if faults.is_empty() {
        return Fact::ok("theme", text);
    }
    faults.truncate(TOLD);
    Fact::warn("theme", text, &faults.join("\n"))
}

/// The XDG configuration directory.
pub(super) fn config_dir() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.config_dir())
}

/// Where the user's themes are: beside the configuration in use, then in the user's own directory.
fn directories(surroundings: &Surroundings, beside: Option<&Path>) -> Vec<PathBuf> {
    let own = surroundings
        .config_dir
        .as_ref()
        .map(|dir| dir.join("coalmine"));
    beside
        .map(Path::to_owned)
        .into_iter()
        .chain(own)
        .map(|dir| dir.join("themes"))
        .collect()
}

/// The file that a name stands for: from the home directory, from the directory of the configuration that names it, or from here.
fn path(name: &str, base: Option<&Path>, home: Option<&Path>) -> PathBuf {
    match (name.strip_prefix("~/"), home, base) {
        (Some(rest), Some(home), _) => home.join(rest),
        (_, _, Some(base)) => base.join(name),
        _ => PathBuf::from(name),
    }
}

impl Surroundings {
    /// The colours to draw with, by what the command line and the configuration say.
    pub(super) fn depth(&self, flag: Option<&str>, config: Option<&str>) -> Depth {
        let variables = ColorVariables {
            no_color: self.no_color.as_deref(),
            clicolor_force: self.clicolor_force.as_deref(),
            colorterm: self.colorterm.as_deref(),
            term: self.term.as_deref(),
        };
        // Neither grammar lets another word through.
        let choice = |word: Option<&str>| word.and_then(|word| word.parse().ok());
        Depth::choose(choice(flag), choice(config), variables)
    }

    /// The glyphs to draw with.
    pub(super) fn glyphs(&self, charset: Option<&String>) -> Glyphs {
        match charset.map(String::as_str) {
            Some("unicode") => Glyphs::Utf8,
            Some("block") => Glyphs::Blocks,
            Some("ascii") => Glyphs::Ascii,
            _ => Glyphs::detect(self.locale.as_deref(), None, None, self.term.as_deref()),
        }
    }
}
