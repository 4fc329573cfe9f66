"""The simulated system as a person on call meets it through boto3: names, trouble, and what a rollback does."""

import datetime
import json

from support import ALARMS, FUNCTION, GROUP, NAMESPACE, PARAMETER, Checks, client, crank, eq, minute, now_ms, ok

checks = Checks()
MINUTE = datetime.timedelta(minutes=1)


def query(id, name, what, namespace=NAMESPACE, dimensions=(), period=60, **more):
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions]}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": what}, **more}


def series(queries, minutes=10):
    """The values of complete minutes, oldest first, by id."""
    answer = client("cloudwatch").get_metric_data(
        MetricDataQueries=queries, StartTime=minute(minutes), EndTime=minute(), ScanBy="TimestampAscending"
    )
    return {r["Id"]: r["Values"] for r in answer["MetricDataResults"]}


def latency(minutes=10):
    return series([query("p95", "PartialResultProcessingLatency", "p95")], minutes)["p95"]


def rate(id="rate"):
    on = [("FunctionName", FUNCTION)]
    return [
        query("e", "Errors", "Sum", "AWS/Lambda", on, ReturnData=False),
        query("i", "Invocations", "Sum", "AWS/Lambda", on, ReturnData=False),
        {"Id": id, "Expression": "100*FILL(e,0)/i"},
    ]


def states():
    found = client("cloudwatch").describe_alarms(AlarmNames=ALARMS)["MetricAlarms"]
    return {a["AlarmName"].removeprefix("audio-transcription-"): a["StateValue"] for a in found}


