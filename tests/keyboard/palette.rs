//! The `:` line: the verbs of the command line.

use super::*;

fn says(driver: &mut Driver, line: &str) {
    driver.keys(":");
    driver.text(line);
    driver.keys("enter");
}

fn complaint(driver: &Driver) -> String {
    match &driver.model.overlay {
        Some(Overlay::Palette { complaint, .. }) => complaint.clone().unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_lowers_is_sent_and_what_raises_asks() {
    for (line, lowers) in [
        ("set 10", true),
        ("set 0", true),
        ("set 25%", true),
        ("set 1", true),
        ("disable", true),
        ("enable 10", true),
        ("set 100", false),
        ("enable --percentage 100", false),
        ("enable --percentage=75", false),
        ("next-stage", false),
    ] {
        let mut driver = console("prod", 50);
        says(&mut driver, line);
        let plan = driver.overlay() == "plan";
        assert_eq!(
            (driver.submitted.len() == 1, plan),
            (lowers, !lowers),
            "{line}: {}",
            driver.screen()
        );
    }
    let mut driver = console("prod", 50);
    says(&mut driver, "set 1");
    assert_eq!(
        sent(&driver),
        [Change::SetPercent(percent(1))],
        "not the stage that begins so"
    );
}

#[test]
fn arguments_that_are_none_are_said_and_the_line_stays() {
    let mut driver = console("prod", 50);
    for (line, told) in [
        ("set 101", "0 to 100"),
        ("set -1", "0 to 100"),
        ("set 10 20", "0 to 100"),
        ("set 1.5", "0 to 100"),
        ("enable 0", "1 to 100"),
        ("fallback maybe", "on or off"),
        ("restore 99", "no version"),
        ("tune nonsense", "NAME=VALUE"),
        ("incident explode", "not `explode`"),
        ("report all", "not `all`"),
        ("dsiable", "did you mean `disable`?"),
        (
            "nextstage now",
            "nothing is called `nextstage`: did you mean `next-stage`?",
        ),
        ("xyzzy", "nothing is called `xyzzy`"),
    ] {
        says(&mut driver, line);
        assert!(
            complaint(&driver).contains(told),
            "{line}: {}",
            complaint(&driver)
        );
        assert!(driver.screen().contains('▲'), "it is on the screen");
        driver.keys("esc");
        assert!(driver.submitted.is_empty(), "{line}");
    }
}

#[test]
fn the_best_match_comes_first_and_tab_takes_it() {
    let mut driver = console("prod", 50);
    driver.keys(":");
    driver.text("se");
    driver.keys("tab");
    let line = |driver: &Driver| match &driver.model.overlay {
        Some(Overlay::Palette { typed, .. }) => typed.text(),
        other => panic!("{other:?}"),
    };
    assert_eq!(line(&driver), "set ");
    assert!(
        driver.screen().contains("50 % is in force") && driver.screen().contains("50 % ▸ 100 %"),
        "{}",
        driver.screen()
    );
    driver.keys("down tab");
    assert_eq!(line(&driver), "set 10");
    driver.keys("esc :");
    driver.text("nst");
    driver.keys("tab");
    assert_eq!(
        line(&driver),
        "next-stage",
        "letters with gaps, beginnings of words first"
    );
}

#[test]
fn lines_come_back_with_up() {
    let mut driver = console("prod", 50);
    says(&mut driver, "why");
    says(&mut driver, "set 10");
    says(&mut driver, "set 101");
    driver.keys("esc : up");
    let line = |driver: &Driver| match &driver.model.overlay {
        Some(Overlay::Palette { typed, .. }) => typed.text(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        line(&driver),
        "set 10",
        "what was refused is not remembered"
    );
    driver.keys("up");
    assert_eq!(line(&driver), "why");
    driver.keys("up down");
    assert_eq!(line(&driver), "set 10");
    driver.keys("down");
    assert_eq!(line(&driver), "");
}

#[test]
fn the_other_verbs_lead_where_they_say() {
    let mut driver = console("prod", 50);
    says(&mut driver, "runbook open builtin:re-rollout");
    assert_eq!(
        (driver.model.screen, driver.model.runbook.asked.as_deref()),
        (Screen::Runbook, Some("builtin:re-rollout"))
    );
    says(&mut driver, "report handover");
    assert_eq!(
        (driver.model.screen, driver.model.incident.page),
        (Screen::Incident, Page::Handover)
    );
    says(&mut driver, "filter level:warn");
    assert_eq!(
        (
            driver.model.screen,
            driver.model.logs.filter.text().as_str()
        ),
        (Screen::Logs, "level:warn")
    );
    says(&mut driver, "bucket golden-eagle-427");
    assert!(
        last_row(&driver).contains("golden-eagle-427 is in bucket 73: not treated now"),
        "{}",
        last_row(&driver)
    );
    says(&mut driver, "disable");
    says(&mut driver, "incident close it is over");
    let closing = matches!(&driver.model.overlay, Some(Overlay::Incident(dialog)) if dialog.text.text() == "it is over");
    assert!(closing, "{}", driver.screen());
}

#[test]
fn an_empty_line_runs_nothing_that_writes() {
    let mut driver = console("prod", 50);
    driver.keys(": enter");
    assert_eq!((driver.overlay(), driver.submitted.len()), ("palette", 0));
    driver.keys("down up enter esc");
    assert_eq!(driver.submitted.len(), 0);
}

#[test]
fn read_only_offers_no_verb_that_writes() {
    let mut driver = console("prod", 50);
    driver.model.read_only = true;
    for line in ["set 10", "disable", "restore 1", "tune a=1"] {
        says(&mut driver, line);
        assert!(!complaint(&driver).is_empty(), "{line}");
        driver.keys("esc");
    }
    assert!(driver.submitted.is_empty());
}
