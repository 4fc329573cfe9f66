//! Numbers, dates and times as text, written into a string at hand: log lines are rendered by the hundred thousand.
//! It reads nothing back.

/// Writes the version of a function; 0 is `$LATEST`.
pub(crate) fn write_version(out: &mut String, version: u64) {
    if version == 0 {
        out.push_str("$LATEST");
    } else {
        out.push_str(&version.to_string());
    }
}

/// Writes the low `digits` hexadecimal digits of a number.
pub(crate) fn write_hex(out: &mut String, number: u64, digits: u32) {
    for place in (0..digits).rev() {
        let digit = (number >> (place * 4) & 0xf) as u8;
        out.push(char::from(if digit < 10 {
            b'0' + digit
        } else {
            b'a' + digit - 10
        }));
    }
}

fn write_decimal(out: &mut String, number: i64, digits: u32) {
    for place in (0..digits).rev() {
        out.push(char::from(b'0' + (number / 10_i64.pow(place) % 10) as u8));
    }
}

/// Writes a date as `2026/11/20`, the way a stream's name begins (`-` for `/` in a time).
pub(crate) fn write_date(out: &mut String, at: i64, separator: char) {
    // Days to a civil date: eras of 400 years that begin on the first of March.
    let days = at.div_euclid(86_400_000) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    write_decimal(out, year + era * 400 + i64::from(month <= 2), 4);
    out.push(separator);
    write_decimal(out, month, 2);
    out.push(separator);
    write_decimal(out, of_year - (153 * shifted + 2) / 5 + 1, 2);
}

/// Writes an instant in milliseconds as `2026-11-20T21:17:42.417Z`.
pub(crate) fn write_time(out: &mut String, at: i64) {
    write_date(out, at, '-');
    let rest = at.rem_euclid(86_400_000);
    for (mark, number, digits) in [
        ('T', rest / 3_600_000, 2),
        (':', rest / 60_000 % 60, 2),
        (':', rest / 1000 % 60, 2),
        ('.', rest % 1000, 3),
    ] {
        out.push(mark);
        write_decimal(out, number, digits);
    }
    out.push('Z');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_civil_dates() {
        for at in [
            0,
            951_782_400_000,
            951_868_800_000,
            1_795_209_462_417,
            4_107_542_399_999,
        ] {
            let mut text = String::new();
            write_time(&mut text, at);
            let parsed: Result<jiff::Timestamp, _> = text.parse();
            assert_eq!(
                parsed.map(jiff::Timestamp::as_millisecond).ok(),
                Some(at),
                "{text}"
            );
        }
    }
}
