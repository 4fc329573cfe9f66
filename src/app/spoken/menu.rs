//! The numbered menu: its words, what each is called, and what a person is told where a word is none. It does nothing.

use crate::app::keymap::Action;
use crate::domain::nearest::nearest;

/// What a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Read everything again and tell how things stand.
    Status,
    /// Turn the feature off.
    Disable,
    /// Back one stage.
    Lower,
    /// The next stage.
    Raise,
    /// The first stage.
    Enable,
    /// Zero percent.
    Zero,
    /// The stage of a number.
    Stage,
    /// The stage of a percentage.
    Set,
    /// Undo the last order.
    Undo,
    /// The environment-variable fallback.
    Fallback,
    /// What the verdict recommends.
    Advice,
    /// Count a complaint.
    Complaint,
    /// Tune one value.
    Tune,
    /// The logs.
    Logs,
    /// Their patterns.
    Patterns,
    /// Bookmark a line.
    Mark,
    /// The bookmarks.
    Marks,
    /// Write the lines to a file.
    Export,
    /// Live Tail.
    Live,
    /// The signals' courses.
    Charts,
    /// The flag's versions.
    History,
    /// Restore one.
    Restore,
    /// The alarms.
    Alarms,
    /// One alarm with its history.
    Alarm,
    /// Every rule and gate.
    Why,
    /// The levers.
    Levers,
    /// Who to call.
    Contacts,
    /// The incident.
    Incident,
    /// The runbook.
    Runbook,
    /// Its sections.
    Sections,
    /// Pick one.
    Section,
    /// Tick a step.
    Tick,
    /// Do what a step says.
    Run,
    /// Leave a step out.
    Skip,
    /// Take a branch.
    Branch,
    /// A step's command as a shell would run it.
    Script,
    /// What the last command wrote.
    Output,
    /// Stop the command that runs.
    Stop,
    /// Show what can be copied.
    Copy,
    /// Where the AWS console shows things.
    Links,
    /// Put away what was opened.
    Close,
    /// The menu.
    Help,
    /// Leave.
    Quit,
}

/// A row of the menu.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Its number, where it has one.
    pub number: Option<u8>,
    /// How it is written, with what follows it.
    pub usage: &'static str,
    /// Other words for it.
    pub also: &'static [&'static str],
    /// What it stands for.
    pub word: Word,
    /// What it does.
    pub help: &'static str,
}

const fn item(
    number: u8,
    usage: &'static str,
    also: &'static [&'static str],
    word: Word,
    help: &'static str,
) -> Item {
    Item {
        number: if number == NONE { None } else { Some(number) },
        usage,
        also,
        word,
        help,
    }
}

/// No number.
const NONE: u8 = u8::MAX;

use Word as W;

/// The menu, in the order in which it is read out.
#[rustfmt::skip]
pub const MENU: &[Item] = &[
    item(1,    "status",           &["refresh"],    W::Status,    "read everything again and tell how things stand"),
    item(2,    "disable",          &["off"],        W::Disable,   "turn the feature off now; the percentage stays; undo is 5"),
    item(3,    "lower",            &["back"],       W::Lower,     "back one stage, at once"),
    item(4,    "raise",            &["next"],       W::Raise,     "the next stage; asks first"),
    item(5,    "undo",             &[],             W::Undo,      "undo the last order; asks when that raises exposure"),
    item(6,    "stage N",          &[],             W::Stage,     "set stage N; without a number: list the stages"),
    item(7,    "fallback [on|off]",&[],             W::Fallback,  "the environment-variable fallback of the function"),
    item(8,    "runbook",          &[],             W::Runbook,   "the runbook: its sections, then its steps by number"),
    item(9,    "incident",         &[],             W::Incident,  "the incident; also: incident open, close TEXT, note TEXT, handover, report, message, unlock, take-over"),
    item(10,   "complaint",        &[],             W::Complaint, "count a complaint"),
    item(11,   "logs [N] [TEXT]",  &["log"],        W::Logs,      "the last N log lines, those with TEXT; logs all shows all again"),
    item(12,   "history",          &["versions"],   W::History,   "the flag's versions: who, when, what"),
    item(13,   "alarms",           &[],             W::Alarms,    "the alarms"),
    item(14,   "why",              &[],             W::Why,       "why the verdict is what it is: every rule and gate"),
    item(15,   "levers",           &[],             W::Levers,    "the levers, and whether they would work now"),
    item(16,   "advice",           &["recommended"],W::Advice,    "do what the verdict recommends"),
    item(17,   "contacts",         &["who"],        W::Contacts,  "who to call"),
    item(18,   "help",             &["?", "menu"],  W::Help,      "this menu"),
    item(0,    "quit",             &["exit"],       W::Quit,      "leave; the rollout stays as it is"),
    item(NONE, "set PERCENT",      &[],             W::Set,       "set 0, or the percentage of a stage"),
    item(NONE, "zero",             &[],             W::Zero,      "set 0 percent, at once"),
    item(NONE, "enable",           &["on"],         W::Enable,    "enable at the first stage; asks first"),
    item(NONE, "restore VERSION",  &[],             W::Restore,   "put back a version of the flag; asks when that raises exposure"),
    item(NONE, "tune KEY=VALUE",   &[],             W::Tune,      "set a value that decides nobody's exposure"),
    item(NONE, "alarm N",          &[],             W::Alarm,     "alarm number N with its history"),
    item(NONE, "charts",           &["chart"],      W::Charts,    "how each signal went, in words"),
    item(NONE, "patterns",         &["pattern"],    W::Patterns,  "the log lines by pattern, the newest first; logs pattern:N reads one's lines"),
    item(NONE, "mark [TEXT]",      &["bookmark"],   W::Mark,      "bookmark the newest log line, or the newest with TEXT in its time or message; again: take it away"),
    item(NONE, "marks",            &["bookmarks"],  W::Marks,     "the log lines that are bookmarked"),
    item(NONE, "export",           &[],             W::Export,    "write the log lines that pass the filter to a file"),
    item(NONE, "live [on|off]",    &[],             W::Live,      "Live Tail instead of polling, and back; costs by the minute"),
    item(NONE, "sections",         &[],             W::Sections,  "the sections of the runbook"),
    item(NONE, "section N",        &["pick"],       W::Section,   "open section N of the runbook"),
    item(NONE, "run N",            &["step"],       W::Run,       "do what step N says; what changes something is shown first"),
    item(NONE, "tick N",           &["done"],       W::Tick,      "tick step N, or take its tick away"),
    item(NONE, "skip N",           &[],             W::Skip,      "leave step N out, or take it in again"),
    item(NONE, "branch N",         &[],             W::Branch,    "take the branch that step N is"),
    item(NONE, "script N",         &[],             W::Script,    "the command of step N as a shell would run it"),
    item(NONE, "output",           &[],             W::Output,    "what the last command of the runbook wrote"),
    item(NONE, "stop",             &[],             W::Stop,      "stop the command that runs"),
    item(NONE, "copy",             &["y"],          W::Copy,      "print what the screen would copy: a command line, a report"),
    item(NONE, "links",            &[],             W::Links,     "where the AWS console shows the flag, the function, the metrics"),
    item(NONE, "close",            &["esc"],        W::Close,     "put away what was opened"),
];

