"""Faults that were asked for, as botocore sees them."""

import http.client
import json
import time

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, HTTPClientError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from support import ENDPOINT, FUNCTION, GROUP, PARAMETER, Checks, client, control, eq, fault, ok, refused

checks = Checks()


def calls(operation):
    return control("GET", "state")["requests"].get(operation, 0)


def each(call):
    """The five services' simplest reads."""
    return {
        "ssm": lambda **m: client("ssm", **m).get_parameter(Name=PARAMETER),
        "cloudwatch": lambda **m: client("cloudwatch", **m).describe_alarms(),
        "logs": lambda **m: client("logs", **m).filter_log_events(logGroupName=GROUP, limit=1),
        "lambda": lambda **m: client("lambda", **m).get_function_configuration(FunctionName=FUNCTION),
        "sts": lambda **m: client("sts", **m).get_caller_identity(),
    }[call]


SERVICES = ("ssm", "cloudwatch", "logs", "lambda", "sts")


@checks()
def throttling_is_retried_and_then_told():
    codes = {"ssm": "ThrottlingException", "cloudwatch": "Throttling", "logs": "ThrottlingException", "lambda": "TooManyRequestsException", "sts": "Throttling"}
    for service, code in codes.items():
        with fault(f"{service}:*=throttle"):
            error = refused(lambda: each(service)(), code, 429 if service == "lambda" else 400, "Rate exceeded")
        ok(error.response["ResponseMetadata"]["RequestId"], error.response)
    before = calls("ssm:GetParameter")
    with fault("ssm:GetParameter=throttle,times=2"):
        answer = each("ssm")(attempts=3)
    eq((answer["ResponseMetadata"]["RetryAttempts"], calls("ssm:GetParameter") - before), (2, 3))
    eq(type(refused_throttle()).__name__, "TooManyRequestsException")


def refused_throttle():
    with fault("lambda:*=throttle"):
        return refused(lambda: each("lambda")(), "TooManyRequestsException", 429, typed=client("lambda").exceptions.TooManyRequestsException)


@checks()
def broken_services_answer_500_and_503():
    wanted = {"ssm": "InternalServerError", "cloudwatch": "InternalServiceError", "logs": "InternalFailure", "lambda": "ServiceException", "sts": "InternalFailure"}
    for service in SERVICES:
        with fault(f"{service}:*=500"):
            refused(lambda: each(service)(), wanted[service], 500)
        with fault(f"{service}:*=503"):
            code = "ServiceUnavailableException" if service == "logs" else "ServiceUnavailable"
            refused(lambda: each(service)(), code, 503)
    with fault("ssm:*=503,times=1"):
        eq(each("ssm")(attempts=2)["ResponseMetadata"]["RetryAttempts"], 1)


@checks()
def denials_name_the_caller_and_the_action():
    for service in SERVICES:
        code = "AccessDenied" if service in ("sts", "cloudwatch") else "AccessDeniedException"
        with fault(f"{service}:*=denied"):
            error = refused(lambda: each(service)(attempts=3), code)
        text = error.response["Error"]["Message"]
        ok("assumed-role/oncall-operator/you is not authorized to perform: " + service in text, text)
        eq(error.response["ResponseMetadata"]["RetryAttempts"], 0)


@checks()
def expired_credentials_are_not_retried():
    for service in SERVICES:
        code = "ExpiredToken" if service == "sts" else "ExpiredTokenException"
        with fault(f"{service}:*=expired"):
            error = refused(lambda: each(service)(attempts=3), code, says="expired")
        eq(error.response["ResponseMetadata"]["RetryAttempts"], 0)


@checks()
def a_body_that_breaks_off_is_noticed():
    request = {"X-Amz-Target": "AmazonSSM.GetParameter", "Content-Type": "application/x-amz-json-1.1",
               "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260302/us-east-1/ssm/aws4_request"}
    with fault("ssm:*=truncate"):
        connection = http.client.HTTPConnection(ENDPOINT.removeprefix("http://"), timeout=10)
        connection.request("POST", "/", json.dumps({"Name": PARAMETER}), request)
        try:
            raise AssertionError(f"a whole answer came: {connection.getresponse().read()}")
        except http.client.IncompleteRead as error:
            eq(len(error.partial), (len(error.partial) + error.expected) // 2, "half of the promised bytes")
    for service in SERVICES:
        with fault(f"{service}:*=truncate"):
            nothing_came_of(each(service))


@checks()
def a_reset_connection_is_an_error_of_the_connection():
    with fault("ssm:*=reset"):
        try:
            each("ssm")()
        except (ConnectionClosedError, EndpointConnectionError, HTTPClientError):
            return
    raise AssertionError("a reset went unnoticed")


@checks()
def a_black_hole_and_a_delay_run_into_the_read_timeout():
    for kind in ("ssm:*=blackhole", "ssm:*=delay:3000"):
        with fault(kind):
            began = time.monotonic()
            try:
                each("ssm")(read_timeout=0.3)
            except ReadTimeoutError:
                ok(time.monotonic() - began < 2.5, "the timeout came late")
                continue
        raise AssertionError(f"{kind} answered")


@checks()
def a_write_whose_answer_is_lost_was_made():
    put = {"Name": "/f/lost", "Type": "String", "Overwrite": True}
    client("ssm").put_parameter(Value="one", **put)
    with fault("ssm:PutParameter=applied-timeout"):
        try:
            client("ssm", read_timeout=0.3).put_parameter(Value="two", **put)
            raise AssertionError("it answered")
        except ReadTimeoutError:
            pass
    got = client("ssm").get_parameter(Name="/f/lost")["Parameter"]
    eq((got["Value"], got["Version"]), ("two", 2))


@checks()
def a_login_page_is_no_answer():
    for service in SERVICES:
        with fault(f"{service}:*=html"):
            nothing_came_of(each(service))


def nothing_came_of(call):
    """botocore reads JSON that it cannot parse as an answer without members, and refuses such XML."""
    try:
        answer = call()
    except (ResponseParserError, HTTPClientError, KeyError):  # KeyError: XML without the result's element
        return
    eq([member for member in answer if member != "ResponseMetadata"], [], "members of half an answer")


@checks()
def a_fault_strikes_its_operation_alone():
    with fault("ssm:PutParameter=denied"):
        each("ssm")()
        refused(lambda: client("ssm").put_parameter(Name="/f/x", Value="v", Type="String"), "AccessDeniedException", 400)
    client("ssm").put_parameter(Name="/f/x", Value="v", Type="String")


@checks("ssm-outage")
def the_outage_scenario_reaches_the_wire_and_ends():
    each("ssm")()
    control("POST", "advance?ms=60000")
    refused(lambda: each("ssm")(), "InternalServerError", 500)
    control("POST", "advance?ms=360000")
    each("ssm")()


@checks()
def unknown_operations_and_anonymous_callers_are_refused():
    refused(lambda: client("ssm").describe_instance_information(), "UnknownOperationException")
    refused(lambda: client("logs").describe_metric_filters(), "UnknownOperationException")
