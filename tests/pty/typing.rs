//! Typed and pasted text: it goes into the line that is open, and no part of it acts.

use std::time::Duration;

use crate::rig::Opening;

#[test]
fn f9_disables_even_while_a_filter_is_typed() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("/D0q");
    rig.pty.see("D0q");
    assert_eq!(rig.version(), 12, "letters in a line are text");
    rig.pty.keys("\x1b[20~");
    rig.pty.see("STILL EXPOSED");
    assert_eq!((rig.version(), &rig.flag()["enabled"]), (13, &false.into()));
}

#[test]
fn a_paste_goes_into_the_filter_and_acts_nowhere() {
    let mut rig = Opening::default().ready();
    rig.pty.keys("\x1b[200~D0q\rD\x1b[201~D\r\x1b[201~");
    rig.pty.keys("/");
    rig.pty.keys("\x1b[200~canary-\x1b[31mred\nD0q\x1b[201~");
    rig.pty.see("canary-");
    rig.pty.keys("\x15");
    rig.pty.gone("canary-");
    let long = format!("\x1b[200~{}\x1b[201~", "D".repeat(1_000_000));
    rig.pty.keys(&long);
    rig.pty.see("DDDDDDDD");
    rig.pty.keys("\x1b");
    rig.pty.gone("DDDDDDDD");
    rig.pty.keys("q");
    rig.pty.ends_well(0, Duration::from_secs(5));
    assert_eq!(rig.version(), 12);
}

#[test]
fn a_split_escape_sequence_is_one_key() {
    let mut rig = Opening::default().ready();
    for piece in ["\x1b", "[", "2", "0", "~"] {
        rig.pty.keys(piece);
        std::thread::sleep(Duration::from_millis(5));
    }
    rig.pty.see("STILL EXPOSED");
}
