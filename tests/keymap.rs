//! The one table of keys: every row can be pressed, nothing is hidden, and what people read elsewhere agrees with it.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::collections::HashMap;
use std::time::Duration;

use coalmine::app::chart_pane::{Reach, Window};
use coalmine::app::keymap::{Action, CHAINS, KEYMAP, Key, KeyCode, Scope, lookup, rows};
use coalmine::app::model::{Overlay, Screen};
use coalmine::app::update::{Does, VERBS, offers, scopes};
use coalmine::app::{Effect, Model, Msg};
use coalmine::config;
use coalmine::domain::Timestamp;
use coalmine::domain::failure::{CallRecord, ErrorKind, PortError};

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn model() -> Model {
    Model::new(config::demo().unwrap(), START)
}

/// Every chain of scopes that can be open.
fn chains() -> Vec<Vec<Scope>> {
    let mut chains = Vec::new();
    let mut model = model();
    for screen in [
        Screen::Home,
        Screen::Logs,
        Screen::Alarms,
        Screen::Levers,
        Screen::History,
        Screen::Why,
        Screen::Calls,
        Screen::Runbook,
        Screen::Charts,
        Screen::Wall,
    ] {
        model.screen = screen;
        chains.push(scopes(&model));
    }
    for overlay in [
        Overlay::help(),
        Overlay::Contacts { selected: 0 },
        Overlay::palette(),
        Overlay::Links {
            links: Vec::new(),
            selected: 0,
        },
        Overlay::Leaving,
    ] {
        model.overlay = Some(overlay);
        chains.push(scopes(&model));
    }
    model.filtering = true;
    chains.push(scopes(&model));
    (model.filtering, model.overlay) = (false, None);
    model.logs.searching = true;
    chains.push(scopes(&model));
    chains
}

#[test]
fn every_notation_parses_and_no_key_stands_twice_in_a_scope() {
    let mut seen: HashMap<(Scope, Key), &str> = HashMap::new();
    for row in KEYMAP {
        assert_eq!(
            row.keys().count(),
            row.keys.split_whitespace().count(),
            "{}",
            row.keys
        );
        for key in row.keys() {
            assert_eq!(
                seen.insert((row.scope, key), row.help),
                None,
                "{key} stands twice in {:?}",
                row.scope
            );
        }
    }
}

#[test]
fn what_disables_is_never_shadowed() {
    let f9 = Key::plain(KeyCode::F(9));
    for chain in chains() {
        assert_eq!(lookup(f9, &chain), Some(Action::Disable), "{chain:?}");
        if !chain.contains(&Scope::Input) {
            assert_eq!(
                lookup(Key::char('D'), &chain),
                Some(Action::Disable),
                "{chain:?}"
            );
        }
    }
}

