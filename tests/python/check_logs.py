"""CloudWatch Logs through boto3, Live Tail included."""

import threading
import time

from botocore.exceptions import EventStreamError

from support import GROUP, Checks, client, crank, eq, fault, now_ms, ok, refused

checks = Checks()
BOTH = ("healthy", "moto")

LINES = [
    '{"level": "ERROR", "session_id": "golden-eagle-427", "message": "Rate limit exceeded", "latency_ms": 7012.5, "attempt": 3}',
    '{"level": "INFO", "session_id": "calm-otter-2", "message": "partial result", "latency_ms": 812, "tags": ["a", "b"]}',
    '{"level": "WARNING", "session_id": "wise-lynx-3", "message": "Transcribe service appears unhealthy", "latency_ms": null}',
    "plain ERROR text without JSON",
    "plain WARN text, nothing ERRONEOUS",
    '{"level": "INFO", "nested": {"code": 503, "ok": false}, "message": "upstream"}',
    "10.0.0.1 GET /health 200 17",
    "10.0.0.2 POST /audio 500 1804",
]


def logs(**more):
    return client("logs", **more)


def group(name, messages=(), stream="s"):
    """A new group with one stream that holds the messages, a second apart; answers the first event's time."""
    logs().create_log_group(logGroupName=name)
    logs().create_log_stream(logGroupName=name, logStreamName=stream)
    start = now_ms() - 60_000
    if messages:
        write(name, stream, messages, start)
    return start


def write(name, stream, messages, start):
    events = [{"timestamp": start + i * 10, "message": m} for i, m in enumerate(messages)]
    for begin in range(0, len(events), 5000):
        answer = logs().put_log_events(logGroupName=name, logStreamName=stream, logEvents=events[begin : begin + 5000])
        ok("rejectedLogEventsInfo" not in answer, answer)


def matching(name, pattern, **more):
    pages = logs().get_paginator("filter_log_events").paginate(logGroupName=name, filterPattern=pattern, **more)
    return [event["message"] for page in pages for event in page["events"]]


@checks(*BOTH)
def events_are_put_and_read_back():
    start = group("/c/put", LINES)
    page = logs().filter_log_events(logGroupName="/c/put")
    eq([e["message"] for e in page["events"]], LINES)
    first = page["events"][0]
    eq((first["timestamp"], first["logStreamName"]), (start, "s"))
    ok(first["ingestionTime"] >= start and first["eventId"], first)
    eq(len({e["eventId"] for e in page["events"]}), len(LINES))
    errors = logs().exceptions
    refused(lambda: logs().filter_log_events(logGroupName="/c/none"), "ResourceNotFoundException", 400, typed=errors.ResourceNotFoundException)
    refused(lambda: logs().create_log_group(logGroupName="/c/put"), "ResourceAlreadyExistsException", 400, typed=errors.ResourceAlreadyExistsException)


@checks(*BOTH)
def plain_words_and_phrases_match():
    group("/c/plain", LINES)
    eq(matching("/c/plain", '"Transcribe service appears unhealthy"'), [LINES[2]])
    eq(matching("/c/plain", "GET"), [LINES[6]])
    eq(matching("/c/plain", ""), LINES)


@checks()
def every_term_must_be_there():
    group("/c/terms", LINES)
    eq(matching("/c/terms", "ERROR"), [LINES[0], LINES[3]])
    eq(matching("/c/terms", "plain ERROR"), [LINES[3]])
    eq(matching("/c/terms", "error"), [], "case counts")
    eq(matching("/c/terms", "?POST ?GET"), [LINES[6], LINES[7]])
    eq(matching("/c/terms", "plain -WARN"), [LINES[3]])
    eq(matching("/c/terms", '"golden-eagle-427"'), [LINES[0]])
    eq(matching("/c/terms", "%10\\.0\\.0\\.[0-9]\\sPOST%"), [LINES[7]])


