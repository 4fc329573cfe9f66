"""CloudWatch alarms through boto3: they must really evaluate."""

import json

from support import ALARMS, NAMESPACE, Checks, client, crank, crank_to_minute, eq, now, ok, refused

checks = Checks()
PROTOCOLS = ("healthy", "healthy query")
TOPIC = "arn:aws:sns:us-east-1:123456789012:topic"


def cw():
    return client("cloudwatch")


def put_alarm(name, **more):
    given = {
        "AlarmName": name, "Namespace": "Alarm", "MetricName": name, "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1,
        "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": [TOPIC], "OKActions": [TOPIC], **more,
    }
    cw().put_metric_alarm(**{k: v for k, v in given.items() if v is not None})


def feed(name, *values):
    """One value a minute from the running minute on; None is a minute without data. Ends behind the last minute."""
    for value in values:
        if value is not None:
            cw().put_metric_data(Namespace="Alarm", MetricData=[{"MetricName": name, "Value": value, "Timestamp": now()}])
        crank_to_minute()


def alarm(name):
    found = cw().describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    both = found["MetricAlarms"] + found["CompositeAlarms"]
    eq(len(both), 1, f"alarms named {name}")
    return both[0]


def state(name):
    return alarm(name)["StateValue"]


def history(name, kind="StateUpdate", **more):
    return cw().describe_alarm_history(AlarmName=name, HistoryItemType=kind, **more)["AlarmHistoryItems"]


@checks(*PROTOCOLS)
def an_alarm_fires_and_says_why():
    crank_to_minute()
    put_alarm("fires")
    eq((state("fires"), alarm("fires")["StateReason"]), ("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation"))
    feed("fires", 3.0)
    eq(state("fires"), "OK")
    feed("fires", 9.0)
    got = alarm("fires")
    eq(got["StateValue"], "ALARM")
    ok(got["StateReason"].startswith("Threshold Crossed: 1 datapoint [9.0 (02/03/26 "), got["StateReason"])
    ok("was greater than the threshold (5.0)." in got["StateReason"], got["StateReason"])
    reason = json.loads(got["StateReasonData"])
    eq((reason["recentDatapoints"], reason["threshold"], reason["period"], reason["statistic"]), ([9.0], 5.0, 60, "Sum"))
    ok((now() - got["StateUpdatedTimestamp"]).total_seconds() < 5, got["StateUpdatedTimestamp"])
    eq(got["AlarmArn"], "arn:aws:cloudwatch:us-east-1:123456789012:alarm:fires")
    items = history("fires")
    eq([i["HistorySummary"] for i in items], ["Alarm updated from OK to ALARM", "Alarm updated from INSUFFICIENT_DATA to OK"])
    told = json.loads(items[0]["HistoryData"])
    eq((told["oldState"]["stateValue"], told["newState"]["stateValue"]), ("OK", "ALARM"))
    eq(told["newState"]["stateReason"], got["StateReason"])
    eq(len(history("fires", "Action")), 2)
    eq([i["HistorySummary"] for i in history("fires", "ConfigurationUpdate")], ['Alarm "fires" created'])
    feed("fires", 1.0)
    eq(state("fires"), "OK")


@checks(*PROTOCOLS)
def three_of_five_need_three():
    crank_to_minute()
    put_alarm("m-of-n", EvaluationPeriods=5, DatapointsToAlarm=3)
    feed("m-of-n", 9.0, 1.0, 9.0, 1.0)
    eq(state("m-of-n"), "OK")
    feed("m-of-n", 9.0)
    eq(state("m-of-n"), "ALARM")
    ok("3 out of the last 5 datapoints" in alarm("m-of-n")["StateReason"], alarm("m-of-n")["StateReason"])
    feed("m-of-n", 1.0, 1.0)
    eq(state("m-of-n"), "OK")


