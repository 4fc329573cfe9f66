//! Themes: which one is drawn with, the list to choose from, and what is said of their files. It draws nothing.

use crate::app::Effect;
use crate::app::model::{Model, Occasion, Overlay, ThemesRead, Tone};

use super::{overlays, toast};

/// Opens the list at what counts now.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let selected = model.themes.row();
    overlays::show(model, Overlay::Themes { selected });
    Vec::new()
}

/// Keeps the selected one for this run.
pub(super) fn keep(model: &mut Model, selected: usize) -> Vec<Effect> {
    let choice = model.themes.choice(selected).to_owned();
    let words = format!(
        "theme {choice} for this run; for good: theme = \"{choice}\" under [console] in the configuration"
    );
    model.themes.chosen = choice;
    toast(model, Tone::Plain, words);
    Vec::new()
}

/// The themes were read.
pub(super) fn read(model: &mut Model, read: ThemesRead) -> Vec<Effect> {
    let selected = match &model.overlay {
        Some(Overlay::Themes { selected }) => Some(model.themes.choice(*selected).to_owned()),
        _ => None,
    };
    model.themes.entries = read.entries;
    // The list may have other rows now: the same theme stays selected.
    if let (Some(choice), Some(Overlay::Themes { selected })) = (selected, &mut model.overlay) {
        *selected = model
            .themes
            .choices()
            .position(|other| other == choice)
            .unwrap_or(0);
    }
    let more = match read.faults.len() {
        0 | 1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let first = read.faults.first();
    match (read.occasion, first) {
        (Occasion::Kept, Some(first)) => {
            let words = format!("theme: {first}{more}; the colours from before that edit stay");
            say(model, Tone::Warn, words);
        }
        (Occasion::Edited, None) => {
            let words = format!("theme {} was read again", model.themes.worn);
            say(model, Tone::Plain, words);
        }
        (Occasion::Listed, _) | (_, None) => {}
        (Occasion::Opened | Occasion::Edited, Some(first)) => {
            say(model, Tone::Warn, format!("theme: {first}{more}"));
        }
    }
    Vec::new()
}

/// Says it, unless something worse is being said.
fn say(model: &mut Model, tone: Tone, words: String) {
    let worse = model.toast.as_ref();
    if worse.is_none_or(|toast| toast.tone != Tone::Bad) {
        toast(model, tone, words);
    }
}

/// Wears what counts, or what is looked at in the list: whatever closed the list, the former colours are back.
pub(super) fn follow(model: &mut Model, effects: &mut Vec<Effect>) {
    let desk = &model.themes;
    let choice = match &model.overlay {
        Some(Overlay::Themes { selected }) => desk.choice(*selected),
        _ => &desk.chosen,
    };
    let wanted = desk.theme_of(choice);
    if wanted != desk.worn {
        let wanted = wanted.to_owned();
        model.themes.worn.clone_from(&wanted);
        effects.push(Effect::Wear(wanted));
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use super::*;
    use crate::app::model::{DARK, LIGHT, ThemeEntry};
    use crate::app::{Key, Msg, update};
    use crate::domain::Timestamp;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn model() -> Model {
        let mut model = Model::new(crate::config::demo().unwrap(), NOW);
        update(
            &mut model,
            themes(&[DARK, LIGHT, "nord"], Occasion::Opened),
            NOW,
        );
        model
    }

    fn themes(names: &[&str], occasion: Occasion) -> Msg {
        let entry = |name: &&str| ThemeEntry {
            name: (*name).to_owned(),
            ..ThemeEntry::default()
        };
        Msg::ThemesRead(Box::new(ThemesRead {
            occasion,
            entries: names.iter().map(entry).collect(),
            faults: Vec::new(),
        }))
    }

    /// What is worn after each of these keys, where it changes.
    fn press(model: &mut Model, keys: &str) -> Vec<String> {
        let mut worn = Vec::new();
        for (index, key) in keys.split(' ').enumerate() {
            let key = Key::parse(key).unwrap();
            let at_ms = 1000 * index as u64;
            for effect in update(model, Msg::Pressed { key, at_ms }, NOW) {
                if let Effect::Wear(name) = effect {
                    worn.push(name);
                }
            }
        }
        worn
    }

    #[test]
    fn the_selected_theme_is_worn_and_the_former_comes_back_however_the_list_is_closed() {
        for close in ["esc", "q", "ctrl-c", "f9", "D"] {
            let mut model = model();
            let worn = press(&mut model, &format!("ctrl-t j j j {close}"));
            assert_eq!(worn, [LIGHT, "nord", DARK], "{close}");
            assert!(model.overlay.is_none() || close == "f9" || close == "D");
            assert_eq!(model.themes.chosen, "auto", "{close}");
        }
    }

    #[test]
    fn enter_keeps_the_selected_one_and_tells_how_to_keep_it_for_good() {
        let mut model = model();
        assert_eq!(press(&mut model, "ctrl-t G enter"), ["nord"]);
        assert_eq!(model.themes.chosen, "nord");
        let toast = model.toast.clone().unwrap();
        assert!(toast.text.contains("theme = \"nord\" under [console]"));
        assert_eq!(press(&mut model, "ctrl-t k enter"), [LIGHT]);
        let effects = update(&mut model, Msg::Background { is_light: false }, NOW);
        assert_eq!(effects, [], "who has chosen is not followed about");
        press(&mut model, "ctrl-t g");
        let key = Key::parse("y").unwrap();
        let effects = update(&mut model, Msg::Pressed { key, at_ms: 0 }, NOW);
        let lines = "[console]\ntheme = \"auto\"\n".to_owned();
        assert_eq!(effects, [Effect::Copy(lines)]);
    }

    #[test]
    fn auto_follows_the_terminal() {
        let mut model = model();
        let light = Msg::Background { is_light: true };
        let effects = update(&mut model, light.clone(), NOW);
        assert_eq!(effects, [Effect::Wear(LIGHT.to_owned())]);
        assert_eq!(update(&mut model, light, NOW), []);
    }

    #[test]
    fn the_selected_row_stays_the_same_theme_when_files_come_and_go() {
        let mut model = model();
        press(&mut model, "ctrl-t j j j");
        let effects = update(
            &mut model,
            themes(&[DARK, LIGHT, "mine", "nord"], Occasion::Listed),
            NOW,
        );
        assert_eq!(effects, []);
        assert_eq!(model.themes.worn, "nord");
        assert!(matches!(
            model.overlay,
            Some(Overlay::Themes { selected: 4 })
        ));
        let effects = update(&mut model, themes(&[DARK, LIGHT], Occasion::Listed), NOW);
        assert_eq!(effects, [Effect::Wear(DARK.to_owned())]);
    }

    #[test]
    fn what_is_wrong_with_a_theme_hides_nothing_worse() {
        let mut model = model();
        let faulty = |occasion| {
            Msg::ThemesRead(Box::new(ThemesRead {
                occasion,
                entries: Vec::new(),
                faults: vec!["mine.toml:7: no".to_owned(), "mine.toml:8: no".to_owned()],
            }))
        };
        update(&mut model, faulty(Occasion::Kept), NOW);
        let told = model.toast.clone().unwrap();
        assert!(told.text.contains("mine.toml:7: no (and 1 more)") && told.text.contains("stay"));
        toast(&mut model, Tone::Bad, "the journal is full");
        update(&mut model, faulty(Occasion::Opened), NOW);
        assert_eq!(model.toast.unwrap().text, "the journal is full");
    }
}
