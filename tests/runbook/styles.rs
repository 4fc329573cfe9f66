//! Five runbooks in the styles of five teams.

use coalmine::domain::runbook::{Block, Runbook, condition};

use crate::{opened, outline, section, test, waits};

fn texts(runbook: &Runbook) -> Vec<&str> {
    let blocks = runbook.sections.iter().flat_map(|section| &section.blocks);
    blocks
        .filter_map(|block| match block {
            Block::Text { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_page_for_an_alert() {
    let runbook = opened("alert-page");
    assert_eq!(
        (runbook.title.as_str(), runbook.sections.len()),
        ("CheckoutErrorsHigh", 5)
    );
    assert!(runbook.oddities.is_empty() && runbook.matrix.is_empty());
    let diagnosis = section(&runbook, "Diagnosis");
    assert_eq!(
        outline(diagnosis),
        [
            (0, "Open the service board.", 0),
            (1, "Is the error rate above 5%?", 0),
            (1, "Are requests slow as well, p99 latency over 2s?", 0),
            (0, "Ask the metrics directly:", 1),
            (
                0,
                "Pods that restart often: $ kubectl --namespace shop get pods"
                    .replace("$ ", "")
                    .as_str(),
                1
            ),
        ]
    );
    assert_eq!(
        test(&diagnosis.steps[1]),
        [("error rate".to_owned(), "> 5 Percent".to_owned())]
    );
    assert_eq!(
        test(&diagnosis.steps[2]),
        [("p99 latency".to_owned(), "> 2 Seconds".to_owned())]
    );
    assert!(
        !diagnosis.steps[3].commands[0].is_shell() && diagnosis.steps[4].commands[0].is_shell()
    );
    assert_eq!(
        section(&runbook, "Mitigation").steps[0].text,
        "Look for a recent release; if there is one, take it back."
    );
    let said = texts(&runbook);
    assert!(said.contains(&"service board: https://boards.example/checkout"));
    assert!(
        said.contains(&"How it is computed") && !said.iter().any(|text| text.contains("weight"))
    );
}

#[test]
fn a_failover_with_blocks_that_are_not_indented() {
    let runbook = opened("database-failover");
    assert_eq!(runbook.title, "Database failover");
    assert!(
        section(&runbook, "Database failover").steps.is_empty(),
        "a table of contents is no steps"
    );
    assert_eq!(
        outline(section(&runbook, "Before")),
        [
            (0, "Make sure that the replica is up to date.", 1),
            (
                0,
                "The replication lag must be below 5 seconds. A sample of what is printed",
                1
            ),
        ]
    );
    let switching = section(&runbook, "Switching over");
    assert_eq!(
        outline(switching),
        [
            (0, "Stop the configuration runs:", 1),
            (0, "Drain the leader, then wait 2 minutes.", 1),
            (0, "Promote the replica:", 1),
            (0, "Tell the people in the channel.", 0),
            (1, "what comes next:", 1),
        ]
    );
    let slept: Vec<_> = switching.steps.iter().map(waits).collect();
    assert_eq!(
        slept,
        [vec![], vec![120], vec![], vec![], vec![]],
        "a poll in a loop is no wait"
    );
    assert_eq!(
        outline(section(&runbook, "Afterwards")),
        [(0, "Check the clients: select count(*) from clients;", 1)]
    );
    assert_eq!(runbook.oddities.len(), 1, "{:?}", runbook.oddities);
    assert!(runbook.oddities[0].contains("not closed"));
}

#[test]
fn a_playbook_of_tasks_from_windows() {
    let runbook = opened("leaked-key");
    let contain = section(&runbook, "Part 2");
    assert_eq!(
        outline(contain),
        [
            (0, "Turn the key off", 0),
            (1, "in the console, or", 0),
            (1, "on the command line:", 1),
            (
                0,
                "Wait at least 15 minutes, then look for refused calls",
                0
            ),
        ]
    );
    assert_eq!(
        contain
            .steps
            .iter()
            .map(|step| step.ticked)
            .collect::<Vec<_>>(),
        [Some(false), Some(false), Some(true), Some(false)]
    );
    assert_eq!(waits(&contain.steps[3]), [900]);
    assert_eq!(
        contain.steps[2].commands[0].text,
        "aws iam update-access-key --access-key-id KEY --status Inactive\n"
    );
    let rows: Vec<_> = runbook
        .matrix
        .iter()
        .map(|row| {
            (
                row.metric.as_str(),
                row.condition.is_some(),
                row.action.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("Refused calls", true, "Call security"),
            ("Refused calls", true, "Watch"),
            ("Bill", false, "Ask finance")
        ]
    );
    assert!(section(&runbook, "Part 3").steps.is_empty());
    assert_eq!(outline(section(&runbook, "Part 1")).len(), 2);
    assert_eq!(runbook.oddities, ["lines end with CR LF; commands have LF"]);
}

#[test]
fn a_template_without_anything_to_do() {
    let runbook = opened("service-template");
    assert_eq!(runbook.sections.len(), 8);
    assert!(
        runbook
            .sections
            .iter()
            .all(|section| section.steps.is_empty())
            && runbook.matrix.is_empty()
    );
    assert!(texts(&runbook).contains(&"What does the service do for the business?"));
    assert_eq!(runbook.oddities, ["begins with a byte order mark"]);
    assert_eq!(section(&runbook, "Health").parent, Some(4));
}

#[test]
fn an_operators_page_with_steps_in_steps() {
    let runbook = opened("storage-full");
    let steps = section(&runbook, "Steps");
    assert_eq!(
        outline(steps),
        [
            (0, "Cordon the node:", 2),
            (
                0,
                "If disk usage is between 85-90%, remove old snapshots.",
                0
            ),
            (1, "List them:", 1),
            (1, "Remove those older than a week.", 0),
            (0, "If disk usage > 90%, add a disk.", 0),
        ]
    );
    assert_eq!(
        test(&steps.steps[1]),
        [("disk usage".to_owned(), "85..90 Percent".to_owned())]
    );
    assert_eq!(
        test(&steps.steps[4]),
        [("disk usage".to_owned(), "> 90 Percent".to_owned())]
    );
    assert_eq!(
        outline(section(&runbook, "Diagnosis")),
        [(0, "Look at the nodes:", 1)]
    );
    let path: Vec<_> =
        std::iter::successors(Some(steps), |s| s.parent.map(|p| &runbook.sections[p]))
            .map(|s| s.title.as_str())
            .collect();
    assert_eq!(
        path,
        ["Steps", "Add a disk", "Mitigation", "StorageNodeFull"]
    );
    assert!(texts(&runbook).contains(&"NOTE: Never remove the newest."));
    assert_eq!(
        condition::find("A node whose disk usage is over 85% cannot rebalance.", 1).len(),
        1
    );
}
