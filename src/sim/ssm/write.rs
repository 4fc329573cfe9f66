//! Writing parameters: PutParameter, DeleteParameter, DeleteParameters, with every reason that AWS refuses one for.

use regex::Regex;

use super::name;
use super::store::{Parameters, Version, not_found};
use crate::sim::aws::{OpResult, ServiceError, read};
use crate::sim::wire::{Value, map};

const STANDARD_LIMIT: usize = 4096;
const ADVANCED_LIMIT: usize = 8192;
const KINDS: &[&str] = &["SecureString", "StringList", "String"];
const DATA_TYPES: &[&str] = &["text", "aws:ec2:image", "aws:ssm:integration"];
const TIERS: &[&str] = &["Standard", "Intelligent-Tiering", "Advanced"];

pub(super) fn put(parameters: &mut Parameters, input: &Value, user: &str, now: i64) -> OpResult {
    let asked = read::required(input, "Name")?;
    let value = match read::text(input, "Value")? {
        None => return Err(read::missing("Value")),
        Some("") => {
            return Err(read::refused(
                "''",
                "Value",
                "Member must have length greater than or equal to 1",
            ));
        }
        Some(value) => value,
    };
    if read::flag(input, "Overwrite")? && !input.get("Tags").items().is_empty() {
        return Err(invalid(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove \
             overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or \
             RemoveTagsFromResource.",
        ));
    }
    let kind = one_of(input, "Type", KINDS)?;
    let tier = one_of(input, "Tier", TIERS)?;
    let (name, before) = match parameters.find(asked) {
        Some((name, parameter)) => (name.to_owned(), Some(parameter.newest.clone())),
        None => (asked.to_owned(), None),
    };
    name::check(&name)?;
    if before.is_some() && !read::flag(input, "Overwrite")? {
        return Err(ServiceError::new(
            "ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        ));
    }
    if before.is_none() && kind.is_none() {
        return Err(invalid(
            "A parameter type is required when you create a parameter.",
        ));
    }
    let mut version = before
        .clone()
        .unwrap_or_else(|| Version::plain(value, user, now));
    value.clone_into(&mut version.value);
    user.clone_into(&mut version.user);
    version.modified = now;
    settings(&mut version, input, kind)?;
    grade(value, tier, before.map(|b| b.tier).as_deref())?.clone_into(&mut version.tier);
    check_value(&version)?;
    let tier = version.tier.clone();
    let number = parameters.write(&name, version)?;
    Ok(map([("Version", number.into()), ("Tier", tier.into())]))
}

pub(super) fn delete(parameters: &mut Parameters, input: &Value) -> OpResult {
    let asked = read::required(input, "Name")?;
    let name = parameters
        .find(asked)
        .map(|(name, _)| name.to_owned())
        .ok_or_else(not_found)?;
    parameters.by_name.remove(&name);
    Ok(map([]))
}

pub(super) fn delete_many(parameters: &mut Parameters, input: &Value) -> OpResult {
    let mut deleted = Vec::new();
    let mut invalid = Vec::new();
    for name in read::required_texts(input, "Names", 10)? {
        let list = if parameters.by_name.remove(name).is_some() {
            &mut deleted
        } else {
            &mut invalid
        };
        list.push(Value::from(name));
    }
    Ok(map([
        ("DeletedParameters", deleted.into()),
        ("InvalidParameters", invalid.into()),
    ]))
}

/// Takes over the members that a request may set; what it leaves out stays as it was.
fn settings(version: &mut Version, input: &Value, kind: Option<&str>) -> Result<(), ServiceError> {
    if let Some(kind) = kind {
        kind.clone_into(&mut version.kind);
    }
    if let Some(text) = read::text(input, "Description")? {
        if text.chars().count() > 1024 {
            let constraint = "Member must have length less than or equal to 1024";
            return Err(read::refused(
                &format!("'{text}'"),
                "Description",
                constraint,
            ));
        }
        version.description = Some(text.to_owned());
    }
    if let Some(text) = read::text(input, "AllowedPattern")? {
        version.allowed_pattern = Some(text.to_owned()).filter(|t| !t.is_empty());
    }
    if let Some(text) = read::text(input, "DataType")? {
        if !DATA_TYPES.contains(&text) {
            return Err(invalid(&format!(
                "The following data type is not supported: {text} (Data type names are all lowercase.)"
            )));
        }
        text.clone_into(&mut version.data_type);
    }
    let key = read::text(input, "KeyId")?;
    version.key_id = (version.kind == "SecureString").then(|| {
        key.map(str::to_owned)
            .or(version.key_id.take())
            .unwrap_or_else(|| "alias/aws/ssm".to_owned())
    });
    Ok(())
}

/// The tier that a value of this size gets.
fn grade(
    value: &str,
    asked: Option<&str>,
    before: Option<&str>,
) -> Result<&'static str, ServiceError> {
    let advanced = before == Some("Advanced");
    if asked == Some("Standard") && advanced {
        return Err(invalid(
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter \
             tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a \
             standard parameter.",
        ));
    }
    let large = value.len() > STANDARD_LIMIT;
    let tier = match asked {
        Some("Advanced") => "Advanced",
        Some("Intelligent-Tiering") if large => "Advanced",
        _ if advanced => "Advanced",
        _ => "Standard",
    };
    if tier == "Standard" && large {
        return Err(invalid(
            "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter \
             value, upgrade the parameter to use the advanced-parameter tier. For more information, see \
             https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
        ));
    }
    if value.len() > ADVANCED_LIMIT {
        return Err(invalid(
            "Advanced tier parameters support a maximum parameter value of 8192 characters.",
        ));
    }
    Ok(tier)
}

fn check_value(version: &Version) -> Result<(), ServiceError> {
    if version.value.contains("{{") {
        return Err(invalid(
            "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.",
        ));
    }
    let Some(pattern) = &version.allowed_pattern else {
        return Ok(());
    };
    let regex = Regex::new(pattern).map_err(|_| {
        ServiceError::new(
            "InvalidAllowedPatternException",
            format!("The allowed pattern {pattern} is not valid."),
        )
    })?;
    if regex.is_match(&version.value) {
        return Ok(());
    }
    Err(ServiceError::new(
        "ParameterPatternMismatchException",
        format!("Parameter value, cannot be validated against allowedPattern: {pattern}"),
    ))
}

fn one_of<'a>(
    input: &'a Value,
    member: &str,
    known: &[&str],
) -> Result<Option<&'a str>, ServiceError> {
    let text = read::text(input, member)?;
    match text {
        Some(text) if !known.contains(&text) => {
            let constraint = format!("Member must satisfy enum value set: [{}]", known.join(", "));
            Err(read::refused(&format!("'{text}'"), member, &constraint))
        }
        _ => Ok(text),
    }
}

fn invalid(message: &str) -> ServiceError {
    ServiceError::new("ValidationException", message)
}
