"""The AWS CLI, in a shell, as a runbook spells its commands. Only the endpoint comes from the environment."""

import json
import subprocess

from support import ALARMS, Checks, client, eq, ok

checks = Checks()
NOW = "healthy now"


def shell(command, fails=None):
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    if fails is not None:
        ok(done.returncode != 0 and fails in done.stderr, f"{done.returncode}: {done.stderr or done.stdout}")
        return None
    ok(done.returncode == 0, f"{done.returncode}: {done.stderr}")
    return done.stdout


def answer(command):
    return json.loads(shell(command))


@checks(NOW)
def the_flag_is_read():
    got = answer("aws ssm get-parameter --name /audio-transcription/partial-results/config")
    eq(json.loads(got["Parameter"]["Value"])["rollout_percentage"], 10)
    text = shell("aws ssm get-parameter --name /audio-transcription/dev/partial-results/config --query Parameter.Value --output text")
    eq(json.loads(text)["enabled"], True)


@checks(NOW)
def the_flag_is_written_as_the_runbook_writes_it():
    got = answer("""
        aws ssm put-parameter \\
          --name /audio-transcription/staging/partial-results/config \\
          --value '{"enabled":true,"rollout_percentage":100,"min_stability_threshold":0.90,"max_buffer_timeout":5.0}' \\
          --overwrite""")
    eq(got, {"Version": 2, "Tier": "Standard"})
    history = answer("aws ssm get-parameter-history --name /audio-transcription/staging/partial-results/config")["Parameters"]
    eq([h["Version"] for h in history], [1, 2])


@checks(NOW)
def alarms_are_described():
    got = answer("""
        aws cloudwatch describe-alarms \\
          --alarm-names audio-transcription-latency-high \\
                       audio-transcription-lambda-errors \\
                       audio-transcription-rate-limit-high \\
                       audio-transcription-orphaned-results-high \\
                       audio-transcription-transcribe-fallback""")
    eq(sorted(a["AlarmName"] for a in got["MetricAlarms"]), ALARMS)
    eq({a["StateValue"] for a in got["MetricAlarms"]}, {"OK"})
    history = answer("""
        aws cloudwatch describe-alarm-history \\
          --alarm-name audio-transcription-latency-high \\
          --start-date $(date -u -d '1 hour ago' +%Y-%m-%dT%H:%M:%S) \\
          --max-records 10""")
    eq(history, {"AlarmHistoryItems": []})
    older = answer("aws cloudwatch describe-alarm-history --alarm-name audio-transcription-latency-high --max-records 10")
    ok(older["AlarmHistoryItems"], older)


@checks(NOW)
def statistics_are_read():
    window = "--start-time $(date -u -d '1 hour ago' +%Y-%m-%dT%H:%M:%S) --end-time $(date -u +%Y-%m-%dT%H:%M:%S)"
    lambda_ = f"""aws cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name Duration \\
        --dimensions Name=FunctionName,Value=audio-processor {window} --period 300 --statistics Average,Maximum"""
    shell(lambda_, fails="InvalidParameterValue")
    good = answer(lambda_.replace("Average,Maximum", "Average Maximum"))
    ok(12 <= len(good["Datapoints"]) <= 13 and all(d["Maximum"] >= d["Average"] > 0 for d in good["Datapoints"]), good)
    dropped = answer(f"""aws cloudwatch get-metric-statistics --namespace AudioTranscription/PartialResults \\
        --metric-name PartialResultsDropped {window} --period 60 --statistics Sum""")
    ok(len(dropped["Datapoints"]) >= 55, len(dropped["Datapoints"]))
    p95 = f"""aws cloudwatch get-metric-statistics --namespace AudioTranscription/PartialResults \\
        --metric-name PartialResultProcessingLatency {window} --period 60"""
    shell(f"{p95} --statistics p95", fails="The parameter Statistics.member.1 must be a value in the set")
    shell(f"{p95} --statistics Average --extended-statistics p95", fails="InvalidParameterCombination")
    extended = answer(f"{p95} --extended-statistics p95 p99")
    ok(all(d["ExtendedStatistics"]["p99"] >= d["ExtendedStatistics"]["p95"] for d in extended["Datapoints"]), extended)
    star = answer(f"{p95} --dimensions Name=SessionId,Value='*' --extended-statistics p95")
    eq(star["Datapoints"], [], "a literal star")


@checks(NOW)
def logs_are_filtered():
    def filtered(pattern, hours=1):
        return answer(f"""aws logs filter-log-events --log-group-name /aws/lambda/audio-processor \\
            --filter-pattern {pattern} --start-time $(date -u -d '{hours} hours ago' +%s)000""")["events"]

    eq(filtered('"Transcribe service appears unhealthy"'), [])
    session = filtered("'\"golden-eagle-427\"'", 3)
    ok(session and all("golden-eagle-427" in e["message"] for e in session), session[:1])
    flushed = filtered("\"Flushing orphaned result\"")
    ok(flushed and "Flushing orphaned result" in flushed[0]["message"], flushed[:1])
    shell("aws logs filter-log-events --log-group-name /aws/lambda/none", fails="ResourceNotFoundException")


@checks(NOW)
def streams_are_listed_and_read():
    streams = answer("""aws logs describe-log-streams --log-group-name /aws/lambda/audio-processor \\
        --order-by LastEventTime --descending --max-items 1""")["logStreams"]
    name = streams[0]["logStreamName"]
    ok("/[$LATEST]" in name, name)
    got = answer(f"aws logs get-log-events --log-group-name /aws/lambda/audio-processor --log-stream-name '{name}' --limit 5")
    eq(len(got["events"]), 5)


@checks(NOW)
def the_functions_environment_is_read():
    got = answer("aws lambda get-function-configuration --function-name audio-processor --query 'Environment.Variables'")
    eq((got["PARTIAL_RESULTS_ENABLED"], got["ROLLOUT_PERCENTAGE"]), ("true", "10"))
    one = answer("""aws lambda get-function-configuration \\
        --function-name audio-processor-dev \\
        --query 'Environment.Variables.PARTIAL_RESULTS_ENABLED'""")
    eq(one, "true")
    eq(answer("aws sts get-caller-identity")["Account"], "123456789012")


@checks(NOW)
def the_runbooks_emergency_command_does_not_parse():
    command = """aws lambda update-function-configuration \\
        --function-name audio-processor-dev \\
        --environment Variables='{
          "PARTIAL_RESULTS_ENABLED":"false",
          "AWS_REGION":"us-east-1"
        }'"""
    shell(command, fails="Error parsing parameter")
    shell(command.replace("Variables='{", "'{\"Variables\":{").replace("}'", "}}'"), fails="Reserved keys used in this request: AWS_REGION")
    ok("SESSIONS_TABLE_NAME" in client("lambda").get_function_configuration(FunctionName="audio-processor-dev")["Environment"]["Variables"], "wiped")
