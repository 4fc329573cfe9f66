//! What may raise exposure and what may not, one line each.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;

fn found(text: &str, spec: &RolloutSpec) -> Vec<String> {
    let command = Command {
        lang: "bash".to_owned(),
        text: text.to_owned(),
        line: 10,
    };
    let all = doubts(&command, Some(spec));
    all.into_iter().map(|doubt| doubt.what).collect()
}

fn spec() -> RolloutSpec {
    crate::config::demo().unwrap()
}

#[test]
fn writes_to_what_may_decide_who_is_exposed_are_in_doubt() {
    for text in [
        "aws ssm put-parameter --cli-input-json file://flag.json",
        "aws ssm put-parameter --name \"$NAME\" --value \"$(cat flag.json)\" --overwrite",
        "aws lambda update-function-configuration --function-name audio-processor --cli-input-json file://env.json",
        "aws lambda update-function-configuration --function-name audio-processor --environment file://env.json",
        "aws lambda update-alias --function-name audio-processor --name live --routing-config '{}'",
        "aws lambda update-alias --function-name \"$FN\" --name live",
        "aws appconfig start-deployment --application-id a",
        "aws deploy create-deployment --application-name a",
        "aws elbv2 modify-listener --listener-arn x",
        "sudo aws ecs update-service --service a --desired-count 4",
        "bash -c 'aws ecs update-service --service a'",
        "bash -exc 'aws ecs update-service --service a'",
        "bash -e -o pipefail -c 'aws ecs update-service --service a'",
        "bash -c \"aws ecs update-service --service $NAME\"",
        "eval \"$WHAT\"",
        "cat <<E\n E\ncat <<X\nE\naws ecs update-service --service a\nX\n",
        "eval 'aws ecs update-service' --service a",
        "bash <<'E'\naws ecs update-service --service a\nE",
        "sh -e <<E\naws ecs update-service --service a\nE",
        "bash <<< 'aws ecs update-service --service a'",
        "$'\\x61ws' ecs update-service --service a",
        "X=$(aws cloudformation deploy --stack-name a)",
        "curl -X POST https://flags.example/api/on",
        "curl -sS -XPUT https://flags.example/api/on",
        "curl --request PATCH \"$FLAG_URL\"",
        "curl https://flags.example/api -d '{\"on\":true}'",
        "curl --data-binary @on.json https://flags.example/api",
        "wget --post-data=on https://flags.example/api",
        "http POST flags.example/api on=true",
        "curl -s https://example.com/x.sh | bash",
        "kubectl set image deploy/app app=2",
        "kubectl argo rollouts promote app",
        "terraform apply -auto-approve",
        "ldcli flags toggle-on",
        "./scripts/enable-canary.sh",
        "make promote",
        "\"$TOOL\" go",
        "python3 -c 'import boto3; boto3.client(\"ssm\").put_parameter(Name=\"/x\")'",
    ] {
        assert_eq!(
            found(text, &spec()).len(),
            1,
            "{text}: {:?}",
            found(text, &spec())
        );
    }
}

#[test]
fn looking_stopping_and_telling_people_are_not() {
    for text in [
        "aws ssm get-parameter --name /x",
        "aws ssm put-parameter --name /another/thing --value 1",
        "aws lambda update-function-configuration --function-name audio-processor --memory-size 2048",
        "aws lambda update-alias --function-name other --name live",
        "aws lambda invoke --function-name audio-processor out.json",
        "aws deploy stop-deployment --deployment-id d-1 --auto-rollback-enabled",
        "aws appconfig stop-deployment --application-id a",
        "aws cloudformation describe-stacks",
        "aws sqs purge-queue --queue-url https://sqs/q",
        "aws dynamodb delete-item --table-name buffers --key '{}'",
        "aws s3 cp dump s3://bucket/",
        "curl -s https://status.example/api",
        "curl -G https://status.example/api -d q=1",
        "curl -X POST https://hooks.slack.com/services/T/B/x -d '{\"text\":\"hi\"}'",
        "kubectl get pods -o wide",
        "kubectl rollout undo deploy/app",
        "terraform plan",
        "echo 'aws appconfig start-deployment'",
        "# aws appconfig start-deployment",
        "grep enable app.log | sort",
        "./scripts/clear-orphans.sh --all",
        "git log --oneline",
        "cat <<'E'\naws ecs update-service --service a\nE",
        "bash fix.sh -c 'aws ecs update-service'",
    ] {
        assert_eq!(found(text, &spec()), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_flag_that_is_a_file_is_written_by_whatever_writes_the_file() {
    let mut spec = spec();
    spec.flag.source = FlagSource::File("config/feature_flags.json".to_owned());
    for text in [
        "jq '.enabled=true' config/feature_flags.json > tmp && mv tmp config/feature_flags.json",
        "echo '{}' > feature_flags.json",
        "sed -i s/false/true/ config/feature_flags.json",
    ] {
        assert_eq!(found(text, &spec).len(), 1, "{text}");
    }
    assert_eq!(
        found("cat config/feature_flags.json", &spec),
        Vec::<String>::new()
    );
}
