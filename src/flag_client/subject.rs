//! Whom a decision is about: the session, and what the caller knows of its user. Everything is borrowed from the caller.

/// Whom a decision is about. Building one allocates nothing.
///
/// ```
/// use coalmine::flag_client::{Attribute, Subject};
/// let subject = Subject::session("golden-eagle-427")
///     .user("ana")
///     .groups(&["internal"])
///     .attributes(&[("region", Attribute::Text("eu-west-1"))]);
/// # let _ = subject;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subject<'a> {
    pub(super) session_id: &'a str,
    pub(super) user: Option<&'a str>,
    pub(super) groups: &'a [&'a str],
    pub(super) attributes: &'a [(&'a str, Attribute<'a>)],
}

impl<'a> Subject<'a> {
    /// A session of which nothing else is known; its id gives the bucket, whatever is added below.
    pub fn session(session_id: &'a str) -> Self {
        Self {
            session_id,
            user: None,
            groups: &[],
            attributes: &[],
        }
    }

    /// The user, as `enabled_users` names users (letter case counts). Without one the session id stands for the user.
    #[must_use]
    pub fn user(self, user: &'a str) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    /// The user's groups, as `enabled_groups` names groups (letter case counts).
    #[must_use]
    pub fn groups(self, groups: &'a [&'a str]) -> Self {
        Self { groups, ..self }
    }

    /// What `conditions` may ask for. A condition on an attribute that is not given is not met; of two with the same name the
    /// first counts.
    #[must_use]
    pub fn attributes(self, attributes: &'a [(&'a str, Attribute<'a>)]) -> Self {
        Self { attributes, ..self }
    }
}

/// The value of an attribute. Values of different kinds are never equal: `"5"` is not `5`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Attribute<'a> {
    /// A text; letter case counts.
    Text(&'a str),
    /// A number; `5` and `5.0` are equal.
    Number(f64),
    /// True or false.
    Bool(bool),
}

impl<'a> From<&'a str> for Attribute<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Attribute<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Attribute<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
