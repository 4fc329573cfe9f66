//! Statistics: their names, and what they are over the samples of one period. It knows no metric and no time.

/// What one number says about the samples of a period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// How many samples there were.
    SampleCount,
    /// Sum divided by sample count.
    Average,
    /// The sum of all samples.
    Sum,
    /// The smallest sample.
    Minimum,
    /// The largest sample.
    Maximum,
    /// The percentile, 0 to 100.
    Percentile(f64),
}

impl Statistic {
    /// Reads `Average`, `p95`, `p99.9`; nothing for a name that CloudWatch does not have or that is not simulated (`tm99`, `IQM`, ...).
    pub fn parse(name: &str) -> Option<Self> {
        Self::parse_basic(name).or_else(|| Self::parse_percentile(name))
    }

    /// Reads one of the five statistics that are no percentile.
    pub fn parse_basic(name: &str) -> Option<Self> {
        Some(match name {
            "SampleCount" => Self::SampleCount,
            "Average" => Self::Average,
            "Sum" => Self::Sum,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            _ => return None,
        })
    }

    /// Reads `p0` to `p100`, with up to ten decimals.
    pub fn parse_percentile(name: &str) -> Option<Self> {
        let digits = name.strip_prefix('p')?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |s: &str, most: usize| {
            !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_digit())
        };
        if !plain(whole, 3) || !plain(fraction, 10) {
            return None;
        }
        let percent: f64 = digits.parse().ok()?;
        (percent <= 100.0).then_some(Self::Percentile(percent))
    }
}

/// The samples of one period, as far as statistics need them.
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// How many samples.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Each value with its count; empty unless percentiles were asked for.
    pub values: Vec<(f64, f64)>,
    /// Whether samples are in it whose single values nobody knows, which forbids percentiles.
    pub opaque: bool,
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            count: 0.0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            values: Vec::new(),
            opaque: false,
        }
    }
}

impl Bucket {
    /// Adds `count` samples that sum up to `sum` and lie between `min` and `max`.
    pub fn add(&mut self, count: f64, sum: f64, min: f64, max: f64) {
        self.count += count;
        self.sum += sum;
        self.min = self.min.min(min);
        self.max = self.max.max(max);
    }

    /// The statistic, or nothing where it is not defined: no samples, or a percentile over negative or unknown values.
    pub fn statistic(&self, statistic: Statistic) -> Option<f64> {
        if self.count <= 0.0 {
            return None;
        }
        Some(match statistic {
            Statistic::SampleCount => self.count,
            Statistic::Average => self.sum / self.count,
            Statistic::Sum => self.sum,
            Statistic::Minimum => self.min,
            Statistic::Maximum => self.max,
            Statistic::Percentile(_) if self.opaque || self.min < 0.0 => return None,
            Statistic::Percentile(percent) => return percentile(&self.values, percent),
        })
    }
}

/// The percentile over counted values, by linear interpolation between the two samples around rank `percent / 100 * (n - 1)`.
///
/// CloudWatch's own answer is an approximation; this one is exact, and the same for the same samples in any order.
fn percentile(values: &[(f64, f64)], percent: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let count: f64 = sorted.iter().map(|(_, count)| count).sum();
    let rank = percent / 100.0 * (count - 1.0).max(0.0);
    let lower = at_rank(&sorted, rank.floor())?;
    let upper = at_rank(&sorted, rank.ceil())?;
    Some(lower + (upper - lower) * rank.fract())
}

fn at_rank(sorted: &[(f64, f64)], rank: f64) -> Option<f64> {
    let mut passed = 0.0;
    for (value, count) in sorted {
        passed += count;
        if passed > rank {
            return Some(*value);
        }
    }
    sorted.last().map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(values: &[(f64, f64)]) -> Bucket {
        let mut bucket = Bucket {
            values: values.to_vec(),
            ..Bucket::default()
        };
        for (value, count) in values {
            bucket.add(*count, value * count, *value, *value);
        }
        bucket
    }

    #[test]
    fn names_are_read_strictly() {
        assert_eq!(Statistic::parse("p95"), Some(Statistic::Percentile(95.0)));
        assert_eq!(Statistic::parse("p99.9"), Some(Statistic::Percentile(99.9)));
        assert_eq!(Statistic::parse("p0"), Some(Statistic::Percentile(0.0)));
        assert_eq!(Statistic::parse("p100"), Some(Statistic::Percentile(100.0)));
        for bad in [
            "p", "p101", "p-1", "p9.", "p.9", "p1e1", "P95", "average", "tm99", "IQM", "",
            "p100.1", "p+5", "p 95",
        ] {
            assert_eq!(Statistic::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn percentiles_interpolate_over_counts() {
        let hundred: Vec<_> = (1..=100).map(|n| (f64::from(n), 1.0)).collect();
        let bucket_of_hundred = bucket(&hundred);
        let p = |percent| bucket_of_hundred.statistic(Statistic::Percentile(percent));
        assert_eq!(p(0.0), Some(1.0));
        assert_eq!(p(50.0), Some(50.5));
        assert_eq!(p(100.0), Some(100.0));
        assert!(p(95.0).is_some_and(|v| (v - 95.05).abs() < 1e-9));
        let counted = bucket(&[(10.0, 1.0), (1.0, 9.0)]);
        assert_eq!(counted.statistic(Statistic::Percentile(50.0)), Some(1.0));
        assert_eq!(counted.statistic(Statistic::Percentile(100.0)), Some(10.0));
        assert!(
            counted
                .statistic(Statistic::Percentile(95.0))
                .is_some_and(|v| (v - (1.0 + 9.0 * 0.55)).abs() < 1e-9)
        );
        assert_eq!(
            bucket(&[(7.0, 1.0)]).statistic(Statistic::Percentile(99.0)),
            Some(7.0)
        );
        assert_eq!(
            bucket(&[(7.0, 0.5)]).statistic(Statistic::Percentile(99.0)),
            Some(7.0)
        );
    }

    #[test]
    fn percentiles_are_not_made_up() {
        assert_eq!(
            bucket(&[(-1.0, 1.0), (2.0, 1.0)]).statistic(Statistic::Percentile(50.0)),
            None
        );
        let opaque = Bucket {
            opaque: true,
            ..bucket(&[(1.0, 1.0)])
        };
        assert_eq!(opaque.statistic(Statistic::Percentile(50.0)), None);
        assert_eq!(opaque.statistic(Statistic::Sum), Some(1.0));
        assert_eq!(Bucket::default().statistic(Statistic::Sum), None);
    }
}
