//! Shell text as people write it in runbooks: what is read, what is left alone, and that nothing is too odd.

#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use allocation_counter::measure;

use super::*;

fn words(text: &str) -> Vec<Vec<String>> {
    let script = read_text(text, 1);
    let texts = |command: &Simple| command.words.iter().map(Word::text).collect();
    script.commands.iter().map(texts).collect()
}

fn fence(lang: &str, text: &str) -> Command {
    Command {
        lang: lang.to_owned(),
        text: text.to_owned(),
        line: 10,
    }
}

fn programs(lang: &str, text: &str) -> Vec<String> {
    let found = invocations(&read(&fence(lang, text)));
    found
        .into_iter()
        .map(|i| format!("{}:{}", i.line, i.program))
        .collect()
}

#[test]
fn words_quotes_and_continuations_are_read() {
    assert_eq!(
        words("aws x \\\n  --a 'b c' \\\r\n  --d=\"e $F\" # why\nnext; last"),
        vec![
            vec!["aws", "x", "--a", "b c", "--d=e $F"],
            vec!["next"],
            vec!["last"]
        ]
    );
    assert_eq!(
        words(r#"a "q\"r" 'it'\''s' $'x\ny' b\ c"#),
        vec![vec!["a", "q\"r", "it's", "x\ny", "b c"]]
    );
    assert_eq!(words("echo \"\" ''"), vec![vec!["echo", "", ""]]);
}

#[test]
fn lines_are_those_of_the_file() {
    let script = read_text(
        "# one\naws a \\\n  --b '{\n  \"x\": 1\n}' \\\n  --c d\n\nlast",
        100,
    );
    let first = &script.commands[0];
    let lines: Vec<u32> = first.words.iter().map(|word| word.line).collect();
    assert_eq!(lines, [101, 101, 102, 102, 105, 105]);
    assert_eq!(script.commands[1].line, 107);
    assert_eq!(
        (script.comments[0].line, script.comments[0].alone),
        (100, true)
    );
}

#[test]
fn pipes_lists_and_background_are_told_apart() {
    let script = read_text("a | b && c || d & e\n! f; (g; h)", 1);
    let found: Vec<(String, Link, bool)> = script
        .commands
        .iter()
        .map(|c| (c.words[0].text(), c.link, c.background))
        .collect();
    let row = |name: &str, link, background| (name.to_owned(), link, background);
    assert_eq!(
        found,
        [
            row("a", Link::Then, false),
            row("b", Link::Pipe, false),
            row("c", Link::And, false),
            row("d", Link::Or, true),
            row("e", Link::Then, false),
            row("f", Link::Then, false),
            row("g", Link::Then, false),
            row("h", Link::Then, false),
        ]
    );
}

#[test]
fn substitutions_variables_and_arithmetic_are_pieces() {
    let script = read_text(
        "x --t $(date -u -d '1 hour ago' +%s)000 --u $(( $(date +%s) * 1000 )) `y` ${A:-b} \"${C}d\"",
        1,
    );
    let command = &script.commands[0];
    assert_eq!(command.words[2].text(), "$(…)000");
    assert_eq!(
        command.words[2].substitutions().next().unwrap().commands[0].words[0].text(),
        "date"
    );
    assert!(
        matches!(&command.words[4].pieces[0].kind, PieceKind::Arithmetic(text) if text.contains("1000"))
    );
    assert_eq!(command.words[5].substitutions().count(), 1);
    assert_eq!(command.words[6].variables().next(), Some(("A", ":-b")));
    assert_eq!(command.words[7].variables().next(), Some(("C", "")));
    assert_eq!(command.words[7].fixed(), None);
}

#[test]
fn a_blank_in_angles_is_no_redirection_and_a_redirection_no_blank() {
    let script = read_text(
        "aws --f <your-function> s3://<bucket>/k <log group name>",
        1,
    );
    assert!(script.commands[0].redirects.is_empty());
    assert_eq!(script.commands[0].words[2].text(), "<your-function>");
    assert_eq!(script.commands[0].words[3].text(), "s3://<bucket>/k");
    assert_eq!(script.commands[0].words[4].text(), "<log group name>");
    for (text, count) in [
        ("sort <in >out", 2),
        ("cmd <in>out", 2),
        ("a 2>&1 >> log", 2),
        ("cat <<< word", 1),
        ("x < y", 1),
        ("diff <(a) >(b)", 0),
    ] {
        let found = read_text(text, 1).commands[0].redirects.len();
        assert_eq!(found, count, "{text}");
    }
}

#[test]
fn here_documents_are_no_commands() {
    let script = read_text("cat <<EOF > f.json\naws rm everything\nEOF\nnext", 1);
    assert_eq!(script.commands.len(), 2);
    assert_eq!(
        script.commands[0].redirects[0].body.as_deref(),
        Some("aws rm everything\n")
    );
    assert_eq!(script.commands[1].line, 4);
    let open = read_text("cat <<EOF\nnever closed\n", 1);
    assert_eq!(open.doubts[0].kind, DoubtKind::Unclosed);
}

#[test]
fn keywords_are_counted_and_left_out() {
    let text = "if [ -f x ]; then\n  a\nelse\n  b\nfi\nfor f in 1 2; do\n  while true; do c; sleep 1; done\ndone\nd\ncase $1 in\n  up) e ;;\n  down) f;;\nesac\nfn() {\n  g\n}\n[[ a < b && c ]] && h";
    let script = read_text(text, 1);
    let found: Vec<(String, u8, u8)> = script
        .commands
        .iter()
        .map(|c| (c.words[0].text(), c.loops, c.branches))
        .collect();
    let row = |name: &str, loops, branches| (name.to_owned(), loops, branches);
    assert_eq!(
        found,
        [
            row("[", 0, 1),
            row("a", 0, 1),
            row("b", 0, 1),
            row("for", 0, 0),
            row("true", 2, 0),
            row("c", 2, 0),
            row("sleep", 2, 0),
            row("d", 0, 0),
            row("case", 0, 0),
            row("e", 0, 1),
            row("f", 0, 1),
            row("g", 0, 0),
            row("[[", 0, 0),
            row("h", 0, 0),
        ]
    );
    assert_eq!(script.commands[3].assignments[0].name, "f");
    assert_eq!(script.doubts, []);
}

#[test]
fn prompts_and_output_are_left_out_of_sessions() {
    assert_eq!(
        programs(
            "console",
            "$ aws s3 ls \\\n>   --x\n2026 bucket\n$ date\nNov"
        ),
        ["10:aws", "13:date"]
    );
    assert_eq!(
        programs("bash", "[root@host ~]# kubectl get po\nNAME READY"),
        ["10:kubectl"]
    );
    assert_eq!(
        programs("console", "# systemctl stop x\nstopped"),
        ["10:systemctl"]
    );
    assert_eq!(
        programs("console", "# Check the pods\nkubectl get po"),
        ["11:kubectl"]
    );
    assert_eq!(programs("bash", "# aws rm\naws ls"), ["11:aws"]);
    assert_eq!(programs("", "$ a\n# why\n$ b"), ["10:a", "12:b"]);
}

#[test]
fn wrappers_and_interpreters_are_taken_off() {
    for (text, program) in [
        ("sudo -u ops env A=1 timeout -k 5 30 aws logs tail g", "aws"),
        (
            "python3 -u scripts/manage_rollout.py --disable",
            "manage_rollout.py",
        ),
        (
            "uv run --with boto3 ./manage_rollout.py --status",
            "manage_rollout.py",
        ),
        (
            "poetry run python manage_rollout.py --status",
            "manage_rollout.py",
        ),
        ("aws-vault exec prod -- aws s3 ls", "aws"),
        ("bash -c 'aws ssm get-parameter --name x'", "aws"),
        ("watch -n 5 aws s3 ls", "aws"),
        ("python3 -c 'print(1)'", "python3"),
        ("python -m pytest", "python"),
        ("AWS_PROFILE=x /usr/local/bin/aws s3 ls", "aws"),
    ] {
        assert_eq!(programs("bash", text), [format!("10:{program}")], "{text}");
    }
}

#[test]
fn aws_calls_are_taken_apart() {
    let script = read_text(
        "aws --region eu-west-1 logs tail --follow --since 5m /aws/lambda/x --filter-pattern=ERROR | grep y",
        1,
    );
    let all = invocations(&script);
    let call = AwsCall::of(&all[0]).unwrap();
    assert!(call.is("logs", "tail") && call.has("follow"));
    assert_eq!(call.text("region").as_deref(), Some("eu-west-1"));
    assert_eq!(call.text("filter-pattern").as_deref(), Some("ERROR"));
    assert_eq!(call.positional[0].text(), "/aws/lambda/x");
    assert!(AwsCall::of(&all[1]).is_none());
    let script = read_text(
        "aws lambda invoke --function-name f --payload '{}' out.json",
        1,
    );
    let call = AwsCall::of(&invocations(&script)[0]).unwrap();
    assert_eq!(call.positional[0].text(), "out.json");
    let script = read_text("aws cloudwatch describe-alarms --alarm-names a \\\n b c", 1);
    let call = AwsCall::of(&invocations(&script)[0]).unwrap();
    assert_eq!(call.option_named("alarm-names").unwrap().values.len(), 3);
}

#[test]
fn a_broken_continuation_is_doubted() {
    let script = read_text("aws a \\ \n  --b", 3);
    assert_eq!(
        script.doubts,
        [Doubt {
            line: 3,
            kind: DoubtKind::BrokenContinuation
        }]
    );
    assert_eq!(script.commands.len(), 2);
}

#[test]
fn nothing_is_too_odd_to_read() {
    let odd = [
        "'",
        "\"",
        "`",
        "$(",
        "${",
        "$((",
        "<<",
        "<<EOF",
        "((",
        "))",
        "case x in",
        "\\",
        "$",
        "a\\",
        "<",
        ">",
        "&",
        "$(\"$(\"$(\"",
        "{}}",
        "[[ a",
        "ðŸ”„ \u{feff}é<日本>",
        "a=(1 2",
        "f() {",
        "$'",
        "\"$(",
        "<(",
        ";;",
        "|||",
        "case a in b",
    ];
    for first in odd {
        for second in odd {
            for text in [
                format!("{first}{second}"),
                format!("{first} x\n{second} y\n"),
            ] {
                let script = read_text(&text, 1);
                let all = invocations(&script);
                assert!(script.all().len() >= all.len().min(1), "{text:?}");
            }
        }
    }
}

#[test]
fn large_and_hostile_text_costs_by_its_size() {
    for unit in [
        "$(", "\"$(", "'", "\"", "<a ", "\\ ", "${", "$((", "`", "(", "{", "<<E\n", "a|", "$'\\'",
    ] {
        let cost = |bytes: usize| {
            let text = unit.repeat(bytes / unit.len());
            let mut commands = 0;
            let cost = measure(|| commands = read_text(&text, 1).commands.len());
            assert!(commands <= text.len());
            cost.bytes_total
        };
        let (small, large) = (cost(20_000), cost(200_000));
        assert!(
            large <= small * 15,
            "{unit}: {small} bytes allocated, then {large}"
        );
    }
}
