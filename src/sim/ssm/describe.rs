//! Lists of parameters: DescribeParameters and GetParametersByPath, with filters and pages.

use super::name;
use super::read::{parameter, resume};
use super::store::{Parameters, Version};
use crate::sim::aws::{OpResult, ServiceError, page, read};
use crate::sim::wire::{Value, map};

/// One filter of a request.
struct Filter<'a> {
    key: &'a str,
    option: &'a str,
    values: Vec<&'a str>,
}

pub(super) fn describe(parameters: &Parameters, input: &Value) -> OpResult {
    let most = read::number(input, "MaxResults", 1, 50)?.unwrap_or(50) as usize;
    let mut filters = filters(
        input,
        &["Name", "Type", "KeyId", "Path", "Tier", "DataType"],
    )?;
    filters.extend(old_filters(input)?);
    let kept = parameters
        .by_name
        .iter()
        .filter(|(n, p)| filters.iter().all(|f| f.keeps(n, &p.newest)));
    let all: Vec<Value> = kept.map(|(name, p)| metadata(name, &p.newest)).collect();
    paged(input, "describe", all, most)
}

pub(super) fn by_path(parameters: &Parameters, input: &Value) -> OpResult {
    let path = read::required(input, "Path")?;
    name::check_path(path)?;
    let recursive = read::flag(input, "Recursive")?;
    let decrypt = read::flag(input, "WithDecryption")?;
    let most = read::number(input, "MaxResults", 1, 10)?.unwrap_or(10) as usize;
    let filters = filters(input, &["Type", "KeyId", "Label"])?;
    let mut all = Vec::new();
    for (name, found) in parameters
        .by_name
        .iter()
        .filter(|(n, _)| name::below(n, path, recursive))
    {
        let label = filters.iter().find(|f| f.key == "Label");
        let version = match label {
            None => Some(&found.newest),
            Some(filter) => found.versions().find(|v| filter.keeps(name, v)),
        };
        if let Some(version) = version.filter(|v| filters.iter().all(|f| f.keeps(name, v))) {
            all.push(parameter(name, None, version, decrypt));
        }
    }
    paged(input, &format!("path {path} {recursive}"), all, most)
}

impl Filter<'_> {
    fn keeps(&self, name: &str, version: &Version) -> bool {
        let any = |text: &str| {
            self.values.iter().any(|v| match self.option {
                "BeginsWith" => {
                    text.starts_with(v) || text.strip_prefix('/').is_some_and(|t| t.starts_with(v))
                }
                "Contains" => text.contains(v),
                _ => text == *v,
            })
        };
        match self.key {
            "Name" => any(name),
            "Type" => any(&version.kind),
            "KeyId" => version.key_id.as_deref().is_some_and(any),
            "Tier" => any(&version.tier),
            "DataType" => any(&version.data_type),
            "Label" => version.labels.iter().any(|l| any(l)),
            _ => self
                .values
                .iter()
                .any(|path| name::below(name, path, self.option == "Recursive")),
        }
    }
}

fn filters<'a>(input: &'a Value, known: &[&str]) -> Result<Vec<Filter<'a>>, ServiceError> {
    input
        .get("ParameterFilters")
        .items()
        .iter()
        .map(|item| filter(item, known))
        .collect()
}

fn filter<'a>(item: &'a Value, known: &[&str]) -> Result<Filter<'a>, ServiceError> {
    let key =
        read::text(item, "Key")?.ok_or_else(|| read::missing("ParameterFilters.1.member.key"))?;
    if !known.contains(&key) {
        let text = format!(
            "The following filter key is not valid: {key}. Valid filter keys include: [{}].",
            known.join(", ")
        );
        return Err(ServiceError::new("InvalidFilterKey", text));
    }
    let (usual, options): (&str, &[&str]) = match key {
        "Path" => ("OneLevel", &["Recursive", "OneLevel"]),
        "Name" => ("Equals", &["BeginsWith", "Equals", "Contains"]),
        _ => ("Equals", &["BeginsWith", "Equals"]),
    };
    let option = read::text(item, "Option")?.unwrap_or(usual);
    if !options.contains(&option) {
        let text = format!(
            "The following filter option is not valid: {option}. Valid options include: [{}].",
            options.join(", ")
        );
        return Err(ServiceError::new("InvalidFilterOption", text));
    }
    let values = read::texts(item, "Values")?.unwrap_or_default();
    if values.is_empty() {
        let text = format!("The following filter values are missing : null for filter key {key}");
        return Err(ServiceError::new("InvalidFilterValue", text));
    }
    Ok(Filter {
        key,
        option,
        values,
    })
}

/// The older `Filters` member: a name there is a prefix.
fn old_filters(input: &Value) -> Result<Vec<Filter<'_>>, ServiceError> {
    let old = input.get("Filters").items();
    if !old.is_empty() && !input.get("ParameterFilters").items().is_empty() {
        let text = "You can use either Filters or ParameterFilters in a single request.";
        return Err(ServiceError::new("ValidationException", text));
    }
    old.iter()
        .map(|item| {
            let mut filter = filter(item, &["Name", "Type", "KeyId"])?;
            filter.option = if filter.key == "Name" {
                "BeginsWith"
            } else {
                "Equals"
            };
            Ok(filter)
        })
        .collect()
}

fn metadata(name: &str, version: &Version) -> Value {
    map([
        ("Name", name.into()),
        ("ARN", name::arn(name).into()),
        ("Type", version.kind.as_str().into()),
        ("KeyId", version.key_id.clone().into()),
        ("LastModifiedDate", Value::Time(version.modified)),
        ("LastModifiedUser", version.user.as_str().into()),
        ("Description", version.description.clone().into()),
        ("AllowedPattern", version.allowed_pattern.clone().into()),
        ("Version", version.number.into()),
        ("Tier", version.tier.as_str().into()),
        ("Policies", Value::List(Vec::new())),
        ("DataType", version.data_type.as_str().into()),
    ])
}

fn paged(input: &Value, scope: &str, all: Vec<Value>, most: usize) -> OpResult {
    let from = resume(input, scope)? as usize;
    let next =
        (all.len() > from.saturating_add(most)).then(|| page::token(scope, (from + most) as u64));
    let items: Vec<Value> = all.into_iter().skip(from).take(most).collect();
    Ok(map([
        ("Parameters", items.into()),
        ("NextToken", next.into()),
    ]))
}
