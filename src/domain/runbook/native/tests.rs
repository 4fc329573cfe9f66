//! Which commands mean what, for the rollout of the seed and without one.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

use super::*;
use crate::config::demo;

fn fence(text: &str) -> Command {
    Command {
        lang: "bash".to_owned(),
        text: text.to_owned(),
        line: 1,
    }
}

fn with(text: &str, step: &str) -> Vec<Native> {
    recognise_as(&fence(text), step, &[], Some(&demo().unwrap()))
}

fn words(text: &str) -> Vec<String> {
    with(text, "")
        .into_iter()
        .map(|native| native.words)
        .collect()
}

#[test]
fn the_table_parses() {
    for (wanted, then) in table::TABLE {
        assert!(NativePattern::built_in(wanted, then).is_ok(), "{wanted}");
    }
    assert_eq!(table::patterns().len(), table::TABLE.len());
}

#[test]
fn the_script_is_known_however_it_is_started() {
    for start in [
        "python",
        "python3",
        "uv run",
        "poetry run python",
        "sudo -E python3 -u",
    ] {
        let text = format!("{start} scripts/manage_rollout.py --disable");
        assert_eq!(words(&text), ["disable"], "{text}");
    }
    assert_eq!(
        words("./manage_rollout.py --percentage=10 --profile default --region us-east-1"),
        ["set 10"]
    );
    assert_eq!(words("./manage_rollout.py --status"), ["status"]);
    assert_eq!(
        words("python manage_rollout.py --enable --enable-percentage 10"),
        ["set 10"]
    );
    assert_eq!(words("python manage_rollout.py --enable"), ["enable"]);
    assert_eq!(words("python other.py --disable"), Vec::<String>::new());
    assert_eq!(
        words("echo manage_rollout.py --disable # manage_rollout.py --disable"),
        Vec::<String>::new()
    );
    assert_eq!(
        words("python manage_rollout.py --percentage 150"),
        Vec::<String>::new()
    );
}

#[test]
fn reduce_is_never_a_raise() {
    let command = "python manage_rollout.py --percentage 50  # or 10";
    let found = &with(command, "Gradual Rollback (if p95 between 5-7 seconds)")[0];
    assert_eq!(
        found.action,
        NativeAction::Reduce(Percent::new(50).unwrap())
    );
    assert_eq!(found.words, "reduce to 50");
    assert!(found.note.as_ref().unwrap().contains("offers 10 %"));
    assert_eq!(
        with(command, "Full deployment: increase to 50 %")[0].words,
        "set 50"
    );
    let text = "# Re-enable with 10% canary\npython manage_rollout.py --percentage 10";
    assert_eq!(
        with(text, "Rollback Steps")[0].words,
        "set 10",
        "the nearest words count"
    );
    let text = "# Option A: Disable completely\npython manage_rollout.py --disable\n\n# Option B: Roll back to previous percentage\npython manage_rollout.py --percentage 50  # or 10, or 0\n\n# Verify\npython manage_rollout.py --status";
    assert_eq!(words(text), ["disable", "reduce to 50", "status"]);
    let lines: Vec<u32> = with(text, "").iter().map(|n| n.line).collect();
    assert_eq!(lines, [2, 5, 8]);
    assert_eq!(
        with("python manage_rollout.py --percentage 0", "reduce")[0].words,
        "set 0"
    );
}

#[test]
fn another_parameter_function_or_region_is_named_and_blocks() {
    for (text, what, named) in [
        (
            "python manage_rollout.py --disable --parameter-name /audio-transcription/dev/partial-results/config",
            "parameter",
            "/audio-transcription/dev/partial-results/config",
        ),
        (
            "aws lambda update-function-configuration --function-name audio-processor-dev --environment Variables={PARTIAL_RESULTS_ENABLED=false}",
            "function",
            "audio-processor-dev",
        ),
        (
            "aws ssm put-parameter --name /other --value '{\"enabled\":false}' --overwrite",
            "parameter",
            "/other",
        ),
        (
            "python manage_rollout.py --disable --region eu-west-1",
            "region",
            "eu-west-1",
        ),
        ("coalmine disable --rollout other", "rollout", "other"),
        (
            "python manage_rollout.py --disable --env dev",
            "environment",
            "dev",
        ),
    ] {
        let found = with(text, "");
        let Some(Native {
            action: NativeAction::Foreign {
                what: w, named: n, ..
            },
            note,
            ..
        }) = found.first()
        else {
            panic!("{text}: {found:?}");
        };
        assert_eq!((w.as_str(), n.as_str()), (what, named), "{text}");
        assert!(found[0].action.blocks() && note.as_ref().unwrap().contains(named));
    }
    assert_eq!(
        words(
            "python manage_rollout.py --disable --parameter-name arn:aws:ssm:us-east-1:1:parameter/audio-transcription/partial-results/config"
        ),
        ["disable"]
    );
    assert_eq!(
        words("python manage_rollout.py --disable --env production"),
        ["disable"]
    );
}

