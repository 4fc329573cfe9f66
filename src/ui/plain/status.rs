//! Everything at a glance, said: exposure, verdict, flag, signals, alarms, levers, incident. It works nothing out.

use crate::app::Model;
use crate::app::model::Feed;
use crate::domain::alarm::AlarmState;
use crate::domain::exposure::Observed;
use crate::domain::failure::PortError;
use crate::domain::signal::{
    Limit, Reading, SignalState, format_bound, format_count, format_span, format_value,
};
use crate::domain::verdict::{Decision, Recommendation};
use crate::ui::exposure::revision;
use crate::ui::proofs::{self, Phase};
use crate::ui::{format, trouble};

use super::{UNBROKEN, said, unseen};

/// The first lines of all.
pub(super) fn welcome(model: &Model) -> Vec<String> {
    let mut lines = vec![format!(
        "coalmine, plain text: rollout {}, environment {}{}.",
        model.spec.name,
        model.spec.environment.0,
        if model.rehearsal.is_some() {
            ", a rehearsal against the simulator"
        } else {
            ""
        }
    )];
    if model.read_only {
        lines.push("Read-only: every write is refused.".to_owned());
    }
    lines.push(
        "Type a number or a word, then Enter. 1 status, 2 disable, 18 help, 0 quit.".to_owned(),
    );
    lines
}

/// The whole status.
pub(super) fn lines(model: &Model) -> Vec<String> {
    let mut lines = vec![head(model)];
    lines.push(exposure(model));
    lines.extend(verdict(model));
    lines.push(flag(model));
    lines.extend(stage(model));
    lines.extend(
        said(trouble::rows(model, &unseen(), 20, UNBROKEN))
            .into_iter()
            .map(indented),
    );
    lines.extend(signals(model));
    lines.extend(alarms(model));
    lines.push(incident(model));
    lines.extend(faults(model));
    lines
}

fn indented(line: String) -> String {
    format!("  {}", line.trim_start())
}

fn head(model: &Model) -> String {
    let account = model.identity.value.as_ref().map(|me| me.account.as_str());
    format!(
        "Status at {}Z: {}, {}, {}, account {}.",
        format::clock(model.now),
        model.spec.name,
        model.spec.environment.0,
        model.region.as_deref().unwrap_or("region not known"),
        account.unwrap_or("not known")
    )
}

/// Exposure in one sentence.
pub(super) fn exposure(model: &Model) -> String {
    let exposure = &model.exposure;
    let desired = exposure
        .desired
        .map_or_else(|| "not known".to_owned(), |desired| desired.to_string());
    let effective = match exposure.effective {
        Some(effective) if effective.settling => {
            format!("up to {} until caches expire", effective.at_most)
        }
        Some(effective) => effective.at_most.to_string(),
        None => "not known".to_owned(),
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
        Observed::Seen(at) => format!(
            "treated sessions, last {} ago",
            format_span(model.now.since(*at))
        ),
        Observed::NoneSeen(since) => {
            format!("no treated session since {}Z", format::clock(*since))
        }
    };
    let words = match proofs::phase(model) {
        Phase::Settled => String::new(),
        _ => format!("{}. ", proofs::words(model)),
    };
    format!("Exposure: {words}desired {desired}, effective {effective}, observed {observed}.")
}

fn verdict(model: &Model) -> Vec<String> {
    let verdict = &model.verdict;
    let mut lines = vec![format!("Verdict: {}.", verdict.decision.word())];
    if verdict.reasons.is_empty() {
        lines.push("  Nothing was judged yet.".to_owned());
    }
    lines.extend(
        verdict
            .reasons
            .iter()
            .map(|reason| format!("  Reason: {}", reason.text)),
    );
    lines.extend(advice(model).map(|advice| format!("  Advice: {advice}")));
    lines
}

/// What the verdict recommends, and the number that does it.
pub(super) fn advice(model: &Model) -> Option<String> {
    let does = |what: String| format!("{what}; 16 does that");
    match model.verdict.recommend.as_ref() {
        Some(Recommendation::Disable) => Some("disable; 2 does that".to_owned()),
        Some(Recommendation::Reduce { to, why: Some(why) }) => {
            Some(does(format!("reduce to {to} ({why})")))
        }
        Some(Recommendation::Reduce { to, why: None }) => Some(does(format!("reduce to {to}"))),
        Some(Recommendation::Raise(to)) => Some(format!("go on to {to}; 4 asks for that")),
        Some(Recommendation::Investigate(what)) => Some(format!("look into it: {what}")),
        None if model.verdict.decision == Decision::RollBack => {
            Some("it is rolled back already".to_owned())
        }
        None => None,
    }
}

fn flag(model: &Model) -> String {
    let Some(state) = &model.flag.value else {
        return match &model.flag.fault {
            Some(fault) => format!("Flag: could not be read: {}", fault_words(fault)),
            None => "Flag: not read yet.".to_owned(),
        };
    };
    let says = match &model.flag_says {
        Some(Ok(flag)) if flag.enabled => format!("enabled at {}", flag.rollout_percentage),
        Some(Ok(flag)) => format!("disabled, percentage {}", flag.rollout_percentage),
        _ => "not a valid flag document".to_owned(),
    };
    let who = format::who(state.changed_by.as_deref(), model.identity.value.as_ref());
    let when = state.changed_at.map_or_else(String::new, |at| {
        format!(", {} ago", format_span(model.now.since(at)))
    });
    format!(
        "Flag: {says}, {} by {who}{when}, {} {}.",
        revision(&state.revision.0),
        format::store(state.kind),
        state.resource
    )
}

