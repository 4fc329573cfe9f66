//! Lambda functions of the simulated account: configuration, versions, aliases. No code runs here.

use std::collections::BTreeMap;

/// All functions.
#[derive(Debug, Default)]
pub struct Functions {}

impl Functions {
    /// Creates a function with this environment; an existing one of the name is replaced.
    pub fn create(&mut self, _name: &str, _environment: BTreeMap<String, String>, _now: i64) {}

    /// Publishes `$LATEST` as the next version and answers its number.
    pub fn publish(&mut self, _name: &str, _now: i64) -> Option<u64> {
        None
    }

    /// Points an alias at a published version, creating the alias when it is absent.
    pub fn set_alias(&mut self, _name: &str, _alias: &str, _version: u64) {}

    /// The environment that an invocation through `qualifier` (alias, version; `None` is `$LATEST`) has at `now`:
    /// an update that is still in progress is not in it yet.
    pub fn environment(
        &self,
        _name: &str,
        _qualifier: Option<&str>,
        _now: i64,
    ) -> BTreeMap<String, String> {
        BTreeMap::new()
    }
}