@checks(*PROTOCOLS)
def missing_data_counts_as_the_alarm_says():
    crank_to_minute()
    rules = ("missing", "ignore", "breaching", "notBreaching")
    for rule in rules:
        put_alarm(f"missing-{rule}", MetricName="gone", TreatMissingData=rule)
    feed("gone", 9.0)
    eq([state(f"missing-{rule}") for rule in rules], ["ALARM"] * 4)
    feed("gone", None, None, None, None)
    eq([state(f"missing-{rule}") for rule in rules], ["INSUFFICIENT_DATA", "ALARM", "ALARM", "OK"])
    ok(alarm("missing-missing")["StateReason"].startswith("Insufficient Data"), alarm("missing-missing")["StateReason"])
    feed("gone", 1.0)
    eq([state(f"missing-{rule}") for rule in rules], ["OK"] * 4)


@checks(*PROTOCOLS)
def a_percentile_may_ignore_too_few_samples():
    crank_to_minute()
    for choice in ("evaluate", "ignore"):
        put_alarm(f"low-{choice}", MetricName="low", Statistic=None, ExtendedStatistic="p95", EvaluateLowSampleCountPercentile=choice)
    feed("low", 9.0)
    eq((state("low-evaluate"), state("low-ignore")), ("ALARM", "INSUFFICIENT_DATA"))
    got = alarm("low-ignore")
    eq((got["ExtendedStatistic"], got["EvaluateLowSampleCountPercentile"], "Statistic" in got), ("p95", "ignore", False))
    cw().put_metric_data(Namespace="Alarm", MetricData=[{"MetricName": "low", "Values": [9.0], "Counts": [200.0], "Timestamp": now()}])
    crank_to_minute()
    eq(state("low-ignore"), "ALARM")


def math_alarm(name, expression):
    def part(id, metric):
        stat = {"Metric": {"Namespace": "Alarm", "MetricName": metric}, "Period": 60, "Stat": "Sum"}
        return {"Id": id, "MetricStat": stat, "ReturnData": False}

    put_alarm(
        name, Namespace=None, MetricName=None, Statistic=None, Period=None,
        Metrics=[part("e", f"{name}-e"), part("i", f"{name}-i"), {"Id": "rate", "Expression": expression, "Label": "rate", "ReturnData": True}],
    )


@checks(*PROTOCOLS)
def metric_math_fires_and_search_is_refused():
    crank_to_minute()
    math_alarm("rate", "100*e/i")
    for errors, calls in ((1.0, 100.0), (9.0, 100.0)):
        cw().put_metric_data(Namespace="Alarm", MetricData=[{"MetricName": "rate-i", "Value": calls, "Timestamp": now()}])
        feed("rate-e", errors)
    eq(state("rate"), "ALARM")
    got = alarm("rate")
    eq([m["Id"] for m in got["Metrics"]], ["e", "i", "rate"])
    ok("9.0" in got["StateReason"], got["StateReason"])
    refused(
        lambda: math_alarm("search", "MAX(SEARCH('{Alarm,SessionId} MetricName=\"x\"','Sum',60))"),
        "ValidationError", 400, "SEARCH is not supported on Metric Alarms.",
    )


@checks(*PROTOCOLS)
def a_state_set_by_hand_lasts_until_the_next_evaluation():
    crank_to_minute()
    put_alarm("by-hand")
    feed("by-hand", 1.0)
    cw().set_alarm_state(AlarmName="by-hand", StateValue="ALARM", StateReason="a drill", StateReasonData=json.dumps({"drill": True}))
    got = alarm("by-hand")
    eq((got["StateValue"], got["StateReason"], json.loads(got["StateReasonData"])), ("ALARM", "a drill", {"drill": True}))
    feed("by-hand", 1.0)
    eq(state("by-hand"), "OK")
    eq([i["HistorySummary"].split(" from ")[1] for i in history("by-hand", ScanBy="TimestampAscending")],
       ["INSUFFICIENT_DATA to OK", "OK to ALARM", "ALARM to OK"])
    errors = cw().exceptions
    refused(lambda: cw().set_alarm_state(AlarmName="no-such", StateValue="OK", StateReason="x"), "ResourceNotFound", 404, typed=errors.ResourceNotFound)
    refused(lambda: cw().set_alarm_state(AlarmName="by-hand", StateValue="FINE", StateReason="x"), "ValidationError", 400)
    refused(
        lambda: cw().set_alarm_state(AlarmName="by-hand", StateValue="OK", StateReason="x", StateReasonData="{"),
        "InvalidFormat", 400, typed=errors.InvalidFormatFault,
    )