/// The word that this text is: its name, its number, or another name of it.
pub(super) fn word(text: &str) -> Option<Word> {
    let small = text.to_lowercase();
    let number: Option<u8> = small.parse().ok();
    let is = |item: &&Item| {
        let name = item.usage.split(' ').next().unwrap_or_default();
        name == small || item.also.contains(&small.as_str())
    };
    match number {
        Some(number) => MENU.iter().find(|item| item.number == Some(number)),
        None => MENU.iter().find(is),
    }
    // A key of the screen in another letter case is another key.
    .filter(|_| text.chars().count() > 1 || small == text)
    .map(|item| item.word)
}

/// The word for what a key of the screen does.
pub(super) fn of_action(action: Action) -> Option<Word> {
    Some(match action {
        Action::Disable => Word::Disable,
        Action::PreviousStage => Word::Lower,
        Action::NextStage => Word::Raise,
        Action::Enable => Word::Enable,
        Action::Undo => Word::Undo,
        Action::Fallback => Word::Fallback,
        Action::Recommended => Word::Advice,
        Action::Complaint => Word::Complaint,
        Action::Tune => Word::Tune,
        Action::Logs | Action::Filter | Action::Search => Word::Logs,
        Action::Patterns => Word::Patterns,
        Action::Mark => Word::Mark,
        Action::OlderMark | Action::NewerMark => Word::Marks,
        Action::Export => Word::Export,
        Action::LiveTail => Word::Live,
        Action::Charts => Word::Charts,
        Action::History => Word::History,
        Action::Alarms => Word::Alarms,
        Action::Why => Word::Why,
        Action::Levers => Word::Levers,
        Action::Contacts => Word::Contacts,
        Action::Incident => Word::Incident,
        Action::Runbook => Word::Runbook,
        Action::Refresh | Action::Home => Word::Status,
        Action::Commands => Word::Output,
        Action::Copy => Word::Copy,
        Action::Link => Word::Links,
        Action::Back => Word::Close,
        Action::Help | Action::Palette => Word::Help,
        Action::Quit => Word::Quit,
        _ => return None,
    })
}

/// What is said where a word is none.
pub(super) fn unknown(text: &str) -> String {
    let shown: String = text.chars().take(40).collect();
    let names = || {
        let first = |item: &'static Item| item.usage.split(' ').next().unwrap_or_default();
        MENU.iter().map(first)
    };
    let near = names()
        .filter(|name| text.len() > 1 && (name.starts_with(text) || text.starts_with(*name)))
        .min_by_key(|name| name.len())
        .or_else(|| nearest(text, names()).filter(|_| text.chars().count() > 2));
    match near {
        Some(near) => {
            format!("{shown} is no word of the menu; did you mean {near}? help lists them")
        }
        None => format!("{shown} is no word of the menu; help lists them"),
    }
}
