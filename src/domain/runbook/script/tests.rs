//! What a block becomes, what is refused, and what is marked.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

use super::show::{lines, printable, rows};
use super::*;

fn home() -> Home {
    Home {
        environment: "prod".into(),
        others: vec!["staging".into(), "test".into(), "prod-eu".into()],
        profile: Some("oncall".into()),
        account: Some("123456789012".into()),
        region: Some("us-east-1".into()),
    }
}

fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn made(text: &str, pairs: &[(&str, &str)]) -> Script {
    prepare(text, "sh", &given(pairs), &home())
        .unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

fn refused(text: &str, pairs: &[(&str, &str)]) -> String {
    let faults = prepare(text, "sh", &given(pairs), &home()).expect_err(text);
    let words: Vec<String> = faults
        .into_iter()
        .map(|fault| format!("{}: {}", fault.line, fault.why))
        .collect();
    words.join("; ")
}

#[test]
fn a_placeholder_becomes_a_variable_quoted_for_its_place() {
    for (text, wanted) in [
        (
            "aws lambda get-function --function-name <function>",
            "aws lambda get-function --function-name \"$FUNCTION\"",
        ),
        (
            "tail /aws/lambda/<function>/x",
            "tail /aws/lambda/\"$FUNCTION\"/x",
        ),
        ("echo \"of <function> now\"", "echo \"of ${FUNCTION} now\""),
        (
            "echo \"$(wc -c <function>)\"",
            "echo \"$(wc -c \"$FUNCTION\")\"",
        ),
        ("echo \"it's\" <function>", "echo \"it's\" \"$FUNCTION\""),
        (
            "cat <<EOF\n<function> it's\nEOF\n",
            "cat <<EOF\n${FUNCTION} it's\nEOF\n",
        ),
        (
            "cat <<-EOF; echo <function>\n\ta <function>\n\tEOF\necho <function>",
            "cat <<-EOF; echo \"$FUNCTION\"\n\ta ${FUNCTION}\n\tEOF\necho \"$FUNCTION\"",
        ),
        (
            "# about <function>\necho <function>",
            "# about <function>\necho \"$FUNCTION\"",
        ),
        ("echo a#<function>", "echo a#\"$FUNCTION\""),
        ("X=`basename <function>`", "X=`basename \"$FUNCTION\"`"),
        (
            "FUNCTION=1; echo <function>",
            "FUNCTION=1; echo \"$FUNCTION_VALUE\"",
        ),
    ] {
        let script = made(text, &[("<function>", "a b")]);
        assert_eq!(script.text, wanted);
        assert_eq!(script.values[0].1, "a b");
        assert!(matches!(script.mode, Mode::Shell(_)), "{text}");
        assert_eq!(script.sha256, digest(wanted.as_bytes()));
    }
}

#[test]
fn a_variable_of_the_script_keeps_its_name_and_gets_quotes() {
    let all = [("$SESSION_ID", "s 1")];
    assert_eq!(
        made("grep $SESSION_ID x", &all).text,
        "grep \"$SESSION_ID\" x"
    );
    assert_eq!(
        made("grep ${SESSION_ID} x", &all).text,
        "grep \"$SESSION_ID\" x"
    );
    assert_eq!(
        made("grep \"$SESSION_ID\" x", &all).text,
        "grep \"$SESSION_ID\" x"
    );
    assert_eq!(
        made("grep \"a${SESSION_ID}b\"", &all).text,
        "grep \"a${SESSION_ID}b\""
    );
    assert_eq!(
        made("echo $SESSION_IDS $SESSION_ID", &all).text,
        "echo $SESSION_IDS \"$SESSION_ID\""
    );
    assert_eq!(
        made("echo \\$SESSION_ID $SESSION_ID", &all).text,
        "echo \\$SESSION_ID \"$SESSION_ID\""
    );
    let bare = made("echo $SESSION_ID", &[("SESSION_ID", "s")]);
    assert_eq!(bare.values, given(&[("SESSION_ID", "s")]));
}

#[test]
fn names_come_from_words_and_never_from_what_steers_a_shell() {
    for (written, name) in [
        ("[Pager link]", "PAGER_LINK"),
        ("d-XXXXXXXXX", "D_XXXXXXXXX"),
        ("<path>", "PATH_VALUE"),
        ("<aws region>", "VALUE_AWS_REGION"),
        ("<ld preload>", "VALUE_LD_PRELOAD"),
        ("<2nd>", "VALUE_2ND"),
        ("<名前>", "VALUE"),
        ("YOUR_API_KEY", "YOUR_API_KEY"),
    ] {
        let script = made(&format!("echo {written}"), &[(written, "v")]);
        assert_eq!(script.text, format!("echo \"${name}\""), "{written}");
        assert_eq!(script.values, given(&[(name, "v")]));
    }
    let twins = made("echo <a b> [a b]", &[("<a b>", "1"), ("[a b]", "2")]);
    assert_eq!(twins.text, "echo \"$A_B\" \"$A_B_VALUE\"");
    assert_eq!(twins.values, given(&[("A_B", "1"), ("A_B_VALUE", "2")]));
    assert!(refused("echo $PATH", &[("$PATH", "/x")]).contains("steers the shell"));
    assert!(refused("echo $LD_PRELOAD", &[("$LD_PRELOAD", "/x")]).contains("steers the shell"));
}

#[test]
fn where_a_value_would_be_lost_or_read_as_code_it_is_refused() {
    let all = [("<x>", "v")];
    for (text, why) in [
        ("echo 'a <x>'", "single quotes"),
        ("cat <<'EOF'\n<x>\nEOF", "single quotes"),
        ("echo ${Y:-<x>}", "${…}"),
        ("echo $((1 + <x>))", "expression"),
        ("echo \"`echo <x>`\"", "backquotes"),
        ("eval echo <x>", "eval"),
        ("ssh host rm <x>", "ssh"),
        ("cd /tmp && sudo bash -c \"rm <x>\"", "bash"),
        ("python3 -c \"print('<x>')\"", "python3"),
        ("bash <<EOF\nrm <x>\nEOF", "bash"),
        ("ls | xargs sh -c \"rm <x>\"", "xargs"),
        ("echo <x>\0", "NUL"),
    ] {
        let said = refused(text, &all);
        assert!(said.contains(why), "{text}: {said}");
    }
    assert!(refused("echo <x>", &[("<x>", "")]).contains("has no value"));
    assert!(refused("echo <x>", &[("<x>", "a\0b")]).contains("NUL"));
    assert_eq!(
        made("python3 tool.py <x>", &all).text,
        "python3 tool.py \"$X\""
    );
}

#[test]
fn a_simple_command_needs_no_shell() {
    for (text, words) in [
        ("make  test", vec!["make", "test"]),
        (
            "# first\n\naws ssm get-parameter \\\n  --name /a/b # why\n",
            vec!["aws", "ssm", "get-parameter", "--name", "/a/b"],
        ),
        (
            "put --value '{\"enabled\": false}'",
            vec!["put", "--value", "{\"enabled\": false}"],
        ),
        ("say \"a b\"'c'\\ d ''", vec!["say", "a bc d", ""]),
        ("say a=b C=d", vec!["say", "a=b", "C=d"]),
        ("say \"a \\\"b\\\"\"", vec!["say", "a \"b\""]),
    ] {
        assert_eq!(
            made(text, &[]).mode,
            Mode::Argv(words.iter().map(|word| (*word).to_owned()).collect()),
            "{text}"
        );
    }
    for text in [
        "a; b",
        "a\nb",
        "a | b",
        "a > b",
        "A=1 b",
        "echo $X",
        "echo *.txt",
        "cd x",
        "a &",
        "echo `b`",
        "echo ~",
        "if true; then a; fi",
        "echo \"a\\nb\"",
        "echo {a,b}",
        "! a",
        "set -e",
    ] {
        assert_eq!(made(text, &[]).mode, Mode::Shell("sh".into()), "{text}");
    }
}

#[test]
fn the_shell_is_the_one_that_the_author_named() {
    let mode = |text: &str, lang: &str| prepare(text, lang, &[], &home()).map(|script| script.mode);
    assert_eq!(mode("a; b", "bash"), Ok(Mode::Shell("bash".into())));
    assert_eq!(mode("a; b", ""), Ok(Mode::Shell("sh".into())));
    assert_eq!(
        mode("#!/usr/bin/env bash\na", "sh"),
        Ok(Mode::Shell("bash".into()))
    );
    assert!(
        mode("#!/usr/bin/python3\na", "sh").unwrap_err()[0]
            .why
            .contains("no shell")
    );
    assert!(
        mode("#!/bin/sh -e\na", "sh").unwrap_err()[0]
            .why
            .contains("-e")
    );
    assert!(mode("a: 1", "yaml").unwrap_err()[0].why.contains("yaml"));
    let argv = Mode::Shell("zsh".into()).argv("a; b");
    assert_eq!(argv, ["zsh", "-f", "-c", "a; b", "zsh"]);
}

#[test]
fn prompts_of_a_recorded_session_go_and_so_do_its_answers() {
    let text = |text: &str, lang: &str| prepare(text, lang, &[], &home()).unwrap().text;
    assert_eq!(
        text("$ make test\nok 12\n$ aws \\\n>  x\n", "console"),
        "make test\naws \\\n x\n"
    );
    assert_eq!(
        text("$ make test\n$ make it\n", "bash"),
        "make test\nmake it\n"
    );
    assert_eq!(
        text("echo a\n$ x\n", "bash"),
        "echo a\n$ x\n",
        "no prompt where others have none"
    );
    assert_eq!(text("a\r\nb\r\n", "sh"), "a\nb\n");
    assert!(refused("\n# only words\n", &[]).contains("nothing to run"));
}

#[test]
fn what_is_never_closed_is_refused_and_what_is_only_said_is_not() {
    for (text, why) in [
        ("echo 'a", "1: a single quote"),
        ("a\necho \"a", "2: a double quote"),
        ("cat <<EOF\na\n", "1: a here-document"),
        ("echo $(a", "1: a parenthesis"),
    ] {
        assert!(
            refused(text, &[]).contains(why),
            "{text}: {}",
            refused(text, &[])
        );
    }
    made("# don't\necho \"don't\" it\\'s", &[]);
    made("case $1 in a) b;; *) c;; esac", &[]);
    made("x=$(( (1 + 2) * 3 )); echo ${x#*\"}\"}", &[]);
    assert!(refused(&"a".repeat(LONGEST + 1), &[]).contains("KiB"));
}

#[test]
fn a_name_of_another_environment_blocks() {
    for (text, word) in [
        ("make deploy-dev", "`dev` (in `deploy-dev`)"),
        ("aws ssm get-parameter --name /audio/dev/config", "`dev`"),
        (
            "aws lambda invoke --function-name audioProcessorDev out",
            "`Dev`",
        ),
        ("deploy --env=staging", "`staging`"),
        ("deploy --dev", "`dev`"),
        ("./run.sh DEV", "`DEV`"),
        ("kubectl --context prod-eu get pods", "`prod-eu`"),
        ("kubectl --context non-prod get pods", "`prod`"),
        ("x audio-processor-test", "`test`"),
        ("aws s3 ls --profile dev-admin", "`dev`"),
        ("aws s3 ls --profile other", "profile `other`"),
        ("AWS_PROFILE=other aws s3 ls", "profile `other`"),
        ("aws s3 ls --region eu-west-1", "region `eu-west-1`"),
        (
            "aws sns publish --topic-arn arn:aws:sns:eu-west-1:123456789012:x",
            "region `eu-west-1`",
        ),
        (
            "aws sns publish --topic-arn arn:aws:sns:us-east-1:999999999999:x",
            "account `999999999999`",
        ),
    ] {
        let said = refused(text, &[]);
        assert!(said.contains(word), "{text}: {said}");
    }
    for text in [
        "aws lambda get-function --function-name audio-processor-prod",
        "a > /dev/null 2>&1",
        "exec 3<>/dev/tcp/localhost/80",
        "make test",
        "./smoke-tests.sh --stage prod",
        "npm ci --save-dev x",
        "# in dev first\nmake deploy-prod",
        "echo DevOps device product",
        "date +202611201930",
        "aws s3 ls --profile oncall --region us-east-1",
        "x arn:aws:lambda:us-east-1:017000801446:layer:Powertools:1",
    ] {
        made(text, &[]);
    }
    let said = refused("echo <f>", &[("<f>", "audio-processor-dev")]);
    assert!(
        said.contains("the value of F") && said.contains("`dev`"),
        "{said}"
    );
    let elsewhere = Home {
        environment: "blue".into(),
        ..Home::default()
    };
    prepare("make deploy-dev; make deploy-prod", "sh", &[], &elsewhere).unwrap();
}

#[test]
fn nothing_hides() {
    let text = "ls \u{202e}txt\t\u{200b}\x1b[0m\nа=1; x\u{a0}é\n  a                        ; curl x | sh  \n";
    let shown: Vec<String> = lines(text)
        .into_iter()
        .map(|pieces| pieces.into_iter().map(|piece| piece.text).collect())
        .collect();
    assert_eq!(
        shown,
        [
            "ls <U+202E>txt→   <U+200B><U+001B>[0m",
            "а<U+0430>=1; x<U+00A0>é",
            "  a<24 blanks>; curl x | sh··"
        ]
    );
    let kinds: Vec<MarkKind> = marks(text).into_iter().map(|mark| mark.kind).collect();
    use MarkKind as K;
    assert_eq!(
        kinds,
        [
            K::Hidden,
            K::Tab,
            K::Hidden,
            K::Control,
            K::LookAlike,
            K::Hidden,
            K::NotAscii,
            K::Blanks,
            K::Trailing
        ]
    );
    assert_eq!(
        printable("a\rb\x07é\u{2066}\t"),
        "a<U+000D>b<U+0007>é<U+2066>    "
    );
    assert!(marks("plain text, 20 blanks:                    x").is_empty());
}

#[test]
fn every_character_of_a_long_line_is_on_some_row() {
    let text = format!("{}世界 end\nb", "x y ".repeat(40));
    for width in [2, 3, 17, 80] {
        let rows = rows(&text, width);
        let whole: String = rows
            .iter()
            .flat_map(|row| &row.pieces)
            .map(|piece| piece.text.as_str())
            .collect();
        assert_eq!(whole, text.replace('\n', ""));
        assert_eq!(
            rows.iter().filter_map(|row| row.line).collect::<Vec<_>>(),
            [1, 2]
        );
        for row in &rows {
            let columns: usize = row
                .pieces
                .iter()
                .map(|piece| show::columns(&piece.text))
                .sum();
            assert!(columns <= width);
        }
    }
}
