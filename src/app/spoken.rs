//! The console without a screen, its ear: a typed line becomes the messages that the keys of the screen would be. It knows no rule of
//! its own: what a word leads to is `update`'s, and what a question asks for is the dialog's.

use super::keymap::{Action, Key, Scope, lookup};
use super::model::{Model, Page as Sheet, Screen};
use super::{Effect, Msg};

mod answers;
mod incidents;
mod lines;
mod menu;
mod runbook;

pub use answers::{Asked, asked};
pub use menu::{Item, MENU, Word};

/// Something to be read out: nothing of the model changes by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// Everything at a glance.
    Status,
    /// The numbered menu.
    Menu,
    /// The alarms.
    Alarms,
    /// One alarm with its history, or whatever else was opened to be looked at.
    Opened,
    /// Every rule and gate.
    Why,
    /// The levers.
    Levers,
    /// The flag's versions.
    History,
    /// So many of the newest log lines that pass the filter.
    Logs(usize),
    /// The patterns of the log lines, the newest first.
    Patterns,
    /// The log lines that are bookmarked.
    Marks,
    /// Every signal's course in words.
    Charts,
    /// The runbook: its sections while one is to be picked, else the steps.
    Runbook,
    /// This page of the incident.
    Incident(Sheet),
    /// The stages.
    Stages,
    /// Who to call.
    Contacts,
    /// The plan or the text that is asked about, once more.
    Question,
}

/// What a line comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// Take these in, one after the other, then read this out.
    Do(Vec<Msg>, Option<Page>),
    /// It leads to nothing; why, and what would.
    Say(String),
    /// There was nothing on the line.
    Nothing,
}

impl Heard {
    fn act(action: Action) -> Self {
        Self::Do(vec![Msg::Chosen(action)], None)
    }

    fn show(page: Page) -> Self {
        Self::Do(Vec::new(), Some(page))
    }

    /// Opens a screen of the console and reads it out.
    fn open(action: Action, page: Page) -> Self {
        Self::Do(vec![Msg::Chosen(action)], Some(page))
    }

    fn say(text: impl Into<String>) -> Self {
        Self::Say(text.into())
    }

    /// The same, after this.
    fn after(self, first: Msg) -> Self {
        match self {
            Self::Do(mut msgs, page) => {
                msgs.insert(0, first);
                Self::Do(msgs, page)
            }
            other => other,
        }
    }
}

/// What a line means now. `at_ms` is the machine's monotonic clock, as [`Msg::Pressed`] has it.
pub fn hear(model: &Model, line: &str, at_ms: u64) -> Heard {
    let line = line.trim();
    if line.is_empty() {
        return Heard::Nothing;
    }
    // Whatever is asked, the way to take everybody off is open. The number is not: it may be the answer.
    if line.eq_ignore_ascii_case("disable") {
        return Heard::act(Action::Disable);
    }
    if let Some(asked) = asked(model) {
        return answers::hear(model, &asked, line, at_ms);
    }
    let heard = command(model, line, at_ms);
    // What was only looked at is put away by the next word.
    match (&model.overlay, &heard) {
        (Some(_), Heard::Do(..)) if !keeps_open(line) => heard.after(Msg::Chosen(Action::Back)),
        _ => heard,
    }
}

/// Words that are about what was opened.
fn keeps_open(line: &str) -> bool {
    matches!(
        line.to_ascii_lowercase().as_str(),
        "stop" | "copy" | "close" | "y" | "esc"
    )
}

fn command(model: &Model, line: &str, at_ms: u64) -> Heard {
    let (first, rest) = line
        .split_once(char::is_whitespace)
        .map_or((line, ""), |(first, rest)| (first, rest.trim()));
    let Some(word) = menu::word(first).or_else(|| by_key(first, rest)) else {
        return Heard::Say(menu::unknown(first));
    };
    means(model, word, rest, at_ms)
}

/// Whether a line begins with a word of the menu, or is a key of the screen.
fn is_word(line: &str, first: &str) -> bool {
    let rest = line.strip_prefix(first).unwrap_or_default().trim();
    menu::word(first).or_else(|| by_key(first, rest)).is_some()
}

/// The keys of the screen that are no digits work as words, so that what the console says of them is true here, too.
fn by_key(first: &str, rest: &str) -> Option<Word> {
    let key = Key::parse(first).filter(|_| rest.is_empty())?;
    let scopes = [
        Scope::Always,
        Scope::Dialog,
        Scope::Incident,
        Scope::Runbook,
        Scope::Global,
        Scope::Logs,
    ];
    let global = lookup(key, &[Scope::Always, Scope::Global]);
    let action = global.or_else(|| lookup(key, &scopes))?;
    menu::of_action(action)
}

