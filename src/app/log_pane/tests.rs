use super::{CohortFilter, LogLine, LogPane, RING};
use crate::domain::Timestamp;
use crate::domain::cohort::Cohort;
use crate::domain::log::LogEvent;

fn line(second: i64, message: &str) -> LogLine {
    let event = LogEvent {
        id: format!("{second}-{message}"),
        group: "g".to_owned(),
        stream: "s".to_owned(),
        at: Timestamp::from_millis(second * 1000),
        ingested_at: None,
        message: message.to_owned(),
    };
    LogLine {
        text: message.to_owned(),
        event,
        level: None,
        session: None,
        cohort: None,
        fields: Vec::new(),
        late: false,
    }
}

fn filled(lines: i64) -> LogPane {
    let mut pane = LogPane::default();
    (0..lines).for_each(|n| pane.push(line(n, &format!("line {n}"))));
    pane
}

fn shown(pane: &LogPane) -> Vec<String> {
    pane.newest_first().map(|line| line.text.clone()).collect()
}

#[test]
fn a_late_line_goes_to_its_place() {
    let mut pane = filled(4);
    pane.push(line(1, "late"));
    assert_eq!(
        shown(&pane),
        ["line 3", "line 2", "late", "line 1", "line 0"]
    );
}

#[test]
fn a_pause_keeps_the_view_still_whatever_comes() {
    let mut pane = filled(RING as i64);
    pane.pause();
    pane.selected = 7;
    let before: Vec<_> = shown(&pane).into_iter().take(50).collect();
    pane.push(line(5, "late, of the past"));
    for n in 0..RING as i64 - 1 {
        pane.push(line(RING as i64 + n, "new"));
    }
    let after: Vec<_> = shown(&pane).into_iter().take(50).collect();
    assert_eq!(before, after);
    assert_eq!((pane.unseen(), pane.selected, pane.forgotten), (RING, 7, 0));
    pane.push(line(3 * RING as i64, "one more"));
    assert_eq!(
        shown(&pane).first().map(String::as_str),
        Some(&*format!("line {}", RING - 1))
    );
    assert_eq!(pane.forgotten, 1);
}

#[test]
fn following_again_puts_everything_into_order_and_bounds() {
    let mut pane = filled(RING as i64);
    pane.pause_or_follow();
    pane.push(line(RING as i64 - 2, "late"));
    pane.push(line(RING as i64 + 5, "new"));
    pane.pause_or_follow();
    let newest: Vec<_> = shown(&pane).into_iter().take(4).collect();
    let last = RING - 1;
    assert_eq!(
        newest,
        [
            "new",
            &format!("line {last}"),
            "late",
            &format!("line {}", last - 1)
        ]
    );
    assert_eq!(
        (pane.lines.len(), pane.unseen(), pane.selected),
        (RING, 0, 0)
    );
}

#[test]
fn the_filter_takes_either_case_and_can_be_turned_round() {
    let mut pane = LogPane::default();
    for (n, text) in ["Error: İstanbul", "warn: disk", "ERROR again"]
        .iter()
        .enumerate()
    {
        pane.push(line(n as i64, text));
    }
    pane.filter.insert("error");
    assert_eq!(shown(&pane), ["ERROR again", "Error: İstanbul"]);
    pane.filter.home();
    pane.filter.insert("!");
    assert_eq!(shown(&pane), ["warn: disk"]);
    pane.filter.clear();
    pane.filter
        .insert("a much longer needle than any of the lines");
    assert!(shown(&pane).is_empty());
    pane.filter.clear();
    pane.filter.insert("!");
    assert_eq!(shown(&pane).len(), 3);
    pane.filter.clear();
    pane.cohort = CohortFilter::Control;
    pane.lines[1].cohort = Some(Cohort::Control);
    assert_eq!(shown(&pane), ["warn: disk"]);
}
