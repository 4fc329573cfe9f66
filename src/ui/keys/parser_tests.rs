//! What terminals send, whole, split and broken.

use proptest::prelude::*;

use super::Input;
use super::parser::{Parser, Reply};
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
        Input::Background { is_light } => format!("light {is_light}"),
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

/// The keys of a console that expects a reply and gets it in these pieces, each after a silence in which nobody waited longer.
fn keys_of_pieces(pieces: &[&[u8]]) -> Vec<Input> {
    let mut parser = Parser::default();
    parser.expect_reply(true);
    let mut inputs = Vec::new();
    for piece in pieces {
        inputs.extend(parser.feed(piece));
        // The silence ends the wait for what is pending, not the one for the rest of a reply.
        if parser.has_pending() {
            inputs.extend(parser.lapse());
        }
    }
    inputs
}

#[test]
fn a_reply_is_told_whole_or_in_pieces() {
    let whole = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?64;1;2c";
    for piece in 1..whole.len() {
        let mut parser = Parser::default();
        parser.expect_reply(true);
        let mut inputs = Vec::new();
        for part in whole.chunks(piece) {
            inputs.extend(parser.feed(part));
        }
        assert_eq!(inputs, [], "in pieces of {piece}");
        assert_eq!(
            parser.take_replies(),
            [Reply::Background { is_light: true }, Reply::Attributes]
        );
        assert!(parser.patience().is_none());
    }
}

#[test]
fn a_reply_in_eight_bits_is_one_too() {
    for (whole, told) in [
        (&b"\x9d11;rgb:ffff/ffff/ffff\x9c\x9b?62;1c"[..], true),
        (b"\xc2\x9d11;rgb:ffff/ffff/ffff\xc2\x9c\xc2\x9b?62;1c", true),
        (b"\x9d11;rgb:ffff/ffff/ffff\x07\x9b?62;1c", true),
        (
            "\x1b]lD\u{d7}\u{5cd}\u{71c}D\x1b\\\x1b[?62;1c".as_bytes(),
            false,
        ),
    ] {
        for piece in 1..=whole.len() {
            let mut parser = Parser::default();
            parser.expect_reply(true);
            let inputs: Vec<Input> = whole
                .chunks(piece)
                .flat_map(|part| parser.feed(part))
                .collect();
            assert_eq!(inputs, [], "{whole:x?} in pieces of {piece}");
            let is_light = true;
            let background = told.then_some(Reply::Background { is_light });
            let wanted: Vec<Reply> = background.into_iter().chain([Reply::Attributes]).collect();
            assert_eq!(parser.take_replies(), wanted);
        }
    }
    assert_eq!(keys("D \u{dd}".as_bytes()), "D space \u{dd}");
}

#[test]
fn a_reply_that_is_cut_anywhere_and_comes_late_is_no_key() {
    let whole = b"\x1b]11;rgb:DDDD/0123/cafe\x1b\\\x1b[?64;1;4c";
    let esc = Input::Key(Key::plain(KeyCode::Esc));
    for first in 1..whole.len() {
        for second in first..whole.len() {
            let pieces = [&whole[..first], &whole[first..second], &whole[second..]];
            let keys: Vec<Input> = keys_of_pieces(&pieces)
                .into_iter()
                .filter(|input| *input != esc)
                .collect();
            assert_eq!(keys, [], "cut at {first} and {second}");
        }
    }
}

#[test]
fn a_reply_that_nobody_expects_any_more_is_no_key_even_in_two_pieces() {
    let whole = b"\x1b]11;rgb:DDDD/0123/cafe\x1b\\";
    for cut in 3..whole.len() {
        let mut parser = Parser::default();
        let mut inputs = parser.feed(&whole[..cut]);
        inputs.extend(parser.lapse());
        inputs.extend(parser.feed(&whole[cut..]));
        assert_eq!(inputs, [], "cut at {cut}");
    }
}

