//! Every shipped theme is whole and can be read on its own background, at every depth; faulty files are told by line and still draw.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::colour::{READABLE, READABLE_ANSI, contrast, nearest_indexed};
use super::*;

/// Themes in the terminal's own colours, whose contrast is the user's affair.
const OWN: [&str; 2] = ["terminal", "mono"];

/// Roles whose text may lie on a selected row or on a line that is typed: all that have no background of their own.
fn laid_over(theme: &Theme) -> impl Iterator<Item = Role> {
    let roles = ROLES.iter().map(|(role, _)| *role);
    roles.filter(|role| !LINES.contains(role) && theme.style(*role).bg.is_none())
}

fn ratio(fg: Color, bg: Color) -> f64 {
    contrast(rgb_of(fg).unwrap(), rgb_of(bg).unwrap())
}

fn own(text: &str, depth: Depth) -> (Theme, Vec<String>) {
    let source = ThemeText {
        file: "mine.toml".to_owned(),
        text: text.to_owned(),
    };
    let names: Vec<String> = shipped_names().map(str::to_owned).collect();
    let (theme, faults) = Theme::read(source, depth, &shipped_source, &names);
    (theme, faults.iter().map(ToString::to_string).collect())
}

#[test]
fn every_shipped_theme_has_every_role_and_no_fault() {
    for (index, (role, name)) in ROLES.iter().enumerate() {
        assert_eq!(*role as usize, index, "{name} is out of order");
    }
    for name in shipped_names() {
        let (looks, faults) = file::read(shipped_source(name).unwrap(), &shipped_source, &[]);
        assert_eq!(faults, [], "{name}");
        assert_eq!(looks.len(), ROLES.len(), "{name} leaves roles out");
        assert!(
            shipped_text(name)
                .unwrap()
                .contains(&format!("\nname = \"{name}\"\n")),
            "{name} calls itself otherwise"
        );
    }
}

#[test]
fn whatever_is_text_can_be_read_on_its_background_in_every_theme() {
    for name in shipped_names().filter(|name| !OWN.contains(name)) {
        let least = if name == "high-contrast" {
            7.0
        } else {
            READABLE
        };
        let theme = Theme::shipped(name, Depth::True);
        let backdrop = theme.style(Role::Backdrop).bg.unwrap();
        for (role, word) in ROLES.iter().filter(|(role, _)| !LINES.contains(role)) {
            let style = theme.style(*role);
            let ratio = ratio(style.fg.unwrap(), style.bg.unwrap_or(backdrop));
            assert!(ratio >= least, "{name}: {word}: contrast {ratio:.2}");
        }
        for ground in [Role::Selection, Role::Input] {
            let ground_colour = theme.style(ground).bg.unwrap();
            for role in laid_over(&theme) {
                let ratio = ratio(theme.style(role).fg.unwrap(), ground_colour);
                assert!(
                    ratio >= READABLE,
                    "{name}: {role:?} on {ground:?}: {ratio:.2}"
                );
            }
        }
    }
}

#[test]
fn with_fewer_colours_text_can_still_be_read() {
    for name in shipped_names().filter(|name| !OWN.contains(name)) {
        for (depth, least) in [(Depth::Indexed, READABLE), (Depth::Ansi, READABLE_ANSI)] {
            let theme = Theme::shipped(name, depth);
            let backdrop = theme.style(Role::Backdrop).bg.unwrap();
            for (role, word) in ROLES.iter().filter(|(role, _)| !LINES.contains(role)) {
                let style = theme.style(*role);
                let ratio = ratio(style.fg.unwrap(), style.bg.unwrap_or(backdrop));
                assert!(
                    ratio >= least,
                    "{name} at {depth:?}: {word}: contrast {ratio:.2}"
                );
            }
            for role in laid_over(&theme) {
                let style = theme.on(role, Role::Selection);
                let ratio = ratio(style.fg.unwrap(), style.bg.unwrap_or(backdrop));
                assert!(
                    ratio >= least,
                    "{name} at {depth:?}: {role:?} selected: {ratio:.2}"
                );
            }
        }
    }
}

