//! Ticks, branches, waits.

use super::*;

#[test]
fn the_branch_that_is_met_lights_up_and_the_chosen_one_greys_the_other() {
    let world = World::new().values("latency_p95", &[7.4, 7.4, 7.4]);
    let mut list = open(latency(), 0);
    let now = after(185);
    let lights = world.at(now, |live| {
        [0, 1].map(|step| {
            list.lights(id(0, step), live)
                .into_iter()
                .map(|(_, light)| light)
                .collect::<Vec<_>>()
        })
    });
    assert_eq!(lights[0], [Light::Met("7.4 s > 7 s".to_owned())]);
    assert_eq!(lights[1], [Light::NotMet("7.4 s, not 5 to 7 s".to_owned())]);
    assert_eq!(
        standings(&list, now)[1],
        Standing::Open,
        "nothing is greyed before somebody chooses"
    );
    let chosen = world.at(now, |live| list.choose(id(0, 0), live)).unwrap();
    list.take(&chosen, now, None);
    assert_eq!(
        standings(&list, now),
        [
            Standing::Next,
            Standing::OtherBranch,
            Standing::Open,
            Standing::Open
        ]
    );
    assert_eq!(list.chosen_for(id(0, 0)), Some("latency p95 7.4 s > 7 s"));
    let other = world.at(now, |live| list.choose(id(0, 1), live)).unwrap();
    list.take(&other, now, None);
    assert_eq!(
        standings(&list, now)[0],
        Standing::OtherBranch,
        "one may change one's mind"
    );
    assert!(
        world.at(now, |live| list.choose(id(0, 3), live)).is_err(),
        "no branch"
    );
}

#[test]
fn doing_a_step_of_a_branch_chooses_it_with_everything_in_it() {
    let world = World::new();
    let mut list = open(latency(), 1);
    let events = world
        .at(START, |live| list.tick(id(1, 4), None, live))
        .unwrap();
    take_all(&mut list, &events, START);
    assert_eq!(
        standings(&list, START),
        [
            Standing::Open,
            Standing::OtherBranch,
            Standing::OtherBranch,
            Standing::Open,
            Standing::Done,
            Standing::Next,
        ]
    );
    assert_eq!(
        list.progress(),
        (1, 4),
        "a branch that was not chosen is not counted"
    );
}

#[test]
fn signals_that_differ_are_no_branches_of_each_other() {
    let errors = condition("error rate", Test::Past(above(5.0)), WrittenUnit::Percent);
    let steps = vec![
        with(
            step("If p95 > 7 s, disable", 1),
            p95(Test::Past(above(7.0))),
        ),
        with(step("If error rate > 5 %, disable", 2), errors),
    ];
    let list = open(
        Runbook {
            sections: vec![section("S", steps)],
            ..Runbook::default()
        },
        0,
    );
    assert!(!list.is_branch(id(0, 0)) && !list.is_branch(id(0, 1)));
}

#[test]
fn a_wait_begins_when_its_turn_comes_counts_down_and_blocks_nothing() {
    let world = World::new().values("latency_p95", &[2.0; 20]);
    let mut list = open(latency(), 0);
    assert_eq!(
        pass(&mut list, &world, 0, 60),
        [],
        "nothing was done yet: nothing waits"
    );
    let done = world
        .at(after(60), |live| list.tick(id(0, 0), None, live))
        .unwrap();
    take_all(&mut list, &done, after(60));
    let begun = pass(&mut list, &world, 60, 61);
    assert!(
        matches!(&begun[..], [RunbookEvent::WaitBegun { span, .. }] if span.as_secs() == 300),
        "{begun:?}"
    );
    assert_eq!(list.standing(id(0, 2), after(100)), Standing::Waiting);
    let (_, watch) = list.waiting(after(100))[0];
    assert_eq!(watch.left(after(100)), Duration::from_secs(260));
    let other = world
        .at(after(100), |live| list.tick(id(0, 3), None, live))
        .unwrap();
    take_all(&mut list, &other, after(100));
    assert_eq!(
        list.standing(id(0, 3), after(100)),
        Standing::Done,
        "a wait keeps nobody from going on"
    );
    assert_eq!(list.waiting(after(361)), []);
}

