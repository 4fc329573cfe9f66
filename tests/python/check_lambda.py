"""Lambda and STS through boto3: the environment, versions, aliases, and who is asking."""

import threading

from support import FUNCTION, Checks, client, crank, eq, fault, ok, refused

checks = Checks()
DEV = "audio-processor-dev"


def functions(**more):
    return client("lambda", **more)


def get(name=FUNCTION, **more):
    return functions().get_function_configuration(FunctionName=name, **more)


def replace(variables, name=FUNCTION, **more):
    return functions().update_function_configuration(FunctionName=name, Environment={"Variables": variables}, **more)


def settle():
    crank(30)


@checks()
def an_environment_is_replaced_as_a_whole():
    settle()
    before = get()
    variables = before["Environment"]["Variables"]
    ok(variables["PARTIAL_RESULTS_ENABLED"] == "true" and "SESSIONS_TABLE_NAME" in variables, variables)
    answer = replace({"ROLLOUT_PERCENTAGE": "0"}, RevisionId=before["RevisionId"])
    eq((answer["Environment"]["Variables"], answer["LastUpdateStatus"]), ({"ROLLOUT_PERCENTAGE": "0"}, "InProgress"))
    ok(answer["RevisionId"] != before["RevisionId"], "the revision stays")
    settle()
    eq(get()["Environment"]["Variables"], {"ROLLOUT_PERCENTAGE": "0"}, "the others are gone")
    replace(variables)
    settle()
    eq(get()["Environment"]["Variables"], variables)


@checks()
def a_stale_revision_is_refused():
    settle()
    seen = get()["RevisionId"]
    variables = get()["Environment"]["Variables"]
    replace({**variables, "SOMEBODY_ELSE": "1"})
    settle()
    refused(
        lambda: replace(variables, RevisionId=seen), "PreconditionFailedException", 412, "latest Revision Id", functions().exceptions.PreconditionFailedException
    )
    eq(get()["Environment"]["Variables"]["SOMEBODY_ELSE"], "1")
    replace(variables, RevisionId=get()["RevisionId"])


@checks()
def the_revision_changes_once_more_when_an_update_is_done():
    settle()
    asked = replace(get()["Environment"]["Variables"])["RevisionId"]
    eq(get()["RevisionId"], asked, "while it is in progress")
    settle()
    done = get()["RevisionId"]
    ok(done != asked, "the revision of the request still holds after the update")
    eq(get()["RevisionId"], done)
    refused(lambda: replace({"AB": "1"}, RevisionId=asked), "PreconditionFailedException", 412)


@checks()
def an_update_takes_a_while_and_keeps_others_out():
    settle()
    variables = get()["Environment"]["Variables"]
    replace(variables)
    error = functions().exceptions.ResourceConflictException
    refused(lambda: replace(variables), "ResourceConflictException", 409, "An update is in progress for resource", error)
    refused(lambda: functions().publish_version(FunctionName=FUNCTION), "ResourceConflictException", 409)
    got = get()
    eq((got["State"], got["LastUpdateStatus"], got["LastUpdateStatusReasonCode"]), ("Active", "InProgress", "Creating"))
    settle()
    got = get()
    eq((got["LastUpdateStatus"], "LastUpdateStatusReason" in got), ("Successful", False))


