//! Commands that run what is not in their text: a script's file, another machine, a program that nobody here knows. It judges by names and
//! opens no file.

use super::{Doubt, Native};
use crate::domain::runbook::Command;
use crate::domain::runbook::shell::{Invocation, Keyword, Link, Script, Word, invocations, read};

/// Programs whose words say all that they do, beside those that only look.
const PLAIN: &[&str] = &[
    ":",
    "[[",
    "alias",
    "apt",
    "apt-get",
    "aws",
    "base64",
    "basename",
    "bc",
    "break",
    "chmod",
    "clear",
    "cmp",
    "coalmine",
    "comm",
    "continue",
    "cp",
    "curl",
    "declare",
    "df",
    "diff",
    "dig",
    "dirname",
    "du",
    "env",
    "exit",
    "expr",
    "false",
    "file",
    "fold",
    "free",
    "getopts",
    "gunzip",
    "gzip",
    "hash",
    "history",
    "host",
    "hostname",
    "http",
    "https",
    "id",
    "jobs",
    "journalctl",
    "kill",
    "let",
    "ln",
    "local",
    "ls",
    "lsof",
    "man",
    "manage_rollout.py",
    "md5sum",
    "mkdir",
    "mktemp",
    "mv",
    "netstat",
    "nl",
    "nslookup",
    "openssl",
    "paste",
    "pgrep",
    "ping",
    "popd",
    "printenv",
    "ps",
    "pushd",
    "pwd",
    "read",
    "readlink",
    "readonly",
    "realpath",
    "return",
    "rev",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sha1sum",
    "sha256sum",
    "shasum",
    "shift",
    "ss",
    "stat",
    "sync",
    "tac",
    "tar",
    "top",
    "touch",
    "tr",
    "trap",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "uname",
    "unset",
    "unzip",
    "uptime",
    "wait",
    "wget",
    "which",
    "who",
    "whoami",
    "xh",
    "xxd",
    "yq",
    "zcat",
    "zip",
];

/// Programs that look with these words, and may do anything with others.
const LOOKS: &[(&str, &[&str])] = &[
    (
        "git",
        &[
            "status",
            "log",
            "diff",
            "show",
            "fetch",
            "branch",
            "rev-parse",
        ],
    ),
    (
        "docker",
        &["ps", "logs", "inspect", "images", "stats", "version"],
    ),
    (
        "systemctl",
        &["status", "is-active", "show", "list-units", "cat"],
    ),
    (
        "kubectl",
        &[
            "get",
            "describe",
            "logs",
            "top",
            "version",
            "rollout",
            "config",
            "cluster-info",
        ],
    ),
    ("terraform", &["plan", "show", "output", "validate"]),
    ("helm", &["list", "status", "history", "get"]),
];

/// The first command whose text does not tell what it does; what is recognised is none.
pub fn unseen(command: &Command, natives: &[Native]) -> Option<Doubt> {
    if !command.is_shell() {
        return None;
    }
    let script = read(command);
    let own = functions(&command.text);
    let is_known = |one: &Invocation| natives.iter().any(|native| native.line == one.line);
    let hidden =
        |one: &Invocation| !is_known(one) && !own.contains(&one.program.as_str()) && is_hidden(one);
    let first = invocations(&script).into_iter().find(hidden);
    first
        .map(|one| Doubt {
            line: one.line,
            what: said(&one),
        })
        .or_else(|| unread(&script))
}

fn is_hidden(one: &Invocation) -> bool {
    // The words there are the loop's head, or the subject.
    if matches!(one.whole.keyword, Some(Keyword::For | Keyword::Case)) {
        return false;
    }
    let program = one.program.as_str();
    if let Some((_, words)) = LOOKS.iter().find(|(name, _)| *name == program) {
        let texts = one.texts();
        let verb = texts.iter().find(|text| !text.starts_with('-'));
        return !verb.is_some_and(|verb| words.contains(&verb.as_str()));
    }
    // `find . -exec ./x {} +` and `awk 'BEGIN { system(...) }'` run what they name.
    let runs = || {
        one.texts().iter().any(|text| {
            matches!(text.as_str(), "-exec" | "-execdir" | "-ok" | "-delete")
                || text.contains("system(")
        })
    };
    match program {
        "find" => runs(),
        "awk" => runs(),
        // A path of one's own is a script, whatever it is called.
        _ if is_own_file(one) => program != "manage_rollout.py",
        _ => {
            !PLAIN.contains(&program)
                && !crate::domain::runbook::checklist::HARMLESS.contains(&program)
        }
    }
}

