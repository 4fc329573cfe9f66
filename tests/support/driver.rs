//! Feeds `update` with keys, time and a scripted world, executes its effects as the runtime would, and writes down what was sent.
//! The clock is cranked by hand; nothing sleeps.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use coalmine::app::keymap::Key;
use coalmine::app::model::Overlay;
use coalmine::app::pointer::Gesture;
use coalmine::app::runbook_pane::{ReadRunbook, StepDialog};
use coalmine::app::update::start;
use coalmine::app::{Effect, Model, Msg, update};
use coalmine::domain::Timestamp;
use coalmine::domain::failure::{ErrorKind, PortError};
use coalmine::domain::identity::Identity;
use coalmine::domain::incident::{Book, IncidentEvent, Lock};
use coalmine::domain::journal::{Actor, Entry, Record, Recovered};
use coalmine::domain::lever::LeverId;
use coalmine::domain::plan::{Order, Outcome, masked};
use coalmine::domain::rollout::RolloutSpec;
use coalmine::domain::runbook::CommandEnd;
use coalmine::domain::runbook::command::{CommandOrder, CommandReport};
use coalmine::domain::runbook::shipped;
use coalmine::ui::{Depth, Hits, Theme, draw, map};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::world::{ME, World};

/// The first instant.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Sees every message with the model as it was before it, then the effects with the model after it; the time, and the machine's
/// milliseconds.
pub(crate) type Tap = Box<dyn FnMut(&Model, Result<&Msg, &[Effect]>, Timestamp, u64)>;
/// Who sits at the console.
pub(crate) fn me() -> Actor {
    Actor {
        arn: None,
        user: "me".to_owned(),
        host: "here".to_owned(),
        pid: Some(1),
    }
}

/// A console without a terminal, over a world without a network.
pub(crate) struct Driver {
    pub(crate) model: Model,
    pub(crate) world: World,
    pub(crate) now: Timestamp,
    /// The machine's own clock.
    pub(crate) ms: u64,
    /// When Enter was last pressed.
    pub(crate) last_enter_ms: Option<u64>,
    /// Orders that were sent, in order; a refusal at the gate is not among them.
    pub(crate) orders: Vec<Order>,
    /// Orders that `update` asked to send, in order.
    pub(crate) submitted: Vec<Order>,
    /// How many of them were under way at once, at most.
    pub(crate) most_in_flight: usize,
    /// What was written down.
    pub(crate) entries: Vec<Entry>,
    /// When.
    times: Vec<Timestamp>,
    /// The incidents, as the gate knows them.
    pub(crate) book: Book,
    pub(crate) copied: Vec<String>,
    pub(crate) ended: bool,
    pub(crate) suspended: u32,
    pub(crate) verified: u32,
    /// What an earlier run left.
    pub(crate) left: Recovered,
    /// Answers that are held back: `orders`, `flag`, `verify`, `records`.
    pub(crate) held: BTreeSet<String>,
    /// Who looks on.
    pub(crate) tap: Option<Tap>,
    /// Commands of runbooks that were started.
    pub(crate) commands: Vec<CommandOrder>,
    /// How the next ones end.
    pub(crate) command_end: CommandEnd,
    /// Runbooks by the name of their file.
    pub(crate) runbooks: BTreeMap<String, String>,
    waiting: VecDeque<(String, Effect)>,
    inbox: VecDeque<Msg>,
    passed: Duration,
}

impl Driver {
    pub(crate) fn new(spec: RolloutSpec) -> Self {
        let now = START;
        let mut model = Model::new(spec.clone(), now);
        model.size = (120, 40);
        Self {
            model,
            world: World::new(spec, now),
            now,
            ms: 10_000,
            last_enter_ms: None,
            orders: Vec::new(),
            submitted: Vec::new(),
            most_in_flight: 0,
            entries: Vec::new(),
            times: Vec::new(),
            book: Book::default(),
            copied: Vec::new(),
            ended: false,
            suspended: 0,
            verified: 0,
            left: Recovered {
                last_seq: 1,
                me: Some(me()),
                ..Recovered::default()
            },
            held: BTreeSet::new(),
            tap: None,
            commands: Vec::new(),
            command_end: CommandEnd::Exited(0),
            runbooks: BTreeMap::new(),
            waiting: VecDeque::new(),
            inbox: VecDeque::new(),
            passed: Duration::ZERO,
        }
    }

    /// Opens the console.
    pub(crate) fn open(&mut self) {
        let effects = start(&mut self.model, self.now);
        self.carry_out(effects);
        self.drain();
    }

