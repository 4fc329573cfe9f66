//! Commands while raises are locked: what nobody can tell from a text is said before it runs.

use super::*;
use crate::domain::incident::{IncidentCause, IncidentEvent};
use crate::domain::journal::{Actor, Record};

fn lock(evening: &mut Evening) {
    let record = Record {
        seq: 1,
        at: NOW,
        actor: Actor::default(),
        entry: Entry::Incident {
            event: IncidentEvent::Opened {
                id: "i-1".into(),
                cause: IncidentCause::Lowered("o-1".into()),
            },
        },
    };
    evening.model.incident.book.add(&record);
    assert!(evening.model.incident.lock().is_some());
}

fn warning(evening: &Evening) -> String {
    let dialog = evening.dialog();
    let rows = dialog.rows(100);
    let warned = rows
        .iter()
        .filter(|row| row.kind == crate::app::model::run::AskKind::Warning);
    let text = |row: &crate::app::model::run::AskRow| -> String {
        row.pieces.iter().map(|piece| piece.text.as_str()).collect()
    };
    warned.map(text).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_cannot_be_judged_is_said_while_raises_are_locked() {
    for hidden in [
        "./fix.sh --now",
        "ssh bastion fix",
        "bash fix.sh",
        "make fix",
    ] {
        let mut evening = Evening::new();
        evening.offer(hidden, &[]);
        assert_eq!(
            warning(&evening),
            "",
            "without a lock there is nothing to warn of"
        );
        evening.press("esc");
        lock(&mut evening);
        evening.offer(hidden, &[]);
        let told = warning(&evening);
        assert!(
            told.contains("cannot be judged") && told.contains(hidden),
            "{told}"
        );
        assert_eq!(started(&evening.press("enter")).script.text, hidden);
    }
    let mut evening = Evening::new();
    lock(&mut evening);
    evening.offer("aws ssm get-parameter --name /x | jq .", &[]);
    assert_eq!(warning(&evening), "", "its text tells what it does");
}

#[test]
fn a_lock_that_comes_while_the_question_is_open_is_said_before_enter_counts() {
    let mut evening = Evening::new();
    evening.offer("./fix.sh", &[]);
    lock(&mut evening);
    assert!(evening.press("enter").is_empty(), "it is read first");
    assert!(warning(&evening).contains("cannot be judged"));
    assert!(
        evening
            .dialog()
            .complaint
            .as_ref()
            .unwrap()
            .contains("locked")
    );
    assert_eq!(started(&evening.press("enter")).script.text, "./fix.sh");
}

/// What looks like output to a reader of sessions is code to the shell that runs it.
#[test]
fn nothing_hides_behind_what_looks_like_a_prompt() {
    let raise = "aws ssm put-parameter --name /audio-transcription/partial-results/config --overwrite --value '{\"enabled\":true,\"rollout_percentage\":100}'";
    for before in [
        "$ echo hi",
        "% echo hi",
        "me@host:~$ ls",
        "cat <<E\n$ x\nE",
        "echo '\n$ x'",
        "echo hi\n$ x\n#",
    ] {
        let mut evening = Evening::new();
        lock(&mut evening);
        evening.offer(&format!("{before}\n{raise}\n"), &[]);
        let effects = evening.press("enter");
        assert!(effects.is_empty(), "{before}: {effects:?}");
        assert!(evening.dialog().complaint.is_some(), "{before}");
    }
}
