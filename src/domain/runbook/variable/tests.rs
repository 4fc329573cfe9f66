//! What counts as a blank, what does not, and what fills one.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::config::demo;
use crate::domain::rollout::{AlarmsSpec, RolloutSpec};

fn fence(text: &str) -> Command {
    Command {
        lang: "bash".to_owned(),
        text: text.to_owned(),
        line: 5,
    }
}

fn written(text: &str) -> Vec<String> {
    in_command(&fence(text))
        .into_iter()
        .map(|blank| blank.written)
        .collect()
}

fn spec() -> RolloutSpec {
    let mut spec = demo().unwrap();
    spec.account = Some("123456789012".to_owned());
    spec
}

fn contacts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

#[test]
fn blanks_of_every_kind_are_found_in_commands() {
    for (text, wanted) in [
        ("aws x --f <your-function-name>", "<your-function-name>"),
        ("aws x --f \"<function>\"", "<function>"),
        ("aws x --rule ${RULE_ARN}", "${RULE_ARN}"),
        ("aws x --rule \"$RULE_ARN\"", "$RULE_ARN"),
        (
            "aws deploy get-deployment --deployment-id d-XXXXXXXXX",
            "d-XXXXXXXXX",
        ),
        ("curl -H \"x-api-key: YOUR_API_KEY\" u", "YOUR_API_KEY"),
        ("curl https://api/your-stage/x", "your-stage"),
        ("notify '[Pager link]'", "[Pager link]"),
        ("notify [Pager link]", "[Pager link]"),
        ("report --date YYYY-MM-DD", "YYYY-MM-DD"),
        ("x --at \"HH:MM\"", "HH:MM"),
        ("x --id {{ instance_id }}", "{{ instance_id }}"),
        (
            "x '{\n \"A\":\"1\",\n ...other variables...\n}'",
            "...other variables...",
        ),
        ("x '{\n \"A\":\"1\",\n ...\n}'", "..."),
        ("x ...", "..."),
        ("ssh xxx.xxx.xxx.xxx", "xxx.xxx.xxx.xxx"),
    ] {
        let found = written(text);
        // Outside of quotes a blank in square brackets is two words of the shell.
        if text == "notify [Pager link]" {
            assert!(found.is_empty(), "{found:?}");
            continue;
        }
        assert_eq!(found, [wanted], "{text}");
        let blank = &in_command(&fence(text))[0];
        assert_eq!(&text[blank.at.clone()], wanted);
    }
}