def set_flag(**changes):
    ssm = client("ssm")
    value = json.loads(ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"])
    return ssm.put_parameter(Name=PARAMETER, Value=json.dumps({**value, **changes}), Overwrite=True)


@checks("latency")
def latency_rises_until_the_feature_is_disabled():
    before = latency()
    ok(before and max(before) < 3000, f"calm before: {before}")
    eq(states()["latency-high"], "OK")
    crank(600)
    bad = latency(5)
    ok(len(bad) == 5 and min(bad) > 7000, f"p95 after ten minutes: {bad}")
    eq(states()["latency-high"], "ALARM")
    samples = series([query("n", "PartialResultProcessingLatency", "SampleCount")], 5)["n"]
    ok(min(samples) >= 200, f"p95 rests on {samples}")
    set_flag(enabled=False)
    crank(30)
    soon = client("cloudwatch").describe_alarms(AlarmNames=["audio-transcription-latency-high"])["MetricAlarms"][0]
    eq(soon["StateValue"], "ALARM", "half a minute after the order")
    crank(570)
    eq(states()["latency-high"], "OK")
    after = latency(4)
    ok(not after or max(after) < 3000, f"p95 after the rollback: {after}")
    items = client("cloudwatch").describe_alarm_history(AlarmName="audio-transcription-latency-high", HistoryItemType="StateUpdate")
    eq([i["HistorySummary"] for i in items["AlarmHistoryItems"][:2]], ["Alarm updated from ALARM to OK", "Alarm updated from OK to ALARM"])
    late = client("logs").filter_log_events(logGroupName=GROUP, filterPattern='"partial result"', startTime=now_ms() - 120_000)
    eq(late["events"], [], "treated sessions two minutes ago")


@checks()
def a_healthy_world_stays_calm():
    crank(600)
    ok(max(latency(10)) < 5000, latency(10))
    eq(set(states().values()), {"OK"})
    ok(max(series(rate())["rate"]) < 1.0, series(rate()))


@checks("errors")
def the_error_rate_passes_five_percent():
    crank(600)
    ok(min(series(rate(), 4)["rate"]) > 5.0, series(rate(), 4))
    eq(states()["lambda-errors"], "ALARM")
    answer = client("logs").filter_log_events(logGroupName=GROUP, filterPattern="ERROR", startTime=now_ms() - 300_000)
    ok(len(answer["events"]) > 10, f"{len(answer['events'])} errors in the log")


@checks("dropped")
def dropped_results_pass_two_hundred_a_minute():
    crank(600)
    ok(min(series([query("d", "PartialResultsDropped", "Sum")], 4)["d"]) > 200, series([query("d", "PartialResultsDropped", "Sum")], 4))
    eq(states()["rate-limit-high"], "ALARM")


@checks("orphaned")
def orphaned_results_pass_twenty_a_session():
    crank(600)
    search = f"MAX(SEARCH('{{{NAMESPACE},SessionId}} MetricName=\"OrphanedResultsFlushed\"', 'Maximum', 60))"
    got = series([{"Id": "worst", "Expression": search}], 5)["worst"]
    ok(got and max(got) > 20, f"worst session: {got}")
    eq(states()["orphaned-results-high"], "ALARM")


@checks("transcribe-unhealthy")
def silence_of_transcribe_triggers_fallbacks_that_recover():
    crank(600)
    got = series([query("f", "TranscribeFallbackTriggered", "Sum")], 10)["f"]
    ok(sum(got) >= 1, f"fallbacks: {got}")
    seen = client("logs").filter_log_events(
        logGroupName=GROUP, filterPattern='"Transcribe service appears unhealthy"', startTime=now_ms() - 600_000
    )
    ok(seen["events"], "no line tells of it")
    history = client("cloudwatch").describe_alarm_history(
        AlarmName="audio-transcription-transcribe-fallback", HistoryItemType="StateUpdate", StartDate=minute(12), ScanBy="TimestampAscending"
    )
    moves = [i["HistorySummary"] for i in history["AlarmHistoryItems"]]
    ok("Alarm updated from OK to ALARM" in moves and moves[-1] == "Alarm updated from ALARM to OK", moves)


@checks("quality")
def quality_suffers_without_an_alarm():
    crank(600)
    eq(set(states().values()), {"OK"})
    double = series([query("d", "DuplicatesDetected", "Sum")], 5)["d"]
    calm = series([query("d", "DuplicatesDetected", "Sum")], 60)["d"][:30]
    ok(sum(double) / len(double) > 3 * max(1.0, sum(calm) / len(calm)), f"{double} against {calm}")
    lines = client("logs").filter_log_events(logGroupName=GROUP, filterPattern="discrepancy", startTime=now_ms() - 300_000)
    ok(lines["events"], "no discrepancy in the log")


@checks("ssm-outage")
def without_the_parameter_containers_take_their_environment():
    crank(300)
    lines = client("logs").filter_log_events(
        logGroupName=GROUP, filterPattern='"Error fetching parameter from SSM"', startTime=now_ms() - 240_000
    )
    ok(lines["events"], "no line tells of it")
    treated = series([query("n", "PartialResultProcessingLatency", "SampleCount")], 60)["n"]
    ok(treated[-1] > 4 * treated[0], f"samples went from {treated[0]} to {treated[-1]}")


@checks()
def the_names_are_those_of_the_runbook():
    listed = client("cloudwatch").get_paginator("list_metrics").paginate(Namespace=NAMESPACE)
    names = {(m["MetricName"], tuple(d["Name"] for d in m["Dimensions"])) for page in listed for m in page["Metrics"]}
    for name in ("PartialResultProcessingLatency", "PartialResultsDropped", "OrphanedResultsFlushed", "DuplicatesDetected"):
        ok((name, ()) in names and (name, ("SessionId",)) in names, f"{name} is not published both ways: {sorted(names)}")
    of_lambda = client("cloudwatch").list_metrics(Namespace="AWS/Lambda", Dimensions=[{"Name": "FunctionName", "Value": FUNCTION}])
    ok({"Duration", "Errors", "Invocations", "Throttles"} <= {m["MetricName"] for m in of_lambda["Metrics"]}, of_lambda["Metrics"])
    three_hours = latency(180)
    ok(len(three_hours) >= 178, f"{len(three_hours)} minutes of history")