#[test]
fn several_waits_run_at_once_and_each_begins_once() {
    let world = World::new();
    let steps = vec![
        waiting(step("Wait", 1), 60),
        waiting(step("Wait longer", 2), 120),
        step("Done", 3),
    ];
    let mut list = open(
        Runbook {
            sections: vec![section("S", steps)],
            ..Runbook::default()
        },
        0,
    );
    for place in [0, 1] {
        let event = list.begin_wait(id(0, place), after(5)).unwrap();
        list.take(&event, after(5), None);
    }
    assert_eq!(list.waiting(after(10)).len(), 2);
    assert!(
        list.begin_wait(id(0, 0), after(10)).is_err(),
        "it is running"
    );
    assert!(list.begin_wait(id(0, 2), after(10)).is_err(), "it has none");
    assert_eq!(pass(&mut list, &world, 10, 200), []);
}

#[test]
fn a_wait_beside_a_command_begins_when_the_command_has_done_its_work() {
    let world = World::new();
    let restart = running(
        waiting(step("Restart, wait a minute", 2), 60),
        "systemctl restart app",
    );
    let steps = vec![step("Announce it", 1), restart, step("Done", 3)];
    let mut list = open(
        Runbook {
            sections: vec![section("S", steps)],
            ..Runbook::default()
        },
        0,
    );
    let done = world
        .at(START, |live| list.tick(id(0, 0), None, live))
        .unwrap();
    take_all(&mut list, &done, START);
    assert_eq!(
        pass(&mut list, &world, 0, 30),
        [],
        "nothing was restarted yet"
    );
    let events = world.at(after(30), |live| list.ordered(id(0, 1), "1-1", live));
    take_all(&mut list, &events, after(30));
    assert_eq!(list.standing(id(0, 1), after(31)), Standing::UnderWay);
    let ended = list.ended(
        id(0, 1),
        StepMark::Done,
        "exit code 0".to_owned(),
        after(40),
    );
    take_all(&mut list, &ended, after(40));
    assert!(list.state(id(0, 1)).wait.is_some());
}

#[test]
fn taking_a_tick_away_asks_why_and_a_step_can_be_left_out() {
    let world = World::new();
    let mut list = open(latency(), 0);
    let tick = |list: &Checklist, reason| world.at(START, |live| list.tick(id(0, 3), reason, live));
    let done = tick(&list, None).unwrap();
    take_all(&mut list, &done, START);
    assert!(matches!(tick(&list, None), Err(Refusal::NeedsReason(_))));
    assert!(
        matches!(tick(&list, Some("  ")), Err(Refusal::NeedsReason(_))),
        "blanks are no reason"
    );
    assert!(
        list.skip(id(0, 3), None).is_err(),
        "what is done is not left out"
    );
    let undone = tick(&list, Some("wrong step")).unwrap();
    take_all(&mut list, &undone, START);
    let state = list.state(id(0, 3));
    assert_eq!(
        (state.mark, state.reason.as_deref()),
        (StepMark::Open, Some("wrong step"))
    );
    let left_out = list.skip(id(0, 3), None).unwrap();
    take_all(&mut list, &left_out, START);
    assert_eq!(list.standing(id(0, 3), START), Standing::Skipped);
    let back = tick(&list, None).unwrap();
    take_all(&mut list, &back, START);
    assert_eq!(list.state(id(0, 3)).mark, StepMark::Open);
}

#[test]
fn a_step_whose_order_is_under_way_is_ticked_by_hand_with_a_reason_only() {
    let world = World::new();
    let mut list = open(latency(), 0);
    let events = world.at(START, |live| list.ordered(id(0, 0), "1-1", live));
    take_all(&mut list, &events, START);
    assert_eq!(list.step_of("1-1"), Some(id(0, 0)));
    let tick = world.at(START, |live| list.tick(id(0, 0), None, live));
    assert!(matches!(tick, Err(Refusal::NeedsReason(_))), "{tick:?}");
    let failed = list.ended(
        id(0, 0),
        StepMark::Failed,
        "refused: denied".to_owned(),
        after(2),
    );
    take_all(&mut list, &failed, after(2));
    assert_eq!(list.standing(id(0, 0), after(3)), Standing::Failed);
    let again = world.at(after(4), |live| list.tick(id(0, 0), None, live));
    assert!(
        matches!(again, Err(Refusal::NeedsReason(_))),
        "what failed counts as done only with a reason"
    );
}
