//! What a journal brings back.

use proptest::prelude::*;

use super::*;

fn evening(world: &World) -> (Checklist, Vec<(RunbookEvent, Timestamp)>) {
    let mut list = open(latency(), 0);
    let mut told = vec![(list.opened(), START), (list.pick(0).unwrap(), START)];
    let mut happen = |list: &mut Checklist, events: Vec<RunbookEvent>, at: Timestamp| {
        take_all(list, &events, at);
        told.extend(events.into_iter().map(|event| (event, at)));
    };
    let events = world
        .at(after(60), |live| list.tick(id(0, 0), None, live))
        .unwrap();
    happen(&mut list, events, after(60));
    let events = world.at(after(61), |live| list.judge(live));
    happen(&mut list, events, after(61));
    let events = list.skip(id(0, 3), None).unwrap();
    happen(&mut list, events, after(70));
    (list, told)
}

#[test]
fn ticks_branches_and_running_waits_are_back() {
    let world = World::new().values("latency_p95", &[7.4; 10]);
    let (before, told) = evening(&world);
    let mut list = Checklist::new("runbook.md", "aa", latency(), &signals());
    list.resume(&records(&told));
    let now = after(120);
    assert_eq!(list.section().map(|(index, _)| index), Some(0));
    assert_eq!(standings(&list, now), standings(&before, now));
    assert_eq!(list.waiting(now), before.waiting(now));
    assert_eq!(list.state(id(0, 0)).by.as_deref(), Some("ana"));
    assert_eq!(list.chosen_for(id(0, 0)), before.chosen_for(id(0, 0)));
    assert!(list.strays.is_empty() && list.changed_from.is_none());
}

#[test]
fn a_file_that_was_edited_keeps_what_can_be_found_and_tells_the_rest() {
    let world = World::new().values("latency_p95", &[7.4; 10]);
    let (_, told) = evening(&world);
    let mut edited = latency();
    edited.sections[0].line += 2;
    for step in &mut edited.sections[0].steps {
        step.line += 10;
    }
    edited.sections[0].steps[3].text = "Find the cause".to_owned();
    let mut list = Checklist::new("runbook.md", "bb", edited, &signals());
    list.resume(&records(&told));
    assert_eq!(list.changed_from.as_deref(), Some("aa"));
    assert_eq!(list.standing(id(0, 0), after(120)), Standing::Done);
    assert_eq!(list.standing(id(0, 2), after(120)), Standing::Waiting);
    assert_eq!(list.standing(id(0, 3), after(120)), Standing::Open);
    let gone: Vec<&str> = list.strays.iter().map(|key| key.text.as_str()).collect();
    assert_eq!(gone, ["Root cause analysis"]);
}

#[test]
fn what_belongs_to_another_file_is_passed_over() {
    let world = World::new();
    let (_, mut told) = evening(&world);
    let other = RunbookEvent::Opened {
        file: "other.md".to_owned(),
        sha256: "cc".to_owned(),
        title: String::new(),
    };
    told.push((other, after(80)));
    let key = StepKey {
        section: "Scenario 1: High latency".to_owned(),
        line: 4,
        text: "Root cause analysis".to_owned(),
    };
    let mark = RunbookEvent::Marked {
        step: key,
        mark: StepMark::Failed,
        reason: None,
        evidence: None,
    };
    told.push((mark, after(81)));
    let mut list = Checklist::new("runbook.md", "aa", latency(), &signals());
    list.resume(&records(&told));
    assert_eq!(list.standing(id(0, 3), after(120)), Standing::Skipped);
    let mut other = Checklist::new("other.md", "cc", latency(), &signals());
    other.resume(&records(&told));
    assert_eq!(other.state(id(0, 3)).mark, StepMark::Failed);
    assert_eq!(other.state(id(0, 0)).mark, StepMark::Open);
}

#[test]
fn of_equal_words_the_nearest_in_the_same_section_is_meant() {
    let twice = vec![
        step("Verify change", 10),
        step("Go on", 11),
        step("Verify change", 12),
    ];
    let sections = vec![section("A", twice.clone()), section("B", twice)];
    let list = Checklist::new(
        "f",
        "a",
        Runbook {
            sections,
            ..Runbook::default()
        },
        &signals(),
    );
    let key = |section: &str, line| StepKey {
        section: section.to_owned(),
        line,
        text: "Verify change".to_owned(),
    };
    assert_eq!(list.find(&key("B", 12)), Some(id(1, 2)));
    assert_eq!(list.find(&key("B", 9)), Some(id(1, 0)));
    assert_eq!(list.find(&key("C", 99)), None, "which of four is not known");
}

