"""Parameter Store through boto3."""

import json

from support import PARAMETER, WORLD, Checks, client, crank, eq, now, ok, refused

checks = Checks()
BOTH = ("healthy", "moto")


def ssm(**more):
    return client("ssm", **more)


def put(name, value, **more):
    return ssm().put_parameter(Name=name, Value=value, **{"Type": "String", "Overwrite": True, **more})


@checks(*BOTH)
def put_get_and_versions():
    first = put("/x/versions", "one", Overwrite=False)
    eq((first["Version"], first["Tier"]), (1, "Standard"))
    crank(5)
    eq(put("/x/versions", "two")["Version"], 2)
    got = ssm().get_parameter(Name="/x/versions")["Parameter"]
    eq((got["Value"], got["Version"], got["Type"], got["DataType"]), ("two", 2, "String", "text"))
    eq(got["ARN"], "arn:aws:ssm:us-east-1:123456789012:parameter/x/versions")
    ok(abs((got["LastModifiedDate"] - now()).total_seconds()) < 60, got["LastModifiedDate"])
    old = ssm().get_parameter(Name="/x/versions:1")["Parameter"]
    eq((old["Value"], old["Version"], old["Name"]), ("one", 1, "/x/versions"))
    eq(old.get("Selector"), None if WORLD == "moto" else ":1")
    by_arn = ssm().get_parameter(Name=got["ARN"])["Parameter"]
    eq((by_arn["Value"], by_arn["Version"]), ("two", 2))


@checks(*BOTH)
def missing_things_are_typed():
    put("/x/there", "v")
    errors = ssm().exceptions
    refused(lambda: ssm().get_parameter(Name="/x/absent"), "ParameterNotFound", 400, typed=errors.ParameterNotFound)
    refused(lambda: ssm().get_parameter(Name="/x/there:99"), "ParameterVersionNotFound", 400, "99", errors.ParameterVersionNotFound)
    if WORLD != "moto":
        refused(lambda: ssm().get_parameter(Name="/x/there:nolabel"), "ParameterVersionNotFound", 400, "nolabel")
    refused(lambda: ssm().get_parameter_history(Name="/x/absent"), "ParameterNotFound", 400, typed=errors.ParameterNotFound)
    put("/x/before", "v")
    many = ssm().get_parameters(Names=["/x/there", "/x/absent", "/x/there:99", "/x/before"])
    found = [p["Name"] for p in many["Parameters"]]
    eq(sorted(found) if WORLD == "moto" else found, ["/x/before", "/x/there"], "in the order of names")
    eq(sorted(many["InvalidParameters"]), ["/x/absent", "/x/there:99"])


@checks(*BOTH)
def overwrite_must_be_asked_for():
    put("/x/overwrite", "one")
    refused(
        lambda: put("/x/overwrite", "two", Overwrite=False),
        "ParameterAlreadyExists", 400, "already exists", ssm().exceptions.ParameterAlreadyExists,
    )
    eq(ssm().get_parameter(Name="/x/overwrite")["Parameter"]["Version"], 1)


@checks()
def a_new_parameter_needs_a_type_and_an_old_one_keeps_its_own():
    refused(lambda: ssm().put_parameter(Name="/x/typeless", Value="v"), "ValidationException", 400, "type is required")
    put("/x/kept", "v", Type="SecureString", Description="what it is")
    ssm().put_parameter(Name="/x/kept", Value="w", Overwrite=True)
    got = ssm().get_parameter(Name="/x/kept")["Parameter"]
    ok(got["Type"] == "SecureString" and got["Value"] != "w", got)
    eq(ssm().get_parameter(Name="/x/kept", WithDecryption=True)["Parameter"]["Value"], "w")
    history = ssm().get_parameter_history(Name="/x/kept", WithDecryption=True)["Parameters"]
    eq([(h["Value"], h["Description"], h["KeyId"]) for h in history], [(v, "what it is", "alias/aws/ssm") for v in "vw"])
    refused(
        lambda: put("/x/kept", "v", Tags=[{"Key": "a", "Value": "b"}]), "ValidationException", 400, "overwrite"
    )


