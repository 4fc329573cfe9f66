//! What an environment may hold, and how it is shown without its secrets. Checked before anything is sent; it asks nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::backends::json_file::sha256;
use crate::domain::lever::UpdateStatus;
use crate::domain::plan::{Order, Replaced};

type Variables = BTreeMap<String, String>;

/// Lambda's limit for all names and values together, in bytes.
const MOST_BYTES: usize = 4096;

const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// Why Lambda would refuse this environment, or why writing it would lose something. Names that Lambda holds already are not judged.
pub(super) fn fault(
    order: &Order,
    now: &Variables,
    wanted: &Variables,
) -> Option<(String, String)> {
    for name in wanted.keys().filter(|name| !now.contains_key(*name)) {
        if RESERVED.contains(&name.as_str()) || name.starts_with("AWS_LAMBDA_") {
            return Some((
                format!("`{name}` is a name that Lambda keeps for itself"),
                "take it out of the fallback's variables in the config".to_owned(),
            ));
        }
        let mut letters = name.chars();
        let well_formed = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && name.len() >= 2
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !well_formed {
            return Some((
                format!(
                    "`{name}` is no name for a variable: a letter, then letters, digits and underscores, two at least"
                ),
                "correct the fallback's variables in the config".to_owned(),
            ));
        }
    }
    let changed: BTreeSet<&String> = match &order.plan.replaced {
        Replaced::Variables(old) => old.keys().collect(),
        _ => BTreeSet::new(),
    };
    if let Some(lost) = now
        .keys()
        .find(|name| !wanted.contains_key(*name) && !changed.contains(name))
    {
        return Some((
            format!("the plan would delete the variable `{lost}`, which it does not mention"),
            "this is a fault of the plan: make it anew".to_owned(),
        ));
    }
    let bytes: usize = wanted
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    (bytes > MOST_BYTES).then(|| {
        (
            format!("the environment would have {bytes} bytes, and Lambda takes {MOST_BYTES}"),
            "take a variable out, or shorten one".to_owned(),
        )
    })
}

/// The environment that the plan was made from: the one that it writes, with the replaced values put back.
pub(super) fn seen(order: &Order, wanted: &Variables) -> Variables {
    let mut before = wanted.clone();
    if let Replaced::Variables(old) = &order.plan.replaced {
        for (name, value) in old {
            match value {
                Some(value) => before.insert(name.clone(), value.clone()),
                None => before.remove(name),
            };
        }
    }
    before
}

/// Whether the variables that the order changes have its values, whatever the others are.
pub(super) fn has_effect(order: &Order, now: &Variables, wanted: &Variables) -> bool {
    match &order.plan.replaced {
        Replaced::Variables(old) => old.keys().all(|name| now.get(name) == wanted.get(name)),
        _ => now == wanted,
    }
}

/// The environment line by line. Only the `shown` variables show their value; of the others a piece of its hash, so that a
/// difference can be seen and no secret can.
pub(super) fn masked(variables: &Variables, shown: &BTreeSet<String>) -> String {
    let lines = variables.iter().map(|(name, value)| {
        if shown.contains(name) {
            format!("{name}={value}\n")
        } else {
            format!(
                "{name}=(hidden, sha256 {})\n",
                &sha256(value.as_bytes())[..8]
            )
        }
    });
    lines.collect()
}

/// What Lambda's word about the last update means while somebody wants to write.
pub(super) fn busy(update: &UpdateStatus) -> Option<(String, String)> {
    (*update == UpdateStatus::InProgress).then(|| {
        (
            "another update of this function is in progress, and Lambda takes one at a time; nothing was sent".to_owned(),
            "it takes seconds, in a VPC up to a minute: read it again, then press the key again".to_owned(),
        )
    })
}

