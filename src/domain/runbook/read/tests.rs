//! What Markdown becomes.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::time::{Duration, Instant};

use super::read;
use crate::domain::runbook::{Annotation, Block, Runbook, Step, Test};

fn steps(runbook: &Runbook) -> Vec<&Step> {
    runbook
        .sections
        .iter()
        .flat_map(|section| &section.steps)
        .collect()
}

/// Depth, text, line and the commands of each step.
fn outline(text: &str) -> Vec<(u8, String, u32, Vec<String>)> {
    steps(&read(text.as_bytes()))
        .into_iter()
        .map(|step| {
            (
                step.depth,
                step.text.clone(),
                step.line,
                step.commands.iter().map(|c| c.text.clone()).collect(),
            )
        })
        .collect()
}

fn one(depth: u8, text: &str, line: u32, commands: &[&str]) -> (u8, String, u32, Vec<String>) {
    (
        depth,
        text.to_owned(),
        line,
        commands.iter().map(|c| (*c).to_owned()).collect(),
    )
}

#[test]
fn headings_nest_and_the_first_is_the_title() {
    let runbook = read(b"intro\n\nTitle\n=====\n\n## A `b`\n#### C\n## D\n");
    let found: Vec<_> = runbook
        .sections
        .iter()
        .map(|s| (s.title.as_str(), s.level, s.line, s.parent))
        .collect();
    assert_eq!(
        found,
        [
            ("", 0, 1, None),
            ("Title", 1, 3, None),
            ("A b", 2, 6, Some(1)),
            ("C", 4, 7, Some(2)),
            ("D", 2, 8, Some(1))
        ]
    );
    assert_eq!(runbook.title, "Title");
    assert_eq!(read(b"").sections, []);
    assert_eq!(read(b"> # quoted\n\n- # in a list\n").title, "");
}

#[test]
fn items_are_steps_and_nested_ones_sub_steps() {
    assert_eq!(
        outline("## S\n3. one\n   1. inner\n4. two\n- plain\n- [ ] open\n- [x] **done**\n"),
        [
            one(0, "one", 2, &[]),
            one(1, "inner", 3, &[]),
            one(0, "two", 4, &[]),
            one(0, "open", 6, &[]),
            one(0, "done", 7, &[])
        ]
    );
    let runbook = read(b"3. one\n4. two\n\n- [ ] a\n- [X] b\n");
    let marks: Vec<_> = steps(&runbook)
        .iter()
        .map(|step| (step.number, step.ticked))
        .collect();
    assert_eq!(
        marks,
        [
            (Some(3), None),
            (Some(4), None),
            (None, Some(false)),
            (None, Some(true))
        ]
    );
}

#[test]
fn a_command_belongs_to_the_step_that_it_stands_in() {
    let text = "1. one\n   ```bash\n   a\n     b\n\n   c\n   ```\n2. two\n   - if bad:\n     ```\n     d\n     ```\n   - just text\n";
    assert_eq!(
        outline(text),
        [
            one(0, "one", 1, &["a\n  b\n\nc\n"]),
            one(0, "two", 8, &[]),
            one(1, "if bad:", 9, &["d\n"])
        ]
    );
    let runbook = read(text.as_bytes());
    assert_eq!(
        (
            steps(&runbook)[0].commands[0].lang.as_str(),
            steps(&runbook)[0].commands[0].line
        ),
        ("bash", 3)
    );
    assert_eq!(
        outline("- look:\n\n      indented\n"),
        [one(0, "look:", 1, &["indented\n"])]
    );
    assert_eq!(
        outline("1.  ```\n    x\n    ```\n"),
        [one(0, "x", 1, &["x\n"])]
    );
}

#[test]
fn a_command_outside_of_any_list_is_a_step_of_its_own() {
    let text =
        "## S\n**Diagnosis**:\n```bash\n# Check it\naws x\n```\n\n```\nls\n```\n\n    make test\n";
    assert_eq!(
        outline(text),
        [
            one(0, "Diagnosis: Check it", 3, &["# Check it\naws x\n"]),
            one(0, "ls", 8, &["ls\n"]),
            one(0, "make test", 12, &["make test\n"])
        ]
    );
    assert!(
        !read(text.as_bytes()).sections[0]
            .blocks
            .iter()
            .any(|block| matches!(block, Block::Text { .. }))
    );
}

