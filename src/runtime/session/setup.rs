//! What a command does beside orders: entries of the journal, alarms, a fresh look at the flag. It sends no order.

use std::time::Duration;

use super::{Ended, Session, WRITE_UP};
use crate::app::{Effect, Msg};
use crate::domain::alarm::AlarmDefinition;
use crate::domain::failure::{ErrorKind, PortError};
use crate::domain::journal::Entry;

impl Session {
    /// Makes an alarm that is not there yet, and waits until it is (true), or was there already (false).
    ///
    /// # Errors
    /// Why it is not there, or that nobody knows.
    pub async fn create_alarm(
        &mut self,
        alarm: AlarmDefinition,
        patience: Duration,
    ) -> Result<bool, PortError> {
        let name = alarm.name.clone();
        self.run(vec![Effect::CreateAlarm(Box::new(alarm))]);
        let made = |session: &Self| {
            let made = session.alarms_made.iter().rfind(|(made, _)| *made == name);
            made.map(|(_, result)| result.clone())
        };
        self.until(Some(patience), |session| made(session).is_some())
            .await;
        made(self).unwrap_or_else(|| {
            Err(PortError {
                kind: ErrorKind::TimedOut,
                what: format!("cloudwatch:PutMetricAlarm {name}"),
                text: "no answer in time: whether it was made is not known".to_owned(),
                hint: "run it again: what is there is left as it is".to_owned(),
            })
        })
    }

    /// Writes something down, and waits until it is durable.
    ///
    /// # Errors
    /// Why the journal does not have it.
    pub async fn write_down(&mut self, entry: Entry) -> Result<(), PortError> {
        self.model.journal.fault = None;
        self.run(vec![Effect::Append(entry)]);
        self.executor.write_up(WRITE_UP).await;
        while let Ok(msg) = self.messages.try_recv() {
            self.take(msg);
        }
        self.model.journal.fault.clone().map_or(Ok(()), Err)
    }

    /// Reads the flag once more, whatever was read before, and waits for the answer.
    pub async fn look_again(&mut self, patience: Duration) -> Ended {
        self.model.flag.outdate();
        self.take(Msg::Ticked);
        self.until(Some(patience), |session| {
            let flag = &session.model.flag;
            !flag.reading && !flag.outdated && session.model.in_flight.is_empty()
        })
        .await
    }
}
