//! The footer at every width: whole hints or none, on one row; and regions that stay on the frame.

use coalmine::app::pointer::Target;
use coalmine::ui::{Depth, Theme, map};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;

use super::*;

/// Draws at a size; every region lies on the frame, and every hint in the last row is whole.
fn check(driver: &Driver, columns: u16, rows: u16) -> Result<usize, String> {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let mut hits = coalmine::ui::Hits::default();
    let theme = Theme::new(Depth::None);
    terminal
        .draw(|frame| hits = map(frame, &driver.model, &theme))
        .unwrap();
    let buffer = terminal.backend().buffer();
    let frame = Rect::new(0, 0, columns, rows);
    let mut hints = 0;
    for (area, target) in hits.all() {
        if area.intersection(frame) != *area {
            return Err(format!("{target:?} lies outside: {area:?}"));
        }
        let Target::Key(action) = target else {
            continue;
        };
        if area.y + 1 != rows || area.height > 1 || rows < 10 || columns < 40 {
            continue;
        }
        let text: String = (area.left()..area.right())
            .map(|x| buffer[(x, area.y)].symbol())
            .collect();
        let bound = driver
            .model
            .keymap
            .rows()
            .iter()
            .filter(|row| row.action == *action);
        let mut wanted = bound.map(|row| format!("{} {}", row.key(), row.footer));
        if !wanted.any(|wanted| wanted == text.trim_end()) {
            return Err(format!("{action:?} is cut at {columns}: {text:?}"));
        }
        hints += 1;
    }
    if terminal.backend().cursor_visible() {
        let at = terminal.backend().cursor_position();
        if !frame.contains(at) {
            return Err(format!("the cursor is at {at}"));
        }
    }
    Ok(hints)
}

#[test]
fn hints_are_whole_at_every_width() {
    for keys in [
        "", "l", "a", "x", "H", "w", "C", "R", "i", "?", ":", "+", "/", "T", "@", "? /",
    ] {
        let mut driver = console("prod", 10);
        driver.keys(keys);
        driver.pass(Duration::from_secs(9));
        let mut before = 0;
        for columns in 40..=200 {
            let hints =
                check(&driver, columns, 24).unwrap_or_else(|fault| panic!("after {keys}: {fault}"));
            assert!(
                hints >= before,
                "after {keys}: {hints} hints at {columns} columns, {before} before"
            );
            before = hints;
        }
        assert!(before >= 2, "after {keys}: {before}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_done_draws_outside_of_the_frame(
        deeds in fingers::deeds(40),
        sizes in prop::collection::vec((1_u16..220, 1_u16..70), 4),
    ) {
        let mut driver = console("prod", 10);
        for (number, deed) in deeds.into_iter().enumerate() {
            fingers::does(&mut driver, &deed);
            if let (0, Some((columns, rows))) = (number % 10, sizes.get(number / 10)) {
                driver.send(coalmine::app::Msg::Resized(*columns, *rows));
                check(&driver, *columns, *rows).map_err(TestCaseError::fail)?;
            }
        }
        check(&driver, 120, 40).map_err(TestCaseError::fail)?;
    }
}
