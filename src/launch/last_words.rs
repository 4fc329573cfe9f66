//! What is said on the normal screen when the console ends, on a terminal that may be gone. It ends nothing by itself but a panic.

use std::io::Write as _;
use std::path::Path;

use super::LAST_WORDS;
use crate::app::model::Left;
use crate::domain::plan::Order;
use crate::headless::{complain, tell};
use crate::runtime::parting::Parting;
use crate::runtime::signals::end_within;

/// Whether the terminal went away while it was drawn to or set up, before the watch for that could say so.
pub(super) fn is_hung_up(error: &color_eyre::Report) -> bool {
    use rustix::io::Errno;
    let code = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::raw_os_error);
    [Errno::IO, Errno::NXIO, Errno::PIPE]
        .iter()
        .any(|gone| code == Some(gone.raw_os_error()))
}

/// Says on the normal screen what was left open, with the command that does it by hand.
pub(super) fn leave_word(open: &[(Order, Left)], parting: &Parting) {
    for (order, left) in open {
        let sentence = crate::text::sanitize(&order.plan.sentence);
        let command = crate::text::sanitize(&order.plan.aws_cli);
        let (known, advice) = match left {
            Left::Unknown => (
                "not known to be done",
                "read the target first; this does the same",
            ),
            Left::Unsent => (
                "not sent",
                "the target does not have it; this does it by hand",
            ),
        };
        tell(&format!("coalmine: {known}: {sentence}"));
        tell(&format!("  {advice}:\n  {command}"));
        if parting.leave(order, *left) {
            tell(&format!("  kept in {}", parting.path(order).display()));
        }
    }
}

/// Gives the terminal back before a panic is reported, and ends: half a console is worse than none.
pub fn end_on_panic(
    report: Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync + 'static>,
    state: &Path,
) {
    let state = state.display().to_string();
    std::panic::set_hook(Box::new(move |info| {
        crate::ui::terminal::restore();
        end_within(LAST_WORDS, 101);
        // A report to a terminal that is gone would panic inside of this hook, and that aborts.
        if writeln!(std::io::stderr().lock()).is_ok() {
            // The report looks for the way here, which may take longer than there is time.
            complain(&info.to_string());
            report(info);
        }
        tell(&format!(
            "coalmine ended; what was ordered stands in the journal under {state}"
        ));
        std::process::exit(101);
    }));
}

/// The exit code of an error: 2 for usage, configuration and a missing terminal, 1 for the rest.
pub fn exit_code(error: &color_eyre::Report) -> u8 {
    let usage = error.is::<crate::config::ConfigError>()
        || error.is::<crate::ui::terminal::NoTerminal>()
        || error.is::<crate::sim::SimError>();
    if usage { 2 } else { 1 }
}
