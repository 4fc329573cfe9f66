//! What a caller gets to know: on or off, why, on whose word, and how old that word is. It decides nothing.

use std::fmt;
use std::time::Duration;

use crate::domain::Revision;

/// The answer for one session. It owns no heap memory: making, copying and dropping it allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the session gets the new behaviour.
    pub enabled: bool,
    /// Why.
    pub reason: Reason,
    /// On whose word.
    pub source: Source,
    /// Which revision of the flag document; empty unless the source is the store.
    pub version: FlagVersion,
    /// How long ago the source was last seen to say this: for the store since the beginning of the last read that found a valid
    /// document, else since the client was built.
    pub age: Duration,
}

impl fmt::Display for Decision {
    /// One line for a log, such as `off: bucket 73 is not included (store, version 42, 12 s old)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stand = if self.enabled { "on" } else { "off" };
        write!(f, "{stand}: {} ({}", self.reason, self.source.word())?;
        if !self.version.as_str().is_empty() {
            write!(f, ", version {}", self.version)?;
        }
        write!(f, ", {} s old)", self.age.as_secs())
    }
}

/// Why a session is treated or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Off: [`FlagClient::kill`](super::FlagClient::kill) was called in this process.
    Killed,
    /// Off: the flag is disabled, for listed users too.
    Disabled,
    /// Off: neither the store nor the environment has ever said anything that can be understood.
    NothingKnown,
    /// On: `enabled_users` names the user.
    ListedUser,
    /// On: `enabled_groups` names one of the user's groups.
    ListedGroup,
    /// Off: the caller's attributes do not meet every one of the `conditions`.
    ConditionUnmet,
    /// On: the percentage includes every bucket.
    Everybody,
    /// Off: the percentage includes no bucket.
    Nobody,
    /// On: the percentage includes this bucket (0 to 99).
    BucketIncluded(u8),
    /// Off: the percentage does not include this bucket (0 to 99).
    BucketExcluded(u8),
}

impl Reason {
    /// The word for metrics and logs, without the bucket.
    pub fn word(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Disabled => "disabled",
            Self::NothingKnown => "nothing_known",
            Self::ListedUser => "listed_user",
            Self::ListedGroup => "listed_group",
            Self::ConditionUnmet => "condition_unmet",
            Self::Everybody => "everybody",
            Self::Nobody => "nobody",
            Self::BucketIncluded(_) => "bucket_included",
            Self::BucketExcluded(_) => "bucket_excluded",
        }
    }

    /// The session's bucket, where the decision needed it.
    pub fn bucket(self) -> Option<u8> {
        match self {
            Self::BucketIncluded(bucket) | Self::BucketExcluded(bucket) => Some(bucket),
            _ => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Killed => "killed in this process",
            Self::Disabled => "the flag is disabled",
            Self::NothingKnown => "neither store nor environment says anything",
            Self::ListedUser => "the user is listed",
            Self::ListedGroup => "a group of the user is listed",
            Self::ConditionUnmet => "a condition is not met",
            Self::Everybody => "everybody is included",
            Self::Nobody => "nobody is included",
            Self::BucketIncluded(bucket) => return write!(f, "bucket {bucket} is included"),
            Self::BucketExcluded(bucket) => return write!(f, "bucket {bucket} is not included"),
        })
    }
}

/// On whose word a decision was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The flag document.
    Store,
    /// The environment variables, because no document was ever read.
    Environment,
    /// Nobody's: the feature is off.
    Nothing,
}

impl Source {
    /// The word for metrics and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Environment => "environment",
            Self::Nothing => "nothing",
        }
    }
}

/// The most bytes of a revision that a [`FlagVersion`] keeps: a SHA-256 in hex, more than any version number or RevisionId.
const MOST: usize = 64;

/// The revision of a flag document, held in place. A longer revision is cut to its first 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FlagVersion {
    length: u8,
    bytes: [u8; MOST],
}

impl FlagVersion {
    /// No version: what the environment has.
    pub const NONE: Self = Self {
        length: 0,
        bytes: [0; MOST],
    };

    /// The revision's text, for SSM the version number; empty for none.
    pub fn as_str(&self) -> &str {
        self.bytes
            .get(..usize::from(self.length))
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }
}

impl From<&Revision> for FlagVersion {
    fn from(revision: &Revision) -> Self {
        let end = revision.0.floor_char_boundary(MOST);
        let mut version = Self::NONE;
        for (place, byte) in version.bytes.iter_mut().zip(revision.0.bytes().take(end)) {
            *place = byte;
        }
        version.length = u8::try_from(end).unwrap_or(0);
        version
    }
}

impl fmt::Display for FlagVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for FlagVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlagVersion({:?})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_keeps_the_text_of_the_revision_and_cuts_between_characters() {
        let version = |text: &str| FlagVersion::from(&Revision(text.to_owned()));
        assert_eq!(version("42").as_str(), "42");
        assert_eq!(version("").as_str(), "");
        assert_eq!(version(""), FlagVersion::NONE);
        assert_eq!(version(&"a".repeat(64)).as_str(), "a".repeat(64));
        assert_eq!(version(&"a".repeat(65)).as_str(), "a".repeat(64));
        let cut = version(&format!("{}é", "a".repeat(63)));
        assert_eq!(cut.as_str(), "a".repeat(63));
    }

    #[test]
    fn a_decision_reads_as_one_line() {
        let decision = Decision {
            enabled: false,
            reason: Reason::BucketExcluded(73),
            source: Source::Store,
            version: FlagVersion::from(&Revision("42".to_owned())),
            age: Duration::from_millis(12_900),
        };
        assert_eq!(
            decision.to_string(),
            "off: bucket 73 is not included (store, version 42, 12 s old)"
        );
    }
}