#[test]
fn a_flag_document_is_read() {
    let put = |value: &str| {
        format!(
            "aws --region us-east-1 ssm put-parameter --overwrite --name /audio-transcription/partial-results/config --value {value}"
        )
    };
    let found = with(
        &put("'{\"enabled\":true,\"rollout_percentage\":100,\"min_stability_threshold\":0.90}'"),
        "",
    );
    assert_eq!(found[0].words, "set 100, tune min_stability_threshold=0.9");
    assert!(found[0].note.as_ref().unwrap().contains("a raise"));
    assert_eq!(
        words(&put("'{\"enabled\": false, \"rollout_percentage\": 10}'")),
        ["disable"]
    );
    assert_eq!(words(&put("'{\"rollout_percentage\": 10.0}'")), ["set 10"]);
    assert_eq!(words(&put("\"$NEW\"")), ["unclear"]);
    assert_eq!(words(&put("file://flag.json")), ["unclear"]);
    assert_eq!(
        words("aws ssm put-parameter --name /db/password --value x"),
        Vec::<String>::new()
    );
    assert_eq!(
        words("aws ssm get-parameter --name /audio-transcription/partial-results/config"),
        ["flag"]
    );
    assert_eq!(
        words("aws ssm get-parameter --name /db/password"),
        Vec::<String>::new()
    );
}

#[test]
fn an_environment_is_read_in_every_form() {
    let update = |value: &str| {
        format!(
            "aws lambda update-function-configuration --function-name audio-processor --environment {value}"
        )
    };
    let seed = "Variables='{\n  \"PARTIAL_RESULTS_ENABLED\":\"false\",\n  \"LOG_LEVEL\":\"INFO\",\n  ...\n}'";
    for value in [
        seed,
        "Variables={PARTIAL_RESULTS_ENABLED=false}",
        "'{\"Variables\":{\"ROLLOUT_PERCENTAGE\":\"0\"}}'",
        "\"Variables={ROLLOUT_PERCENTAGE=0,A=b}\"",
    ] {
        assert_eq!(words(&update(value)), ["fallback on"], "{value}");
    }
    let note = with(&update(seed), "")[0].note.clone().unwrap();
    assert!(
        note.contains("deletes every variable") && note.contains("LOG_LEVEL"),
        "{note}"
    );
    assert_eq!(
        words(&update(
            "Variables='{\"MAX_RATE_PER_SECOND\":\"10\",\n...other variables...\n}'"
        )),
        ["tune MAX_RATE_PER_SECOND=10"]
    );
    assert_eq!(
        words(&update("'Variables={PARTIAL_RESULTS_ENABLED=true}'")),
        ["fallback off"]
    );
    assert_eq!(words(&update("\"$ENVIRONMENT\"")), ["unclear"]);
    assert_eq!(
        words(
            "aws lambda update-function-configuration --function-name audio-processor --memory-size 768"
        ),
        Vec::<String>::new()
    );
    assert_eq!(
        words("aws lambda get-function-configuration --function-name audio-processor --query x"),
        ["fallback status"]
    );
    assert_eq!(
        words("aws lambda get-function-configuration --function-name audio-processor-dev"),
        Vec::<String>::new()
    );
}

#[test]
fn looks_are_recognised_with_what_they_are_about() {
    assert_eq!(
        words("aws logs tail /aws/lambda/audio-processor --follow | grep ERROR"),
        ["logs"]
    );
    assert_eq!(
        words("aws logs filter-log-events --log-group-name /aws/lambda/other"),
        Vec::<String>::new()
    );
    assert_eq!(
        words(
            "aws cloudwatch describe-alarms --alarm-names audio-transcription-latency-high \\\n audio-transcription-lambda-errors"
        ),
        ["alarms"]
    );
    assert_eq!(
        words("aws cloudwatch describe-alarm-history --alarm-name somebody-elses"),
        Vec::<String>::new()
    );
    let found = &with(
        "aws cloudwatch get-metric-statistics --namespace AudioTranscription/PartialResults --metric-name PartialResultsDropped",
        "",
    )[0];
    assert_eq!(
        (found.words.as_str(), found.note.as_deref()),
        ("signals", Some("read here as dropped"))
    );
    let found = &with(
        "aws cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name Duration",
        "",
    )[0];
    assert!(found.note.as_ref().unwrap().contains("no signal"));
    assert!(found.action.is_look());
}

