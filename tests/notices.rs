//! Notices over the hand-cranked world and a clock of their own: when one goes out, what it says, and what a command of the person's own
//! is told.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop here"
)]

#[path = "support/driver.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod driver;
#[path = "support/weather.rs"]
mod weather;
#[path = "support/world.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod world;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use coalmine::app::Msg;
use coalmine::config;
use coalmine::domain::alarm::AlarmState;
use coalmine::domain::verdict::Decision;
use coalmine::runtime::notifier::{Notice, Notifier};
use coalmine::runtime::{Hook, Outward, Ways};
use coalmine::ui::Glyphs;
use driver::{Driver, START};
use tokio::sync::mpsc;

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A console that has read everything once, and a notifier that knows it.
fn quiet() -> (Driver, Notifier) {
    let mut driver = Driver::new(config::demo().unwrap());
    let written = START - Duration::from_hours(24);
    driver.world.write_flag(
        r#"{"enabled":true,"rollout_percentage":10}"#,
        "ana",
        written,
    );
    driver.open();
    driver.pass(Duration::from_secs(5));
    let mut notifier = Notifier::default();
    assert_eq!(notifier.look(&driver.model, at(0)), None);
    (driver, notifier)
}

fn judge(driver: &mut Driver, decision: Decision) {
    driver.model.verdict.decision = decision;
}

fn set_alarm(driver: &mut Driver, index: usize, state: AlarmState) {
    driver.model.alarms.value.as_mut().unwrap().alarms[index].state = state;
}

