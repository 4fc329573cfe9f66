//! Steps that tick themselves, and everything that must not make one do so.

use super::*;

/// The scenario with its first step done at second 60: the wait of the third runs until 360.
fn disabled(world: &World) -> Checklist {
    let mut list = open(latency(), 0);
    let done = world
        .at(after(60), |live| list.tick(id(0, 0), None, live))
        .unwrap();
    take_all(&mut list, &done, after(60));
    list
}

fn ticked(events: &[RunbookEvent]) -> Vec<(&str, &Evidence)> {
    events
        .iter()
        .filter_map(|event| match event {
            RunbookEvent::Marked {
                step,
                mark: StepMark::Done,
                evidence: Some(evidence),
                ..
            } => Some((step.text.as_str(), evidence)),
            _ => None,
        })
        .collect()
}

#[test]
fn it_ticks_itself_after_the_wait_once_two_periods_have_held() {
    let world = World::new().values(
        "latency_p95",
        &[7.4, 7.4, 2.1, 2.1, 2.1, 2.1, 2.1, 2.1, 2.1, 2.1],
    );
    let mut list = disabled(&world);
    let early = pass(&mut list, &world, 60, 480);
    assert_eq!(
        ticked(&early),
        [],
        "the two minutes after the wait are not over"
    );
    let events = pass(&mut list, &world, 480, 482);
    let found = ticked(&events);
    assert_eq!(found.len(), 1, "{events:?}");
    let (step, evidence) = found[0];
    assert_eq!(step, "Verify improvement");
    assert_eq!(
        evidence.text,
        "latency p95 2.1 s < 5 s for 2 of 2 min, n 100"
    );
    assert_eq!(evidence.signal.as_deref(), Some("latency_p95"));
    assert_eq!(evidence.value, Some(2.1));
    assert_eq!((evidence.from, evidence.to), (after(360), after(480)));
    assert!(
        evidence
            .query
            .as_deref()
            .unwrap()
            .contains("App latency_p95 p95")
    );
    assert_eq!(list.standing(id(0, 3), after(482)), Standing::Next);
}

#[test]
fn a_value_that_comes_and_goes_does_not_tick_it() {
    let world = World::new().values(
        "latency_p95",
        &[
            7.0, 7.0, 7.0, 7.0, 7.0, 7.0, 2.1, 6.0, 2.1, 6.0, 2.1, 6.0, 2.1,
        ],
    );
    let mut list = disabled(&world);
    let events = pass(&mut list, &world, 60, 780);
    assert_eq!(ticked(&events), []);
}

#[test]
fn missing_stale_and_thin_data_never_tick_it() {
    for (name, world) in [
        ("none", World::new()),
        ("old", World::new().values("latency_p95", &[2.1; 5])),
        ("thin", {
            let mut world = World::new().values("latency_p95", &[2.1; 30]);
            for spec in &mut world.signals {
                spec.min_samples = 1_000;
            }
            world
        }),
    ] {
        let mut list = disabled(&world);
        let events = pass(&mut list, &world, 60, 1_700);
        assert_eq!(ticked(&events), [], "{name}");
    }
}

#[test]
fn a_signal_of_treated_sessions_needs_the_proof_that_there_are_none() {
    let mut world = World::new().values("latency_p95", &[7.4, 7.4]);
    world.signals[0].treated_only = true;
    world.exposed = false;
    let mut list = disabled(&world);
    assert_eq!(
        ticked(&pass(&mut list, &world, 60, 700)),
        [],
        "silence proves nothing"
    );
    world.proven = Some(Proven {
        since: after(650),
        text: "no treated session among 63 seen".to_owned(),
    });
    assert_eq!(
        ticked(&pass(&mut list, &world, 700, 760)),
        [],
        "and it must have held"
    );
    let events = pass(&mut list, &world, 760, 800);
    let found = ticked(&events);
    assert_eq!(
        found[0].1.text,
        "nobody is exposed (no treated session among 63 seen), and latency p95 comes from treated sessions alone"
    );
}

#[test]
fn ticking_it_against_what_is_measured_asks_why_and_keeps_both() {
    let world = World::new().values("latency_p95", &[8.0; 10]);
    let mut list = disabled(&world);
    pass(&mut list, &world, 60, 400);
    let tick =
        |list: &Checklist, reason| world.at(after(400), |live| list.tick(id(0, 2), reason, live));
    match tick(&list, None) {
        Err(Refusal::NeedsReason(why)) => assert!(why.contains("8.0 s, not < 5 s"), "{why}"),
        other => assert!(other.is_err(), "{other:?}"),
    }
    let events = tick(&list, Some("the dashboard lags")).unwrap();
    take_all(&mut list, &events, after(400));
    let state = list.state(id(0, 2));
    assert_eq!(state.mark, StepMark::Done);
    assert_eq!(state.reason.as_deref(), Some("the dashboard lags"));
    assert_eq!(state.evidence.unwrap().text, "latency p95 8.0 s, not < 5 s");
    assert!(!state.by_itself);
}

