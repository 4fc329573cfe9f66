#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::app::keymap::Key;
use crate::app::{Msg, update};
use crate::domain::failure::ErrorKind;
use crate::domain::plan::fixture::spec;
use crate::domain::signal::{
    MetricQuery, Missing, Point, SignalPoints, SignalSpec, Unit, parse_limit,
};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_030_000);

fn signal(name: &str) -> SignalSpec {
    SignalSpec {
        name: name.into(),
        title: name.into(),
        source: SignalSource::Metric(MetricQuery {
            namespace: "N".into(),
            name: name.into(),
            stat: "p95".into(),
            period: Duration::from_mins(1),
            dimensions: Vec::new(),
        }),
        unit: Unit::Seconds,
        scale: 1.0,
        target: None,
        warn: parse_limit("> 5s", Unit::Seconds).ok(),
        act: None,
        min_samples: 0,
        missing: Missing::Unknown,
        treated_only: false,
        periods: 2,
    }
}

fn console() -> Model {
    let mut spec = spec();
    spec.signals = vec![signal("a"), signal("b")];
    let mut model = Model::new(spec, NOW);
    // Everything was read a moment ago, so that a key brings no read but its own.
    for feed_due in [
        &mut model.sampling.due_in,
        &mut model.flag.due_in,
        &mut model.fallback.due_in,
        &mut model.history.due_in,
        &mut model.alarms.due_in,
        &mut model.tail.due_in,
        &mut model.identity.due_in,
    ] {
        *feed_due = 100;
    }
    model
}

fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (index, name) in keys.split_whitespace().enumerate() {
        let key = Key::parse(name).unwrap();
        let at_ms = 1_000 * index as u64;
        effects.extend(update(model, Msg::Pressed { key, at_ms }, NOW));
    }
    effects
}

fn batch(to: Timestamp, value: f64) -> SampleBatch {
    SampleBatch {
        read_at: NOW,
        from: to - Window::Day.span(),
        to,
        signals: vec![SignalPoints {
            name: "a".into(),
            points: vec![Point {
                at: (to - Duration::from_hours(1)).floor(Duration::from_mins(15)),
                value,
                samples: None,
            }],
            fault: None,
        }],
        treated: Vec::new(),
        treated_fault: None,
    }
}

#[test]
fn the_judged_values_are_enough_for_three_hours() {
    let mut model = console();
    assert!(press(&mut model, "S > < <").is_empty());
    assert_eq!(model.charts.window, Window::Quarter);
}

#[test]
fn a_day_is_read_for_the_charts_alone() {
    let mut model = console();
    press(&mut model, "S");
    let effects = press(&mut model, "> > >");
    let reads: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::SampleSpan {
                reach,
                from,
                period,
                ..
            } => Some((*reach, NOW.since(*from), *period)),
            _ => None,
        })
        .collect();
    let (day, half) = (Reach::Window(Window::Day), Reach::Window(Window::HalfDay));
    assert_eq!(
        reads
            .iter()
            .map(|(reach, _, period)| (*reach, period.as_secs()))
            .collect::<Vec<_>>(),
        [(half, 300), (day, 900)]
    );
    assert!(reads.last().unwrap().1 >= Window::Day.span());
    // 100 s would be past every limit: it must not reach what is judged.
    let (readings, verdict) = (model.readings.clone(), model.verdict.clone());
    update(
        &mut model,
        Msg::SpanSampled(day, Ok(batch(NOW, 100.0))),
        NOW,
    );
    assert!(model.series.is_empty() && model.sampling.value.is_none());
    assert_eq!((&model.readings, &model.verdict), (&readings, &verdict));
    let spec = model.spec.signals.first().unwrap().clone();
    let drawn = course(&model, &spec, day);
    assert_eq!(
        drawn.points.first().unwrap().value.to_bits(),
        100_f64.to_bits()
    );
    assert_eq!(drawn.period, Duration::from_mins(15));
    assert!(course(&model, &spec, half).points.is_empty());
}

