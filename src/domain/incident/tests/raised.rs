//! What is told of an incident in which users were brought back, or never taken off.

use super::*;

fn raised() -> Vec<Record> {
    let mut records = lowered();
    let id = Book::from_records(&records).open().unwrap().id.clone();
    let reason = "the cause is fixed".to_owned();
    records.push(record(
        1100,
        ana(),
        event(IncidentEvent::LockReleased { id, reason }),
    ));
    let mut up = order("o-9", &Change::Disable, 1200);
    up.plan.direction = Direction::Raise;
    (up.plan.before, up.plan.after) = (Some(percent(0)), percent(10));
    let up = Entry::Intent {
        order: Box::new(up),
    };
    records.push(record(1200, ana(), up));
    records.push(record(1201, ana(), settled("o-9", applied("44", 1201))));
    records
}

#[test]
fn what_was_raised_again_is_not_told_as_disabled() {
    let incident = Incident::from_records(&raised()).unwrap();
    assert_eq!(
        incident.action(),
        "Disabled (0 % of users), then raised to 10 %"
    );
    let told = incident.handover(at(1300)).to_string();
    assert!(!told.contains("nobody above that"), "{told}");
    assert!(!told.contains("the caches to expire"), "{told}");
    assert_eq!(incident.stage(), Stage::Identified);
    for stage in [Stage::RolledBack, Stage::Monitoring] {
        let message = incident.message(stage, &Subject::default(), at(1300));
        assert!(message.contains("[it was raised again"), "{message}");
    }
}

#[test]
fn nothing_is_said_to_be_rolled_back_before_it_is() {
    let records = [record(1000, ana(), opened("inc-1", IncidentCause::Asked))];
    let incident = Incident::from_records(&records).unwrap();
    for stage in [Stage::RolledBack, Stage::Monitoring] {
        let message = incident.message(stage, &Subject::default(), at(1300));
        assert!(
            message.contains("[no rollback is accepted yet"),
            "{message}"
        );
    }
}

#[test]
fn a_command_that_came_and_went_is_no_moment_of_its_own() {
    let opens = Entry::Opened {
        rollout: "partial-results".into(),
        environment: "prod".into(),
        version: "0.1.0".into(),
    };
    let command = Actor { pid: None, ..ana() };
    let mut records = lowered();
    records.push(record(1100, command, opens.clone()));
    records.push(record(1101, ben(), opens));
    let moments = Incident::from_records(&records).unwrap().timeline();
    let consoles = moments.iter().filter(|moment| moment.kind == Kind::Console);
    let who: Vec<&str> = consoles.map(|moment| moment.who.as_str()).collect();
    assert_eq!(who, ["ben@desk"]);
}
