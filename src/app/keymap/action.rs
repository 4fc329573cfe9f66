//! What a key can mean. Which key means it stands in the table.

use serde::{Deserialize, Serialize};

use super::{Charting, Playing};

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Action {
    /// Turn the feature off, now.
    Disable,
    /// Enable at the first stage.
    Enable,
    /// The next stage.
    NextStage,
    /// The previous stage.
    PreviousStage,
    /// The stage of this number, from 1.
    Stage(u8),
    /// Zero percent.
    Zero,
    /// Undo the last order.
    Undo,
    /// The environment-variable fallback.
    Fallback,
    /// Publish the function and point the alias at it.
    Repoint,
    /// Do what the verdict recommends.
    Recommended,
    /// Count a complaint.
    Complaint,
    /// Tune one value of the document or of the function.
    Tune,
    /// The home screen.
    Home,
    /// The logs alone.
    Logs,
    /// The alarms alone.
    Alarms,
    /// The levers.
    Levers,
    /// The flag's history.
    History,
    /// Why the verdict is what it is.
    Why,
    /// The log of API calls.
    Calls,
    /// Every key.
    Help,
    /// The command palette.
    Palette,
    /// Pause or go on following the logs.
    Pause,
    /// Filter the logs.
    Filter,
    /// Only canary lines, only control lines, both.
    CohortFilter,
    /// Wrap long lines.
    Wrap,
    /// Live Tail instead of polling, and back.
    LiveTail,
    /// Restore the selected version.
    Restore,
    /// Copy what the dialog or the selected row offers.
    Copy,
    /// Read everything again.
    Refresh,
    /// Down one row.
    Down,
    /// Up one row.
    Up,
    /// Down one page.
    PageDown,
    /// Up one page.
    PageUp,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// Open the selected row.
    Open,
    /// Go on with what the dialog shows.
    Confirm,
    /// Close what is on top; back to the home screen.
    Back,
    /// The next input field.
    NextField,
    /// Leave.
    Quit,
    /// Cancel what is on top; pressed again, leave.
    Interrupt,
    /// Stop the console as a job of the shell.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Search the logs.
    Search,
    /// The next match, older.
    OlderMatch,
    /// The next match, newer.
    NewerMatch,
    /// More lines around each one that passes the filter.
    Context,
    /// Bookmark the selected line.
    Mark,
    /// The next bookmark, older.
    OlderMark,
    /// The next bookmark, newer.
    NewerMark,
    /// UTC, local time, age.
    Times,
    /// The patterns of the lines.
    Patterns,
    /// The lines that are shown into a file.
    Export,
    /// The charts at the selected line's minute.
    Minute,
    /// What the player of recordings does.
    Replay(Playing),
    /// The runbook.
    Runbook,
    /// Tick the selected step, or take its tick away.
    Tick,
    /// Take the branch that the selected step is.
    Branch,
    /// Leave the selected step out, or take it in again.
    Skip,
    /// Pick a section of the runbook.
    Section,
    /// Open another runbook.
    RunbookFile,
    /// Show the selected step's command as it would be run.
    Script,
    /// Who to call.
    Contacts,
    /// The incident: open one, or show the one there is.
    Incident,
    /// The next page of the incident.
    IncidentPage,
    /// The next stage of the message to stakeholders.
    IncidentStage,
    /// Write a remark down.
    IncidentNote,
    /// Say that the incident is over.
    IncidentClose,
    /// Let raises through while the incident is open.
    IncidentRelease,
    /// Drive the incident from this console.
    TakeOver,
    /// What the last command of the runbook wrote.
    Commands,
    /// Stop the command whose output is shown.
    StopCommand,
    /// The themes.
    Themes,
    /// The charts.
    Charts,
    /// What a whole room must see.
    Wall,
    /// What is done with the charts.
    Chart(Charting),
    /// Where the AWS console shows what is selected.
    Link,
    /// The list of rollouts.
    Rollouts,
    /// The next rollout on the list.
    NextRollout,
    /// The rollout before this one on the list.
    PreviousRollout,
}

impl Action {
    /// Whether it leads to a write.
    pub fn is_write(self) -> bool {
        matches!(
            self,
            Self::Disable
                | Self::Enable
                | Self::NextStage
                | Self::PreviousStage
                | Self::Stage(_)
                | Self::Zero
                | Self::Undo
                | Self::Fallback
                | Self::Repoint
                | Self::Recommended
                | Self::Restore
                | Self::Tune
        )
    }
}
