//! The status as text for people: one part a paragraph, labels in a column. It works nothing out.

use crate::app::Model;
use crate::domain::alarm::AlarmState;
use crate::domain::exposure::Observed;
use crate::domain::signal::{SignalState, format_bound, format_count, format_span, format_value};
use crate::domain::verdict::{Decision, Recommendation};
use crate::headless::page::{Page, Role, widest};
use crate::headless::values;

/// Columns of the labels.
const LABELS: usize = 11;

/// The whole status.
pub(super) fn lay_out(model: &Model, page: Page) -> String {
    let mut lines = vec![title(model, page)];
    lines.extend(incident(model, page));
    lines.extend(verdict(model, page));
    lines.extend(exposure(model, page));
    lines.extend(flag(model, page));
    lines.extend(signals(model, page));
    lines.extend(alarms(model, page));
    lines.extend(fallback(model, page));
    if let Some(fault) = &model.sampling.fault {
        say_once(&mut lines, &fault.to_string());
    }
    lines.join("\n")
}

/// Leaves what failed where it is told first; the lines after it have their own words alone.
fn say_once(lines: &mut [String], fault: &str) {
    let told = [format!(": {fault}"), format!("; {fault}")];
    let again = lines.iter_mut().filter(|line| line.contains(fault)).skip(1);
    for line in again {
        for told in &told {
            *line = line.replace(told, "");
        }
    }
}

