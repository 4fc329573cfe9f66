//! What each rule finds: rule, line, page. A page without a heading is the inside of a fence, whose first line is line 4.

use super::{fence, found};

/// Rule, line, page.
pub(super) const ALL: &[(&str, u32, &str)] = &[
    (
        "environment-map-replaced",
        4,
        "aws --profile p lambda update-function-configuration --function-name billing --environment 'Variables={DEBUG=0}'",
    ),
    (
        "environment-map-replaced",
        6,
        "aws lambda update-function-configuration \\\n  --function-name billing \\\n  --environment=file://new-env.json",
    ),
    (
        "environment-map-replaced",
        5,
        "NEW='{\"Variables\":{\"A\":\"1\"}}'\naws lambda update-function-configuration --function-name b --environment \"$NEW\"",
    ),
    (
        "reserved-variable",
        4,
        "aws lambda update-function-configuration --function-name b --environment '{\"Variables\":{\"AWS_LAMBDA_FUNCTION_NAME\":\"x\"}}'",
    ),
    (
        "reserved-variable",
        4,
        "aws lambda create-function --function-name b --environment \"Variables={_HANDLER=x,OK=1}\"",
    ),
    (
        "environment-map-replaced",
        5,
        "FLAG=$(cat flag)\naws lambda update-function-configuration --function-name b --environment \"{\\\"Variables\\\":{\\\"A\\\":\\\"$FLAG\\\"}}\"",
    ),
    (
        "capacity-before-routing",
        4,
        "aws ecs update-service --service c --cluster c --desired-count=0 && aws elbv2 modify-rule --rule-arn r --actions file://a.json",
    ),
    (
        "flag-literal-raises",
        5,
        "VALUE='{\"enabled\":true,\"rollout_percentage\":100}'\naws ssm put-parameter --name /f --overwrite --value \"$VALUE\"",
    ),
    (
        "codedeploy-linear-unequal",
        3,
        "# Deploy\n\nCodeDeploy linear deployment with 5, 25, 50 and 100 % of traffic.\n",
    ),
    (
        "shorthand-invalid",
        4,
        "aws lambda update-function-configuration --function-name b --environment \"Variables={MODE: safe}\"",
    ),
    (
        "shorthand-invalid",
        4,
        "aws lambda update-function-configuration --function-name b --environment Variables={A=1, B=2}",
    ),
    (
        "shorthand-invalid",
        4,
        "aws lambda update-function-configuration --function-name b --environment Variables={A=1,B=2}",
    ),
    (
        "shorthand-invalid",
        4,
        "aws elbv2 modify-listener --listener-arn a --default-actions '[{\"Type\":\"forward\",}]'",
    ),
    (
        "shorthand-invalid",
        4,
        "aws cloudwatch list-metrics --dimensions Name:Queue,Value:jobs",
    ),
    (
        "statistics-mixed",
        6,
        "aws cloudwatch get-metric-statistics --namespace AWS/SQS --metric-name Age \\\n  --statistics Maximum \\\n  --extended-statistics p99",
    ),
    (
        "percentile-as-statistic",
        4,
        "aws cloudwatch get-metric-statistics --namespace N --metric-name M --statistics Sum p99.9",
    ),
    (
        "percentile-as-statistic",
        4,
        "aws cloudwatch put-metric-alarm --alarm-name a --metric-name M --statistic tm90",
    ),
    (
        "wildcard-dimension",
        4,
        "aws cloudwatch get-metric-statistics --namespace AWS/ApplicationELB --metric-name RequestCount --dimensions Name=LoadBalancer,Value=app/* --statistics Sum",
    ),
    (
        "wildcard-dimension",
        4,
        "aws cloudwatch put-metric-alarm --alarm-name a --dimensions '[{\"Name\":\"QueueName\",\"Value\":\"*\"}]'",
    ),
    (
        "milliseconds-for-seconds",
        4,
        "aws cloudwatch describe-alarm-history --alarm-name a --start-date $(date +%s)000",
    ),
    (
        "milliseconds-for-seconds",
        5,
        "FROM=$(( ($(date +%s) - 600) * 1000 ))\naws logs start-query --log-group-name g --start-time $FROM --end-time $(date +%s) --query-string q",
    ),
    (
        "milliseconds-for-seconds",
        4,
        "aws cloudwatch get-metric-statistics --namespace N --metric-name M --start-time 1700000000000 --statistics Sum",
    ),
    (
        "seconds-for-milliseconds",
        4,
        "aws logs filter-log-events --log-group-name g --start-time $(($(date +%s) - 3600))",
    ),
    (
        "seconds-for-milliseconds",
        4,
        "aws logs get-log-events --log-group-name g --start-time 2026-11-20T18:00:00Z",
    ),
    ("gnu-date", 4, "SINCE=`date --date='10 minutes ago' +%s`"),
    (
        "reduce-may-raise",
        3,
        "# Canary\n\nIf errors climb, dial back traffic to 40 %.\n",
    ),
    (
        "reduce-may-raise",
        5,
        "# Back to the previous stage\npython3 tools/manage_rollout.py --percentage=25",
    ),
    (
        "flag-literal-raises",
        4,
        "aws ssm put-parameter --name /shop/flag --overwrite --type String --value '{\"rollout_percentage\": 100.0, \"timeout\": 3}'",
    ),
    (
        "put-item-replaces",
        5,
        "# Turn the switch off\naws dynamodb put-item --table-name switches --item file://off.json",
    ),
    (
        "put-item-replaces",
        4,
        "aws dynamodb put-item --table-name t --item '{\"id\":{\"S\":\"x\"},\"active\":{\"BOOL\":false}}'",
    ),
    (
        "capacity-before-routing",
        4,
        "kubectl scale deploy/green --replicas=0\nkubectl patch svc web -p '{\"spec\":{\"selector\":{\"color\":\"blue\"}}}'",
    ),
    (
        "capacity-before-routing",
        3,
        "# Back out\n\n1. `aws autoscaling` off:\n   ```bash\n   aws autoscaling set-desired-capacity --auto-scaling-group-name g --desired-capacity 0\n   ```\n2. DNS:\n   ```bash\n   aws route53 change-resource-record-sets --hosted-zone-id Z --change-batch file://b.json\n   ```\n",
    ),
    (
        "set-e-in-rollback",
        4,
        "set -o errexit\necho reverting\nkubectl rollout undo deploy/a\nkubectl rollout undo deploy/b",
    ),
    (
        "set-e-in-rollback",
        4,
        "#!/bin/bash -eu\n# emergency: take it back\n./flag-off.sh\n./notify.sh",
    ),
    (
        "cli-v2-payload",
        5,
        "BODY='{\"ping\":1}'\naws lambda invoke --function-name f --payload \"$BODY\" out.json",
    ),
    (
        "cli-v2-payload",
        4,
        "aws kinesis put-record --stream-name s --partition-key 1 --data '{\"a\":1}'",
    ),
    ("elision", 4, "kubectl set env deploy/a ..."),
    (
        "elision",
        6,
        "aws ecs register-task-definition --cli-input-json '{\n  \"family\": \"f\",\n  …\n}'",
    ),
    (
        "placeholder",
        4,
        "aws rds failover-db-cluster --db-cluster-identifier <cluster>",
    ),
    ("placeholder", 4, "ssh ec2-user@xxx.xxx.xxx.xxx"),
    (
        "placeholder",
        4,
        "curl -H 'Authorization: YOUR_TOKEN' https://api/reload",
    ),
    (
        "unset-variable",
        4,
        "aws sns publish --topic-arn \"${PAGE_TOPIC}\" --message down",
    ),
    (
        "two-thresholds",
        7,
        "# Queue\n\nPage when queue age > 10 minutes.\n\n| Metric | Threshold | Action |\n|---|---|---|\n| Queue age | > 900 seconds | Page |\n",
    ),
    (
        "two-thresholds",
        9,
        "# Errors\n\n```bash\naws cloudwatch put-metric-alarm --alarm-name a --metric-name DroppedOrders --threshold 50 --statistic Sum\n```\n\n| Metric | Threshold | Action |\n|---|---|---|\n| Dropped orders | > 80/min | Disable |\n",
    ),
    (
        "deprecated-appconfig",
        4,
        "aws appconfig get-configuration --application a --environment e --configuration c --client-id x",
    ),
    (
        "no-such-service",
        4,
        "aws codedeploy get-deployment --deployment-id d-1",
    ),
    (
        "codedeploy-linear-unequal",
        3,
        "# CodeDeploy\n\nLinear shift: 5% → 25% → 100%\n",
    ),
    (
        "bucket-comparison",
        4,
        "# Code\n\n```python\n    return bucket(user) % 100 <= settings.rollout_pct\n```\n",
    ),
    (
        "bucket-comparison",
        4,
        "# Code\n\n```go\nif flag.Percentage >= hashBucket { return true }\n```\n",
    ),
    (
        "missing-reads-as-zero",
        4,
        "# Code\n\n```python\nerrors = data[\"Datapoints\"][0][\"Sum\"] if data[\"Datapoints\"] else 0\n```\n",
    ),
    (
        "never-reached",
        4,
        "journalctl -fu billing\nsystemctl restart billing",
    ),
    (
        "never-reached",
        4,
        "while true; do aws s3 ls; sleep 5; done\naws s3 rm s3://b/k",
    ),
    ("never-ends", 4, "kubectl logs -f deploy/a"),
    ("never-ends", 4, "watch -n 2 kubectl get pods"),
    (
        "filter-pattern-terms",
        4,
        "aws logs tail g --since 1h --filter-pattern order-4711",
    ),
    (
        "filter-pattern-terms",
        4,
        "aws logs filter-log-events --log-group-name g --filter-pattern 'Error: timeout'",
    ),
    (
        "fallback-claim",
        3,
        "# Emergency\n\nThe environment variable takes effect immediately.\n",
    ),
    (
        "broken-continuation",
        4,
        "aws ecs update-service --cluster c \\ \n  --service s --desired-count 2",
    ),
];

#[test]
fn every_page_is_hit_where_it_says() {
    for (rule, line, page) in ALL {
        let page = if is_page(page) {
            (*page).to_owned()
        } else {
            fence(page)
        };
        let all = found(&page);
        // In a list the line is the fence's own, five on.
        let line = if page.contains("1. `aws") { 5 } else { *line };
        assert!(all.contains(&(line, *rule)), "{rule}: {all:?}\n{page}");
    }
}

/// Whether it brings its own heading.
fn is_page(text: &str) -> bool {
    text.starts_with("# ") && text.contains("\n\n")
}
