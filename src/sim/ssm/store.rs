//! Parameters and their versions, in memory. It knows no request.

use std::collections::{BTreeMap, VecDeque};

use sha2::{Digest, Sha256};

use super::name;
use crate::sim::aws::{ServiceError, hex};
use crate::sim::wire::Value;

/// How many versions of a parameter are kept.
pub(super) const KEPT: usize = 100;

/// All parameters with their versions.
#[derive(Debug, Default)]
pub struct Parameters {
    pub(super) by_name: BTreeMap<String, Parameter>,
}

/// One parameter: its newest version, and those before it, oldest first.
#[derive(Debug)]
pub(super) struct Parameter {
    older: VecDeque<Version>,
    pub(super) newest: Version,
}

impl Parameter {
    /// All versions that are kept, oldest first.
    pub(super) fn versions(&self) -> impl Iterator<Item = &Version> {
        self.older.iter().chain([&self.newest])
    }

    /// All versions that are kept, oldest first, to be changed.
    pub(super) fn versions_mut(&mut self) -> impl Iterator<Item = &mut Version> {
        self.older.iter_mut().chain([&mut self.newest])
    }
}

/// One version of a parameter. Times are simulated milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Version {
    pub(super) number: i64,
    pub(super) value: String,
    pub(super) kind: String,
    pub(super) description: Option<String>,
    pub(super) key_id: Option<String>,
    pub(super) allowed_pattern: Option<String>,
    pub(super) tier: String,
    pub(super) data_type: String,
    pub(super) user: String,
    pub(super) modified: i64,
    pub(super) labels: Vec<String>,
}

impl Version {
    /// A first version of a plain text parameter.
    pub(super) fn plain(value: &str, user: &str, now: i64) -> Self {
        Self {
            number: 1,
            value: value.to_owned(),
            kind: "String".to_owned(),
            description: None,
            key_id: None,
            allowed_pattern: None,
            tier: "Standard".to_owned(),
            data_type: "text".to_owned(),
            user: user.to_owned(),
            modified: now,
            labels: Vec::new(),
        }
    }

    /// The value as a reader sees it: a secret that is not to be decrypted is its cipher text.
    pub(super) fn shown(&self, decrypt: bool) -> Value {
        if self.kind != "SecureString" || decrypt {
            return self.value.as_str().into();
        }
        let digest = Sha256::digest(format!("{}\n{}", self.number, self.value).as_bytes());
        format!("AQICAHg{}", hex(&digest)).into()
    }
}

impl Parameters {
    /// Writes a new version (creating the parameter when it is absent) as `user` (an ARN); answers the version. Type,
    /// tier and description stay as they were.
    pub fn put(
        &mut self,
        name: &str,
        value: &str,
        user: &str,
        now: i64,
    ) -> Result<i64, ServiceError> {
        let version = match self.by_name.get(name) {
            None => Version::plain(value, user, now),
            Some(parameter) => Version {
                value: value.to_owned(),
                user: user.to_owned(),
                modified: now,
                ..parameter.newest.clone()
            },
        };
        self.write(name, version)
    }

    /// The newest value, if the parameter exists.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(|p| p.newest.value.as_str())
    }

    /// Appends `version` under the next number; the oldest of a hundred goes, unless a label holds it.
    pub(super) fn write(&mut self, name: &str, mut version: Version) -> Result<i64, ServiceError> {
        version.labels.clear();
        let Some(parameter) = self.by_name.get_mut(name) else {
            version.number = 1;
            self.by_name.insert(
                name.to_owned(),
                Parameter {
                    older: VecDeque::new(),
                    newest: version,
                },
            );
            return Ok(1);
        };
        if parameter.older.len() + 1 >= KEPT {
            if let Some(oldest) = parameter.older.front().filter(|v| !v.labels.is_empty()) {
                return Err(held(name, oldest.number));
            }
            parameter.older.pop_front();
        }
        version.number = parameter.newest.number + 1;
        let number = version.number;
        parameter
            .older
            .push_back(std::mem::replace(&mut parameter.newest, version));
        Ok(number)
    }

    /// The stored name and the parameter that a request means with `text`, a name or an ARN.
    pub(super) fn find<'a>(&'a self, text: &str) -> Option<(&'a str, &'a Parameter)> {
        let found = name::candidates(text)
            .into_iter()
            .find_map(|n| self.by_name.get_key_value(&n));
        found.map(|(name, parameter)| (name.as_str(), parameter))
    }

    /// The parameter that a request means with `text`, to be changed.
    pub(super) fn find_mut(&mut self, text: &str) -> Result<&mut Parameter, ServiceError> {
        let name = self.find(text).map(|(name, _)| name.to_owned());
        name.and_then(|n| self.by_name.get_mut(&n))
            .ok_or_else(not_found)
    }
}

/// There is no parameter of that name. AWS says nothing more.
pub(super) fn not_found() -> ServiceError {
    ServiceError::new("ParameterNotFound", "")
}

/// There is no version of that number or label.
pub(super) fn no_version(name: &str, selector: &str) -> ServiceError {
    ServiceError::new(
        "ParameterVersionNotFound",
        format!(
            "Systems Manager could not find version {selector} of {name}. Verify the version and try again."
        ),
    )
}

fn held(name: &str, oldest: i64) -> ServiceError {
    ServiceError::new(
        "ParameterMaxVersionLimitExceeded",
        format!(
            "You attempted to create a new version of {name} by calling the PutParameter API with the overwrite flag. \
             Version {oldest}, the oldest version, can't be deleted because it has a label associated with it. Move the \
             label to another version of the parameter, and try again."
        ),
    )
}
