//! Rounds over scripted pages.

use std::collections::VecDeque;

use super::super::poll::{PAGES_A_ROUND, round};
use super::*;

type Asked = (Timestamp, Option<String>);

/// Answers with what was prepared, and writes down what was asked.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<PortResult<Page>>>,
    asked: Mutex<Vec<Asked>>,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = PortResult<Page>>) -> Self {
        Self {
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::default(),
        }
    }

    fn tokens(&self) -> Vec<Option<String>> {
        locked(&self.asked)
            .iter()
            .map(|(_, token)| token.clone())
            .collect()
    }
}

#[async_trait]
impl Source for Script {
    async fn page(&self, group: &str, scan: &Scan) -> PortResult<Page> {
        assert_eq!(group, GROUP);
        locked(&self.asked).push((scan.start, scan.token.clone()));
        locked(&self.answers).pop_front().unwrap()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a script is of results")]
fn page(events: Vec<LogEvent>, next: Option<&str>) -> PortResult<Page> {
    Ok(Page {
        events,
        next: next.map(str::to_owned),
    })
}

fn fresh() -> Scan {
    Scan {
        start: at(0),
        began: at(100),
        ..Scan::default()
    }
}

#[tokio::test]
async fn empty_pages_are_followed_to_the_events_behind_them() {
    let script = Script::new([
        page(vec![], Some("a")),
        page(vec![], Some("b")),
        page(vec![event("1", 5)], None),
    ]);
    let read = round(&script, GROUP, fresh()).await;
    assert_eq!(read.end, End::Complete);
    assert_eq!(messages(&read.events), ["1"]);
    assert_eq!(script.tokens(), [None, Some("a".into()), Some("b".into())]);
}

#[tokio::test]
async fn fifty_empty_pages_are_cut_and_gone_on_with() {
    let mut pages: Vec<_> = (0..50)
        .map(|n| page(vec![], Some(&format!("t{n}"))))
        .collect();
    pages.push(page(vec![event("1", 5)], None));
    let script = Script::new(pages);
    let mut scan = fresh();
    let mut rounds = 0;
    let last = loop {
        rounds += 1;
        let read = round(&script, GROUP, scan).await;
        if read.end != End::Cut {
            break read;
        }
        scan = read.scan;
    };
    assert_eq!(rounds, 51_usize.div_ceil(PAGES_A_ROUND));
    assert_eq!(last.end, End::Complete);
    assert_eq!(messages(&last.events), ["1"]);
    assert_eq!(script.tokens().len(), 51);
}

#[tokio::test]
async fn a_token_that_comes_twice_ends_the_circle() {
    let script = Script::new([
        page(vec![event("1", 5)], Some("a")),
        page(vec![], Some("b")),
        page(vec![], Some("a")),
    ]);
    let read = round(&script, GROUP, fresh()).await;
    assert_eq!(read.end, End::Circle);
    assert_eq!(messages(&read.events), ["1"]);
}

#[tokio::test]
async fn a_refused_token_starts_over_once() {
    let mut stale = fresh();
    stale.token = Some("yesterday".into());
    let script = Script::new([
        Err(error(ErrorKind::Invalid)),
        page(vec![event("1", 5)], None),
    ]);
    let read = round(&script, GROUP, stale.clone()).await;
    assert_eq!(read.end, End::Complete);
    assert_eq!(script.tokens(), [Some("yesterday".into()), None]);
    let twice = Script::new([
        Err(error(ErrorKind::Invalid)),
        page(vec![], Some("x")),
        Err(error(ErrorKind::Invalid)),
    ]);
    let read = round(&twice, GROUP, stale).await;
    assert_eq!(read.end, End::Failed(error(ErrorKind::Invalid)));
}

#[tokio::test]
async fn what_came_before_a_failure_is_kept_with_the_place() {
    let script = Script::new([
        page(vec![event("1", 5)], Some("a")),
        Err(error(ErrorKind::Throttled)),
    ]);
    let read = round(&script, GROUP, fresh()).await;
    assert_eq!(read.end, End::Failed(error(ErrorKind::Throttled)));
    assert_eq!(messages(&read.events), ["1"]);
    assert_eq!(read.scan.token.as_deref(), Some("a"));
}

#[tokio::test]
async fn events_without_an_id_get_the_same_one_at_every_reading() {
    let twins = || vec![live("1", 5), live("1", 5), live("2", 5)];
    let script = Script::new([page(twins(), None), page(twins(), None)]);
    let first = round(&script, GROUP, fresh()).await;
    let second = round(&script, GROUP, fresh()).await;
    assert_eq!(first.events, second.events);
    let ids: std::collections::BTreeSet<_> = first.events.iter().map(|event| &event.id).collect();
    assert_eq!(ids.len(), 3);
}
