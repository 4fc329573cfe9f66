//! Values that people fill in: byte for byte one argument, whatever is in them, and never code.

use std::sync::Arc;

use coalmine::domain::runbook::CommandEnd;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::rig::{carry_out, order};

/// What a script of this text writes when `<x>` has this value.
fn told(runtime: &tokio::runtime::Runtime, text: &str, value: &str) -> String {
    let done = runtime.block_on(carry_out(order(text, &[("<x>", value)]), Arc::default()));
    assert_eq!(
        done.report.end,
        CommandEnd::Exited(0),
        "{text} with {value:?}: {}",
        done.err
    );
    done.out
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn metacharacters_stay_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let touched = dir.path().join("touched");
    let touch = format!("touch {}", touched.display());
    let runtime = runtime();
    for value in [
        format!("$({touch}); \"'"),
        format!("`{touch}`"),
        format!("; {touch} #"),
        format!("x\n{touch}\n"),
        format!("\"; {touch}; \""),
        format!("'; {touch}; '"),
        "* ? [a-z] ~ $HOME ${PATH} \\ \\\\ !! {a,b}".to_owned(),
        "-n".to_owned(),
        "\t  two  blanks  ".to_owned(),
    ] {
        for (text, before, after) in [
            ("printf '%s|' <x> end", "", "|end|"),
            ("printf '%s|' \"a <x> b\"", "a ", " b|"),
            ("printf '%s|' pre-<x>-post", "pre-", "-post|"),
            ("V=<x>; printf '%s|' \"$V\"", "", "|"),
            ("printf '%s|' \"$(printf %s. <x>)\"", "", ".|"),
            ("cat <<EOF\n<x>|\nEOF", "", "|\n"),
        ] {
            assert_eq!(
                told(&runtime, text, &value),
                format!("{before}{value}{after}"),
                "{text}"
            );
        }
    }
    assert!(!touched.exists(), "a value was run");
}

#[test]
fn any_value_arrives_whole_in_any_place() {
    let runtime = runtime();
    let value = "[ -~\\n\\té世\u{1}\u{7f}\u{202e}]{1,40}";
    // Words around the placeholder, each with quotes of its own.
    let word = prop_oneof![
        "[a-z]{1,4}",
        "'[ -&(-~]{0,4}'",
        "\"[a-z ']{0,4}\"",
        Just("\\'".to_owned()),
        Just("\"a\\\"b\"".to_owned())
    ];
    let words = prop::collection::vec(word, 0..3).prop_map(|words| words.join(" "));
    let config = ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let all = (value, words.clone(), words, any::<bool>());
    TestRunner::new(config)
        .run(&all, |(value, before, after, quoted)| {
            let place = if quoted { "\"<x>\"" } else { "<x>" };
            let text = format!("say() {{ for a in \"$@\"; do printf '%s\\037' \"$a\"; done; }}; say {before} {place} {after} # it's <x>");
            let plain = format!("say() {{ for a in \"$@\"; do printf '%s\\037' \"$a\"; done; }}; say {before} \"$MARK\" {after}");
            let out = told(&runtime, &text, &value);
            let wanted = runtime.block_on(carry_out(order(&plain, &[("$MARK", "\u{2}")]), Arc::default())).out;
            prop_assert_eq!(out, wanted.replace('\u{2}', &value));
            Ok(())
        })
        .unwrap();
}
