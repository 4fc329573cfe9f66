//! Which queries are made of which signals.

use super::super::query::QUERIES_MAX;
use super::*;

fn only(spec: &RolloutSpec) -> Batch {
    let mut batches = plan(spec);
    assert_eq!(batches.len(), 1);
    batches.remove(0)
}

fn asked<'b>(batch: &'b Batch, id: &str) -> &'b Query {
    batch.queries.iter().find(|query| query.id == id).unwrap()
}

#[test]
fn a_percentile_brings_its_sample_count() {
    let latency = signal("p95", SignalSource::Metric(metric("Latency", "p95")));
    let batch = only(&rollout(vec![latency], None));
    assert_eq!(batch.queries.len(), 2);
    let plan = &batch.signals[0];
    let samples = plan.samples.as_deref().unwrap();
    assert_eq!(
        asked(&batch, &plan.values).ask,
        Ask::Stat(metric("Latency", "p95"))
    );
    assert_eq!(
        asked(&batch, samples).ask,
        Ask::Stat(metric("Latency", "SampleCount"))
    );
}

#[test]
fn a_sum_brings_one_only_when_samples_are_asked_for() {
    let mut dropped = signal("dropped", SignalSource::Metric(metric("Dropped", "Sum")));
    assert_eq!(only(&rollout(vec![dropped.clone()], None)).queries.len(), 1);
    dropped.min_samples = 5;
    assert_eq!(only(&rollout(vec![dropped], None)).queries.len(), 2);
    let count = signal("n", SignalSource::Metric(metric("Latency", "SampleCount")));
    let batch = only(&rollout(vec![count], None));
    assert_eq!(batch.queries.len(), 1);
    assert_eq!(batch.signals[0].samples.as_deref(), Some("q0"));
}

#[test]
fn an_expression_brings_its_metrics_hidden_and_its_count_returned() {
    let batch = only(&rollout(vec![error_rate("error_rate")], None));
    let returned: Vec<_> = batch.queries.iter().map(|query| query.returned).collect();
    assert_eq!(returned, [false, true, true]);
    let plan = &batch.signals[0];
    assert_eq!(
        asked(&batch, &plan.values).ask,
        Ask::Math("100 * q0 / q1".into())
    );
    assert_eq!(plan.samples.as_deref(), Some("q1"));
}

#[test]
fn what_several_signals_need_is_asked_once() {
    let heartbeat = metric("Invocations", "Sum");
    let mut dropped = signal("dropped", SignalSource::Metric(metric("Dropped", "Sum")));
    dropped.missing = Missing::Zero {
        heartbeat: heartbeat.clone(),
    };
    let mut orphaned = signal(
        "orphaned",
        SignalSource::Metric(metric("Orphaned", "Maximum")),
    );
    orphaned.missing = Missing::Zero { heartbeat };
    let latency = signal("p95", SignalSource::Metric(metric("Latency", "p95")));
    let marker = metric("Latency", "Sum");
    let spec = rollout(
        vec![dropped, orphaned, latency, error_rate("error_rate")],
        Some(marker),
    );
    let batch = only(&spec);
    let beats: Vec<_> = batch
        .signals
        .iter()
        .filter_map(|s| s.heartbeat.clone())
        .collect();
    assert_eq!(beats[0], beats[1]);
    assert_eq!(batch.signals[3].samples.as_ref(), Some(&beats[0].0));
    assert_eq!(
        batch.treated.as_ref().map(|(id, _)| id),
        batch.signals[2].samples.as_ref()
    );
    let mut ids: Vec<_> = batch.queries.iter().map(|query| &query.id).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert_eq!(all, 8);
}

#[test]
fn two_signals_may_use_one_name_for_different_metrics() {
    let other = SignalSource::Expression {
        expression: "errors * 2".into(),
        metrics: vec![("errors".into(), metric("Other", "Sum"))],
        count_by: None,
    };
    let batch = only(&rollout(vec![error_rate("a"), signal("b", other)], None));
    let math: Vec<_> = batch
        .queries
        .iter()
        .filter_map(|query| match &query.ask {
            Ask::Math(text) => Some(text.as_str()),
            Ask::Stat(_) => None,
        })
        .collect();
    assert_eq!(math, ["100 * q0 / q1", "q3 * 2"]);
}

#[test]
fn more_than_a_call_takes_is_split_between_signals() {
    let signals: Vec<_> = (0..400)
        .map(|n| {
            signal(
                &format!("s{n}"),
                SignalSource::Metric(metric(&format!("M{n}"), "p99")),
            )
        })
        .collect();
    let batches = plan(&rollout(signals, Some(metric("Marker", "Sum"))));
    assert_eq!(batches.len(), 2);
    assert!(
        batches
            .iter()
            .all(|batch| batch.queries.len() <= QUERIES_MAX)
    );
    let names: Vec<_> = batches
        .iter()
        .flat_map(|batch| batch.signals.iter().map(|signal| signal.name.clone()))
        .collect();
    let expected: Vec<_> = (0..400).map(|n| format!("s{n}")).collect();
    assert_eq!(names, expected);
    assert!(batches[0].treated.is_none() && batches[1].treated.is_some());
    for batch in &batches {
        for signal in &batch.signals {
            asked(batch, &signal.values);
            asked(batch, signal.samples.as_deref().unwrap());
        }
    }
}

#[test]
fn counted_signals_ask_nothing() {
    let counted = signal("complaints", SignalSource::Counted);
    assert!(plan(&rollout(vec![counted], None)).is_empty());
}

#[test]
fn the_span_is_aligned_to_the_longest_period() {
    let mut slow = metric("Slow", "Sum");
    slow.period = Duration::from_mins(5);
    let signals = vec![
        signal("a", SignalSource::Metric(metric("Fast", "Sum"))),
        signal("b", SignalSource::Metric(slow)),
    ];
    assert_eq!(
        longest_period(&plan(&rollout(signals, None))),
        Duration::from_mins(5)
    );
}

#[test]
fn queries_carry_every_member() {
    let mut errors = metric("Errors", "Sum");
    errors.dimensions = vec![("FunctionName".into(), "audio-processor".into())];
    let sent = sdk_query(&Query {
        id: "q7".into(),
        ask: Ask::Stat(errors),
        returned: false,
    });
    assert_eq!((sent.id(), sent.return_data()), (Some("q7"), Some(false)));
    let stat = sent.metric_stat().unwrap();
    assert_eq!((stat.stat(), stat.period()), (Some("Sum"), Some(60)));
    let metric = stat.metric().unwrap();
    assert_eq!(
        metric.namespace(),
        Some("AudioTranscription/PartialResults")
    );
    assert_eq!(metric.dimensions()[0].value(), Some("audio-processor"));
}