@checks(*BOTH)
def labels_select_and_move():
    for value in "abc":
        put("/x/labels", value)
    answer = ssm().label_parameter_version(Name="/x/labels", ParameterVersion=1, Labels=["good", "9bad", "aws-x"])
    eq((sorted(answer["InvalidLabels"]), answer["ParameterVersion"]), (["9bad", "aws-x"], 1))
    got = ssm().get_parameter(Name="/x/labels:good")["Parameter"]
    eq((got["Value"], got["Version"]), ("a", 1))
    ssm().label_parameter_version(Name="/x/labels", Labels=["good"])
    eq(ssm().get_parameter(Name="/x/labels:good")["Parameter"]["Version"], 3)
    history = ssm().get_parameter_history(Name="/x/labels")["Parameters"]
    eq([(h["Version"], h["Labels"]) for h in history], [(1, []), (2, []), (3, ["good"])])
    many = [f"l{i}" for i in range(10)]
    refused(
        lambda: ssm().label_parameter_version(Name="/x/labels", Labels=many),
        "ParameterVersionLabelLimitExceeded", 400, typed=ssm().exceptions.ParameterVersionLabelLimitExceeded,
    )
    refused(lambda: ssm().label_parameter_version(Name="/x/labels", ParameterVersion=9, Labels=["z"]), "ParameterVersionNotFound")


@checks()
def history_names_who_and_when_in_pages():
    for index in range(7):
        key = ("AKIACOALMINEONCALL", "AKIACOALMINEDEPLOY")[index % 2]
        client("ssm", key=key).put_parameter(Name="/x/history", Value=str(index), Type="String", Overwrite=True)
        crank(30)
    pages = list(ssm().get_paginator("get_parameter_history").paginate(Name="/x/history", PaginationConfig={"PageSize": 3}))
    eq([len(page["Parameters"]) for page in pages], [3, 3, 1])
    items = [item for page in pages for item in page["Parameters"]]
    eq([item["Version"] for item in items], [1, 2, 3, 4, 5, 6, 7])
    eq(items[0]["LastModifiedUser"], "arn:aws:sts::123456789012:assumed-role/oncall-operator/you")
    eq(items[1]["LastModifiedUser"], "arn:aws:sts::123456789012:assumed-role/deploy-pipeline/release")
    gaps = [(b["LastModifiedDate"] - a["LastModifiedDate"]).total_seconds() for a, b in zip(items, items[1:])]
    eq(gaps, [30.0] * 6)
    refused(lambda: ssm().get_parameter_history(Name="/x/history", NextToken="AAEAAnonsense"), "InvalidNextToken", 400)
    refused(lambda: ssm().get_parameter_history(Name="/x/history", MaxResults=51), "ValidationException", 400)


@checks()
def a_standard_value_ends_at_4096():
    put("/x/size", "x" * 4096)
    refused(lambda: put("/x/size", "x" * 4097), "ValidationException", 400, "4096")
    eq(ssm().get_parameter(Name="/x/size")["Parameter"]["Version"], 1)


@checks()
def an_advanced_value_ends_at_8192_and_stays_advanced():
    eq(put("/x/advanced", "x" * 8192, Tier="Advanced")["Tier"], "Advanced")
    refused(lambda: put("/x/advanced", "x" * 8193, Tier="Advanced"), "ValidationException", 400)
    refused(lambda: put("/x/advanced", "small", Tier="Standard"), "ValidationException", 400, "standard")
    eq(put("/x/intelligent", "x" * 5000, Tier="Intelligent-Tiering")["Tier"], "Advanced")
    eq(put("/x/intelligent2", "x", Tier="Intelligent-Tiering")["Tier"], "Standard")


@checks()
def values_and_names_that_aws_refuses():
    refused(lambda: put("/x/nested", "a {{ssm:b}} c"), "ValidationException", 400)
    refused(lambda: put("/aws/x", "v"), "AccessDeniedException", 400, "reserved")
    refused(lambda: put("ssm-x", "v"), "ValidationException", 400)
    refused(lambda: put("/x/white space", "v"), "ValidationException", 400)
    refused(lambda: put("x/y", "v"), "ValidationException", 400, "fully qualified")
    deep = "/" + "/".join("abcdefghijklmnop")
    refused(lambda: put(deep, "v"), "HierarchyLevelLimitExceededException", 400)
    refused(lambda: put("/x/pattern", "abc", AllowedPattern="^\\d+$"), "ParameterPatternMismatchException", 400)
    refused(lambda: put("/x/type", "v", Type="Text"), "ValidationException", 400, "Text")
    refused(lambda: put("/x/data", "v", DataType="Text"), "ValidationException", 400, "data type is not supported")
    before = len("arn:aws:ssm:us-east-1:123456789012:parameter")
    put("/" + "n" * (1011 - before - 1), "v")
    refused(lambda: put("/" + "n" * (1011 - before), "v"), "ValidationException", 400, "1011")


@checks(*BOTH)
def the_hundredth_version_pushes_the_first_out_unless_a_label_holds_it():
    for index in range(101):
        put("/x/hundred", str(index))
    first = ssm().get_parameter_history(Name="/x/hundred", MaxResults=1)["Parameters"][0]
    eq(first["Version"], 2)
    ssm().label_parameter_version(Name="/x/hundred", ParameterVersion=2, Labels=["held"])
    error = refused(
        lambda: put("/x/hundred", "blocked"), "ParameterMaxVersionLimitExceeded", 400, typed=ssm().exceptions.ParameterMaxVersionLimitExceeded
    )
    ok("label" in str(error), error)
    ssm().label_parameter_version(Name="/x/hundred", ParameterVersion=50, Labels=["held"])
    eq(put("/x/hundred", "free")["Version"], 102)


