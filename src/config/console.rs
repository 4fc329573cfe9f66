//! The `console` table: what the person at the keyboard likes. It says nothing about a rollout.

use std::ops::Range;

use super::document::{Faults, Item, Node};
use crate::app::keymap::{FaultAt, Keymap, Wish, remap};

const KEYS: [&str; 10] = [
    "theme",
    "color",
    "charset",
    "mouse",
    "title",
    "motion",
    "notify",
    "notify_command",
    "budget",
    "keys",
];

/// How the console looks and behaves, whatever it watches. Everything may be left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Console {
    /// The theme's name, `auto`, or the path of a file.
    pub theme: Option<String>,
    /// How many colours: `auto`, `always`, `never`, `truecolor`, `256` or `16`.
    pub color: Option<String>,
    /// Which glyphs: `auto`, `unicode` or `ascii`.
    pub charset: Option<String>,
    /// Whether the mouse is asked for; it is when this is left out.
    pub mouse: Option<bool>,
    /// Whether the terminal's title tells the state; it does when this is left out.
    pub title: Option<bool>,
    /// `false`: nothing moves by itself.
    pub motion: Option<bool>,
    /// How a change is announced: `bell`, `osc9`, `osc777`, `command`.
    pub notify: Vec<String>,
    /// The program and its arguments that `command` starts; no shell reads it.
    pub notify_command: Vec<String>,
    /// What the console's own reads may cost, in US dollars an hour.
    pub budget: Option<f64>,
    /// Keys of the person's own, as they were written.
    pub keys: Vec<Remap>,
    /// The keys in force with them.
    pub keymap: Keymap,
}

/// One action that gets other keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remap {
    /// The scope as it was written, such as `global`.
    pub scope: String,
    /// The action as it was written, such as `disable`.
    pub action: String,
    /// The keys or chords; empty takes the action's keys away.
    pub on: Vec<String>,
    /// The key path in the file, for faults.
    pub path: String,
    /// The line of the file, from 1.
    pub line: usize,
}

/// Reads the table.
pub(super) fn read(node: &Node<'_>, faults: &mut Faults<'_>) -> Console {
    node.only(&KEYS, faults);
    let (keys, keymap) = node
        .node("keys", faults)
        .map(|node| keys(&node, faults))
        .unwrap_or_default();
    Console {
        theme: node.string("theme", faults),
        color: choice(
            node,
            "color",
            &["auto", "always", "never", "truecolor", "256", "16"],
            faults,
        ),
        charset: choice(
            node,
            "charset",
            &["auto", "unicode", "block", "ascii"],
            faults,
        ),
        mouse: node.boolean("mouse", faults),
        title: node.boolean("title", faults),
        motion: node.boolean("motion", faults),
        notify: notify(node, faults),
        notify_command: words(node.get("notify_command"), faults),
        budget: budget(node, faults),
        keys,
        keymap,
    }
}

fn choice(node: &Node<'_>, key: &str, known: &[&str], faults: &mut Faults<'_>) -> Option<String> {
    let item = node.get(key)?;
    let text = item.string(faults)?;
    if known.contains(&text.as_str()) {
        return Some(text);
    }
    let hint = format!("one of {}", known.join(", "));
    item.fault(format!("`{text}` is not known"), Some(&hint), faults);
    None
}

fn notify(node: &Node<'_>, faults: &mut Faults<'_>) -> Vec<String> {
    const KNOWN: [&str; 4] = ["bell", "osc9", "osc777", "command"];
    let Some(item) = node.get("notify") else {
        return Vec::new();
    };
    let ways = words(Some(item.clone()), faults);
    for way in &ways {
        if !KNOWN.contains(&way.as_str()) {
            let hint = format!("any of {}", KNOWN.join(", "));
            item.fault(format!("`{way}` is no way to notify"), Some(&hint), faults);
        }
    }
    if ways.iter().any(|way| way == "command") && node.get("notify_command").is_none() {
        item.fault(
            "`command` needs a program",
            Some("notify_command = [\"/path/to/program\", \"argument\"]"),
            faults,
        );
    }
    ways
}

/// Strings in an array, which may be empty.
fn words(item: Option<Item<'_>>, faults: &mut Faults<'_>) -> Vec<String> {
    item.and_then(|item| item.array(faults))
        .unwrap_or_default()
        .iter()
        .filter_map(|item| item.string(faults))
        .collect()
}

fn budget(node: &Node<'_>, faults: &mut Faults<'_>) -> Option<f64> {
    let item = node.get("budget")?;
    let dollars = item
        .number()
        .filter(|dollars| (0.01..=1000.0).contains(dollars));
    if dollars.is_none() {
        item.fault(
            "expected US dollars an hour, from 0.01 to 1000",
            Some("for example budget = 0.5"),
            faults,
        );
    }
    dollars
}

/// Where the parts of a remap stand.
struct Places {
    scope: Range<usize>,
    action: Range<usize>,
    keys: Vec<Range<usize>>,
}