#[test]
fn the_terminals_own_colours_never_meet_its_background() {
    use Color::{Black, DarkGray, Gray, White};
    for name in OWN {
        let theme = Theme::shipped(name, Depth::True);
        for (role, word) in ROLES {
            let style = theme.style(role);
            for colour in [style.fg, style.bg].into_iter().flatten() {
                assert!(
                    !matches!(colour, Color::Rgb(..) | Color::Indexed(_)),
                    "{name}: {word} is not the terminal's own"
                );
                assert!(
                    ![Black, DarkGray, Gray, White].contains(&colour),
                    "{name}: {word} may be the background's colour"
                );
            }
            assert!(
                style.bg.is_none_or(|bg| bg == Color::Reset),
                "{name}: {word}: nobody knows what can be read on that"
            );
        }
        for role in [Role::Danger, Role::Prod, Role::Selection] {
            assert!(theme.style(role).add_modifier.contains(Modifier::REVERSED));
        }
    }
}

#[test]
fn good_and_bad_never_look_the_same() {
    for name in shipped_names() {
        for depth in [Depth::True, Depth::Indexed, Depth::Ansi, Depth::None] {
            let theme = Theme::shipped(name, depth);
            let look = |role| {
                let style = theme.style(role);
                (style.fg, style.bg, style.add_modifier)
            };
            assert_ne!(look(Role::Good), look(Role::Bad), "{name} at {depth:?}");
            assert_ne!(look(Role::Text), look(Role::Danger), "{name} at {depth:?}");
            assert_ne!(look(Role::Prod), look(Role::Stage), "{name} at {depth:?}");
        }
    }
}

#[test]
fn a_terminal_without_colours_gets_attributes_only_whatever_the_theme() {
    let mono = Theme::shipped("mono", Depth::None);
    for name in shipped_names() {
        let theme = Theme::shipped(name, Depth::None);
        for (role, word) in ROLES {
            let style = theme.style(role);
            for colour in [style.fg, style.bg].into_iter().flatten() {
                assert_eq!(colour, Color::Reset, "{name}: {word}");
            }
            assert_eq!(style, mono.style(role), "{name}: {word}");
        }
    }
    for role in [Role::Prod, Role::Danger, Role::Selection] {
        assert!(mono.style(role).add_modifier.contains(Modifier::REVERSED));
    }
}

#[test]
fn ordinary_text_is_no_colour_of_the_sixteen() {
    for name in ["gruvbox-dark", "tokyo-night", "nord", "catppuccin-mocha"] {
        let theme = Theme::shipped(name, Depth::Ansi);
        let text = theme.style(Role::Text).fg;
        assert!(
            matches!(text, Some(Color::White | Color::Gray)),
            "{name}: {text:?}"
        );
        assert_ne!(text, theme.style(Role::Canary).fg, "{name}");
    }
}

#[test]
fn fewer_colours_keep_the_meaning() {
    let ansi = Theme::new(Depth::Ansi);
    let fg = |role| ansi.style(role).fg.unwrap();
    assert_eq!(fg(Role::Good), Color::LightGreen);
    assert_eq!(fg(Role::Bad), Color::LightRed);
    assert_eq!(fg(Role::Warn), Color::LightYellow);
    assert_eq!(fg(Role::Accent), Color::LightBlue);
    assert_eq!(ansi.style(Role::Backdrop).bg, Some(Color::Black));
    let light = Theme::shipped(LIGHT, Depth::Ansi);
    assert_eq!(light.style(Role::Backdrop).bg, Some(Color::White));
    assert_eq!(light.style(Role::Bad).fg, Some(Color::Red));
    let any = |rgb| nearest_indexed(rgb, |_| true);
    assert_eq!(any([255, 0, 0]), 196);
    assert_eq!(any([8, 8, 8]), 232);
    assert_eq!(any([255, 255, 255]), 231);
}