/// The qualifier in a function's name (`name:live`, or at the end of an ARN): such a name cannot be written.
pub(super) fn qualifier(function: &str) -> Option<&str> {
    let tail = match function.split_once("function:") {
        Some((_, tail)) => tail,
        None => function,
    };
    tail.split_once(':').map(|(_, qualifier)| qualifier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backends::fixtures::{order, variables};
    use crate::domain::lever::LeverId;
    use crate::domain::plan::Write;

    fn changing(wanted: &Variables, old: &[(&str, Option<&str>)]) -> Order {
        let old = old
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned)))
            .collect();
        order(
            LeverId::Fallback,
            Some("r1"),
            Write::Variables(wanted.clone()),
            Replaced::Variables(old),
        )
    }

    #[test]
    fn what_lambda_refuses_is_refused_here_with_its_name() {
        let now = variables(&[("KEEP", "1"), ("AWS_LAMBDA_EXEC_WRAPPER", "/opt/x")]);
        for name in [
            "AWS_REGION",
            "AWS_LAMBDA_FUNCTION_NAME",
            "_HANDLER",
            "1X",
            "X",
            "A-B",
            "",
        ] {
            let mut wanted = now.clone();
            wanted.insert(name.to_owned(), "v".to_owned());
            let (reason, _) =
                fault(&changing(&wanted, &[(name, None)]), &now, &wanted).unwrap_or_default();
            assert!(reason.contains(&format!("`{name}`")), "{name}: {reason}");
        }
        assert_eq!(fault(&changing(&now, &[]), &now, &now), None);
    }

    #[test]
    fn a_plan_that_forgets_a_variable_is_refused() {
        let now = variables(&[("A1", "1"), ("DB_URL", "secret")]);
        let wanted = variables(&[("A1", "2")]);
        let (reason, _) =
            fault(&changing(&wanted, &[("A1", Some("1"))]), &now, &wanted).unwrap_or_default();
        assert!(reason.contains("`DB_URL`"), "{reason}");
        let removed = changing(&wanted, &[("A1", Some("1")), ("DB_URL", Some("secret"))]);
        assert_eq!(fault(&removed, &now, &wanted), None);
    }

    #[test]
    fn the_size_counts_names_and_values() {
        let fits = variables(&[("AB", &"x".repeat(4094))]);
        let over = variables(&[("AB", &"x".repeat(4095))]);
        let empty = Variables::new();
        assert_eq!(
            fault(&changing(&fits, &[("AB", None)]), &empty, &fits),
            None
        );
        assert!(fault(&changing(&over, &[("AB", None)]), &empty, &over).is_some());
    }

    #[test]
    fn secrets_stay_hidden_but_differences_show() {
        let shown = BTreeSet::from(["ROLLOUT_PERCENTAGE".to_owned()]);
        let text = |secret| {
            masked(
                &variables(&[("DB_URL", secret), ("ROLLOUT_PERCENTAGE", "10")]),
                &shown,
            )
        };
        assert!(text("hunter2").contains("ROLLOUT_PERCENTAGE=10\n"));
        assert!(!text("hunter2").contains("hunter2"));
        assert_ne!(text("hunter2"), text("hunter3"));
    }

    #[test]
    fn a_qualified_name_is_recognised() {
        let table = [
            ("audio-processor", None),
            ("audio-processor:live", Some("live")),
            ("123456789012:function:audio-processor", None),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:audio-processor",
                None,
            ),
            (
                "arn:aws:lambda:us-east-1:123456789012:function:audio-processor:7",
                Some("7"),
            ),
        ];
        for (name, expected) in table {
            assert_eq!(qualifier(name), expected, "{name}");
        }
    }

    #[test]
    fn the_environment_before_is_rebuilt_from_the_plan() {
        let wanted = variables(&[("A1", "2"), ("NEW", "x"), ("KEEP", "k")]);
        let order = changing(&wanted, &[("A1", Some("1")), ("NEW", None)]);
        assert_eq!(
            seen(&order, &wanted),
            variables(&[("A1", "1"), ("KEEP", "k")])
        );
        let other = variables(&[("A1", "2"), ("NEW", "x"), ("KEEP", "other")]);
        assert!(has_effect(&order, &other, &wanted));
        assert!(!has_effect(&order, &variables(&[("A1", "1")]), &wanted));
    }
}
