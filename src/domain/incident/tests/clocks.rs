//! Clocks that go back, or differ: what was done stays done, in the order in which it was done.

use super::*;

/// An evening of one console whose clock goes back by ten minutes after the order was sent.
fn set_back() -> Vec<Record> {
    let mut records = lowered();
    let back = |seconds: i64, entry: Entry| record(seconds - 600, ana(), entry);
    let proved = |proof: Proof| Entry::Proved {
        order: OrderId("o-1".into()),
        proof,
        evidence: "seen".into(),
    };
    records.truncate(2);
    records.push(back(1002, settled("o-1", applied("43", 402))));
    records.push(back(1003, proved(Proof::Accepted)));
    records.push(back(1065, proved(Proof::Horizon)));
    records.push(back(
        1066,
        Entry::Note {
            text: "a remark".into(),
        },
    ));
    records.push(back(1070, proved(Proof::Observed)));
    records
}

#[test]
fn a_clock_that_goes_back_takes_nothing_out_of_the_incident() {
    let incident = Incident::from_records(&set_back()).unwrap();
    assert_eq!(incident.since_opened().count(), 7);
    let told = incident.handover(at(480)).to_string();
    assert!(told.contains("exposure: Disabled (0 % of users)"), "{told}");
    assert!(told.contains("the effect was observed"), "{told}");
    assert_eq!(incident.stage(), Stage::Monitoring);
    assert!(incident.off_since().is_some());
    let kinds: Vec<Kind> = incident
        .timeline()
        .iter()
        .map(|moment| moment.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            Kind::Incident,
            Kind::Order,
            Kind::Outcome,
            Kind::Proof,
            Kind::Proof,
            Kind::Note,
            Kind::Proof
        ]
    );
    let figures = incident.figures();
    assert_eq!(
        figures.detected_at,
        at(1000),
        "what came after detected nothing"
    );
}

#[test]
fn an_order_of_a_host_whose_clock_is_behind_belongs_to_the_incident() {
    let mut records = vec![record(1000, ana(), opened("inc-1", IncidentCause::Asked))];
    let down = order("o-2", &Change::Disable, 700);
    let down = Entry::Intent {
        order: Box::new(down),
    };
    records.push(record(700, ben(), down));
    records.push(record(701, ben(), settled("o-2", applied("43", 701))));
    let incident = Incident::from_records(&records).unwrap();
    assert_eq!(incident.action(), "Disabled (0 % of users)");
    assert!(incident.figures().first_action_at.is_some());
}
