"""CloudWatch metrics through boto3, which speaks another protocol (awsJson) than the console does."""

import datetime
import math
import random

from support import Checks, client, crank, crank_to_minute, eq, fault, minute, near, now, ok, refused

checks = Checks()
PROTOCOLS = ("healthy", "healthy query")
MINUTE = datetime.timedelta(minutes=1)


def cw(**more):
    return client("cloudwatch", **more)


def put(name, at, values=None, counts=None, namespace="Check", unit="None", **more):
    datum = {"MetricName": name, "Timestamp": at, "Unit": unit, **more}
    if values is not None:
        datum["Values"] = values
    if counts is not None:
        datum["Counts"] = counts
    cw().put_metric_data(Namespace=namespace, MetricData=[datum])


def stat(id, name, what, period=60, namespace="Check", dimensions=(), **more):
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions]}
    return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": what}, **more}


def math_query(id, expression, **more):
    return {"Id": id, "Expression": expression, **more}


def data(queries, start, end, **more):
    return cw().get_metric_data(MetricDataQueries=queries, StartTime=start, EndTime=end, **more)


def series(answer, id):
    found = [result for result in answer["MetricDataResults"] if result["Id"] == id]
    eq(len(found), 1, f"series of {id}")
    return dict(zip(found[0]["Timestamps"], found[0]["Values"]))


def own_percentile(values, percent):
    """Linear interpolation between the closest ranks."""
    ordered = sorted(values)
    rank = percent / 100 * (len(ordered) - 1)
    low, high = ordered[math.floor(rank)], ordered[math.ceil(rank)]
    return low + (high - low) * (rank - math.floor(rank))


@checks(*PROTOCOLS)
def percentiles_equal_an_own_computation_in_both_apis():
    dice = random.Random(7)
    at = minute(10)
    values = [round(dice.lognormvariate(7, 0.8), 3) for _ in range(600)]
    for begin in range(0, 600, 150):
        put("Latency", at + datetime.timedelta(seconds=begin / 15), values[begin : begin + 150], unit="Milliseconds")
    wanted = {p: own_percentile(values, p) for p in (50, 90, 95, 99, 99.9)}
    queries = [stat(f"p{i}", "Latency", f"p{p}") for i, p in enumerate(wanted)]
    answer = data(queries, at, at + MINUTE)
    for i, p in enumerate(wanted):
        near(series(answer, f"p{i}")[at], wanted[p], f"p{p} of GetMetricData")
    old = cw().get_metric_statistics(
        Namespace="Check", MetricName="Latency", StartTime=at, EndTime=at + MINUTE, Period=60,
        ExtendedStatistics=[f"p{p}" for p in wanted],
    )
    eq([(d["Timestamp"], d["Unit"]) for d in old["Datapoints"]], [(at, "Milliseconds")])
    for p in wanted:
        near(old["Datapoints"][0]["ExtendedStatistics"][f"p{p}"], wanted[p], f"p{p} of GetMetricStatistics")


@checks(*PROTOCOLS)
def counts_weigh_and_basic_statistics_add_up():
    at = minute(8)
    put("Weighed", at, [1.0, 10.0, 100.0], [90, 9, 1])
    queries = [stat(what.lower(), "Weighed", what) for what in ("Sum", "SampleCount", "Average", "Minimum", "Maximum")]
    answer = data(queries + [stat("p95", "Weighed", "p95")], at, at + MINUTE)
    got = {q["Id"]: series(answer, q["Id"])[at] for q in queries}
    eq(got, {"sum": 280.0, "samplecount": 100.0, "average": 2.8, "minimum": 1.0, "maximum": 100.0})
    near(series(answer, "p95")[at], own_percentile([1.0] * 90 + [10.0] * 9 + [100.0], 95))


@checks(*PROTOCOLS)
def a_large_request_is_compressed_and_understood():
    at = minute(6)
    metrics = [
        {"MetricName": "Many", "Timestamp": at, "Value": float(i), "Dimensions": [{"Name": "Shard", "Value": f"shard-{i % 5}"}]}
        for i in range(500)
    ]
    cw().put_metric_data(Namespace="Check", MetricData=metrics)
    answer = data([stat("s", "Many", "Sum", dimensions=[("Shard", "shard-3")])], at, at + MINUTE)
    eq(series(answer, "s")[at], float(sum(range(3, 500, 5))))


@checks(*PROTOCOLS)
def statistic_sets_have_sums_but_no_percentiles():
    at = minute(5)
    put("Set", at, StatisticValues={"SampleCount": 4, "Sum": 20, "Minimum": 1, "Maximum": 9})
    answer = data([stat("avg", "Set", "Average"), stat("p95", "Set", "p95")], at, at + MINUTE)
    eq((series(answer, "avg"), series(answer, "p95")), ({at: 5.0}, {}))
    put("OneValue", at, StatisticValues={"SampleCount": 4, "Sum": 20, "Minimum": 5, "Maximum": 5})
    eq(series(data([stat("p95", "OneValue", "p95")], at, at + MINUTE), "p95"), {at: 5.0})


