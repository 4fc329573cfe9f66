//! SEARCH: which metrics it finds, and what it refuses.

use super::{T0, by_minute, math, series, value};
use crate::sim::cloudwatch::expression::compute::run;
use crate::sim::cloudwatch::expression::series::Data;
use crate::sim::cloudwatch::query::read_all;
use crate::sim::cloudwatch::store::{MINUTE, Metrics, Span};
use crate::sim::wire::Value;

#[test]
fn searches_find_what_they_say() {
    let labels = |expression: &str| match value(expression) {
        Ok(Data::Array(all)) => Ok(all.into_iter().map(|s| s.label).collect::<Vec<_>>()),
        Ok(other) => Err(format!("{other}")),
        Err(error) => Err(error),
    };
    let both = vec!["blue-owl-2".to_owned(), "red-fox-1".to_owned()];
    for term in [
        "{App/Voice,SessionId}",
        "{\"App/Voice\", \"SessionId\"} MetricName=\"CustomCount1\"",
        "{App/Voice,SessionId}, count",
        "Namespace=\"App/Voice\" MetricName=\"CustomCount1\"",
        "{App/Voice,SessionId} COUNT",
        "CustomCount",
        "Count1",
        "customcount1",
        "voice",
        "SessionId=(\"red-fox-1\" OR \"blue-owl-2\")",
        "MetricName=Custom NOT green",
        "(fox OR owl) AND SessionId",
    ] {
        assert_eq!(
            labels(&format!("SEARCH('{term}', 'Sum', 60)")),
            Ok(both.clone()),
            "{term}"
        );
    }
    for (term, found) in [
        ("SessionId=\"red-fox-1\"", vec!["red-fox-1"]),
        ("\"red-fox-1\"", vec!["red-fox-1"]),
        ("CustomCount NOT fox", vec!["blue-owl-2"]),
        ("couNT", vec![]),
        ("\"customcount1\"", vec![]),
        ("\"Custom\"", vec![]),
        ("{App/Voice}", vec![]),
        ("{App/Voice,SessionId,Other}", vec![]),
        ("SessionId=\"*\"", vec![]),
        ("MetricName=n", vec![]),
    ] {
        let found: Vec<_> = found.into_iter().map(str::to_owned).collect();
        assert_eq!(
            labels(&format!("SEARCH('{term}', 'Sum', 60)")),
            Ok(found),
            "{term}"
        );
    }
    assert_eq!(
        labels("SEARCH('{N}', 'Sum', 60)"),
        Ok(vec!["m1".to_owned(), "m2".to_owned()])
    );
    assert_eq!(
        series("MAX(SEARCH('{App/Voice,SessionId}', 'Maximum', 60))"),
        Ok(vec![(0, 10.0), (1, 30.0)])
    );
    assert_eq!(
        series("SUM(SEARCH('{App/Voice,SessionId}', 'Sum', 60))"),
        Ok(vec![(0, 10.0), (1, 50.0)])
    );
    assert_eq!(
        series("SUM(REMOVE_EMPTY(SEARCH('nothing', 'Sum', 60)))"),
        Ok(vec![])
    );
}

#[test]
fn bad_searches_are_refused() {
    for call in [
        "SEARCH('', 'Sum', 60)",
        "SEARCH('{N', 'Sum', 60)",
        "SEARCH('{}', 'Sum', 60)",
        "SEARCH('(a', 'Sum', 60)",
        "SEARCH('a)', 'Sum', 60)",
        "SEARCH('a OR', 'Sum', 60)",
        "SEARCH('MetricName=', 'Sum', 60)",
        "SEARCH('\"open', 'Sum', 60)",
        "SEARCH('a', 'Most', 60)",
        "SEARCH('a', 'Sum', 61)",
        "SEARCH('a', 'Sum', 0)",
        "SEARCH(m1, 'Sum', 60)",
        "SEARCH('a')",
    ] {
        assert!(
            value(call).is_err_and(|e| e.contains("Error in expression 'e1': SEARCH")),
            "{call}: {:?}",
            value(call)
        );
    }
    let deep = format!("SEARCH('{}', 'Sum', 60)", "NOT ".repeat(200));
    assert!(value(&deep).is_err());
}

#[test]
fn of_too_many_the_live_ones_are_returned() {
    let mut metrics = Metrics::default();
    for i in 0..600 {
        let (session, minute) = (format!("s{i:03}"), i64::from(i == 599));
        let at = T0 + minute * MINUTE;
        metrics.put("N", "M", &[("SessionId", &session)], "", at, i as f64, 1.0);
    }
    let query = math("e1", "MAX(SEARCH('{N,SessionId}', 'Sum', 60))");
    let queries = read_all(&Value::List(vec![query])).unwrap();
    let span = Span {
        start: T0,
        end: T0 + 4 * MINUTE,
        origin: 0,
    };
    let computed = run(&metrics, &queries, span, T0 + 4 * MINUTE).unwrap();
    assert!(computed.truncated);
    assert!(matches!(
        computed.data.first(),
        Some(Data::Series(s)) if by_minute(s).last() == Some(&(1, 599.0))
    ));
}