    /// Takes one message in, and everything that follows from it.
    pub(crate) fn send(&mut self, msg: Msg) {
        self.inbox.push_back(msg);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(msg) = self.inbox.pop_front() {
            if let Some(tap) = &mut self.tap {
                tap(&self.model, Ok(&msg), self.now, self.ms);
            }
            let effects = update(&mut self.model, msg, self.now);
            if let Some(tap) = &mut self.tap {
                tap(&self.model, Err(&effects), self.now, self.ms);
            }
            self.carry_out(effects);
        }
    }

    /// Presses keys in the table's notation, separated by blanks, nearly a second apart: slower than a key that is held down repeats for the first time.
    pub(crate) fn keys(&mut self, keys: &str) {
        for name in keys.split_whitespace() {
            let key = Key::parse(name).unwrap_or_else(|| panic!("no key is called {name}"));
            self.press(key, 900);
        }
    }

    /// Types text.
    pub(crate) fn text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(Key::char(c), 60);
        }
    }

    /// Presses a key some milliseconds after the last.
    pub(crate) fn press(&mut self, key: Key, after_ms: u64) {
        self.ms += after_ms;
        if self.model.keymap.confirms(key) {
            self.last_enter_ms = Some(self.ms);
        }
        self.send(Msg::Pressed {
            key,
            at_ms: self.ms,
        });
    }

    /// What lies where on a screen of this size, and where the cursor is when it is shown.
    #[allow(dead_code, reason = "not every suite has a use for it")]
    pub(crate) fn hits(&self, columns: u16, rows: u16) -> (Hits, Option<(u16, u16)>) {
        let mut hits = Hits::default();
        let theme = Theme::new(Depth::None);
        let backend = TestBackend::new(columns, rows);
        let mut terminal = Terminal::new(backend).unwrap_or_else(|never| match never {});
        match terminal.draw(|frame| hits = map(frame, &self.model, &theme)) {
            Ok(_) => {}
            Err(never) => match never {},
        }
        let at = terminal.backend().cursor_position();
        let shown = terminal.backend().cursor_visible();
        (hits, shown.then_some((at.x, at.y)))
    }

    /// The mouse does something to a cell of a screen of 120 by 40, some milliseconds after what was last.
    #[allow(dead_code, reason = "not every suite has a use for it")]
    pub(crate) fn mouse(&mut self, gesture: Gesture, (x, y): (u16, u16), after_ms: u64) {
        self.ms += after_ms;
        if let Some(target) = self.hits(120, 40).0.at(x, y) {
            self.send(Msg::Pointed {
                target,
                gesture,
                at_ms: self.ms,
            });
        }
    }

    /// Lets time pass, tick by tick.
    pub(crate) fn pass(&mut self, span: Duration) {
        let second = Duration::from_secs(1);
        let mut left = span;
        while !left.is_zero() {
            let step = left.min(second);
            left -= step;
            self.now = self.now + step;
            self.ms += step.as_millis() as u64;
            self.passed += step;
            if self.passed >= second {
                self.passed -= second;
                self.send(Msg::Ticked);
            }
        }
    }

    /// Lets through what was held back.
    pub(crate) fn release(&mut self, what: &str) {
        self.held.remove(what);
        let (now, later): (VecDeque<_>, VecDeque<_>) =
            self.waiting.drain(..).partition(|(name, _)| name == what);
        self.waiting = later;
        for (_, effect) in now {
            self.execute(effect);
        }
        self.drain();
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let name = match &effect {
                Effect::Submit(_) => "orders",
                Effect::Verify(_) => "verify",
                Effect::ReadLever(LeverId::Flag) => "flag",
                Effect::Append(_) => "records",
                _ => "",
            };
            if let Effect::Submit(order) = &effect {
                self.submitted.push((**order).clone());
                let lever = order.plan.lever;
                self.most_in_flight = self
                    .most_in_flight
                    .max(self.in_flight_on(lever) + self.settling_on(lever) + 1);
            }
            if self.held.contains(name) {
                self.waiting.push_back((name.to_owned(), effect));
            } else {
                self.execute(effect);
            }
        }
    }

    fn execute(&mut self, effect: Effect) {
        let now = self.now;
        let world = &mut self.world;
        let msg = match effect {
            Effect::Identify => Msg::Identified(world.fault("identity").map(|()| Identity {
                account: world.account.clone(),
                arn: ME.to_owned(),
                expires_at: None,
                source: "test".to_owned(),
            })),
            Effect::Recover => Msg::Recovered(world.fault("journal").map(|()| self.left.clone())),
            Effect::ReadLever(id) => Msg::LeverRead(id, world.read(id, now)),
            Effect::ReadHistory => Msg::HistoryRead(
                world
                    .fault("history")
                    .map(|()| world.versions.iter().rev().take(100).cloned().collect()),
            ),
            Effect::Sample { from, to } => Msg::Sampled(world.sample(from, to, now)),
            Effect::SampleSpan {
                reach, from, to, ..
            } => Msg::SpanSampled(reach, world.sample(from, to, now)),
            Effect::ReadAlarms => Msg::AlarmsRead(world.read_alarms(now)),
            Effect::CreateAlarm(alarm) => Msg::AlarmCreated(alarm.name, Ok(true)),
            Effect::ReadAlarmHistory(name) => Msg::AlarmHistoryRead(name, Ok(Vec::new())),
            Effect::Tail(mode) => Msg::Tailed(world.tail(mode, now)),
            Effect::Submit(order) => return self.submit(order),
            Effect::Verify(order) => {
                self.verified += 1;
                let outcome = self.world.verify(&order, now);
                self.settle(&order, &outcome);
                Msg::Settled {
                    order,
                    outcome,
                    journal_fault: None,
                }
            }
            Effect::Append(entry) => return self.append(entry),
            Effect::Follow => Msg::JournalRead(Vec::new(), None),
            Effect::Copy(text) => return self.copied.push(text),
            Effect::Suspend => {
                self.suspended += 1;
                Msg::Resumed
            }
            Effect::Quit => {
                self.ended = true;
                return;
            }
            Effect::Continue => Msg::Continued,
            Effect::Export { name, .. } => Msg::Exported(Ok(format!("exports/{name}"))),
            Effect::Bell | Effect::StopCommand(_) | Effect::Wear(_) | Effect::Walk(_) => return,
            Effect::RunCommand(order) => {
                let run = order.run.clone();
                self.commands.push(*order);
                let report = CommandReport {
                    end: self.command_end.clone(),
                    ..CommandReport::not_started("")
                };
                Msg::CommandEnded {
                    run,
                    report: Box::new(report),
                }
            }
            Effect::OpenRunbook(wish) => {
                let file = wish.file;
                let shipped = shipped::find(&file).map(|shipped| shipped.text);
                let own = self.runbooks.get(&file).map(String::as_str);
                let read = own.or(shipped).map(|text| {
                    Box::new(ReadRunbook {
                        sha256: format!("{:x}", text.len()),
                        runbook: coalmine::domain::runbook::read(text.as_bytes()),
                        remarks: Vec::new(),
                    })
                });
                let missing = PortError {
                    kind: ErrorKind::NotFound,
                    what: file.clone(),
                    text: "no such file".to_owned(),
                    hint: "name another file".to_owned(),
                };
                Msg::RunbookRead(file, read.ok_or(missing))
            }
        };
        self.inbox.push_back(msg);
    }

    /// The gate, as the executor has it.
    fn submit(&mut self, order: Box<Order>) {
        let refuse = |reason: &str| Outcome::Refused {
            reason: reason.to_owned(),
            hint: "nothing was sent".to_owned(),
        };
        let journal_fault = self.world.fault("journal").err();
        let pinned = self.model.pinned_account.as_ref();
        let outcome = if self.model.read_only {
            refuse("this console is read-only")
        } else if journal_fault.is_some() && !order.without_journal {
            refuse("the journal takes nothing")
        } else if pinned.is_some_and(|account| *account != self.world.account) {
            refuse("the credentials are of another account now")
        } else {
            if let Some(event) = self.book.opening(&order) {
                self.write_down(Entry::Incident { event });
            }
            if journal_fault.is_none() {
                self.write_down(Entry::Intent {
                    order: Box::new(masked(&order)),
                });
            }
            if let Some(lock) = self.book.bars(&order, &me()) {
                refuse(&format!("{}; {}", lock.reason(self.now), Lock::hint(None)))
            } else {
                self.orders.push((*order).clone());
                self.world.apply(&order, self.now)
            }
        };
        self.settle(&order, &outcome);
        self.inbox.push_back(Msg::Settled {
            order,
            outcome,
            journal_fault,
        });
    }

    /// The journal takes an entry or not, as the executor would tell it.
    fn append(&mut self, entry: Entry) {
        let Err(fault) = self.world.fault("journal") else {
            return self.write_down(entry);
        };
        self.inbox.push_back(Msg::JournalFailed(fault));
        if entry.counts_unwritten() {
            let record = Record {
                seq: 0,
                at: self.now,
                actor: me(),
                entry,
            };
            self.inbox.push_back(Msg::JournalRead(vec![record], None));
        } else {
            self.inbox.push_back(Msg::Unwritten(Box::new(entry)));
        }
    }

    /// The journal takes an entry, and the console is told.
    pub(crate) fn write_down(&mut self, entry: Entry) {
        self.told(me(), entry);
    }

    /// Somebody's entry stands in the journal.
    pub(crate) fn told(&mut self, actor: Actor, entry: Entry) {
        self.entries.push(entry.clone());
        self.times.resize(self.entries.len() - 1, self.now);
        self.times.push(self.now);
        let record = Record {
            seq: self.entries.len() as u64,
            at: self.now,
            actor,
            entry,
        };
        self.book.add(&record);
        self.inbox.push_back(Msg::JournalRead(vec![record], None));
    }

    /// The console is gone, and another one opens on the same journal and the same world.
    #[allow(dead_code, reason = "not every suite has a use for it")]
    pub(crate) fn restart(&mut self) {
        let mut model = Model::new(self.model.spec.clone(), self.now);
        model.read_only = self.model.read_only;
        model.size = (120, 40);
        self.model = model;
        let record = |(place, entry): (usize, &Entry)| Record {
            seq: place as u64 + 1,
            at: self.times.get(place).copied().unwrap_or(self.now),
            actor: me(),
            entry: entry.clone(),
        };
        self.left.trail = self.entries.iter().enumerate().map(record).collect();
        // As the journal's own reader does: the end of an incident is the end of what was ticked.
        let closed = |record: &Record| matches!(&record.entry, Entry::Incident { event } if matches!(event, IncidentEvent::Closed { .. }));
        let over = self.left.trail.iter().rposition(closed);
        let of_runbook = |record: &&Record| matches!(record.entry, Entry::Runbook { .. });
        let since = self
            .left
            .trail
            .iter()
            .skip(over.map_or(0, |place| place + 1));
        self.left.runbook = since.filter(of_runbook).cloned().collect();
        self.waiting.clear();
        self.open();
    }

    /// Takes in what was put into the inbox from outside.
    #[allow(dead_code, reason = "not every suite has a use for it")]
    pub(crate) fn hear(&mut self) {
        self.drain();
    }

    fn settle(&mut self, order: &Order, outcome: &Outcome) {
        self.write_down(Entry::Settled {
            order: order.id.clone(),
            outcome: outcome.clone(),
        });
        if let Some(event) = self.book.closing(order, outcome) {
            self.write_down(Entry::Incident { event });
        }
    }

    /// Orders of one lever that are under way.
    pub(crate) fn in_flight_on(&self, lever: LeverId) -> usize {
        let on =
            |effect: &Effect| matches!(effect, Effect::Submit(order) if order.plan.lever == lever);
        self.waiting.iter().filter(|(_, effect)| on(effect)).count()
    }

    /// Orders of one lever whose answers are not taken in yet.
    fn settling_on(&self, lever: LeverId) -> usize {
        let flying = self.model.in_flight.on(lever).map(|order| &order.id);
        let of =
            |msg: &&Msg| matches!(msg, Msg::Settled { order, .. } if Some(&order.id) == flying);
        self.inbox.iter().filter(of).count()
    }

    /// The name of what is on top.
    pub(crate) fn overlay(&self) -> &'static str {
        match &self.model.overlay {
            None => "none",
            Some(Overlay::Help { .. }) => "help",
            Some(Overlay::Palette { .. }) => "palette",
            Some(Overlay::Tune { .. }) => "tune",
            Some(Overlay::Plan(_)) => "plan",
            Some(Overlay::Conflict { .. }) => "conflict",
            Some(Overlay::Unknown { .. }) => "unknown",
            Some(Overlay::Refused { .. }) => "refused",
            Some(Overlay::Event { .. }) => "event",
            Some(Overlay::Alarm { .. }) => "alarm",
            Some(Overlay::Recovery { .. }) => "recovery",
            Some(Overlay::Leaving) => "leaving",
            Some(Overlay::Step(dialog)) => match **dialog {
                StepDialog::File { .. } => "file",
                StepDialog::Reason { .. } => "reason",
                StepDialog::Offers { .. } => "offers",
            },
            Some(Overlay::Contacts { .. }) => "contacts",
            Some(Overlay::Links { .. }) => "links",
            Some(Overlay::Fill(_)) => "fill",
            Some(Overlay::Run(_)) => "run",
            Some(Overlay::Output { .. }) => "output",
            Some(Overlay::Locked { .. }) => "locked",
            Some(Overlay::Incident(_)) => "incident",
            Some(Overlay::Themes { .. }) => "themes",
        }
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        let mut terminal =
            Terminal::new(TestBackend::new(120, 40)).unwrap_or_else(|never| match never {});
        let theme = Theme::new(Depth::None);
        match terminal.draw(|frame| draw(frame, &self.model, &theme)) {
            Ok(_) => {}
            Err(never) => match never {},
        }
        let buffer = terminal.backend().buffer();
        let row = |y: u16| {
            (0..buffer.area.width)
                .map(|x| buffer[(x, y)].symbol())
                .collect::<String>()
        };
        (0..buffer.area.height)
            .map(row)
            .collect::<Vec<_>>()
            .join("\n")
    }
}