@checks(*PROTOCOLS)
def an_error_rate_by_math_leaves_gaps_where_nothing_ran():
    at = minute(9)
    for offset, errors, invocations in ((0, 1, 50), (1, 0, 40), (3, 5, 100)):
        put("Errors", at + offset * MINUTE, [float(errors)])
        put("Invocations", at + offset * MINUTE, [float(invocations)])
    put("Invocations", at + 4 * MINUTE, [10.0])
    parts = [stat("e", "Errors", "Sum", ReturnData=False), stat("i", "Invocations", "Sum", ReturnData=False)]
    answer = data(parts + [math_query("rate", "100*e/i", Label="Error rate")], at, at + 5 * MINUTE)
    eq([r["Id"] for r in answer["MetricDataResults"]], ["rate"])
    eq((answer["MetricDataResults"][0]["Label"], answer["MetricDataResults"][0]["StatusCode"]), ("Error rate", "Complete"))
    got = series(answer, "rate")
    eq(got, {at: 2.0, at + MINUTE: 0.0, at + 3 * MINUTE: 5.0})
    filled = data(parts + [math_query("rate", "100*FILL(e,0)/i")], at, at + 5 * MINUTE)
    eq(series(filled, "rate").get(at + 4 * MINUTE), 0.0)
    eq(at + 2 * MINUTE in series(filled, "rate"), False, "a rate without invocations")


@checks(*PROTOCOLS)
def fill_repeats_and_if_guards():
    at = minute(12)
    for offset, value in ((0, 4.0), (2, 0.0), (3, 8.0)):
        put("Gaps", at + offset * MINUTE, [value])
    one = stat("m", "Gaps", "Sum", ReturnData=False)
    answer = data(
        [one, math_query("zero", "FILL(m,0)"), math_query("last", "FILL(m,REPEAT)"), math_query("guard", "IF(m>0,100/m,0)"),
         math_query("line", "FILL(m,LINEAR)")],
        at, at + 5 * MINUTE, ScanBy="TimestampAscending",
    )
    minutes = [at + i * MINUTE for i in range(5)]
    eq([series(answer, "zero").get(m) for m in minutes], [4.0, 0.0, 0.0, 8.0, 0.0])
    eq([series(answer, "last").get(m) for m in minutes], [4.0, 4.0, 0.0, 8.0, 8.0])
    eq([series(answer, "line").get(m) for m in minutes[:4]], [4.0, 2.0, 0.0, 8.0])
    eq([series(answer, "guard").get(m) for m in minutes], [25.0, None, 0.0, 12.5, None])


@checks(*PROTOCOLS)
def a_division_by_zero_is_dropped_with_a_message():
    at = minute(7)
    put("Zero", at, [0.0])
    put("Zero", at + MINUTE, [4.0])
    answer = data([stat("z", "Zero", "Sum", ReturnData=False), math_query("q", "8/z")], at, at + 2 * MINUTE)
    eq(series(answer, "q"), {at + MINUTE: 2.0})
    eq([m["Code"] for m in answer["MetricDataResults"][0].get("Messages", [])], ["ArithmeticError"])


@checks(*PROTOCOLS)
def search_over_sessions_with_max_and_sum():
    at = minute(15)
    for session, value in (("golden-eagle-1", 3.0), ("calm-otter-2", 12.0), ("wise-lynx-3", 7.0)):
        put("Orphans", at, [value], Dimensions=[{"Name": "SessionId", "Value": session}])
    put("Orphans", at, [1000.0])
    search = "SEARCH('{Check,SessionId} MetricName=\"Orphans\"', 'Maximum', 60)"
    answer = data(
        [math_query("max", f"MAX({search})"), math_query("sum", f"SUM({search})"), math_query("avg", f"AVG({search})"),
         math_query("each", search)],
        at, at + MINUTE,
    )
    eq((series(answer, "max"), series(answer, "sum"), series(answer, "avg")), ({at: 12.0}, {at: 22.0}, {at: 22.0 / 3}))
    each = [r for r in answer["MetricDataResults"] if r["Id"] == "each"]
    eq(sorted((r["Label"], r["Values"]) for r in each), [("calm-otter-2", [12.0]), ("golden-eagle-1", [3.0]), ("wise-lynx-3", [7.0])])
    literal = data([stat("star", "Orphans", "Maximum", dimensions=[("SessionId", "*")])], at, at + MINUTE)
    eq(series(literal, "star"), {}, "a literal star")


