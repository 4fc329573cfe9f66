//! GetFunctionConfiguration, GetFunction and UpdateFunctionConfiguration. Versions and aliases stand beside.

use jiff::{Timestamp, tz::TimeZone};

use super::store::{
    Configuration, Environment, Function, Functions, UPDATE_TAKES, Update, absent, arn,
};
use super::{conflict, environment, invalid, stale};
use crate::sim::aws::{ACCOUNT, OpResult, REGION, ServiceError, read};
use crate::sim::wire::{Value, map};

/// The function and the version or alias that a request means: `FunctionName` may be a name or an ARN with a qualifier.
pub(super) struct Target {
    pub(super) name: String,
    pub(super) qualifier: Option<String>,
}

pub(super) fn target(input: &Value) -> Result<Target, ServiceError> {
    let text = read::required(input, "FunctionName")?;
    let asked = read::text(input, "Qualifier")?.filter(|q| !q.is_empty());
    let own = [
        format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:"),
        format!("{ACCOUNT}:function:"),
        "function:".to_owned(),
    ];
    let bare = own
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix.as_str()))
        .unwrap_or(text);
    let (name, inner) = bare
        .split_once(':')
        .map_or((bare, None), |(n, q)| (n, Some(q)));
    if !name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        || name.is_empty()
    {
        let constraint = "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?\
                          ([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)\
                          (:(\\$LATEST|[a-zA-Z0-9-_]+))?";
        return Err(read::refused(
            &format!("'{text}'"),
            "FunctionName",
            constraint,
        ));
    }
    if let (Some(inner), Some(asked)) = (inner, asked)
        && inner != asked
    {
        return Err(invalid(
            "The derived qualifier from the function name does not match the specified qualifier.",
        ));
    }
    Ok(Target {
        name: name.to_owned(),
        qualifier: asked.or(inner).map(str::to_owned),
    })
}

pub(super) fn get(functions: &Functions, input: &Value, now: i64, sealed: bool) -> OpResult {
    let Target { name, qualifier } = target(input)?;
    let function = functions.get(&name)?;
    let Some(qualifier) = qualifier.as_deref() else {
        return Ok(describe(&name, function, None, "$LATEST", now, sealed));
    };
    let version = function
        .aliases
        .get(qualifier)
        .map_or(qualifier, |a| a.version.as_str());
    if version != "$LATEST" && function.version(version).is_none() {
        return Err(absent(&name, Some(qualifier)));
    }
    Ok(describe(
        &name,
        function,
        Some(qualifier),
        version,
        now,
        sealed,
    ))
}

pub(super) fn get_function(
    functions: &Functions,
    input: &Value,
    now: i64,
    sealed: bool,
) -> OpResult {
    let configuration = get(functions, input, now, sealed)?;
    let location = format!(
        "https://awslambda-{REGION}-tasks.s3.{REGION}.amazonaws.com/snapshots/{ACCOUNT}/code.zip"
    );
    let code = map([
        ("RepositoryType", "S3".into()),
        ("Location", location.into()),
    ]);
    Ok(map([("Configuration", configuration), ("Code", code)]))
}

pub(super) fn update(functions: &mut Functions, input: &Value, now: i64, sealed: bool) -> OpResult {
    let Target { name, qualifier } = target(input)?;
    if qualifier.is_some_and(|q| q != "$LATEST") {
        return Err(invalid(
            "This operation is permitted on Lambda functions without a qualifier only.",
        ));
    }
    let memory = read::number(input, "MemorySize", 128, 10_240)?;
    let timeout = read::number(input, "Timeout", 1, 900)?;
    let environment = environment::asked(input)?;
    let function = functions.get_mut(&name)?;
    check_ready(&name, function, now)?;
    check_revision(input, function.revision(now))?;
    let mut latest = function.latest.clone();
    latest.memory = memory.unwrap_or(latest.memory);
    latest.timeout = timeout.unwrap_or(latest.timeout);
    for (member, slot) in [
        ("Description", &mut latest.description),
        ("Handler", &mut latest.handler),
        ("Runtime", &mut latest.runtime),
        ("Role", &mut latest.role),
    ] {
        if let Some(text) = read::text(input, member)? {
            text.clone_into(slot);
        }
    }
    if let Some(environment) = environment {
        latest.environment = environment;
    }
    latest.modified = now;
    latest.revision = function.revise();
    let serving = std::mem::replace(&mut function.latest, latest).environment;
    function.update = Some(Update {
        serving,
        done: now.saturating_add(UPDATE_TAKES),
        revision: function.revise(),
    });
    Ok(describe(&name, function, None, "$LATEST", now, sealed))
}

