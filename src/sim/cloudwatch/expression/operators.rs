//! Operators over numbers, time series and lists of them. It knows no function.

use std::collections::BTreeSet;

use super::series::{Data, TimeSeries};
use super::syntax::Operator;

/// Applies an operator, or says which kinds do not go together.
///
/// Arithmetic over two series has a point only where both have one. Comparisons and logic count a point that one of two series lacks
/// as 0, as CloudWatch documents it; against a number they, too, have points only where the series has.
pub fn apply(operator: Operator, left: Data, right: Data) -> Result<Data, String> {
    let refuse = |l: &Data, r: &Data| {
        format!(
            "Unsupported operand type(s) for {}: '[{l}, {r}]'",
            symbol(operator)
        )
    };
    Ok(match (left, right) {
        (Data::Scalar(l), Data::Scalar(r)) => Data::Scalar(compute(operator, l, r)),
        (Data::Series(l), Data::Scalar(r)) => Data::Series(l.map(|v| compute(operator, v, r))),
        (Data::Scalar(l), Data::Series(r)) => Data::Series(r.map(|v| compute(operator, l, v))),
        (Data::Series(l), Data::Series(r)) => Data::Series(both(operator, &l, &r)),
        (Data::Array(l), Data::Scalar(r)) => Data::Array(
            l.into_iter()
                .map(|s| s.map(|v| compute(operator, v, r)))
                .collect(),
        ),
        (Data::Scalar(l), Data::Array(r)) => Data::Array(
            r.into_iter()
                .map(|s| s.map(|v| compute(operator, l, v)))
                .collect(),
        ),
        (Data::Array(l), Data::Series(r)) => {
            Data::Array(l.iter().map(|s| both(operator, s, &r)).collect())
        }
        (Data::Series(l), Data::Array(r)) => Data::Array(
            r.iter()
                .map(|s| TimeSeries {
                    label: s.label.clone(),
                    ..both(operator, &l, s)
                })
                .collect(),
        ),
        (l, r) => return Err(refuse(&l, &r)),
    })
}

/// The negative of a value.
pub fn negative(data: Data) -> Result<Data, String> {
    Ok(match data {
        Data::Scalar(n) => Data::Scalar(-n),
        Data::Series(s) => Data::Series(s.map(|v| -v)),
        Data::Array(all) => Data::Array(all.into_iter().map(|s| s.map(|v| -v)).collect()),
        other => {
            return Err(format!(
                "Unsupported operand type(s) for unary -: '[{other}]'"
            ));
        }
    })
}

fn both(operator: Operator, left: &TimeSeries, right: &TimeSeries) -> TimeSeries {
    let points = if is_arithmetic(operator) {
        left.points
            .iter()
            .filter_map(|(at, l)| right.at(*at).map(|r| (*at, compute(operator, *l, r))))
            .collect()
    } else {
        let instants: BTreeSet<i64> = left
            .points
            .iter()
            .chain(&right.points)
            .map(|(at, _)| *at)
            .collect();
        let value = |series: &TimeSeries, at| series.at(at).unwrap_or(0.0);
        instants
            .into_iter()
            .map(|at| (at, compute(operator, value(left, at), value(right, at))))
            .collect()
    };
    let mut result = left.with(points);
    result.period = left.period.max(right.period);
    result.dropped |= right.dropped;
    result
}

fn is_arithmetic(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Power
    )
}

/// Division by zero gives no number here; the point is then dropped.
fn compute(operator: Operator, l: f64, r: f64) -> f64 {
    let truth = |is: bool| f64::from(u8::from(is));
    match operator {
        Operator::Or => truth(l != 0.0 || r != 0.0),
        Operator::And => truth(l != 0.0 && r != 0.0),
        Operator::Equal => truth(l == r),
        Operator::NotEqual => truth(l != r),
        Operator::Less => truth(l < r),
        Operator::LessOrEqual => truth(l <= r),
        Operator::Greater => truth(l > r),
        Operator::GreaterOrEqual => truth(l >= r),
        Operator::Add => l + r,
        Operator::Subtract => l - r,
        Operator::Multiply => l * r,
        Operator::Divide => l / r,
        Operator::Power => l.powf(r),
    }
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Or => "OR",
        Operator::And => "AND",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Power => "^",
    }
}
