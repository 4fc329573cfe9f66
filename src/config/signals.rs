//! The `signal` tables: where values come from, unit and limits, and what missing data mean.

use std::time::Duration;

use super::document::{Faults, Item, Node};
use super::nearest;
use crate::domain::rollout::FallbackSpec;
use crate::domain::signal::limit::{split_suffix, unit_of};
use crate::domain::signal::{
    Limit, LimitOp, MetricQuery, Missing, SignalSource, SignalSpec, Unit, parse_limit,
};

const MINUTE: Duration = Duration::from_secs(60);
const KEYS: [&str; 17] = [
    "name",
    "title",
    "metric",
    "expression",
    "metrics",
    "count_by",
    "by_hand",
    "counted",
    "unit",
    "target",
    "warn",
    "act",
    "samples",
    "periods",
    "missing",
    "heartbeat",
    "treated_only",
];

/// What signals take from the rest of their rollout.
pub(super) struct Context<'a> {
    /// The heartbeat of signals that name none.
    pub(super) heartbeat: Option<MetricQuery>,
    /// The marker metric of treated sessions.
    pub(super) treated: Option<&'a MetricQuery>,
}

/// The signals, and what rules need to know of every one that has a name, sound or not.
pub(super) struct Signals {
    pub(super) specs: Vec<SignalSpec>,
    pub(super) known: Vec<Known>,
}

/// What rules need to know of a signal.
pub(super) struct Known {
    pub(super) name: String,
    pub(super) unit: Unit,
    pub(super) periods: u32,
}

impl Signals {
    /// The names that rules may use.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(|signal| signal.name.as_str())
    }
}

/// Every signal of the rollout.
pub(super) fn read_all(node: &Node<'_>, context: &Context<'_>, faults: &mut Faults<'_>) -> Signals {
    let mut signals = Signals {
        specs: Vec::new(),
        known: Vec::new(),
    };
    let items = node
        .get("signal")
        .and_then(|item| item.array(faults))
        .unwrap_or_default();
    for item in items {
        let Some(node) = item.node(faults) else {
            continue;
        };
        node.only(&KEYS, faults);
        let written = node.require("name", "for example name = \"latency_p95\"", faults);
        let name = written
            .as_ref()
            .and_then(|item| name(item, faults))
            .unwrap_or_default();
        if let Some(item) = written.filter(|_| signals.names().any(|known| known == name)) {
            item.fault(format!("two signals are called `{name}`"), None, faults);
        }
        let source = source(&node, faults);
        let (unit, factor) = unit(&node, faults);
        let periods = node
            .integer("periods", 1..=60, faults)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(2);
        let spec = read(&node, source, (unit, factor), context, faults);
        signals.specs.extend(spec.map(|spec| {
            SignalSpec {
                title: node
                    .get("title")
                    .map_or_else(|| name.replace('_', " "), |_| spec.title.clone()),
                name: name.clone(),
                periods,
                ..spec
            }
        }));
        signals.known.push(Known {
            name,
            unit,
            periods,
        });
    }
    signals
}

fn name(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let name = item.string(faults)?;
    let fit = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.chars().all(fit) || name.starts_with(|c: char| c.is_ascii_digit()) {
        item.fault(
            format!("`{name}` is no name for a signal"),
            Some("use letters, digits and _"),
            faults,
        );
    }
    Some(name)
}

/// The rest of a signal; name, title and periods are filled in by the caller.
fn read(
    node: &Node<'_>,
    source: Option<SignalSource>,
    (unit, factor): (Unit, f64),
    context: &Context<'_>,
    faults: &mut Faults<'_>,
) -> Option<SignalSpec> {
    let [target, warn, act] = limits(node, unit, factor, faults);
    let min_samples = node
        .integer("samples", 0..=1_000_000_000, faults)
        .unwrap_or(0);
    let title = node.string("title", faults).unwrap_or_default();
    let treated_only = node.boolean("treated_only", faults);
    let missing = missing(node, source.as_ref(), context, faults);
    let source = source?;
    if let (SignalSource::Expression { count_by: None, .. }, 1.., Some(item)) =
        (&source, min_samples, node.get("samples"))
    {
        item.fault(
            "nothing counts the samples of an expression",
            Some("name the metric that does: count_by = \"invocations\""),
            faults,
        );
    }
    Some(SignalSpec {
        name: String::new(),
        title,
        scale: scale(&source, unit, factor),
        treated_only: treated_only.unwrap_or_else(|| is_treated(&source, context)),
        source,
        unit,
        target,
        warn,
        act,
        min_samples: u64::try_from(min_samples).unwrap_or(0),
        missing,
        periods: 0,
    })
}

