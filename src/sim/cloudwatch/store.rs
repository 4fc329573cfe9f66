//! Metric samples, kept per period of one minute (or as they came, where a percentile needs it).

/// All metrics.
#[derive(Debug, Default)]
pub struct Metrics {}

impl Metrics {
    /// Adds `count` observations of `value` at `at` (milliseconds). The set of dimensions is the metric's identity, exactly as published.
    pub fn put(
        &mut self,
        _namespace: &str,
        _name: &str,
        _dimensions: &[(&str, &str)],
        _unit: &str,
        _at: i64,
        _value: f64,
        _count: f64,
    ) {
    }
}