#[test]
fn the_environment_tells_the_depth() {
    let depth = |no_color, force, colorterm, term| {
        let variables = ColorVariables {
            no_color,
            clicolor_force: force,
            colorterm,
            term,
        };
        Depth::detect(ColorChoice::Auto, variables)
    };
    let truecolor = Some("truecolor");
    for (no_color, force, colorterm, term, wanted) in [
        (Some("1"), None, truecolor, Some("xterm"), Depth::None),
        (Some(""), None, truecolor, Some("xterm"), Depth::True),
        (Some("1"), Some("1"), truecolor, Some("xterm"), Depth::None),
        (None, None, Some("24bit"), None, Depth::True),
        (None, None, Some("yes"), Some("xterm"), Depth::Ansi),
        (None, None, None, Some("xterm-kitty"), Depth::True),
        (None, None, None, Some("xterm-direct"), Depth::True),
        (None, None, None, Some("screen-256color"), Depth::Indexed),
        (None, None, None, Some("linux"), Depth::Ansi),
        (None, None, None, Some("dumb"), Depth::None),
        (None, Some("1"), None, Some("dumb"), Depth::Ansi),
        (None, Some("0"), None, Some("vt100"), Depth::None),
        (None, Some(""), None, Some("vt220"), Depth::None),
        (None, Some("1"), None, Some("vt100"), Depth::Ansi),
        (None, None, None, Some("xterm-mono"), Depth::None),
        (None, None, None, None, Depth::Ansi),
    ] {
        let told = depth(no_color, force, colorterm, term);
        assert_eq!(
            told, wanted,
            "{no_color:?} {force:?} {colorterm:?} {term:?}"
        );
    }
}

#[test]
fn what_the_person_says_of_colours_counts_most() {
    let variables = ColorVariables {
        no_color: Some("1"),
        clicolor_force: None,
        colorterm: Some("truecolor"),
        term: Some("xterm-256color"),
    };
    for (word, wanted) in [
        ("auto", Depth::None),
        ("always", Depth::True),
        ("never", Depth::None),
        ("16", Depth::Ansi),
        ("256", Depth::Indexed),
        ("truecolor", Depth::True),
    ] {
        assert_eq!(
            Depth::detect(word.parse().unwrap(), variables),
            wanted,
            "{word}"
        );
    }
    assert!("sometimes".parse::<ColorChoice>().is_err());
}

#[test]
fn a_faulty_theme_tells_every_fault_with_its_line_and_still_draws() {
    let text = "nmae = 3\n[palette]\nred = \"#ff0000\"\nodd = \"#ff00\"\n[role]\ntext = { fg = \"reed\" }\ntxet = { fg = \"red\" }\n\
                strong = { fg = \"odd\", blod = true }\nmuted = { fg = 7 }\ngood = { bold = \"yes\" }\nwarn = 3\n";
    let (theme, faults) = own(text, Depth::True);
    assert_eq!(
        faults,
        [
            "mine.toml:1: key `nmae` is not known: did you mean `name`?",
            "mine.toml:4: colour `odd`: `#ff00` is neither #rrggbb nor one of the terminal's own",
            "mine.toml:7: role `txet` is not known: did you mean `text`?",
            "mine.toml:8: key `blod` is not known: did you mean `bold`?",
            "mine.toml:9: expected a string, found integer",
            "mine.toml:10: expected true or false, found string",
            "mine.toml:11: expected a table, found integer",
            "mine.toml:6: colour `reed` is not known: did you mean `red`?",
        ]
    );
    let dark = Theme::new(Depth::True);
    for role in [Role::Text, Role::Strong, Role::Danger] {
        assert_eq!(theme.style(role), dark.style(role), "{role:?}");
    }
}

#[test]
fn broken_toml_is_told_and_what_can_be_read_of_it_counts() {
    let (theme, faults) = own(
        "[role]\nbad = { fg = \"#ff0000\" }\ngood = {\n",
        Depth::True,
    );
    assert!(
        faults.iter().any(|fault| fault.contains("not TOML")),
        "{faults:?}"
    );
    assert_eq!(theme.style(Role::Bad).fg, Some(Color::Rgb(255, 0, 0)));
    for text in ["", "role = 3", "\0", "[role", "inherits = \"nrod\""] {
        let (theme, _) = own(text, Depth::Indexed);
        assert!(theme.style(Role::Text).fg.is_some(), "{text:?}");
    }
}

