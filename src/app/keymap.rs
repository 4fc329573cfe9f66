//! Every key of the console in one table. Dispatch, footer, help and palette read it and nothing else.

use serde::{Deserialize, Serialize};

mod action;
mod charting;
mod chord;
mod clash;
mod in_force;
mod key;
mod names;
mod playing;
mod remap;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use charting::Charting;
pub use chord::Chord;
pub use clash::CHAINS;
pub use in_force::{Bound, Change, Keymap, Step};
pub use key::{Key, KeyCode};
pub use playing::Playing;
pub use remap::{FaultAt, KeyFault, Wish, remap};

/// Where a key works. The topmost scope of the moment is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Everywhere, text inputs included.
    Always,
    /// Everywhere but in text inputs and dialogs.
    Global,
    /// Whatever has rows.
    Lists,
    /// The log pane, alone or on the home screen.
    Logs,
    /// The list of alarms.
    Alarms,
    /// The history of the flag.
    History,
    /// A dialog that shows a plan or an outcome.
    Dialog,
    /// A line being typed.
    Input,
    /// The player of recordings; the keys that are played back never meet it.
    Replay,
    /// The runbook.
    Runbook,
    /// The incident's screen.
    Incident,
    /// The charts.
    Charts,
    /// The list of rollouts.
    Fleet,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where it works.
    pub scope: Scope,
    /// The keys, in the table's notation, separated by blanks.
    pub keys: &'static str,
    /// What it does.
    pub action: Action,
    /// The word in the footer; empty for none.
    pub footer: &'static str,
    /// The sentence in the help.
    pub help: &'static str,
}

impl Binding {
    /// The keys of the row.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.keys.split(' ').filter_map(Key::parse)
    }
}

const fn bind(
    scope: Scope,
    keys: &'static str,
    action: Action,
    footer: &'static str,
    help: &'static str,
) -> Binding {
    Binding {
        scope,
        keys,
        action,
        footer,
        help,
    }
}

use Action as A;
use Charting as G;
use Playing as P;
use Scope as S;

