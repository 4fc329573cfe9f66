//! What looks like a trap and is none: each page gives nothing at all.

use super::{bare, fence};

/// The insides of fences.
const FENCES: &[&str] = &[
    // Environments that come from what is there, other settings, other commands.
    "aws lambda get-function-configuration --function-name b --query Environment > env.json\njq '.Variables.A=\"0\"' env.json > new.json\naws lambda update-function-configuration --function-name b --environment file://new.json",
    "ENVIRONMENT=$(aws lambda get-function-configuration --function-name b --query Environment | jq -c '.Variables.A=\"0\"')\naws lambda update-function-configuration --function-name b --environment \"$ENVIRONMENT\"",
    "aws lambda update-function-configuration --function-name b --memory-size 768",
    "VARS=$(aws lambda get-function-configuration --function-name b --query Environment.Variables --output json | jq -c '.A=\"0\"')\naws lambda update-function-configuration --function-name b --environment \"{\\\"Variables\\\":$VARS}\"",
    "aws lambda create-function --function-name b --environment 'Variables={A=1,URL=https://a/?b=c}'",
    "aws lambda get-function-configuration --function-name b --query 'Environment.Variables.AWS_REGION'",
    // Metrics.
    "aws cloudwatch get-metric-statistics --namespace N --metric-name M --dimensions Name=Q,Value=jobs Name=R,Value=a --statistics Average Maximum --period 60 --start-time 2026-11-20T18:00:00Z --end-time $(date -u +%Y-%m-%dT%H:%M:%SZ)",
    "aws cloudwatch get-metric-statistics --namespace N --metric-name M --extended-statistics p95 p99",
    "aws cloudwatch get-metric-data --metric-data-queries '[{\"Id\":\"a\",\"Expression\":\"SEARCH(\\u0027{N,D} *\\u0027,\\u0027Sum\\u0027)\"}]'",
    "aws cloudwatch put-metric-alarm --alarm-name a --metric-name M --extended-statistic p99 --threshold 5",
    // Instants.
    "aws logs filter-log-events --log-group-name g --start-time $(( ($(date +%s) - 3600) * 1000 )) --end-time $(date +%s)000",
    "aws logs start-query --log-group-name g --start-time $(date +%s) --end-time 1700000000 --query-string q",
    "aws logs tail g --since 2026-11-20T18:00:00Z",
    "aws cloudwatch describe-alarm-history --alarm-name a --start-date 1700000000",
    "FROM=$(date -u -v-1H +%s 2>/dev/null || date -u -d '1 hour ago' +%s)\naws logs filter-log-events --log-group-name g --start-time \"${FROM}000\"",
    "gdate -d '1 hour ago' +%s; date -u +%FT%TZ; date -r 0",
    // Exposure.
    "# Reduce\npython manage_rollout.py --percentage 0",
    "# Start the canary with 10 %\npython manage_rollout.py --percentage 10",
    "aws ssm put-parameter --name /f --type String --value '{\"enabled\":true,\"rollout_percentage\":100}'",
    "aws ssm put-parameter --name /f --overwrite --value '{\"enabled\":false,\"rollout_percentage\":100}'",
    // Order.
    "aws elbv2 modify-rule --rule-arn a --actions Type=forward,TargetGroupArn=b\naws ecs update-service --cluster c --service s --desired-count 0",
    "aws ecs update-service --cluster c --service s --desired-count 0",
    "aws ecs update-service --cluster c --service s --desired-count 20\naws elbv2 modify-rule --rule-arn a --actions Type=forward,TargetGroupArn=b",
    "set -e\nnpm ci\nnpm run build\nnpx cdk deploy Web",
    "# rollback\nset -uo pipefail\n./a.sh\n./b.sh",
    "# rollback\nset -e\n./only.sh",
    "# rollback\nset -e\ntrap 'notify failed' ERR\n./a.sh\n./b.sh",
    // Services.
    "# A new order\naws dynamodb put-item --table-name orders --item '{\"id\":{\"S\":\"1\"},\"total\":{\"N\":\"5\"}}'",
    "# Set the flag up\naws dynamodb put-item --table-name flags --item file://f.json --condition-expression 'attribute_not_exists(id)'",
    "aws dynamodb update-item --table-name flags --key '{\"id\":{\"S\":\"a\"}}' --update-expression 'SET enabled = :off' --expression-attribute-values '{\":off\":{\"BOOL\":false}}'",
    "aws lambda invoke --function-name f --cli-binary-format raw-in-base64-out --payload '{}' out.json",
    "aws lambda invoke --function-name f --payload fileb://event.json out.json",
    "aws lambda invoke --function-name f --payload $(echo '{}' | base64) out.json",
    "aws lambda invoke --function-name f out.json",
    "aws appconfig get-deployment --application-id a --environment-id e --deployment-number 1\naws appconfigdata get-latest-configuration --configuration-token t out",
    "aws deploy stop-deployment --deployment-id d-12345",
    // Flow.
    "timeout 60 aws logs tail g --follow\naws s3 ls",
    "aws logs tail g --follow &\naws s3 ls",
    "aws logs tail g --since 10m\ntail -n 100 app.log\nkubectl rollout status deploy/a",
    "kubectl apply -f x.yaml\ndocker build -f Dockerfile .",
    "tail -n5 -q a.log\nping -c 3 host",
    // Logs.
    "aws logs filter-log-events --log-group-name g --filter-pattern '\"golden-eagle-427\"'",
    "aws logs filter-log-events --log-group-name g --filter-pattern '{ $.session_id = \"golden-eagle-427\" }'",
    "aws logs filter-log-events --log-group-name g --filter-pattern '?ERROR ?WARN'",
    "aws logs filter-log-events --log-group-name g --filter-pattern 'ERROR -timeout'",
    "aws logs filter-log-events --log-group-name g --filter-pattern '[ip, user, ...]'",
    "aws logs filter-log-events --log-group-name g --filter-pattern '%eagle-[0-9]+%'",
    "ID=golden_eagle\naws logs filter-log-events --log-group-name g --filter-pattern \"$ID\"",
    // Blanks.
    "export NAME=billing\nkubectl -n prod get deploy $NAME\nfor p in a b; do kubectl delete pod \"$p\"; done",
    "psql -c 'select 1' < in.sql > out.txt\n[ -f x ] && [[ $? -eq 0 ]]",
    "grep -c 'aws lambda invoke --payload {}' notes.md\necho 'aws appconfig get-configuration'",
];

