//! Hostile text, row by row, and what holds for any bytes at all.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;
use regex::Regex;

use super::*;

fn shown(raw: &str) -> String {
    sanitize(raw).to_string()
}

/// What a terminal must never get, by the Unicode tables of another crate.
fn forbidden() -> Regex {
    Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]").unwrap()
}

/// Output of the sanitiser, with what may stay in recognised emoji taken out.
fn without_emoji(text: &str) -> String {
    text.graphemes(true)
        .filter(|g| !emoji::is_sequence(g))
        .collect()
}

#[test]
fn escape_sequences_are_shown_and_have_no_effect() {
    for (raw, expected) in [
        // Cursor, screen, colours
        ("\x1b[2J\x1b[H", "␛[2J␛[H"),
        ("\x1b[?1049l\x1b[?25l", "␛[?1049l␛[?25l"),
        ("\x1b[31mred\x1b[38:2:255:0:0m", "␛[31mred␛[38:2:255:0:0m"),
        // Title and reports
        ("\x1b]0;root\x07\x1b[21t\x1b[20t", "␛]0;root␇␛[21t␛[20t"),
        // Clipboard, links
        ("\x1b]52;c;QQ==\x1b\\", "␛]52;c;QQ==␛\\"),
        ("\x1b]52;c;?\u{9c}", "␛]52;c;?\\x9c"),
        (
            "\x1b]8;;file:///etc\x1b\\docs\x1b]8;;\x1b\\",
            "␛]8;;file:///etc␛\\docs␛]8;;␛\\",
        ),
        // DCS, APC, PM, SOS, tmux, queries
        ("\x1bPq#0\x1b\\\x1bPtmux;", "␛Pq#0␛\\␛Ptmux;"),
        ("\x1b_Ga=T\x1b\\\x1b^x\x1bXy", "␛_Ga=T␛\\␛^x␛Xy"),
        ("\x1b[6n\x1b[c\x1b[>0q", "␛[6n␛[c␛[>0q"),
        // C1 as code points
        (
            "\u{9b}31m\u{9d}0;t\u{90}q\u{85}",
            "\\x9b31m\\x9d0;t\\x90q\\x85",
        ),
        // Sequences that do not end
        ("a\x1b", "a␛"),
        ("\x1b[", "␛["),
        // Overwriting and flooding
        ("ERROR disk full\rINFO ok", "ERROR disk full␍INFO ok"),
        ("a\x08\x08b\x7f\0\x07", "a␈␈b␡␀␇"),
        // Lines in one event
        ("a\nb\r\nc\x0bd\x0ce", "a␊b␍␊c␋d␌e"),
        ("a\u{2028}b\u{2029}c", "a<U+2028>b<U+2029>c"),
        // Direction and zero width
        (
            "x\u{202e}cod\u{2066}\u{2069}",
            "x<U+202E>cod<U+2066><U+2069>",
        ),
        ("\u{200e}\u{61c}", "<U+200E><U+061C>"),
        ("pr\u{200b}od", "pr<U+200B>od"),
        ("pr\u{200c}\u{200d}od", "pr<U+200C><U+200D>od"),
        (
            "\u{feff}a\u{2060}\u{ad}\u{3164}",
            "<U+FEFF>a<U+2060><U+00AD><U+3164>",
        ),
        ("a\u{e0041}\u{e007f}", "a<U+E0041><U+E007F>"),
        ("\u{301}a", "<U+0301>a"),
        ("a\u{fffe}", "a<U+FFFE>"),
        // Look-alikes of our own screen are only text
        ("✔ rollback verified ╭─╮", "✔ rollback verified ╭─╮"),
    ] {
        assert_eq!(shown(raw), expected, "{raw:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_shown_as_bytes() {
    for (raw, expected) in [
        (&b"a\x9b31m"[..], "a\\x9b31m"),
        (b"\x80", "\\x80"),
        (b"\xc0\xaf", "\\xc0\\xaf"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"ab\xe2\x82", "ab\\xe2\\x82"),
        (b"\xff\xfe", "\\xff\\xfe"),
    ] {
        assert_eq!(sanitize(raw).as_str(), expected);
    }
}

#[test]
fn tabs_go_to_stops_by_column() {
    assert_eq!(shown("a\tb"), "a       b");
    assert_eq!(shown("1234567\tb"), "1234567 b");
    assert_eq!(shown("12345678\tb"), "12345678        b");
    assert_eq!(shown("日本\tb"), "日本    b");
    assert_eq!(shown("\x1b\tb"), "␛       b");
    assert!(sanitize("\t".repeat(10_000)).as_str().len() <= LINE_BYTES);
}

#[test]
fn emoji_keep_their_joiners_and_nothing_else_does() {
    for whole in [
        "👨‍👩‍👧",
        "❤️",
        "👍🏽",
        "🇨🇭",
        "1️⃣",
        "🏳️‍🌈",
        "e\u{301}",
        "한",
        "क्ष",
        "ｶﾞ",
    ] {
        assert_eq!(shown(whole), whole, "{whole}");
    }
    assert_eq!(shown("a\u{fe0f}"), "a<U+FE0F>");
    assert_eq!(shown("☀\u{fe0f}\u{fe0f}"), "☀<U+FE0F><U+FE0F>");
    assert_eq!(shown("👩\u{200d}"), "👩<U+200D>");
    assert_eq!(shown("👩\u{200d}x"), "👩<U+200D>x");
    assert!(shown("🏴\u{e0067}\u{e0062}\u{e007f}").starts_with("🏴<U+E0067>"));
}

#[test]
fn graphemes_and_lines_are_bounded() {
    let zalgo = format!("e{}x", "\u{301}".repeat(1_000));
    assert_eq!(shown(&zalgo), format!("e{}<+993>x", "\u{301}".repeat(7)));
    let chain = vec!["👩"; 1_000].join("\u{200d}");
    let out = shown(&chain);
    assert!(out.starts_with("👩‍👩‍👩‍👩<+"), "{out}");
    let lone = shown(&"\u{301}".repeat(1_000));
    assert!(lone.ends_with("<+992>") && lone.len() < 100, "{lone}");
    let million = format!("e{}", "\u{301}".repeat(1_000_000));
    assert!(sanitize(&million).as_str().len() < 100);
    assert!(sanitize_all(&million).as_str().len() < 100);
}

#[test]
fn a_line_is_cut_with_a_mark_and_opened_in_full() {
    let long = "x".repeat(1 << 20);
    let cut = shown(&long);
    assert!(cut.len() <= LINE_BYTES);
    let kept = cut.bytes().take_while(|b| *b == b'x').count();
    assert_eq!(
        cut,
        format!("{}… [{} more bytes]", "x".repeat(kept), long.len() - kept)
    );
    assert_eq!(sanitize_all(&long).as_str(), long);
    assert_eq!(shown(&"x".repeat(LINE_BYTES)).len(), LINE_BYTES);
    let wide = shown(&"日".repeat(20_000));
    assert!(wide.len() <= LINE_BYTES && wide.contains("more bytes"));
    let kept = wide.chars().filter(|c| *c == '日').count();
    assert!(wide.ends_with(&format!("[{} more bytes]", 60_000 - 3 * kept)));
}

#[test]
fn lines_of_a_pane_end_at_line_feeds() {
    let lines: Vec<String> = sanitize_lines("a\r\nb\rc\n\n\x1b[m\n")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(lines, ["a", "b␍c", "", "␛[m"]);
}

#[test]
fn truncation_counts_columns() {
    let text = sanitize("日本語abc");
    assert_eq!(text.width(), 9);
    for (columns, expected) in [
        (0, ""),
        (1, "…"),
        (2, "…"),
        (3, "日…"),
        (4, "日…"),
        (5, "日本…"),
        (8, "日本語a…"),
        (9, "日本語abc"),
        (99, "日本語abc"),
    ] {
        assert_eq!(text.truncate(columns).as_str(), expected);
        assert!(text.truncate(columns).width() <= columns);
    }
    assert!(sanitize("").is_empty());
    assert_eq!(DisplayText::from("a\x07").as_str(), "a␇");
    assert_eq!(format!("{:>3}|", sanitize("a")), "  a|");
}

#[test]
fn odd_names_are_named() {
    assert_eq!(oddities("audio-processor"), None);
    assert_eq!(oddities("аudio").unwrap(), "а U+0430 at 1");
    assert_eq!(
        oddities("pr\u{200b}od\u{1b}").unwrap(),
        "U+200B (not visible) at 3, U+001B (not visible) at 6"
    );
    assert!(oddities("éééééééé").unwrap().ends_with(", …"));
}

/// Our tables hold all that the tables of another crate hold.
#[test]
fn the_tables_agree_with_unicode() {
    let bad = forbidden();
    let pictographic = Regex::new(r"\p{Extended_Pictographic}").unwrap();
    let mut text = String::new();
    for c in '\u{a0}'..=char::MAX {
        text.clear();
        text.push(c);
        if bad.is_match(&text) {
            assert!(invisible::is_invisible(c), "U+{:04X}", c as u32);
        }
        assert_eq!(
            pictographic.is_match(&text),
            emoji::pictographic_for_tests(c),
            "U+{:04X}",
            c as u32
        );
    }
}

fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<char>().prop_map(|c| c.to_string().into_bytes()),
        prop::sample::select(vec![
            "\x1b[",
            "\u{9b}",
            "\u{200d}",
            "\u{fe0f}",
            "👩",
            "🏽",
            "🇨",
            "\u{301}",
            "\t",
            "\r",
            "\n",
            "\u{202e}",
            "\u{e0041}",
            "क्",
            "ᅡ",
            "a",
            "1",
            "\u{20e3}",
            "\u{600}",
            "ᄀ",
        ])
        .prop_map(|s| s.as_bytes().to_vec()),
        any::<u8>().prop_map(|b| vec![b]),
        (0x20_u8..0x7f).prop_map(|b| vec![b]),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_forbidden_comes_out_and_a_second_pass_changes_nothing(raw in hostile()) {
        for text in [sanitize(&raw), sanitize_all(&raw)] {
            let rest = without_emoji(text.as_str());
            prop_assert!(!forbidden().is_match(&rest), "{:?}", text);
            prop_assert!(!text.as_str().chars().any(char::is_control));
            for grapheme in text.as_str().graphemes(true) {
                prop_assert!(grapheme.len() <= 32, "{:?}", grapheme);
                prop_assert!(grapheme.chars().count() <= 8, "{:?}", grapheme);
                prop_assert!(grapheme.width() > 0, "{:?}", grapheme);
            }
            let again = sanitize_all(text.as_str());
            prop_assert_eq!(&again, &text);
        }
    }

    #[test]
    fn a_cut_never_goes_past_its_columns(raw in hostile(), columns in 0_usize..40) {
        prop_assert!(sanitize(&raw).truncate(columns).width() <= columns);
    }
}
