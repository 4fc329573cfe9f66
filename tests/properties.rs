//! Whatever is pressed, pasted or answered: nothing panics, nothing raises unasked, one order at a time, and nothing that lowers is lost.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "support/driver.rs"]
mod driver;
#[path = "support/fingers.rs"]
mod fingers;
#[path = "support/weather.rs"]
mod weather;
#[path = "support/world.rs"]
mod world;

use std::time::Duration;

use allocation_counter::measure;
use coalmine::app::Msg;
use coalmine::app::keymap::{Key, Scope};
use coalmine::config;
use coalmine::domain::plan::Direction;
use coalmine::domain::{Environment, Timestamp};
use proptest::prelude::*;

use driver::{Driver, START};
use fingers::{Deed, deeds, document};

fn console(environment: &str, enabled: bool, percent: u8) -> Driver {
    let mut spec = config::demo().unwrap();
    spec.environment = Environment(environment.to_owned());
    let mut driver = Driver::new(spec);
    let written = START - Duration::from_hours(8 * 24);
    driver.world.write_flag(
        &document(true, 50),
        "ana",
        written - Duration::from_hours(24),
    );
    driver
        .world
        .write_flag(&document(enabled, percent), "ana", written);
    driver.world.environment = [
        ("PARTIAL_RESULTS_ENABLED", "true"),
        ("ROLLOUT_PERCENTAGE", "50"),
        ("TOKEN", "x"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    driver
}

/// Runbooks of all sorts: pieces of real ones in any order.
fn runbook() -> impl Strategy<Value = String> {
    let pieces = vec![
        "# A runbook\n\n",
        "## Scenario: high latency\n\n",
        "### Steps\n\n",
        "- Latency p95 > 5 seconds\n\n",
        "1. If p95 > 7 s, disable it\n   ```bash\n   python manage_rollout.py --disable\n   ```\n",
        "2. If p95 is 5-7 s, reduce it\n   ```bash\n   python manage_rollout.py --percentage 50\n   ```\n",
        "3. Wait 2 minutes and verify that latency p95 < 5 s\n",
        "4. Re-enable with everybody\n   ```bash\n   python manage_rollout.py --percentage 100\n   ```\n",
        "   1. If it is an outage\n   2. If it is not\n",
        "- [ ] Tell <somebody>\n",
        "- [x] Told\n",
        "```bash\nsleep 60\naws logs tail /aws/lambda/audio-processor | grep ERROR\n```\n",
        "```bash\necho $SESSION_ID <name>\n```\n",
        "| Metric | Threshold | Action |\n|---|---|---|\n| Latency p95 | > 7s | Disable |\n\n",
        "<!-- coalmine: native set 100 -->\n",
        "<!-- coalmine: check latency_p95 < 5s for 1m -->\n",
        "```\nnever closed\n",
        "\u{1b}[2J\u{202e}\n\n",
    ];
    let piece = prop_oneof![12 => prop::sample::select(pieces).prop_map(ToOwned::to_owned), 1 => "\\PC{0,40}\n"];
    prop::collection::vec(piece, 1..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_evening_raises_unasked_or_loses_a_disable(
        prod in any::<bool>(),
        enabled in any::<bool>(),
        percent in prop::sample::select(vec![0_u8, 5, 10, 50, 100]),
        deeds in deeds(60),
    ) {
        let mut driver = console(if prod { "prod" } else { "staging" }, enabled, percent);
        driver.open();
        for deed in deeds {
            let before = fingers::Before::of(&driver);
            fingers::does(&mut driver, &deed);
            fingers::holds(&driver, &before, &deed).map_err(|said| TestCaseError::fail(format!("after {deed:?}: {said}")))?;
        }
        prop_assert!(driver.screen().len() > 4_000);
        // Whatever was held back comes in the end, and then nothing is stuck.
        driver.world.faults.clear();
        driver.world.account = driver.model.pinned_account.clone().unwrap_or_else(|| "123456789012".to_owned());
        for what in ["orders", "verify", "flag", "orders", "flag"] {
            driver.release(what);
        }
        driver.pass(Duration::from_mins(2));
        prop_assert!(driver.model.in_flight.is_empty(), "stuck: {:?}", driver.model.in_flight);
        prop_assert!(driver.model.waiting.is_none(), "waits for ever: {:?}", driver.model.waiting);
        prop_assert!(driver.model.unresolved.is_empty(), "never resolved: {:?}", driver.model.unresolved.len());
    }

    #[test]
    fn a_key_that_lowers_is_never_pressed_in_vain(
        deeds in deeds(30),
        key in prop::sample::select(vec!["f9", "D", "-", "0", "1", "r"]),
    ) {
        let mut driver = console("prod", true, 50);
        driver.open();
        for deed in deeds {
            fingers::does(&mut driver, &deed);
        }
        let typing = coalmine::app::update::scopes(&driver.model);
        prop_assume!(key == "f9" || typing.contains(&Scope::Global) || key == "D" && typing.contains(&Scope::Dialog));
        let sent = driver.submitted.len();
        driver.model.toast = None;
        driver.keys(key);
        let told = driver.model.toast.is_some() || driver.overlay() != "none" || driver.model.waiting.is_some();
        prop_assert!(driver.submitted.len() > sent || told, "nothing came of it");
    }

    #[test]
    fn no_runbook_and_no_fingers_raise_unasked_or_break_the_checklist(
        text in runbook(),
        percent in prop::sample::select(vec![0_u8, 10, 50]),
        deeds in deeds(50),
        wishes in prop::collection::vec(prop::sample::select("space enter enter enter b n s v j j k f esc R D".split(' ').collect::<Vec<_>>()), 50),
        edited in runbook(),
    ) {
        let mut driver = console("prod", percent > 0, percent);
        driver.model.runbook.asked = Some("runbook.md".to_owned());
        driver.runbooks.insert("runbook.md".to_owned(), text);
        driver.open();
        driver.keys("R enter");
        for (place, (deed, wish)) in deeds.iter().zip(wishes).enumerate() {
            let Some(key) = Key::parse(wish) else { continue };
            if place == 20 {
                driver.runbooks.insert("runbook.md".to_owned(), edited.clone());
                driver.keys("ctrl-r");
            }
            for deed in [Deed::Key(key, 400), deed.clone()] {
                let before = fingers::Before::of(&driver);
                fingers::does(&mut driver, &deed);
                fingers::holds(&driver, &before, &deed).map_err(|said| TestCaseError::fail(format!("after {deed:?}: {said}")))?;
            }
        }
        let clean = driver.screen().chars().all(|c| c == '\n' || !c.is_control());
        prop_assert!(clean);
        // What the journal has brings the same back.
        let standing = |driver: &Driver| {
            let open = driver.model.runbook.open.as_ref()?;
            let each = open.steps().into_iter().map(|id| (open.state(id).mark, open.applies(id))).collect::<Vec<_>>();
            Some((open.section().map(|(place, _)| place), each))
        };
        let before = standing(&driver);
        let same_file = driver.model.runbook.open.as_ref().is_some_and(|open| open.file == "runbook.md" && open.changed_from.is_none() && driver.runbooks.get("runbook.md").is_some_and(|text| format!("{:x}", text.len()) == open.sha256));
        driver.world.faults.clear();
        driver.held.clear();
        driver.restart();
        if same_file && before.as_ref().is_some_and(|(section, _)| section.is_some()) {
            prop_assert_eq!(standing(&driver), before);
        }
    }

    #[test]
    fn nonsense_from_the_outside_never_panics(
        sizes in prop::collection::vec((any::<u16>(), any::<u16>()), 0..8),
        paste in ".{0,200}",
        text in "\\PC{0,300}",
        at in any::<i64>(),
        speed in any::<f64>(),
    ) {
        let mut driver = console("prod", true, 10);
        driver.open();
        driver.world.write_flag(&text, &paste, Timestamp::from_millis(at));
        driver.world.line(&text, driver.now);
        driver.world.line(&format!("{{\"session_id\":{text:?},\"level\":{paste:?}}}"), driver.now);
        driver.send(Msg::Paced(speed));
        for size in sizes {
            driver.send(Msg::Resized(size.0, size.1));
        }
        for key in ["/", ":", "H", "?", "+", "w", "f9"] {
            driver.keys(key);
            driver.send(Msg::Pasted(paste.clone()));
            driver.pass(Duration::from_secs(2));
            let clean = driver.screen().chars().all(|c| c == '\n' || !c.is_control());
            prop_assert!(clean);
        }
    }
}

/// A tick with everything full stays far below a frame, even without optimization.
#[test]
fn a_tick_is_cheap_when_everything_is_full() {
    let mut driver = console("prod", true, 50);
    for (name, value) in [
        ("latency_p95", 2.0),
        ("dropped", 10.0),
        ("orphaned", 1.0),
        ("error_rate", 0.1),
        ("fallbacks", 0.0),
    ] {
        driver.world.signals.insert(
            name.to_owned(),
            vec![(START - Duration::from_hours(24), Some((value, 500.0)))],
        );
    }
    driver.open();
    for second in 0..1_800 {
        driver
            .world
            .sessions(12, 6, driver.now + Duration::from_secs(second));
    }
    driver.pass(Duration::from_mins(30));
    driver.keys("D");
    driver.pass(Duration::from_secs(30));
    let lines = driver.model.logs.store().len();
    assert!(lines > 20_000, "only {lines} lines");
    // A walk over all lines would allocate for each.
    let most = lines as u64 / 4;
    for _ in 0..20 {
        let tick = measure(|| driver.send(Msg::Ticked)).count_total;
        let key = measure(|| driver.press(Key::char('k'), 100)).count_total;
        assert!(
            tick < most && key < most,
            "a tick allocates {tick} times, a row up {key} times, with {lines} lines"
        );
    }
    assert!(
        driver
            .orders
            .iter()
            .all(|order| order.plan.direction == Direction::Lower)
    );
}
