//! The incidents of a rollout, folded from the records of its journal: open or closed, locked or released, who drives. It reads
//! no file; the order of records that arrive late does not matter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{IncidentCause, IncidentEvent};
use crate::domain::Timestamp;
use crate::domain::journal::{Actor, Entry, Record};
use crate::domain::plan::{Order, OrderId};

/// Records that are kept of the time before an incident.
const BEFORE: usize = 64;
/// How long before an incident they still belong to it, in milliseconds.
const BEFORE_MS: i64 = 60 * 60 * 1000;
/// Records of one incident that are kept; then those in its middle go.
const RECORDS: usize = 20_000;
/// Incidents that are kept.
const INCIDENTS: usize = 256;

/// How an incident ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    /// When.
    pub at: Timestamp,
    /// Who closed it.
    pub by: Actor,
    /// What that person said of it.
    pub note: Option<String>,
}

/// How raises were let through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// Why.
    pub reason: String,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Its name.
    pub id: String,
    /// Why it was opened.
    pub cause: IncidentCause,
    /// When.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: Actor,
    /// How it ended, once it has.
    pub closed: Option<Closing>,
    /// How raises were let through, when they were.
    pub released: Option<Release>,
    /// The console that drives it, when one does.
    pub driver: Option<Actor>,
    /// Records that were too many to be kept.
    pub dropped: u64,
    /// Other names: two consoles may open one at the same instant.
    aliases: Vec<String>,
    records: Vec<Record>,
    /// When each record counts as written: not before the opening, and not before what the same console wrote before it, whatever
    /// its clock said.
    places: Vec<Timestamp>,
    /// When each console was heard last.
    heard: BTreeMap<String, Timestamp>,
}

/// All incidents that a journal tells of, the newest last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Book {
    incidents: Vec<Incident>,
    before: Vec<Record>,
    drills: Vec<String>,
    /// Events of incidents whose opening was not read yet: clocks of two hosts differ.
    orphans: Vec<Record>,
}

impl Book {
    /// Reads a journal; the records in the order of time.
    pub fn from_records<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut book = Self::default();
        for record in records {
            book.add(record);
        }
        book
    }

    /// So many records of the newest incident were too many to be told.
    pub fn leave_out(&mut self, count: u64) {
        if let Some(incident) = self.incidents.last_mut() {
            incident.dropped += count;
        }
    }

    /// Takes a record in.
    pub fn add(&mut self, record: &Record) {
        match &record.entry {
            Entry::DrillBegun { drill } => self.drills.push(drill.id.clone()),
            Entry::DrillEnded { id } => self.drills.retain(|open| open != id),
            _ => {}
        }
        if let Entry::Incident { event } = &record.entry {
            self.happen(event, record);
            return;
        }
        let late = match &record.entry {
            Entry::Settled { order, .. } | Entry::Proved { order, .. } => self
                .incidents
                .iter_mut()
                .rfind(|incident| incident.has_order(order)),
            _ => None,
        };
        if let Some(incident) = late {
            incident.keep(record);
        } else if let Some(incident) = self.open_mut() {
            incident.keep(record);
        } else {
            self.keep_before(record);
        }
    }

    /// The incident that is open.
    pub fn open(&self) -> Option<&Incident> {
        self.last().filter(|incident| incident.closed.is_none())
    }

    /// The newest incident, open or closed.
    pub fn last(&self) -> Option<&Incident> {
        self.incidents.last()
    }

    /// The incident of this name.
    pub fn find(&self, id: &str) -> Option<&Incident> {
        self.incidents.iter().rfind(|incident| incident.is(id))
    }

    /// All of them, the newest last.
    pub fn all(&self) -> &[Incident] {
        &self.incidents
    }

    /// Whether the order belongs to a drill that has not come to its end: every order of a drill has its name as the reason.
    pub fn is_drilled(&self, order: &Order) -> bool {
        let of = |drill: &String| order.reason.as_ref() == Some(drill);
        self.drills.iter().any(of)
    }

    fn open_mut(&mut self) -> Option<&mut Incident> {
        self.incidents
            .last_mut()
            .filter(|incident| incident.closed.is_none())
    }

    fn happen(&mut self, event: &IncidentEvent, record: &Record) {
        match event {
            IncidentEvent::Opened { id, cause } => {
                if let Some(open) = self.open_mut() {
                    if !open.is(id) {
                        open.aliases.push(id.clone());
                    }
                    open.keep(record);
                } else {
                    self.begin(id, cause, record);
                }
                self.adopt();
            }
            other => {
                if let Some(at) = self
                    .incidents
                    .iter()
                    .rposition(|known| known.is(other.id()))
                    && let Some(incident) = self.incidents.get_mut(at)
                {
                    incident.happen(other, record);
                    incident.keep(record);
                } else {
                    self.orphans.push(record.clone());
                    let surplus = self.orphans.len().saturating_sub(BEFORE);
                    self.orphans.drain(..surplus);
                }
            }
        }
    }

    /// Takes in what was read too early.
    fn adopt(&mut self) {
        for record in std::mem::take(&mut self.orphans) {
            self.add(&record);
        }
    }

    fn begin(&mut self, id: &str, cause: &IncidentCause, record: &Record) {
        let mut before = std::mem::take(&mut self.before);
        let since = record.at.as_millis().saturating_sub(BEFORE_MS);
        // What was judged and complained of before is how it was detected; orders of before are another story.
        before.retain(|earlier| {
            earlier.at.as_millis() >= since
                && matches!(earlier.entry, Entry::Judged { .. } | Entry::Complaint)
        });
        before.push(record.clone());
        let places = before
            .iter()
            .map(|earlier| earlier.at.min(record.at))
            .collect();
        self.incidents.push(Incident {
            id: id.to_owned(),
            cause: cause.clone(),
            opened_at: record.at,
            opened_by: record.actor.clone(),
            closed: None,
            released: None,
            driver: record.actor.pid.is_some().then(|| record.actor.clone()),
            dropped: 0,
            aliases: Vec::new(),
            records: before,
            places,
            heard: BTreeMap::from([(record.actor.console(), record.at)]),
        });
        let surplus = self.incidents.len().saturating_sub(INCIDENTS);
        self.incidents.drain(..surplus);
    }

    fn keep_before(&mut self, record: &Record) {
        self.before.push(record.clone());
        let surplus = self.before.len().saturating_sub(BEFORE);
        self.before.drain(..surplus);
    }
}

