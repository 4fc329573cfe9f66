//! Charts and wall: pictures at every size, gaps that stay gaps, a cursor that reads all of them, and no more work than there are columns.

use std::time::Duration;

use allocation_counter::measure;
use proptest::prelude::*;

use super::pictures::check;
use super::*;
use crate::app::chart_pane::{Reach, Window};
use crate::app::keymap::Key;
use crate::app::{Msg, update};
use crate::domain::Timestamp;
use crate::domain::signal::{Point, SampleBatch, Series, SignalPoints};

const MINUTE: Duration = Duration::from_mins(1);
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn charts() -> Model {
    evening::on(evening::trouble(), Screen::Charts)
}

/// Values of so many periods up to now.
fn values(
    model: &Model,
    (periods, period): (u32, Duration),
    value: impl Fn(u32) -> f64,
) -> Vec<Point> {
    let newest = (model.now - Duration::from_millis(1)).floor(period);
    (0..periods)
        .rev()
        .map(|back| Point {
            at: newest - period * back,
            value: value(back),
            samples: Some(612.0),
        })
        .collect()
}

fn put(model: &mut Model, name: &str, points: &[Point]) {
    let mut series = Series::default();
    series.merge(points);
    model.series.insert(name.to_owned(), series);
}

fn bring(model: &mut Model, reach: Reach, points: &[Point]) {
    let batch = SampleBatch {
        read_at: model.now,
        from: model.now - Window::Day.span(),
        to: model.now,
        signals: model
            .spec
            .signals
            .iter()
            .map(|spec| SignalPoints {
                name: spec.name.clone(),
                points: points.to_vec(),
                fault: None,
            })
            .collect(),
        treated: Vec::new(),
        treated_fault: None,
    };
    let now = model.now;
    model.charts.wide_mut(reach).unwrap().take(batch, now);
}

#[test]
fn charts_with_a_cursor() {
    let mut model = charts();
    model.minute = Some((model.now - MINUTE * 20).floor(MINUTE));
    for size in SIZES {
        check("charts_cursor", &model, size);
    }
}

#[test]
fn one_chart_alone() {
    let mut model = charts();
    (model.charts.is_zoomed, model.selected) = (true, 0);
    for size in SIZES {
        check("charts_zoom", &model, size);
    }
}

#[test]
fn a_day_of_charts() {
    let mut model = charts();
    model.charts.window = Window::Day;
    let points = values(&model, (20, MINUTE * 15), |back| {
        3.0 + f64::from(back % 5) * 0.7
    });
    bring(&mut model, Reach::Window(Window::Day), &points);
    for size in SIZES {
        check("charts_day", &model, size);
    }
}

#[test]
fn before_and_after_a_change() {
    let mut model = charts();
    let change = (model.now - MINUTE * 30).floor(MINUTE);
    model.stage_since = Some(change);
    model.charts.compares = true;
    let window = model.charts.window;
    let points = values(
        &model,
        (90, MINUTE),
        |back| if back < 30 { 4.8 } else { 2.1 },
    );
    bring(&mut model, Reach::Change { at: change, window }, &points);
    for size in SIZES {
        check("charts_compare", &model, size);
    }
    let screen = seen(&model, (120, 40));
    assert!(
        screen.contains("median before 2.1 s  after 4.8 s  2.7 s more (+129 %)"),
        "{screen}"
    );
}

#[test]
fn the_wall_on_every_evening() {
    for (name, model) in evenings() {
        let model = evening::on(model, Screen::Wall);
        for size in SIZES {
            check(&format!("wall_{name}"), &model, size);
        }
    }
}

#[test]
fn the_wall_tells_a_room_nothing_about_who_sits_at_it() {
    for (_, model) in evenings() {
        let model = evening::on(model, Screen::Wall);
        for size in SIZES {
            let screen = seen(&model, size);
            for secret in ["123456789012", "oncall", "ben", "hunter2", "golden-"] {
                assert!(!screen.contains(secret), "{secret}: {screen}");
            }
            assert!(screen.contains(model.verdict.decision.word()), "{screen}");
        }
    }
}

