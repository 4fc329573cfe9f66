//! Functions, their versions and aliases, in memory. It knows no request.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::not_found;
use crate::sim::aws::{ACCOUNT, REGION, ServiceError, hex};

/// How long an update of the configuration stays in progress, in simulated milliseconds.
pub(super) const UPDATE_TAKES: i64 = 8_000;

/// All functions.
#[derive(Debug, Default)]
pub struct Functions {
    pub(super) by_name: BTreeMap<String, Function>,
}

/// One function. Times are simulated milliseconds.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) latest: Configuration,
    /// The newest update; it stays here when it is done.
    pub(super) update: Option<Update>,
    pub(super) versions: Vec<(u64, Configuration)>,
    pub(super) aliases: BTreeMap<String, Alias>,
    changes: u64,
    name: String,
}

/// An update of the configuration, from the request until it takes effect and after.
#[derive(Debug)]
pub(super) struct Update {
    /// What invocations still run with while the update is in progress.
    pub(super) serving: Environment,
    /// When it is done, in simulated milliseconds.
    pub(super) done: i64,
    /// The revision that the configuration has from then on: Lambda changes it once more when an update is done.
    pub(super) revision: String,
}

/// Environment variables.
pub(super) type Environment = BTreeMap<String, String>;

/// What `$LATEST` or a frozen version is set to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Configuration {
    pub(super) environment: Environment,
    pub(super) description: String,
    pub(super) handler: String,
    pub(super) runtime: String,
    pub(super) role: String,
    pub(super) memory: i64,
    pub(super) timeout: i64,
    pub(super) code_sha: String,
    pub(super) modified: i64,
    pub(super) revision: String,
}

/// A name for one version, or for two with weights.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alias {
    pub(super) version: String,
    pub(super) description: String,
    pub(super) weights: Vec<(String, f64)>,
    pub(super) revision: String,
}

impl Functions {
    /// Creates a function with this environment; an existing one of the name is replaced.
    pub fn create(&mut self, name: &str, environment: Environment, now: i64) {
        let latest = Configuration {
            environment,
            description: String::new(),
            handler: "app.handler".to_owned(),
            runtime: "python3.12".to_owned(),
            role: format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
            memory: 512,
            timeout: 30,
            code_sha: base64(&Sha256::digest(name.as_bytes())),
            modified: now,
            revision: String::new(),
        };
        let mut function = Function {
            latest,
            update: None,
            versions: Vec::new(),
            aliases: BTreeMap::new(),
            changes: 0,
            name: name.to_owned(),
        };
        function.latest.revision = function.revise();
        self.by_name.insert(name.to_owned(), function);
    }

    /// Publishes `$LATEST` as the next version and answers its number.
    pub fn publish(&mut self, name: &str, now: i64) -> Option<u64> {
        self.by_name.get_mut(name).map(|f| f.publish(None, now))
    }

    /// Points an alias at a published version, creating the alias when it is absent. Weights that it had are gone.
    pub fn set_alias(&mut self, name: &str, alias: &str, version: u64) {
        if let Some(function) = self.by_name.get_mut(name) {
            let revision = function.revise();
            let description = function
                .aliases
                .get(alias)
                .map(|a| a.description.clone())
                .unwrap_or_default();
            let target = Alias {
                version: version.to_string(),
                description,
                weights: Vec::new(),
                revision,
            };
            function.aliases.insert(alias.to_owned(), target);
        }
    }

    /// The environment that an invocation through `qualifier` (alias, version; `None` is `$LATEST`) has at `now`:
    /// an update that is still in progress is not in it yet. It is empty where there is no such function or version.
    pub fn environment(&self, name: &str, qualifier: Option<&str>, now: i64) -> Environment {
        let Some(function) = self.by_name.get(name) else {
            return Environment::new();
        };
        let target = qualifier.map_or("$LATEST", |q| {
            function.aliases.get(q).map_or(q, |a| a.version.as_str())
        });
        match (target, &function.update) {
            ("$LATEST", Some(update)) if now < update.done => update.serving.clone(),
            ("$LATEST", _) => function.latest.environment.clone(),
            _ => function
                .version(target)
                .map(|c| c.environment.clone())
                .unwrap_or_default(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Result<&Function, ServiceError> {
        self.by_name.get(name).ok_or_else(|| absent(name, None))
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Result<&mut Function, ServiceError> {
        self.by_name.get_mut(name).ok_or_else(|| absent(name, None))
    }
}

impl Function {
    /// A new revision id; no two of an account are the same, and the same changes give the same ids.
    pub(super) fn revise(&mut self) -> String {
        self.changes += 1;
        let digest = Sha256::digest(format!("{}\n{}", self.name, self.changes).as_bytes());
        let hex = hex(&digest[..16]);
        format!(
            "{}-{}-4{}-a{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[13..16],
            &hex[17..20],
            &hex[20..]
        )
    }

    /// Whether an update is in progress at `now`.
    pub(super) fn updating(&self, now: i64) -> bool {
        self.update.as_ref().is_some_and(|update| now < update.done)
    }

    /// The revision of `$LATEST` at `now`.
    pub(super) fn revision(&self, now: i64) -> &str {
        match &self.update {
            Some(update) if now >= update.done => &update.revision,
            _ => &self.latest.revision,
        }
    }

    /// The frozen configuration of a published version.
    pub(super) fn version(&self, number: &str) -> Option<&Configuration> {
        let number = number.parse::<u64>().ok()?;
        self.versions
            .iter()
            .find(|(n, _)| *n == number)
            .map(|(_, c)| c)
    }

    /// Freezes `$LATEST` as a version and gives it a new revision; when nothing changed since the last one, that one is
    /// the answer.
    pub(super) fn publish(&mut self, description: Option<&str>, now: i64) -> u64 {
        if let Some((number, _)) = self
            .versions
            .last()
            .filter(|(_, last)| last.same_as(&self.latest))
        {
            return *number;
        }
        let number = self.versions.last().map_or(1, |(n, _)| n + 1);
        let mut frozen = Configuration {
            modified: now,
            revision: self.revise(),
            ..self.latest.clone()
        };
        if let Some(text) = description {
            text.clone_into(&mut frozen.description);
        }
        self.versions.push((number, frozen));
        self.latest.revision = self.revise();
        self.update = None;
        number
    }
}

impl Configuration {
    /// Whether both are the same code with the same settings.
    fn same_as(&self, other: &Self) -> bool {
        let bare = |c: &Self| Self {
            modified: 0,
            revision: String::new(),
            description: String::new(),
            ..c.clone()
        };
        bare(self) == bare(other)
    }
}

/// The ARN of a function, or of one of its versions or aliases.
pub(super) fn arn(name: &str, qualifier: Option<&str>) -> String {
    let tail = qualifier.map(|q| format!(":{q}")).unwrap_or_default();
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}{tail}")
}

/// There is no such function or version.
pub(super) fn absent(name: &str, qualifier: Option<&str>) -> ServiceError {
    not_found(format!("Function not found: {}", arn(name, qualifier)))
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .enumerate()
            .fold(0_u32, |w, (i, b)| w | u32::from(*b) << (16 - 8 * i));
        for place in 0..4 {
            let sign = SIGNS[(word >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() {
                sign as char
            } else {
                '='
            });
        }
    }
    text
}
