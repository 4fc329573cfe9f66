//! The `signal` tables: where values come from, unit and limits, and what missing data mean.

use std::time::Duration;

use super::document::{Faults, Item, Node};
use super::limits::{limits, scale, unit};
use super::metric::{MINUTE, metric};
use super::nearest;
use crate::domain::rollout::FallbackSpec;
use crate::domain::signal::{MetricQuery, Missing, SignalSource, SignalSpec, Unit};

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
        Some("zero") => {
            if let Some(heartbeat) = own.or_else(|| context.heartbeat.clone()) {
                let period = period_of(source);
                return Missing::Zero {
                    heartbeat: MetricQuery {
                        period,
                        ..heartbeat
                    },
                };
            }
            item.fault(
                "nothing tells whether silence is calm",
                Some("name a heartbeat = { namespace, name } that always has data"),
                faults,
            );
            Missing::Unknown
        }
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
