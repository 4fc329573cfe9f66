//! What a parameter may be called and hold, checked before anything is sent. It asks nobody.

/// The configured name or ARN of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ParameterName(String);

impl ParameterName {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// As configured: what reads ask for.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The version or label behind the last colon (`/flag:3`, `/flag:live`), when the name has one.
    pub(super) fn selector(&self) -> Option<&str> {
        self.tail().split_once(':').map(|(_, selector)| selector)
    }

    /// The same without its version or label.
    pub(super) fn without_selector(&self) -> &str {
        match self.selector() {
            Some(selector) => &self.0[..self.0.len() - selector.len() - 1],
            None => &self.0,
        }
    }

    /// The name that PutParameter takes (it takes no ARN), as far as the ARN tells it.
    pub(super) fn plain(&self) -> String {
        match self.without_selector().split_once(":parameter/") {
            Some((arn, name)) if arn.starts_with("arn:") && name.contains('/') => {
                format!("/{name}")
            }
            Some((arn, name)) if arn.starts_with("arn:") => name.to_owned(),
            _ => self.without_selector().to_owned(),
        }
    }

    /// The part in which a colon begins a selector: behind the ARN's own colons.
    fn tail(&self) -> &str {
        if self.0.starts_with("arn:") {
            self.0.splitn(6, ':').nth(5).unwrap_or_default()
        } else {
            &self.0
        }
    }
}

/// The standard tier's limit, in bytes.
pub(super) const STANDARD_BYTES: usize = 4096;
/// The advanced tier's limit, in bytes.
pub(super) const ADVANCED_BYTES: usize = 8192;

/// Why Parameter Store would refuse this text: what is wrong, and what to do.
pub(super) fn text_fault(text: &str, limit: usize) -> Option<(String, String)> {
    if text.is_empty() {
        return Some((
            "the document is empty, and a parameter cannot be".to_owned(),
            "write at least `{}`".to_owned(),
        ));
    }
    if text.len() > limit {
        let tier = if limit > STANDARD_BYTES {
            "advanced"
        } else {
            "standard"
        };
        return Some((
            format!("the document has {} bytes, and a {tier} parameter holds {limit}", text.len()),
            "shorten the document (notes, white space), or make the parameter an advanced one, which cannot be taken back".to_owned(),
        ));
    }
    if let Some(start) = text.find("{{")
        && text[start..].contains("}}")
    {
        return Some((
            "the document contains `{{…}}`, which Parameter Store does not take".to_owned(),
            "put a space between the braces".to_owned(),
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_told_from_an_arn() {
        let table = [
            ("/a/b", None, "/a/b"),
            ("flag", None, "flag"),
            ("/a/b:3", Some("3"), "/a/b"),
            ("/a/b:live", Some("live"), "/a/b"),
            (
                "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b",
                None,
                "/a/b",
            ),
            (
                "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b:7",
                Some("7"),
                "/a/b",
            ),
            (
                "arn:aws:ssm:eu-west-1:123456789012:parameter/flag",
                None,
                "flag",
            ),
        ];
        for (given, selector, plain) in table {
            let name = ParameterName::new(given);
            assert_eq!(name.selector(), selector, "{given}");
            assert_eq!(name.plain(), plain, "{given}");
        }
        let name = ParameterName::new("arn:aws:ssm:eu-west-1:123456789012:parameter/a/b:7");
        assert_eq!(
            name.without_selector(),
            "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b"
        );
    }

    #[test]
    fn size_is_counted_in_bytes() {
        assert_eq!(text_fault(&"x".repeat(4095), STANDARD_BYTES), None);
        assert_eq!(text_fault(&"x".repeat(4096), STANDARD_BYTES), None);
        assert!(text_fault(&"x".repeat(4097), STANDARD_BYTES).is_some());
        assert!(text_fault(&"ü".repeat(2049), STANDARD_BYTES).is_some());
        assert_eq!(text_fault(&"x".repeat(8192), ADVANCED_BYTES), None);
        assert!(text_fault("", STANDARD_BYTES).is_some());
    }

    #[test]
    fn braces_that_aws_would_expand_are_named() {
        assert!(text_fault(r#"{"a":"{{ssm:x}}"}"#, STANDARD_BYTES).is_some());
        assert_eq!(text_fault(r#"{"a":{"b":{"c":1}}}"#, STANDARD_BYTES), None);
    }
}
