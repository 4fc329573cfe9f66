//! When a wait begins by itself, and which waits tick their own step.

use super::*;

/// An order, a wait, a word.
fn list(words: &str) -> Checklist {
    let steps = vec![
        step("Turn it off", 1),
        waiting(step(words, 2), 300),
        step("Tell the team", 3),
    ];
    let runbook = Runbook {
        sections: vec![section("S", steps)],
        ..Runbook::default()
    };
    open(runbook, 0)
}

fn marked(list: &Checklist, step: usize, mark: StepMark) -> RunbookEvent {
    RunbookEvent::Marked {
        step: list.key(id(0, step)).unwrap(),
        mark,
        reason: None,
        evidence: None,
    }
}

fn waits(events: &[RunbookEvent]) -> usize {
    let begun = |event: &&RunbookEvent| matches!(event, RunbookEvent::WaitBegun { .. });
    events.iter().filter(begun).count()
}

#[test]
fn after_an_order_that_did_not_come_through_no_wait_begins() {
    let world = World::new();
    let mut list = list("Wait 5 minutes");
    let events = list.ended(
        id(0, 0),
        StepMark::Failed,
        "refused: no".to_owned(),
        after(1),
    );
    take_all(&mut list, &events, after(1));
    assert_eq!(waits(&pass(&mut list, &world, 2, 60)), 0);
    // A step further on that is done says nothing of this one.
    let later = marked(&list, 2, StepMark::Done);
    list.take(&later, after(60), None);
    assert_eq!(waits(&pass(&mut list, &world, 61, 90)), 0);
    let by_hand = world.at(after(90), |live| {
        list.tick(id(0, 0), Some("it was done elsewhere"), live)
    });
    take_all(&mut list, &by_hand.unwrap(), after(90));
    assert_eq!(waits(&pass(&mut list, &world, 91, 93)), 1);
}

#[test]
fn while_nobody_knows_what_became_of_an_order_no_wait_begins() {
    let world = World::new();
    let mut list = list("Wait 5 minutes");
    let ordered = world.at(after(1), |live| list.ordered(id(0, 0), "o-1", live));
    take_all(&mut list, &ordered, after(1));
    let later = marked(&list, 2, StepMark::Done);
    list.take(&later, after(2), None);
    assert_eq!(waits(&pass(&mut list, &world, 3, 60)), 0);
    let events = list.ended(
        id(0, 0),
        StepMark::Done,
        "applied as revision 2".to_owned(),
        after(60),
    );
    take_all(&mut list, &events, after(60));
    assert_eq!(waits(&pass(&mut list, &world, 61, 63)), 1);
}

#[test]
fn what_was_left_out_begins_no_wait_and_hides_no_success() {
    let world = World::new();
    let mut list = list("Wait 5 minutes");
    let skipped = marked(&list, 0, StepMark::Skipped);
    list.take(&skipped, after(1), None);
    assert_eq!(waits(&pass(&mut list, &world, 2, 60)), 0);
    let mut list = self::list("Wait 5 minutes");
    let done = marked(&list, 0, StepMark::Done);
    list.take(&done, after(1), None);
    let skipped = marked(&list, 2, StepMark::Skipped);
    list.take(&skipped, after(2), None);
    assert_eq!(waits(&pass(&mut list, &world, 3, 5)), 1);
}

#[test]
fn a_step_that_only_waits_is_ticked_when_the_wait_is_over() {
    for words in [
        "Wait 5 minutes",
        "Wait for 5 minutes.",
        "wait at least 5 min",
        "Wait another 3-5 minutes:",
        "Wait about five minutes",
    ] {
        let world = World::new();
        let mut list = list(words);
        let done = marked(&list, 0, StepMark::Done);
        list.take(&done, after(10), None);
        let events = pass(&mut list, &world, 11, 311);
        assert_eq!((waits(&events), events.len()), (1, 1), "{words}");
        let events = pass(&mut list, &world, 311, 312);
        let [
            RunbookEvent::Marked {
                mark: StepMark::Done,
                evidence: Some(evidence),
                ..
            },
        ] = &events[..]
        else {
            panic!("{words}: {events:?}");
        };
        assert_eq!(evidence.text, "waited 5 m", "{words}");
        assert_eq!((evidence.from, evidence.to), (after(11), after(311)));
        let state = list.state(id(0, 1));
        assert!(state.by_itself, "{words}");
        assert_eq!(list.next(), Some(id(0, 2)));
        // Whoever takes the tick away is believed.
        let again = marked(&list, 1, StepMark::Open);
        list.take(&again, after(320), None);
        assert_eq!(pass(&mut list, &world, 321, 400), [], "{words}");
    }
}

#[test]
fn a_step_with_anything_else_to_it_is_a_persons_word() {
    for words in [
        "Wait 5 minutes and count again",
        "Wait 5 minutes, then tell the customer",
        "Wait 5 minutes: the metric comes by the minute",
        "Wait 5 minutes. Check the dashboard",
        "Wait 5 minutes\nCall the owner",
        "Wait until Lambda has put it in force",
        "Wait 5 minutes for Ana to call back",
        "Let it bake for 5 minutes",
        "Do not wait 5 minutes",
        "The caches had their time. Wait 5 minutes.",
    ] {
        let world = World::new();
        let mut list = list(words);
        let done = marked(&list, 0, StepMark::Done);
        list.take(&done, after(10), None);
        let events = pass(&mut list, &world, 11, 400);
        let ticked = |event: &RunbookEvent| matches!(event, RunbookEvent::Marked { .. });
        assert!(!events.iter().any(ticked), "{words}: {events:?}");
    }
}

#[test]
fn a_wait_with_a_command_or_steps_of_its_own_is_a_persons_word() {
    let world = World::new();
    let with_steps = vec![
        step("Turn it off", 1),
        waiting(step("Wait 5 minutes", 2), 300),
        Step {
            depth: 1,
            ..step("look at the graph meanwhile", 3)
        },
    ];
    let with_command = vec![
        step("Turn it off", 1),
        waiting(running(step("Wait 5 minutes", 2), "./warm-up.sh"), 300),
    ];
    let by_hand = vec![
        step("Turn it off", 1),
        Step {
            annotations: vec![super::super::super::Annotation::Manual],
            ..waiting(step("Wait 5 minutes", 2), 300)
        },
    ];
    for steps in [with_steps, with_command, by_hand] {
        let runbook = Runbook {
            sections: vec![section("S", steps)],
            ..Runbook::default()
        };
        let mut list = open(runbook, 0);
        let done = marked(&list, 0, StepMark::Done);
        list.take(&done, after(10), None);
        let begun = list.begin_wait(id(0, 1), after(11)).unwrap();
        list.take(&begun, after(11), None);
        assert_eq!(pass(&mut list, &world, 12, 400), []);
    }
}