@checks(*PROTOCOLS)
def scan_order_end_and_alignment():
    at = minute(20)
    for offset in range(4):
        put("Order", at + offset * MINUTE, [float(offset)])
    query = [stat("m", "Order", "Sum")]
    down = data(query, at, at + 3 * MINUTE)["MetricDataResults"][0]
    eq(down["Values"], [2.0, 1.0, 0.0], "newest first, the end exclusive")
    up = data(query, at, at + 4 * MINUTE, ScanBy="TimestampAscending")["MetricDataResults"][0]
    eq(up["Values"], [0.0, 1.0, 2.0, 3.0])
    eq(up["Timestamps"], [at + i * MINUTE for i in range(4)])
    five = data([stat("m", "Order", "Sum", period=300)], at - 10 * MINUTE, at + 10 * MINUTE, ScanBy="TimestampAscending")
    ok(all(t.minute % 5 == 0 and t.second == 0 for t in five["MetricDataResults"][0]["Timestamps"]), five)
    eq(sum(five["MetricDataResults"][0]["Values"]), 6.0)


@checks(*PROTOCOLS)
def datapoints_come_in_pages_without_loss():
    at = minute(60)
    for offset in range(25):
        put("PageA", at + offset * MINUTE, [float(offset)])
        put("PageB", at + offset * MINUTE, [100.0 + offset])
    pages = cw().get_paginator("get_metric_data").paginate(
        MetricDataQueries=[stat("a", "PageA", "Sum"), stat("b", "PageB", "Sum")],
        StartTime=at, EndTime=at + 25 * MINUTE, PaginationConfig={"PageSize": 7}, ScanBy="TimestampAscending",
    )
    found = {"a": [], "b": []}
    statuses = []
    for page in pages:
        ok(sum(len(r["Values"]) for r in page["MetricDataResults"]) <= 7, "a page is too long")
        for result in page["MetricDataResults"]:
            found[result["Id"]] += result["Values"]
            statuses.append((result["Id"], result["StatusCode"]))
    eq(found["a"], [float(i) for i in range(25)])
    eq(found["b"], [100.0 + i for i in range(25)])
    ok(("a", "PartialData") in statuses and ("a", "Complete") in statuses and statuses[-1] == ("b", "Complete"), statuses)


@checks(*PROTOCOLS)
def an_empty_series_is_there_with_its_label():
    answer = data([stat("none", "NeverPut", "Average")], minute(5), minute())
    eq([(r["Id"], r["Label"], r["Timestamps"], r["Values"], r["StatusCode"]) for r in answer["MetricDataResults"]],
       [("none", "NeverPut", [], [], "Complete")])


@checks(*PROTOCOLS)
def wrong_queries_are_refused():
    span = (minute(5), minute())
    good = stat("a", "X", "Sum")
    refused(lambda: data([good, good], *span), "ValidationError", 400, "not unique")
    refused(lambda: data([math_query("q", "100*nope")], *span), "ValidationError", 400, "q")
    refused(lambda: data([math_query("q", "100*(")], *span), "ValidationError", 400)
    refused(lambda: data([stat("A", "X", "Sum")], *span), "ValidationError", 400)
    refused(lambda: data([good], span[1], span[0]), "ValidationError", 400)
    refused(lambda: data([stat("a", "X", "p101")], *span), "ValidationError", 400)
    refused(lambda: data([stat("a", "X", "Sum", period=61)], *span), "ValidationError", 400)
    refused(lambda: data([math_query("q", "q2"), math_query("q2", "q")], *span), "ValidationError", 400)


def statistics(**more):
    asked = {"Namespace": "Check", "MetricName": "Old", "StartTime": minute(30), "EndTime": minute(), "Period": 60, **more}
    return cw().get_metric_statistics(**asked)


@checks(*PROTOCOLS)
def the_older_api_takes_one_kind_of_statistics():
    errors = cw().exceptions
    refused(
        lambda: statistics(Statistics=["Average"], ExtendedStatistics=["p95"]),
        "InvalidParameterCombination", 400, "mutually exclusive", errors.InvalidParameterCombinationException,
    )
    refused(lambda: statistics(), "InvalidParameterCombination", 400)
    refused(
        lambda: statistics(Statistics=["Average", "p95"]),
        "InvalidParameterValue", 400, "The parameter Statistics.member.2 must be a value in the set", errors.InvalidParameterValueException,
    )
    refused(lambda: statistics(ExtendedStatistics=["q95"]), "InvalidParameterValue", 400)
    refused(lambda: statistics(Statistics=["Sum"], Period=45), "InvalidParameterValue", 400)
    refused(
        lambda: statistics(Statistics=["Sum"], StartTime=minute(2000)), "InvalidParameterCombination", 400, "1440"
    )
    refused(lambda: cw().get_metric_statistics(Namespace="Check", MetricName="Old", StartTime=minute(), EndTime=minute(5), Period=60,
                                               Statistics=["Sum"]), "InvalidParameterCombination", 400)


