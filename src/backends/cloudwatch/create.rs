//! PutMetricAlarm for an alarm that is not there. It changes none that is.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, Statistic};

use crate::backends::error::port_error;
use crate::domain::alarm::AlarmDefinition;
use crate::domain::signal::LimitOp;
use crate::ports::PortResult;

/// Makes the alarm, unless one of that name is there: PutMetricAlarm would write over it.
pub(super) async fn create(client: &Client, alarm: &AlarmDefinition) -> PortResult<bool> {
    let look = client
        .describe_alarms()
        .alarm_names(&alarm.name)
        .send()
        .await
        .map_err(|error| port_error("cloudwatch:DescribeAlarms", error))?;
    if !look.metric_alarms().is_empty() || !look.composite_alarms().is_empty() {
        return Ok(false);
    }
    let dimensions = alarm
        .dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(name).value(value).build())
        .collect();
    let periods = i32::try_from(alarm.periods).unwrap_or(i32::MAX);
    let request = client
        .put_metric_alarm()
        .alarm_name(&alarm.name)
        .alarm_description(&alarm.description)
        .namespace(&alarm.namespace)
        .metric_name(&alarm.metric)
        .set_dimensions(Some(dimensions))
        .period(i32::try_from(alarm.period.as_secs()).unwrap_or(i32::MAX))
        .evaluation_periods(periods)
        .datapoints_to_alarm(periods)
        .threshold(alarm.threshold)
        .comparison_operator(comparison(alarm.comparison))
        // Nobody treated means nothing to measure.
        .treat_missing_data("notBreaching");
    let percentile = alarm.statistic.starts_with('p');
    let request = if percentile {
        request.extended_statistic(&alarm.statistic)
    } else {
        request.statistic(Statistic::from(alarm.statistic.as_str()))
    };
    request
        .send()
        .await
        .map(|_| true)
        .map_err(|error| port_error(format!("cloudwatch:PutMetricAlarm {}", alarm.name), error))
}

fn comparison(op: LimitOp) -> ComparisonOperator {
    match op {
        LimitOp::Above => ComparisonOperator::GreaterThanThreshold,
        LimitOp::AtLeast => ComparisonOperator::GreaterThanOrEqualToThreshold,
        LimitOp::Below => ComparisonOperator::LessThanThreshold,
        LimitOp::AtMost => ComparisonOperator::LessThanOrEqualToThreshold,
    }
}
