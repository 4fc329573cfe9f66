//! Policies: what is in them, and what is not.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::domain::Environment;
use crate::domain::plan::fixture;

fn actions(policy: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for statement in policy["Statement"].as_array().unwrap() {
        for action in statement["Action"].as_array().unwrap() {
            for resource in statement["Resource"].as_array().unwrap() {
                let word = |value: &Value| value.as_str().unwrap().to_owned();
                all.push((word(action), word(resource)));
            }
        }
    }
    all
}

fn place() -> Place {
    Place {
        region: Some("eu-west-1".to_owned()),
        account: Some("123456789012".to_owned()),
    }
}

#[test]
fn whoever_watches_may_change_nothing() {
    let spec = fixture::spec();
    let read = policies(&spec, &place()).read_only;
    for (action, _) in actions(&read) {
        let verb = action.split(':').nth(1).unwrap();
        let harmless = ["Get", "List", "Describe", "Filter", "StartLiveTail"];
        assert!(
            harmless.iter().any(|word| verb.starts_with(word)),
            "{action}"
        );
    }
}

#[test]
fn an_operator_writes_the_flag_and_the_function_and_nothing_else() {
    let mut spec = fixture::spec();
    spec.environment = Environment("prod".to_owned());
    spec.flag.source = FlagSource::Ssm("/a/flag".to_owned());
    let operator = policies(&spec, &place()).operator;
    let puts: Vec<_> = actions(&operator)
        .into_iter()
        .filter(|(action, _)| action == "ssm:PutParameter")
        .map(|(_, resource)| resource)
        .collect();
    let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/a/flag";
    assert_eq!(puts, [arn.to_owned(), format!("{arn}-coalmine-drill")]);
    for (action, resource) in actions(&operator) {
        assert!(!action.contains('*'), "{action}");
        assert!(!action.to_lowercase().contains("delete"), "{action}");
        assert!(
            resource != "*" || action == "cloudwatch:GetMetricData",
            "{action}"
        );
    }
    spec.environment = Environment("dev".to_owned());
    let operator = policies(&spec, &place()).operator.to_string();
    assert!(!operator.contains("-coalmine-drill"));
}

#[test]
fn what_the_config_does_not_use_is_not_asked_for() {
    let mut spec = fixture::spec();
    spec.flag.source = FlagSource::File("flag.json".to_owned());
    spec.fallback = None;
    spec.logs = None;
    spec.signals.clear();
    spec.alarms = AlarmsSpec::None;
    let all = policies(&spec, &Place::default());
    assert_eq!(actions(&all.operator), []);
    assert_eq!(actions(&all.read_only), []);
    assert_eq!(actions(&all.setup), []);
}

#[test]
fn names_and_arns_become_resources() {
    let arns = Arns {
        partition: "aws",
        region: "r".to_owned(),
        account: "1".to_owned(),
    };
    for (name, arn) in [
        ("/a/b", "arn:aws:ssm:r:1:parameter/a/b"),
        ("flag", "arn:aws:ssm:r:1:parameter/flag"),
        ("/a/b:3", "arn:aws:ssm:r:1:parameter/a/b"),
        (
            "arn:aws:ssm:x:2:parameter/a/b",
            "arn:aws:ssm:x:2:parameter/a/b",
        ),
        (
            "arn:aws:ssm:x:2:parameter/a/b:3",
            "arn:aws:ssm:x:2:parameter/a/b",
        ),
    ] {
        assert_eq!(arns.parameter(name), arn, "{name}");
    }
    for (name, arn) in [
        ("f", "arn:aws:lambda:r:1:function:f"),
        ("f:live", "arn:aws:lambda:r:1:function:f"),
        ("2:function:f:live", "arn:aws:lambda:r:1:function:f"),
        (
            "arn:aws:lambda:x:2:function:f:live",
            "arn:aws:lambda:x:2:function:f",
        ),
    ] {
        assert_eq!(arns.function(name), arn, "{name}");
    }
    assert_eq!(
        arns.log_group("arn:aws:logs:x:2:log-group:/g:*"),
        "arn:aws:logs:x:2:log-group:/g"
    );
    let unknown = Arns::of(
        &fixture::spec(),
        &Place {
            region: Some("cn-north-1".into()),
            account: None,
        },
    );
    assert!(
        unknown
            .arn("ssm", "x")
            .starts_with("arn:aws-cn:ssm:cn-north-1:")
    );
}
