//! What a recording of a console is: a header, then every message with its time, one line of JSON each. It reads and writes no file.
//!
//! `update` is pure, so the messages are the whole story: the same header and the same messages make the same model, hence the
//! same screens.
//!
//! ```text
//! {"coalmine_recording":1,"program":"0.1.0","created":1795227660000,"spec":{…},…}
//! {"at":1795227661004,"ms":1004,"msg":"Ticked"}
//! {"at":1795227661031,"ms":1031,"msg":{"Tailed":{"Ok":{…}}}}
//! {"at":1795259000000,"ms":41000000,"note":"log lines before 2026-11-21T02:11:04Z are left out"}
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keymap::{Change, Keymap};
use super::model::Rehearsal;
use super::{Model, Msg};
use crate::domain::Timestamp;
use crate::domain::rollout::RolloutSpec;

mod compressed;
mod mark;
mod player;
mod seal;
mod setting;
mod tape;

pub use mark::Mark;
pub use player::{Played, Player};
pub use seal::{Mask, Seal};
pub use setting::Setting;
pub use tape::{Damage, Tape, TapeError};

/// The version of the format that this program writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// The first line: what a model begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The format's version.
    pub coalmine_recording: u32,
    /// The program's version.
    pub program: String,
    /// When the model was made.
    #[serde(with = "millis")]
    pub created: Timestamp,
    /// When the console began.
    #[serde(with = "millis")]
    pub started: Timestamp,
    /// Columns and rows of the terminal at the beginning.
    pub size: (u16, u16),
    /// Whether every write was refused.
    pub read_only: bool,
    /// The simulator, when it was a rehearsal.
    pub rehearsal: Option<Rehearsal>,
    /// Where AWS was reached when it was not AWS itself.
    pub endpoint: Option<String>,
    /// The region in force.
    pub region: Option<String>,
    /// The rollout that was watched.
    pub spec: RolloutSpec,
    /// The keys that were other than the table's; a recording of before there were any has the table's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Change>,
    /// What else it began with; a recording of before that was written down has none of it.
    #[serde(default)]
    pub setting: Setting,
}

impl Header {
    /// The header of a console that is about to begin at `started` with this model.
    pub fn of(model: &Model, started: Timestamp, size: (u16, u16)) -> Self {
        Self {
            coalmine_recording: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            created: model.now,
            started,
            size,
            setting: Setting::of(model, started),
            read_only: model.read_only,
            rehearsal: model.rehearsal.clone(),
            endpoint: model.endpoint.clone(),
            region: model.region.clone(),
            spec: model.spec.clone(),
            keys: model.keymap.changes(),
        }
    }

    /// The model as it was when the console had just begun. What it asked for then is asked of nobody.
    pub fn model(&self) -> Model {
        let mut model = Model::new(self.spec.clone(), self.created);
        model.read_only = self.read_only;
        model.keymap = Keymap::with(&self.keys);
        model.rehearsal.clone_from(&self.rehearsal);
        model.endpoint.clone_from(&self.endpoint);
        model.region.clone_from(&self.region);
        self.setting.give(&mut model);
        if !self.setting.plain {
            model.size = self.size;
        }
        drop(super::update::start(&mut model, self.started));
        model
    }
}

/// A message with its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What `update` was told as `now`.
    pub at: Timestamp,
    /// Milliseconds since the console began, by the machine's monotonic clock.
    pub ms: u64,
    /// The message.
    pub msg: Msg,
    /// Variables of the function that the message brings onto the screen, and that were masked until now, with their values.
    pub reveal: BTreeMap<String, String>,
}

/// One line after the header, as it is written.
#[derive(Clone, Debug, Serialize)]
pub struct Line<'a, M> {
    /// What `update` was told as `now`.
    #[serde(with = "millis")]
    pub at: Timestamp,
    /// Milliseconds since the console began.
    pub ms: u64,
    /// The message, secrets masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msg: Option<M>,
    /// Values of variables that are on the screen from this message on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reveal: Option<&'a BTreeMap<String, String>>,
    /// Log events that were left out of the message to save room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<usize>,
    /// What the viewer should know from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
}

/// Instants as whole milliseconds: shorter than text, and quick to look through.
mod millis {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::domain::Timestamp;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference"
    )]
    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.as_millis())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(from).map(Timestamp::from_millis)
    }
}
