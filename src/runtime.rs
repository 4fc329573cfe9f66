//! The one loop and the one executor of effects. It decides nothing: that is `update`'s.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

use crate::app::model::Left;
use crate::app::recording::Header;
use crate::app::update::leftovers;
use crate::app::{Effect, Model, Msg, update};
use crate::domain::failure::CallRecord;
use crate::domain::plan::Order;
use crate::ports::Clock;
use crate::ui::Hits;
use crate::ui::keys::{BACKGROUND_QUESTION, Input, Inputs};
use crate::ui::terminal::Screen;

pub mod crew;
pub mod executor;
mod fleet;
pub mod notifier;
pub mod outward;
pub mod parting;
pub mod plain;
pub mod recorder;
pub mod replay;
pub mod session;
pub(crate) mod signals;
pub mod wardrobe;

pub use crew::{Crew, Driver, News, Recruit};
pub use executor::{Executor, ExecutorParts, PortsFuture};
pub use notifier::hook::Hook;
pub use outward::{Outward, Ways};
pub use recorder::Recorder;
pub use session::{Ended, Reads, Session, SessionParts};
use signals::Signal;
pub use signals::is_running;
pub use wardrobe::{Places, Wardrobe};

/// Frames follow each other at least this far apart.
const FRAME: Duration = Duration::from_millis(16);
/// How long a frame that would only show that a second passed waits for the answers which that second asks for.
const CALM: Duration = Duration::from_millis(30);
/// Heartbeats between two looks at the files of themes.
const LOOK: u64 = 3;
/// The console's heartbeat.
const TICK: Duration = Duration::from_secs(1);
/// Where nothing is to move by itself, a frame that would only show that time passed waits this long: ages must not lie for ever.
const STILL: Duration = Duration::from_secs(15);
/// Messages taken in before the next frame at most.
const DRAIN: usize = 256;
/// How long an order in flight may be waited for when a signal ends the console.
const GRACE: Duration = Duration::from_millis(150);

/// Why the console ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The person left.
    Quit,
    /// This signal came.
    Signal(i32),
    /// The terminal went away.
    Hangup,
}

/// What the loop works with.
pub struct Console {
    /// The state of everything.
    pub model: Model,
    /// The terminal.
    pub screen: Screen,
    /// The themes.
    pub wardrobe: Wardrobe,
    /// Whether the terminal is asked for its background, once.
    pub asks_background: bool,
    /// What lies where on the last frame, for the mouse.
    pub hits: Hits,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The hands.
    pub executor: Arc<Executor>,
    /// Messages from the executor's tasks.
    pub messages: mpsc::Receiver<Msg>,
    /// Finished API calls.
    pub calls: mpsc::Receiver<CallRecord>,
    /// What writes down everything that happens, when there is one.
    pub recorder: Option<Recorder>,
    /// What the outside is told.
    pub outward: Outward,
    /// Whether nothing is to move by itself.
    pub still: bool,
    /// The other rollouts, where there are several.
    pub crew: Option<Crew>,
    /// What the console may cost.
    pub budget: Budget,
}

/// What the console may cost, and what reading costs.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    /// US dollars an hour.
    pub dollars: f64,
    /// Metrics that one read of each rollout's signals asks for.
    pub metrics: Vec<u32>,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("screen", &self.screen)
            .finish_non_exhaustive()
    }
}