fn source(node: &Node<'_>, faults: &mut Faults<'_>) -> Option<SignalSource> {
    let by_hand = ["by_hand", "counted"]
        .map(|key| node.boolean(key, faults) == Some(true))
        .contains(&true);
    match (node.get("metric"), node.get("expression"), by_hand) {
        (Some(item), None, false) => {
            metric(&item.node(faults)?, None, MINUTE, faults).map(SignalSource::Metric)
        }
        (None, Some(item), false) => expression(&item, node, faults),
        (None, None, true) => Some(SignalSource::Counted),
        (None, None, false) => {
            faults.missing(
                node,
                "metric",
                "a signal has a metric, an expression, or by_hand = true",
            );
            None
        }
        _ => {
            let text = "a signal has one source: metric, expression or by_hand".to_owned();
            faults.push(node.span.clone(), &node.path, text, None);
            None
        }
    }
}

fn expression(item: &Item<'_>, node: &Node<'_>, faults: &mut Faults<'_>) -> Option<SignalSource> {
    let expression = item.string(faults)?;
    let table = node
        .require("metrics", "the metrics that the expression names", faults)?
        .node(faults)?;
    let mut metrics: Vec<(String, MetricQuery)> = Vec::new();
    let mut names = Vec::new();
    for (name, span, metric_item) in table.members() {
        let fit = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(fit) {
            let text = format!("`{name}` is no name for a metric in an expression");
            faults.push(
                span,
                &metric_item.path,
                text,
                Some("begin with a lowercase letter; letters, digits and _"),
            );
        }
        names.push(name.clone());
        let query = metric_item
            .node(faults)
            .and_then(|node| metric(&node, None, MINUTE, faults));
        metrics.extend(query.map(|query| (name, query)));
    }
    for word in unknown_words(&expression, &names) {
        let hint = nearest(&word, names.iter().map(String::as_str))
            .map(|near| format!("did you mean `{near}`?"));
        item.fault(
            format!("no metric is called `{word}`"),
            hint.as_deref(),
            faults,
        );
    }
    if metrics
        .windows(2)
        .any(|pair| matches!(pair, [(_, a), (_, b)] if a.period != b.period))
    {
        item.fault("the metrics of an expression have one period", None, faults);
    }
    let count_by = node.get("count_by").and_then(|item| {
        let name = item.string(faults)?;
        if !names.contains(&name) {
            item.fault(format!("no metric is called `{name}`"), None, faults);
        }
        Some(name)
    });
    Some(SignalSource::Expression {
        expression,
        metrics,
        count_by,
    })
}

/// Words of a metric math expression that begin with a lowercase letter and name no metric; functions are upper case, and what
/// stands in quotes is a search.
fn unknown_words(expression: &str, names: &[String]) -> Vec<String> {
    let outside: String = expression
        .split(['\'', '"'])
        .step_by(2)
        .collect::<Vec<_>>()
        .join(" ");
    outside
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter(|word| !names.iter().any(|name| name == word))
        .map(ToOwned::to_owned)
        .collect()
}

/// Reads one metric; without `stat` it has this one, without `period` this one. `unit` is left to whoever needs it.
pub(super) fn metric(
    node: &Node<'_>,
    stat: Option<&str>,
    period: Duration,
    faults: &mut Faults<'_>,
) -> Option<MetricQuery> {
    node.only(
        &["namespace", "name", "stat", "period", "unit", "dimensions"],
        faults,
    );
    let namespace = node
        .require("namespace", "for example \"AWS/Lambda\"", faults)
        .and_then(|i| i.string(faults));
    let name = node
        .require("name", "the metric's name", faults)
        .and_then(|i| i.string(faults));
    let stat = match (node.get("stat"), stat) {
        (None, Some(stat)) => Some(stat.to_owned()),
        (Some(item), _) => item.parsed(STATS, faults, check_stat),
        (None, None) => node.require("stat", STATS, faults).and(None),
    };
    let period = match node.get("period") {
        None => period,
        Some(item) => item
            .duration(faults)
            .filter(|p| check_period(*p, &item, faults))
            .unwrap_or(period),
    };
    let dimensions = node
        .node("dimensions", faults)
        .map(|node| node.members())
        .unwrap_or_default();
    let dimensions = dimensions
        .into_iter()
        .filter_map(|(name, _, item)| Some((name, dimension(&item, faults)?)))
        .collect();
    Some(MetricQuery {
        namespace: namespace?,
        name: name?,
        stat: stat?,
        period,
        dimensions,
    })
}