@checks()
def the_waiter_sees_the_update_through():
    settle()
    replace(get()["Environment"]["Variables"])
    threading.Timer(0.3, settle).start()
    functions().get_waiter("function_updated_v2").wait(FunctionName=FUNCTION, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    eq(get()["LastUpdateStatus"], "Successful")
    functions().get_waiter("function_active_v2").wait(FunctionName=FUNCTION, WaiterConfig={"MaxAttempts": 1})


@checks()
def reserved_and_malformed_keys_are_refused():
    settle()
    before = get()
    errors = functions().exceptions
    refused(
        lambda: replace({"AWS_REGION": "eu-west-1", "OK": "1"}),
        "InvalidParameterValueException", 400, "Reserved keys used in this request: AWS_REGION", errors.InvalidParameterValueException,
    )
    refused(lambda: replace({"1BAD": "x"}), "ValidationException", 400)
    refused(lambda: replace({"BIG": "x" * 5000}), "InvalidParameterValueException", 400, "4KB")
    unchecked = functions(parameter_validation=False)
    refused(lambda: unchecked.update_function_configuration(FunctionName=FUNCTION, MemorySize=1), "ValidationException", 400)
    eq(get()["RevisionId"], before["RevisionId"])


@checks()
def missing_things_are_typed():
    error = functions().exceptions.ResourceNotFoundException
    refused(lambda: get("no-such"), "ResourceNotFoundException", 404, "Function not found: arn:aws:lambda:us-east-1:123456789012:function:no-such", error)
    refused(lambda: get(Qualifier="99"), "ResourceNotFoundException", 404, typed=error)
    refused(lambda: functions().get_alias(FunctionName=FUNCTION, Name="nope"), "ResourceNotFoundException", 404, "Cannot find alias arn", error)
    refused(lambda: replace({"A1": "b"}, name="no-such"), "ResourceNotFoundException", 404, typed=error)


@checks()
def versions_are_frozen():
    settle()
    variables = {**get(DEV)["Environment"]["Variables"], "FROZEN": "yes"}
    replace(variables, name=DEV)
    settle()
    one = functions().publish_version(FunctionName=DEV, Description="first")
    first, second = one["Version"], str(int(one["Version"]) + 1)
    eq((one["FunctionArn"].rsplit(":", 1)[1], one["Description"]), (first, "first"))
    eq(functions().publish_version(FunctionName=DEV)["Version"], first, "nothing changed")
    replace({**variables, "ROLLOUT_PERCENTAGE": "0"}, name=DEV)
    settle()
    eq(functions().publish_version(FunctionName=DEV)["Version"], second)
    eq(get(DEV, Qualifier=first)["Environment"]["Variables"], variables)
    eq(get(f"{DEV}:{second}")["Environment"]["Variables"]["ROLLOUT_PERCENTAGE"], "0")
    listed = functions().get_paginator("list_versions_by_function").paginate(FunctionName=DEV, PaginationConfig={"PageSize": 2})
    eq([v["Version"] for page in listed for v in page["Versions"]], ["$LATEST", *(str(n) for n in range(1, int(second) + 1))])
    refused(lambda: functions().publish_version(FunctionName=DEV, RevisionId="stale"), "PreconditionFailedException", 412)
    refused(lambda: replace({}, name=f"{DEV}:1"), "InvalidParameterValueException", 400)


@checks()
def publishing_gives_the_unpublished_version_a_new_revision():
    settle()
    replace({"PUBLISHED": "once"}, name=DEV)
    settle()
    before = get(DEV)["RevisionId"]
    made = functions().publish_version(FunctionName=DEV, RevisionId=before)
    after = get(DEV)["RevisionId"]
    ok(len({before, made["RevisionId"], after}) == 3, (before, made["RevisionId"], after))
    eq(get(DEV, Qualifier=made["Version"])["RevisionId"], made["RevisionId"])


@checks()
def aliases_move_with_their_revision():
    settle()
    for index in range(2):
        replace({"ALIAS_ROUND": str(index)}, name=DEV)
        settle()
        functions().publish_version(FunctionName=DEV)
    new, old = (v["Version"] for v in reversed(functions().list_versions_by_function(FunctionName=DEV)["Versions"][-2:]))
    made = functions().create_alias(FunctionName=DEV, Name="live", FunctionVersion=old, Description="traffic")
    eq((made["AliasArn"].rsplit(":", 1)[1], made["FunctionVersion"], made["Description"]), ("live", old, "traffic"))
    errors = functions().exceptions
    refused(lambda: functions().create_alias(FunctionName=DEV, Name="live", FunctionVersion=old), "ResourceConflictException", 409, typed=errors.ResourceConflictException)
    moved = functions().update_alias(FunctionName=DEV, Name="live", FunctionVersion=new, RevisionId=made["RevisionId"])
    eq((moved["FunctionVersion"], moved["Description"]), (new, "traffic"))
    refused(
        lambda: functions().update_alias(FunctionName=DEV, Name="live", FunctionVersion=old, RevisionId=made["RevisionId"]),
        "PreconditionFailedException", 412, typed=errors.PreconditionFailedException,
    )
    weights = {"AdditionalVersionWeights": {old: 0.1}}
    split = functions().update_alias(FunctionName=DEV, Name="live", RoutingConfig=weights)
    eq(split["RoutingConfig"], weights)
    eq(functions().get_alias(FunctionName=DEV, Name="live")["RoutingConfig"], weights)
    through = get(DEV, Qualifier="live")
    eq((through["Version"], through["FunctionArn"].rsplit(":", 1)[1]), (new, "live"))
    listed = functions().list_aliases(FunctionName=DEV)["Aliases"]
    eq([a["Name"] for a in listed], ["live"])
    refused(lambda: functions().create_alias(FunctionName=DEV, Name="other", FunctionVersion="99"), "ResourceNotFoundException", 404)
    functions().delete_alias(FunctionName=DEV, Name="live")
    refused(lambda: functions().get_alias(FunctionName=DEV, Name="live"), "ResourceNotFoundException", 404)


@checks()
def an_environment_that_kms_denies_is_an_error_not_a_map():
    with fault("lambda:GetFunctionConfiguration=kms"):
        environment = get()["Environment"]
    eq(("Variables" in environment, environment["Error"]["ErrorCode"]), (False, "AccessDeniedException"))
    ok("KMS" in environment["Error"]["Message"], environment)
    ok(get()["Environment"]["Variables"], "readable again")


@checks()
def a_function_is_described():
    got = functions().get_function(FunctionName=f"arn:aws:lambda:us-east-1:123456789012:function:{FUNCTION}")
    eq(got["Configuration"]["FunctionName"], FUNCTION)
    ok(got["Configuration"]["LastModified"].endswith("+0000") and got["Code"]["Location"], got)
    names = [f["FunctionName"] for page in functions().get_paginator("list_functions").paginate() for f in page["Functions"]]
    eq(names, [FUNCTION, DEV])


@checks("alias-trap")
def in_the_alias_trap_traffic_has_a_frozen_environment():
    alias = functions().get_alias(FunctionName=FUNCTION, Name="live")
    frozen = get(Qualifier="live")
    eq((frozen["Version"], alias["FunctionVersion"]), ("1", "1"))
    replace({**get()["Environment"]["Variables"], "ROLLOUT_PERCENTAGE": "0"})
    settle()
    eq(get()["Environment"]["Variables"]["ROLLOUT_PERCENTAGE"], "0")
    ok(get(Qualifier="live")["Environment"]["Variables"]["ROLLOUT_PERCENTAGE"] != "0", "the frozen version changed")


@checks("healthy", "moto")
def the_caller_is_known():
    got = client("sts").get_caller_identity()
    eq(got["Account"], "123456789012")
    ok(got["Arn"].startswith("arn:aws:") and got["UserId"], got)


@checks()
def other_keys_are_other_people():
    def arn(key):
        return client("sts", key=key).get_caller_identity()["Arn"]

    eq(arn("AKIACOALMINEONCALL"), "arn:aws:sts::123456789012:assumed-role/oncall-operator/you")
    eq(arn("AKIACOALMINEVIEWER"), "arn:aws:iam::123456789012:user/viewer")
    eq(arn("ana"), "arn:aws:iam::123456789012:user/ana")