fn means(model: &Model, word: Word, rest: &str, at_ms: u64) -> Heard {
    match word {
        Word::Status => Heard::open(Action::Refresh, Page::Status),
        Word::Disable => Heard::act(Action::Disable),
        Word::Lower => Heard::act(Action::PreviousStage),
        Word::Raise => Heard::act(Action::NextStage),
        Word::Enable => Heard::act(Action::Enable),
        Word::Zero => Heard::act(Action::Zero),
        Word::Stage => stage(model, rest),
        Word::Set => set(model, rest),
        Word::Undo => Heard::act(Action::Undo),
        Word::Fallback => fallback(model, rest),
        Word::Advice => Heard::act(Action::Recommended),
        Word::Complaint => Heard::act(Action::Complaint),
        Word::Tune => tune(rest, at_ms),
        Word::Charts => Heard::open(Action::Charts, Page::Charts),
        Word::Logs | Word::Patterns | Word::Mark | Word::Marks | Word::Export | Word::Live => {
            lines::hear(model, word, rest, at_ms)
        }
        Word::History => Heard::open(Action::History, Page::History),
        Word::Restore => restore(model, rest),
        Word::Alarms => Heard::open(Action::Alarms, Page::Alarms),
        Word::Alarm => alarm(model, rest),
        Word::Why => Heard::open(Action::Why, Page::Why),
        Word::Levers => Heard::open(Action::Levers, Page::Levers),
        Word::Contacts => Heard::show(Page::Contacts),
        Word::Incident => incidents::hear(model, rest, at_ms),
        Word::Links => Heard::act(Action::Link),
        Word::Copy => Heard::act(Action::Copy),
        Word::Close => match model.overlay {
            Some(_) => Heard::act(Action::Back),
            None => Heard::say("nothing is open"),
        },
        Word::Help => Heard::show(Page::Menu),
        Word::Quit => Heard::act(Action::Quit),
        Word::Runbook
        | Word::Sections
        | Word::Section
        | Word::Tick
        | Word::Run
        | Word::Skip
        | Word::Branch
        | Word::Script
        | Word::Output
        | Word::Stop => runbook::hear(model, word, rest, at_ms),
    }
}

/// Text put into the line that is open then: whatever stands there goes first, and Enter follows.
fn typed(text: &str, at_ms: u64) -> [Msg; 3] {
    let clear = Key {
        ctrl: true,
        ..Key::char('u')
    };
    [
        Msg::Pressed { key: clear, at_ms },
        Msg::Pasted(text.to_owned()),
        Msg::Chosen(Action::Confirm),
    ]
}

/// The row of this number, from 0, on the screen that is open then.
fn row(number: usize) -> impl Iterator<Item = Msg> {
    let down = std::iter::repeat_n(Msg::Chosen(Action::Down), number);
    std::iter::once(Msg::Chosen(Action::First)).chain(down)
}

/// A number from 1 to `count`, as an index.
fn index(text: &str, count: usize) -> Option<usize> {
    let number: usize = text.parse().ok()?;
    (1..=count).contains(&number).then(|| number - 1)
}

fn stage(model: &Model, rest: &str) -> Heard {
    let count = model.spec.stages.len();
    match (rest, index(rest, count.min(9))) {
        ("", _) => Heard::show(Page::Stages),
        (_, Some(at)) => Heard::act(Action::Stage(at as u8 + 1)),
        _ => Heard::say(format!(
            "there is no stage {rest}: this rollout has {count}; stage alone lists them"
        )),
    }
}

fn set(model: &Model, rest: &str) -> Heard {
    let number = rest.trim_end_matches('%').trim().parse::<u8>().ok();
    let stages = &model.spec.stages;
    let at = stages
        .iter()
        .position(|stage| Some(stage.percent.get()) == number);
    match (number, at) {
        (Some(0), _) => Heard::act(Action::Zero),
        (_, Some(at)) if at < 9 => Heard::act(Action::Stage(at as u8 + 1)),
        _ => {
            let all: Vec<String> = stages
                .iter()
                .map(|stage| stage.percent.get().to_string())
                .collect();
            Heard::say(format!(
                "set takes 0 or the percentage of a stage: {}; any other one is for `coalmine set`",
                all.join(", ")
            ))
        }
    }
}

