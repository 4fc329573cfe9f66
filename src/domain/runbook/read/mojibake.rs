//! Text that was decoded as Windows-1252 and encoded as UTF-8 again (`Ã©` for `é`): put right where there is no doubt. It never
//! touches a command.

use std::borrow::Cow;

/// What Windows-1252 has from 0x80 to 0x9f; where it has nothing, the control character that lenient decoders make of the byte.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text with every piece put right that can only have come about so.
pub(super) fn repaired(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let (mut rest, mut changed) = (text, false);
    while let Some(at) = rest.find(|c| byte_of(c).is_some()) {
        let (before, run) = rest.split_at(at);
        let end = run.find(|c| byte_of(c).is_none()).unwrap_or(run.len());
        let (run, after) = run.split_at(end);
        out.push_str(before);
        changed |= put_right(run, &mut out);
        rest = after;
    }
    if !changed {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where the first such piece stands: its line, from 1, what stands there and what it was; and how many lines have one.
pub(super) fn first(text: &str) -> Option<(usize, String, usize)> {
    if text.is_ascii() {
        return None;
    }
    let mut found = None;
    let mut lines = 0;
    for (index, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_ascii())
    {
        let Cow::Owned(right) = repaired(line) else {
            continue;
        };
        lines += 1;
        found.get_or_insert_with(|| (index + 1, difference(line, &right)));
    }
    found.map(|(line, what)| (line, what, lines))
}

/// The first differing piece of both.
fn difference(line: &str, right: &str) -> String {
    let same = line
        .chars()
        .zip(right.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let high: String = line
        .chars()
        .skip(same)
        .take_while(|c| byte_of(*c).is_some())
        .take(12)
        .collect();
    let was: String = right.chars().skip(same).take(1).collect();
    format!("`{high}` for `{was}`")
}

/// Pushes a run of high characters, put right where that is beyond doubt. Answers whether anything was.
fn put_right(run: &str, out: &mut String) -> bool {
    let chars: Vec<char> = run.chars().collect();
    let bytes: Vec<u8> = chars.iter().filter_map(|c| byte_of(*c)).collect();
    if let Ok(whole) = std::str::from_utf8(&bytes)
        && whole.chars().count() >= 3
        && whole.chars().all(char::is_alphabetic)
    {
        out.push_str(whole);
        return true;
    }
    let (mut at, mut changed) = (0, false);
    while let Some(c) = chars.get(at) {
        if let Some((right, length)) = sequence(bytes.get(at..).unwrap_or_default()) {
            out.push(right);
            at += length;
            changed = true;
        } else {
            out.push(*c);
            at += 1;
        }
    }
    changed
}

/// The character that the first of these bytes encode, if nobody would write them as characters on purpose.
fn sequence(bytes: &[u8]) -> Option<(char, usize)> {
    let length = match bytes.first()? {
        0xc2 | 0xc3 => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let right = std::str::from_utf8(bytes.get(..length)?)
        .ok()?
        .chars()
        .next()?;
    let likely = matches!(u32::from(right),
        0xa0..=0xff | 0x2000..=0x2fff | 0x3000..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe00..=0xfe0f
        | 0xff00..=0xffef | 0x1_f000..=0x1_faff | 0x2_0000..=0x2_fa1f);
    likely.then_some((right, length))
}

/// The byte that a decoder of Windows-1252 would have made this character of; only those past ASCII.
fn byte_of(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ 0x80..=0xff => u8::try_from(code).ok(),
        _ if c.is_ascii() => None,
        _ => HIGH
            .iter()
            .position(|high| *high == c)
            .and_then(|at| u8::try_from(at + 0x80).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mangled(text: &str) -> String {
        text.bytes()
            .map(|byte| match byte {
                0x80..=0x9f => HIGH[usize::from(byte) - 0x80],
                other => char::from(other),
            })
            .collect()
    }

    #[test]
    fn text_that_was_decoded_twice_comes_back() {
        for good in [
            "🔄 rolled back",
            "café – “déjà vu”…",
            "naïve → 5 µs",
            "≥ 3",
            "Привет",
            "日本語",
            "⚠️ stop",
        ] {
            assert_eq!(repaired(&mangled(good)), good);
        }
        assert_eq!(
            first("a\nx ðŸ”„ y\nâ€¦\n"),
            Some((2, "`ðŸ”„` for `🔄`".to_owned(), 2))
        );
    }

    #[test]
    fn text_that_is_right_stays() {
        for good in [
            "plain",
            "déjà\u{a0}» dit-il",
            "CAFÉ…",
            "GRÜN”",
            "naïve – “x” ™ €5",
            "Ünïcödé",
            "São",
            "ÇA",
            "日本語 🔄",
            "Ελλάδα",
        ] {
            assert!(matches!(repaired(good), Cow::Borrowed(_)), "{good}");
            assert_eq!(first(good), None);
        }
    }
}
