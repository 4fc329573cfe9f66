//! The plan that lets a frozen alias follow: publish `$LATEST`, point the alias at it. It sends nothing.

use super::super::make::{Named, PlanContext, PlanFault};
use super::super::{Change, DiffLine, DiffSign, Direction, Plan, Replaced, Write, shell};
use super::ground;
use crate::domain::Percent;
use crate::domain::exposure::{environment, traffic_environment};
use crate::domain::lever::{LeverId, LeverState};

/// The plan to publish `$LATEST` and point the alias at it.
pub(in crate::domain::plan) fn publish(
    state: Option<&LeverState>,
    context: &PlanContext<'_>,
) -> Result<Plan, PlanFault> {
    let ground = ground(state, context)?;
    let function = &ground.spec.function;
    let pinned = ground
        .function
        .alias
        .as_ref()
        .filter(|alias| alias.is_pinned());
    let alias = pinned.ok_or_else(|| {
        PlanFault::new(
            format!("no alias of {function} points at a published version"),
            "traffic runs $LATEST already: there is nothing to repoint",
        )
    })?;
    let latest = ground.function.variables.as_ref();
    let percent_of_latest = latest
        .ok()
        .and_then(|now| environment(now, ground.spec).percent);
    let after = percent_of_latest.unwrap_or(Percent::FULL);
    let before = traffic_environment(ground.function, ground.spec)
        .ok()
        .and_then(|s| s.percent);
    let lowers =
        before.is_some_and(|before| after < before) || percent_of_latest == Some(Percent::ZERO);
    let mut warnings = vec![format!(
        "the code and all settings of $LATEST go live with its environment, not the environment alone: compare it with version {}",
        alias.version
    )];
    if !alias.routing.is_empty() {
        let shares: Vec<String> = alias
            .routing
            .iter()
            .map(|(version, share)| format!("version {version} {:.0} %", 100.0 * share))
            .collect();
        warnings.push(format!(
            "the alias also routes to {}; all of its traffic goes to the new version",
            shares.join(", ")
        ));
    }
    Ok(Plan {
        lever: LeverId::Fallback,
        change: Change::PublishAndRepoint,
        seen: Some(ground.state.revision.clone()),
        before,
        after,
        direction: match before {
            _ if lowers => Direction::Lower,
            Some(before) if before == after => Direction::Neutral,
            _ => Direction::Raise,
        },
        sentence: format!(
            "{}: $LATEST of {function} is published and alias {} goes from version {} to it",
            Named(context.spec),
            alias.name,
            alias.version
        ),
        diff: vec![
            DiffLine::new(
                DiffSign::Removed,
                format!("alias {} → version {}", alias.name, alias.version),
            ),
            DiffLine::new(
                DiffSign::Added,
                format!("alias {} → the version published from $LATEST", alias.name),
            ),
        ],
        calls: vec![
            format!(
                "lambda:PublishVersion (RevisionId {} expected)",
                ground.state.revision
            ),
            format!(
                "lambda:UpdateAlias (RevisionId {} expected)",
                alias.revision
            ),
            "lambda:GetAlias".to_owned(),
        ],
        time_to_effect: context.spec.cache_ttl,
        undo: format!(
            "point alias {} back at version {} (aws lambda update-alias)",
            alias.name, alias.version
        ),
        aws_cli: shell::publish_and_repoint(
            function,
            &ground.state.revision.0,
            alias,
            context.spec,
        ),
        warnings,
        write: Write::PublishAndRepoint {
            alias: alias.name.clone(),
            alias_revision: alias.revision.clone(),
        },
        replaced: Replaced::AliasVersion(alias.version.clone()),
    })
}
