//! What is read for which effect. It changes nothing.

use futures_util::FutureExt;

use super::{Executor, absent, runbooks};
use crate::app::{Effect, Msg};
use crate::domain::lever::LeverId;

/// Versions of the flag that are read.
const HISTORY: usize = 100;
/// Changes of an alarm that are read.
const ALARM_CHANGES: usize = 20;

impl Executor {
    /// Reads what the effect asks for; nothing for an effect that is no read.
    pub(super) async fn read(&self, effect: Effect) -> Option<Msg> {
        Some(match effect {
            Effect::Identify => Msg::Identified(self.identify().await),
            Effect::ReadLever(id) => Msg::LeverRead(
                id,
                self.lever(id).then(async |lever| lever?.read().await).await,
            ),
            Effect::ReadHistory => Msg::HistoryRead(
                self.lever(LeverId::Flag)
                    .then(async |lever| lever?.history(HISTORY).await)
                    .await,
            ),
            Effect::Sample { from, to } => Msg::Sampled(match self.ports().await {
                Ok(ports) => match &ports.metrics {
                    Some(metrics) => metrics.read(from, to).await,
                    None => Err(absent(
                        "cloudwatch:GetMetricData",
                        "no metrics are configured",
                    )),
                },
                Err(fault) => Err(fault),
            }),
            Effect::SampleSpan {
                reach,
                from,
                to,
                period,
            } => {
                let result = match self.ports().await {
                    Ok(ports) => match &ports.metrics {
                        Some(metrics) => metrics.read_coarse(from, to, period).await,
                        None => Err(absent(
                            "cloudwatch:GetMetricData",
                            "no metrics are configured",
                        )),
                    },
                    Err(fault) => Err(fault),
                };
                Msg::SpanSampled(reach, result)
            }
            Effect::ReadAlarms => Msg::AlarmsRead(match self.ports().await {
                Ok(ports) => match &ports.alarms {
                    Some(alarms) => alarms.read().await,
                    None => Err(absent(
                        "cloudwatch:DescribeAlarms",
                        "no alarms are configured",
                    )),
                },
                Err(fault) => Err(fault),
            }),
            Effect::ReadAlarmHistory(name) => {
                let result = match self.ports().await {
                    Ok(ports) => match &ports.alarms {
                        Some(alarms) => alarms.history(&name, ALARM_CHANGES).await,
                        None => Err(absent(
                            "cloudwatch:DescribeAlarmHistory",
                            "no alarms are configured",
                        )),
                    },
                    Err(fault) => Err(fault),
                };
                Msg::AlarmHistoryRead(name, result)
            }
            Effect::Tail(mode) => Msg::Tailed(match self.ports().await {
                Ok(ports) => match &ports.logs {
                    Some(logs) => logs.next(mode, self.clock.now()).await,
                    None => Err(absent(
                        "logs:FilterLogEvents",
                        "no log groups are configured",
                    )),
                },
                Err(fault) => Err(fault),
            }),
            Effect::OpenRunbook(wish) => {
                let file = wish.file.clone();
                Msg::RunbookRead(file, runbooks::read(*wish).await.map(Box::new))
            }
            Effect::Append(_)
            | Effect::Recover
            | Effect::Follow
            | Effect::Walk(_)
            | Effect::Submit(_)
            | Effect::CreateAlarm(_)
            | Effect::Verify(_)
            | Effect::Copy(_)
            | Effect::Bell
            | Effect::RunCommand(_)
            | Effect::StopCommand(_)
            | Effect::Suspend
            | Effect::Quit
            | Effect::Continue
            | Effect::Wear(_)
            | Effect::Export { .. } => {
                return None;
            }
        })
    }
}