/// `keys.SCOPE.ACTION = "key"` or a list of keys. Which names there are, and what may stand beside what, the keymap knows.
fn keys(node: &Node<'_>, faults: &mut Faults<'_>) -> (Vec<Remap>, Keymap) {
    let (mut remaps, mut places) = (Vec::new(), Vec::new());
    for (scope, at, item) in node.members() {
        let Some(actions) = item.node(faults) else {
            continue;
        };
        for (action, span, item) in actions.members() {
            let written = if item.value.is_str() {
                vec![item.clone()]
            } else {
                item.array(faults).unwrap_or_default()
            };
            let (on, spans): (Vec<String>, Vec<Range<usize>>) = written
                .iter()
                .filter_map(|key| Some((key.string(faults)?, key.span.clone())))
                .filter(|(key, _)| key != "none")
                .unzip();
            remaps.push(Remap {
                scope: scope.clone(),
                action,
                on,
                path: item.path.clone(),
                line: faults.line_of(&span),
            });
            places.push(Places {
                scope: at.clone(),
                action: span,
                keys: spans,
            });
        }
    }
    let keymap = in_force(&remaps, &places, faults);
    (remaps, keymap)
}

fn in_force(remaps: &[Remap], places: &[Places], faults: &mut Faults<'_>) -> Keymap {
    let wish = |remap: &Remap| Wish {
        scope: remap.scope.clone(),
        action: remap.action.clone(),
        on: remap.on.clone(),
    };
    let wishes: Vec<Wish> = remaps.iter().map(wish).collect();
    let found = match remap(&wishes) {
        Ok(keymap) => return keymap,
        Err(found) => found,
    };
    for fault in found {
        let (Some(remap), Some(place)) = (remaps.get(fault.wish), places.get(fault.wish)) else {
            continue;
        };
        let span = match fault.at {
            FaultAt::Scope => &place.scope,
            FaultAt::Action => &place.action,
            FaultAt::Key(number) => place.keys.get(number).unwrap_or(&place.action),
        };
        faults.push(span.clone(), &remap.path, fault.text, fault.hint.as_deref());
    }
    Keymap::default()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop here")]

    use crate::app::keymap::{Action, Scope};
    use crate::config::{parse, seed_text};

    fn with(console: &str) -> Result<super::Console, Vec<String>> {
        let text = format!("{console}\n{}", seed_text());
        parse("t.toml", &text)
            .map(|config| config.console)
            .map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn everything_may_be_left_out() {
        assert_eq!(with("").unwrap(), super::Console::default());
        assert_eq!(with("[console]").unwrap(), super::Console::default());
    }

    #[test]
    fn every_member_is_read() {
        let console = with(
            "[console]\ntheme = \"nord\"\nmouse = false\nbudget = 1\nnotify = [\"bell\"]\n\
             [console.keys.global]\ndisable = [\"X\", \"g d\"]\nquit = \"none\"\n\
             [console.keys.lists]\nfirst = [\"home\", \"g g\"]\n[console.keys.dialog]\nfirst = \"home\"",
        )
        .unwrap();
        assert_eq!(console.theme.as_deref(), Some("nord"));
        assert_eq!(console.mouse, Some(false));
        assert_eq!(console.budget, Some(1.0));
        assert_eq!(console.notify, ["bell"]);
        assert_eq!(console.keys[0].on, ["X", "g d"]);
        assert_eq!(console.keys[0].line, 7);
        assert_eq!(console.keys[1].on, Vec::<String>::new());
        let disable = console
            .keymap
            .row(Action::Disable, &[Scope::Global])
            .unwrap();
        assert_eq!(disable.names(), ["X", "g d"]);
    }

    #[test]
    fn faults_of_keys_are_told_with_all_others_at_their_places() {
        let faults = with(
            "[console]\ntheem = \"x\"\n[console.keys.globall]\nquit = \"x\"\n\
             [console.keys.global]\ndisabel = \"X\"\nwhy = [\"ctrl-y\", \"eNterr\", \"q\"]",
        )
        .unwrap_err();
        let all = faults.join("\n");
        for told in [
            "t.toml:2:1: console.theem: unknown key (did you mean `theme`?)",
            "t.toml:3:15: console.keys.globall.quit: no scope is called `globall` (did you mean `global`?)",
            "t.toml:6:1: console.keys.global.disabel: no action of `global` is called `disabel` (did you mean `disable`?)",
            "t.toml:7:18: console.keys.global.why: `eNterr` is no key (did you mean `enter`?)",
            "t.toml:7:28: console.keys.global.why: `q` is `quit` in `global` already (give `quit` other keys in [console.keys.global], or \"none\")",
        ] {
            assert!(all.contains(told), "{told}\nis not in\n{all}");
        }
        assert_eq!(faults.len(), 5, "{all}");
    }

    #[test]
    fn faults_are_told_together_with_their_lines() {
        let faults = with("[console]\ntheem = \"x\"\ncolor = \"8\"\nnotify = [\"command\", \"smoke\"]\nbudget = 0").unwrap_err();
        let all = faults.join("\n");
        assert_eq!(faults.len(), 5, "{all}");
        assert!(
            all.contains("t.toml:2:1: console.theem: unknown key (did you mean `theme`?)"),
            "{all}"
        );
        assert!(all.contains("`8` is not known (one of auto,"), "{all}");
        assert!(all.contains("`command` needs a program"), "{all}");
    }
}
