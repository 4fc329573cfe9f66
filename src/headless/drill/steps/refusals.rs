//! Step 3: documents and values that no rollout may have are refused, before they are sent and by the flag client. It sends nothing.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{LONG, Outcome, Passed, Stage, Trouble};
use crate::domain::Revision;
use crate::domain::flag::FlagShape;
use crate::domain::lever::{LeverContent, LeverId, LeverKind, LeverState, Version};
use crate::domain::plan::{self, Change, Order};
use crate::flag_client::{FlagClient, Refresh};
use crate::ports::{Lever, PortResult};

pub(super) async fn step(stage: &mut Stage) -> Outcome {
    let shape = stage.session.model.spec.flag.shape.clone();
    let before = stage.last.clone();
    let documents = bad_documents(&shape);
    let values = bad_values(&shape);
    let restores = documents.iter().map(|text| Change::Restore {
        version: Revision("0".to_owned()),
        text: text.clone(),
    });
    for change in restores.chain(values.clone()) {
        if let Ok(plan) = stage.plan(&change)
            && !plan.is_no_op()
        {
            return Err(Trouble::Failed(format!(
                "a bad document would be sent: {}",
                plan.sentence
            )));
        }
    }
    client_keeps(stage, &documents).await?;
    if stage.last != before {
        return Err(Trouble::Failed("something was written".to_owned()));
    }
    Ok(Passed::Yes(format!(
        "{} documents and {} values refused; the flag client kept the last good document each time",
        documents.len(),
        values.len()
    )))
}

/// A client that reads bad documents goes on with the last good one.
async fn client_keeps(stage: &Stage, documents: &[String]) -> Result<(), Trouble> {
    let doctored = Arc::new(Doctored {
        lever: Arc::clone(&stage.stores.target),
        instead: Mutex::default(),
    });
    let client = stage.client_of(Arc::clone(&doctored) as Arc<dyn Lever>, LONG);
    stage.renew(&client).await?;
    let good = decisions(&client);
    for text in documents {
        doctored.answer_with(text);
        client.expire();
        match client.refresh_if_due().await {
            Refresh::Invalid(_) if decisions(&client) == good => {}
            Refresh::Invalid(_) => {
                return Err(Trouble::Failed(format!(
                    "the flag client decides otherwise after it read {text}"
                )));
            }
            other => {
                return Err(Trouble::Failed(format!(
                    "the flag client does not refuse {text}: {other:?}"
                )));
            }
        }
    }
    Ok(())
}

fn decisions(client: &FlagClient) -> Vec<bool> {
    let ids = (0..100).map(|number| format!("drill-{number:04}"));
    ids.map(|id| client.is_enabled(&id).enabled).collect()
}

fn bad_documents(shape: &FlagShape) -> Vec<String> {
    let mut flags: Vec<String> = match &shape.flag {
        None => [
            r#"{"enabled":true,"rollout_percentage":101}"#,
            r#"{"enabled":true,"rollout_percentage":-1}"#,
            r#"{"enabled":true,"rollout_percentage":"ten"}"#,
            r#"{"enabled":"yes","rollout_percentage":10}"#,
            r#"{"enabled":true}"#,
            r#"{"enabled":true,"rollout_percentage":10"#,
        ]
        .map(str::to_owned)
        .into(),
        Some(name) => {
            let name = serde_json::Value::from(name.as_str());
            let flag = |rest: &str| format!(r#"{{"flags":[{{"name":{name},{rest}}}]}}"#);
            vec![
                flag(r#""status":"percentage","rollout_percentage":101"#),
                flag(r#""status":"percentage","rollout_percentage":"ten""#),
                flag(r#""status":"sideways","rollout_percentage":10"#),
                r#"{"flags":[]}"#.to_owned(),
            ]
        }
    };
    flags.extend(["", "not JSON", "[]"].map(str::to_owned));
    if shape.flag.is_none() {
        for (member, (low, high)) in &shape.limits {
            let member = serde_json::Value::from(member.as_str());
            for value in [low - 1.0, high + 1.0] {
                flags.push(format!(
                    r#"{{"enabled":true,"rollout_percentage":10,{member}:{value}}}"#
                ));
            }
        }
    }
    flags
}

fn bad_values(shape: &FlagShape) -> Vec<Change> {
    let member = |name: &str, json: String| Change::SetMember {
        name: name.to_owned(),
        json,
    };
    let mut all = vec![
        member("rollout_percentage", "100".to_owned()),
        member("enabled", "true".to_owned()),
        member("note", "{".to_owned()),
    ];
    for (name, (low, high)) in &shape.limits {
        all.push(member(name, (low - 1.0).to_string()));
        all.push(member(name, (high + 1.0).to_string()));
        all.push(member(name, "\"much\"".to_owned()));
    }
    all
}

/// The store, but for the text that it answers with.
struct Doctored {
    lever: Arc<dyn Lever>,
    instead: Mutex<Option<String>>,
}

impl Doctored {
    fn answer_with(&self, text: &str) {
        let mut instead = self.instead.lock().unwrap_or_else(PoisonError::into_inner);
        *instead = Some(text.to_owned());
    }
}

#[async_trait]
impl Lever for Doctored {
    fn id(&self) -> LeverId {
        self.lever.id()
    }

    fn kind(&self) -> LeverKind {
        self.lever.kind()
    }

    async fn read(&self) -> PortResult<LeverState> {
        let mut state = self.lever.read().await?;
        let instead = self
            .instead
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(text) = instead {
            state.revision = Revision(format!("{} doctored", state.revision));
            state.content = LeverContent::Document(text);
        }
        Ok(state)
    }

    async fn history(&self, limit: usize) -> PortResult<Vec<Version>> {
        self.lever.history(limit).await
    }

    async fn apply(&self, _order: &Order) -> plan::Outcome {
        plan::Outcome::Refused {
            reason: "this store is only read".to_owned(),
            hint: String::new(),
        }
    }

    async fn verify(&self, order: &Order) -> PortResult<plan::Outcome> {
        self.lever.verify(order).await
    }
}
