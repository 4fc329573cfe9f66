//! What a person may do to the table, and what is told of each thing that may not be done.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;

fn wish(scope: &str, action: &str, on: &[&str]) -> Wish {
    Wish {
        scope: scope.into(),
        action: action.into(),
        on: on.iter().map(|key| (*key).to_owned()).collect(),
    }
}

fn told(wishes: &[Wish]) -> Vec<String> {
    let faults = remap(wishes).err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.text).collect()
}

fn one(scope: &str, action: &str, on: &[&str]) -> String {
    let told = told(&[wish(scope, action, on)]);
    assert!(told.len() < 2, "{told:?}");
    told.concat()
}

#[test]
fn a_wish_replaces_the_keys_and_nothing_else() {
    let keymap = remap(&[wish("global", "next-stage", &["ctrl-n", "F8"])]).unwrap();
    let chain = CHAINS[3];
    assert_eq!(keymap.step(&[Key::char('+')], chain), Step::Nothing);
    let ctrl_n = Key::parse("C-n").unwrap();
    assert_eq!(keymap.step(&[ctrl_n], chain), Step::Act(Action::NextStage));
    assert_eq!(keymap.key_of(Action::NextStage), "ctrl-n");
    let rest = |map: &Keymap| {
        map.rows()
            .iter()
            .filter(|row| !row.changed)
            .cloned()
            .collect::<Vec<_>>()
    };
    let all = Keymap::default();
    assert_eq!(rest(&keymap).len(), all.rows().len() - 1);
    assert!(rest(&keymap).iter().all(|row| all.rows().contains(row)));
    assert_eq!(Keymap::with(&keymap.changes()), keymap);
    assert_eq!(remap(&[]).unwrap(), all);
}

#[test]
fn none_takes_a_key_away_and_the_chord_waits_for_its_end() {
    let keymap = remap(&[
        wish("global", "quit", &[]),
        wish("global", "why", &["ctrl-x w", "ctrl-x y"]),
    ])
    .unwrap();
    let keys = |text: &str| Chord::parse(text).unwrap().keys().to_vec();
    let chain = CHAINS[3];
    assert_eq!(keymap.step(&keys("q"), chain), Step::Nothing);
    assert_eq!(keymap.step(&keys("ctrl-x"), chain), Step::Begins);
    assert_eq!(
        keymap.step(&keys("ctrl-x w"), chain),
        Step::Act(Action::Why)
    );
    assert_eq!(keymap.step(&keys("ctrl-x x"), chain), Step::Nothing);
    let follows: Vec<String> = keymap
        .follows(&keys("ctrl-x"), chain)
        .iter()
        .map(|(rest, _)| rest.to_string())
        .collect();
    assert_eq!(follows, ["w", "y"]);
}

#[test]
fn what_cannot_stand_together_is_told() {
    assert_eq!(
        one("global", "why", &["q"]),
        "`q` is `quit` in `global` already"
    );
    assert_eq!(
        one("logs", "wrap", &["D"]),
        "`D` is `disable` in `global` already"
    );
    assert_eq!(
        one("global", "why", &["space"]),
        "`space` is `tick` in `runbook` already"
    );
    assert_eq!(
        one("global", "why", &["ctrl-x", "ctrl-x"]),
        "`ctrl-x` is named twice"
    );
    assert_eq!(
        one("global", "why", &["ctrl-x", "ctrl-x w"]),
        "`ctrl-x w` can never be finished: `ctrl-x` alone is `why` in `global`"
    );
    let told = told(&[wish("global", "why", &["g w"])]);
    assert_eq!(
        told,
        ["`g w` can never be finished: `g` alone is `first` in `lists`"]
    );
    let begins = super::tests::told(&[
        wish("global", "why", &["X w"]),
        wish("global", "calls", &["X"]),
    ]);
    assert_eq!(
        begins,
        ["`X` is how `X w` begins, which is `why` in `global`"]
    );
    // Scopes that are never open together have the same key in peace.
    assert_eq!(
        one("runbook", "down", &["s"]),
        "`down` has no keys in `runbook`"
    );
    assert_eq!(one("runbook", "script", &["W"]), "");
    // Swapping two keys is one deed.
    assert_eq!(
        super::tests::told(&[
            wish("global", "why", &["a"]),
            wish("global", "alarms", &["w"])
        ]),
        Vec::<String>::new()
    );
}

#[test]
fn keys_that_never_arrive_or_are_none_are_told() {
    assert_eq!(
        one("global", "why", &["ctrl-i"]),
        "`ctrl-i` never arrives: terminals send it as tab"
    );
    assert_eq!(
        one("global", "why", &["<C-m>"]),
        "`ctrl-m` never arrives: terminals send it as enter"
    );
    assert_eq!(
        one("global", "why", &["ctrl-1"]),
        "`ctrl-1` never arrives: terminals know ctrl with letters and space only"
    );
    for none in [
        "F13",
        "f0",
        "ctrl-",
        "DD",
        "shift-1",
        "a b c d e",
        "ctrl-ctrl-x",
        "super-x",
        "",
    ] {
        assert!(
            one("global", "why", &[none]).ends_with("is no key"),
            "{none}"
        );
    }
    assert_eq!(
        one("always", "disable", &["D"]),
        "`D` is needed by the line that is being typed"
    );
    assert_eq!(
        one("input", "confirm", &["ctrl-u"]),
        "`ctrl-u` is needed by the line that is being typed"
    );
}

