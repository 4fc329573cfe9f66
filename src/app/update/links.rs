//! Where the AWS console shows what is selected, and the other things of the rollout after it. It opens no browser.

use std::time::Duration;

use crate::app::Effect;
use crate::app::log_pane::View;
use crate::app::model::{Model, Overlay, Screen, Tone};
use crate::domain::console_link::{Console, ConsoleLink, MetricRow};
use crate::domain::rollout::FlagSource;
use crate::domain::signal::{MetricQuery, SignalSource};

use super::{overlays, toast};

/// How much of a log group is shown before and after a line.
const AROUND: Duration = Duration::from_mins(5);

/// Shows the links.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    let links = model.region.as_deref().and_then(Console::of);
    let Some(links) = links.map(|console| of(model, console)) else {
        let text =
            "the region is not known yet, or has no console that is known: no link can be made";
        toast(model, Tone::Warn, text);
        return Vec::new();
    };
    overlays::show(model, Overlay::Links { links, selected: 0 });
    Vec::new()
}

/// What is selected comes first.
fn of(model: &Model, console: Console<'_>) -> Vec<ConsoleLink> {
    let mut links: Vec<ConsoleLink> = selected(model, console).into_iter().collect();
    let mut add = |link: ConsoleLink| {
        if !links.iter().any(|known| known.url == link.url) {
            links.push(link);
        }
    };
    if let FlagSource::Ssm(name) = &model.spec.flag.source {
        add(console.parameter(name));
    }
    if let Some(fallback) = &model.spec.fallback {
        add(console.function(&fallback.function));
    }
    for signal in &model.spec.signals {
        let queries: Vec<&MetricQuery> = match &signal.source {
            SignalSource::Metric(query) => vec![query],
            SignalSource::Expression { metrics, .. } => {
                metrics.iter().map(|(_, query)| query).collect()
            }
            SignalSource::Counted => continue,
        };
        let rows: Vec<MetricRow<'_>> = queries.into_iter().map(row).collect();
        add(console.metrics(&signal.title, &rows));
    }
    for alarm in model.alarms.value.iter().flat_map(|batch| &batch.alarms) {
        add(console.alarm(&alarm.name));
    }
    let at = model.minute.unwrap_or(model.now);
    for group in model.spec.logs.iter().flat_map(|logs| &logs.groups) {
        add(console.logs(group, at, AROUND));
    }
    links
}

fn row(query: &MetricQuery) -> MetricRow<'_> {
    MetricRow {
        namespace: &query.namespace,
        name: &query.name,
        dimensions: &query.dimensions,
        stat: &query.stat,
        period: query.period,
    }
}

fn selected(model: &Model, console: Console<'_>) -> Option<ConsoleLink> {
    match &model.overlay {
        Some(Overlay::Alarm { name, .. }) => return Some(console.alarm(name)),
        Some(Overlay::Event { .. }) | None => {}
        Some(_) => return None,
    }
    match model.screen {
        Screen::Alarms => {
            let batch = model.alarms.value.as_ref()?;
            Some(console.alarm(&batch.alarms.get(model.selected)?.name))
        }
        Screen::History => match &model.spec.flag.source {
            FlagSource::Ssm(name) => Some(console.parameter_history(name)),
            FlagSource::File(_) => None,
        },
        Screen::Home | Screen::Logs if model.logs.view == View::Lines => {
            // Without a cursor it is the newest line that passes: on the home screen nobody chose that.
            let chosen = model.logs.cursor().is_some() || model.screen == Screen::Logs;
            let spot = model.logs.selected().filter(|_| chosen)?;
            let line = model.logs.store().line(spot)?;
            let group = model.logs.store().groups().get(usize::from(line.group))?;
            Some(console.logs(group, line.at, AROUND))
        }
        _ => None,
    }
}
