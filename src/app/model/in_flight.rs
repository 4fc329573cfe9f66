//! The orders that were sent and not settled: one a lever, so that taking everybody off by the flag never waits for a slow Lambda.
//! It sends nothing.

use crate::domain::lever::LeverId;
use crate::domain::plan::{Order, OrderId};

/// One order a lever at most.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InFlight {
    flag: Option<Box<Order>>,
    fallback: Option<Box<Order>>,
}

impl InFlight {
    /// The order on its way to this lever.
    pub fn on(&self, lever: LeverId) -> Option<&Order> {
        match lever {
            LeverId::Flag => self.flag.as_deref(),
            LeverId::Fallback => self.fallback.as_deref(),
        }
    }

    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// All of them, the flag's first.
    pub fn iter(&self) -> impl Iterator<Item = &Order> {
        self.flag.iter().chain(&self.fallback).map(Box::as_ref)
    }

    /// An order was sent.
    pub(crate) fn put(&mut self, order: Order) {
        let slot = self.slot(order.plan.lever);
        *slot = Some(Box::new(order));
    }

    /// An order was settled. Answers whether it was one of these.
    pub(crate) fn settle(&mut self, id: &OrderId) -> bool {
        [&mut self.flag, &mut self.fallback]
            .into_iter()
            .any(|slot| slot.take_if(|order| order.id == *id).is_some())
    }

    fn slot(&mut self, lever: LeverId) -> &mut Option<Box<Order>> {
        match lever {
            LeverId::Flag => &mut self.flag,
            LeverId::Fallback => &mut self.fallback,
        }
    }
}
