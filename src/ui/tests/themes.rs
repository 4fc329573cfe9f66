//! The list of themes: what it shows of each, and that the screen beside it is drawn in the selected one.

use std::sync::Arc;

use super::*;
use crate::app::model::ThemeDesk;

/// The theme of this name with all others beside it.
fn worn(name: &str, depth: Depth) -> Theme {
    let gallery = shipped_names().map(|name| (name.to_owned(), Theme::shipped(name, depth)));
    Theme::shipped(name, depth).with_gallery(Arc::new(gallery.collect()))
}

fn listing(selected: usize) -> Model {
    evening::under(evening::trouble(), Overlay::Themes { selected })
}

#[test]
fn every_theme_is_listed_with_its_background_and_its_colours() {
    let theme = worn("nord", Depth::True);
    let (buffer, _) = frame(&listing(6), (120, 40), &theme);
    let text = text(&buffer);
    for line in [
        "▸ nord                dark",
        "  coalmine-light      light",
        "  terminal            terminal",
        "· auto                not told",
        "for good: theme = \"nord\" under [console]",
    ] {
        assert!(text.contains(line), "{line}:\n{text}");
    }
    assert!(text.contains("night-shift"), "{text}");
    for name in ["nord", "coalmine-light", "gruvbox-dark"] {
        let other = Theme::shipped(name, Depth::True);
        let row = cells(&buffer)
            .into_iter()
            .find(|row| {
                let line: String = row.iter().map(|cell| cell.symbol()).collect();
                line.contains(&format!("{name} "))
            })
            .unwrap();
        let dot = row
            .iter()
            .skip(70)
            .find(|cell| cell.symbol() == "●")
            .unwrap();
        assert_eq!(Some(dot.fg), other.style(Role::Good).fg, "{name}");
        assert_eq!(Some(dot.bg), other.style(Role::Backdrop).bg, "{name}");
    }
}

#[test]
fn what_lies_beside_the_list_does_not_recede() {
    let theme = worn("coalmine-light", Depth::True);
    let (plain, _) = frame(&evening::trouble(), (120, 40), &theme);
    let (listed, _) = frame(&listing(2), (120, 40), &theme);
    for y in 1..39 {
        for x in 0..72 {
            assert_eq!(listed.cell((x, y)), plain.cell((x, y)), "{x} {y}");
        }
    }
}

#[test]
fn the_selected_row_is_in_sight_at_every_size() {
    for size in [(200, 60), (120, 40), (80, 24), (60, 16), (40, 10)] {
        for selected in 0..13 {
            let model = listing(selected);
            let name = model.themes.choice(selected).to_owned();
            let text = text(&frame(&model, size, &worn("nord", Depth::True)).0);
            assert!(text.contains(&format!("▸ {name}")), "{size:?}\n{text}");
        }
    }
}

#[test]
fn faults_are_told_below_the_list_with_file_and_line() {
    let text = seen(&listing(12), (120, 40));
    assert!(text.contains("▲"), "{text}");
    assert!(text.contains("night-shift.toml:7:"), "{text}");
}

#[test]
fn every_screen_can_be_drawn_in_every_theme_at_every_depth() {
    for depth in [Depth::True, Depth::Indexed, Depth::Ansi, Depth::None] {
        for name in shipped_names() {
            let theme = worn(name, depth);
            for (_, screen) in SCREENS {
                let (buffer, _) = frame(&evening::on(evening::trouble(), screen), (80, 24), &theme);
                assert_eq!(buffer.content.len(), 80 * 24, "{name}");
            }
            let desk = ThemeDesk::default();
            assert!(desk.choices().eq(["auto"]));
        }
    }
}

#[test]
fn without_colours_the_parts_of_a_bar_differ_in_their_grain() {
    let theme = worn("nord", Depth::None);
    let model = evening::on(evening::trouble(), Screen::Logs);
    let text = text(&frame(&model, (120, 40), &theme).0);
    for part in ["█ ", "▒ ", "░ "] {
        let caption = text.lines().find(|line| line.contains("errors")).unwrap();
        assert!(caption.contains(part), "{caption}");
    }
    let all = crate::ui::tests::text(&frame(&model, (120, 40), &worn("nord", Depth::True)).0);
    assert!(!all.contains('░'), "{all}");
}

#[test]
fn text_can_be_read_wherever_it_was_drawn() {
    use super::super::theme::legible;
    let own = ["terminal", "mono"];
    for name in shipped_names().filter(|name| !own.contains(name)) {
        let ours = name.starts_with("coalmine");
        for depth in [Depth::True, Depth::Indexed] {
            if depth == Depth::Indexed && !ours {
                continue;
            }
            let theme = worn(name, depth);
            let mut pictures: Vec<(String, Buffer)> = Vec::new();
            let telling = ["trouble", "after_disable", "blind"];
            for (evening, model) in evenings() {
                if !telling.contains(&evening) {
                    continue;
                }
                for (screen_name, screen) in SCREENS.into_iter().chain([("home", Screen::Home)]) {
                    let model = evening::on(model.clone(), screen);
                    let picture = frame(&model, (120, 40), &theme).0;
                    pictures.push((format!("{evening} {screen_name}"), picture));
                }
            }
            for (sheet, overlay) in overlays() {
                let model = evening::under(evening::trouble(), overlay);
                pictures.push((sheet.to_owned(), frame(&model, (120, 40), &theme).0));
            }
            let lines = [Role::Border, Role::Limit, Role::Gutter].map(|role| theme.style(role).fg);
            for (picture, buffer) in pictures {
                for cell in buffer.content {
                    let letters = cell.symbol().chars().any(char::is_alphanumeric);
                    // What lies below a sheet recedes on purpose.
                    if letters && !lines.contains(&Some(cell.fg)) {
                        assert!(
                            legible(cell.fg, cell.bg),
                            "{name} at {depth:?}: {picture}: {:?} in {:?} on {:?}",
                            cell.symbol(),
                            cell.fg,
                            cell.bg
                        );
                    }
                }
            }
        }
    }
}