fn stage(model: &Model) -> Option<String> {
    let percent = model.facts.percent?;
    let count = model.spec.stages.len();
    let place = match model.stage {
        Some(index) => format!("{} of {count}, {percent}", index + 1),
        None => format!("none of the {count}, {percent}"),
    };
    let left = model.facts.bake_left(&model.spec.stages, model.now);
    let bake = match left {
        Some(left) if !left.is_zero() => format!(", bake {} left", format_span(left)),
        _ => String::new(),
    };
    Some(format!("Stage: {place}{bake}."))
}

/// The stages by number.
pub(super) fn stages(model: &Model) -> Vec<String> {
    let mut lines = vec!["Stages; stage N sets one, a higher one asks first:".to_owned()];
    let all = model.spec.stages.iter().enumerate();
    lines.extend(all.map(|(index, stage)| {
        let here = if model.stage == Some(index) {
            ", in force"
        } else {
            ""
        };
        let bake = stage.bake.filter(|bake| !bake.is_zero());
        let bake = bake.map_or_else(String::new, |bake| format!(", bake {}", format_span(bake)));
        format!("  {} {}{bake}{here}", index + 1, stage.percent)
    }));
    lines
}

fn signals(model: &Model) -> Vec<String> {
    let mut lines = vec!["Signals:".to_owned()];
    for spec in &model.spec.signals {
        let reading = model.readings.iter().find(|read| read.name == spec.name);
        lines.push(match reading {
            Some(reading) => format!(
                "  {}: {}{}",
                spec.title,
                signal(reading),
                limits(reading, spec.warn, spec.act)
            ),
            None => format!("  {}: not read yet", spec.title),
        });
    }
    if lines.len() == 1 {
        return vec!["Signals: none is configured.".to_owned()];
    }
    lines
}

/// A signal's state and value.
pub(super) fn signal(reading: &Reading) -> String {
    let value = reading
        .value
        .map(|value| format_value(reading.unit, value))
        .unwrap_or_default();
    match reading.state {
        SignalState::Ok => format!("ok, {value}"),
        SignalState::Warn => format!("WARN, {value}"),
        SignalState::Act => format!("ACT, {value}"),
        SignalState::Stale => format!("stale, last {value}"),
        SignalState::NoData => "no data".to_owned(),
        SignalState::NotApplicable => "does not apply".to_owned(),
    }
}

fn limits(reading: &Reading, warn: Option<Limit>, act: Option<Limit>) -> String {
    let bound = |name: &str, limit: Option<Limit>| {
        limit.map(|limit| {
            format!(
                ", {name} {} {}",
                limit.op.sign(),
                format_bound(reading.unit, limit.value)
            )
        })
    };
    let parts = [
        bound("warn", warn),
        bound("act", act),
        reading
            .samples
            .map(|n| format!(", {} samples", format_count(n))),
        reading.note.as_ref().map(|note| format!(", {note}")),
    ];
    parts.into_iter().flatten().collect()
}

/// An alarm's state as it is said.
pub(super) fn alarm_word(state: &AlarmState) -> &str {
    match state {
        AlarmState::Ok => "OK",
        AlarmState::Alarm => "ALARM",
        AlarmState::InsufficientData => "no data",
        AlarmState::Unknown(word) => word,
    }
}

fn alarms(model: &Model) -> Vec<String> {
    let Some(batch) = &model.alarms.value else {
        return match (&model.alarms.fault, &model.spec.alarms) {
            (Some(_), _) => vec!["Alarms: could not be read.".to_owned()],
            (None, crate::domain::rollout::AlarmsSpec::None) => {
                vec!["Alarms: none is configured.".to_owned()]
            }
            (None, _) => vec!["Alarms: not read yet.".to_owned()],
        };
    };
    let (well, others): (Vec<_>, Vec<_>) = batch
        .alarms
        .iter()
        .partition(|alarm| alarm.state == AlarmState::Ok);
    let mut lines = vec![format!(
        "Alarms: {} of {} OK.",
        well.len(),
        batch.alarms.len() + batch.missing.len()
    )];
    lines.extend(others.into_iter().map(|alarm| {
        let since = alarm.since.map_or_else(String::new, |at| {
            format!(" for {}", format_span(model.now.since(at)))
        });
        format!("  {}: {}{since}", alarm.name, alarm_word(&alarm.state))
    }));
    lines.extend(
        batch
            .missing
            .iter()
            .map(|name| format!("  {name}: there is no such alarm")),
    );
    lines
}

fn incident(model: &Model) -> String {
    let Some(open) = model.incident.open() else {
        return "Incident: none is open.".to_owned();
    };
    let lock = if open.released.is_some() {
        "raises are let through"
    } else {
        "raises are locked"
    };
    format!(
        "Incident: {} open for {}, {lock}.",
        open.id,
        format_span(model.now.since(open.opened_at))
    )
}

fn faults(model: &Model) -> Vec<String> {
    fn of<T>(feed: &Feed<T>) -> Option<&PortError> {
        feed.fault.as_ref()
    }
    // The flag's own and the journal's stand among the troubles.
    [
        of(&model.identity),
        of(&model.fallback),
        of(&model.sampling),
        of(&model.alarms),
        of(&model.tail),
    ]
    .into_iter()
    .flatten()
    .map(|fault| format!("Not read: {}", fault_words(fault)))
    .collect()
}

/// A fault with what to do next.
pub(super) fn fault_words(fault: &PortError) -> String {
    let mut text = format!("{}: {}", fault.what, fault.text);
    if !fault.hint.is_empty() {
        text.push_str(". Next: ");
        text.push_str(&fault.hint);
    }
    text
}