#[test]
fn a_block_that_is_not_indented_enough_stays_with_its_list() {
    let text = "1. one\n```\na\n```\n2. two:\n\n```\nb\n```\n\nThen:\n```\nc\n```\n";
    assert_eq!(
        outline(text),
        [
            one(0, "one", 1, &["a\n"]),
            one(0, "two:", 5, &["b\n"]),
            one(0, "Then: c", 12, &["c\n"])
        ]
    );
    assert_eq!(outline("1. one\n\n```\na\n```\n\n1. other\n").len(), 3);
}

#[test]
fn conditions_and_waits_of_a_step_are_its_own() {
    let runbook = read(b"1. **Now** (if p95 > 7 seconds):\n\n   Wait 2 minutes.\n   - Error rate > 5%\n   - plain\n2. Wait 5 minutes\n   ```sh\n   sleep 300\n   ```\n");
    let all = steps(&runbook);
    assert_eq!(
        all.iter()
            .map(|s| (s.text.as_str(), s.conditions.len(), s.waits.len()))
            .collect::<Vec<_>>(),
        [
            ("Now (if p95 > 7 seconds):", 1, 1),
            ("Error rate > 5%", 1, 0),
            ("Wait 5 minutes", 0, 1),
        ]
    );
    assert_eq!(
        (all[0].waits[0].line, all[2].waits[0].line, all[1].depth),
        (3, 8, 1)
    );
}

#[test]
fn annotations_find_their_step() {
    let text = "1. one\n   <!-- coalmine: native disable -->\n2. two\n\n## B\n<!-- coalmine: wait 5m -->\n```\nx\n```\n```coalmine\ncheck latency_p95 < 5s for 2m\nmanual\nnonsense\n```\n```\ny\n```\n";
    let runbook = read(text.as_bytes());
    let all = steps(&runbook);
    assert_eq!(
        all[0].annotations,
        [Annotation::Native("disable".to_owned())]
    );
    assert_eq!(
        all[2].annotations[0],
        Annotation::Wait(Duration::from_mins(5))
    );
    let Annotation::Check { condition, held } = &all[2].annotations[1] else {
        unreachable!("{:?}", all[2])
    };
    assert_eq!(
        (condition.subject.as_str(), *held),
        ("latency_p95", Duration::from_mins(2))
    );
    assert!(matches!(condition.test, Test::Past(_)));
    assert_eq!(all[2].annotations[2], Annotation::Manual);
    assert!(all[3].annotations.is_empty() && all[1].annotations.is_empty());
    assert!(
        runbook.oddities[0].contains("`nonsense` is not known"),
        "{:?}",
        runbook.oddities
    );
}

#[test]
fn tables_links_html_and_front_matter_are_read() {
    let text = "---\ntitle: x\n---\n# T\n<details><summary>More</summary></details>\n\nSee [the board](https://b.example/1).\n\n1. [Jump](#t)\n2. Go\n\n| A | B |\n|--|--|\n| `x` | **y** |\n| z |\n";
    let runbook = read(text.as_bytes());
    assert_eq!((runbook.title.as_str(), runbook.sections.len()), ("T", 1));
    assert_eq!(outline(text), [one(0, "Go", 10, &[])]);
    let blocks = &runbook.sections[0].blocks;
    let texts: Vec<&str> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(
        texts,
        [
            "More",
            "See the board.",
            "the board: https://b.example/1",
            "Jump"
        ]
    );
    let Some(Block::Table(table)) = blocks.last() else {
        unreachable!("{blocks:?}")
    };
    assert_eq!(
        (table.line, &table.rows),
        (
            12,
            &vec![
                vec!["x".to_owned(), "y".to_owned()],
                vec!["z".to_owned(), String::new()]
            ]
        )
    );
}

#[test]
fn whatever_the_line_ends_the_runbook_is_the_same() {
    let text = "# T\n\n1. one\n   ```bash\n   a\n\n   b\n   ```\n\n| Metric | Threshold | Action |\n|-|-|-|\n| Latency p95 | > 7s | off |\n";
    let plain = read(text.as_bytes());
    for other in [
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        text.replace('\n', "\r\r\n"),
        format!("\u{feff}{text}"),
    ] {
        let mut found = read(other.as_bytes());
        assert_eq!(found.oddities.len(), 1, "{:?}", found.oddities);
        found.oddities.clear();
        assert_eq!(found, plain);
    }
    assert_eq!(plain.matrix[0].line, 12);
}

