//! The values of metric math: numbers, time series, lists of them. It applies no operator.

use std::fmt;

/// Values over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSeries {
    /// What it is called when nothing else names it.
    pub label: String,
    /// The period in seconds.
    pub period: i64,
    /// Instant (milliseconds) and value, oldest first; missing ones are absent.
    pub points: Vec<(i64, f64)>,
    /// Whether points were dropped because they were no numbers.
    pub dropped: bool,
}

/// What an expression, or a part of one, comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// One number.
    Scalar(f64),
    /// One time series.
    Series(TimeSeries),
    /// Several.
    Array(Vec<TimeSeries>),
    /// Text: an argument only.
    Text(String),
    /// A bare word: an argument only.
    Word(String),
}

impl Data {
    /// The kind's name, as messages show it.
    pub fn kind(&self) -> &'static str {
        match self {
            Data::Scalar(_) => "Scalar",
            Data::Series(_) => "TimeSeries",
            Data::Array(_) => "Array[TimeSeries]",
            Data::Text(_) => "String",
            Data::Word(_) => "Keyword",
        }
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl TimeSeries {
    /// The same series with every value replaced; what becomes no number is dropped.
    #[must_use]
    pub fn map(mut self, change: impl Fn(f64) -> f64) -> Self {
        for (_, value) in &mut self.points {
            *value = change(*value);
        }
        self.without_non_numbers()
    }

    /// The same series with other points; those that are no numbers are dropped.
    #[must_use]
    pub fn with(&self, points: Vec<(i64, f64)>) -> Self {
        Self {
            label: self.label.clone(),
            period: self.period,
            points,
            dropped: self.dropped,
        }
        .without_non_numbers()
    }

    /// The value at an instant.
    pub fn at(&self, at: i64) -> Option<f64> {
        self.points
            .binary_search_by_key(&at, |(t, _)| *t)
            .ok()
            .and_then(|i| self.points.get(i))
            .map(|(_, v)| *v)
    }

    fn without_non_numbers(mut self) -> Self {
        let before = self.points.len();
        self.points.retain(|(_, v)| v.is_finite());
        self.dropped |= self.points.len() < before;
        self
    }
}
