//! `coalmine replay FILE --json`: what happened in a recording, one line a message. It draws nothing and sends nothing.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::{code, complain, gone_is_done, values};
use crate::app::Model;
use crate::app::recording::{Damage, Mark, Played, Player, Tape};

/// Prints every message of a recording with what was known after it. Answers the exit code: a recording with a damaged part is
/// printed as far as it goes, and fails; one that ends in the middle of a line (a console that was killed) does not.
///
/// # Errors
/// Standard output takes nothing.
pub fn print_all(mut player: Player, path: &Path) -> color_eyre::Result<u8> {
    let mut out = BufWriter::new(io::stdout().lock());
    let printed = print_each(&mut player, &mut out).and_then(|()| out.flush());
    drop(out);
    gone_is_done(printed)?;
    let tape = player.tape();
    let path = path.display();
    for damage in &tape.damage {
        complain(&format!("{path}: {damage}; what could be read was played"));
    }
    let further = tape.faults.saturating_sub(tape.damage.len());
    if further > 0 {
        complain(&format!("{path}: {further} more lines could not be read"));
    }
    for (_, note) in &tape.notes {
        complain(&format!("{path}: {note}"));
    }
    Ok(if is_whole(tape) && player.unreadable() == 0 {
        code::DONE
    } else {
        code::FAILED
    })
}

fn is_whole(tape: &Tape) -> bool {
    tape.faults == tape.damage.len() && tape.damage.iter().all(|Damage { torn, .. }| *torn)
}

fn print_each(player: &mut Player, out: &mut impl Write) -> io::Result<()> {
    while let Some(played) = player.step() {
        writeln!(out, "{}", line(&played, player.model()))?;
    }
    Ok(())
}

fn line(played: &Played, model: &Model) -> Value {
    let mark = played.mark.as_ref();
    json!({
        "number": played.number,
        "at": played.at,
        "ms": played.ms,
        "kind": Some(&played.kind).filter(|kind| !kind.is_empty()),
        "verdict": model.verdict.decision,
        "exposure": values::exposure(model),
        "mark": mark.map(|Mark { kind, text }| json!({ "kind": kind, "text": text })),
        "error": played.fault,
    })
}
