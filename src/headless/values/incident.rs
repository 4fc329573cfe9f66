//! The incident that is open, as JSON. It works nothing out.

use serde_json::{Value, json};

use crate::app::Model;
use crate::domain::journal::Actor;

/// The open incident; null where none is, as far as this machine's journal tells.
pub(in crate::headless) fn incident(model: &Model) -> Value {
    let Some(open) = model.incident.open() else {
        return Value::Null;
    };
    json!({
        "id": open.id,
        "opened_at": open.opened_at,
        "opened_by": open.opened_by.person(),
        "driver": open.driver.as_ref().map(Actor::console),
        "locked": model.incident.lock().is_some(),
    })
}
