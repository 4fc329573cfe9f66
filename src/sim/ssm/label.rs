//! Labels on versions: LabelParameterVersion and UnlabelParameterVersion. A label stands on one version at a time.

use super::store::{Parameter, Parameters, Version, no_version};
use crate::sim::aws::{OpResult, ServiceError, read};
use crate::sim::wire::{Value, map};

const LABELS: usize = 10;

pub(super) fn label(parameters: &mut Parameters, input: &Value) -> OpResult {
    let asked = read::required(input, "Name")?;
    let labels = read::required_texts(input, "Labels", LABELS)?;
    let number = read::number(input, "ParameterVersion", i64::MIN, i64::MAX)?;
    let parameter = parameters.find_mut(asked)?;
    let number = number.unwrap_or(parameter.newest.number);
    let (valid, invalid): (Vec<&str>, Vec<&str>) = labels.into_iter().partition(|l| fits(l));
    let mut after = at(parameter, asked, number)?.labels.clone();
    for label in &valid {
        if !after.iter().any(|own| own == label) {
            after.push((*label).to_owned());
        }
    }
    if after.len() > LABELS {
        return Err(ServiceError::new(
            "ParameterVersionLabelLimitExceeded",
            "A parameter version can have maximum 10 labels.Move one or more labels to another version and try again.",
        ));
    }
    for version in parameter.versions_mut() {
        version.labels.retain(|l| !valid.contains(&l.as_str()));
    }
    at(parameter, asked, number)?.labels = after;
    let invalid = invalid.into_iter().map(Value::from).collect::<Vec<_>>();
    Ok(map([
        ("InvalidLabels", invalid.into()),
        ("ParameterVersion", number.into()),
    ]))
}

pub(super) fn unlabel(parameters: &mut Parameters, input: &Value) -> OpResult {
    let asked = read::required(input, "Name")?;
    let labels = read::required_texts(input, "Labels", LABELS)?;
    let number = read::number(input, "ParameterVersion", i64::MIN, i64::MAX)?;
    let number = number.ok_or_else(|| read::missing("ParameterVersion"))?;
    let parameter = parameters.find_mut(asked)?;
    let own = &mut at(parameter, asked, number)?.labels;
    let (removed, invalid): (Vec<&str>, Vec<&str>) =
        labels.into_iter().partition(|l| own.iter().any(|o| o == l));
    own.retain(|l| !removed.contains(&l.as_str()));
    let texts = |list: Vec<&str>| Value::List(list.into_iter().map(Value::from).collect());
    Ok(map([
        ("RemovedLabels", texts(removed)),
        ("InvalidLabels", texts(invalid)),
    ]))
}

fn at<'a>(
    parameter: &'a mut Parameter,
    name: &str,
    number: i64,
) -> Result<&'a mut Version, ServiceError> {
    parameter
        .versions_mut()
        .find(|v| v.number == number)
        .ok_or_else(|| no_version(name, &number.to_string()))
}

/// Whether AWS takes this as a label: letters, digits, `.-_`, at most 100, not beginning with a digit, `aws` or `ssm`.
fn fits(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    (1..=100).contains(&label.len())
        && label
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        && !label.starts_with(|c: char| c.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}