fn dimension(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let value = item.string(faults)?;
    if value == "*" {
        item.fault(
            "`*` is matched literally and would find nothing",
            Some("leave the dimension out, or use SEARCH in an expression"),
            faults,
        );
    }
    Some(value)
}

const STATS: &str = "Sum, Average, Minimum, Maximum, SampleCount, or a percentile such as p95";

fn check_stat(stat: &str) -> Result<String, String> {
    const PLAIN: [&str; 6] = ["Sum", "Average", "Minimum", "Maximum", "SampleCount", "IQM"];
    let trimmed_mean = ["TM(", "TC(", "TS(", "WM(", "PR("]
        .iter()
        .any(|f| stat.starts_with(f))
        && stat.ends_with(')');
    let number = ["p", "tm", "tc", "ts", "wm"]
        .iter()
        .find_map(|prefix| stat.strip_prefix(prefix)?.parse::<f64>().ok());
    if PLAIN.contains(&stat) || trimmed_mean || number.is_some_and(|n| n > 0.0 && n <= 100.0) {
        return Ok(stat.to_owned());
    }
    match nearest(stat, PLAIN) {
        Some(near) => Err(format!("`{stat}` is no statistic: did you mean `{near}`?")),
        None => Err(format!("`{stat}` is no statistic")),
    }
}

fn check_period(period: Duration, item: &Item<'_>, faults: &mut Faults<'_>) -> bool {
    let seconds = period.as_secs();
    let whole = period.subsec_nanos() == 0;
    let fit = whole
        && (matches!(seconds, 1 | 5 | 10 | 20 | 30)
            || (seconds > 0 && seconds.is_multiple_of(60) && seconds <= 86_400));
    if !fit {
        item.fault(
            "CloudWatch has no such period",
            Some("1, 5, 10, 20 or 30 seconds, or whole minutes up to a day"),
            faults,
        );
    }
    fit
}

/// The unit that a signal is kept in, and the factor from its source into it: from `unit`, from the metric's unit, from its limits.
fn unit(node: &Node<'_>, faults: &mut Faults<'_>) -> (Unit, f64) {
    let metric = node
        .get("metric")
        .and_then(|item| item.table())
        .and_then(|node| node.get("unit"));
    for item in [node.get("unit"), metric].into_iter().flatten() {
        let hint = "ms, s, %, /min, /session, /h or count";
        if let Some(found) = item.parsed(hint, faults, |text| {
            unit_of(text).ok_or_else(|| format!("`{text}` is not a unit"))
        }) {
            return found;
        }
    }
    if ["by_hand", "counted"]
        .into_iter()
        .any(|key| node.get(key).is_some())
    {
        return (Unit::PerHour, 1.0);
    }
    let written = ["act", "warn", "target"]
        .into_iter()
        .filter_map(|key| node.get(key)?.value.as_str());
    let from_limits = written
        .filter_map(|text| {
            unit_of(split_suffix(text.trim_start_matches(['<', '>', '=', '≤', '≥', ' '])).1)
        })
        .map(|(unit, _)| unit)
        .next();
    (from_limits.unwrap_or(Unit::Count), 1.0)
}

/// What a value of the source is multiplied by: the unit's factor, and for a sum over a longer period its share per minute or hour.
fn scale(source: &SignalSource, unit: Unit, factor: f64) -> f64 {
    let SignalSource::Metric(query) = source else {
        return factor;
    };
    let summed = matches!(query.stat.as_str(), "Sum" | "SampleCount");
    let seconds = query.period.as_secs_f64();
    match unit {
        Unit::PerMinute if summed => 60.0 / seconds,
        Unit::PerHour if summed => 3_600.0 / seconds,
        _ => factor,
    }
}

