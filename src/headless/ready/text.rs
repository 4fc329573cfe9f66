//! The parachute check as text for people: one rollout in full, several as a table. It works nothing out.

use super::Look;
use crate::domain::lever::LeverId;
use crate::domain::ready::Lamp;
use crate::domain::signal::format_span;
use crate::headless::page::{Page, Role, widest};

fn role_of(lamp: Lamp) -> Role {
    match lamp {
        Lamp::Ok => Role::Good,
        Lamp::Warn => Role::Warn,
        Lamp::Broken => Role::Bad,
    }
}

/// One rollout in full.
pub(super) fn lay_out(look: &Look, page: Page) -> String {
    let (model, ready) = (&look.model, &look.ready);
    let names = widest(
        ready
            .checks
            .iter()
            .map(|check| check.name.as_str())
            .chain(ready.levers.iter().map(|lever| lever.lever.name())),
    );
    let line = |lamp: Lamp, name: &str, text: String| {
        format!(
            "{}  {}  {}",
            page.cell(role_of(lamp), lamp.word(), 6),
            page.cell(Role::Plain, name, names),
            page.put(Role::Plain, text)
        )
    };
    let mut lines = vec![page.put(
        Role::Strong,
        format!("{} in {}", model.spec.name, model.spec.environment),
    )];
    for lever in &ready.levers {
        let text = format!(
            "within {}: {}",
            format_span(lever.time_to_effect),
            lever.reason
        );
        lines.push(line(lever.lamp, lever.lever.name(), text));
    }
    lines.push(String::new());
    for check in &ready.checks {
        lines.push(line(check.lamp, &check.name, check.reason.clone()));
        if !check.hint.is_empty() {
            lines.push(format!(
                "{}{}",
                " ".repeat(names + 10),
                page.put(Role::Faint, &check.hint)
            ));
        }
    }
    lines.push(String::new());
    let proven = ready.levers.iter().filter(|lever| lever.is_proven());
    lines.push(match proven.min_by_key(|lever| lever.time_to_effect) {
        Some(lever) => page.put(
            Role::Good,
            format!(
                "proven: the {} lowers exposure within {}",
                lever.lever.name(),
                format_span(lever.time_to_effect)
            ),
        ),
        None => page.put(
            Role::Bad,
            "not proven: no lever is known to be able to lower exposure now",
        ),
    });
    lines.join("\n")
}

/// Several rollouts: a row each, and below it whatever is broken.
pub(super) fn table(looks: &[Look], page: Page) -> String {
    let names = widest(looks.iter().map(|look| look.model.spec.name.as_str()));
    let environments = widest(
        looks
            .iter()
            .map(|look| look.model.spec.environment.0.as_str()),
    );
    let mut lines = Vec::new();
    for look in looks {
        let (role, word) = if look.ready.is_proven() {
            (Role::Good, "proven")
        } else {
            (Role::Bad, "not proven")
        };
        let levers: Vec<String> = [LeverId::Flag, LeverId::Fallback]
            .into_iter()
            .filter_map(|id| look.ready.lever(id))
            .map(|lever| {
                page.cell(
                    role_of(lever.lamp),
                    format!("{} {}", lever.lever.name(), lever.lamp.word()),
                    15,
                )
            })
            .collect();
        let line = format!(
            "{}  {}  {}  {}",
            page.cell(role, word, 10),
            page.cell(Role::Strong, &look.model.spec.name, names),
            page.cell(
                Role::Plain,
                look.model.spec.environment.0.as_str(),
                environments
            ),
            levers.join("  ")
        );
        lines.push(line.trim_end().to_owned());
        lines.extend(
            troubles(look).map(|text| format!("            {}", page.put(Role::Plain, text))),
        );
    }
    let proven = looks.iter().filter(|look| look.ready.is_proven()).count();
    lines.push(String::new());
    lines.push(format!(
        "{proven} of {} rollouts have a lever that is known to be able to lower exposure now",
        looks.len()
    ));
    lines.join("\n")
}

/// Why the flag is not as it should be, and whatever else is broken.
fn troubles(look: &Look) -> impl Iterator<Item = String> + '_ {
    let levers = look.ready.levers.iter().filter(|lever| {
        lever.lamp == Lamp::Broken || (lever.lever == LeverId::Flag && lever.lamp == Lamp::Warn)
    });
    let checks = look.ready.checks.iter();
    let levers = levers.map(|lever| format!("{}: {}", lever.lever.name(), lever.reason));
    let checks = checks
        .filter(|check| check.lamp == Lamp::Broken)
        .map(|check| format!("{}: {}", check.name, check.reason));
    levers.chain(checks)
}
