//! Numbers keep their columns and their meaning, whatever they are.

use proptest::prelude::*;

use super::*;

const UNITS: [Unit; 6] = [
    Unit::Seconds,
    Unit::Percent,
    Unit::PerMinute,
    Unit::PerSession,
    Unit::PerHour,
    Unit::Count,
];

/// Numbers of every size, and what is none.
fn any_number() -> impl Strategy<Value = f64> {
    let sized = (-30_i32..40, -10.0_f64..10.0).prop_map(|(power, of)| of * 10_f64.powi(power));
    let edge = prop_oneof![
        Just(0.9995),
        Just(9.95),
        Just(99.95),
        Just(999.5),
        Just(9_999.5),
        Just(99_949.0),
        Just(99_951.0),
        Just(999_499.0),
        Just(999_501.0),
        Just(0.000_000_5),
        Just(0.004_999),
        Just(-0.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::MIN),
        Just(f64::MIN_POSITIVE),
    ];
    prop_oneof![4 => sized, 2 => edge, 1 => any::<f64>()]
}

fn says_zero(text: &str) -> bool {
    let number: String = text
        .chars()
        .take_while(|c| !c.is_alphabetic() && *c != '/')
        .collect();
    !number.contains(['<', '>', '?']) && !number.bytes().any(|b| (b'1'..=b'9').contains(&b))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_is_wider_than_promised(value in any_number(), unit in 0_usize..6) {
        let unit = UNITS.get(unit).copied().unwrap_or(Unit::Count);
        let text = format_value(unit, value);
        prop_assert!(text.chars().count() <= value_columns(unit), "{value} is {text:?}");
        prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        prop_assert_eq!(says_zero(&text), value == 0.0, "{} is {:?}", value, text);
        let negative = text.starts_with(['-', '>']);
        prop_assert_eq!(negative, value < 0.0 && value.is_finite(), "{} is {:?}", value, text);
    }

    #[test]
    fn no_count_and_no_span_is_wider_than_promised(count in any_number(), seconds in any::<u64>()) {
        let text = format_count(count);
        prop_assert!(text.chars().count() <= 10, "{count} is {text:?}");
        let text = format_span(Duration::from_secs(seconds));
        prop_assert!(text.chars().count() <= 11, "{seconds} s is {text:?}");
    }

    #[test]
    fn a_bound_is_told_to_its_last_digit(millis in 1_i64..1_000_000_000) {
        let value = millis as f64 / 1000.0;
        let text = format_bound(Unit::Count, value);
        let back: f64 = text.replace(',', "").parse().unwrap_or(f64::NAN);
        prop_assert!((back - value).abs() < 1e-9, "{value} is {text:?}");
    }

    #[test]
    fn a_value_past_its_limit_never_looks_like_it(limit in 1_u32..50_000, over in 1_u32..9) {
        let (limit, value) = (f64::from(limit), f64::from(limit) + f64::from(over) / 100.0);
        let text = format_against(Unit::PerMinute, value, limit);
        prop_assert_ne!(text, format_bound(Unit::PerMinute, limit));
    }
}
