//! `coalmine doctor`: what the console stands on, part by part, with what to do where it is broken. It changes nothing.

use std::time::Duration;

use serde_json::{Value, json};

use super::page::{Page, Role, widest};
use super::{code, print};
use crate::cli::Global;
use crate::domain::failure::ErrorKind;
use crate::domain::signal::format_span;
use crate::runtime::Session;

/// How long the reads may take.
const PATIENCE: Duration = Duration::from_secs(12);
/// From here on AWS may refuse what is signed: five minutes are its limit.
const SKEW: u64 = 120;

/// How a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it must be.
    Ok,
    /// It works, with a limit.
    Warn,
    /// It does not work.
    Broken,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Broken => "broken",
        }
    }
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub name: &'static str,
    /// How it stands.
    pub state: State,
    /// What was found.
    pub value: Option<String>,
    /// What to know or to do.
    pub hint: Option<String>,
}

impl Fact {
    /// A part that is as it must be.
    pub fn ok(name: &'static str, value: String) -> Self {
        Self {
            name,
            state: State::Ok,
            value: Some(value),
            hint: None,
        }
    }

    /// A part that works, with a limit.
    pub fn warn(name: &'static str, value: String, hint: &str) -> Self {
        Self {
            name,
            state: State::Warn,
            value: Some(value),
            hint: Some(hint.to_owned()),
        }
    }

    /// A part that does not work.
    pub fn broken(name: &'static str, value: String, hint: &str) -> Self {
        Self {
            state: State::Broken,
            ..Self::warn(name, value, hint)
        }
    }

    fn object(&self) -> Value {
        json!({ "name": self.name, "state": self.state.word(), "value": self.value, "hint": self.hint })
    }
}

/// Prints every part. `skew` tells by how many seconds AWS's clock is ahead of this machine's, once something was read.
/// Answers the exit code: 1 when a part is broken.
pub async fn run(
    mut session: Session,
    facts: &mut Vec<Fact>,
    skew: impl Fn() -> Option<i64>,
    global: &Global,
    page: Page,
) -> color_eyre::Result<u8> {
    session.read(PATIENCE).await;
    facts.push(match session.region().await {
        Some(region) => Fact::ok("region", region),
        None => Fact::broken(
            "region",
            "none".to_owned(),
            "name it: `region` in the config, --region, AWS_REGION, or the profile",
        ),
    });
    facts.push(credentials(&session));
    facts.push(clock(skew(), &session));
    facts.push(flag(&session));
    let broken = facts.iter().any(|fact| fact.state == State::Broken);
    if global.json {
        let checks: Vec<Value> = facts.iter().map(Fact::object).collect();
        print(&json!({ "ok": !broken, "checks": checks }).to_string())?;
    } else {
        print(&lay_out(facts, page))?;
    }
    Ok(if broken { code::FAILED } else { code::DONE })
}

fn lay_out(facts: &[Fact], page: Page) -> String {
    let names = widest(facts.iter().map(|fact| fact.name));
    let mut lines = Vec::new();
    for fact in facts {
        let role = match fact.state {
            State::Ok => Role::Good,
            State::Warn => Role::Warn,
            State::Broken => Role::Bad,
        };
        lines.push(format!(
            "{}  {}  {}",
            page.cell(role, fact.state.word(), 6),
            page.cell(Role::Plain, fact.name, names),
            page.put(Role::Plain, fact.value.as_deref().unwrap_or_default())
        ));
        for hint in fact.hint.iter().flat_map(|hint| hint.lines()) {
            lines.push(format!(
                "{}{}",
                " ".repeat(names + 10),
                page.put(Role::Faint, hint)
            ));
        }
    }
    lines.join("\n")
}

fn credentials(session: &Session) -> Fact {
    let model = &session.model;
    match (&model.identity.value, &model.identity.fault) {
        (Some(me), _) => {
            let life = me.expires_at.map_or_else(String::new, |end| {
                format!(", {} left", format_span(end.since(model.now)))
            });
            let text = format!("{} as {} from {}{life}", me.account, me.arn, me.source);
            match &model.pinned_account {
                Some(pinned) if *pinned != me.account => Fact::broken(
                    "credentials",
                    text,
                    &format!("this rollout lives in account {pinned}: every write is refused"),
                ),
                _ => Fact::ok("credentials", text),
            }
        }
        (None, Some(fault)) => Fact::broken("credentials", fault.to_string(), &fault.hint),
        (None, None) => Fact::broken("credentials", "no answer in time".to_owned(), "ask again"),
    }
}

fn clock(skew: Option<i64>, session: &Session) -> Fact {
    let refused = [&session.model.identity.fault, &session.model.flag.fault]
        .into_iter()
        .flatten()
        .any(|fault| fault.kind == ErrorKind::ClockSkew);
    match skew {
        Some(ahead) if ahead.unsigned_abs() > SKEW || refused => Fact::broken(
            "clock",
            format!("this machine is {} s off", -ahead),
            "set it: AWS refuses what is signed at another time",
        ),
        Some(ahead) if ahead.unsigned_abs() > 2 => Fact::warn(
            "clock",
            format!("this machine is {} s off", -ahead),
            "ages and proofs are off by as much",
        ),
        Some(_) => Fact::ok("clock", "within 2 s of the answers'".to_owned()),
        None => Fact::warn("clock", "not known".to_owned(), "nothing answered"),
    }
}

fn flag(session: &Session) -> Fact {
    let model = &session.model;
    match (&model.flag.value, &model.flag.fault, &model.flag_says) {
        (_, Some(fault), _) => Fact::broken("flag", fault.to_string(), &fault.hint),
        (Some(state), None, Some(Ok(_))) => {
            Fact::ok("flag", format!("{} v{}", state.resource, state.revision))
        }
        (Some(state), None, _) => Fact::warn(
            "flag",
            format!(
                "{} v{} is no valid flag document",
                state.resource, state.revision
            ),
            "restore a version from the history, or disable it",
        ),
        (None, None, _) => Fact::broken("flag", "no answer in time".to_owned(), "ask again"),
    }
}