impl Console {
    /// Runs until the person leaves, a signal comes or the terminal goes away. Answers why, and the orders that stay open.
    pub async fn run(mut self) -> std::io::Result<(End, Vec<(Order, Left)>)> {
        let begun = Instant::now();
        let mut inputs = Inputs::open()?;
        let mut signals = signals::Signals::listen()?;
        signals::end_in_any_case()?;
        let mut ticks = tokio::time::interval_at(begun + TICK, TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut dirty = true;
        let mut drawn_at: Option<Instant> = None;
        let mut calm_until = begun;
        let mut pace = self.clock.speed();

        let now = self.clock.now();
        let size = crate::ui::terminal::size();
        self.model.size = (size.width, size.height);
        if let Some(recorder) = &mut self.recorder {
            recorder.begin(Header::of(&self.model, now, (size.width, size.height)));
        }
        for effect in crate::app::update::start(&mut self.model, now) {
            self.act(effect);
        }
        if self.asks_background {
            self.screen.send_raw(BACKGROUND_QUESTION);
            inputs.expect_background();
        }
        self.wardrobe.look();
        self.start_crew(now);
        loop {
            dirty |= self.tell_outside(begun.elapsed());
            // Before anything is waited for, and not in the select: the first frame waits for nobody, and a flood of messages
            // must not keep frames from being drawn.
            let frame_due = calm_until.max(drawn_at.map_or(begun, |at| at + FRAME));
            if dirty && self.screen.is_ready() && Instant::now() >= frame_due {
                dirty = false;
                drawn_at = Some(Instant::now());
                let (model, theme) = (&self.model, self.wardrobe.theme());
                let hits = &mut self.hits;
                match self.crew.as_ref().filter(|crew| crew.fleet.listing) {
                    Some(crew) => self.screen.draw(|frame| {
                        *hits = crate::ui::fleet::draw(frame, &crew.fleet, theme);
                    })?,
                    None => self
                        .screen
                        .draw(|frame| *hits = crate::ui::map(frame, model, theme))?,
                }
            }
            let mut inbox = Vec::new();
            // Biased: the way out first, then the person, then the world, then the clock; waiting for the terminal comes last.
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    Signal::End(number) => return Ok(Box::pin(self.end(End::Signal(number), &inputs)).await),
                    Signal::Stop => self.stop(&mut inbox, &mut signals).await?,
                    Signal::Continue => {
                        signals::foreground().await; self.outward.forget_title(); self.screen.resume()?; inbox.push(Msg::Resumed); }
                    Signal::Resize => inbox.push(resized()),
                },
                input = inputs.next() => match input {
                    Some(input) => inbox.extend(message(input, begun, &self.hits)),
                    None => return Ok(Box::pin(self.end(End::Hangup, &inputs)).await),
                },
                Some(msg) = self.messages.recv() => inbox.push(msg),
                (place, news) = fleet::next(&mut self.crew) => {
                    dirty |= self.is_listing();
                    inbox.extend(self.news(place, news));
                }
                Some(call) = self.calls.recv() => inbox.push(Msg::Called(call)),
                read = self.wardrobe.news() => inbox.push(Msg::ThemesRead(Box::new(read))),
                _ = ticks.tick() => {
                    let speed = self.clock.speed();
                    if speed != pace {
                        pace = speed;
                        inbox.push(Msg::Paced(speed));
                    }
                    inbox.push(Msg::Ticked);
                    if self.model.ticks.is_multiple_of(LOOK) {
                        self.wardrobe.look();
                    }
                }
                () = self.screen.ready(), if dirty && !self.screen.is_ready() => {}
                () = tokio::time::sleep_until(frame_due), if dirty && self.screen.is_ready() => {}
            }
            while inbox.len() < DRAIN
                && let Some(msg) = self.waiting(&mut inputs, begun)
            {
                inbox.push(msg);
            }
            let (was_dirty, mut is_calm) = (dirty, true);
            for msg in inbox {
                is_calm &= matches!(msg, Msg::Ticked | Msg::Paced(_) | Msg::Called(_));
                let passes_time = matches!(msg, Msg::Ticked | Msg::Paced(_));
                let rests =
                    self.still && passes_time && drawn_at.is_some_and(|at| at.elapsed() < STILL);
                dirty |= !rests
                    && (!matches!(msg, Msg::Called(_))
                        || self.model.screen == crate::app::model::Screen::Calls);
                let before = gist(&self.model);
                if let Some(end) = self.take(msg, &mut signals).await? {
                    return Ok(Box::pin(self.end(end, &inputs)).await);
                }
                dirty |= rests && gist(&self.model) != before;
            }
            if !is_calm {
                calm_until = begun;
            } else if dirty && !was_dirty && self.awaits_answers() {
                calm_until = Instant::now() + CALM;
            }
        }
    }

    /// Notices and the title, where there is something new. Answers whether there is.
    fn tell_outside(&mut self, at: Duration) -> bool {
        let mut notices = self.outward.notices(&self.model, at);
        for driver in self.crew.iter_mut().flat_map(Crew::drivers) {
            notices.extend(self.outward.notices(&driver.model, at));
        }
        // On the list, the title tells of the worst.
        let listing = self.crew.as_ref().filter(|crew| crew.fleet.listing);
        let titled = listing.and_then(Crew::first_listed).unwrap_or(&self.model);
        let title = self.outward.title(titled);
        self.screen.send_raw(&notices);
        let is_new = !notices.is_empty() || title.is_some();
        if let Some(title) = title {
            self.screen.set_title(&title);
        }
        is_new
    }

    /// Whether a read is under way that a tick begins.
    fn awaits_answers(&self) -> bool {
        let model = &self.model;
        model.flag.reading || model.tail.reading || model.alarms.reading || model.sampling.reading
    }

    /// A message that is there already: the person's first. What the mouse did where nothing is does not count.
    fn waiting(&mut self, inputs: &mut Inputs, begun: Instant) -> Option<Msg> {
        while let Some(input) = inputs.try_next() {
            if let Some(msg) = message(input, begun, &self.hits) {
                return Some(msg);
            }
        }
        self.messages
            .try_recv()
            .ok()
            .or_else(|| self.calls.try_recv().ok().map(Msg::Called))
    }

    /// Takes one message in and does what follows from it. Answers why the console ends, if it does.
    async fn take(
        &mut self,
        msg: Msg,
        signals: &mut signals::Signals,
    ) -> std::io::Result<Option<End>> {
        let redraws = self.model.redraws;
        let Some(msg) = self.for_all(msg) else {
            return self.on_list(signals).await;
        };
        let ticked = matches!(msg, Msg::Ticked);
        let mut msgs = VecDeque::from([msg]);
        while let Some(msg) = msgs.pop_front() {
            for effect in self.update(msg) {
                match effect {
                    Effect::Quit if self.asks_to_leave() => {}
                    Effect::Quit => return Ok(Some(End::Quit)),
                    Effect::Walk(walk) => msgs.extend(self.walk(walk)),
                    Effect::Suspend => {
                        let mut after = Vec::new();
                        self.stop(&mut after, signals).await?;
                        msgs.extend(after);
                    }
                    Effect::Copy(text) => self.screen.send_raw(&self.outward.copy(&text)),
                    Effect::Bell => self.screen.send_raw(b"\x07"),
                    Effect::Wear(name) => self.wardrobe.wear(&name),
                    other => self.act(other),
                }
            }
        }
        self.crew_follows(ticked);
        if self.model.redraws != redraws {
            self.screen.redraw()?;
        }
        Ok(None)
    }

    /// Writes a message into the recording and takes it in.
    fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let now = self.clock.now();
        if let Some(recorder) = &mut self.recorder {
            recorder.take(&self.model, &msg, now);
        }
        let effects = update(&mut self.model, msg, now);
        if let Some(recorder) = &mut self.recorder {
            recorder.follow(&self.model, &effects, now);
        }
        effects
    }

    /// Gives the terminal back and stops as a job of the shell; goes on here after `fg`.
    async fn stop(
        &mut self,
        inbox: &mut Vec<Msg>,
        signals: &mut signals::Signals,
    ) -> std::io::Result<()> {
        if !signals::can_come_back() {
            self.screen.send_raw(b"\x07");
            return Ok(());
        }
        self.screen.suspend();
        self.outward.forget_title();
        signals.stop_job().await;
        signals::foreground().await;
        self.screen.resume()?;
        inbox.push(resized());
        inbox.push(Msg::Resumed);
        Ok(())
    }

    /// The way out: an order in flight gets a moment to settle; what stays open is answered.
    async fn end(mut self, end: End, inputs: &Inputs) -> (End, Vec<(Order, Left)>) {
        self.executor.stop_commands().await;
        let end_is_sudden = end != End::Quit;
        if !self.model.in_flight.is_empty() && end_is_sudden {
            let until = Instant::now() + GRACE;
            while !self.model.in_flight.is_empty()
                && let Ok(Some(msg)) = tokio::time::timeout_at(until, self.messages.recv()).await
            {
                drop(self.update(msg));
            }
        }
        if end == End::Quit {
            inputs.settle().await;
        }
        let mut left = leftovers(&self.model);
        left.extend(self.others_left(end_is_sudden).await);
        (end, left)
    }
}

/// What must be seen at once when a passing second changes it.
fn gist(model: &Model) -> (crate::domain::verdict::Decision, bool, bool) {
    let top = model.overlay.is_some();
    (model.verdict.decision, model.toast.is_some(), top)
}

fn message(
    (arrived, input): (std::time::Instant, Input),
    begun: Instant,
    hits: &Hits,
) -> Option<Msg> {
    let at_ms = arrived
        .saturating_duration_since(begun.into_std())
        .as_millis() as u64;
    Some(match input {
        Input::Key(key) => Msg::Pressed { key, at_ms },
        Input::Paste(text) => Msg::Pasted(text),
        Input::Background { is_light } => Msg::Background { is_light },
        Input::Mouse { gesture, x, y } => Msg::Pointed {
            target: hits.at(x, y)?,
            gesture,
            at_ms,
        },
    })
}

fn resized() -> Msg {
    let size = crate::ui::terminal::size();
    Msg::Resized(size.width, size.height)
}
