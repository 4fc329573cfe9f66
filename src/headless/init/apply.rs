//! `coalmine init --apply`: the parameter at 0 % and the alarms, as far as AWS does not have them; the plan first.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Written, lay_out, object, of};
use crate::app::Model;
use crate::app::update;
use crate::cli::Global;
use crate::domain::Percent;
use crate::domain::alarm::{AlarmDefinition, well_known};
use crate::domain::failure::ErrorKind;
use crate::domain::flag::Flag;
use crate::domain::plan::{Change, Outcome, Plan};
use crate::domain::rollout::{AlarmsSpec, FlagSource};
use crate::headless::page::{Page, Role};
use crate::headless::{Done, code, complain, print};
use crate::runtime::{Ended, Reads, Session};

/// How long the reads may take, and each thing that is made.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the command reads.
pub const READS: Reads = Reads {
    identity: true,
    alarms: true,
    journal: true,
    ..Reads::FLAG
};

/// Something that AWS does not have.
enum Missing {
    /// The parameter.
    Flag(Box<Plan>),
    /// An alarm.
    Alarm(Box<AlarmDefinition>),
}

impl Missing {
    fn words(&self) -> String {
        match self {
            Self::Flag(plan) => plan.sentence.clone(),
            Self::Alarm(alarm) => {
                format!(
                    "alarm {} is made: {}, without actions",
                    alarm.name,
                    alarm.words()
                )
            }
        }
    }

    fn what(&self) -> String {
        match self {
            Self::Flag(_) => "flag".to_owned(),
            Self::Alarm(alarm) => format!("alarm {}", alarm.name),
        }
    }
}

/// What is there, what is missing, and what cannot be told.
#[derive(Default)]
struct Survey {
    there: Vec<String>,
    missing: Vec<Missing>,
    faults: Vec<String>,
}

/// Shows what is missing, and makes it when that is agreed to. Answers the exit code.
pub async fn apply(
    mut session: Session,
    written: &Written,
    global: &Global,
    page: Page,
) -> color_eyre::Result<Done> {
    session.heed_signals()?;
    if let Ended::Signal(number) = session.read(PATIENCE).await {
        complain(&format!("ended by signal {number}: nothing was made"));
        return Ok(done(128 + u8::try_from(number).unwrap_or(0), session).await);
    }
    let survey = survey(&session);
    let region = session.region().await;
    let account = session
        .model
        .identity
        .value
        .as_ref()
        .map(|me| me.account.clone());
    let policies = of(&session.model.spec, region, account);
    if !global.json {
        show(&survey, written, page)?;
    }
    let agreed = global.yes || survey.missing.is_empty();
    let mut made = Vec::new();
    let mut faults = survey.faults.clone();
    if agreed {
        for missing in &survey.missing {
            match make(&mut session, missing).await {
                Ok(true) => made.push(missing.what()),
                Ok(false) => {}
                Err(why) => faults.push(format!("{}: {why}", missing.what())),
            }
            if !global.json && made.last() == Some(&missing.what()) {
                print(&page.put(Role::Good, format!("made: {}", missing.what())))?;
            }
        }
    }
    let code = match (agreed, faults.is_empty()) {
        (false, _) => code::REFUSED,
        (true, true) => code::DONE,
        (true, false) => code::FAILED,
    };
    if global.json {
        let answer = json!({
            "written": written.now.then(|| written.path.display().to_string()),
            "config": written.path.display().to_string(),
            "there": survey.there,
            "plan": survey.missing.iter().map(plan_object).collect::<Vec<_>>(),
            "made": made,
            "errors": faults,
            "policies": object(&policies),
        });
        print(&answer.to_string())?;
    } else {
        for fault in &faults {
            complain(fault);
        }
        if !agreed {
            complain("nothing was made: say --yes to make what is missing");
        }
        print(&lay_out(&policies, page))?;
    }
    Ok(done(code, session).await)
}

async fn done(code: u8, session: Session) -> Done {
    Done {
        code,
        open: session.close().await,
    }
}

fn plan_object(missing: &Missing) -> Value {
    let aws_cli = match missing {
        Missing::Flag(plan) => Some(&plan.aws_cli),
        Missing::Alarm(_) => None,
    };
    json!({ "what": missing.what(), "text": missing.words(), "aws_cli": aws_cli })
}

fn survey(session: &Session) -> Survey {
    let mut survey = Survey::default();
    flag(&session.model, &mut survey);
    alarms(&session.model, &mut survey);
    survey.faults.extend(
        session
            .unread()
            .into_iter()
            .map(|what| format!("{what}: no answer in time")),
    );
    survey
}