/// `target`, `warn` and `act`.
fn limits(node: &Node<'_>, unit: Unit, factor: f64, faults: &mut Faults<'_>) -> [Option<Limit>; 3] {
    let hint = "write it like \"> 5s\", \">= 1\" or \"< 1%\"";
    let limits = ["target", "warn", "act"].map(|key| {
        let item = node.get(key)?;
        let limit = item.parsed(hint, faults, |text| parse_limit(text, unit))?;
        let bare = item
            .value
            .as_str()
            .is_some_and(|text| !text.ends_with(|c: char| c.is_alphabetic()));
        if unit == Unit::Seconds && bare && factor != 1.0 {
            item.fault(
                "says no unit, and the metric is not in seconds",
                Some("write for example \"> 5s\" or \"> 5000ms\""),
                faults,
            );
        }
        Some(limit)
    });
    if let ([_, Some(warn), Some(act)], Some(item)) = (limits, node.get("act")) {
        let upward = |limit: Limit| matches!(limit.op, LimitOp::Above | LimitOp::AtLeast);
        if upward(warn) != upward(act) {
            item.fault(
                "`warn` and `act` point in different directions",
                None,
                faults,
            );
        } else if (act.value < warn.value) == upward(act) && act.value != warn.value {
            item.fault(
                "`act` is reached before `warn`",
                Some("act is the farther limit"),
                faults,
            );
        }
    }
    limits
}

/// A signal whose metrics all lie in the namespace of the marker metric is taken for one that only treated sessions emit.
fn is_treated(source: &SignalSource, context: &Context<'_>) -> bool {
    let Some(marker) = context.treated else {
        return false;
    };
    match source {
        SignalSource::Metric(query) => query.namespace == marker.namespace,
        SignalSource::Expression { metrics, .. } => {
            metrics.iter().all(|(_, q)| q.namespace == marker.namespace)
        }
        SignalSource::Counted => false,
    }
}

fn missing(
    node: &Node<'_>,
    source: Option<&SignalSource>,
    context: &Context<'_>,
    faults: &mut Faults<'_>,
) -> Missing {
    let own = node
        .node("heartbeat", faults)
        .and_then(|node| metric(&node, Some("Sum"), MINUTE, faults));
    let Some(item) = node.get("missing") else {
        return Missing::Unknown;
    };
    match item.string(faults).as_deref() {
        None | Some("unknown") => Missing::Unknown,
        Some("zero") => match own.or_else(|| context.heartbeat.clone()) {
            Some(heartbeat) => Missing::Zero {
                heartbeat: MetricQuery {
                    period: period_of(source),
                    ..heartbeat
                },
            },
            None => {
                item.fault(
                    "nothing tells whether silence is calm",
                    Some("name a heartbeat = { namespace, name } that always has data"),
                    faults,
                );
                Missing::Unknown
            }
        },
        Some(other) => {
            item.fault(
                format!("`{other}` is no meaning of missing data"),
                Some("\"unknown\" or \"zero\""),
                faults,
            );
            Missing::Unknown
        }
    }
}

fn period_of(source: Option<&SignalSource>) -> Duration {
    match source {
        Some(SignalSource::Metric(query)) => query.period,
        Some(SignalSource::Expression { metrics, .. }) => {
            metrics.first().map_or(MINUTE, |(_, q)| q.period)
        }
        Some(SignalSource::Counted) | None => MINUTE,
    }
}

/// The rollout's heartbeat: its own `heartbeat`, else the Invocations of the fallback's function.
pub(super) fn heartbeat(
    node: &Node<'_>,
    fallback: Option<&FallbackSpec>,
    faults: &mut Faults<'_>,
) -> Option<MetricQuery> {
    if let Some(node) = node.node("heartbeat", faults) {
        return metric(&node, Some("Sum"), MINUTE, faults);
    }
    fallback.map(|fallback| MetricQuery {
        namespace: "AWS/Lambda".to_owned(),
        name: "Invocations".to_owned(),
        stat: "Sum".to_owned(),
        period: MINUTE,
        dimensions: vec![("FunctionName".to_owned(), fallback.function.clone())],
    })
}
