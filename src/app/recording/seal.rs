//! Takes secrets out of what is recorded: values of variables that are not ours, and text of the shape of a secret. It knows no
//! shape itself.
//!
//! What is taken out was not on the screen, or not as it was (a secret in a log line): variables become the markers that the
//! journal uses, which compare like the values that they stand for, so that a replay comes to the same conclusions.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Header;
use crate::app::Msg;
use crate::domain::journal::Entry;
use crate::domain::lever::{FunctionState, LeverContent};
use crate::domain::plan::{Order, Replaced, Write, masked, masked_write};

/// Hides what looks like a secret in a text.
pub type Mask = for<'a> fn(&'a str) -> Cow<'a, str>;

/// Takes secrets out, message by message in their order.
#[derive(Clone, Debug)]
pub struct Seal {
    mask: Mask,
    /// Variables whose values are shown: those that decide exposure, and those that an order changed.
    open: BTreeSet<String>,
}

impl Seal {
    /// A seal that hides by `mask`.
    pub fn new(mask: Mask) -> Self {
        Self {
            mask,
            open: BTreeSet::new(),
        }
    }

    /// Whether a text holds what would be hidden.
    pub fn hides(&self, text: &str) -> bool {
        matches!((self.mask)(text), Cow::Owned(_))
    }

    /// The header as it may be written.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn header(&mut self, header: &Header) -> serde_json::Result<Value> {
        if let Some(fallback) = &header.spec.fallback {
            self.open.extend(fallback.off.keys().cloned());
            self.open.insert(fallback.enabled_variable.clone());
            self.open.insert(fallback.percentage_variable.clone());
        }
        let mut value = serde_json::to_value(header)?;
        self.texts(&mut value);
        Ok(value)
    }

    /// The message as it may be written.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn msg(&mut self, mut msg: Msg) -> serde_json::Result<Value> {
        match &mut msg {
            Msg::LeverRead(_, Ok(state)) => {
                if let LeverContent::Function(function) = &mut state.content {
                    self.function(function);
                }
            }
            Msg::Settled { order, .. } => self.order(order),
            Msg::Recovered(Ok(found)) => {
                let replaced = found.fallback_replaced.iter().flatten();
                self.open.extend(replaced.map(|(name, _)| name.clone()));
                found.open.iter_mut().for_each(|order| self.order(order));
            }
            Msg::JournalRead(records, _) => {
                for record in records {
                    if let Entry::Intent { order } = &mut record.entry {
                        self.order(order);
                    }
                }
            }
            _ => {}
        }
        let mut value = serde_json::to_value(&msg)?;
        self.texts(&mut value);
        Ok(value)
    }

    /// Values that come onto the screen, without those of the shape of a secret. From now on the others are open.
    pub fn reveal(&mut self, values: &mut BTreeMap<String, String>) {
        values.retain(|name, value| !self.hides(value) && !self.hides(&format!("{name}={value}")));
        self.open.extend(values.keys().cloned());
    }

    fn order(&mut self, order: &mut Order) {
        if let Replaced::Variables(replaced) = &order.plan.replaced {
            self.open.extend(replaced.keys().cloned());
        }
        *order = masked(order);
    }

    fn function(&self, function: &mut FunctionState) {
        let open = self.open.iter().map(|name| (name.clone(), None)).collect();
        let open = Replaced::Variables(open);
        let of_alias = function.alias.iter_mut();
        let of_alias = of_alias.flat_map(|alias| {
            std::iter::once(&mut alias.variables).chain(alias.routed.values_mut())
        });
        let maps = std::iter::once(&mut function.variables).chain(of_alias);
        for variables in maps.flat_map(Result::as_mut) {
            let all = Write::Variables(std::mem::take(variables));
            if let Write::Variables(masked) = masked_write(&all, &open) {
                *variables = masked;
            }
        }
    }

    /// Masks every text of a value; names stay.
    fn texts(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = (self.mask)(text) {
                    *text = masked;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.texts(item)),
            Value::Object(members) => members.iter_mut().for_each(|(_, item)| self.texts(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