@checks()
def json_fields_are_compared():
    group("/c/json", LINES)
    for pattern, wanted in (
        ('{ $.level = "ERROR" }', [0]),
        ('{ $.level != "ERROR" }', [1, 2, 5]),
        ('{ $.level = "*R*" }', [0, 2]),
        ("{ $.latency_ms > 5000 }", [0]),
        ("{ $.latency_ms >= 812 && $.level = INFO }", [1]),
        ('{ ($.level = "ERROR") || ($.nested.code = 503) }', [0, 5]),
        ('{ $.attempt = 3 && ($.level = "INFO" || $.level = "ERROR") }', [0]),
        ("{ $.nested.ok IS FALSE }", [5]),
        ("{ $.latency_ms IS NULL }", [2]),
        ("{ $.attempt NOT EXISTS }", [1, 2, 5]),
        ('{ $.tags[1] = "b" }', [1]),
        ("{ $.session_id = %eagle-[0-9]+% }", [0]),
    ):
        eq(matching("/c/json", pattern), [LINES[i] for i in wanted], pattern)


@checks()
def columns_are_compared():
    group("/c/columns", LINES)
    eq(matching("/c/columns", "[ip, method, path, status = 5*, ms > 1000]"), [LINES[7]])
    eq(matching("/c/columns", "[ip, method = GET, ...]"), [LINES[6]])


@checks()
def a_pattern_that_cannot_be_is_refused():
    group("/c/bad", LINES)
    for pattern in ('{ $.level = "ERROR"', "{ level = 1 }", '"open', "[a, b", "{ $.a = 1 && }", "%(group)%", "x" * 1025):
        refused(lambda: matching("/c/bad", pattern), "InvalidParameterException", 400, typed=logs().exceptions.InvalidParameterException)


@checks()
def rare_events_come_through_empty_pages_without_loss_or_doubles():
    messages = [f"rare {i}" if i % 4000 == 3999 else f"line {i}" for i in range(16_000)]
    group("/c/rare", messages)
    pages = list(logs().get_paginator("filter_log_events").paginate(logGroupName="/c/rare", filterPattern="rare"))
    ok(any(not page["events"] for page in pages[:-1]) or len(pages) > 2, f"{len(pages)} pages, none empty")
    found = [e for page in pages for e in page["events"]]
    eq([e["message"] for e in found], [f"rare {i}" for i in (3999, 7999, 11999, 15999)])
    all_ids = [
        e["eventId"]
        for page in logs().get_paginator("filter_log_events").paginate(logGroupName="/c/rare", PaginationConfig={"PageSize": 1777})
        for e in page["events"]
    ]
    eq((len(all_ids), len(set(all_ids))), (16_000, 16_000))
    nothing = list(logs().get_paginator("filter_log_events").paginate(logGroupName="/c/rare", filterPattern="absent"))
    ok(len(nothing) > 1 and not any(page["events"] for page in nothing), "pages of nothing")


@checks()
def a_token_belongs_to_its_query():
    group("/c/token", [f"m {i}" for i in range(10)])
    page = logs().filter_log_events(logGroupName="/c/token", limit=3)
    rest = logs().filter_log_events(logGroupName="/c/token", limit=3, nextToken=page["nextToken"])
    eq([e["message"] for e in rest["events"]], ["m 3", "m 4", "m 5"])
    refused(lambda: logs().filter_log_events(logGroupName="/c/token", filterPattern="m", nextToken=page["nextToken"]), "InvalidParameterException", 400)
    refused(lambda: logs().filter_log_events(logGroupName="/c/token", nextToken="nonsense"), "InvalidParameterException", 400)


@checks()
def a_search_reads_backwards_when_asked():
    start = group("/c/back", [f"m {i}" for i in range(7)])
    page = logs().filter_log_events(logGroupName="/c/back", startTime=start, startFromHead=False, limit=3)
    eq([e["message"] for e in page["events"]], ["m 6", "m 5", "m 4"])
    page = logs().filter_log_events(logGroupName="/c/back", startTime=start, limit=3, nextToken=page["nextToken"])
    eq([e["message"] for e in page["events"]], ["m 3", "m 2", "m 1"], "the token knows the direction")
    refused(lambda: logs().filter_log_events(logGroupName="/c/back", startFromHead=False), "InvalidParameterException", 400)


