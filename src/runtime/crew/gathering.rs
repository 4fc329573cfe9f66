//! The rollouts of one connection: reads that are due at the same time go out together, and each answer finds its rollout. It decides
//! nothing about when.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, Shared, join3};
use tokio::sync::mpsc;

use super::News;
use crate::app::{Effect, Msg};
use crate::domain::Timestamp;
use crate::domain::lever::LeverId;
use crate::ports::{PortResult, Roundup};

/// What reads several rollouts together, once it is connected.
pub type RoundupFuture = Shared<BoxFuture<'static, PortResult<Arc<dyn Roundup>>>>;

/// The rollouts of one connection.
#[derive(Clone)]
pub struct Gathering {
    /// Those whose signals and alarms it reads.
    pub members: Vec<usize>,
    /// Those of them whose flag it reads.
    pub flags: Vec<usize>,
    /// What reads them.
    pub roundup: RoundupFuture,
}

/// What one gathering is asked for at a time.
#[derive(Clone, Debug, Default)]
struct Asked {
    samples: Vec<(usize, Timestamp, Timestamp)>,
    alarms: Vec<usize>,
    flags: Vec<usize>,
}

/// Sends these reads out, as far as they can go together; answers the others.
pub(super) fn send(
    gatherings: &[Gathering],
    due: Vec<(usize, Effect)>,
    now: Timestamp,
    news: &mpsc::Sender<(usize, News)>,
) -> Vec<(usize, Effect)> {
    let mut asked = vec![Asked::default(); gatherings.len()];
    let mut alone = Vec::new();
    for (place, effect) in due {
        let group = gatherings
            .iter()
            .position(|one| one.members.contains(&place));
        let together =
            group.and_then(|group| Some((gatherings.get(group)?, asked.get_mut(group)?)));
        let Some((gathering, asked)) = together else {
            alone.push((place, effect));
            continue;
        };
        match effect {
            // It waited: it reads on until now.
            Effect::Sample { from, to } => {
                let to = to.max(now + Duration::from_secs(1));
                asked.samples.push((place, from, to));
            }
            Effect::ReadAlarms => asked.alarms.push(place),
            Effect::ReadLever(LeverId::Flag) if gathering.flags.contains(&place) => {
                asked.flags.push(place);
            }
            other => alone.push((place, other)),
        }
    }
    for (gathering, asked) in gatherings.iter().zip(asked) {
        let (roundup, news) = (gathering.roundup.clone(), news.clone());
        tokio::spawn(async move { read(roundup, asked, news).await });
    }
    alone
}

async fn read(roundup: RoundupFuture, asked: Asked, news: mpsc::Sender<(usize, News)>) {
    if asked.samples.is_empty() && asked.alarms.is_empty() && asked.flags.is_empty() {
        return;
    }
    let roundup = match roundup.await {
        Ok(roundup) => roundup,
        Err(fault) => {
            for (place, ..) in asked.samples {
                tell(&news, place, Msg::Sampled(Err(fault.clone()))).await;
            }
            for place in asked.alarms {
                tell(&news, place, Msg::AlarmsRead(Err(fault.clone()))).await;
            }
            for place in asked.flags {
                tell(
                    &news,
                    place,
                    Msg::LeverRead(LeverId::Flag, Err(fault.clone())),
                )
                .await;
            }
            return;
        }
    };
    let samples = async {
        if !asked.samples.is_empty() {
            for (place, result) in roundup.samples(&asked.samples).await {
                tell(&news, place, Msg::Sampled(result)).await;
            }
        }
    };
    let alarms = async {
        if !asked.alarms.is_empty() {
            for (place, result) in roundup.alarms(&asked.alarms).await {
                tell(&news, place, Msg::AlarmsRead(result)).await;
            }
        }
    };
    let flags = async {
        if !asked.flags.is_empty() {
            for (place, result) in roundup.flags(&asked.flags).await {
                tell(&news, place, Msg::LeverRead(LeverId::Flag, result)).await;
            }
        }
    };
    join3(samples, alarms, flags).await;
}

async fn tell(news: &mpsc::Sender<(usize, News)>, place: usize, msg: Msg) {
    // The loop is gone only when the console ends.
    drop(news.send((place, News::Read(msg))).await);
}