#[test]
fn one_that_a_person_opened_again_is_left_to_people() {
    let world = World::new().values("latency_p95", &[2.1; 20]);
    let mut list = disabled(&world);
    pass(&mut list, &world, 60, 490);
    assert!(list.state(id(0, 2)).by_itself);
    let undone = world
        .at(after(490), |live| {
            list.tick(id(0, 2), Some("I want to see it myself"), live)
        })
        .unwrap();
    take_all(&mut list, &undone, after(490));
    assert_eq!(ticked(&pass(&mut list, &world, 490, 900)), []);
}

#[test]
fn a_question_and_a_bad_sign_are_no_verification() {
    let steps = vec![
        with(step("Check if p95 < 5 s", 1), p95(Test::Past(below(5.0)))),
        with(
            step("Confirm that p95 > 7 s", 2),
            p95(Test::Past(above(7.0))),
        ),
        with(step("Look at p95 < 5 s", 3), p95(Test::Past(below(5.0)))),
        Step {
            annotations: vec![crate::domain::runbook::Annotation::Manual],
            ..with(step("Verify p95 < 5 s", 4), p95(Test::Past(below(5.0))))
        },
    ];
    let world = World::new().values("latency_p95", &[2.0; 30]);
    let list = open(
        Runbook {
            sections: vec![section("S", steps)],
            ..Runbook::default()
        },
        0,
    );
    for place in 0..4 {
        assert_eq!(
            world.at(after(300), |live| list.verifying(id(0, place), live)),
            None,
            "{place}"
        );
    }
}

#[test]
fn what_is_spelled_out_holds_as_long_as_it_says() {
    let check = crate::domain::runbook::Annotation::Check {
        condition: p95(Test::Past(below(5.0))),
        held: Duration::from_mins(4),
    };
    let steps = vec![
        step("Go", 1),
        Step {
            annotations: vec![check],
            ..step("Anything", 2)
        },
    ];
    let world = World::new().values("latency_p95", &[2.0; 30]);
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
    assert_eq!(ticked(&pass(&mut list, &world, 1, 240)), []);
    assert_eq!(ticked(&pass(&mut list, &world, 240, 242)).len(), 1);
}

#[test]
fn what_should_be_is_verified_and_lights_nothing_up() {
    let text = "# T\n\nThe p95 must be below 5 s.\n\n1. Turn it off\n2. p95 should be below 5 s\n3. p95 must not exceed 7 s\n4. If p95 should be above 7 s, call\n";
    let list = open(crate::domain::runbook::read(text.as_bytes()), 0);
    let world = World::new().values("latency_p95", &[2.1; 10]);
    world.at(after(300), |live| {
        let of = |step: usize| id(0, step);
        assert!(list.lights(of(1), live).is_empty());
        assert_eq!(
            list.verifying(of(1), live).map(|v| v.words),
            Some("latency p95 < 5 s".to_owned())
        );
        assert_eq!(
            list.verifying(of(2), live).map(|v| v.words),
            Some("latency p95 not > 7 s".to_owned())
        );
        assert_eq!(list.lights(of(3), live).len(), 1);
        assert_eq!(list.verifying(of(3), live), None);
        assert!(list.ranked(live, &[]).iter().all(|m| m.because.is_empty()));
        assert!(!list.shape.branch_of.contains_key(&of(1)));
    });
}

#[test]
fn a_verification_right_after_branches_is_none_of_them() {
    let text = "# T\n\n1. If p95 > 7 s: turn it off\n2. If p95 is 5-7 s: one stage back\n3. p95 < 5 s for 2 periods.\n   <!-- coalmine: check latency_p95 < 5s for 2m -->\n";
    let world = World::new().values("latency_p95", &[7.4; 10]);
    let mut list = open(crate::domain::runbook::read(text.as_bytes()), 0);
    let taken = world
        .at(after(300), |live| list.choose(id(0, 0), live))
        .unwrap();
    take_all(&mut list, &[taken], after(300));
    assert!(!list.applies(id(0, 1)));
    assert!(list.applies(id(0, 2)));
}
