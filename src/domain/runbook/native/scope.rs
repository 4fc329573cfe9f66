//! Whether a command is about this rollout: parameter, function, region, profile, environment. It judges names, nothing else.

use super::{Found, NativeAction, Sight};
use crate::domain::rollout::{FlagSource, RolloutSpec};
use crate::domain::runbook::shell::{AwsCall, Word};

/// Options that name where a command goes, and what they name.
const OPTIONS: [(&str, Named); 12] = [
    ("--parameter-name", Named::Parameter),
    ("--parameter", Named::Parameter),
    ("--region", Named::Region),
    ("--profile", Named::Profile),
    ("--env", Named::Environment),
    ("--environment", Named::Environment),
    ("--rollout", Named::Rollout),
    ("--function-name", Named::Function),
    ("--function", Named::Function),
    ("--account", Named::Account),
    ("--account-id", Named::Account),
    ("--alias", Named::Alias),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Parameter,
    Region,
    Profile,
    Environment,
    Rollout,
    Function,
    Account,
    Alias,
}

/// What the command names that is not this rollout's.
pub(super) fn foreign(sight: &Sight<'_>) -> Option<Found> {
    let spec = sight.spec?;
    let words = &sight.invocation.args;
    let aws = sight.invocation.program == "aws";
    for (index, word) in words.iter().enumerate() {
        let text = word.text();
        let (name, joined) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text.as_str(), None),
        };
        let Some((_, kind)) = OPTIONS.iter().find(|(option, _)| *option == name) else {
            continue;
        };
        // `--environment` of `aws lambda` is a map of variables, and a function of `aws` is judged with what is written to it.
        if aws && !matches!(kind, Named::Region | Named::Profile) {
            continue;
        }
        let Some(value) = joined.or_else(|| words.get(index + 1).map(Word::text)) else {
            continue;
        };
        if let Some((what, ours)) = differs(*kind, &value, spec) {
            return Some(of_another(what, &value, &ours));
        }
    }
    None
}

/// The finding that something belongs to another rollout or environment.
pub(super) fn of_another(what: &str, named: &str, ours: &str) -> Found {
    Found::noted(
        NativeAction::Foreign {
            what: what.to_owned(),
            named: named.to_owned(),
            ours: ours.to_owned(),
        },
        format!("it names the {what} {named}; this rollout has {ours}"),
    )
}

fn differs(kind: Named, value: &str, spec: &RolloutSpec) -> Option<(&'static str, String)> {
    let other = |what: &'static str, ours: Option<&str>| {
        let ours = ours?;
        (ours != value).then(|| (what, ours.to_owned()))
    };
    match kind {
        Named::Parameter => {
            let ours = spec.flag.source.name();
            (!is_parameter(&spec.flag.source, value)).then(|| ("parameter", ours.to_owned()))
        }
        Named::Region => other("region", spec.region.as_deref()),
        Named::Profile => other("profile", spec.profile.as_deref()),
        Named::Account => other("account", spec.account.as_deref()),
        Named::Rollout => other("rollout", Some(&spec.name)),
        Named::Environment => {
            let ours = spec.environment.0.to_ascii_lowercase();
            let value = value.to_ascii_lowercase();
            let same = ours.starts_with(&value) || value.starts_with(&ours);
            (!same || value.is_empty()).then(|| ("environment", spec.environment.0.clone()))
        }
        Named::Function => {
            let ours = spec.fallback.as_ref().map(|f| f.function.as_str())?;
            (!is_function(ours, value)).then(|| ("function", ours.to_owned()))
        }
        Named::Alias => other("alias", spec.fallback.as_ref()?.alias.as_deref()),
    }
}

/// Whether a parameter's name or ARN is the flag's.
pub(super) fn is_parameter(source: &FlagSource, named: &str) -> bool {
    let FlagSource::Ssm(ours) = source else {
        return false;
    };
    let bare = |name: &str| {
        let name = match name.split_once(":parameter/") {
            Some((_, rest)) => format!("/{rest}"),
            None => name.to_owned(),
        };
        name.trim_start_matches('/').to_owned()
    };
    bare(ours) == bare(named)
}

/// Whether a function's name, partial ARN or ARN, with or without an alias, is this one.
pub(super) fn is_function(ours: &str, named: &str) -> bool {
    let bare = |name: &str| {
        let name = name.rsplit_once("function:").map_or(name, |(_, rest)| rest);
        name.split(':').next().unwrap_or(name).to_owned()
    };
    bare(ours) == bare(named)
}

/// Whether the call is about the rollout's function, as far as it says; `None` without a rollout or a function there.
pub(super) fn function_of<'a>(
    call: &AwsCall,
    spec: Option<&'a RolloutSpec>,
) -> Option<(bool, &'a str)> {
    let ours = spec?.fallback.as_ref()?.function.as_str();
    let named = call.text("function-name")?;
    Some((is_function(ours, &named), ours))
}