/// Whether the program is named by a path that is none of the system's, or is what an interpreter is given.
fn is_own_file(one: &Invocation) -> bool {
    let named = one.whole.words.iter().map(Word::text);
    let path = named
        .clone()
        .find(|text| text.rsplit('/').next() == Some(one.program.as_str()));
    let of_system = |path: &str| {
        ["/bin/", "/usr/", "/sbin/", "/opt/homebrew/bin/"]
            .iter()
            .any(|place| path.starts_with(place))
    };
    path.is_some_and(|path| path.contains('/') && !of_system(&path))
}

/// What could not be read at all.
fn unread(script: &Script) -> Option<Doubt> {
    let doubt = script.doubts.first()?;
    Some(Doubt {
        line: doubt.line,
        what: "a part that could not be read".to_owned(),
    })
}

/// The names of the functions that a script makes.
fn functions(text: &str) -> Vec<&str> {
    let name = |line: &'_ str| -> Option<(usize, usize)> {
        let bare = line.trim_start();
        let rest = bare.strip_prefix("function ").unwrap_or(bare).trim_start();
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .unwrap_or(rest.len());
        let heads = rest
            .get(length..)
            .is_some_and(|rest| rest.trim_start().starts_with("()"))
            || bare.starts_with("function ");
        let from = line.len() - rest.len();
        (heads && length > 0).then_some((from, from + length))
    };
    text.lines()
        .filter_map(|line| name(line).and_then(|(from, to)| line.get(from..to)))
        .collect()
}

fn said(one: &Invocation) -> String {
    let piped = one.link() == Link::Pipe && one.args.is_empty();
    let words = one.whole.words.iter().take(4).map(Word::text);
    let words = words.collect::<Vec<_>>().join(" ");
    if piped {
        format!("what is piped into {words}")
    } else {
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        let command = Command {
            lang: "bash".to_owned(),
            text: text.to_owned(),
            line: 1,
        };
        unseen(&command, &[]).map(|doubt| doubt.what)
    }

    #[test]
    fn what_is_not_in_the_text_cannot_be_judged() {
        for (text, what) in [
            ("./x.sh", "./x.sh"),
            ("cd a && scripts/ls -la", "scripts/ls -la"),
            ("ssh bastion uptime", "ssh bastion uptime"),
            ("bash fix.sh --now", "bash fix.sh --now"),
            ("python3 tools/fix.py", "python3 tools/fix.py"),
            ("python3 -c 'print(1)'", "python3 -c print(1)"),
            ("source ./env.sh", "source ./env.sh"),
            (". ./env.sh", ". ./env.sh"),
            ("eval \"$CMD\"", "$CMD"),
            ("make fix", "make fix"),
            ("npm run fix", "npm run fix"),
            ("docker run img", "docker run img"),
            ("git push", "git push"),
            ("echo $(./x)", "./x"),
            ("find . -name x -exec sh {} \\;", "find . -name x"),
            ("xargs -n1 ./x", "xargs -n1 ./x"),
            ("if ./ok; then ls; fi", "./ok"),
            ("fixit", "fixit"),
            (
                "psql -c 'update flags set p = 100'",
                "psql -c update flags set p = 100",
            ),
        ] {
            assert_eq!(found(text).as_deref(), Some(what), "{text}");
        }
    }

    #[test]
    fn what_the_text_says_is_seen() {
        for text in [
            "aws ssm get-parameter --name /x | jq .",
            "ls -la; pwd; date",
            "for i in 1 2; do echo $i; done",
            "if [ -f x ]; then cat x; fi",
            "say() { echo \"$1\"; }\nsay hi",
            "function say { echo hi; }\nsay",
            "/usr/bin/tail -n 3 /var/log/x",
            "X=1",
            "git status && docker logs x && kubectl get pods",
            "find . -name x",
            "python scripts/manage_rollout.py --status",
            "bash -c 'ls -la'",
            "# only words",
            "",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        let prose = Command {
            lang: "json".to_owned(),
            text: "./x".to_owned(),
            line: 1,
        };
        assert_eq!(unseen(&prose, &[]), None);
    }
}