fn fallback(model: &Model, rest: &str) -> Heard {
    let is_on = super::update::fallback_is_on(model);
    match (rest, is_on) {
        ("on", true) => Heard::say("the fallback is on already"),
        ("off", false) => Heard::say("the fallback is off, as far as is known"),
        ("" | "on" | "off", _) => Heard::act(Action::Fallback),
        _ => Heard::say("fallback on, or fallback off"),
    }
}

fn tune(rest: &str, at_ms: u64) -> Heard {
    let mut msgs = vec![Msg::Chosen(Action::Tune)];
    if !rest.is_empty() {
        msgs.extend(typed(rest, at_ms));
    }
    Heard::Do(msgs, None)
}

fn restore(model: &Model, rest: &str) -> Heard {
    let wanted = rest.trim_start_matches(['v', 'V']);
    if wanted.is_empty() {
        return Heard::say("restore VERSION, as history names it");
    }
    let versions = model.history.value.as_deref().unwrap_or_default();
    let at = versions
        .iter()
        .position(|version| version.revision.0 == wanted);
    let Some(at) = at else {
        return Heard::say(if versions.is_empty() {
            "the versions were not read yet: history reads them".to_owned()
        } else {
            format!("there is no version {rest}: history lists them")
        });
    };
    let mut msgs = vec![Msg::Chosen(Action::History)];
    msgs.extend(row(at));
    msgs.push(Msg::Chosen(Action::Restore));
    Heard::Do(msgs, None)
}

fn alarm(model: &Model, rest: &str) -> Heard {
    let alarms = model
        .alarms
        .value
        .as_ref()
        .map_or(&[][..], |batch| &batch.alarms);
    let by_name = alarms.iter().position(|alarm| alarm.name == rest);
    let Some(at) = index(rest, alarms.len()).or(by_name) else {
        return Heard::say("alarm N, with the number that alarms gives it");
    };
    let mut msgs = vec![Msg::Chosen(Action::Alarms)];
    msgs.extend(row(at));
    msgs.push(Msg::Chosen(Action::Open));
    Heard::Do(msgs, Some(Page::Opened))
}

/// What is read out where a step of the runbook led to another screen: there it would be seen.
pub fn landed(model: &Model, from: Screen) -> Option<Page> {
    if from != Screen::Runbook || model.overlay.is_some() {
        return None;
    }
    match model.screen {
        Screen::Home => Some(Page::Status),
        Screen::Alarms => Some(Page::Alarms),
        Screen::Levers => Some(Page::Levers),
        Screen::History => Some(Page::History),
        Screen::Logs => Some(Page::Logs(lines::LINES)),
        _ => None,
    }
}

/// Whether everything that a page is made of has come, or will not come.
pub fn is_ready(model: &Model, page: &Page) -> bool {
    match page {
        Page::Status => {
            let reads = [
                model.flag.reading,
                model.sampling.reading,
                model.alarms.reading,
            ];
            !reads.contains(&true) && (model.flag.at.is_some() || model.flag.fault.is_some())
        }
        Page::History => !model.history.reading,
        Page::Logs(_) | Page::Marks => !model.logs.is_behind(),
        Page::Runbook => !model.runbook.reading,
        Page::Opened => !matches!(
            &model.overlay,
            Some(super::model::Overlay::Alarm { history, .. }) if history.reading
        ),
        Page::Incident(_) => model.incident.asked.is_none(),
        _ => true,
    }
}

/// What is fed in right before a page is read out, so that the numbers in it stay true.
pub fn before(model: &Model, page: &Page) -> Vec<Msg> {
    let picking = model.runbook.picking.is_some();
    if *page == Page::Runbook && model.screen == Screen::Runbook && picking {
        // A selection that was moved keeps the rows in their places.
        return vec![Msg::Chosen(Action::First)];
    }
    Vec::new()
}

/// The size that the console has where everything is read out whole: nothing counts as not seen for want of rows.
pub const ENDLESS: (u16, u16) = (u16::MAX, u16::MAX);

/// Whether an effect is for the hands of the executor; the others are for whoever has the terminal.
pub fn is_for_hands(effect: &Effect) -> bool {
    !matches!(
        effect,
        Effect::Copy(_) | Effect::Bell | Effect::Suspend | Effect::Quit
    )
}

/// Whether a line is the wish to take everybody off, which waits for nothing.
pub fn is_urgent(line: &str) -> bool {
    let line = line.trim();
    line.eq_ignore_ascii_case("disable") || line == "D" || menu::word(line) == Some(Word::Disable)
}