#[test]
fn levers_that_are_not_here_are_named() {
    for (text, lever) in [
        (
            "aws appconfig stop-deployment --application-id a",
            "AppConfig deployment",
        ),
        (
            "aws deploy stop-deployment --deployment-id d-1",
            "CodeDeploy deployment",
        ),
        (
            "aws ecs stop-service-deployment --service-deployment-arn a",
            "ECS deployment",
        ),
    ] {
        assert_eq!(
            with(text, "")[0].action,
            NativeAction::NoLever {
                what: lever.to_owned()
            }
        );
    }
}

#[test]
fn general_patterns_work_without_a_rollout() {
    let text = "python manage_rollout.py --disable --parameter-name /x\naws logs tail g\naws lambda update-function-configuration --function-name f --environment 'Variables={FEATURE_ENABLED=false}'\naws ssm put-parameter --name /my/flags --value '{\"enabled\":true,\"rollout_percentage\":5}'\ncoalmine tune a=b";
    let found: Vec<String> = recognise(&fence(text), &[], None)
        .into_iter()
        .map(|n| n.words)
        .collect();
    assert_eq!(
        found,
        ["disable", "logs", "fallback on", "set 5", "tune a=b"]
    );
}

#[test]
fn commands_inside_of_others_and_other_languages_are_left_alone() {
    assert_eq!(
        words("X=$(python manage_rollout.py --status)"),
        Vec::<String>::new()
    );
    let python = Command {
        lang: "python".to_owned(),
        ..fence("manage_rollout.py --disable")
    };
    assert!(recognise(&python, &[], None).is_empty());
    let found = with(
        "for i in 1 2; do python manage_rollout.py --status; done",
        "",
    );
    assert!(found[0].note.as_ref().unwrap().contains("loop"));
}

#[test]
fn patterns_of_a_config_come_first() {
    let ours = |wanted: &str, then: &str| NativePattern::parse(wanted, then).unwrap();
    let all = [
        ours("ourctl flag off *", "disable"),
        ours("ourctl flag set --share N *", "set N"),
        ours("python tools/shift.py N", "reduce to N"),
        ours("ourctl|octl logs", "logs"),
        ours("manage_rollout.py --status *", "nothing"),
        ours("*ctl x", "status").clone(),
    ];
    let spec = demo().unwrap();
    let said = |text: &str| {
        recognise(&fence(text), &all, Some(&spec))
            .into_iter()
            .map(|n| n.words)
            .collect::<Vec<_>>()
    };
    assert_eq!(said("sudo ourctl flag off --now please"), ["disable"]);
    assert_eq!(said("ourctl flag set partial --share=20%"), ["set 20"]);
    assert_eq!(said("ourctl flag set --share 20 partial"), ["set 20"]);
    assert_eq!(said("ourctl flag set partial"), Vec::<String>::new());
    assert_eq!(said("python3 shift.py 30"), ["reduce to 30"]);
    assert_eq!(said("octl logs"), ["logs"]);
    assert_eq!(
        said("octl logs more"),
        Vec::<String>::new(),
        "nothing may follow without `*`"
    );
    assert_eq!(said("anyctl x"), ["status"]);
    assert_eq!(
        said("python manage_rollout.py --status"),
        Vec::<String>::new()
    );
}

#[test]
fn faults_of_patterns_are_told() {
    for (wanted, then, fault) in [
        ("", "disable", "names no command"),
        ("* off", "disable", "begins with one"),
        ("--off", "disable", "begins with one"),
        ("x N N", "set N", "twice"),
        ("x y", "set N", "no `N`"),
        ("x", "tune K=V", "no `K=V`"),
        ("x", "explode", "nothing that this console does"),
        ("x", "set 101", "0 to 100"),
        ("x a||b", "disable", "empty alternative"),
    ] {
        let found = NativePattern::parse(wanted, then).unwrap_err();
        assert!(found.contains(fault), "{wanted}: {found}");
    }
}