impl Incident {
    /// The newest incident that the records tell of.
    pub fn from_records(records: &[Record]) -> Option<Self> {
        Book::from_records(records).incidents.pop()
    }

    /// Its records in the order of time, the verdicts of the hour before it included.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Those from its opening on.
    pub fn since_opened(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().skip(self.opening())
    }

    /// Those of the hour before it.
    pub(super) fn before_opened(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().take(self.opening())
    }

    fn opening(&self) -> usize {
        let opens = |record: &Record| matches!(&record.entry, Entry::Incident { event: IncidentEvent::Opened { id, .. } } if self.is(id));
        self.records.iter().position(opens).unwrap_or(0)
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Whether this console may act for it: it drives, or nobody does.
    pub fn is_driven_by(&self, me: &Actor) -> bool {
        self.driver
            .as_ref()
            .is_none_or(|driver| driver.is_console(me))
    }

    /// Whether this is its name.
    pub fn is(&self, id: &str) -> bool {
        self.id == id || self.aliases.iter().any(|alias| alias == id)
    }

    /// When it was over, or `now`.
    pub fn until(&self, now: Timestamp) -> Timestamp {
        self.closed.as_ref().map_or(now, |closing| closing.at)
    }

    fn has_order(&self, id: &OrderId) -> bool {
        let is =
            |record: &Record| matches!(&record.entry, Entry::Intent { order } if order.id == *id);
        self.records.iter().any(is)
    }

    fn happen(&mut self, event: &IncidentEvent, record: &Record) {
        // Nothing of an incident comes before its opening, whatever another host's clock says.
        let (at, by) = (record.at.max(self.opened_at), record.actor.clone());
        match event {
            IncidentEvent::Closed { note, .. } if self.closed.is_none() => {
                let note = note.clone();
                self.closed = Some(Closing { at, by, note });
            }
            IncidentEvent::LockReleased { reason, .. } => {
                let reason = reason.clone();
                self.released = Some(Release { at, by, reason });
            }
            IncidentEvent::TakenOver { .. } => self.driver = by.pid.is_some().then_some(by),
            _ => {}
        }
    }

    fn keep(&mut self, record: &Record) {
        let mut record = record.clone();
        if matches!(record.entry, Entry::Incident { .. }) {
            record.at = record.at.max(self.opened_at);
        }
        let heard = self
            .heard
            .entry(record.actor.console())
            .or_insert(self.opened_at);
        *heard = (*heard).max(record.at);
        let at = *heard;
        let place = self.places.partition_point(|known| *known <= at);
        self.records.insert(place, record);
        self.places.insert(place, at);
        if self.records.len() > RECORDS {
            // How it began tells most: the first quarter stays whole.
            let from = RECORDS / 4;
            let later = self.records.iter().skip(from);
            let from = from + later.take_while(|kept| is_needed(&kept.entry)).count();
            self.dropped += 1;
            let from = from.min(RECORDS);
            self.records.remove(from);
            self.places.remove(from);
        }
    }
}

/// Whether an incident is not told right without it: what was done about exposure, and what happened to the incident itself.
fn is_needed(entry: &Entry) -> bool {
    match entry {
        Entry::Incident { event } => !matches!(event, IncidentEvent::Watched { .. }),
        Entry::Intent { .. } | Entry::Settled { .. } | Entry::Proved { .. } | Entry::Complaint => {
            true
        }
        _ => false,
    }
}
