//! Recognises the emoji sequences in which joiners and variation selectors may stay. It draws none.

use super::invisible::contains;

const VS16: char = '\u{fe0f}';
const ZWJ: char = '\u{200d}';
const KEYCAP: char = '\u{20e3}';

/// Extended_Pictographic of Unicode 16 (reserved code points of the emoji blocks included).
const PICTOGRAPHIC: &[(u32, u32)] = &[
    (0x00a9, 0x00a9),
    (0x00ae, 0x00ae),
    (0x203c, 0x203c),
    (0x2049, 0x2049),
    (0x2122, 0x2122),
    (0x2139, 0x2139),
    (0x2194, 0x2199),
    (0x21a9, 0x21aa),
    (0x231a, 0x231b),
    (0x2328, 0x2328),
    (0x2388, 0x2388),
    (0x23cf, 0x23cf),
    (0x23e9, 0x23f3),
    (0x23f8, 0x23fa),
    (0x24c2, 0x24c2),
    (0x25aa, 0x25ab),
    (0x25b6, 0x25b6),
    (0x25c0, 0x25c0),
    (0x25fb, 0x25fe),
    (0x2600, 0x2605),
    (0x2607, 0x2612),
    (0x2614, 0x2685),
    (0x2690, 0x2705),
    (0x2708, 0x2712),
    (0x2714, 0x2714),
    (0x2716, 0x2716),
    (0x271d, 0x271d),
    (0x2721, 0x2721),
    (0x2728, 0x2728),
    (0x2733, 0x2734),
    (0x2744, 0x2744),
    (0x2747, 0x2747),
    (0x274c, 0x274c),
    (0x274e, 0x274e),
    (0x2753, 0x2755),
    (0x2757, 0x2757),
    (0x2763, 0x2767),
    (0x2795, 0x2797),
    (0x27a1, 0x27a1),
    (0x27b0, 0x27b0),
    (0x27bf, 0x27bf),
    (0x2934, 0x2935),
    (0x2b05, 0x2b07),
    (0x2b1b, 0x2b1c),
    (0x2b50, 0x2b50),
    (0x2b55, 0x2b55),
    (0x3030, 0x3030),
    (0x303d, 0x303d),
    (0x3297, 0x3297),
    (0x3299, 0x3299),
    (0x1_f000, 0x1_f0ff),
    (0x1_f10d, 0x1_f10f),
    (0x1_f12f, 0x1_f12f),
    (0x1_f16c, 0x1_f171),
    (0x1_f17e, 0x1_f17f),
    (0x1_f18e, 0x1_f18e),
    (0x1_f191, 0x1_f19a),
    (0x1_f1ad, 0x1_f1e5),
    (0x1_f201, 0x1_f20f),
    (0x1_f21a, 0x1_f21a),
    (0x1_f22f, 0x1_f22f),
    (0x1_f232, 0x1_f23a),
    (0x1_f23c, 0x1_f23f),
    (0x1_f249, 0x1_f3fa),
    (0x1_f400, 0x1_f53d),
    (0x1_f546, 0x1_f64f),
    (0x1_f680, 0x1_f6ff),
    (0x1_f774, 0x1_f77f),
    (0x1_f7d5, 0x1_f7ff),
    (0x1_f80c, 0x1_f80f),
    (0x1_f848, 0x1_f84f),
    (0x1_f85a, 0x1_f85f),
    (0x1_f888, 0x1_f88f),
    (0x1_f8ae, 0x1_f8ff),
    (0x1_f90c, 0x1_f93a),
    (0x1_f93c, 0x1_f945),
    (0x1_f947, 0x1_faff),
    (0x1_fc00, 0x1_fffd),
];

/// Whether the whole grapheme is an emoji sequence: pictographs with VS16 or a skin tone, joined by ZWJ; a keycap; or a flag.
pub(super) fn is_sequence(grapheme: &str) -> bool {
    !grapheme.is_empty() && matched(grapheme, usize::MAX, usize::MAX) == grapheme.len()
}

/// The bytes of the longest beginning of a sequence that is a sequence itself and within both caps.
pub(super) fn fitting(grapheme: &str, chars: usize, bytes: usize) -> usize {
    matched(grapheme, chars, bytes)
}

#[cfg(test)]
pub(super) fn pictographic_for_tests(c: char) -> bool {
    is_pictographic(c)
}

fn matched(text: &str, most_chars: usize, most_bytes: usize) -> usize {
    let mut walk = text.char_indices().peekable();
    let Some((_, first)) = walk.next() else {
        return 0;
    };
    let mut rest = text.chars().skip(1);
    match first {
        '0'..='9' | '#' | '*' => {
            let keycap = rest.next() == Some(VS16) && rest.next() == Some(KEYCAP);
            return if keycap { 1 + 3 + 3 } else { 0 };
        }
        '\u{1f1e6}'..='\u{1f1ff}' => {
            let pair = rest
                .next()
                .is_some_and(|c| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c));
            return if pair { 8 } else { 0 };
        }
        c if !is_pictographic(c) => return 0,
        _ => {}
    }
    let (mut count, mut last) = (1, first);
    let mut whole = first.len_utf8();
    while let Some((at, c)) = walk.next() {
        let mut end = at + c.len_utf8();
        if c == ZWJ {
            let Some((at, next)) = walk.next_if(|(_, next)| is_pictographic(*next)) else {
                break;
            };
            end = at + next.len_utf8();
            last = next;
            count += 2;
        } else if c == VS16 && is_pictographic(last) && !is_tone(last)
            || is_tone(c) && (last == VS16 || is_pictographic(last) && !is_tone(last))
        {
            last = c;
            count += 1;
        } else {
            break;
        }
        if count > most_chars || end > most_bytes {
            break;
        }
        whole = end;
    }
    whole
}

fn is_pictographic(c: char) -> bool {
    contains(PICTOGRAPHIC, c as u32)
}

fn is_tone(c: char) -> bool {
    ('\u{1f3fb}'..='\u{1f3ff}').contains(&c)
}