#[test]
fn a_theme_inherits_roles_and_repaints_the_palette() {
    let (theme, faults) = own(
        "inherits = \"nord\"\n[palette]\nbase = \"#000000\"\n[role]\nbad = { fg = \"bright-red\" }\n",
        Depth::True,
    );
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(theme.style(Role::Backdrop).bg, Some(Color::Rgb(0, 0, 0)));
    assert_eq!(theme.style(Role::Bad).fg, Some(Color::LightRed));
    let nord = Theme::shipped("nord", Depth::True);
    assert_eq!(theme.style(Role::Good), nord.style(Role::Good));
    let (_, faults) = own("\ninherits = \"nrod\"\n", Depth::True);
    assert_eq!(
        faults,
        ["mine.toml:2: theme `nrod` is not known: did you mean `nord`?"]
    );
}

#[test]
fn a_theme_that_inherits_from_itself_comes_to_an_end() {
    let find = |name: &str| {
        Some(ThemeText {
            file: format!("{name}.toml"),
            text: format!("inherits = \"{}\"\n", if name == "a" { "b" } else { "a" }),
        })
    };
    let (theme, faults) = Theme::read(find("a").unwrap(), Depth::True, &find, &[]);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(
        theme.style(Role::Text),
        Theme::new(Depth::True).style(Role::Text)
    );
}

#[test]
fn what_a_light_theme_leaves_out_is_light_as_well() {
    let (theme, faults) = own(
        "[role]\nbackdrop = { fg = \"#000000\", bg = \"#ffffff\" }\n",
        Depth::True,
    );
    assert_eq!(faults, Vec::<String>::new());
    let light = Theme::shipped(LIGHT, Depth::True);
    assert_eq!(theme.style(Role::Bad), light.style(Role::Bad));
    let (theme, _) = own("[role]\nbackdrop = { bg = \"default\" }\n", Depth::True);
    assert_eq!(theme.style(Role::Good).fg, Some(Color::Green));
}

const PAGE: &str = include_str!("../../../docs/themes.md");

#[test]
fn the_page_about_themes_is_true() {
    for (_, name) in ROLES {
        let named = PAGE.contains(&format!("`{name}`")) || name.starts_with("group");
        assert!(named, "docs/themes.md lacks {name}");
    }
    for name in shipped_names() {
        assert!(
            PAGE.contains(&format!("`{name}`")),
            "docs/themes.md lacks {name}"
        );
    }
    let example = PAGE.split("```toml\n").nth(1).unwrap();
    let (_, faults) = own(example.split("```").next().unwrap(), Depth::True);
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn the_command_line_outranks_no_color_which_outranks_the_configuration() {
    let says = |no_color, force, term| ColorVariables {
        no_color,
        clicolor_force: force,
        colorterm: Some("truecolor"),
        term: Some(term),
    };
    let plain = says(None, None, "xterm-256color");
    let without = says(Some("1"), None, "xterm-256color");
    let forced = says(None, Some("1"), "xterm-256color");
    let choice = |word: &str| word.parse::<ColorChoice>().ok();
    for (flag, config, variables, wanted) in [
        ("", "", plain, Depth::True),
        ("", "256", plain, Depth::Indexed),
        ("", "16", plain, Depth::Ansi),
        ("", "never", plain, Depth::None),
        ("", "always", without, Depth::None),
        ("", "never", forced, Depth::True),
        ("", "16", forced, Depth::Ansi),
        ("always", "never", without, Depth::True),
        ("16", "256", without, Depth::Ansi),
        ("auto", "256", plain, Depth::True),
        ("auto", "always", without, Depth::None),
        ("never", "always", forced, Depth::None),
        ("", "always", says(None, None, "vt100"), Depth::True),
        ("", "auto", says(None, None, "vt100"), Depth::None),
    ] {
        let told = Depth::choose(choice(flag), choice(config), variables);
        assert_eq!(told, wanted, "{flag:?} {config:?} {variables:?}");
    }
}
