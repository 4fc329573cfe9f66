//! Themes of the user's own: read, inherited, edited, broken, taken away.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop here"
)]

use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::ui::{Ground, Role};

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn dir(&self) -> PathBuf {
        self.0.path().join("themes")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.dir()).unwrap();
        std::fs::write(self.dir().join(name), text).unwrap();
    }

    fn places(&self) -> Places {
        Places::new(vec![self.dir()])
    }

    fn read(&self) -> Collection {
        Collection::read(&self.places(), Depth::True)
    }
}

fn faults(piece: &Piece) -> Vec<String> {
    piece.faults.iter().map(ToString::to_string).collect()
}

fn look(theme: &Theme, role: Role) -> String {
    format!("{:?}", theme.style(role).fg)
}

const MINE: &str =
    "inherits = \"nord\"\n[palette]\nflame = \"#ff5500\"\n[role]\nbad = { fg = \"flame\" }\n";

#[test]
fn a_file_of_the_users_own_is_a_theme_of_its_name() {
    let home = Home::new();
    home.write("mine.toml", MINE);
    let all = home.read();
    let mine = all.piece("mine").unwrap();
    assert_eq!(faults(mine), Vec::<String>::new());
    assert_eq!(mine.file, Some(home.dir().join("mine.toml")));
    let nord = Theme::shipped("nord", Depth::True);
    assert_eq!(look(&mine.theme, Role::Good), look(&nord, Role::Good));
    assert_ne!(look(&mine.theme, Role::Bad), look(&nord, Role::Bad));
    assert_eq!(mine.theme.ground(), Ground::Dark);
    assert_eq!(all.pieces.len(), shipped_names().count() + 1);
    assert_eq!(all.pieces.last().unwrap().name, "mine");
}

#[test]
fn a_file_called_like_a_built_in_theme_may_inherit_that_one() {
    let home = Home::new();
    home.write("nord.toml", MINE);
    let all = home.read();
    let nord = all.piece("nord").unwrap();
    assert_eq!(faults(nord), Vec::<String>::new());
    assert!(look(&nord.theme, Role::Bad).contains("255, 85, 0"));
    assert_eq!(
        all.pieces.len(),
        shipped_names().count(),
        "it takes its place"
    );
    home.write("a.toml", "inherits = \"b\"\n");
    home.write("b.toml", "inherits = \"a\"\n");
    let all = home.read();
    let told = faults(all.piece("a").unwrap());
    assert!(
        told[0].contains("b.toml:1: `a` inherits from itself"),
        "{told:?}"
    );
}

#[test]
fn what_cannot_be_read_is_told_and_stops_nothing() {
    let home = Home::new();
    home.write("latin.toml", "");
    std::fs::write(home.dir().join("latin.toml"), b"name = \"x\"\n# caf\xe9\n").unwrap();
    home.write("huge.toml", &"#".repeat(300 * 1024));
    home.write("marked.toml", "\u{feff}inherits = \"nrod\"\n");
    home.write(".hidden.toml", "x");
    home.write("auto.toml", "x");
    std::fs::create_dir(home.dir().join("folder.toml")).unwrap();
    std::os::unix::fs::symlink("/nonexistent", home.dir().join("gone.toml")).unwrap();
    rustix::fs::mkfifoat(
        rustix::fs::CWD,
        home.dir().join("pipe.toml"),
        rustix::fs::Mode::RUSR,
    )
    .unwrap();
    let all = home.read();
    for (name, words) in [
        ("latin", "latin.toml:2: this is not UTF-8"),
        ("huge", "huge.toml:1: cannot be read: larger than 256 KiB"),
        (
            "marked",
            "marked.toml:1: theme `nrod` is not known: did you mean `nord`?",
        ),
        (
            "folder",
            "folder.toml:1: cannot be read: not a regular file",
        ),
        ("gone", "gone.toml:1: cannot be read: No such file"),
        ("pipe", "pipe.toml:1: cannot be read: not a regular file"),
    ] {
        let piece = all.piece(name).unwrap();
        let told = faults(piece);
        assert!(told[0].contains(words), "{name}: {told:?}");
        let dark = Theme::new(Depth::True);
        assert!(piece.theme.looks_like(&dark), "{name} falls back");
    }
    assert!(all.piece(".hidden").is_none() && all.piece("auto").is_none());
    assert_eq!(
        all.unknown("nrod"),
        "theme `nrod` is not known: did you mean `nord`?"
    );
}