/// The columns of a row's braille, of the first chart drawn alone.
fn dotted(model: &Model, size: (u16, u16)) -> Vec<u16> {
    let (buffer, _) = frame(model, size, &Theme::new(Depth::True));
    let mut columns: Vec<u16> = buffer
        .area
        .positions()
        .filter(|position| {
            let symbol = buffer[*position].symbol();
            symbol
                .chars()
                .all(|c| ('\u{2801}'..='\u{28ff}').contains(&c))
        })
        .map(|position| position.x)
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

#[test]
fn a_gap_is_neither_bridged_nor_zero() {
    let mut model = charts();
    model.charts.is_zoomed = true;
    let mut points = values(&model, (61, MINUTE), |_| 3.0);
    put(&mut model, "latency_p95", &points);
    let whole = dotted(&model, (120, 40));
    // The last one is being filled, and hangs on nothing.
    let gapless = whole[..whole.len() - 1]
        .windows(2)
        .all(|pair| pair[1] - pair[0] == 1);
    assert!(gapless && whole.len() > 50, "{whole:?}");
    assert!(!seen(&model, (120, 40)).contains("no data"));
    let kept = |point: &Point| {
        let back = model.now.since(point.at).as_secs() / 60;
        !(20..40).contains(&back)
    };
    points.retain(kept);
    model.series.remove("latency_p95");
    put(&mut model, "latency_p95", &points);
    let holed = dotted(&model, (120, 40));
    let widest = holed
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .max()
        .unwrap();
    let third = (whole.len() / 3) as u16;
    assert!(
        widest + 3 > third && widest < third + 6,
        "{widest} of {whole:?}"
    );
    assert!(seen(&model, (120, 40)).contains("no data"));
    model.minute = Some((model.now - MINUTE * 30).floor(MINUTE));
    let minute = super::super::format::minute(model.minute.unwrap());
    let screen = seen(&model, (120, 40));
    assert!(screen.contains(&format!("{minute} no data")), "{screen}");
}

#[test]
fn the_cursor_reads_every_chart_at_its_minute() {
    let mut model = charts();
    let at = (model.now - MINUTE * 10).floor(MINUTE);
    for (index, spec) in model.spec.signals.clone().iter().enumerate() {
        let points = values(&model, (61, MINUTE), |back| {
            if back == 10 { 1.5 + index as f64 } else { 0.5 }
        });
        put(&mut model, &spec.name, &points);
    }
    model.minute = Some(at);
    let screen = seen(&model, (200, 60));
    for value in ["1.5 s", "2.5/min", "3.5/sess", "4.5 %"] {
        assert!(screen.contains(value), "{value}: {screen}");
    }
    assert!(screen.contains("limit 5 s · n 612"), "{screen}");
    assert!(screen.contains("stage 10 %, in force for"), "{screen}");
    assert!(screen.contains("10 m 4 s ago"), "{screen}");
}

#[test]
fn the_period_being_filled_hangs_on_nothing() {
    let mut model = charts();
    model.charts.is_zoomed = true;
    let points = values(
        &model,
        (61, MINUTE),
        |back| if back == 0 { 0.1 } else { 6.9 },
    );
    put(&mut model, "latency_p95", &points);
    let theme = Theme::new(Depth::True);
    let (buffer, _) = frame(&model, (120, 40), &theme);
    let dots: Vec<_> = buffer
        .area
        .positions()
        .filter(|p| {
            buffer[*p]
                .symbol()
                .chars()
                .all(|c| ('\u{2801}'..='\u{28ff}').contains(&c))
        })
        .collect();
    let newest = dots.iter().max_by_key(|p| (p.y, p.x)).unwrap();
    let apart = dots
        .iter()
        .filter(|p| p.x + 2 >= newest.x && p.y != newest.y);
    let rows: Vec<u16> = apart.map(|p| p.y).collect();
    assert!(
        rows.iter().all(|y| y + 5 < newest.y),
        "no line leads to it: {rows:?}"
    );
    assert_eq!(buffer[*newest].style().fg, theme.style(Role::Faint).fg);
}

#[test]
fn a_day_of_minutes_costs_no_more_than_its_columns() {
    let theme = Theme::new(Depth::True);
    let full = |points: u32, period: Duration| {
        let mut model = charts();
        model.charts.window = Window::Day;
        let points = values(&model, (points, period), |back| f64::from(back % 7));
        bring(&mut model, Reach::Window(Window::Day), &points);
        model
    };
    let cost = |model: &Model| measure(|| drop(frame(model, (200, 60), &theme))).count_total;
    let (few, many) = (cost(&full(96, MINUTE * 15)), cost(&full(1_440, MINUTE)));
    assert!(many < few * 2, "{few} allocations, then {many}");
}

#[test]
fn charts_and_wall_have_a_form_without_braille_and_one_in_ascii() {
    for screen in [Screen::Charts, Screen::Wall] {
        let model = evening::on(evening::after_disable(), screen);
        for size in SIZES {
            let drawn =
                |glyphs| frame(&model, size, &Theme::new(Depth::Ansi).with_glyphs(glyphs)).0;
            let blocks = text(&drawn(Glyphs::Blocks));
            assert!(!blocks.contains(|c| ('\u{2800}'..='\u{28ff}').contains(&c)));
            let ascii = text(&drawn(Glyphs::Ascii));
            assert!(ascii.is_ascii());
            assert!(ascii.contains(|c: char| "'-._|#".contains(c)));
        }
    }
}

#[test]
fn keys_and_mouseless_fingers_never_break_the_charts() {
    let mut model = charts();
    let now = model.now;
    let keys = "h left home end l right + + + + + - b j j k G g enter h M S b esc esc + V D V";
    for (index, name) in keys.split(' ').enumerate() {
        let key = Key::parse(name).unwrap();
        let at_ms = 1_000 * index as u64;
        update(&mut model, Msg::Pressed { key, at_ms }, now);
        for size in SIZES {
            frame(&model, size, &Theme::new(Depth::True));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_values_at_no_size_panic(
        raw in proptest::collection::vec((any::<f64>(), 0_i64..2_000), 0..80),
        (columns, rows) in (0_u16..220, 0_u16..70),
        (window, zoomed, wall) in (0_usize..5, any::<bool>(), any::<bool>()),
        back in 0_u64..100_000,
    ) {
        let mut model = charts();
        let points: Vec<Point> = raw
            .into_iter()
            .map(|(value, minute)| Point {
                at: Timestamp::from_millis(model.now.as_millis() - minute * 60_000),
                value,
                samples: Some(value),
            })
            .collect();
        put(&mut model, "latency_p95", &points);
        model.charts.window = Window::ALL[window];
        model.charts.is_zoomed = zoomed;
        model.minute = Some(model.now - Duration::from_secs(back));
        if wall {
            model.screen = Screen::Wall;
        }
        frame(&model, (columns, rows), &Theme::new(Depth::True));
    }
}