#[test]
fn how_things_stand_at_the_start_is_no_news() {
    let mut driver = Driver::new(config::demo().unwrap());
    let mut notifier = Notifier::default();
    assert_eq!(notifier.look(&driver.model, at(0)), None);
    driver
        .world
        .write_flag(r#"{"enabled":true,"rollout_percentage":10}"#, "ana", START);
    driver.open();
    for second in 0..30 {
        driver.pass(Duration::from_secs(1));
        if second == 0 {
            judge(&mut driver, Decision::Hold);
        }
        let news = notifier.look(&driver.model, at(second));
        assert!(
            second == 0
                || news.is_none()
                || news.as_ref().is_some_and(|news| !news.changes.is_empty())
        );
    }
}

#[test]
fn a_change_is_told_at_once_and_the_next_only_ten_seconds_later_together() {
    let (mut driver, mut notifier) = quiet();
    judge(&mut driver, Decision::Hold);
    drop(notifier.look(&driver.model, at(0)));
    judge(&mut driver, Decision::RollBack);
    let first = notifier.look(&driver.model, at(100)).unwrap();
    assert!(
        first.text.starts_with("verdict HOLD -> ROLL BACK"),
        "{}",
        first.text
    );
    assert_eq!(first.verdict, "ROLL BACK");
    assert_eq!(notifier.look(&driver.model, at(100)), None);

    set_alarm(&mut driver, 0, AlarmState::Alarm);
    assert_eq!(notifier.look(&driver.model, at(101)), None);
    set_alarm(&mut driver, 1, AlarmState::Alarm);
    judge(&mut driver, Decision::Hold);
    assert_eq!(notifier.look(&driver.model, at(109)), None);
    let second = notifier.look(&driver.model, at(110)).unwrap();
    assert_eq!(second.changes.len(), 3);
    assert!(
        second.text.starts_with("verdict ROLL BACK -> HOLD; alarm "),
        "{}",
        second.text
    );
    assert!(second.text.contains(" OK -> ALARM"), "{}", second.text);
}

#[test]
fn what_changes_back_before_it_could_be_told_is_no_news() {
    let (mut driver, mut notifier) = quiet();
    set_alarm(&mut driver, 0, AlarmState::Alarm);
    assert!(notifier.look(&driver.model, at(100)).is_some());
    for second in 0..9 {
        let state = if second % 2 == 0 {
            AlarmState::Ok
        } else {
            AlarmState::Alarm
        };
        set_alarm(&mut driver, 0, state);
        assert_eq!(notifier.look(&driver.model, at(101 + second)), None);
    }
    set_alarm(&mut driver, 0, AlarmState::Alarm);
    assert_eq!(notifier.look(&driver.model, at(111)), None);
}

#[test]
fn each_of_several_rollouts_is_told_of_for_itself_and_the_bell_rings_once() {
    let ways = Ways {
        bell: true,
        osc9: true,
        ..Ways::default()
    };
    let mut outward = Outward::new(ways, false, false, Glyphs::Utf8);
    let mut rollouts: Vec<Driver> = (0..4).map(|_| quiet().0).collect();
    for (number, driver) in rollouts.iter_mut().enumerate() {
        driver.model.spec.name = format!("r{number}");
        judge(driver, Decision::Hold);
        assert!(outward.notices(&driver.model, at(0)).is_empty(), "no news");
    }
    let mut tell = |driver: &Driver, second| {
        let bytes = outward.notices(&driver.model, at(second));
        let text = String::from_utf8(bytes).unwrap();
        // An OSC may end with a BEL, too.
        let rings = text.starts_with('\u{7}');
        (rings, text.contains("ROLL BACK"), text)
    };
    for (number, driver) in rollouts.iter_mut().enumerate() {
        judge(driver, Decision::RollBack);
        let (rings, is_told, text) = tell(driver, 100);
        assert!(is_told && text.contains(&format!("r{number}")), "{text}");
        assert_eq!(rings, number == 0, "one ring for all: {text}");
    }
    // A rollout that was just told of waits; that says nothing about another one.
    judge(&mut rollouts[0], Decision::Hold);
    assert_eq!(tell(&rollouts[0], 105).2, "");
    let mut late = quiet().0;
    late.model.spec.name = "late".into();
    judge(&mut late, Decision::Hold);
    assert_eq!(tell(&late, 105).2, "");
    judge(&mut late, Decision::RollBack);
    assert!(tell(&late, 106).0);
    // The same name in another environment is another rollout.
    late.model.spec.environment = coalmine::domain::Environment("staging".into());
    assert_eq!(tell(&late, 107).2, "");
    assert!(tell(&rollouts[0], 111).2.contains("ROLL BACK -> HOLD"));
}

#[test]
fn a_storm_is_one_notice_in_ten_seconds() {
    let (mut driver, mut notifier) = quiet();
    let mut told = 0;
    for second in 0..600 {
        let decision = if second % 2 == 0 {
            Decision::Hold
        } else {
            Decision::RollBack
        };
        judge(&mut driver, decision);
        told += usize::from(notifier.look(&driver.model, at(second)).is_some());
    }
    assert!((30..=60).contains(&told), "{told}");
}

#[test]
fn neither_a_reason_nor_a_digit_is_a_change() {
    let (mut driver, mut notifier) = quiet();
    for second in 0..120 {
        for reason in &mut driver.model.verdict.reasons {
            reason.text = format!("latency p95 {second} s > 7 s");
        }
        driver.model.complaints.push(driver.now);
        assert_eq!(notifier.look(&driver.model, at(second)), None);
    }
}

#[test]
fn the_terminal_gets_what_was_asked_for_and_nothing_else() {
    let (mut driver, _) = quiet();
    let ways = [
        (true, false, false),
        (false, true, false),
        (false, false, true),
        (false, false, false),
    ];
    for (bell, osc9, osc777) in ways {
        let ways = Ways {
            bell,
            osc9,
            osc777,
            hook: None,
        };
        let mut outward = Outward::new(ways, true, false, Glyphs::Utf8);
        assert_eq!(outward.notices(&driver.model, at(0)), Vec::<u8>::new());
        set_alarm(&mut driver, 0, AlarmState::Alarm);
        let bytes = String::from_utf8(outward.notices(&driver.model, at(20))).unwrap();
        assert_eq!(bytes.contains('\u{7}'), bell);
        assert_eq!(bytes.contains("\u{1b}]9;coalmine "), osc9);
        assert_eq!(bytes.contains("\u{1b}]777;notify;coalmine "), osc777);
        set_alarm(&mut driver, 0, AlarmState::Ok);
    }
}

#[test]
fn the_title_tells_the_state_once() {
    let (mut driver, _) = quiet();
    judge(&mut driver, Decision::Hold);
    let mut outward = Outward::new(Ways::default(), true, false, Glyphs::Utf8);
    let title = String::from_utf8(outward.title(&driver.model).unwrap()).unwrap();
    assert_eq!(title, "\u{1b}]2;10 % HOLD · partial-results prod\u{1b}\\");
    assert_eq!(outward.title(&driver.model), None);
    set_alarm(&mut driver, 0, AlarmState::Alarm);
    let title = String::from_utf8(outward.title(&driver.model).unwrap()).unwrap();
    assert!(title.contains("10 % HOLD 1 ALARM · "), "{title}");
    let mut off = Outward::new(Ways::default(), false, false, Glyphs::Utf8);
    assert_eq!(off.title(&driver.model), None);
}

fn notice() -> Notice {
    Notice {
        title: "coalmine partial-results prod".to_owned(),
        text: "verdict HOLD -> ROLL BACK: $(touch pwned); `x`".to_owned(),
        rollout: "partial-results".to_owned(),
        environment: "prod".to_owned(),
        verdict: "ROLL BACK".to_owned(),
        exposure: Some(10),
        reasons: vec!["latency p95 8 s > 7 s".to_owned()],
        changes: Vec::new(),
    }
}

fn script(dir: &Path, text: &str) -> PathBuf {
    let path = dir.join("hook");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

async fn failure(command: &[String], limit: Duration) -> Option<String> {
    let (sender, mut messages) = mpsc::channel(4);
    let hook = Hook::new(command, sender).unwrap().within(limit);
    hook.tell(&notice());
    drop(hook);
    match messages.recv().await {
        Some(Msg::NotifyFailed(why)) => Some(why),
        _ => None,
    }
}

#[tokio::test]
async fn a_command_is_told_by_its_environment_and_on_its_standard_input() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let hook = script(
        dir.path(),
        "cat > \"$1\"\nprintf '\\n%s|%s|%s\\n' \"$COALMINE_VERDICT\" \"$COALMINE_EXPOSURE\" \"$COALMINE_NOTICE_TEXT\" >> \"$1\"",
    );
    let command = [hook.display().to_string(), out.display().to_string()];
    assert_eq!(failure(&command, at(20)).await, None);
    let text = std::fs::read_to_string(&out).unwrap();
    let (json, rest) = text.split_once('\n').unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(json["environment"], "prod");
    assert_eq!(json["reasons"][0], "latency p95 8 s > 7 s");
    assert_eq!(
        rest.trim_end(),
        "ROLL BACK|10|verdict HOLD -> ROLL BACK: $(touch pwned); `x`"
    );
}

#[tokio::test]
async fn a_command_that_fails_is_told_once_and_one_that_hangs_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let gone = [dir.path().join("nowhere").display().to_string()];
    assert!(
        failure(&gone, at(20))
            .await
            .unwrap()
            .contains("did not start")
    );
    let bad = [script(dir.path(), "exit 3").display().to_string()];
    assert!(
        failure(&bad, at(20))
            .await
            .unwrap()
            .contains("exit status: 3")
    );
    let slow = tempfile::tempdir().unwrap();
    let hangs = [script(slow.path(), "sleep 1000").display().to_string()];
    let why = failure(&hangs, Duration::from_millis(100)).await.unwrap();
    assert!(why.contains("was ended"), "{why}");

    let (sender, mut messages) = mpsc::channel(8);
    let hook = Hook::new(&bad, sender).unwrap();
    for _ in 0..3 {
        hook.tell(&notice());
    }
    drop(hook);
    let mut told = 0;
    while messages.recv().await.is_some() {
        told += 1;
    }
    assert_eq!(told, 1);
}
