use super::*;

#[test]
fn windows_go_up_and_down_and_end() {
    let mut window = Window::Quarter;
    for next in Window::ALL {
        assert_eq!(window, next);
        window = window.longer();
    }
    assert_eq!(window, Window::Day);
    for next in Window::ALL.into_iter().rev() {
        assert_eq!(window, next);
        window = window.shorter();
    }
    assert_eq!(window, Window::Quarter);
}

#[test]
fn a_window_reaches_what_is_pointed_at() {
    let of = |minutes| Window::Hour.reaching(Duration::from_mins(minutes));
    assert_eq!(of(10), Window::Hour);
    assert_eq!(of(60), Window::ThreeHours, "the oldest minute is cut");
    assert_eq!(of(300), Window::HalfDay);
    assert_eq!(of(5_000), Window::Day);
}

#[test]
fn old_changes_are_read_with_the_periods_that_are_kept() {
    let now = Timestamp::from_millis(1_800_000_000_000);
    let of = |days| {
        let at = now - Duration::from_hours(24) * days;
        least_period(
            Reach::Change {
                at,
                window: Window::Hour,
            },
            now,
        )
    };
    assert_eq!(of(3), MINUTE);
    assert_eq!(of(20), MINUTE * 5);
    assert_eq!(of(80), MINUTE * 60);
    assert_eq!(
        least_period(Reach::Window(Window::Day), now),
        Duration::from_mins(15)
    );
}

#[test]
fn a_course_answers_for_the_period_of_an_instant_and_for_no_gap() {
    let at = |minute: i64| Timestamp::from_millis(minute * 60_000);
    let point = |minute: i64| Point {
        at: at(minute),
        value: minute as f64,
        samples: None,
    };
    let course = Course {
        points: Cow::Owned([1, 2, 4].map(point).to_vec()),
        period: MINUTE,
        fault: None,
        is_unread: false,
    };
    let value = |instant| course.at(instant).map(|point| point.value);
    assert_eq!(value(at(0)), None);
    assert_eq!(value(at(2) + Duration::from_secs(59)), Some(2.0));
    assert_eq!(value(at(3)), None, "a gap has no value");
    assert_eq!(value(at(5)), None);
    assert_eq!(course.between(at(2), at(5)).len(), 2);
}