@checks(*PROTOCOLS)
def actions_are_switched():
    crank_to_minute()
    put_alarm("mute")
    cw().disable_alarm_actions(AlarmNames=["mute"])
    eq(alarm("mute")["ActionsEnabled"], False)
    feed("mute", 9.0)
    eq((state("mute"), history("mute", "Action")), ("ALARM", []))
    cw().enable_alarm_actions(AlarmNames=["mute"])
    eq(alarm("mute")["ActionsEnabled"], True)
    feed("mute", 1.0)
    eq([TOPIC in i["HistorySummary"] for i in history("mute", "Action")], [True])


@checks(*PROTOCOLS)
def a_composite_alarm_follows_its_children():
    crank_to_minute()
    put_alarm("child-a")
    put_alarm("child-b")
    feed("child-a", 1.0)
    cw().put_composite_alarm(AlarmName="both", AlarmRule='ALARM("child-a") AND NOT ALARM("child-b")')
    eq(state("both"), "OK")
    feed("child-a", 9.0)
    eq(state("both"), "ALARM")
    eq([a["AlarmName"] for a in cw().describe_alarms(AlarmNames=["both"])["CompositeAlarms"]], [], "without its type it is invisible")
    eq([i["HistorySummary"] for i in history("both", AlarmTypes=["CompositeAlarm"])][0], "Alarm updated from OK to ALARM")
    cw().set_alarm_state(AlarmName="child-b", StateValue="ALARM", StateReason="x")
    eq(state("both"), "OK")
    refused(lambda: cw().put_composite_alarm(AlarmName="bad", AlarmRule="ALARM(nobody)"), "ValidationError", 400)
    refused(lambda: cw().put_composite_alarm(AlarmName="bad", AlarmRule="ALARM("), "ValidationError", 400)
    cw().get_waiter("composite_alarm_exists").wait(AlarmNames=["both"], AlarmTypes=["CompositeAlarm"], WaiterConfig={"MaxAttempts": 1})
    refused(lambda: cw().delete_alarms(AlarmNames=["child-a"]), "ValidationError", 400, "depending on it")
    cw().delete_alarms(AlarmNames=["both"])


@checks(*PROTOCOLS)
def alarms_are_described_by_name_prefix_and_state_in_pages():
    for index in range(7):
        put_alarm(f"page-{index}")
    cw().set_alarm_state(AlarmName="page-3", StateValue="ALARM", StateReason="x")
    pages = list(cw().get_paginator("describe_alarms").paginate(AlarmNamePrefix="page-", PaginationConfig={"PageSize": 3}))
    eq([[a["AlarmName"][-1] for a in page["MetricAlarms"]] for page in pages], [["0", "1", "2"], ["3", "4", "5"], ["6"]])
    eq([a["AlarmName"] for a in cw().describe_alarms(AlarmNamePrefix="page-", StateValue="ALARM")["MetricAlarms"]], ["page-3"])
    eq(cw().describe_alarms(AlarmNames=["no-such"])["MetricAlarms"], [])
    refused(lambda: cw().describe_alarms(AlarmNames=["page-1"], AlarmNamePrefix="page-"), "ValidationError", 400)
    refused(lambda: cw().describe_alarms(MaxRecords=101), "ValidationError", 400)
    refused(lambda: cw().describe_alarms(NextToken="nonsense"), "InvalidNextToken", 400, typed=cw().exceptions.InvalidNextToken)
    cw().get_waiter("alarm_exists").wait(AlarmNames=["page-1"], WaiterConfig={"MaxAttempts": 1})
    found = cw().describe_alarms_for_metric(Namespace="Alarm", MetricName="page-5")["MetricAlarms"]
    eq([a["AlarmName"] for a in found], ["page-5"])


