//! What a call is about, and the code of a failed one, out of the SDK's type-erased values. One row per operation in use.

use aws_sdk_cloudwatch::error::ProvideErrorMetadata;
use aws_sdk_cloudwatch::operation as cloudwatch;
use aws_sdk_cloudwatchlogs::operation as logs;
use aws_sdk_lambda::operation as lambda;
use aws_sdk_ssm::operation as ssm;
use aws_sdk_sts::operation as sts;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};

/// The parameter, function, alarm or log group that a call is about; empty when it is about the account.
pub(super) fn target_of(input: &Input) -> String {
    use cloudwatch::describe_alarm_history::DescribeAlarmHistoryInput;
    use cloudwatch::describe_alarms::DescribeAlarmsInput;
    use cloudwatch::get_metric_data::GetMetricDataInput;
    use lambda::get_alias::GetAliasInput;
    use lambda::get_function_configuration::GetFunctionConfigurationInput;
    use lambda::publish_version::PublishVersionInput;
    use lambda::update_alias::UpdateAliasInput;
    use lambda::update_function_configuration::UpdateFunctionConfigurationInput;
    use logs::describe_log_groups::DescribeLogGroupsInput;
    use logs::filter_log_events::FilterLogEventsInput;
    use logs::start_live_tail::StartLiveTailInput;
    use ssm::get_parameter::GetParameterInput;
    use ssm::get_parameter_history::GetParameterHistoryInput;
    use ssm::get_parameters::GetParametersInput;
    use ssm::put_parameter::PutParameterInput;

    if let Some(i) = input.downcast_ref::<GetParameterInput>() {
        named(i.name())
    } else if let Some(i) = input.downcast_ref::<GetParametersInput>() {
        listed(i.names(), "parameters")
    } else if let Some(i) = input.downcast_ref::<PutParameterInput>() {
        named(i.name())
    } else if let Some(i) = input.downcast_ref::<GetParameterHistoryInput>() {
        named(i.name())
    } else if let Some(i) = input.downcast_ref::<GetFunctionConfigurationInput>() {
        qualified(i.function_name(), i.qualifier())
    } else if let Some(i) = input.downcast_ref::<UpdateFunctionConfigurationInput>() {
        named(i.function_name())
    } else if let Some(i) = input.downcast_ref::<PublishVersionInput>() {
        named(i.function_name())
    } else if let Some(i) = input.downcast_ref::<GetAliasInput>() {
        qualified(i.function_name(), i.name())
    } else if let Some(i) = input.downcast_ref::<UpdateAliasInput>() {
        qualified(i.function_name(), i.name())
    } else if let Some(i) = input.downcast_ref::<GetMetricDataInput>() {
        format!("{} queries", i.metric_data_queries().len())
    } else if let Some(i) = input.downcast_ref::<DescribeAlarmsInput>() {
        i.alarm_name_prefix()
            .map_or_else(|| listed(i.alarm_names(), "alarms"), |p| format!("{p}*"))
    } else if let Some(i) = input.downcast_ref::<DescribeAlarmHistoryInput>() {
        named(i.alarm_name())
    } else if let Some(i) = input.downcast_ref::<FilterLogEventsInput>() {
        named(i.log_group_name().or(i.log_group_identifier()))
    } else if let Some(i) = input.downcast_ref::<DescribeLogGroupsInput>() {
        named(i.log_group_name_prefix())
    } else if let Some(i) = input.downcast_ref::<StartLiveTailInput>() {
        listed(i.log_group_identifiers(), "groups")
    } else {
        String::new()
    }
}

/// The metrics that a call asks for; AWS bills GetMetricData by their number, and expressions over them are free.
pub(super) fn metrics_of(input: &Input) -> u32 {
    use cloudwatch::get_metric_data::GetMetricDataInput;
    let Some(asked) = input.downcast_ref::<GetMetricDataInput>() else {
        return 0;
    };
    let metrics = asked.metric_data_queries().iter();
    metrics
        .filter(|query| query.metric_stat().is_some())
        .count() as u32
}

/// The code and message of a service's error, when it is one of an operation in use and carries a code.
pub(super) fn code_and_message(error: &Error) -> Option<(String, String)> {
    macro_rules! first_of {
        ($($error:ty),+ $(,)?) => {
            $(if let Some(found) = error.downcast_ref::<$error>() {
                return Some((
                    found.code()?.to_owned(),
                    found.message().unwrap_or_default().to_owned(),
                ));
            })+
        };
    }
    first_of!(
        ssm::get_parameter::GetParameterError,
        ssm::get_parameters::GetParametersError,
        ssm::put_parameter::PutParameterError,
        ssm::get_parameter_history::GetParameterHistoryError,
        lambda::get_function_configuration::GetFunctionConfigurationError,
        lambda::update_function_configuration::UpdateFunctionConfigurationError,
        lambda::publish_version::PublishVersionError,
        lambda::get_alias::GetAliasError,
        lambda::update_alias::UpdateAliasError,
        cloudwatch::get_metric_data::GetMetricDataError,
        cloudwatch::describe_alarms::DescribeAlarmsError,
        cloudwatch::describe_alarm_history::DescribeAlarmHistoryError,
        logs::filter_log_events::FilterLogEventsError,
        logs::start_live_tail::StartLiveTailError,
        logs::describe_log_groups::DescribeLogGroupsError,
        sts::get_caller_identity::GetCallerIdentityError,
    );
    None
}

fn named(name: Option<&str>) -> String {
    name.unwrap_or_default().to_owned()
}

fn qualified(name: Option<&str>, qualifier: Option<&str>) -> String {
    match qualifier {
        Some(qualifier) => format!("{}:{qualifier}", name.unwrap_or_default()),
        None => named(name),
    }
}

fn listed(names: &[String], what: &str) -> String {
    match names {
        [one] => one.clone(),
        many => format!("{} {what}", many.len()),
    }
}
