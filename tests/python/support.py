"""What every file of checks needs: clients of the endpoint, the control path of the simulator, and strict comparisons."""

import contextlib
import datetime
import json
import os
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ.get("AWS_ENDPOINT_URL", "")
WORLD = os.environ.get("COALMINE_WORLD", "")

PARAMETER = "/audio-transcription/partial-results/config"
FUNCTION = "audio-processor"
GROUP = "/aws/lambda/audio-processor"
NAMESPACE = "AudioTranscription/PartialResults"
ALARMS = [
    "audio-transcription-" + name
    for name in ("lambda-errors", "latency-high", "orphaned-results-high", "rate-limit-high", "transcribe-fallback")
]

UTC = datetime.timezone.utc


class Checks:
    """The checks of one file, in their order, each with the worlds that it runs in."""

    def __init__(self):
        self.found = {}

    def __call__(self, *worlds):
        def add(function):
            self.found[function.__name__] = (function, worlds or ("healthy",))
            return function

        return add


# Clients

_session = boto3.session.Session()
_clients = {}

if WORLD.endswith("query"):
    # Older clients know nothing but awsQuery; this one is made to forget the rest.
    model = _session._loader.load_service_model("cloudwatch", "service-2")
    model["metadata"].update(protocol="query", protocols=["query"])
    del model["metadata"]["awsQueryCompatible"]


def client(service, attempts=1, key=None, **config):
    """A client that sends each call once, unless `attempts` says more; `key` is the access key, which names the caller."""
    name = (service, attempts, key, json.dumps(config, sort_keys=True))
    if name not in _clients:
        given = Config(retries={"mode": "standard", "total_max_attempts": attempts}, **config)
        keys = {"aws_access_key_id": key, "aws_secret_access_key": "dummy"} if key else {}
        _clients[name] = _session.client(service, config=given, **keys)
    return _clients[name]


# The simulator's control path

def control(method, path, body=""):
    request = urllib.request.Request(f"{ENDPOINT}/_coalmine/{path}", data=body.encode() if method == "POST" else None, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def crank(seconds):
    """Lets simulated time pass; a server without simulated time is left alone."""
    if WORLD != "moto":
        control("POST", f"advance?ms={round(seconds * 1000)}")


def crank_to_minute(after=1):
    """Lets time pass to `after` seconds behind the next full minute."""
    ms = control("GET", "state")["time_ms"]
    crank((60_000 - ms % 60_000) / 1000 + after)


def now_ms():
    if WORLD == "moto":
        return int(datetime.datetime.now(UTC).timestamp() * 1000)
    return control("GET", "state")["time_ms"]


def now():
    return datetime.datetime.fromtimestamp(now_ms() / 1000, UTC)


def minute(ago=0):
    """The beginning of the running minute, or of one before it."""
    return now().replace(second=0, microsecond=0) - datetime.timedelta(minutes=ago)


@contextlib.contextmanager
def fault(*texts):
    control("POST", "fault", "\n".join(texts))
    try:
        yield
    finally:
        control("POST", "fault")


# Comparisons

def eq(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what or 'value'}: got {got!r}, wanted {wanted!r}")


def near(got, wanted, what="", within=1e-9):
    if got is None or abs(got - wanted) > within * max(1.0, abs(wanted)):
        raise AssertionError(f"{what or 'value'}: got {got!r}, wanted {wanted!r}")


def ok(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(call, code, status=None, says=None, typed=None):
    """The call must fail with exactly this error code; answers the error."""
    try:
        answer = call()
    except ClientError as error:
        eq(error.response["Error"]["Code"], code, "error code")
        if status is not None:
            eq(error.response["ResponseMetadata"]["HTTPStatusCode"], status, "HTTP status")
        if says is not None:
            ok(says in error.response["Error"]["Message"], f"{says!r} is not in {error.response['Error']['Message']!r}")
        if typed is not None:
            ok(isinstance(error, typed), f"{type(error)} is not {typed}")
        return error
    raise AssertionError(f"was not refused: {answer}")
