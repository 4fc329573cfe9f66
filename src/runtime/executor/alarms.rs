//! Making an alarm: behind the same gate as an order, and written down before and after. It judges no alarm.

use crate::domain::alarm::AlarmDefinition;
use crate::domain::journal::Entry;
use crate::ports::{ErrorKind, PortError, PortResult};

use super::{Executor, absent};

impl Executor {
    /// Makes an alarm that is not there yet.
    pub(super) async fn create_alarm(&self, alarm: &AlarmDefinition) -> PortResult<bool> {
        if self.read_only {
            return Err(refused(
                "this console is read-only",
                "start it without --read-only",
            ));
        }
        let note = |text: String| self.append(Entry::Note { text });
        let written = note(format!("making alarm {}: {}", alarm.name, alarm.words())).await;
        if let Err(fault) = written
            && !self.without_journal
        {
            return Err(fault);
        }
        let ports = self.ports().await?;
        let identity = ports.caller.identify().await?;
        let pinned = self.pinned.lock().await.clone();
        if let Some(pinned) = pinned.filter(|id| *id != identity.account) {
            return Err(refused(
                &format!(
                    "the credentials are of account {} now, not of {pinned}",
                    identity.account
                ),
                "sign in to the account of this rollout; nothing was sent",
            ));
        }
        let made = match &ports.alarms {
            Some(alarms) => alarms.create(alarm).await,
            None => Err(absent(
                "cloudwatch:PutMetricAlarm",
                "no alarms are configured",
            )),
        };
        let outcome = match &made {
            Ok(true) => "made".to_owned(),
            Ok(false) => "there already".to_owned(),
            Err(fault) => fault.to_string(),
        };
        // What was done stands in CloudWatch's own history, too.
        drop(note(format!("alarm {}: {outcome}", alarm.name)).await);
        made
    }
}

fn refused(text: &str, hint: &str) -> PortError {
    PortError {
        kind: ErrorKind::Denied,
        what: "cloudwatch:PutMetricAlarm".to_owned(),
        text: text.to_owned(),
        hint: hint.to_owned(),
    }
}