#[test]
fn no_scope_hides_a_key_of_the_one_below_unless_it_means_to() {
    // A dialog's own meaning of a key: it closes where the screen below leaves, pages where the screen below ticks.
    let meant = ["q", "enter", "y", "esc", "j", "k", "D", "space", "R"];
    // The charts have a cursor, which fingers look for on these; what moves a stage moves it there as well.
    let charted = ["home", "end", "l"];
    for chain in chains() {
        let meant: &[&str] = if chain.contains(&Scope::Charts) {
            &[&meant[..], &charted[..]].concat()
        } else {
            &meant
        };
        for (place, scope) in chain.iter().enumerate() {
            for row in rows(&[*scope]) {
                for key in row.keys() {
                    let above = lookup(key, &chain[..place]);
                    let hidden = above.is_some_and(|action| action != row.action);
                    assert!(
                        !hidden || meant.contains(&&*key.to_string()),
                        "{key} of {scope:?} is hidden in {chain:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_action_can_be_reached() {
    let reach = |action: Action| {
        KEYMAP
            .iter()
            .any(|row| row.action == action && row.keys().next().is_some())
    };
    use Action as A;
    let all = [
        A::Charts,
        A::Wall,
        A::Disable,
        A::Enable,
        A::NextStage,
        A::PreviousStage,
        A::Zero,
        A::Undo,
        A::Fallback,
        A::Repoint,
        A::Recommended,
        A::Complaint,
        A::Logs,
        A::Alarms,
        A::Levers,
        A::History,
        A::Why,
        A::Calls,
        A::Help,
        A::Palette,
        A::Pause,
        A::Filter,
        A::CohortFilter,
        A::Wrap,
        A::LiveTail,
        A::Restore,
        A::Copy,
        A::Refresh,
        A::Down,
        A::Up,
        A::PageDown,
        A::PageUp,
        A::First,
        A::Last,
        A::Open,
        A::Confirm,
        A::Back,
        A::NextField,
        A::Quit,
        A::Interrupt,
        A::Suspend,
        A::Redraw,
        A::Search,
        A::OlderMatch,
        A::NewerMatch,
        A::Context,
        A::Mark,
        A::OlderMark,
        A::NewerMark,
        A::Times,
        A::Patterns,
        A::Export,
        A::Minute,
        A::Contacts,
        A::Commands,
        A::StopCommand,
    ];
    use coalmine::app::keymap::Playing as P;
    let player = [
        P::Pause,
        P::Forward,
        P::Back,
        P::MinuteForward,
        P::MinuteBack,
        P::TenMinutes,
        P::TenMinutesBack,
        P::NextMark,
        P::PreviousMark,
        P::Start,
        P::End,
        P::Faster,
        P::Slower,
        P::Keys,
    ];
    let all = all.into_iter().chain(player.map(A::Replay));
    for action in all.chain((1..=9).map(A::Stage)) {
        assert!(reach(action), "{action:?} has no key");
    }
}

#[test]
fn words_are_short_and_helpful() {
    for row in KEYMAP {
        assert!(
            row.footer.chars().count() <= 10,
            "{} is too long for the footer",
            row.footer
        );
        assert!(
            !row.help.is_empty() && !row.help.ends_with('.') && row.help.chars().count() <= 72,
            "{}",
            row.help
        );
        assert!(row.help.starts_with(char::is_uppercase), "{}", row.help);
    }
}

#[test]
fn the_notation_is_read_back() {
    for row in KEYMAP {
        for key in row.keys() {
            let shown = key.to_string();
            assert_eq!(Key::parse(&shown), Some(key), "{shown}");
        }
    }
    for wrong in ["", "ctrl-", "f0x", "enterr", "DD", "fünf"] {
        assert_eq!(Key::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn the_readme_names_every_key_that_an_engineer_learns() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let table: String = readme
        .lines()
        .filter(|line| line.starts_with('|'))
        .collect();
    for row in rows(&[Scope::Global, Scope::Logs]).filter(|row| !row.footer.is_empty()) {
        let key = row.keys().next().unwrap();
        assert!(
            table.contains(&format!("`{key}`")),
            "the README's table of keys lacks `{key}` ({})",
            row.help
        );
    }
}

#[test]
fn every_chain_of_scopes_is_one_that_remaps_are_judged_by() {
    for chain in chains() {
        assert!(CHAINS.contains(&chain.as_slice()), "{chain:?}");
    }
}

#[test]
fn the_palette_offers_only_what_can_be_done_now() {
    let mut model = model();
    let offers_it = |model: &Model, action: Action| {
        let all = offers(model, "");
        let verb = |place: usize| VERBS[place].name == action.name();
        all.iter().any(|offer| match offer.does {
            Does::Act(does) => does == action,
            Does::Run(place) => verb(place),
            Does::Wait => VERBS
                .iter()
                .any(|verb| verb.name == action.name() && offer.line == verb.name),
        })
    };
    assert!(
        offers_it(&model, Action::Disable)
            && offers_it(&model, Action::Fallback)
            && offers_it(&model, Action::Stage(3))
    );
    for never in [
        Action::Undo,
        Action::Recommended,
        Action::Stage(4),
        Action::Palette,
        Action::Wrap,
    ] {
        model.screen = Screen::Alarms;
        assert!(!offers_it(&model, never), "{never:?}");
    }
    model.screen = Screen::History;
    assert!(offers_it(&model, Action::Restore) && !offers_it(&model, Action::Wrap));
    model.read_only = true;
    for offer in offers(&model, "") {
        match offer.does {
            Does::Act(action) => assert!(!action.is_write(), "{offer:?}"),
            Does::Run(place) => assert!(!VERBS[place].writes, "{offer:?}"),
            Does::Wait => assert!(
                VERBS
                    .iter()
                    .all(|verb| !verb.writes || verb.name != offer.line)
            ),
        }
    }
    let words = |typed: &str| {
        offers(&model, typed)
            .into_iter()
            .map(|offer| offer.does)
            .collect::<Vec<_>>()
    };
    assert_eq!(words("LATENCY api call"), [Does::Act(Action::Calls)]);
    assert!(words("no such thing").is_empty());
}

#[test]
fn the_contacts_are_looked_at_and_copied_one_by_one() {
    let mut model = model();
    let contacts = [
        ("on_call", "https://pager.example/team"),
        ("slack", "#incidents"),
    ];
    model.spec.contacts = contacts
        .map(|(name, address)| (name.to_owned(), address.to_owned()))
        .into();
    let mut press = |keys: &str| {
        let mut effects = Vec::new();
        for (at, key) in keys.chars().enumerate() {
            let pressed = Msg::Pressed {
                key: Key::char(key),
                at_ms: 1_000 * at as u64,
            };
            effects = coalmine::app::update(&mut model, pressed, START);
        }
        (effects, model.overlay.is_some())
    };
    let copied = |text: &str| vec![Effect::Copy(text.to_owned())];
    assert_eq!(press("@y").0, copied("https://pager.example/team"));
    assert_eq!(press("jjjy").0, copied("#incidents"));
    assert_eq!(press("ky").0, copied("https://pager.example/team"));
    assert!(!press("q").1, "q closes it");
    model.spec.contacts.clear();
    let nothing = ["@", "j", "y"].map(|key| {
        let key = Key::parse(key).unwrap();
        coalmine::app::update(&mut model, Msg::Pressed { key, at_ms: 0 }, START)
    });
    assert!(nothing.concat().is_empty(), "there is nobody to copy");
}

#[test]
fn messages_and_effects_survive_being_written_down() {
    let fault = PortError {
        kind: ErrorKind::TimedOut,
        what: "ssm:GetParameter".into(),
        text: "no answer".into(),
        hint: "wait".into(),
    };
    let messages = [
        Msg::Pressed {
            key: Key::parse("ctrl-r").unwrap(),
            at_ms: u64::MAX,
        },
        Msg::Pressed {
            key: Key::plain(KeyCode::F(9)),
            at_ms: 0,
        },
        Msg::Pasted("\u{1b}[31m\n\0é".into()),
        Msg::Resized(0, u16::MAX),
        Msg::Ticked,
        Msg::Paced(20.5),
        Msg::Resumed,
        Msg::Identified(Err(fault.clone())),
        Msg::Recovered(Ok(coalmine::domain::journal::Recovered::default())),
        Msg::HistoryRead(Ok(Vec::new())),
        Msg::Sampled(Err(fault.clone())),
        Msg::AlarmsRead(Err(fault.clone())),
        Msg::AlarmHistoryRead("a".into(), Err(fault.clone())),
        Msg::Tailed(Err(fault.clone())),
        Msg::JournalFailed(fault),
        Msg::JournalNoticed("repaired".into()),
        Msg::RecordingNoticed("the disk is full".into()),
        Msg::Background { is_light: true },
        Msg::ThemesRead(Box::default()),
        Msg::Unwritten(Box::new(coalmine::domain::journal::Entry::Complaint)),
        Msg::Called(CallRecord {
            at: START,
            operation: "ssm:PutParameter".into(),
            target: "/a".into(),
            latency: Duration::from_millis(12),
            metrics: 0,
            result: "ok".into(),
        }),
        Msg::Continued,
        Msg::Exported(Ok("/state/exports/logs.log".into())),
        Msg::SpanSampled(
            Reach::Change {
                at: START,
                window: Window::Day,
            },
            Err(PortError {
                kind: ErrorKind::Throttled,
                what: "cloudwatch:GetMetricData".into(),
                text: "slow down".into(),
                hint: "it is tried again".into(),
            }),
        ),
    ];
    for msg in messages {
        let text = serde_json::to_string(&msg).unwrap();
        assert_eq!(serde_json::from_str::<Msg>(&text).unwrap(), msg, "{text}");
    }
    for effect in [
        Effect::Identify,
        Effect::Sample {
            from: START,
            to: START,
        },
        Effect::Copy("x".into()),
        Effect::Quit,
        Effect::Continue,
        Effect::Export {
            name: "logs.log".into(),
            text: "\u{1b}[31m\n".into(),
            first: true,
        },
        Effect::SampleSpan {
            reach: Reach::Window(Window::HalfDay),
            from: START,
            to: START,
            period: Duration::from_mins(5),
        },
    ] {
        let text = serde_json::to_string(&effect).unwrap();
        assert_eq!(
            serde_json::from_str::<Effect>(&text).unwrap(),
            effect,
            "{text}"
        );
    }
}
