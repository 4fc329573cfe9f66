//! The list of rollouts at every size: what it says, and that nothing hostile gets out.

use std::time::Duration;

use super::*;
use crate::app::fleet::{Class, Fleet, Standing, Worst};
use crate::domain::Percent;
use crate::domain::Timestamp;
use crate::domain::failure::CallRecord;
use crate::domain::signal::SignalState;

const NOW: Timestamp = Timestamp::from_millis(1_795_227_660_000);

fn standing(
    name: &str,
    class: Class,
    percent: u8,
    worst: (&str, &str, &str, SignalState),
) -> Standing {
    let (title, value, limit, state) = worst;
    Standing {
        name: name.to_owned(),
        environment: "prod".to_owned(),
        is_prod: true,
        region: "us-east-1".to_owned(),
        class,
        exposure: Percent::new(percent),
        is_settling: class == Class::StillExposed,
        stage: (usize::from(percent > 0), 3),
        worst: Some(Worst {
            title: title.to_owned(),
            value: value.to_owned(),
            limit: limit.to_owned(),
            state,
        }),
        alarms: Some((usize::from(class == Class::RollBack), 2)),
        has_alarms: true,
        oldest: Some(NOW - Duration::from_secs(12)),
        fault: None,
        incident: class == Class::StillExposed,
        is_busy: class == Class::StillExposed,
    }
}

fn evening() -> Fleet {
    use SignalState::{Act, Ok, Stale, Warn};
    let mut standings = vec![
        standing(
            "checkout-redesign",
            Class::Promote,
            50,
            ("latency p95", "310 ms", "< 800 ms", Ok),
        ),
        standing(
            "search-ranking",
            Class::RollBack,
            10,
            ("error rate", "7.4 %", "> 5 %", Act),
        ),
        standing(
            "invoice-pdf",
            Class::Off,
            0,
            ("latency p95", "336 ms", "< 800 ms", Ok),
        ),
        standing(
            "upload-resume",
            Class::StillExposed,
            100,
            ("latency p95", "2.9 s", "> 2 s", Act),
        ),
        standing(
            "push-digest",
            Class::CannotTell,
            50,
            ("requests", "stale", "", Stale),
        ),
        standing(
            "a-name-that-is-longer-than-any-column-holds",
            Class::Hold,
            10,
            ("latency p95", "900 ms", "> 800 ms", Warn),
        ),
    ];
    standings[4].fault = Some("cloudwatch:GetMetricData: Rate exceeded".to_owned());
    standings[4].oldest = Some(NOW - Duration::from_mins(9));
    standings[2].environment = "staging".to_owned();
    standings[2].is_prod = false;
    let mut fleet = Fleet::new(standings, NOW);
    fleet.selected = 3;
    for second in 0..300 {
        fleet.spending.called(&CallRecord {
            at: NOW - Duration::from_secs(300 - second),
            operation: "cloudwatch:GetMetricData".to_owned(),
            target: String::new(),
            latency: Duration::ZERO,
            result: "ok".to_owned(),
            metrics: 4,
        });
    }
    fleet
}

fn shown(fleet: &Fleet, (columns, rows): (u16, u16)) -> String {
    let theme = Theme::new(Depth::True);
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal
        .draw(|frame| drop(crate::ui::fleet::draw(frame, fleet, &theme)))
        .unwrap();
    text(terminal.backend().buffer())
}

#[test]
fn the_list_at_every_size() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../tests/snapshots/ui");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for size in [(80, 24), (120, 40), (200, 60)] {
            let name = format!("fleet_{}x{}", size.0, size.1);
            insta::assert_snapshot!(name, shown(&evening(), size));
        }
        let mut help = evening();
        help.help = true;
        insta::assert_snapshot!("fleet_help_80x24", shown(&help, (80, 24)));
        let mut slowed = evening();
        slowed.every = Duration::from_mins(4);
        slowed.say("an order of checkout is on its way: q again leaves all the same");
        insta::assert_snapshot!("fleet_slowed_120x40", shown(&slowed, (120, 40)));
    });
}

#[test]
fn every_row_says_where_its_rollout_stands() {
    let screen = shown(&evening(), (80, 24));
    for row in [
        [
            "STILL EXPOSED",
            "upload-resume",
            "≤100%",
            "2.9 s > 2 s",
            "INC",
        ],
        ["ROLL BACK", "search-ranking", "10%", "7.4 % > 5 %", "1/2"],
        ["CANNOT TELL", "push-digest", "50%", "stale", "9 m"],
    ] {
        let line = screen
            .lines()
            .find(|line| line.contains(row[1]) && line.contains(row[2]));
        let line = line.unwrap_or_else(|| panic!("no row of {}:\n{screen}", row[1]));
        assert!(row.iter().all(|part| line.contains(part)), "{line}");
    }
}

#[test]
fn nothing_breaks_at_any_size_or_with_hostile_names() {
    let mut fleet = evening();
    for standing in &mut fleet.standings {
        standing.name = "\u{1b}]0;x\u{7}\u{202e}ab\u{200b}世界".repeat(9);
        standing.fault = Some("\u{1b}[2J".repeat(40));
    }
    for columns in (1..=220).step_by(7) {
        for rows in [1, 2, 3, 5, 9, 10, 24, 60] {
            let screen = shown(&fleet, (columns, rows));
            assert!(!screen.contains('\u{1b}') && !screen.contains('\u{202e}'));
        }
    }
    let many = (0..300).map(|_| evening().standings[0].clone()).collect();
    let mut many = Fleet::new(many, NOW);
    many.selected = 299;
    let screen = shown(&many, (80, 24));
    assert!(screen.contains("300 rollouts"), "{screen}");
}
