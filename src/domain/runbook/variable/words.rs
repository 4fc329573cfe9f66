//! The words that a name is made of, so that `YOUR_LAMBDA_NAME` and `<your lambda name>` are the same. It knows no meaning.

/// The words of a name, in lower case: split at everything that is no letter or digit, and where a capital follows a small letter.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut small = false;
    for c in name.chars() {
        let ends = !c.is_alphanumeric() || (small && c.is_uppercase());
        if ends && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    if !word.is_empty() {
        out.push(word);
    }
    join(out)
}

/// Words that are written apart and together.
fn join(words: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        match (out.last().map(String::as_str), word.as_str()) {
            (Some("on"), "call") => {
                out.pop();
                out.push("oncall".to_owned());
            }
            (_, "loggroup") => out.extend(["log".to_owned(), "group".to_owned()]),
            _ => out.push(word),
        }
    }
    out
}
