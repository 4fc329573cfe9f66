//! Percent-encoded text: query strings and form bodies. It knows no operation.

/// The decoded pairs of a query string or of a form.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|p| !p.is_empty());
    parts
        .map(|p| p.split_once('=').unwrap_or((p, "")))
        .map(|(k, v)| (form(k), form(v)))
        .collect()
}

fn form(text: &str) -> String {
    unescape(&text.replace('+', " "))
}

/// The text without its percent-encoding; what is no valid code stays as it is.
pub fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_and_odd_codes_kept() {
        let wanted =
            [("a", "1 2"), ("b", "%zz%4"), ("c", "")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(pairs("a=1+2&b=%zz%4&c"), wanted);
        assert_eq!(unescape("%24LATEST%C3%A9"), "$LATEST\u{e9}");
    }
}
