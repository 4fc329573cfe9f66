//! No size of the terminal and no state of the model makes it panic, and a long log costs no more than a short one.

use allocation_counter::measure;
use proptest::prelude::*;

use super::*;
use crate::app::model::{Toast, Tone};
use crate::domain::alarm::AlarmState;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

#[test]
fn absurd_sizes_are_drawn_too() {
    let theme = Theme::new(Depth::True);
    let sizes = [
        (0, 0),
        (1, 1),
        (1, 0),
        (0, 1),
        (1, 200),
        (500, 1),
        (2, 2),
        (39, 10),
        (40, 9),
        (40, 10),
        (41, 11),
        (99, 30),
        (100, 29),
        (100, 30),
        (u16::MAX, 3),
        (3, u16::MAX),
        (u16::MAX, 12),
        (1000, 400),
    ];
    for (_, model) in evenings() {
        for size in sizes {
            frame(&model, size, &theme);
        }
    }
}

#[test]
fn every_screen_and_overlay_survives_every_small_size() {
    let theme = Theme::new(Depth::Indexed);
    for rows in [10, 11, 12, 14, 17, 19, 22, 25] {
        for columns in [40, 59, 72, 80, 130] {
            for (_, screen) in SCREENS {
                frame(
                    &evening::on(evening::trouble(), screen),
                    (columns, rows),
                    &theme,
                );
            }
            for (_, overlay) in overlays() {
                frame(
                    &evening::under(evening::contradicted(), overlay),
                    (columns, rows),
                    &theme,
                );
            }
        }
    }
}

/// Every alarm fires, for a reason, and cannot help: none takes more rows than these.
fn with_tall_alarms(mut model: Model) -> Model {
    let Some(mut batch) = model.alarms.value.take() else {
        return model;
    };
    for alarm in &mut batch.alarms {
        alarm.state = AlarmState::Alarm;
        alarm.reason = "Threshold Crossed: 3 datapoints were greater than 7.0".to_owned();
        let why = "its actions are off".to_owned();
        model.helpless.insert(alarm.name.clone(), why);
    }
    model.alarms.value = Some(batch);
    model
}

#[test]
fn every_selection_is_drawn_where_little_room_is_left() {
    let theme = Theme::new(Depth::Indexed);
    let evenings = evenings().into_iter().map(|(_, model)| model);
    for model in evenings.chain([
        evening::incidents::in_incident(),
        evening::incidents::watched(),
    ]) {
        let model = with_tall_alarms(model);
        for rows in 10..16 {
            for (columns, (_, screen)) in SCREENS.into_iter().flat_map(|s| [(40, s), (171, s)]) {
                let mut model = evening::on(model.clone(), screen);
                for selected in [0, 1, 2, 3, 7, usize::MAX] {
                    (model.selected, model.scroll) = (selected, selected);
                    frame(&model, (columns, rows), &theme);
                }
            }
        }
    }
}

/// A model with everything that a state can be, numbers beyond all reason included.
fn any_model() -> impl Strategy<Value = Model> {
    let numbers = prop_oneof![
        Just(0_usize),
        Just(1),
        Just(7),
        Just(usize::MAX),
        0_usize..200,
    ];
    let float = prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(-1.0),
        Just(0.0),
        Just(1e300),
        any::<f64>()
    ];
    (
        0_usize..6,
        0_usize..10,
        proptest::option::of(0_usize..13),
        (numbers.clone(), numbers.clone(), numbers.clone(), numbers),
        any::<(bool, bool, bool, bool)>(),
        (float, any::<i32>(), ".{0,40}"),
    )
        .prop_map(
            |(which, screen, overlay, (a, b, c, d), flags, (value, skew, words))| {
                let mut model = evenings().swap_remove(which).1;
                model.screen = [Screen::Home]
                    .into_iter()
                    .chain(SCREENS.map(|s| s.1))
                    .nth(screen)
                    .unwrap();
                model.overlay = overlay.map(|index| overlays().swap_remove(index).1);
                (model.selected, model.scroll) = (a, b);
                (
                    model.logs.wrap,
                    model.logs.searching,
                    model.filtering,
                    model.read_only,
                ) = flags;
                if flags.1 {
                    model.logs.pause();
                }
                model.logs.shift(-((c % 200) as isize));
                model.logs.context = d % 6;
                if d % 3 > 0 {
                    model.logs.filter = evening::sheets::typed(&words);
                    model.logs.refilter();
                }
                model.logs.search = evening::sheets::typed("o");
                model.logs.research();
                model.logs.look_through(|_, _| None);
                model.logs.mark();
                model.minute = Some(model.now);
                if c % 2 == 1 {
                    model.logs.view = crate::app::log_pane::View::Patterns;
                }
                model.logs.per_second = value;
                model.sessions_per_minute = Some(value);
                for reading in &mut model.readings {
                    reading.value = Some(value);
                    reading.samples = Some(value);
                }
                model.now = crate::domain::Timestamp::from_millis(
                    model
                        .now
                        .as_millis()
                        .saturating_add(i64::from(skew) * 1_000_000),
                );
                model.spec.name.clone_from(&words);
                model.toast = flags.0.then(|| Toast {
                    text: words.clone(),
                    tone: Tone::Bad,
                    ticks: 1,
                });
                model.spec.stages.truncate(a % 4);
                model
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_state_at_no_size_panics(model in any_model(), columns in 0_u16..220, rows in 0_u16..70) {
        let (buffer, _) = frame(&model, (columns, rows), &Theme::new(Depth::Ansi).with_glyphs(Glyphs::Ascii));
        for cell in &buffer.content {
            prop_assert!(cell.symbol().is_ascii(), "{:?}", cell.symbol());
        }
    }
}

#[test]
fn a_full_ring_of_lines_costs_no_more_than_a_screenful() {
    let theme = Theme::new(Depth::True);
    let mut small = evening::healthy();
    evening::refill(&mut small.logs, &evening::log_lines(false)[20..]);
    let mut large = evening::healthy();
    for index in 0..20_000 {
        let line = evening::line(
            index,
            Level::Info,
            "golden-eagle-1",
            Cohort::Control,
            "final result",
            ("n", "1"),
        );
        line.push(&mut large.logs);
    }
    let cost = |model: &Model| measure(|| drop(frame(model, (120, 40), &theme))).count_total;
    let (small, large) = (cost(&small), cost(&large));
    assert!(
        large < small * 2,
        "{small} allocations for a screenful, {large} for a full ring"
    );
}
