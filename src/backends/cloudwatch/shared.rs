//! Signals and alarms of several rollouts in shared calls: up to 500 queries, up to 100 names. Each rollout gets its own answer. It
//! judges nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_cloudwatch::Client;
use futures_util::future::join_all;

use super::points::{Answers, Span};
use super::query::{Batch, QUERIES_MAX, Query, longest_period, plan};
use super::{alarms, assemble, fetch};
use crate::backends::aws::{Connection, Use};
use crate::backends::clock::SharedClock;
use crate::domain::Timestamp;
use crate::domain::alarm::{Alarm, AlarmBatch};
use crate::domain::rollout::{AlarmsSpec, RolloutSpec};
use crate::domain::signal::SampleBatch;
use crate::ports::{Clock, ErrorKind, PortResult};

/// The rollouts of one connection.
#[derive(Debug)]
pub(in crate::backends) struct SharedReads {
    client: Client,
    clock: SharedClock,
    /// Number, specification and the queries that it would ask for by itself.
    members: Vec<(usize, RolloutSpec, Vec<Batch>)>,
}

/// One rollout's part of a shared call.
struct Part<'a> {
    place: usize,
    span: Span,
    /// Its signals, with the ids that they have in the shared call.
    batch: Batch,
    /// What it would ask by itself.
    own: &'a [Batch],
}

/// One call for several rollouts.
#[derive(Default)]
struct Call<'a> {
    queries: Vec<Query>,
    parts: Vec<Part<'a>>,
}

impl SharedReads {
    /// Plans the queries; nothing is sent yet.
    pub(in crate::backends) fn new(
        connection: &Connection,
        members: &[(usize, RolloutSpec)],
    ) -> Self {
        Self {
            client: connection.cloudwatch(Use::Read),
            clock: connection.clock(),
            members: members
                .iter()
                .map(|(place, spec)| (*place, spec.clone(), plan(spec)))
                .collect(),
        }
    }

    fn member(&self, place: usize) -> Option<&(usize, RolloutSpec, Vec<Batch>)> {
        self.members.iter().find(|member| member.0 == place)
    }

    /// Reads the signals of these rollouts.
    pub(in crate::backends) async fn samples(
        &self,
        asked: &[(usize, Timestamp, Timestamp)],
    ) -> Vec<(usize, PortResult<SampleBatch>)> {
        // Spans are aligned to the longest period of a call: rollouts of one period share it.
        let mut by_period: BTreeMap<Duration, Vec<Call<'_>>> = BTreeMap::new();
        for (place, from, to) in asked {
            let Some((_, spec, own)) = self.member(*place) else {
                continue;
            };
            let span = Span {
                from: *from,
                to: *to,
            };
            let calls = by_period.entry(longest_period(own)).or_default();
            let fits = calls
                .last_mut()
                .is_some_and(|call| call.take(*place, spec, span, own));
            if !fits {
                let mut call = Call::default();
                call.take(*place, spec, span, own);
                calls.push(call);
            }
        }
        let calls = by_period
            .into_iter()
            .flat_map(|(period, calls)| calls.into_iter().map(move |call| (period, call)))
            .map(|(period, call)| self.ask(call, period));
        join_all(calls).await.concat()
    }

    /// One call. Where it is refused as a whole, every rollout asks by itself: a query that makes no sense is the fault of one.
    async fn ask(&self, call: Call<'_>, period: Duration) -> Vec<(usize, PortResult<SampleBatch>)> {
        if let [one] = call.parts.as_slice() {
            return vec![(one.place, self.alone(one, period).await)];
        }
        let from = call.parts.iter().map(|part| part.span.from).min();
        let to = call.parts.iter().map(|part| part.span.to).max();
        let (Some(from), Some(to)) = (from, to) else {
            return Vec::new();
        };
        match fetch(&self.client, &call.queries, Span { from, to }, period).await {
            Ok(answers) => {
                let now = self.clock.now();
                let answer = |part: &Part<'_>| (part.place, Ok(part.of(&answers, now)));
                call.parts.iter().map(answer).collect()
            }
            Err(error) if error.kind == ErrorKind::Invalid => {
                let alone = call
                    .parts
                    .iter()
                    .map(|part| async move { (part.place, self.alone(part, period).await) });
                join_all(alone).await
            }
            Err(error) => call
                .parts
                .iter()
                .map(|part| (part.place, Err(error.clone())))
                .collect(),
        }
    }

    async fn alone(&self, part: &Part<'_>, period: Duration) -> PortResult<SampleBatch> {
        let calls = part
            .own
            .iter()
            .map(|batch| fetch(&self.client, &batch.queries, part.span, period));
        let results = join_all(calls).await;
        assemble(part.own, results, part.span, self.clock.now())
    }

    /// Reads the alarms of these rollouts: all names together, a prefix by itself.
    pub(in crate::backends) async fn alarms(
        &self,
        asked: &[usize],
    ) -> Vec<(usize, PortResult<AlarmBatch>)> {
        let specs = asked
            .iter()
            .filter_map(|place| Some((*place, &self.member(*place)?.1.alarms)));
        let (named, others): (Vec<_>, Vec<_>) =
            specs.partition(|(_, spec)| matches!(spec, AlarmsSpec::Names(_)));
        let others = others.into_iter().map(|(place, spec)| async move {
            let found = alarms::read(&self.client, spec).await;
            (place, found.map(|found| self.batch(found, spec)))
        });
        let mut answers = join_all(others).await;
        let names = named.iter().flat_map(|(_, spec)| match spec {
            AlarmsSpec::Names(names) => names.clone(),
            AlarmsSpec::None | AlarmsSpec::Prefix(_) => Vec::new(),
        });
        let all = AlarmsSpec::Names(names.collect());
        let found = alarms::read(&self.client, &all).await;
        answers.extend(named.into_iter().map(|(place, spec)| {
            let own = found.clone().map(|found| self.batch(found, spec));
            (place, own)
        }));
        answers
    }

    fn batch(&self, found: Vec<Alarm>, spec: &AlarmsSpec) -> AlarmBatch {
        let (alarms, missing) = alarms::arrange(found, spec);
        AlarmBatch {
            read_at: self.clock.now(),
            alarms,
            missing,
        }
    }
}

impl<'a> Call<'a> {
    /// Takes a rollout in; `false` where its queries do not fit in with the others.
    fn take(&mut self, place: usize, spec: &RolloutSpec, span: Span, own: &'a [Batch]) -> bool {
        let before = self.queries.len();
        let mut batch = Batch {
            queries: std::mem::take(&mut self.queries),
            ..Batch::default()
        };
        batch.add_all(spec);
        let fits = batch.queries.len() <= QUERIES_MAX || self.parts.is_empty();
        self.queries = std::mem::take(&mut batch.queries);
        if !fits {
            self.queries.truncate(before);
            return false;
        }
        self.parts.push(Part {
            place,
            span,
            batch,
            own,
        });
        true
    }
}

impl Part<'_> {
    fn of(&self, answers: &Answers, now: Timestamp) -> SampleBatch {
        let points = |signal| answers.signal(signal, self.span);
        let (treated, treated_fault) = answers.treated(&self.batch, self.span);
        SampleBatch {
            read_at: now,
            from: self.span.from,
            to: self.span.to,
            signals: self.batch.signals.iter().map(points).collect(),
            treated,
            treated_fault,
        }
    }
}