@checks(*PROTOCOLS)
def the_older_api_answers_every_basic_statistic_per_period():
    at = minute(20)
    for offset in range(6):
        put("Old", at + offset * MINUTE, [float(offset), 10.0], unit="Count")
    answer = statistics(Statistics=["Sum", "Average", "Minimum", "Maximum", "SampleCount"], StartTime=at, EndTime=at + 6 * MINUTE)
    got = {d["Timestamp"]: d for d in answer["Datapoints"]}
    eq(sorted(got), [at + i * MINUTE for i in range(6)])
    third = got[at + 2 * MINUTE]
    eq([third[k] for k in ("Sum", "Average", "Minimum", "Maximum", "SampleCount", "Unit")], [12.0, 6.0, 2.0, 10.0, 2.0, "Count"])
    eq(answer["Label"], "Old")
    eq(statistics(Statistics=["Sum"], Unit="Seconds", StartTime=at, EndTime=at + 6 * MINUTE)["Datapoints"], [])


@checks(*PROTOCOLS)
def metrics_are_listed_by_dimension_in_pages():
    at = minute(3)
    for begin in range(0, 600, 200):
        data_ = [{"MetricName": "Listed", "Timestamp": at, "Value": 1.0, "Dimensions": [{"Name": "Id", "Value": f"{i:04}"}]}
                 for i in range(begin, begin + 200)]
        cw().put_metric_data(Namespace="Check/List", MetricData=data_)
    pages = list(cw().get_paginator("list_metrics").paginate(Namespace="Check/List"))
    eq([len(page["Metrics"]) for page in pages], [500, 100])
    names = {m["Dimensions"][0]["Value"] for page in pages for m in page["Metrics"]}
    eq(len(names), 600)
    one = cw().list_metrics(Namespace="Check/List", Dimensions=[{"Name": "Id", "Value": "0042"}])["Metrics"]
    eq(one, [{"Namespace": "Check/List", "MetricName": "Listed", "Dimensions": [{"Name": "Id", "Value": "0042"}]}])
    eq(len(cw().list_metrics(Namespace="Check/List", Dimensions=[{"Name": "Id"}])["Metrics"]), 500)
    eq(cw().list_metrics(Namespace="Nowhere")["Metrics"], [])
    refused(lambda: cw().list_metrics(NextToken="nonsense"), "InvalidParameterValue", 400)


@checks(*PROTOCOLS)
def data_that_cannot_be_is_refused():
    at = minute(1)
    too_old = now() - datetime.timedelta(days=15)
    refused(lambda: put("Bad", too_old, [1.0]), "InvalidParameterValue", 400)
    refused(lambda: put("Bad", now() + datetime.timedelta(hours=3), [1.0]), "InvalidParameterValue", 400)
    refused(lambda: put("Bad", at, [1.0], namespace="AWS/Own"), "InvalidParameterValue", 400)
    refused(lambda: put("Bad", at, [1.0], unit="Furlongs"), "InvalidParameterValue", 400, "must be a value in the set")
    refused(lambda: put("Bad", at, [1.0], Value=1.0), "InvalidParameterCombination", 400)
    refused(lambda: put("Bad", at, [1.0, 2.0], [1.0]), "InvalidParameterValue", 400)
    refused(lambda: put("Bad", at), "MissingParameter", 400, typed=cw().exceptions.MissingRequiredParameterException)
    refused(lambda: put("Bad", at, [float("nan")]), "InvalidParameterValue", 400)


@checks(*PROTOCOLS)
def partial_data_says_so():
    at = minute(4)
    for offset in range(3):
        put("Partial", at + offset * MINUTE, [1.0])
    with fault("cloudwatch:GetMetricData=partial"):
        answer = data([stat("m", "Partial", "Sum")], at, at + 3 * MINUTE)
    eq(answer["MetricDataResults"][0]["StatusCode"], "PartialData")
    ok(len(answer["MetricDataResults"][0]["Values"]) < 3 and answer["Messages"], answer)
    eq(data([stat("m", "Partial", "Sum")], at, at + 3 * MINUTE)["MetricDataResults"][0]["StatusCode"], "Complete")


@checks(*PROTOCOLS)
def what_is_put_now_shows_in_its_minute():
    crank_to_minute()
    cw().put_metric_data(Namespace="Check", MetricData=[{"MetricName": "Now", "Value": 3.0}])
    crank(10)
    cw().put_metric_data(Namespace="Check", MetricData=[{"MetricName": "Now", "Value": 4.0}])
    eq(series(data([stat("m", "Now", "Sum")], minute(2), now() + MINUTE), "m"), {minute(): 7.0})