@checks(*BOTH)
def a_path_is_read_in_pages():
    for index in range(23):
        put(f"/x/tree/p{index:02}", str(index))
    put("/x/tree/deep/er", "below")
    put("/x/treehouse", "beside")
    paginator = ssm().get_paginator("get_parameters_by_path")
    flat = [p["Name"] for page in paginator.paginate(Path="/x/tree") for p in page["Parameters"]]
    eq(flat, [f"/x/tree/p{index:02}" for index in range(23)])
    deep = [p["Name"] for page in paginator.paginate(Path="/x/tree/", Recursive=True) for p in page["Parameters"]]
    eq((len(deep), len(set(deep)), "/x/tree/deep/er" in deep), (24, 24, True))
    one = ssm().get_parameters_by_path(Path="/x/tree")
    ok(len(one["Parameters"]) == 10 and one["NextToken"], one)
    eq(ssm().get_parameters_by_path(Path="/nowhere")["Parameters"], [])


@checks()
def more_than_ten_names_or_ten_by_path_are_refused():
    refused(lambda: ssm().get_parameters(Names=[f"/n{i}" for i in range(11)]), "ValidationException", 400, "less than or equal to 10")
    refused(lambda: ssm().get_parameters_by_path(Path="/x", MaxResults=11), "ValidationException", 400)
    refused(lambda: ssm().get_parameters_by_path(Path="x"), "ValidationException", 400)


@checks(*BOTH)
def parameters_are_described_by_filter_in_pages():
    for index in range(12):
        put(f"/x/many/d{index:02}", "v", Description=f"number {index}")
    paginator = ssm().get_paginator("describe_parameters")
    by_path = [{"Key": "Path", "Option": "Recursive", "Values": ["/x/many"]}]
    pages = list(paginator.paginate(ParameterFilters=by_path, PaginationConfig={"PageSize": 5}))
    items = [item for page in pages for item in page["Parameters"]]
    eq(sorted(item["Name"] for item in items), [f"/x/many/d{index:02}" for index in range(12)])
    ok(WORLD == "moto" or [len(page["Parameters"]) for page in pages] == [5, 5, 2], "the pages have other lengths")
    ok(all(item["Version"] == 1 and item["LastModifiedUser"] and "Value" not in item for item in items), items[0])
    begins = [{"Key": "Name", "Option": "BeginsWith", "Values": ["/x/many/d1"]}]
    named = ssm().describe_parameters(ParameterFilters=begins)["Parameters"]
    eq(sorted(item["Name"] for item in named), ["/x/many/d10", "/x/many/d11"])


@checks()
def the_world_holds_the_flags_of_three_stages():
    got = ssm().get_parameter(Name=PARAMETER)["Parameter"]
    value = json.loads(got["Value"])
    eq((value["enabled"], value["rollout_percentage"]), (True, 10))
    dev = json.loads(ssm().get_parameter(Name="/audio-transcription/dev/partial-results/config")["Parameter"]["Value"])
    eq(dev["rollout_percentage"], 100)
    history = ssm().get_parameter_history(Name=PARAMETER)["Parameters"]
    ok(len(history) == got["Version"] and history[-1]["LastModifiedUser"].endswith(":user/ana"), history[-1])
    dates = [h["LastModifiedDate"] for h in history]
    eq(dates, sorted(dates), "dates")


@checks()
def a_lost_race_shows_in_the_version_and_in_the_history():
    read = put("/x/race", "mine")["Version"]
    client("ssm", key="AKIACOALMINEDEPLOY").put_parameter(Name="/x/race", Value="theirs", Overwrite=True)
    eq(put("/x/race", "mine again")["Version"], read + 2)
    history = ssm().get_parameter_history(Name="/x/race")["Parameters"]
    eq(history[1]["LastModifiedUser"], "arn:aws:sts::123456789012:assumed-role/deploy-pipeline/release")


@checks()
def a_deleted_parameter_begins_again():
    put("/x/gone", "v")
    put("/x/gone", "w")
    ssm().delete_parameter(Name="/x/gone")
    refused(lambda: ssm().delete_parameter(Name="/x/gone"), "ParameterNotFound", 400)
    eq(put("/x/gone", "v", Overwrite=False)["Version"], 1)
    answer = ssm().delete_parameters(Names=["/x/gone", "/x/never"])
    eq((answer["DeletedParameters"], answer["InvalidParameters"]), (["/x/gone"], ["/x/never"]))
