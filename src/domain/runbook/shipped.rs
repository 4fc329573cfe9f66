//! The runbooks that are inside of this program. It reads no file and understands no Markdown.

/// What precedes the name of a shipped runbook where a file could stand.
pub const PREFIX: &str = "builtin:";
/// The runbook of a rollout that names none.
pub const DEFAULT: &str = "builtin:rollback";

/// A runbook that ships with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, for `builtin:NAME`.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub title: &'static str,
    /// Its Markdown.
    pub text: &'static str,
}

/// Every runbook that ships, the one that an alarm calls for first.
pub const SHIPPED: &[Shipped] = &[
    Shipped {
        name: "rollback",
        title: "Rollback: partial results",
        text: include_str!("../../../runbooks/rollback.md"),
    },
    Shipped {
        name: "pre-deployment",
        title: "Before the deployment: partial results",
        text: include_str!("../../../runbooks/pre-deployment.md"),
    },
    Shipped {
        name: "deployment-validation",
        title: "After the deployment: is it well?",
        text: include_str!("../../../runbooks/deployment-validation.md"),
    },
    Shipped {
        name: "communication-plan",
        title: "Communication plan",
        text: include_str!("../../../runbooks/communication-plan.md"),
    },
    Shipped {
        name: "re-rollout",
        title: "Beginning again after a rollback",
        text: include_str!("../../../runbooks/re-rollout.md"),
    },
];

/// Whether this names a runbook inside of the program rather than a file, known or not.
pub fn is_builtin(file: &str) -> bool {
    file.starts_with(PREFIX)
}

/// The shipped runbook that is named so, as `builtin:NAME`; nothing for a file's name.
pub fn find(file: &str) -> Option<&'static Shipped> {
    let name = file.strip_prefix(PREFIX)?;
    SHIPPED.iter().find(|shipped| shipped.name == name)
}

#[cfg(test)]
mod tests;