/// Refuses a change while another one is in progress.
pub(super) fn check_ready(name: &str, function: &Function, now: i64) -> Result<(), ServiceError> {
    if !function.updating(now) {
        return Ok(());
    }
    Err(conflict(format!(
        "The operation cannot be performed at this time. An update is in progress for resource: {}",
        arn(name, None)
    )))
}

/// Refuses a request that saw another revision than `current`.
pub(super) fn check_revision(input: &Value, current: &str) -> Result<(), ServiceError> {
    match read::text(input, "RevisionId")? {
        Some(seen) if seen != current => Err(stale()),
        _ => Ok(()),
    }
}

/// The `FunctionConfiguration` structure of `$LATEST` or of a published version, as it is called by `qualifier`.
pub(super) fn describe(
    name: &str,
    function: &Function,
    qualifier: Option<&str>,
    version: &str,
    now: i64,
    sealed: bool,
) -> Value {
    let configuration = function.version(version).unwrap_or(&function.latest);
    let updating = version == "$LATEST" && function.updating(now);
    let revision = if version == "$LATEST" {
        function.revision(now)
    } else {
        &configuration.revision
    };
    let Value::Map(mut members) = settings(configuration, revision, sealed) else {
        return Value::Null;
    };
    let mut add = |member: &str, value: Value| members.push((member.to_owned(), value));
    add("FunctionName", name.into());
    add("FunctionArn", arn(name, qualifier).into());
    add("Version", version.into());
    add("State", "Active".into());
    add(
        "LastUpdateStatus",
        if updating { "InProgress" } else { "Successful" }.into(),
    );
    if updating {
        add(
            "LastUpdateStatusReason",
            "The function is being created.".into(),
        );
        add("LastUpdateStatusReasonCode", "Creating".into());
    }
    add(
        "LoggingConfig",
        map([
            ("LogFormat", "Text".into()),
            ("LogGroup", format!("/aws/lambda/{name}").into()),
        ]),
    );
    Value::Map(members)
}

fn settings(configuration: &Configuration, revision: &str, sealed: bool) -> Value {
    map([
        ("Runtime", configuration.runtime.as_str().into()),
        ("Role", configuration.role.as_str().into()),
        ("Handler", configuration.handler.as_str().into()),
        ("CodeSize", 1_048_576.into()),
        ("Description", configuration.description.as_str().into()),
        ("Timeout", configuration.timeout.into()),
        ("MemorySize", configuration.memory.into()),
        ("LastModified", last_modified(configuration.modified).into()),
        ("CodeSha256", configuration.code_sha.as_str().into()),
        ("Environment", shown(&configuration.environment, sealed)),
        ("TracingConfig", map([("Mode", "PassThrough".into())])),
        ("RevisionId", revision.into()),
        ("PackageType", "Zip".into()),
        ("Architectures", Value::List(vec!["x86_64".into()])),
        ("EphemeralStorage", map([("Size", 512.into())])),
        (
            "SnapStart",
            map([
                ("ApplyOn", "None".into()),
                ("OptimizationStatus", "Off".into()),
            ]),
        ),
    ])
}

/// The environment as a reader gets it: an error in its place when the key cannot be used, and no member when it is empty.
fn shown(environment: &Environment, sealed: bool) -> Value {
    if environment.is_empty() {
        return Value::Null;
    }
    if sealed {
        let text = "Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check \
                    your KMS permissions. KMS Exception: AccessDeniedException KMS Message: The ciphertext refers to a \
                    customer master key that does not exist, does not exist in this region, or you are not allowed to access.";
        return map([(
            "Error",
            map([
                ("ErrorCode", "AccessDeniedException".into()),
                ("Message", text.into()),
            ]),
        )]);
    }
    let variables = environment
        .iter()
        .map(|(k, v)| (k.clone(), v.as_str().into()))
        .collect();
    map([("Variables", Value::Map(variables))])
}

/// Lambda's own form of a time: `2026-01-01T00:00:00.000+0000`.
fn last_modified(millis: i64) -> String {
    let time = Timestamp::from_millisecond(millis)
        .unwrap_or_default()
        .to_zoned(TimeZone::UTC);
    time.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}
