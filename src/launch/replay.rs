//! From the command line to a recording that is made, or to one that is played. It draws and decides nothing.

use std::path::Path;

use color_eyre::eyre::{Result, WrapErr};
use tokio::sync::mpsc;

use super::{Surroundings, themes};
use crate::app::Msg;
use crate::app::recording::{Player, Tape};
use crate::backends::journal_file::mask;
use crate::cli::{Global, Replay};
use crate::headless;
use crate::runtime::End;
use crate::runtime::recorder::{CAP, Recorder, RecorderParts, Target};
use crate::runtime::replay::Theatre;
use crate::ui::terminal::Screen;

/// The largest file that is read: twice what a recorder writes at most.
const LARGEST: u64 = 4 * CAP;

/// The recorder of a console.
///
/// # Errors
/// The file that was named on the command line cannot be made. Without one, a console that cannot be recorded goes on.
pub(super) fn recorder(
    record: Option<&Path>,
    state_dir: &Path,
    messages: &mpsc::Sender<Msg>,
) -> Result<Option<Recorder>> {
    let parts = |target| RecorderParts {
        target,
        mask,
        cap: CAP,
        messages: messages.clone(),
    };
    match record {
        Some(file) => Recorder::start(parts(Target::File(file.to_owned())))
            .map(Some)
            .wrap_err_with(|| format!("cannot record into {}", file.display())),
        None => Ok(Recorder::start(parts(Target::State(state_dir.to_owned()))).ok()),
    }
}

/// Plays a recording on this terminal, or prints it. Answers the exit code.
pub(super) fn replay(
    arguments: &Replay,
    global: &Global,
    surroundings: &Surroundings,
) -> Result<u8> {
    let name = arguments.file.display();
    let tape = read(&arguments.file)
        .and_then(|bytes| Ok(Tape::read(bytes)?))
        .wrap_err_with(|| name.to_string())?;
    if global.json {
        return headless::replay::print_all(Player::new(tape), &arguments.file);
    }
    let dress = themes::dress(global, surroundings);
    let screen = Screen::take(surroundings.term.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let theatre = Theatre::new(
        Player::new(tape),
        screen,
        (dress.wardrobe, dress.asks),
        arguments.speed,
    )
    .with_keys(super::likes(global)?.keymap);
    let end = runtime.block_on(theatre.run());
    runtime.shutdown_background();
    Ok(match end? {
        End::Quit => 0,
        End::Signal(number) => 128 + u8::try_from(number).unwrap_or(0),
        End::Hangup => 129,
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(std::io::Error::other("not a regular file").into());
    }
    let mut bytes = Vec::with_capacity(meta.len().min(LARGEST) as usize);
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other("larger than any recording").into());
    }
    Ok(bytes)
}