@checks()
def time_and_streams_narrow_a_search():
    start = group("/c/narrow", [f"a {i}" for i in range(5)], "web-1")
    logs().create_log_stream(logGroupName="/c/narrow", logStreamName="job-1")
    write("/c/narrow", "job-1", [f"b {i}" for i in range(5)], start + 5)
    eq(matching("/c/narrow", "", startTime=start + 10, endTime=start + 25), ["a 1", "b 1", "a 2", "b 2"])
    eq(matching("/c/narrow", "", logStreamNames=["job-1"]), [f"b {i}" for i in range(5)])
    eq(matching("/c/narrow", "", logStreamNamePrefix="web"), [f"a {i}" for i in range(5)])
    refused(lambda: matching("/c/narrow", "", logStreamNames=["nope"]), "ResourceNotFoundException", 400)


@checks(*BOTH)
def one_stream_is_read_in_both_directions():
    group("/c/get", [f"m {i}" for i in range(10)])

    def read(**more):
        page = logs().get_log_events(logGroupName="/c/get", logStreamName="s", limit=4, **more)
        return page, [e["message"] for e in page["events"]]

    page, got = read(startFromHead=True)
    eq(got, ["m 0", "m 1", "m 2", "m 3"])
    page, got = read(nextToken=page["nextForwardToken"])
    eq(got, ["m 4", "m 5", "m 6", "m 7"])
    page, got = read(nextToken=page["nextForwardToken"])
    eq(got, ["m 8", "m 9"])
    last = page["nextForwardToken"]
    page, got = read(nextToken=last)
    eq((got, page["nextForwardToken"]), ([], last), "at the end the token stays the same")
    tail, got = read()
    eq(got, ["m 6", "m 7", "m 8", "m 9"])
    _, got = read(nextToken=tail["nextBackwardToken"])
    eq(got, ["m 2", "m 3", "m 4", "m 5"])


@checks()
def a_follower_sees_later_events_at_its_last_token():
    start = group("/c/follow", ["one"])
    page = logs().get_log_events(logGroupName="/c/follow", logStreamName="s", startFromHead=True)
    write("/c/follow", "s", ["two"], start + 1000)
    after = logs().get_log_events(logGroupName="/c/follow", logStreamName="s", nextToken=page["nextForwardToken"])
    eq([e["message"] for e in after["events"]], ["two"])


@checks()
def too_old_and_too_new_events_are_named():
    group("/c/odd")
    hour = 3_600_000
    present = now_ms()
    times = [present - 15 * 24 * hour, present - hour, present, present + 3 * hour]
    answer = logs().put_log_events(
        logGroupName="/c/odd", logStreamName="s", logEvents=[{"timestamp": t, "message": str(i)} for i, t in enumerate(times)]
    )
    eq(answer["rejectedLogEventsInfo"], {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 3})
    eq(matching("/c/odd", ""), ["1", "2"])
    backwards = [{"timestamp": present, "message": "b"}, {"timestamp": present - 1, "message": "a"}]
    refused(lambda: logs().put_log_events(logGroupName="/c/odd", logStreamName="s", logEvents=backwards), "InvalidParameterException", 400)
    one = [{"timestamp": present, "message": "x"}]
    refused(lambda: logs().put_log_events(logGroupName="/c/odd", logStreamName="none", logEvents=one), "ResourceNotFoundException", 400)


