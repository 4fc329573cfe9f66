//! The theme file is whole, can be read on its own background, and survives terminals with fewer colours.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;

fn luminance(colour: Color) -> f64 {
    let Color::Rgb(r, g, b) = colour else {
        return f64::NAN;
    };
    let part = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
}

fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn the_built_in_theme_has_every_role_and_no_fault() {
    let (_, faults) = Theme::parse(DARK, Depth::True);
    assert_eq!(faults, Vec::<String>::new());
    for (index, (role, name)) in ROLES.iter().enumerate() {
        assert_eq!(*role as usize, index, "{name} is out of order");
    }
}

#[test]
fn whatever_is_text_can_be_read_on_its_background() {
    let theme = Theme::new(Depth::True);
    let backdrop = theme.style(Role::Backdrop).bg.unwrap();
    let lines = [Role::Border, Role::Limit, Role::Gutter];
    for (role, name) in ROLES.iter().filter(|(role, _)| !lines.contains(role)) {
        let style = theme.style(*role);
        let ratio = contrast(style.fg.unwrap(), style.bg.unwrap_or(backdrop));
        assert!(ratio >= 4.5, "{name}: contrast {ratio:.2}");
    }
    let selection = theme.style(Role::Selection).bg.unwrap();
    for role in [
        Role::Text,
        Role::Strong,
        Role::Canary,
        Role::Good,
        Role::Warn,
        Role::Muted,
    ] {
        let ratio = contrast(theme.style(role).fg.unwrap(), selection);
        assert!(ratio >= 4.5, "{role:?} on a selected row: {ratio:.2}");
    }
}

#[test]
fn a_terminal_without_colours_gets_attributes_only() {
    let theme = Theme::new(Depth::None);
    for (role, name) in ROLES {
        let style = theme.style(role);
        for colour in [style.fg, style.bg].into_iter().flatten() {
            assert_eq!(colour, Color::Reset, "{name}");
        }
    }
    assert!(
        theme
            .style(Role::Prod)
            .add_modifier
            .contains(Modifier::REVERSED)
    );
    assert!(
        theme
            .style(Role::Danger)
            .add_modifier
            .contains(Modifier::REVERSED)
    );
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
    assert_eq!(nearest_indexed([255, 0, 0]), 196);
    assert_eq!(nearest_indexed([8, 8, 8]), 232);
    assert_eq!(nearest_indexed([255, 255, 255]), 231);
}

#[test]
fn the_environment_tells_the_depth() {
    let depth = Depth::detect;
    assert_eq!(
        depth(Some("1"), Some("truecolor"), Some("xterm")),
        Depth::None
    );
    assert_eq!(
        depth(Some(""), Some("truecolor"), Some("xterm")),
        Depth::True
    );
    assert_eq!(depth(None, Some("24bit"), None), Depth::True);
    assert_eq!(depth(None, None, Some("xterm-kitty")), Depth::True);
    assert_eq!(depth(None, None, Some("screen-256color")), Depth::Indexed);
    assert_eq!(depth(None, None, Some("linux")), Depth::Ansi);
    assert_eq!(depth(None, None, Some("dumb")), Depth::None);
    assert_eq!(depth(None, None, None), Depth::Ansi);
}

#[test]
fn a_faulty_theme_tells_every_fault_and_still_draws() {
    let text =
        "[palette]\nred = \"#ff0000\"\n[role]\ntext = { fg = \"reed\" }\ntxet = { fg = \"red\" }\n";
    let (theme, faults) = Theme::parse(text, Depth::True);
    assert!(
        faults.iter().any(|f| f.contains("`txet` is not known")),
        "{faults:?}"
    );
    assert!(faults.iter().any(|f| f.contains("`reed`")), "{faults:?}");
    assert!(
        faults.iter().any(|f| f.contains("`danger` is missing")),
        "{faults:?}"
    );
    assert_eq!(theme.style(Role::Text).fg, None);
    let (_, faults) = Theme::parse("role = 3", Depth::True);
    assert!(!faults.is_empty());
}