fn title(model: &Model, page: Page) -> String {
    let account = model.identity.value.as_ref().map(|me| me.account.clone());
    let place: Vec<String> = [
        Some(model.spec.environment.0.clone()),
        model.region.clone(),
        Some(account.unwrap_or_else(|| "account not known".to_owned())),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!(
        "{}  {}",
        page.put(Role::Strong, &model.spec.name),
        page.put(Role::Faint, place.join("  "))
    )
}

/// The incident that is open, and what it means for whoever wants to raise.
fn incident(model: &Model, page: Page) -> Option<String> {
    let open = model.incident.open()?;
    let lock = match model.incident.lock() {
        Some(_) => "raises locked",
        None => "raises let through",
    };
    let text = format!(
        "INCIDENT {} open {}, by {} · {lock}",
        open.id,
        format_span(open.until(model.now).since(open.opened_at)),
        open.opened_by.person()
    );
    Some(line(page, "incident", &page.put(Role::Bad, text)))
}

/// A labelled line; further ones of the same part leave the label out.
fn line(page: Page, label: &str, text: &str) -> String {
    format!("{}{text}", page.cell(Role::Faint, label, LABELS))
        .trim_end()
        .to_owned()
}

fn verdict(model: &Model, page: Page) -> Vec<String> {
    let verdict = &model.verdict;
    let role = match verdict.decision {
        Decision::Promote => Role::Good,
        Decision::Hold => Role::Strong,
        Decision::RollBack => Role::Bad,
        Decision::CannotTell => Role::Warn,
    };
    let mut lines = vec![line(
        page,
        "verdict",
        &page.put(role, verdict.decision.word()),
    )];
    lines.extend(
        verdict
            .reasons
            .iter()
            .map(|reason| line(page, "", &page.put(Role::Plain, &reason.text))),
    );
    let advice = verdict.recommend.as_ref().map(|advice| match advice {
        Recommendation::Disable => "recommended: coalmine disable".to_owned(),
        Recommendation::Reduce { to, why } => {
            let why = why
                .as_ref()
                .map_or_else(String::new, |why| format!(" ({why})"));
            format!("recommended: coalmine set {}{why}", to.get())
        }
        Recommendation::Raise(to) => format!("recommended: coalmine set {} --yes", to.get()),
        Recommendation::Investigate(what) => format!("recommended: look into it: {what}"),
    });
    lines.extend(advice.map(|advice| line(page, "", &page.put(Role::Strong, advice))));
    lines
}

fn exposure(model: &Model, page: Page) -> Vec<String> {
    let exposure = &model.exposure;
    let percent = |percent: Option<crate::domain::Percent>| {
        percent.map_or_else(|| "not known".to_owned(), |percent| percent.to_string())
    };
    let effective = match exposure.effective {
        Some(effective) if effective.settling => format!("up to {}", effective.at_most),
        other => percent(other.map(|effective| effective.at_most)),
    };
    let observed = match &exposure.observed {
        Observed::Unknown => "unknown".to_owned(),
        Observed::Share(share) => format!(
            "{:.1} % ({:.1} to {:.1} % of {} sessions)",
            share.percent,
            share.low,
            share.high,
            format_count(share.sessions as f64)
        ),
        Observed::Seen(at) => format!("treated sessions, last {}", values::ago(model, *at)),
        Observed::NoneSeen(since) => format!(
            "no treated session for {}",
            format_span(model.now.since(*since))
        ),
    };
    let text = format!(
        "{}   effective {effective}   observed {observed}",
        page.put(
            Role::Strong,
            format!("desired {}", percent(exposure.desired))
        )
    );
    let mut lines = vec![line(page, "exposure", &text)];
    lines.extend(
        exposure
            .contradictions
            .iter()
            .map(|text| line(page, "", &page.put(Role::Warn, text))),
    );
    lines
}

fn flag(model: &Model, page: Page) -> Vec<String> {
    let Some(state) = values::readable(&model.flag) else {
        return vec![line(
            page,
            "flag",
            &page.put(Role::Bad, "could not be read"),
        )];
    };
    let says = match &model.flag_says {
        Some(Ok(flag)) if flag.enabled => format!("enabled at {}", flag.rollout_percentage),
        Some(Ok(flag)) => format!("disabled (percentage {})", flag.rollout_percentage),
        _ => "not a valid flag document".to_owned(),
    };
    let url = values::levers::flag_url(model);
    let name = page.link(&state.resource, url.as_deref());
    let mut lines = vec![line(
        page,
        "flag",
        &format!(
            "{name}  v{}  {}",
            page.put(Role::Plain, &state.revision.0),
            page.put(Role::Plain, says)
        ),
    )];
    if let Some(at) = state.changed_at {
        let by = state.changed_by.as_deref().unwrap_or("unknown writer");
        let text = format!("by {by}, {} ({at})", values::ago(model, at));
        lines.push(line(page, "", &page.put(Role::Faint, text)));
    }
    lines.extend(stage(model, page));
    lines
}

fn stage(model: &Model, page: Page) -> Option<String> {
    let percent = model.facts.percent?;
    let count = model.spec.stages.len();
    let place = match model.stage {
        Some(index) => format!("{} of {count} ({percent})", index + 1),
        None => format!("below the first of {count} ({percent})"),
    };
    let left = model.facts.bake_left(&model.spec.stages, model.now);
    let bake = match left {
        Some(left) if !left.is_zero() => format!(", bake {} left", format_span(left)),
        _ => String::new(),
    };
    Some(line(
        page,
        "stage",
        &page.put(Role::Plain, format!("{place}{bake}")),
    ))
}

fn signals(model: &Model, page: Page) -> Vec<String> {
    let titles = widest(
        model
            .spec
            .signals
            .iter()
            .map(|signal| signal.title.as_str()),
    );
    let rows = model.spec.signals.iter().filter_map(|spec| {
        let reading = model
            .readings
            .iter()
            .find(|reading| reading.name == spec.name)?;
        let value = reading
            .value
            .map_or_else(|| "-".to_owned(), |value| format_value(reading.unit, value));
        let (role, word) = match reading.state {
            SignalState::Ok => (Role::Good, "ok"),
            SignalState::Warn => (Role::Warn, "warn"),
            SignalState::Act => (Role::Bad, "act"),
            SignalState::Stale => (Role::Warn, "stale"),
            SignalState::NoData => (Role::Faint, "no data"),
            SignalState::NotApplicable => (Role::Faint, "n/a"),
        };
        let bound = |name: &str, limit: Option<crate::domain::signal::Limit>| {
            limit.map(|limit| {
                format!(
                    "{name} {} {}",
                    limit.op.sign(),
                    format_bound(reading.unit, limit.value)
                )
            })
        };
        let mut rest: Vec<String> = [bound("warn", spec.warn), bound("act", spec.act)]
            .into_iter()
            .flatten()
            .collect();
        rest.extend(reading.samples.map(|n| format!("n {}", format_count(n))));
        rest.extend(reading.note.clone());
        Some(format!(
            "{}  {}{}{}",
            page.cell(Role::Plain, &spec.title, titles),
            page.cell(Role::Strong, value, 12),
            page.cell(role, word, 9),
            page.put(Role::Faint, rest.join(", "))
        ))
    });
    labelled(page, "signals", rows)
}

fn alarms(model: &Model, page: Page) -> Vec<String> {
    let Some(batch) = &model.alarms.value else {
        return Vec::new();
    };
    let names = widest(batch.alarms.iter().map(|alarm| alarm.name.as_str()));
    let rows = batch.alarms.iter().map(|alarm| {
        let role = match alarm.state {
            AlarmState::Ok => Role::Good,
            AlarmState::Alarm => Role::Bad,
            AlarmState::InsufficientData | AlarmState::Unknown(_) => Role::Warn,
        };
        let gap = " ".repeat(names.saturating_sub(widest(std::iter::once(alarm.name.as_str()))));
        let url = values::levers::alarm_url(model, &alarm.name);
        let mut rest: Vec<String> = alarm
            .since
            .map(|at| values::ago(model, at))
            .into_iter()
            .collect();
        rest.extend(model.helpless.get(&alarm.name).cloned());
        format!(
            "{}{gap}  {}{}",
            page.link(&alarm.name, url.as_deref()),
            page.cell(role, values::alarm_state(&alarm.state), 19),
            page.put(Role::Faint, rest.join(", "))
        )
    });
    let missing = batch.missing.iter().map(|name| {
        format!(
            "{}  {}",
            page.put(Role::Plain, name),
            page.put(Role::Bad, "there is no such alarm")
        )
    });
    labelled(page, "alarms", rows.chain(missing))
}

fn fallback(model: &Model, page: Page) -> Option<String> {
    let spec = model.spec.fallback.as_ref()?;
    let url = values::levers::function_url(model);
    let name = page.link(&spec.function, url.as_deref());
    let says = match values::levers::says(model).filter(|_| model.fallback.fault.is_none()) {
        Some(says) => page.put(Role::Plain, says.words),
        None => page.put(Role::Warn, "could not be read"),
    };
    Some(line(page, "fallback", &format!("{name}  {says}")))
}

fn labelled(page: Page, label: &str, rows: impl Iterator<Item = String>) -> Vec<String> {
    rows.enumerate()
        .map(|(index, row)| line(page, if index == 0 { label } else { "" }, &row))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_failed_for_all_is_told_once() {
        let mut lines = [
            "latency no data: x: refused",
            "errors no data: x: refused",
            "dropped 5 m old; x: refused",
            "fallbacks 0",
        ]
        .map(ToOwned::to_owned);
        super::say_once(&mut lines, "x: refused");
        assert_eq!(
            lines,
            [
                "latency no data: x: refused",
                "errors no data",
                "dropped 5 m old",
                "fallbacks 0"
            ]
        );
    }
}