#[test]
fn a_step_whose_words_hold_a_secret_is_found_by_what_the_journal_made_of_them() {
    let steps = vec![
        step("Log in with password=hunter22, then go on", 10),
        step("Log in with password=hunter22, then stop", 11),
        step("Log in with password=other, then go on", 30),
        step("Log in", 40),
    ];
    let list = Checklist::new(
        "f",
        "a",
        Runbook {
            sections: vec![section("Token=abc", steps)],
            ..Runbook::default()
        },
        &signals(),
    );
    let key = |line, text: &str| StepKey {
        section: "Token=[masked:value:ba7816bf]".to_owned(),
        line,
        text: text.to_owned(),
    };
    let masked = "Log in with password=[masked:value:20d2fe5e], then go on";
    assert_eq!(list.find(&key(10, masked)), Some(id(0, 0)));
    assert_eq!(list.find(&key(31, masked)), Some(id(0, 2)));
    let masked = "Log in with password=[masked:value:20d2fe5e], then run";
    assert_eq!(list.find(&key(10, masked)), None);
    assert_eq!(list.find(&key(10, "[masked:pem:20d2fe5e] out")), None);
}

fn any_event() -> impl Strategy<Value = RunbookEvent> {
    let texts = latency().sections.into_iter().flat_map(|s| {
        s.steps
            .into_iter()
            .map(move |step| (s.title.clone(), step.text))
    });
    let mut texts: Vec<(String, String)> = texts.collect();
    texts.push(("gone".to_owned(), "gone".to_owned()));
    let key =
        (prop::sample::select(texts), 0_u32..20).prop_map(|((section, text), line)| StepKey {
            section,
            line,
            text,
        });
    let mark = prop::sample::select(vec![
        StepMark::Open,
        StepMark::Done,
        StepMark::Skipped,
        StepMark::Failed,
    ]);
    let run = prop::sample::select(vec!["1", "2"]).prop_map(ToOwned::to_owned);
    prop_oneof![
        (key.clone(), mark, any::<bool>()).prop_map(|(step, mark, reason)| RunbookEvent::Marked {
            step,
            mark,
            reason: reason.then(|| "because".to_owned()),
            evidence: None
        }),
        key.clone().prop_map(|step| RunbookEvent::Branched {
            step,
            why: "why".to_owned()
        }),
        (key.clone(), any::<u64>()).prop_map(|(step, span)| RunbookEvent::WaitBegun {
            step,
            span: Duration::from_millis(span)
        }),
        (key, run.clone()).prop_map(|(step, order)| RunbookEvent::Ordered { step, order }),
        (run, any::<i32>()).prop_map(|(run, code)| RunbookEvent::CommandEnded {
            run,
            end: crate::domain::runbook::CommandEnd::Exited(code),
            took: Duration::ZERO,
            bytes: 0,
            output_sha256: String::new(),
            tail: String::new(),
            leftover: Vec::new(),
        }),
        (0_usize..3).prop_map(|section| RunbookEvent::Picked {
            section: format!("Scenario {section}"),
            line: 1
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happened_the_journal_makes_the_same_of_it(events in prop::collection::vec(any_event(), 0..40)) {
        let world = World::new().values("latency_p95", &[2.0; 60]);
        let mut live = open(latency(), 0);
        let mut told = vec![(live.opened(), START), (live.pick(0).unwrap(), START)];
        for (place, event) in events.into_iter().enumerate() {
            let now = after(place as u64 * 40);
            live.take(&event, now, Some("ana"));
            told.push((event, now));
            for own in world.at(now, |seen| live.judge(seen)) {
                live.take(&own, now, Some("ana"));
                told.push((own, now));
            }
        }
        let mut again = Checklist::new("runbook.md", "aa", latency(), &signals());
        again.resume(&records(&told));
        let now = after(2_000);
        prop_assert_eq!(again.steps(), live.steps());
        for id in live.steps() {
            prop_assert_eq!(again.state(id), live.state(id));
            prop_assert_eq!(again.standing(id, now), live.standing(id, now));
            world.at(now, |seen| again.verifying(id, seen));
        }
        prop_assert_eq!(again.waiting(now), live.waiting(now));
    }
}