#[test]
fn a_file_that_is_named_counts_and_inherits_what_lies_beside_it() {
    let home = Home::new();
    home.write("base.toml", "[role]\nwarn = { fg = \"#abcdef\" }\n");
    home.write("top.toml", "inherits = \"base\"\n");
    let name = "./themes/top.toml";
    let places = Places::new(Vec::new()).with_file(name, home.dir().join("top.toml"));
    let all = Collection::read(&places, Depth::True);
    let top = all.piece(name).unwrap();
    assert_eq!(faults(top), Vec::<String>::new());
    assert!(look(&top.theme, Role::Warn).contains("171, 205, 239"));
    assert!(all.piece("base").is_none(), "only what was named is listed");
    assert!(all.seal.is_whole(&places));
    home.write(
        "base.toml",
        "[role]\nwarn = { fg = \"#00ff00\" }\n# longer\n",
    );
    assert!(
        !all.seal.is_whole(&places),
        "an edit of what it inherits counts"
    );
    for (text, wanted) in [
        ("nord", false),
        ("x.toml", true),
        ("./nord", true),
        ("~/t", true),
        ("toml", false),
    ] {
        assert_eq!(is_path(text), wanted, "{text}");
    }
}

/// The next news, by looking until there are some.
async fn news(wardrobe: &mut Wardrobe) -> ThemesRead {
    let news = async {
        loop {
            wardrobe.look();
            let soon = tokio::time::timeout(Duration::from_millis(100), wardrobe.news());
            if let Ok(read) = soon.await {
                return read;
            }
        }
    };
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, news).await.expect("news")
}

#[tokio::test]
async fn edits_are_worn_and_a_broken_one_keeps_the_former_colours() {
    let home = Home::new();
    home.write("mine.toml", MINE);
    let mut wardrobe = Wardrobe::open(home.places(), Depth::True, Glyphs::Utf8, "mine");
    let first = look(wardrobe.theme(), Role::Bad);
    let read = news(&mut wardrobe).await;
    assert_eq!((read.occasion, read.faults.len()), (Occasion::Opened, 0));
    assert_eq!(look(wardrobe.theme(), Role::Bad), first);

    home.write("mine.toml", &MINE.replace("ff5500", "ff0066"));
    let read = news(&mut wardrobe).await;
    assert_eq!(read.occasion, Occasion::Edited);
    let second = look(wardrobe.theme(), Role::Bad);
    assert_ne!(second, first);

    home.write("mine.toml", &MINE.replace("bad =", "bda ="));
    let read = news(&mut wardrobe).await;
    assert_eq!(read.occasion, Occasion::Kept);
    assert!(
        read.faults[0].ends_with("mine.toml:5: role `bda` is not known: did you mean `bad`?"),
        "{:?}",
        read.faults
    );
    assert_eq!(look(wardrobe.theme(), Role::Bad), second);
    wardrobe.wear("nord");
    wardrobe.wear("mine");
    assert_eq!(
        look(wardrobe.theme(), Role::Bad),
        second,
        "looking at others takes nothing away"
    );

    home.write("other.toml", MINE);
    let read = news(&mut wardrobe).await;
    assert!(read.entries.iter().any(|entry| entry.name == "other"));
    home.write("mine.toml", MINE);
    let read = news(&mut wardrobe).await;
    assert_eq!((read.occasion, read.faults.len()), (Occasion::Edited, 0));
    assert_eq!(look(wardrobe.theme(), Role::Bad), first);

    std::fs::remove_file(home.dir().join("mine.toml")).unwrap();
    let read = news(&mut wardrobe).await;
    assert_eq!(read.occasion, Occasion::Kept);
    assert!(
        read.faults[0].contains("theme `mine` is not known"),
        "{:?}",
        read.faults
    );
    assert_eq!(look(wardrobe.theme(), Role::Bad), first);
    home.write("mine.toml", &MINE.replace("ff5500", "123456"));
    let read = news(&mut wardrobe).await;
    assert_eq!(read.occasion, Occasion::Edited);
}

#[tokio::test]
async fn what_is_wrong_at_the_start_is_told_with_the_first_news() {
    let home = Home::new();
    home.write("mine.toml", "[role]\ntxet = { fg = \"red\" }\n");
    let mut wardrobe = Wardrobe::open(home.places(), Depth::True, Glyphs::Utf8, "mine");
    let read = news(&mut wardrobe).await;
    assert_eq!(read.occasion, Occasion::Opened);
    assert!(
        read.faults[0].contains("did you mean `text`?"),
        "{:?}",
        read.faults
    );
    let mut wardrobe = Wardrobe::open(Places::default(), Depth::True, Glyphs::Utf8, "nord");
    wardrobe.tell("theme `mien` is not known".to_owned());
    let read = news(&mut wardrobe).await;
    assert_eq!(read.faults, ["theme `mien` is not known"]);
    wardrobe.wear("no-such-theme");
    assert!(
        wardrobe
            .theme()
            .looks_like(&Theme::shipped("nord", Depth::True))
    );
}