#[test]
fn a_later_read_brings_only_what_is_new_and_none_comes_while_nobody_looks() {
    let mut model = console();
    press(&mut model, "S > > >");
    let day = Reach::Window(Window::Day);
    update(&mut model, Msg::SpanSampled(day, Ok(batch(NOW, 1.0))), NOW);
    let reads = |model: &mut Model, seconds: u64| -> Vec<Timestamp> {
        let mut found = Vec::new();
        for second in 1..=seconds {
            let now = model.now + Duration::from_secs(second.min(1));
            for effect in update(model, Msg::Ticked, now) {
                if let Effect::SampleSpan { from, .. } = effect {
                    found.push(from);
                }
            }
        }
        found
    };
    let found = reads(&mut model, 70);
    assert_eq!(found.len(), 1, "one a minute");
    assert!(NOW.since(*found.first().unwrap()) <= Duration::from_hours(1));
    let fault = PortError {
        kind: ErrorKind::Throttled,
        what: "cloudwatch:GetMetricData".into(),
        text: "slow down".into(),
        hint: String::new(),
    };
    let now = model.now;
    update(&mut model, Msg::SpanSampled(day, Err(fault)), now);
    let wide = model.charts.wide(day).unwrap();
    assert!(wide.feed.fault.is_some() && !wide.series.is_empty());
    press(&mut model, "esc");
    assert!(reads(&mut model, 300).is_empty());
}

#[test]
fn the_cursor_walks_by_periods_and_stays_inside() {
    let mut model = console();
    let minute = |n: u64| NOW.floor(Duration::from_mins(1)) - Duration::from_mins(n);
    press(&mut model, "S h");
    assert_eq!(model.minute, Some(minute(0)), "it begins at the newest");
    press(&mut model, "h h l left");
    assert_eq!(model.minute, Some(minute(2)));
    press(&mut model, "home left left");
    assert_eq!(model.minute, Some(minute(59)));
    press(&mut model, "<");
    assert_eq!(
        model.minute,
        Some(minute(14)),
        "a shorter span takes it along"
    );
    press(&mut model, "end l");
    assert_eq!(model.minute, Some(minute(0)));
    press(&mut model, "esc");
    assert_eq!((model.minute, model.screen), (None, Screen::Charts));
    press(&mut model, "esc");
    assert_eq!(model.screen, Screen::Home);
}

#[test]
fn one_signal_has_the_screen_to_itself_and_esc_gives_it_back() {
    let mut model = console();
    press(&mut model, "S j enter");
    assert!(model.charts.is_zoomed && model.selected == 1);
    press(&mut model, "j j k");
    assert_eq!(model.selected, 0);
    press(&mut model, "esc");
    assert!(!model.charts.is_zoomed && model.screen == Screen::Charts);
}

#[test]
fn stages_are_moved_here_as_everywhere_and_not_by_the_keys_of_the_charts() {
    let mut model = console();
    let effects = press(&mut model, "S > < . , h l home end b");
    assert!(effects.iter().all(|effect| !effect.is_write()));
    assert!(model.overlay.is_none() && model.waiting.is_none());
    for key in ["D", "-", "0"] {
        let mut lowered = console();
        press(&mut lowered, &format!("S {key}"));
        let acted = lowered.waiting.is_some()
            || lowered.overlay.is_some()
            || lowered.toast.is_some()
            || !lowered.in_flight.is_empty();
        assert!(acted, "{key} works here as everywhere");
    }
}

#[test]
fn before_and_after_are_read_around_the_change() {
    let mut model = console();
    press(&mut model, "S b");
    assert!(!model.charts.compares, "no change is known");
    let change = NOW - Duration::from_hours(50);
    model.stage_since = Some(change);
    let effects = press(&mut model, "b");
    let read = |effect: &Effect| match effect {
        Effect::SampleSpan {
            reach, from, to, ..
        } => Some((*reach, *from, *to)),
        _ => None,
    };
    let (reach, from, to) = effects.iter().find_map(read).unwrap();
    assert_eq!(reach, super::reach(&model));
    assert!(from <= change - Duration::from_hours(1));
    assert!(to > change && to < NOW);
    // The answer about a change that was replaced meanwhile is dropped.
    let other = Reach::Change {
        at: NOW,
        window: Window::Hour,
    };
    update(
        &mut model,
        Msg::SpanSampled(other, Ok(batch(NOW, 1.0))),
        NOW,
    );
    assert!(model.charts.wide(other).is_none());
    press(&mut model, "esc");
    assert!(!model.charts.compares);
}

#[test]
fn the_wall_is_left_as_it_was_entered_and_still_takes_everybody_off() {
    let mut model = console();
    press(&mut model, "V");
    assert_eq!(model.screen, Screen::Wall);
    press(&mut model, "V");
    assert_eq!(model.screen, Screen::Home);
    press(&mut model, "V D");
    assert!(model.waiting.is_some() || model.overlay.is_some() || !model.in_flight.is_empty());
}
