//! The rules, as one table. What they look for stands in the files that they name.

use super::Severity::{Error, Info, Warning};
use super::{
    Findings, Ground, Rule, Severity, blanks, code, environment, exposure, flow, instant, logs,
    metrics, order, prose, services, thresholds,
};

/// Every rule.
pub const RULES: &[Rule] = &[
    rule(
        "environment-map-replaced",
        Error,
        "an update of a function's environment deletes what it does not list",
        environment::map_replaced,
    ),
    rule(
        "reserved-variable",
        Error,
        "a variable that Lambda keeps for itself",
        environment::reserved,
    ),
    rule(
        "shorthand-invalid",
        Error,
        "a structure that the AWS command line cannot read",
        environment::shorthand_invalid,
    ),
    rule(
        "statistics-mixed",
        Error,
        "--statistics together with --extended-statistics",
        metrics::statistics_mixed,
    ),
    rule(
        "percentile-as-statistic",
        Error,
        "a percentile under --statistics",
        metrics::percentile_as_statistic,
    ),
    rule(
        "wildcard-dimension",
        Error,
        "a wildcard as the value of a dimension",
        metrics::wildcard_dimension,
    ),
    rule(
        "milliseconds-for-seconds",
        Error,
        "milliseconds where seconds or a date are expected",
        instant::milliseconds_for_seconds,
    ),
    rule(
        "seconds-for-milliseconds",
        Error,
        "seconds or a date where milliseconds are expected",
        instant::seconds_for_milliseconds,
    ),
    rule(
        "gnu-date",
        Warning,
        "date options that only GNU has",
        instant::gnu_date,
    ),
    rule(
        "reduce-raises",
        Error,
        "a reduction that raises exposure now",
        exposure::reduce_raises,
    ),
    rule(
        "reduce-may-raise",
        Warning,
        "a reduction that raises exposure at a lower stage",
        exposure::reduce_may_raise,
    ),
    rule(
        "flag-literal-raises",
        Error,
        "a flag document written whole, with everybody in it",
        exposure::literal_raises,
    ),
    rule(
        "put-item-replaces",
        Error,
        "put-item where one attribute is to change",
        services::put_item,
    ),
    rule(
        "capacity-before-routing",
        Error,
        "capacity taken away before the traffic is",
        order::capacity_before_routing,
    ),
    rule(
        "set-e-in-rollback",
        Warning,
        "a rollback that stops at its first failure",
        order::set_e,
    ),
    rule(
        "cli-v2-payload",
        Error,
        "a payload that version 2 of the command line takes for base64",
        services::payload,
    ),
    rule(
        "elision",
        Error,
        "something left out where a command needs it",
        blanks::elision,
    ),
    rule(
        "placeholder",
        Warning,
        "a placeholder in a command",
        blanks::placeholder,
    ),
    rule(
        "unset-variable",
        Info,
        "a variable that nothing in the file sets",
        blanks::unset_variable,
    ),
    rule(
        "two-thresholds",
        Warning,
        "two thresholds for one thing",
        thresholds::two_thresholds,
    ),
    rule(
        "deprecated-appconfig",
        Warning,
        "an AppConfig operation that is deprecated",
        services::deprecated_appconfig,
    ),
    rule(
        "no-such-service",
        Error,
        "a service that the AWS command line calls otherwise",
        services::no_such_service,
    ),
    rule(
        "codedeploy-linear-unequal",
        Warning,
        "unequal steps called linear",
        prose::linear_unequal,
    ),
    rule(
        "bucket-comparison",
        Error,
        "a bucket compared with <=",
        code::bucket_comparison,
    ),
    rule(
        "missing-reads-as-zero",
        Warning,
        "missing data taken for zero",
        code::missing_reads_as_zero,
    ),
    rule(
        "never-reached",
        Warning,
        "commands after one that never ends",
        flow::never_reached,
    ),
    rule(
        "never-ends",
        Info,
        "a step that never ends by itself",
        flow::never_ends,
    ),
    rule(
        "filter-pattern-terms",
        Error,
        "a log filter that means something else than it says",
        logs::filter_terms,
    ),
    rule(
        "fallback-claim",
        Info,
        "what is promised of the environment variable",
        prose::fallback_claim,
    ),
    rule(
        "broken-continuation",
        Error,
        "a blank behind the backslash that continues a line",
        flow::broken_continuation,
    ),
];

const fn rule(
    name: &'static str,
    severity: Severity,
    meaning: &'static str,
    check: fn(&Ground<'_>, &mut Findings),
) -> Rule {
    Rule {
        name,
        severity,
        meaning,
        check,
    }
}
