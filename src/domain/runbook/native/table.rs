//! The built-in table of native commands, as data. What a command of `aws` does depends on its values: a file of its own reads them.

use std::sync::LazyLock;

use super::NativePattern;

/// Pattern and meaning; the first that fits counts. `aws` is not for configs: it reads the call.
pub(super) const TABLE: [(&str, &str); 29] = [
    ("manage_rollout.py --disable *", "disable"),
    ("manage_rollout.py --percentage N *", "set N"),
    (
        "manage_rollout.py --enable --enable-percentage N *",
        "set N",
    ),
    ("manage_rollout.py --enable --percentage N *", "set N"),
    ("manage_rollout.py --enable *", "enable"),
    ("manage_rollout.py --status *", "status"),
    ("coalmine disable *", "disable"),
    ("coalmine set N *", "set N"),
    ("coalmine enable --percentage N *", "set N"),
    ("coalmine fallback on *", "fallback on"),
    ("coalmine fallback off *", "fallback off"),
    ("coalmine fallback status *", "fallback status"),
    ("coalmine tune K=V *", "tune K=V"),
    ("coalmine history *", "history"),
    ("coalmine status|watch|ready *", "status"),
    ("aws ssm put-parameter *", "aws"),
    ("aws ssm get-parameter|get-parameters *", "aws"),
    ("aws ssm get-parameter-history *", "aws"),
    (
        "aws lambda update-function-configuration --environment *",
        "aws",
    ),
    ("aws lambda get-function-configuration *", "aws"),
    ("aws cloudwatch describe-alarms *", "aws"),
    ("aws cloudwatch describe-alarm-history *", "aws"),
    (
        "aws cloudwatch get-metric-statistics|get-metric-data *",
        "aws",
    ),
    ("aws logs tail|filter-log-events *", "aws"),
    ("aws appconfig stop-deployment *", "aws"),
    ("aws deploy stop-deployment *", "aws"),
    ("aws codedeploy stop-deployment *", "aws"),
    ("aws ecs stop-service-deployment *", "aws"),
    ("aws ecs stop-deployment *", "aws"),
];

/// The table, parsed once.
pub(super) fn patterns() -> &'static [NativePattern] {
    static PARSED: LazyLock<Vec<NativePattern>> = LazyLock::new(|| {
        TABLE
            .iter()
            .filter_map(|(wanted, then)| NativePattern::built_in(wanted, then).ok())
            .collect()
    });
    &PARSED
}