fn flag(model: &Model, survey: &mut Survey) {
    let name = model.spec.flag.source.name();
    match (&model.flag.value, &model.flag.fault) {
        (Some(state), None) => survey
            .there
            .push(format!("flag {}, v{}", state.resource, state.revision)),
        (_, Some(fault)) if fault.kind == ErrorKind::NotFound => {
            if let FlagSource::File(_) = model.spec.flag.source {
                survey.faults.push(format!(
                    "{name} is a file: make it yourself, it is no part of AWS"
                ));
                return;
            }
            let text = document(model);
            match update::plan(model, &Change::Create { text }) {
                Ok(plan) => survey.missing.push(Missing::Flag(Box::new(plan))),
                Err(fault) => survey.faults.push(format!("flag {name}: {fault}")),
            }
        }
        (_, Some(fault)) => survey.faults.push(fault.to_string()),
        (None, None) => {}
    }
}

/// A flag with nobody in it, with the members of the example as far as the limits take them.
fn document(model: &Model) -> String {
    let shape = &model.spec.flag.shape;
    if let Some(name) = &shape.flag {
        return json!({ "flags": [{
            "name": name, "status": "disabled", "rollout_percentage": 0.0,
            "enabled_users": [], "enabled_groups": [], "conditions": {},
        }] })
        .to_string();
    }
    let mut members = json!({ "enabled": false, "rollout_percentage": Percent::ZERO });
    for (member, value) in [
        ("min_stability_threshold", 0.85),
        ("max_buffer_timeout", 5.0),
    ] {
        if let Some((low, high)) = shape.limits.get(member)
            && (*low..=*high).contains(&value)
            && let Some(members) = members.as_object_mut()
        {
            members.insert(member.to_owned(), json!(value));
        }
    }
    let text = members.to_string();
    if Flag::parse(&text, shape).is_ok() {
        text
    } else {
        crate::domain::flag::BARE_DISABLED.to_owned()
    }
}

fn alarms(model: &Model, survey: &mut Survey) {
    if model.spec.alarms == AlarmsSpec::None {
        return;
    }
    if let Some(fault) = &model.alarms.fault {
        survey.faults.push(fault.to_string());
        return;
    }
    let Some(batch) = &model.alarms.value else {
        return;
    };
    survey.there.extend(
        batch
            .alarms
            .iter()
            .map(|alarm| format!("alarm {}", alarm.name)),
    );
    let known = well_known(&model.spec);
    let absent = |name: &str| !batch.alarms.iter().any(|alarm| alarm.name == name);
    let (makeable, _): (Vec<_>, Vec<_>) = known.iter().partition(|alarm| absent(&alarm.name));
    survey.missing.extend(
        makeable
            .into_iter()
            .map(|alarm| Missing::Alarm(Box::new(alarm.clone()))),
    );
    let unknown = batch
        .missing
        .iter()
        .filter(|name| !known.iter().any(|alarm| alarm.name == **name));
    survey.faults.extend(unknown.map(|name| {
        format!("alarm {name} does not exist, and what it should watch is not known here: make it yourself")
    }));
}

fn show(survey: &Survey, written: &Written, page: Page) -> std::io::Result<()> {
    let mut lines = Vec::new();
    let name = written.path.display();
    lines.push(if written.now {
        format!("wrote {name}")
    } else {
        format!("{name} is there and is left as it is")
    });
    for there in &survey.there {
        lines.push(format!(
            "{}  {}",
            page.put(Role::Good, "there  "),
            page.put(Role::Plain, there)
        ));
    }
    for missing in &survey.missing {
        lines.push(format!(
            "{}  {}",
            page.put(Role::Warn, "missing"),
            page.put(Role::Plain, missing.words())
        ));
    }
    if survey.missing.is_empty() && survey.faults.is_empty() {
        lines.push("nothing is missing".to_owned());
    }
    print(&lines.join("\n"))
}

/// Makes one thing. False when somebody else had made it meanwhile.
async fn make(session: &mut Session, missing: &Missing) -> Result<bool, String> {
    match missing {
        Missing::Alarm(alarm) => session
            .create_alarm((**alarm).clone(), PATIENCE)
            .await
            .map_err(|fault| fault.to_string()),
        Missing::Flag(plan) => {
            let Some(id) = session.order((**plan).clone(), Some("init".to_owned())) else {
                return Err("another order is in flight".to_owned());
            };
            let known = |session: &Session| {
                session
                    .outcome(&id)
                    .is_some_and(|settled| !matches!(settled.outcome, Outcome::Unknown { .. }))
            };
            session.until(Some(PATIENCE), known).await;
            match session.outcome(&id).map(|settled| settled.outcome.clone()) {
                Some(Outcome::Applied { .. }) => Ok(true),
                Some(Outcome::NoOp) => Ok(false),
                Some(Outcome::Refused { reason, .. } | Outcome::Unknown { reason }) => Err(reason),
                Some(Outcome::Conflict(_)) => Ok(false),
                None => Err("no answer in time: run it again".to_owned()),
            }
        }
    }
}
