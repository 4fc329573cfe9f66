//! The IAM policies that a rollout needs, and nothing beyond: one to watch, one to act. It asks IAM nothing.

use serde_json::{Value, json};

use super::rollout::{AlarmsSpec, FlagSource, RolloutSpec};
use super::signal::SignalSource;

#[cfg(test)]
mod tests;

/// What a drill in prod writes beside the flag.
const SCRATCH: &str = "-coalmine-drill";

/// What reads a flag; several rollouts are asked for together.
const FLAG_READS: [&str; 3] = [
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParameterHistory",
];

/// The policies of one rollout.
#[derive(Clone, Debug, PartialEq)]
pub struct Policies {
    /// To watch: it changes nothing.
    pub read_only: Value,
    /// To watch and to act.
    pub operator: Value,
    /// What `init --apply` needs on top, once.
    pub setup: Value,
}

/// Where the rollout lives; what is not known matches any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The region.
    pub region: Option<String>,
    /// The account's id.
    pub account: Option<String>,
}

/// The policies of a rollout.
pub fn policies(spec: &RolloutSpec, place: &Place) -> Policies {
    let arns = Arns::of(spec, place);
    let reads = reads(spec, &arns);
    let mut all = reads.clone();
    all.extend(writes(spec, &arns));
    Policies {
        read_only: document(reads),
        operator: document(all),
        setup: document(setup(spec, &arns)),
    }
}

fn document(statements: Vec<Value>) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn allow(sid: &str, actions: &[&str], resources: Vec<String>) -> Value {
    json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources })
}

/// The beginning of every ARN.
struct Arns {
    partition: &'static str,
    region: String,
    account: String,
}