/// Whole pages.
const PAGES: &[&str] = &[
    "# Memory\n\nReduce memory usage to 50% and heap to 30 %.\n",
    "# Post-mortem of the rollout\n\nWe reduced to 50% at 03:10, which was a raise.\n",
    "# Canary\n\n| Metric | Threshold | Action |\n|---|---|---|\n| Latency p95 | > 7s | Disable |\n| Latency p95 | 5-7s | Investigate |\n\nAlarm: latency p95 > 5 seconds. Error rate > 5 %.\n",
    "# CodeDeploy\n\nLinear: 10%, 20%, 30%, 40%. The canary goes 10%, then 100%.\n",
    "# Stages\n\nLinear growth: 10%, 20%, 50%, 100%\n",
    "# Code\n\n```python\nif bucket < percentage: pass\nif hash(x) % 100 + 1 <= percentage: pass\nif retries <= max_percent_retries: pass\n# hash <= percentage would be wrong\n```\n",
    "# Code\n\n```js\nconst p = data.Datapoints.sort(byTime).at(-1); if (!p) throw new Error('no data')\n```\n",
    "# Page\n\nUse an environment variable for the stage. Call the owner immediately.\n",
    "# Template\n\n```markdown\n- Date: YYYY-MM-DD, <reason>, [Description] ... curl YOUR_API_KEY\n```\n\n```\n+------+     <service>\n| box  | ... [your name]\n+------+\n```\n",
    "# Quoted\n\nRun `aws lambda update-function-configuration --environment Variables={A=1}` never.\n",
    "",
    "# Nothing\n",
    "# Output\n\n```\n$ kubectl get pod -o yaml\nspec:\n...\n  a: b\n```\n\n```\nkubectl get pod -o yaml\n...\n```\n\n```\ncat report\n<pre><code>PASTE</code></pre>\n<p>\n```\n",
];

#[test]
fn what_is_right_is_left_alone() {
    let fences = FENCES.iter().map(|text| fence(text));
    for page in fences.chain(PAGES.iter().map(|page| (*page).to_owned())) {
        let all: Vec<_> = bare(&page)
            .into_iter()
            .filter(|finding| finding.rule != "gnu-date" || !page.contains("FROM=$(date -u -v"))
            .collect();
        assert_eq!(all, [], "{page}");
    }
}