#[test]
fn keys_after_half_a_reply_count() {
    let mut parser = Parser::default();
    parser.expect_reply(true);
    assert_eq!(parser.feed(b"\x1b]11;rgb:ff"), []);
    assert_eq!(parser.lapse(), []);
    assert_eq!(parser.feed(b"q"), [Input::Key(Key::char('q'))]);
    assert_eq!(parser.feed(b"0"), [Input::Key(Key::char('0'))]);
    assert_eq!(parser.feed(b"\x1b[?6"), []);
    assert_eq!(parser.lapse(), []);
    assert_eq!(parser.feed(b"D"), [Input::Key(Key::char('D'))]);
    assert_eq!(parser.feed(b"\x1b[?6"), []);
    assert_eq!(parser.lapse(), []);
    assert_eq!(parser.lapse(), [], "a second of silence ends the rest");
    assert_eq!(parser.feed(b"1"), [Input::Key(Key::char('1'))]);
}

proptest! {
    #[test]
    fn a_reply_in_any_pieces_with_silences_anywhere_is_no_key(
        cuts in proptest::collection::btree_set(1_usize..46, 0..12),
        expects in any::<bool>(),
        light in any::<bool>(),
        ends_with_bell in any::<bool>(),
    ) {
        let colour = if light { "fdfd/f6f6/eDDD" } else { "0D00/0D10/00DD" };
        let end = if ends_with_bell { "\x07" } else { "\x1b\\" };
        let whole = format!("\x1b]11;rgb:{colour}{end}\x1b[?64;1;4;22c").into_bytes();
        let mut parser = Parser::default();
        parser.expect_reply(expects);
        parser.may_come(true);
        let mut inputs = Vec::new();
        let mut from = 0;
        for cut in cuts.into_iter().filter(|cut| *cut < whole.len()).chain([whole.len()]) {
            inputs.extend(parser.feed(&whole[from..cut]));
            from = cut;
            if parser.has_pending() {
                inputs.extend(parser.lapse());
            }
        }
        // What its first byte alone is nobody can tell from the key, nor its second one once a person may have typed it.
        let mut harmless = vec![Key::plain(KeyCode::Esc)];
        if !expects {
            let two = [']', '['].map(Key::char);
            harmless.extend(two.into_iter().chain(two.map(|key| Key { alt: true, ..key })));
        }
        inputs.retain(|input| !matches!(input, Input::Key(key) if harmless.contains(key)));
        prop_assert_eq!(inputs, vec![]);
    }

    #[test]
    fn any_bytes_and_silences_are_survived_while_a_reply_is_expected(
        pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 0..20),
        silences in proptest::collection::vec(any::<bool>(), 20),
    ) {
        let mut parser = Parser::default();
        parser.expect_reply(true);
        let mut inputs = Vec::new();
        for (piece, silent) in pieces.iter().zip(silences) {
            inputs.extend(parser.feed(piece));
            if silent && parser.patience().is_some() {
                inputs.extend(parser.lapse());
            }
        }
        for _ in 0..4 {
            inputs.extend(parser.lapse());
        }
        prop_assert!(parser.patience().is_none());
        let bytes: usize = pieces.iter().map(Vec::len).sum();
        prop_assert!(inputs.len() <= bytes + 1);
        let background = inputs.iter().any(|input| matches!(input, Input::Background { .. }));
        prop_assert!(!background, "what a reply means is the gate's");
    }
}

#[test]
fn on_a_terminal_that_never_answered_keys_after_an_escape_are_keys() {
    let mut parser = Parser::default();
    parser.may_come(true);
    let mut typed = |bytes: &[u8]| {
        let mut inputs = parser.feed(bytes);
        inputs.extend(parser.lapse());
        inputs
    };
    let key = |c| Input::Key(Key::char(c));
    assert_eq!(typed(b"\x1b"), [Input::Key(Key::plain(KeyCode::Esc))]);
    assert_eq!(typed(b"]"), [key(']')]);
    assert_eq!(typed(b"]"), [key(']')]);
    assert_eq!(typed(b"\x1b"), [Input::Key(Key::plain(KeyCode::Esc))]);
    assert_eq!(typed(b"D"), [key('D')]);
    let alt = Input::Key(Key {
        alt: true,
        ..Key::char(']')
    });
    assert_eq!(typed(b"\x1b]"), [alt]);
    assert_eq!(typed(b"D"), [key('D')]);
}