#[test]
fn mojibake_is_put_right_in_words_and_left_in_commands() {
    let runbook = read("# \u{f0}\u{178}\u{201d}\u{201e} Roll back\n```\necho Ã©\n```\n".as_bytes());
    assert_eq!(runbook.title, "🔄 Roll back");
    assert_eq!(steps(&runbook)[0].commands[0].text, "echo Ã©\n");
    assert!(
        runbook.oddities[0].starts_with("line 1: text that was decoded twice"),
        "{:?}",
        runbook.oddities
    );
}

#[test]
fn an_unclosed_fence_is_told() {
    let runbook = read(b"# T\n1. one\n   ```bash\n   a\n2. two\n\n```\nrest\n# not a heading\n");
    assert_eq!(runbook.oddities.len(), 2, "{:?}", runbook.oddities);
    assert!(
        runbook.oddities[0].starts_with("line 3:") && runbook.oddities[1].starts_with("line 7:")
    );
    for closed in [
        "```\na\n```",
        "~~~~ sh\na\n~~~~~  \n",
        "> ```\n> a\n> ```\n",
        "- ```\n  a\n  ```\n",
        "```\n```\n",
        "    x\n",
    ] {
        assert!(read(closed.as_bytes()).oddities.is_empty(), "{closed}");
    }
    assert_eq!(read(b"```").oddities.len(), 1);
    assert_eq!(read(b"````\na\n```\n").oddities.len(), 1);
}

#[test]
fn deep_nesting_is_read_up_to_a_depth_and_survived_beyond() {
    let nested = |levels: usize, width: usize| -> String {
        let lines: Vec<String> = (0..levels)
            .map(|n| format!("{}1. s{n}\n", " ".repeat(width * n)))
            .collect();
        lines.concat()
    };
    let runbook = read(nested(200, 3).as_bytes());
    let depths: Vec<usize> = steps(&runbook)
        .iter()
        .map(|step| usize::from(step.depth))
        .collect();
    assert_eq!(depths, (0..200).collect::<Vec<_>>());
    assert_eq!(steps(&read(nested(2000, 3).as_bytes()))[0].text, "s0");
    for mark in ["> ", ">", "- ", "1. ", "* ", "+ "] {
        drop(read(format!("{}x\n\ny\n", mark.repeat(10_000)).as_bytes()));
    }
}

#[test]
fn time_grows_with_size_and_not_faster() {
    let unit = "## S\n\nProse **with** `code` and 5 words.\n\n1. If p95 > 7s wait 5 minutes:\n   ```bash\n   sleep 300 # then\n   ```\n\n| Metric | Threshold | Action |\n|-|-|-|\n| Error rate | > 5% | off |\n\n";
    let took = |bytes: usize, unit: &str| {
        let text = unit.repeat(bytes / unit.len());
        let begun = Instant::now();
        let runbook = read(text.as_bytes());
        (begun.elapsed(), runbook.sections.len())
    };
    for unit in [
        unit,
        "[",
        "*",
        "> ",
        "- ",
        "- a\n",
        "```\n",
        "1. ",
        "`",
        "_a ",
        "![",
        "<",
        "<!-- ",
        "|",
        "|a|\n|-|\n",
        "\r",
        "\0",
        "a\n",
        "# ",
        "&",
        "Ã©",
        "\u{f0}\u{178}",
    ] {
        let small = took(20_000, unit).0.max(Duration::from_millis(20));
        let large = took(160_000, unit).0;
        assert!(
            large < small * 40,
            "{unit:?}: {small:?} for 20 kB, {large:?} for 160 kB"
        );
    }
    let deep: Vec<String> = (0..500)
        .map(|n| format!("{}- a\n", " ".repeat(2 * n)))
        .collect();
    let deep = deep.concat();
    let begun = Instant::now();
    drop(read(format!("{deep}{}", "\n".repeat(200_000)).as_bytes()));
    drop(read(
        format!("{}a\n{}", ">".repeat(100_000), "b\n".repeat(50_000)).as_bytes(),
    ));
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn the_title_of_an_empty_file_is_empty() {
    for bytes in [
        &b""[..],
        b"\n",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\0",
        b"\r\r\r",
    ] {
        let runbook = read(bytes);
        assert!(runbook.title.is_empty() && steps(&runbook).is_empty());
    }
    assert_eq!(
        steps(&read("Ünï 1. x\n\n1. ü".as_bytes()))
            .first()
            .unwrap()
            .line,
        3
    );
}
