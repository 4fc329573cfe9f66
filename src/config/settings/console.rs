//! The values in force of the table `[console]`: what flags and variables say, else the file, else the defaults. It wears nothing.

use serde_json::{Value, json};

use super::{Setting, setting};

/// What a flag or a variable says of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleWish {
    /// The key in `[console]`.
    pub key: &'static str,
    /// Its value.
    pub value: String,
    /// Who says so: `--theme`, `$COALMINE_THEME`.
    pub from: &'static str,
}

/// Adds what the file leaves out, and puts what was wished for in its place; of two wishes the first counts.
pub(super) fn fill(wishes: &[ConsoleWish], out: &mut Vec<Setting>) {
    let defaults = [
        ("theme", json!("auto")),
        ("color", json!("auto")),
        ("charset", json!("auto")),
        ("mouse", json!(true)),
        ("title", json!(true)),
        ("motion", json!(true)),
        ("notify", json!([])),
        ("budget", json!(BUDGET)),
    ];
    for (name, default) in defaults {
        let key = format!("console.{name}");
        let wish = wishes.iter().find(|wish| wish.key == name);
        let wished =
            wish.map(|wish| (Some(Value::from(wish.value.as_str())), wish.from.to_owned()));
        match (out.iter_mut().find(|setting| setting.key == key), wished) {
            (Some(old), Some((value, from))) => (old.value, old.from) = (value, from),
            (Some(_), None) => {}
            (None, Some((value, from))) => out.push(setting(key, value, from)),
            (None, None) => out.push(setting(key, Some(default), "default")),
        }
    }
}

/// US dollars an hour, where the file names none; the console has the same number.
const BUDGET: f64 = 0.25;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_counts_before_the_file_and_the_file_before_the_default() {
        let mut out = vec![
            setting("console.theme".to_owned(), Some("nord".into()), "f:1"),
            setting("console.color".to_owned(), Some("16".into()), "f:2"),
        ];
        let wish = |value: &str, from| ConsoleWish {
            key: "theme",
            value: value.to_owned(),
            from,
        };
        fill(
            &[wish("a", "--theme"), wish("b", "$COALMINE_THEME")],
            &mut out,
        );
        let said = |key: &str| {
            let found = out.iter().find(|setting| setting.key == key);
            found.map(|setting| (setting.value.clone(), setting.from.as_str()))
        };
        assert_eq!(said("console.theme"), Some((Some("a".into()), "--theme")));
        assert_eq!(said("console.color"), Some((Some("16".into()), "f:2")));
        assert_eq!(said("console.mouse"), Some((Some(true.into()), "default")));
    }

    #[test]
    fn the_budget_told_is_the_one_that_counts() {
        assert!((BUDGET - crate::app::spending::BUDGET).abs() < f64::EPSILON);
    }
}
