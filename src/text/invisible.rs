//! Which characters draw nothing or change how others are drawn (Unicode 16: Cf, Default_Ignorable, separators, noncharacters).
//! It replaces nothing.

/// Format characters, default ignorables, line and paragraph separators, interlinear marks: sorted, both ends included.
const INVISIBLE: &[(u32, u32)] = &[
    (0x00ad, 0x00ad),
    (0x034f, 0x034f),
    (0x0600, 0x0605),
    (0x061c, 0x061c),
    (0x06dd, 0x06dd),
    (0x070f, 0x070f),
    (0x0890, 0x0891),
    (0x08e2, 0x08e2),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0x3164, 0x3164),
    (0xfdd0, 0xfdef),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
    (0x1_10bd, 0x1_10bd),
    (0x1_10cd, 0x1_10cd),
    (0x1_3430, 0x1_343f),
    (0x1_bca0, 0x1_bca3),
    (0x1_d173, 0x1_d17a),
    (0xe_0000, 0xe_0fff),
];

/// Whether the character draws nothing of its own, or turns the direction of others.
pub(super) fn is_invisible(c: char) -> bool {
    let code = c as u32;
    if code < 0xad {
        return false;
    }
    code & 0xfffe == 0xfffe || contains(INVISIBLE, code)
}

/// Whether sorted ranges hold the code.
pub(super) fn contains(ranges: &[(u32, u32)], code: u32) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= code);
    after
        .checked_sub(1)
        .and_then(|at| ranges.get(at))
        .is_some_and(|(_, last)| code <= *last)
}

/// What is odd about a name that should be plain ASCII (a function, a parameter, an alarm): each such character with its code and
/// place, at most five. `None` for a plain name. Equality of names stays equality of bytes.
pub fn oddities(name: &str) -> Option<String> {
    let odd: Vec<String> = name
        .chars()
        .enumerate()
        .filter(|(_, c)| !matches!(c, ' '..='~'))
        .take(6)
        .map(|(at, c)| {
            let code = c as u32;
            if c.is_control() || is_invisible(c) {
                format!("U+{code:04X} (not visible) at {}", at + 1)
            } else {
                format!("{c} U+{code:04X} at {}", at + 1)
            }
        })
        .collect();
    match odd.as_slice() {
        [] => None,
        [first @ .., _] if odd.len() > 5 => Some(format!("{}, …", first.join(", "))),
        all => Some(all.join(", ")),
    }
}