/// The table.
#[rustfmt::skip]
pub const KEYMAP: &[Binding] = &[
    //   scope        keys                action               footer       help
    bind(S::Global,  "D",                A::Disable,          "disable",   "Turn the feature off now (keeps the percentage)"),
    bind(S::Always,  "f9",               A::Disable,          "disable",   "Turn the feature off now, from anywhere, even while typing"),
    bind(S::Global,  "+ =",              A::NextStage,        "next",      "Go to the next stage (a raise: asks)"),
    bind(S::Global,  "- _",              A::PreviousStage,    "back",      "Go back one stage, at once"),
    bind(S::Global,  "0",                A::Zero,             "",          "Set 0 percent, at once"),
    bind(S::Global,  "1",                A::Stage(1),         "",          "Set the first stage"),
    bind(S::Global,  "2",                A::Stage(2),         "",          "Set the second stage"),
    bind(S::Global,  "3",                A::Stage(3),         "",          "Set the third stage"),
    bind(S::Global,  "4",                A::Stage(4),         "",          "Set the fourth stage"),
    bind(S::Global,  "5",                A::Stage(5),         "",          "Set the fifth stage"),
    bind(S::Global,  "6",                A::Stage(6),         "",          "Set the sixth stage"),
    bind(S::Global,  "7",                A::Stage(7),         "",          "Set the seventh stage"),
    bind(S::Global,  "8",                A::Stage(8),         "",          "Set the eighth stage"),
    bind(S::Global,  "9",                A::Stage(9),         "",          "Set the ninth stage"),
    bind(S::Global,  "E",                A::Enable,           "",          "Enable at the first stage (a raise: asks)"),
    bind(S::Global,  "u",                A::Undo,             "undo",      "Undo the last order (asks when that is a raise)"),
    bind(S::Global,  "F",                A::Fallback,         "fallback",  "Environment-variable fallback of the function: on, or off again"),
    bind(S::Global,  "r",                A::Recommended,      "",          "Do what the verdict recommends"),
    bind(S::Global,  "w",                A::Why,              "why",       "Why the verdict is what it is: every rule and gate"),
    bind(S::Global,  "a",                A::Alarms,           "alarms",    "The alarms, with their history"),
    bind(S::Global,  "l",                A::Logs,             "logs",      "The logs on the whole screen"),
    bind(S::Global,  "x",                A::Levers,           "levers",    "The levers: state, exposure, time to effect, contradictions"),
    bind(S::Global,  "H",                A::History,          "history",   "The flag's versions: who, when, what; restore one"),
    bind(S::Global,  "C",                A::Calls,            "",          "Every API call with its latency and result"),
    bind(S::Global,  "T",                A::Tune,             "",          "Tune one value: a member of the flag, or a variable of the function"),
    bind(S::Global,  "c",                A::Complaint,        "",          "Count a complaint"),
    bind(S::Global,  "p",                A::Pause,            "pause",     "Pause the logs (they go on being collected), or follow again"),
    bind(S::Global,  "/",                A::Filter,           "filter",    "Filter the logs"),
    bind(S::Global,  "ctrl-r f5",        A::Refresh,          "",          "Read everything again now"),
    bind(S::Global,  ":",                A::Palette,          "palette",   "Run a verb such as set 50, or any action, by name or by its words"),
    bind(S::Global,  "? f1",             A::Help,             "help",      "Every key that works here"),
    bind(S::Global,  "q",                A::Quit,             "",          "Leave; the rollout stays as it is"),
    bind(S::Global,  "esc backspace",    A::Back,             "home",      "Back to the home screen"),
    bind(S::Always,  "ctrl-c",           A::Interrupt,        "",          "Cancel what is on top; again: leave"),
    bind(S::Always,  "ctrl-z",           A::Suspend,          "",          "Stop as a job of the shell (fg comes back)"),
    bind(S::Always,  "ctrl-l",           A::Redraw,           "",          "Draw the screen anew"),
    bind(S::Lists,   "j down",           A::Down,             "",          "Down one row"),
    bind(S::Lists,   "k up",             A::Up,               "",          "Up one row"),
    bind(S::Lists,   "ctrl-d pgdn",      A::PageDown,         "",          "Down one page"),
    bind(S::Lists,   "ctrl-u pgup",      A::PageUp,           "",          "Up one page"),
    bind(S::Lists,   "g home",           A::First,            "",          "The first row"),
    bind(S::Lists,   "G end",            A::Last,             "",          "The last row (logs: follow again)"),
    bind(S::Lists,   "enter",            A::Open,             "open",      "Open the selected row"),
    bind(S::Lists,   "y",                A::Copy,             "",          "Copy the selected row"),
    bind(S::Logs,    "t",                A::CohortFilter,     "cohort",    "Only canary lines, only control lines, both"),
    bind(S::Logs,    "W",                A::Wrap,             "wrap",      "Wrap long lines"),
    bind(S::Logs,    "L",                A::LiveTail,         "live",      "Live Tail instead of polling, and back (costs by the minute)"),
    bind(S::History, "R",                A::Restore,          "restore",   "Restore the selected version"),
    bind(S::Dialog,  "enter",            A::Confirm,          "go on",     "Go on with what is shown"),
    bind(S::Dialog,  "esc q n",          A::Back,             "cancel",    "Close; nothing is sent"),
    bind(S::Dialog,  "y",                A::Copy,             "copy",      "Copy the aws command line, or the text shown"),
    bind(S::Dialog,  "j down",           A::Down,             "",          "Scroll down"),
    bind(S::Dialog,  "k up",             A::Up,               "",          "Scroll up"),
    bind(S::Dialog,  "ctrl-d pgdn space",A::PageDown,         "",          "Scroll down one page"),
    bind(S::Dialog,  "ctrl-u pgup",      A::PageUp,           "",          "Scroll up one page"),
    bind(S::Dialog,  "D",                A::Disable,          "",          "Turn the feature off now; a raise that was asked about is dropped"),
    bind(S::Dialog,  "P",                A::Repoint,          "repoint",   "Publish the function and point its alias there (a plan of its own)"),
    bind(S::Input,   "enter",            A::Confirm,          "go on",     "Take what was typed"),
    bind(S::Input,   "esc",              A::Back,             "cancel",    "Leave the line"),
    bind(S::Input,   "tab backtab",      A::NextField,        "next",      "The other line; where rows are offered, take the selected one"),
    bind(S::Input,   "down",             A::Down,             "",          "Down one row"),
    bind(S::Input,   "up",               A::Up,               "",          "Up one row"),
    bind(S::Logs,    "f ctrl-f",         A::Search,           "find",      "Search the lines: text or /regex/; matches are marked"),
    bind(S::Logs,    "n",                A::OlderMatch,       "",          "The next match, older"),
    bind(S::Logs,    "N",                A::NewerMatch,       "",          "The next match, newer"),
    bind(S::Logs,    "P",                A::Patterns,         "patterns",  "Lines grouped by pattern, the newest first; opened, one shows its lines"),
    bind(S::Logs,    "M",                A::Minute,           "charts",    "The charts at the minute of the selected line, or of the burst"),
    bind(S::Logs,    "v",                A::Context,          "context",   "Lines around each one that passes the filter: 0, 2, 5"),
    bind(S::Logs,    "z",                A::Times,            "time",      "Times in UTC, in local time, as age"),
    bind(S::Logs,    "m",                A::Mark,             "mark",      "Bookmark the selected line, or take the bookmark away"),
    bind(S::Logs,    "b",                A::OlderMark,        "",          "The next bookmark, older"),
    bind(S::Logs,    "B",                A::NewerMark,        "",          "The next bookmark, newer"),
    bind(S::Logs,    "e",                A::Export,           "export",    "Write the lines shown to a file in the state directory"),
    bind(S::Replay,  "space",             A::Replay(P::Pause),          "pause",   "Pause, or play on"),
    bind(S::Replay,  "right .",           A::Replay(P::Forward),        "step",    "One message on"),
    bind(S::Replay,  "left ,",            A::Replay(P::Back),           "back",    "One message back"),
    bind(S::Replay,  "]",                 A::Replay(P::MinuteForward),  "+1 min",  "A minute on"),
    bind(S::Replay,  "[",                 A::Replay(P::MinuteBack),     "-1 min",  "A minute back"),
    bind(S::Replay,  "}",                 A::Replay(P::TenMinutes),     "",        "Ten minutes on"),
    bind(S::Replay,  "{",                 A::Replay(P::TenMinutesBack), "",        "Ten minutes back"),
    bind(S::Replay,  "n",                 A::Replay(P::NextMark),       "mark",    "The next order, verdict, alarm or event of an incident"),
    bind(S::Replay,  "N",                 A::Replay(P::PreviousMark),   "",        "The order, verdict, alarm or event of an incident before this"),
    bind(S::Replay,  "home g",            A::Replay(P::Start),          "",        "To the beginning"),
    bind(S::Replay,  "end G",             A::Replay(P::End),            "",        "To the end"),
    bind(S::Replay,  "+ =",               A::Replay(P::Faster),         "faster",  "Twice as fast"),
    bind(S::Replay,  "-",                 A::Replay(P::Slower),         "slower",  "Half as fast"),
    bind(S::Replay,  "? f1",              A::Replay(P::Keys),           "keys",    "The keys of the player"),
    bind(S::Replay,  "q esc",             A::Quit,                      "leave",   "Leave the player"),
    bind(S::Global,  "R",                A::Runbook,          "runbook",   "The runbook as a checklist, bound to what is measured"),
    bind(S::Runbook, "space",            A::Tick,             "tick",      "Tick the step, or take its tick away (asks for a reason)"),
    bind(S::Runbook, "enter",            A::Open,             "run",       "Do what the step says; whatever changes something is shown first"),
    bind(S::Runbook, "b",                A::Branch,           "branch",    "Take this branch; the others do not apply"),
    bind(S::Runbook, "s",                A::Section,          "sections",  "Pick a section: scenario, method, phase; what fits now comes first"),
    bind(S::Runbook, "n",                A::Skip,             "leave out", "Leave the step out, or take it in again"),
    bind(S::Runbook, "v",                A::Script,           "script",    "Show the step's command as it would be run by a shell"),
    bind(S::Runbook, "f",                A::RunbookFile,      "file",      "Open another runbook"),
    bind(S::Global,  "@",                A::Contacts,         "",          "Who to call: the contacts of the configuration"),
    bind(S::Global,  "i",                A::Incident,         "incident",  "Open an incident (raises are locked then), or show it"),
    bind(S::Incident,"tab",              A::IncidentPage,     "page",      "Timeline, handover, report, message"),
    bind(S::Incident,"s",                A::IncidentStage,    "stage",     "The next stage of the message"),
    bind(S::Incident,"n",                A::IncidentNote,     "note",      "Write a remark into the journal"),
    bind(S::Incident,"o",                A::IncidentClose,    "over",      "The incident is over: close it with a note"),
    bind(S::Incident,"U",                A::IncidentRelease,  "unlock",    "Let raises through while it is open (asks for a typed word)"),
    bind(S::Incident,"T",                A::TakeOver,         "take over", "Drive the incident from this console"),
    bind(S::Global,  "!",                A::Commands,         "",          "What the last command of the runbook wrote"),
    bind(S::Dialog,  "s",                A::StopCommand,      "stop",      "Stop the command whose output is shown"),
    bind(S::Dialog,  "g home",           A::First,            "",          "Scroll to the top"),
    bind(S::Dialog,  "G end",            A::Last,             "",          "Scroll to the end, one page at a time where all must be read"),
    bind(S::Global,  "ctrl-t",           A::Themes,           "",          "The themes, each shown while it is selected; enter keeps one"),
    bind(S::Global,  "S",                A::Charts,           "charts",    "Every signal as a chart: limits, stages, a cursor that reads values"),
    bind(S::Global,  "V",                A::Wall,             "",          "The wall: exposure and verdict so large that a room can read them"),
    bind(S::Charts,  "enter",            A::Open,             "zoom",      "The selected signal alone, or all again"),
    bind(S::Charts,  "h left",           A::Chart(G::Earlier),    "cursor",    "The cursor one period back, on all charts"),
    bind(S::Charts,  "l right",          A::Chart(G::Later),    "",          "The cursor one period on, on all charts"),
    bind(S::Charts,  "home",             A::Chart(G::Earliest),    "",          "The cursor to the beginning of the span"),
    bind(S::Charts,  "end",              A::Chart(G::Latest),    "",          "The cursor to the newest period"),
    bind(S::Charts,  "> .",              A::Chart(G::Longer),    "longer",    "A longer span: 15 min, 1 h, 3 h, 12 h, 24 h"),
    bind(S::Charts,  "< ,",              A::Chart(G::Shorter),    "shorter",   "A shorter span"),
    bind(S::Charts,  "b",                A::Chart(G::Compare),    "compare",   "Before and after the last stage change over each other, and back"),
    bind(S::Charts,  "M",                A::Chart(G::Logs),    "logs",      "The logs at the cursor's minute"),
    bind(S::Global,  "o",                A::Link,             "",          "Where the AWS console shows what is selected: a link, to be copied"),
    bind(S::Global,  "]",                A::NextRollout,      "",          "The next rollout on the list, where there are several"),
    bind(S::Global,  "[",                A::PreviousRollout,  "",          "The rollout before this one on the list"),
    bind(S::Global,  "}",                A::Rollouts,         "",          "The list of rollouts, worst first (also by going back from home)"),
    bind(S::Fleet,   "D",                A::Disable,          "disable",   "Open the selected rollout with the plan that turns it off"),
    bind(S::Fleet,   "ctrl-r f5",        A::Refresh,          "",          "Read everything again now"),
    bind(S::Fleet,   "? f1",             A::Help,             "help",      "Every key that works here"),
    bind(S::Fleet,   ": /",              A::Palette,          "find",      "Open a rollout by its name, or run what can be done here"),
    bind(S::Fleet,   "o",                A::Link,             "",          "Open the selected rollout with its links to the AWS console"),
    bind(S::Fleet,   "q",                A::Quit,             "leave",     "Leave; every rollout stays as it is"),
];

/// What a key means where these scopes are open, the topmost first.
pub fn lookup(key: Key, scopes: &[Scope]) -> Option<Action> {
    scopes.iter().find_map(|scope| {
        KEYMAP
            .iter()
            .find(|row| row.scope == *scope && row.keys().any(|k| k == key))
            .map(|row| row.action)
    })
}

/// The rows of these scopes, in the table's order.
pub fn rows(scopes: &[Scope]) -> impl Iterator<Item = &'static Binding> {
    KEYMAP.iter().filter(move |row| scopes.contains(&row.scope))
}