#[test]
fn nobody_loses_the_way_out_the_way_on_or_what_disables() {
    for way in [&[][..], &["ctrl-q"]] {
        assert!(one("always", "interrupt", way).starts_with("`ctrl-c` must stay"));
    }
    assert_eq!(one("always", "interrupt", &["ctrl-c", "F10"]), "");
    assert_eq!(
        one("global", "why", &["ctrl-c"]),
        "`ctrl-c` is `interrupt` in `always` already"
    );
    assert_eq!(
        one("dialog", "back", &[]),
        "the way out of a dialog must keep a key"
    );
    assert!(one("input", "confirm", &[]).starts_with("the way on must keep a key"));
    assert_eq!(one("global", "disable", &[]), "", "F9 is left");
    let both = told(&[
        wish("global", "disable", &[]),
        wish("always", "disable", &[]),
    ]);
    assert_eq!(both.len(), 2, "{both:?}");
}

#[test]
fn no_key_asks_and_answers_itself() {
    let told = told(&[wish("dialog", "confirm", &["enter", "+"])]);
    assert_eq!(
        told,
        ["`+` would ask for `next_stage` and confirm it as well"]
    );
    let told = super::tests::told(&[
        wish("global", "next_stage", &["ctrl-o"]),
        wish("dialog", "confirm", &["ctrl-o"]),
    ]);
    assert_eq!(
        told,
        ["`ctrl-o` would ask for `next_stage` and confirm it as well"]
    );
}

#[test]
fn dialogs_disable_by_the_same_keys_as_the_screen() {
    let keymap = remap(&[wish("global", "disable", &["X"])]).unwrap();
    assert_eq!(
        keymap.step(&[Key::char('X')], CHAINS[1]),
        Step::Act(Action::Disable)
    );
    assert_eq!(keymap.step(&[Key::char('D')], CHAINS[1]), Step::Nothing);
    assert_eq!(one("global", "disable", &["ctrl-g"]), "");
    // It would be another deed in a dialog that shows a command's output.
    let told = told(&[wish("global", "disable", &["n"])]);
    assert!(
        told.iter()
            .any(|text| text == "`n` is `back` in `dialog` already"),
        "{told:?}"
    );
}

#[test]
fn one_notation_is_as_good_as_another() {
    for (one, other) in [
        ("ctrl-x", "C-x"),
        ("ctrl-x", "<C-x>"),
        ("ctrl-x", "^x"),
        ("ctrl-x", "Ctrl-X"),
        ("ctrl-x", "ctrl+x"),
        ("F5", "f5"),
        ("F5", "<F5>"),
        ("backtab", "shift-tab"),
        ("backtab", "<S-Tab>"),
        ("space", "<Space>"),
        ("enter", "<CR>"),
        ("enter", "Return"),
        ("esc", "Escape"),
        ("pgdn", "PageDown"),
        ("D", "shift-d"),
        ("D", "S-d"),
        ("alt-x", "M-x"),
        ("alt-x", "<A-x>"),
        ("ctrl-alt-x", "C-M-x"),
        ("ctrl-up", "<C-Up>"),
    ] {
        assert!(Key::parse(one).is_some(), "{one}");
        assert_eq!(Key::parse(one), Key::parse(other), "{one} {other}");
    }
    assert_ne!(Key::parse("d"), Key::parse("D"));
    assert_eq!(Key::parse("<"), Some(Key::char('<')));
    assert_eq!(Key::parse("-"), Some(Key::char('-')));
}

#[test]
fn names_are_stable_and_lead_back() {
    let mut seen = std::collections::BTreeSet::new();
    for row in KEYMAP {
        let (scope, action) = (row.scope.name(), row.action.name());
        assert_eq!(Scope::named(&scope), Some(row.scope));
        let found = Binding::named(row.scope, &action).unwrap();
        assert_eq!(found.action, row.action);
        assert!(
            seen.insert(format!("{scope}.{action}")),
            "{scope}.{action} stands twice"
        );
    }
    for name in [
        "global.disable",
        "always.disable",
        "global.next_stage",
        "global.previous_stage",
        "global.stage_3",
        "global.palette",
        "lists.page_down",
        "logs.cohort_filter",
        "history.restore",
        "dialog.confirm",
        "input.next_field",
        "replay.minute_back",
        "runbook.tick",
        "incident.incident_page",
        "always.interrupt",
        "global.quit",
    ] {
        assert!(seen.contains(name), "configurations call it {name}");
    }
}