#[test]
fn what_a_shell_means_is_no_blank() {
    for text in [
        "sort <in >out",
        "[ -f x ] && [[ $? -eq 0 ]]",
        "A=1; echo $A ${A} ${B:-2} ${C:=3} $HOME $1 $@",
        "for f in *; do echo $f; done",
        "while read -r line; do echo \"$line\"; done < file",
        "echo 123456789012 arn:aws:sns:us-east-1:123456789012:topic",
        "mktemp /tmp/x.XXXXXX",
        "go test ./... ; git diff main...HEAD; echo \"Waiting ...\"",
        "jq '.[] | [.a, .b]' x.json; grep '[A-Za-z ]' f; awk '{print $1}'",
        "aws ec2 x --query 'Reservations[*].Instances[*].[InstanceId,State.Name]'",
        "aws logs x --filter-pattern '[ip, user, ...]'",
        "date +%Y-%m-%d; psql -c \"select to_char(d,'YYYY-MM-DD')\"",
        "docker ps --format '{{.Names}}'",
        "aws route53 change-resource-record-sets --change-batch file://x",
        "curl -H '<html></html>' u; grep -P '(?<name>x)' f",
        "ls [abc]*",
    ] {
        assert_eq!(written(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn lines_and_quotes_are_told() {
    let found = in_command(&fence(
        "aws x \\\n  --e '{\n  \"A\": \"<fn>\",\n  ...\n}' \"$B\"",
    ));
    let seen: Vec<_> = found
        .iter()
        .map(|b| (b.written.as_str(), b.line, b.quoting))
        .collect();
    assert_eq!(
        seen,
        [
            ("<fn>", 7, Quoting::Single),
            ("...", 8, Quoting::Single),
            ("$B", 9, Quoting::Double)
        ]
    );
}

#[test]
fn the_rollout_fills_what_it_knows_and_guesses_nothing() {
    let spec = spec();
    let none = BTreeMap::new();
    let command = fence(
        "aws x --f <function> --p $FEATURE_FLAG_PARAMETER_NAME --g <log-group-name> --r $AWS_REGION --a <account-id> \
         --l <latency-alarm> --n <alarm-name> --s <source-function> --z $NAMESPACE --i i-xxxxxxxx",
    );
    let found = resolve(&command, &spec, &none, &Known::new());
    let filled: Vec<_> = found
        .filled
        .iter()
        .map(|f| (f.written.as_str(), f.value.as_str()))
        .collect();
    assert_eq!(
        filled,
        [
            ("<function>", "audio-processor"),
            (
                "$FEATURE_FLAG_PARAMETER_NAME",
                "/audio-transcription/partial-results/config"
            ),
            ("<log-group-name>", "/aws/lambda/audio-processor"),
            ("$AWS_REGION", "us-east-1"),
            ("<account-id>", "123456789012"),
            ("<latency-alarm>", "audio-transcription-latency-high"),
            ("$NAMESPACE", "AudioTranscription/PartialResults"),
        ]
    );
    let missing: Vec<_> = found.missing.iter().map(|m| m.written.as_str()).collect();
    assert_eq!(missing, ["<alarm-name>", "<source-function>", "i-xxxxxxxx"]);
    assert!(
        found.missing[0].why.contains("names 5 of them"),
        "{}",
        found.missing[0].why
    );
    assert!(!found.is_complete());
    let kubectl = resolve(
        &fence("kubectl -n <namespace> get po"),
        &spec,
        &none,
        &Known::new(),
    );
    assert!(kubectl.filled.is_empty() && kubectl.missing.len() == 1);
    let mut one = spec;
    one.alarms = AlarmsSpec::Names(vec!["only".to_owned()]);
    let found = resolve(&fence("x <alarm-name>"), &one, &none, &Known::new());
    assert_eq!(found.filled[0].value, "only");
}

#[test]
fn what_was_set_further_up_is_known() {
    let mut known = assigned(&fence("SESSION_ID=\"golden-eagle-427\"\nTOKEN=$(get)"));
    let use_them = fence("x $SESSION_ID $TOKEN");
    let found = resolve(&use_them, &spec(), &BTreeMap::new(), &known);
    assert_eq!(
        (
            found.filled[0].value.as_str(),
            found.filled[0].from.as_str()
        ),
        ("golden-eagle-427", "line 5")
    );
    assert!(found.missing[0].why.contains("result of a command"));
    known.clear();
    let found = resolve(&use_them, &spec(), &BTreeMap::new(), &known);
    assert_eq!(found.missing.len(), 2);
}

#[test]
fn elisions_are_never_filled() {
    let found = resolve(
        &fence("aws x --e '{\n...other variables...\n}'"),
        &spec(),
        &BTreeMap::new(),
        &Known::new(),
    );
    assert_eq!((found.elisions.len(), found.missing.len()), (1, 0));
    assert!(!found.is_complete());
}

#[test]
fn contacts_fill_by_words_and_never_between_two() {
    let spec = spec();
    let people = contacts(&[
        ("on_call", "https://pager"),
        ("team_lead", "Ana"),
        ("aws_support", "case"),
        ("lead", "Bo"),
    ]);
    let fill = |text: &str, people: &BTreeMap<String, String>| {
        let found = resolve_text(text, 1, &spec, people);
        let filled: Vec<_> = found.filled.iter().map(|f| f.value.clone()).collect();
        let missing: Vec<_> = found.missing.iter().map(|m| m.why.clone()).collect();
        (filled, missing)
    };
    assert_eq!(
        fill("On-Call Engineer: [Pager link]", &people).0,
        ["https://pager"]
    );
    assert_eq!(fill("- **Team Lead**: [Contact info]", &people).0, ["Ana"]);
    assert_eq!(
        fill("AWS Support: [Support case link]", &people).0,
        ["case"]
    );
    assert_eq!(
        fill("Manager: [Contact info]", &people).0,
        Vec::<String>::new()
    );
    let two = contacts(&[("pager", "a"), ("on_call", "b")]);
    let (filled, missing) = fill("[Pager link]", &two);
    assert!(
        filled.is_empty() && missing[0].contains("more than one"),
        "{missing:?}"
    );
    assert_eq!(
        fill("see [docs](x), [^1], a[0], - [ ] [x] done", &people),
        (vec![], vec![])
    );
}

#[test]
fn names_of_variables_are_made_of_blanks() {
    let name = |text: &str| in_command(&fence(text))[0].variable();
    assert_eq!(name("x <your-function-name>"), "YOUR_FUNCTION_NAME");
    assert_eq!(name("x d-XXXXXX"), "D_XXXXXX");
    assert_eq!(name("x $abc"), "abc");
}

#[test]
fn a_variable_that_is_demanded_is_a_blank_and_one_with_a_default_is_none() {
    let written = |text: &str| {
        let all = in_command(&fence(text));
        all.into_iter().map(|b| b.written).collect::<Vec<_>>()
    };
    for text in [
        "x \"${TOKEN_ID:?set it}\"",
        "x ${TOKEN_ID?}",
        ": \"${TOKEN_ID:?}\"",
    ] {
        assert_eq!(written(text), ["$TOKEN_ID"], "{text}");
    }
    for text in ["x ${TOKEN_ID:-a}", "x ${TOKEN_ID:=a}", "x ${TOKEN_ID:+a}"] {
        assert_eq!(written(text), Vec::<String>::new(), "{text}");
    }
}