@checks(*PROTOCOLS)
def history_comes_in_pages_and_outlives_the_alarm():
    put_alarm("told")
    for index in range(9):
        cw().set_alarm_state(AlarmName="told", StateValue=("ALARM", "OK")[index % 2], StateReason=str(index))
        crank(1)
    paginator = cw().get_paginator("describe_alarm_history")
    pages = list(paginator.paginate(AlarmName="told", HistoryItemType="StateUpdate", PaginationConfig={"PageSize": 4}))
    eq([len(page["AlarmHistoryItems"]) for page in pages], [4, 4, 1])
    reasons = [json.loads(i["HistoryData"])["newState"]["stateReason"] for page in pages for i in page["AlarmHistoryItems"]]
    eq(reasons, [str(i) for i in reversed(range(9))])
    cw().delete_alarms(AlarmNames=["told"])
    eq(cw().describe_alarms(AlarmNames=["told"])["MetricAlarms"], [])
    eq(len(history("told")), 9)
    eq(history("told", "ConfigurationUpdate")[0]["HistorySummary"], 'Alarm "told" deleted')
    refused(lambda: cw().delete_alarms(AlarmNames=["told"]), "ResourceNotFound", 404, typed=cw().exceptions.ResourceNotFound)


@checks(*PROTOCOLS)
def alarms_that_cannot_be_are_refused():
    refused(lambda: put_alarm("bad", DatapointsToAlarm=2), "ValidationError", 400)
    refused(lambda: put_alarm("bad", Period=45), "ValidationError", 400)
    refused(lambda: put_alarm("bad", ExtendedStatistic="p95"), "ValidationError", 400)
    refused(lambda: put_alarm("bad", ComparisonOperator="Above"), "ValidationError", 400)
    refused(lambda: put_alarm("bad", TreatMissingData="maybe"), "ValidationError", 400)
    refused(lambda: put_alarm("bad", Period=3600, EvaluationPeriods=200), "ValidationError", 400)
    refused(lambda: put_alarm("bad", AlarmActions=["nonsense"]), "ValidationError", 400)
    eq(cw().describe_alarms(AlarmNames=["bad"])["MetricAlarms"], [])


@checks(*PROTOCOLS)
def a_replaced_alarm_keeps_its_state():
    crank_to_minute()
    put_alarm("replaced")
    feed("replaced", 9.0)
    before = alarm("replaced")
    put_alarm("replaced", Threshold=7.0, AlarmDescription="stricter")
    after = alarm("replaced")
    eq((after["StateValue"], after["StateUpdatedTimestamp"]), ("ALARM", before["StateUpdatedTimestamp"]))
    eq((after["Threshold"], after["AlarmDescription"]), (7.0, "stricter"))
    eq(history("replaced", "ConfigurationUpdate")[0]["HistorySummary"], 'Alarm "replaced" updated')


@checks()
def the_worlds_alarms_are_ok_for_days():
    found = cw().describe_alarms(AlarmNamePrefix="audio-transcription-")["MetricAlarms"]
    eq([a["AlarmName"] for a in found], ALARMS)
    for got in found:
        since = now() - got["StateUpdatedTimestamp"]
        ok(got["StateValue"] == "OK" and since.days >= 5, f"{got['AlarmName']} is {got['StateValue']} for {since}: {got['StateReason']}")
        ok(got["ActionsEnabled"] and got["TreatMissingData"] == "notBreaching", got)
    high = alarm("audio-transcription-latency-high")
    eq((high["Namespace"], high["MetricName"], high["ExtendedStatistic"], high["Threshold"]),
       (NAMESPACE, "PartialResultProcessingLatency", "p95", 5000.0))
    ok(history("audio-transcription-latency-high"), "no history")
