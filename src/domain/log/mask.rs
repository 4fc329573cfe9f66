//! What a message looks like when everything that differs from time to time is taken out: the same line with other numbers is one pattern.
//! It counts nothing.

/// Bytes of a message that make its pattern.
const LONGEST: usize = 512;
/// Letters and digits in a row that may be an id.
const ID: usize = 8;

/// Writes the pattern of a message into `out`: numbers become `#`, what is quoted `"*"`, UUIDs, hex numbers, addresses, mixed ids and
/// the line's own session their names in angle brackets. The pattern of a pattern is itself.
pub fn mask(message: &str, session: Option<&str>, out: &mut String) {
    out.clear();
    let end = message.floor_char_boundary(LONGEST);
    let text = message.get(..end).unwrap_or_default();
    let session = session.filter(|id| id.len() >= 4 && id.bytes().any(|b| b.is_ascii_digit()));
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let taken = match first {
            _ if session.is_some_and(|id| rest.starts_with(id)) => {
                out.push_str("<session>");
                session.map_or(1, str::len)
            }
            b'"' => quoted(rest, out),
            // A quote behind a backslash neither opens nor closes anything.
            b'\\' => copy(
                rest,
                1 + usize::from(rest.as_bytes().get(1) == Some(&b'"')),
                out,
            ),
            b if b.is_ascii_alphanumeric() => word(rest, out),
            _ => {
                let plain = |b: &u8| !b.is_ascii_alphanumeric() && !matches!(b, b'"' | b'\\');
                copy(rest, run(rest, plain), out)
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
}

fn copy(text: &str, bytes: usize, out: &mut String) -> usize {
    out.push_str(text.get(..bytes).unwrap_or_default());
    bytes
}

/// What stands in quotes goes; the name of a JSON member stays.
fn quoted(rest: &str, out: &mut String) -> usize {
    let Some(length) = closing(rest.get(1..).unwrap_or_default()) else {
        out.push('"');
        return 1;
    };
    let inner = rest.get(1..=length).unwrap_or_default();
    let after = rest.get(length + 2..).unwrap_or_default();
    out.push('"');
    if after.starts_with(':') {
        words(inner, out);
    } else if !inner.is_empty() {
        out.push('*');
    }
    out.push('"');
    length + 2
}

/// Bytes up to the quote that closes.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'"' && !escaped {
            return Some(at);
        }
        escaped = byte == b'\\' && !escaped;
    }
    None
}

/// Words alone, without a look for quotes.
fn words(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if first.is_ascii_alphanumeric() {
            word(rest, out)
        } else {
            out.push(first);
            first.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
}

/// A run of letters and digits, or the address or UUID that begins with it. Answers the bytes taken.
fn word(text: &str, out: &mut String) -> usize {
    let length = run(text, u8::is_ascii_alphanumeric);
    let bare = text.get(..length).unwrap_or_default();
    if !bare.bytes().any(|b| b.is_ascii_digit()) && !may_begin_uuid(bare) {
        out.push_str(bare);
        return length;
    }
    if let Some(taken) = uuid(text) {
        out.push_str("<uuid>");
        return taken;
    }
    // The rest of a longer row of numbers is no address.
    if !out.ends_with('.')
        && let Some(taken) = address(text)
    {
        out.push_str("<ip>");
        return taken;
    }
    let pointer = bare.strip_prefix("0x").or_else(|| bare.strip_prefix("0X"));
    if pointer.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_hexdigit())) {
        out.push_str("<hex>");
        return length;
    }
    let digits = bare.bytes().filter(u8::is_ascii_digit).count();
    let hex = bare.bytes().all(|b| b.is_ascii_hexdigit());
    if digits > 0 && digits < length && length >= ID && (hex || is_mixed(bare)) {
        out.push_str(if hex { "<hex>" } else { "<id>" });
        return length;
    }
    let mut in_number = false;
    for byte in bare.bytes() {
        if !byte.is_ascii_digit() {
            out.push(char::from(byte));
        } else if !in_number {
            out.push('#');
        }
        in_number = byte.is_ascii_digit();
    }
    length
}

fn run(text: &str, wanted: impl Fn(&u8) -> bool) -> usize {
    text.bytes().take_while(|b| wanted(b)).count()
}

/// Whether letters and digits alternate, as they do in ids but not in names.
fn is_mixed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let changes = bytes
        .windows(2)
        .filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit());
    changes.count() >= 2
}

fn may_begin_uuid(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The length of the UUID that a text begins with; one without any digit is a row of words.
fn uuid(text: &str) -> Option<usize> {
    let head = text.as_bytes().get(..36)?;
    let fits = head.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let ends = text
        .as_bytes()
        .get(36)
        .is_none_or(|next| !next.is_ascii_alphanumeric());
    (fits && ends && head.iter().any(u8::is_ascii_digit)).then_some(36)
}

/// The length of the IPv4 address, with its port, that a text begins with.
fn address(text: &str) -> Option<usize> {
    let mut at = 0;
    for part in 0..4 {
        if part > 0 {
            (text.as_bytes().get(at) == Some(&b'.')).then_some(())?;
            at += 1;
        }
        let digits = run(text.get(at..)?, u8::is_ascii_digit);
        (1..=3).contains(&digits).then_some(())?;
        at += digits;
    }
    let next = text.as_bytes().get(at);
    let more = next.is_some_and(u8::is_ascii_alphanumeric)
        || next == Some(&b'.') && text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit);
    if more {
        return None;
    }
    if next == Some(&b':') {
        let port = run(text.get(at + 1..).unwrap_or_default(), u8::is_ascii_digit);
        if port > 0 {
            return Some(at + 1 + port);
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests;