@checks()
def groups_and_streams_are_described_in_pages():
    for index in range(5):
        logs().create_log_group(logGroupName=f"/d/{index}")
    pages = list(logs().get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/d/", PaginationConfig={"PageSize": 2}))
    eq([[g["logGroupName"] for g in page["logGroups"]] for page in pages], [["/d/0", "/d/1"], ["/d/2", "/d/3"], ["/d/4"]])
    one = pages[0]["logGroups"][0]
    eq((one["arn"], one["logGroupArn"]), ("arn:aws:logs:us-east-1:123456789012:log-group:/d/0:*", "arn:aws:logs:us-east-1:123456789012:log-group:/d/0"))
    start = now_ms() - 10_000
    for index, offset in enumerate((3000, 1000, 2000)):
        logs().create_log_stream(logGroupName="/d/0", logStreamName=f"s{index}")
        write("/d/0", f"s{index}", ["x"], start + offset)
    newest = logs().describe_log_streams(logGroupName="/d/0", orderBy="LastEventTime", descending=True)["logStreams"]
    eq([s["logStreamName"] for s in newest], ["s0", "s2", "s1"])
    eq((newest[0]["lastEventTimestamp"], newest[0]["firstEventTimestamp"]), (start + 3000, start + 3000))
    logs().delete_log_group(logGroupName="/d/4")
    refused(lambda: logs().describe_log_streams(logGroupName="/d/4"), "ResourceNotFoundException", 400)
    refused(lambda: logs().describe_log_groups(limit=51), "InvalidParameterException", 400)


def tail(**asked):
    return client("logs", inject_host_prefix=False).start_live_tail(**asked)["responseStream"]


@checks()
def a_live_tail_follows_new_events_and_its_pattern():
    start = group("/c/tail", ["ERROR before the session"])
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/c/tail"
    stream = tail(logGroupIdentifiers=[arn], logEventFilterPattern="ERROR")
    events = iter(stream)
    head = next(events)["sessionStart"]
    eq((head["logGroupIdentifiers"], head["logEventFilterPattern"]), ([arn], "ERROR"))
    ok(head["requestId"] and head["sessionId"], head)
    write("/c/tail", "s", ["ERROR one", "INFO two", "ERROR three"], start + 1000)
    seen, updates = [], 0
    began = time.monotonic()
    while len(seen) < 3 and time.monotonic() - began < 10:
        update = next(events)["sessionUpdate"]
        updates += 1
        eq(update["sessionMetadata"]["sampled"], False)
        seen += [(e["message"], e["logStreamName"], e["logGroupIdentifier"]) for e in update["sessionResults"]]
        if len(seen) == 2:
            write("/c/tail", "s", ["ERROR later"], start + 2000)
    stream.close()
    eq(seen, [(m, "s", "123456789012:/c/tail") for m in ("ERROR one", "ERROR three", "ERROR later")])
    ok(updates >= 2, f"{updates} updates")


@checks()
def a_live_tail_samples_a_flood_and_beats_when_it_is_quiet():
    start = group("/c/flood")
    stream = tail(logGroupIdentifiers=["arn:aws:logs:us-east-1:123456789012:log-group:/c/flood"])
    events = iter(stream)
    next(events)
    write("/c/flood", "s", [f"flood {i}" for i in range(2000)], start)
    flood = next(events)["sessionUpdate"]
    eq((len(flood["sessionResults"]), flood["sessionMetadata"]["sampled"]), (500, True))
    quiet = next(events)["sessionUpdate"]
    eq((quiet["sessionResults"], quiet["sessionMetadata"]["sampled"]), ([], False))
    stream.close()


@checks()
def a_live_tail_ends_after_three_hours_with_an_exception():
    group("/c/long")
    stream = tail(logGroupIdentifiers=["arn:aws:logs:us-east-1:123456789012:log-group:/c/long"])
    events = iter(stream)
    next(events)
    threading.Timer(0.2, lambda: crank(3 * 3600 + 1)).start()
    try:
        for _ in range(10):
            next(events)
    except EventStreamError as error:
        eq(error.response["Error"]["Code"], "SessionTimeoutException")
        return
    raise AssertionError("the session did not end")


@checks()
def a_live_tail_is_refused_before_it_begins():
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/c/no-such"
    refused(lambda: tail(logGroupIdentifiers=[arn]), "ResourceNotFoundException", 400)
    group("/c/pattern")
    good = arn.replace("no-such", "pattern")
    refused(lambda: tail(logGroupIdentifiers=[good], logEventFilterPattern="{ $.a"), "InvalidParameterException", 400)
    refused(lambda: tail(logGroupIdentifiers=[f"{good}{i}" for i in range(11)]), "InvalidParameterException", 400)
    with fault("logs:StartLiveTail=denied"):
        refused(lambda: tail(logGroupIdentifiers=[good]), "AccessDeniedException", 400)


@checks()
def the_worlds_lines_hold_what_the_runbook_greps_for():
    start = now_ms() - 15 * 60_000
    treated = matching(GROUP, '"partial result"', startTime=start)
    ok(len(treated) > 20, f"{len(treated)} partial results")
    both = matching(GROUP, '{ $.level = "INFO" }', startTime=start)
    ok(len(both) > len(treated), f"{len(both)} of level INFO")
    ok(len(matching(GROUP, '"golden-eagle-427"', startTime=start - 165 * 60_000)) > 5, "golden-eagle-427 is silent")
