//! What terminals send, whole, split and broken.

use proptest::prelude::*;

use super::Input;
use super::parser::Parser;
use crate::app::keymap::{Key, KeyCode};

/// What comes of these bytes and the silence after them.
fn read(bytes: &[u8]) -> Vec<Input> {
    read_in(bytes, bytes.len().max(1))
}

/// The same in pieces of this length, with no silence between them.
fn read_in(bytes: &[u8], piece: usize) -> Vec<Input> {
    let mut parser = Parser::default();
    let mut inputs: Vec<Input> = bytes
        .chunks(piece)
        .flat_map(|piece| parser.feed(piece))
        .collect();
    while parser.patience().is_some() {
        inputs.extend(parser.lapse());
    }
    inputs
}

fn keys(bytes: &[u8]) -> String {
    let word = |input: &Input| match input {
        Input::Key(key) => key.to_string(),
        Input::Paste(text) => format!("<{text}>"),
        Input::Mouse { gesture, x, y } => format!("{gesture:?}@{x},{y}"),
    };
    read(bytes).iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_mouse_clicks_and_turns_and_is_never_a_key() {
    for (bytes, wanted) in [
        (&b"\x1b[<0;10;5M"[..], "Click@9,4"),
        (b"\x1b[<0;10;5Mj", "Click@9,4 j"),
        (b"\x1b[<64;1;1M\x1b[<65;223;400M", "Up@0,0 Down@222,399"),
        (b"\x1b[<80;3;3M", "Up@2,2"),
        // Releases, other buttons, drags, places that are none, and what is no report at all.
        (b"\x1b[<0;10;5mj", "j"),
        (b"\x1b[<1;10;5Mj\x1b[<2;10;5M", "j"),
        (b"\x1b[<32;10;5Mj", "j"),
        (b"\x1b[<0;0;5Mj\x1b[<0;5Mj\x1b[<0;1;2;3Mj", "j j j"),
        (b"\x1b[<0;99999;5Mj\x1b[<;;Mj", "j j"),
    ] {
        assert_eq!(keys(bytes), wanted, "{}", bytes.escape_ascii());
        let shown = |input: &Input| format!("{input:?}");
        let whole: Vec<String> = read(bytes).iter().map(shown).collect();
        for piece in 1..4 {
            let pieces: Vec<String> = read_in(bytes, piece).iter().map(shown).collect();
            assert_eq!(pieces, whole, "in pieces of {piece}");
        }
    }
}

#[test]
fn keys_as_terminals_send_them() {
    for (bytes, wanted) in [
        (
            &b"D+\r\n\t\x7f\x08"[..],
            "D + enter enter tab backspace backspace",
        ),
        (
            b"\x03\x1a\x0c\x12\x00",
            "ctrl-c ctrl-z ctrl-l ctrl-r ctrl-space",
        ),
        (
            b"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F\x1b[Z",
            "up down right left home end shift-tab",
        ),
        (b"\x1bOA\x1bOP\x1bOS\x1bOM", "up F1 F4 enter"),
        (
            b"\x1b[[A\x1b[[E\x1b[11~\x1b[15~\x1b[17~\x1b[20~\x1b[24~",
            "F1 F5 F1 F5 F6 F9 F12",
        ),
        (
            b"\x1b[3~\x1b[5~\x1b[6~\x1b[1~\x1b[4~\x1b[2~",
            "delete pgup pgdn home end",
        ),
        (b"\x1b[1;5C\x1b[1;3A\x1b[20;5~", "ctrl-right alt-up ctrl-F9"),
        (
            b"\x1b[97;5u\x1b[13u\x1b[27u\x1b[68;2u",
            "ctrl-a enter esc D",
        ),
        (b"\x1b", "esc"),
        (b"\x1b\x1b", "esc esc"),
        (b"\x1bx\x1b[", "alt-x alt-["),
        ("é日🦀".as_bytes(), "é 日 🦀"),
    ] {
        assert_eq!(keys(bytes), wanted, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn what_nobody_asked_for_is_no_key() {
    for bytes in [
        &b"\x1b]11;rgb:0000/0000/0000\x1b\\"[..],
        b"\x1b]11;rgb:DDDD/0000/0000\x07",
        b"\x1bP>|xterm(390)D\x1b\\",
        b"\x1b[?62;4c",
        b"\x1b[24;80R",
        b"\x1b[<35;12;7M\x1b[<0;12;7m",
        b"\x1b[M D0",
        b"\x1b[I\x1b[O",
        b"\x1b[99999999999~\x1b[1;99999999999A\x1b[;;;;~",
        b"\xff\xfe\xc3",
        b"\x1b[201~",
    ] {
        let wanted = if bytes.ends_with(b";;;;~") {
            "home"
        } else {
            ""
        };
        assert_eq!(keys(bytes), wanted, "{:?}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(
        keys(b"\x1b[12\x03"),
        "ctrl-c",
        "a sequence that breaks off gives the key after it"
    );
}

#[test]
fn a_paste_is_one_thing_whatever_is_in_it() {
    assert_eq!(keys(b"\x1b[200~D+\r\n0\x1b[201~q"), "<D+\r\n0> q");
    assert_eq!(keys(b"\x1b[200~\x1b[201~"), "<>");
    assert_eq!(
        keys(b"\x1b[200~a\x1b[201~D\rq\x1b[201~"),
        "<aD\rq>",
        "an end marker in the text does not let keys out"
    );
    assert_eq!(
        keys(b"\x1b[200~one\x1b[201~/\x1b[200~two\x1b[201~q"),
        "<one> / <two> q"
    );
    assert_eq!(
        keys(b"\x1b[200~one\x1b[201~\x1b[200~two\x1b[201~"),
        "<one> <two>"
    );
    assert_eq!(keys(b"\x1b[200~never ends D"), "<never ends D>");
    let mut long = b"\x1b[200~".to_vec();
    long.extend(vec![b'D'; 1_000_000]);
    long.extend(b"\x1b[201~q");
    let inputs = read_in(&long, 4096);
    assert_eq!(inputs.len(), 2, "the paste and the key after it");
    assert!(matches!(&inputs[0], Input::Paste(text) if text.len() == 64 * 1024));
}

#[test]
fn a_split_sequence_is_waited_for() {
    let mut parser = Parser::default();
    assert_eq!(parser.feed(b"\x1b"), []);
    assert!(parser.patience().is_some());
    assert_eq!(parser.feed(b"[2"), []);
    assert_eq!(parser.feed(b"0~"), [Input::Key(Key::plain(KeyCode::F(9)))]);
    assert_eq!(parser.patience(), None);
    for piece in 1..9 {
        let bytes = "\x1b[200~é\x1b[201~".as_bytes();
        assert_eq!(
            read_in(bytes, piece),
            [Input::Paste("é".into())],
            "in pieces of {piece}"
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived_and_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..400), piece in 1_usize..50) {
        let inputs = read_in(&bytes, piece);
        prop_assert!(inputs.len() <= bytes.len() + 1);
    }

    #[test]
    fn pasted_text_lets_no_key_out(text in "[^\x1b]{0,200}", piece in 1_usize..50) {
        let bytes = format!("\x1b[200~{text}\x1b[201~");
        prop_assert_eq!(read_in(bytes.as_bytes(), piece), vec![Input::Paste(text)]);
    }
}