impl Arns {
    fn of(spec: &RolloutSpec, place: &Place) -> Self {
        let region = place.region.as_ref().or(spec.region.as_ref());
        let account = place.account.as_ref().or(spec.account.as_ref());
        let partition = match region.map(String::as_str) {
            Some(region) if region.starts_with("cn-") => "aws-cn",
            Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        let known = |name: Option<&String>| name.cloned().unwrap_or_else(|| "*".to_owned());
        Self {
            partition,
            region: known(region),
            account: known(account),
        }
    }

    fn arn(&self, service: &str, rest: &str) -> String {
        format!(
            "arn:{}:{service}:{}:{}:{rest}",
            self.partition, self.region, self.account
        )
    }

    /// The parameter by name or ARN, without a version or label.
    fn parameter(&self, name: &str) -> String {
        if name.starts_with("arn:") {
            let mut parts: Vec<&str> = name.splitn(7, ':').collect();
            parts.truncate(6);
            return parts.join(":");
        }
        let name = name.split(':').next().unwrap_or(name);
        self.arn(
            "ssm",
            &format!("parameter/{}", name.trim_start_matches('/')),
        )
    }

    /// The function by name or ARN, without a qualifier.
    fn function(&self, function: &str) -> String {
        if function.starts_with("arn:") {
            let mut parts: Vec<&str> = function.splitn(8, ':').collect();
            parts.truncate(7);
            return parts.join(":");
        }
        // `ACCOUNT:function:NAME:QUALIFIER` is a name, too.
        let name = match function.split_once("function:") {
            Some((_, tail)) => tail,
            None => function,
        };
        let name = name.split(':').next().unwrap_or(name);
        self.arn("lambda", &format!("function:{name}"))
    }

    fn log_group(&self, group: &str) -> String {
        if group.starts_with("arn:") {
            return group.trim_end_matches(":*").to_owned();
        }
        self.arn("logs", &format!("log-group:{group}"))
    }
}

/// The scratch is the drill's in prod alone.
fn parameters(spec: &RolloutSpec, arns: &Arns) -> Vec<String> {
    let FlagSource::Ssm(name) = &spec.flag.source else {
        return Vec::new();
    };
    let parameter = arns.parameter(name);
    if spec.environment.is_prod() {
        let scratch = format!("{parameter}{SCRATCH}");
        vec![parameter, scratch]
    } else {
        vec![parameter]
    }
}

fn reads(spec: &RolloutSpec, arns: &Arns) -> Vec<Value> {
    let mut all = Vec::new();
    if let FlagSource::Ssm(name) = &spec.flag.source {
        all.push(allow("ReadFlag", &FLAG_READS, vec![arns.parameter(name)]));
    }
    if let Some(fallback) = &spec.fallback {
        let function = arns.function(&fallback.function);
        let qualified = format!("{function}:*");
        all.push(allow(
            "ReadFunction",
            &[
                "lambda:GetFunctionConfiguration",
                "lambda:GetAlias",
                "lambda:ListAliases",
            ],
            vec![function, qualified],
        ));
    }
    let measured = spec
        .signals
        .iter()
        .any(|signal| !matches!(signal.source, SignalSource::Counted));
    let marked = spec
        .logs
        .as_ref()
        .is_some_and(|logs| logs.treated.metric.is_some());
    if measured || marked {
        // CloudWatch knows no resource for metrics.
        all.push(allow(
            "ReadMetrics",
            &["cloudwatch:GetMetricData"],
            vec!["*".to_owned()],
        ));
    }
    if spec.alarms != AlarmsSpec::None {
        // DescribeAlarms looks at all of an account before it filters.
        all.push(allow(
            "ReadAlarms",
            &["cloudwatch:DescribeAlarms"],
            vec![arns.arn("cloudwatch", "alarm:*")],
        ));
        all.push(allow(
            "ReadAlarmHistory",
            &["cloudwatch:DescribeAlarmHistory"],
            alarms(spec, arns),
        ));
    }
    if let Some(logs) = &spec.logs {
        let groups: Vec<String> = logs
            .groups
            .iter()
            .map(|group| arns.log_group(group))
            .collect();
        let inside = groups.iter().map(|group| format!("{group}:*"));
        all.push(allow(
            "ReadLogs",
            &["logs:FilterLogEvents", "logs:StartLiveTail"],
            groups.iter().cloned().chain(inside).collect(),
        ));
        all.push(allow(
            "FindLogGroups",
            &["logs:DescribeLogGroups"],
            vec![arns.arn("logs", "log-group:*")],
        ));
    }
    all
}

fn alarms(spec: &RolloutSpec, arns: &Arns) -> Vec<String> {
    match &spec.alarms {
        AlarmsSpec::None => Vec::new(),
        AlarmsSpec::Names(names) => names
            .iter()
            .map(|name| arns.arn("cloudwatch", &format!("alarm:{name}")))
            .collect(),
        AlarmsSpec::Prefix(prefix) => {
            vec![arns.arn("cloudwatch", &format!("alarm:{prefix}*"))]
        }
    }
}

fn writes(spec: &RolloutSpec, arns: &Arns) -> Vec<Value> {
    let mut all = Vec::new();
    let parameters = parameters(spec, arns);
    if let [_, scratch] = parameters.as_slice() {
        all.push(allow(
            "ReadDrill",
            &["ssm:GetParameter", "ssm:GetParameterHistory"],
            vec![scratch.clone()],
        ));
    }
    if !parameters.is_empty() {
        all.push(allow("WriteFlag", &["ssm:PutParameter"], parameters));
    }
    if let Some(fallback) = &spec.fallback {
        let function = arns.function(&fallback.function);
        let mut actions = vec!["lambda:UpdateFunctionConfiguration"];
        actions.extend(["lambda:PublishVersion", "lambda:UpdateAlias"]);
        let qualified = format!("{function}:*");
        all.push(allow("WriteFunction", &actions, vec![function, qualified]));
    }
    all
}

fn setup(spec: &RolloutSpec, arns: &Arns) -> Vec<Value> {
    let mut all = Vec::new();
    if let FlagSource::Ssm(name) = &spec.flag.source {
        all.push(allow(
            "MakeFlag",
            &["ssm:GetParameter", "ssm:PutParameter"],
            vec![arns.parameter(name)],
        ));
    }
    if spec.alarms != AlarmsSpec::None {
        all.push(allow(
            "MakeAlarms",
            &["cloudwatch:PutMetricAlarm"],
            alarms(spec, arns),
        ));
        all.push(allow(
            "FindAlarms",
            &["cloudwatch:DescribeAlarms"],
            vec![arns.arn("cloudwatch", "alarm:*")],
        ));
    }
    all
}
