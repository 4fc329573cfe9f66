use proptest::prelude::*;

use super::*;

fn faults(text: &str) -> Vec<ConfigFault> {
    parse("c.toml", text).unwrap_err()
}

fn only(text: &str) -> ConfigFault {
    let mut list = faults(text);
    assert_eq!(list.len(), 1, "{list:?}");
    list.remove(0)
}

#[test]
fn every_fault_is_reported_at_once_with_its_place() {
    let text = "\
[rollout.a]
enviroment = \"prod\"
stages = [ { percent = 50, bake = \"7x\" }, { percent = 10 }, { percent = 101 } ]
cache_ttl = 60

[rollout.a.flag]
ssm = \"/a\"
file = \"b.json\"

[[rollout.a.signal]]
name = \"latency_p95\"
metric = { namespace = \"N\", name = \"M\", stat = \"sum\", period = \"45s\", unit = \"ms\" }
warn = \"5s\"
act = \"> 5%\"

[[rollout.a.rule]]
when = \"latency_p59 > 7s\"
then = \"reduce to 200\"

[rollout.a.logs]
groups = []
session_id = \"(a)(b)\"

[rollout.a.alarms]
names = [\"a\", \"a\", \"\"]
";
    let list = faults(text);
    let places: Vec<_> = list
        .iter()
        .map(|f| (f.line, f.column, f.path.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            (1, 1, "rollout.a.environment"),
            (2, 1, "rollout.a.enviroment"),
            (3, 35, "rollout.a.stages[0].bake"),
            (3, 55, "rollout.a.stages[1].percent"),
            (3, 73, "rollout.a.stages[2].percent"),
            (4, 13, "rollout.a.cache_ttl"),
            (8, 8, "rollout.a.flag.file"),
            (12, 48, "rollout.a.signal[0].metric.stat"),
            (12, 64, "rollout.a.signal[0].metric.period"),
            (13, 8, "rollout.a.signal[0].warn"),
            (14, 7, "rollout.a.signal[0].act"),
            (17, 8, "rollout.a.rule[0].when"),
            (18, 8, "rollout.a.rule[0].then"),
            (21, 10, "rollout.a.logs.groups"),
            (22, 14, "rollout.a.logs.session_id"),
            (25, 15, "rollout.a.alarms.names[1]"),
            (25, 20, "rollout.a.alarms.names[2]"),
        ]
    );
    assert_eq!(list[1].hint.as_deref(), Some("did you mean `environment`?"));
    assert!(
        list[11].hint.as_deref().unwrap().contains("latency_p95"),
        "a signal with faults still has a name"
    );
    assert!(list[7].text.contains("did you mean `Sum`?"));
    assert!(
        list[2]
            .to_string()
            .starts_with("c.toml:3:35: rollout.a.stages[0].bake: "),
        "{}",
        list[2]
    );
}

#[test]
fn limits_are_checked_against_the_unit() {
    let signal = |limits: &str| {
        small(&format!(
            "[[rollout.a.signal]]\nname = \"s\"\nmetric = {{ namespace = \"N\", name = \"M\", stat = \"p95\", unit = \"ms\" }}\n{limits}\n"
        ))
    };
    for (limits, line, says) in [
        ("warn = \"5s\"", 8, "has no comparison"),
        (
            "act = \"> 5%\"",
            8,
            "is in percent, but the signal is in seconds",
        ),
        ("act = \"> 5000\"", 8, "says no unit"),
        ("act = \"> fast\"", 8, "does not begin with a number"),
        ("act = \"> 5 parsecs\"", 8, "is not a unit"),
        ("act = 5", 8, "expected a string, found integer"),
        (
            "warn = \"> 7s\"\nact = \"> 5s\"",
            9,
            "reached before `warn`",
        ),
        ("warn = \"> 5s\"\nact = \"< 7s\"", 9, "different directions"),
    ] {
        let fault = only(&signal(limits));
        assert_eq!(fault.line, line, "{fault}");
        assert!(fault.text.contains(says), "{fault}");
    }
}

#[test]
fn single_faults() {
    let signal = |body: &str| small(&format!("[[rollout.a.signal]]\nname = \"s\"\n{body}\n"));
    let expression = |text: &str, more: &str| {
        signal(&format!(
            "expression = \"{text}\"\nmetrics = {{ m = {{ namespace = \"N\", name = \"M\", stat = \"Sum\" }} }}\n{more}"
        ))
    };
    let with = |from: &str, to: &str| small("").replace(from, to);
    for (text, says) in [
        (String::new(), "is missing"),
        ("[rollout]\n".to_owned(), "holds no rollout"),
        ("rollout = 3".to_owned(), "expected a table, found integer"),
        (small("[other]\n"), "unknown key"),
        (with("percent = 100", "percent = 0"), "from 1 to 100"),
        (
            with("percent = 100", "percent = 12.5"),
            "12.5 is not a whole number",
        ),
        (with("percent = 100", "percent = nan"), "not a whole number"),
        (
            with("percent = 100", "percent = \"10\""),
            "expected a whole number, found string",
        ),
        (with("[{ percent = 100 }]", "[]"), "is empty"),
        (with("ssm = \"/a\"", "flag = \"x\""), "is missing"),
        (with("\"/a\"", "\"/a:3\""), "pins a version"),
        (with("\"/a\"", "\"/a \""), "no parameter name"),
        (with("\"/a\"", "\"\""), "is empty"),
        (with("\"dev\"", "\"d\\u0007ev\""), "control character"),
        (
            with("rollout.a", "rollout.\"a b\""),
            "no name for a rollout",
        ),
        (small("region = \"us east\""), "no AWS region"),
        (small("account = \"12\""), "no AWS account"),
        (
            small("[rollout.a.fallback]\nlambda = \"audio processor\""),
            "no name of a Lambda function",
        ),
        (
            small("[rollout.a.fallback]\nlambda = \"arn:aws:lambda:eu-west-1\""),
            "no name of a Lambda function",
        ),
        (
            small("[rollout.a.fallback]\nlambda = \"f\"\nalias = \"$LATEST\""),
            "is no alias",
        ),
        (
            small("[rollout.a.fallback]\nlambda = \"f\"\noff = { AWS_REGION = \"x\" }"),
            "reserves `AWS_REGION`",
        ),
        (
            small("[rollout.a.fallback]\nlambda = \"f\"\noff = { ON = false }"),
            "expected a string, found boolean",
        ),
        (
            small("[rollout.a.alarms]\nnames = [\"x\", \"x\"]"),
            "named twice",
        ),
        (
            small("[rollout.a.alarms]\nnames = [\"x\"]\nprefix = \"y\""),
            "not both",
        ),
        (
            small("[rollout.a.logs]\ngroups = [\"g\"]\nsession_id = \"(\""),
            "no regular expression",
        ),
        (
            small("[rollout.a.logs]\ngroups = [\"g\"]\nsession_id = \"$.a..b\""),
            "no JSON path",
        ),
        (
            small("[rollout.a.signal]\nname = \"s\""),
            "expected an array, found table",
        ),
        (
            signal("by_hand = true\nmetric = { namespace = \"N\", name = \"M\", stat = \"Sum\" }"),
            "one source",
        ),
        (signal(""), "is missing"),
        (signal("by_hand = true\nperiods = 0"), "from 1 to 60"),
        (expression("100 * n", ""), "no metric is called `n`"),
        (expression("m", "samples = 5"), "nothing counts the samples"),
        (
            expression("m", "count_by = \"k\""),
            "no metric is called `k`",
        ),
        (
            expression("m", "missing = \"zero\""),
            "nothing tells whether silence is calm",
        ),
        (
            expression("m", "missing = \"bad\""),
            "no meaning of missing data",
        ),
        (
            signal(
                "metric = { namespace = \"N\", name = \"M\", stat = \"Sum\", dimensions = { SessionId = \"*\" } }",
            ),
            "matched literally",
        ),
        (
            signal("by_hand = true\n[[rollout.a.signal]]\nname = \"s\"\nby_hand = true"),
            "two signals are called",
        ),
        (
            signal("by_hand = true\n[[rollout.a.rule]]\nwhen = \"s > 5/h\"\nthen = \"rollback\""),
            "is no advice",
        ),
        (
            signal("by_hand = true\n[[rollout.a.rule]]\nwhen = \"s\"\nthen = \"disable\""),
            "has no condition",
        ),
        (
            signal("by_hand = true\n[[rollout.a.rule]]\nwhen = \"s 7..5/h\"\nthen = \"disable\""),
            "not below the upper end",
        ),
        (
            signal("by_hand = true\n[[rollout.a.rule]]\nthen = \"disable\""),
            "is missing",
        ),
    ] {
        let fault = only(&text);
        assert!(fault.text.contains(says), "{fault}\n{text}");
        assert!(fault.line > 0 && fault.column > 0, "{fault}");
    }
}

#[test]
fn syntax_errors_come_several_at_once_and_hide_only_their_own_lines() {
    let text = "[rollout.a]\nenvironment = \nstages = [{ percent = 100 }\nflag = { ssm = \"/a\" }\ncache_ttl = \"x\"\n";
    let list = faults(text);
    assert!(
        list.iter()
            .filter(|f| f.text.starts_with("not TOML"))
            .count()
            >= 2,
        "{list:?}"
    );
    assert!(list.iter().all(|f| f.text != "is missing"), "{list:?}");
    let twice = small("cache_ttl = \"1s\"\ncache_ttl = \"2s\"\ncolour = 1\n");
    let list = faults(&twice);
    let told: Vec<_> = list.iter().map(|f| (f.line, f.text.as_str())).collect();
    assert_eq!(told, [(6, "not TOML: duplicate key"), (7, "unknown key")]);
}

#[test]
fn columns_count_characters_and_survive_a_mark_and_line_ends() {
    let text = "\u{feff}[rollout.a]\r\nenvironment = \"dev\"\r\nstages = [{ percent = 100 }]\r\nflag = { file = \"é\", ssm = 3 }\r\n";
    let fault = only(text);
    assert_eq!(
        (fault.line, fault.column, fault.path.as_str()),
        (4, 17, "rollout.a.flag.file")
    );
    let list = faults(
        "[rollout.a]\nenvironment = \"dev\"\nstages = [{ percent = 100 }]\nflag = { \"é\" = 1, ssm = \"/a\", cols = 3 }",
    );
    assert_eq!(list.iter().map(|f| f.column).collect::<Vec<_>>(), [10, 31]);
}

proptest! {
    #[test]
    fn a_damaged_file_is_told_and_never_stops_the_program(at in 0_usize..6_000, with in ".{0,3}", drop in 0_usize..40) {
        let text = seed_text();
        let floor = |mut at: usize| {
            at = at.min(text.len());
            while !text.is_char_boundary(at) { at -= 1; }
            at
        };
        let damaged = format!("{}{with}{}", &text[..floor(at)], &text[floor(at + drop)..]);
        if let Err(faults) = parse("seed", &damaged) {
            prop_assert!(!faults.is_empty());
            for fault in faults {
                prop_assert!(fault.line >= 1 && fault.column >= 1, "{fault}");
                prop_assert!(!fault.to_string().contains(char::is_control), "{fault}");
            }
        }
    }
}

#[test]
fn a_flood_of_faults_is_cut_and_escapes_are_shown() {
    let flood = "= \n".repeat(200_000);
    assert!(faults(&flood).len() <= 100);
    let fault = only(&small("\"\\u001b[31mred\" = 1\n"));
    assert!(fault.path.contains("\\u{1b}[31mred"), "{fault}");
}
