//! Whatever the bytes are: no panic, lines in range and in order, commands as they stand in the file.

use allocation_counter::measure;
use coalmine::domain::runbook::{Runbook, Step, read};
use proptest::prelude::*;

use crate::fixture;

/// Lines as the reader counts them, ends taken off.
fn lines(text: &str) -> Vec<String> {
    let mut out = text.replace("\r\n", "\n");
    while out.contains("\r\n") {
        out = out.replace("\r\n", "\n");
    }
    out.replace('\r', "\n")
        .split('\n')
        .map(|line| line.replace('\0', "\u{fffd}"))
        .collect()
}

fn check(text: &str) -> Runbook {
    let runbook = read(text.as_bytes());
    let lines = lines(text.strip_prefix('\u{feff}').unwrap_or(text));
    let within = |line: u32| line >= 1 && line as usize <= lines.len();
    let mut last = 0;
    for section in &runbook.sections {
        assert!(
            within(section.line) && section.line >= last,
            "section {}",
            section.line
        );
        last = section.line;
        assert!(
            section
                .parent
                .is_none_or(|parent| runbook.sections[parent].level < section.level)
        );
        for step in &section.steps {
            assert!(
                within(step.line) && step.line >= last,
                "step {} after {last}",
                step.line
            );
            last = step.line;
            check_step(step, &lines, section.line);
        }
    }
    runbook
}

fn check_step(step: &Step, lines: &[String], section: u32) {
    let within = |line: u32| line >= step.line && line as usize <= lines.len();
    for command in &step.commands {
        assert!(within(command.line));
        for (index, code) in command.text.lines().enumerate() {
            let written = lines.get(command.line as usize - 1 + index).unwrap();
            // Tabs that a list takes a part of become blanks.
            assert!(
                written.ends_with(code.trim_start()),
                "{code:?} in {written:?}"
            );
        }
    }
    // What the paragraph above a command says of it stands before the command.
    let said = |line: u32| line >= section.max(1) && line as usize <= lines.len();
    assert!(
        step.waits
            .iter()
            .all(|wait| said(wait.line) && !wait.span.is_zero())
    );
    assert!(step.conditions.iter().all(|condition| said(condition.line)));
    assert!(step.waits.is_sorted_by_key(|wait| wait.line));
}

/// Pieces that Markdown is made of, so that chance makes structure.
fn piece() -> impl Strategy<Value = String> {
    let fixed = [
        "# ",
        "## ",
        "\n",
        "\n\n",
        "1. ",
        "2) ",
        "- ",
        "* ",
        "- [ ] ",
        "- [x] ",
        "  ",
        "    ",
        "\t",
        "> ",
        "```",
        "```bash\n",
        "~~~\n",
        "`",
        "**",
        "_",
        "[a](http://b.c)",
        "[",
        "](",
        "| a | b |\n|-|-|\n| c | d |\n",
        "|",
        "<!-- coalmine: native disable -->",
        "<!--",
        "-->",
        "<br>",
        "<details>",
        "---\n",
        "===\n",
        "\r\n",
        "\r",
        "\u{feff}",
        "\0",
        "p95 > 7s",
        "wait 5 minutes",
        "sleep 300",
        "# wait 2 min",
        "5-7 s",
        "> 5%",
        "Ã©",
        "ðŸ”„",
        "&gt; 5%",
        "\\",
        "word ",
        ":",
        "```coalmine\ncheck x < 5s for 2m\n```\n",
        "é",
        "日",
        "1. 1. 1. ",
        "> > > ",
        "if error rate > ",
        "between 5 and 7 s",
    ];
    prop_oneof![
        8 => proptest::sample::select(fixed.to_vec()).prop_map(ToOwned::to_owned),
        1 => any::<String>(),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_markdown_is_read(pieces in proptest::collection::vec(piece(), 0..60)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        drop(read(&bytes));
    }

    #[test]
    fn any_piece_of_a_real_one_is_read(from in 0_usize..20_000, length in 0_usize..6_000) {
        let text = fixture("team-rollback");
        let bytes = text.as_bytes();
        let from = from.min(bytes.len());
        let piece = &bytes[from..bytes.len().min(from + length)];
        drop(read(piece));
        check(&String::from_utf8_lossy(piece));
    }
}

#[test]
fn the_fixtures_keep_the_rules() {
    for name in [
        "team-rollback",
        "alert-page",
        "database-failover",
        "leaked-key",
        "service-template",
        "storage-full",
    ] {
        assert!(!check(&fixture(name)).sections.is_empty());
    }
}

#[test]
fn a_large_file_costs_by_its_size() {
    let text = fixture("team-rollback");
    let cost = |times: usize| {
        let large = text.repeat(times);
        let mut sections = 0;
        let cost = measure(|| sections = read(large.as_bytes()).sections.len());
        assert_eq!(sections, 30 * times);
        cost
    };
    let (small, large) = (cost(10), cost(80));
    assert!(
        large.bytes_total < small.bytes_total * 10 && large.count_total < small.count_total * 10,
        "{small:?}, then {large:?}"
    );
}
