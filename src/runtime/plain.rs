//! The loop of the console without a screen: lines in, lines out, over the same model, the same `update` and the same executor. It decides
//! nothing, and never moves a cursor.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior};

use super::signals::{self, Signal};
use super::{End, Executor, GRACE, Outward, Recorder, TICK};
use crate::app::keymap::Action;
use crate::app::model::{Left, Run};
use crate::app::recording::Header;
use crate::app::spoken::{self, Heard, Page};
use crate::app::update::leftovers;
use crate::app::{Effect, Model, Msg, update};
use crate::domain::failure::CallRecord;
use crate::domain::journal::Entry;
use crate::domain::plan::Order;
use crate::ports::Clock;
use crate::ui::plain::{Told, Voice, mark};

mod ears;
mod mouth;

use ears::Ears;
use mouth::Mouth;

/// How long the first reads may take before what is there is told.
const FIRST: Duration = Duration::from_secs(12);
/// How long a page may wait for what it is made of.
const PAGE: Duration = Duration::from_secs(8);
/// How long orders and commands may take to settle once nobody can type any more.
const SETTLE: Duration = Duration::from_secs(30);
/// How long what was said may take to be read.
const LAST_LINES: Duration = Duration::from_millis(700);

/// What the loop works with.
pub struct Plain {
    /// The state of everything.
    pub model: Model,
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
    /// What the outside is told; of a terminal there is only its bell here.
    pub outward: Outward,
    /// How things are said.
    pub voice: Voice,
}

impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plain").finish_non_exhaustive()
    }
}

/// What the loop keeps beside the model.
struct Talk {
    mouth: Mouth,
    told: Told,
    /// The question that was asked last.
    asked: Option<String>,
    /// A page that waits for what it is made of, and until when.
    page: Option<(Page, Instant)>,
    /// Lines that wait for their turn.
    lines: VecDeque<String>,
    /// Until when orders may settle; nobody can type any more.
    over: Option<Instant>,
    begun: Instant,
}

impl Plain {
    /// Runs until the person leaves, there is nothing more to read, or a signal comes. Answers why, and the orders that stay open.
    ///
    /// # Errors
    /// What keeps it from listening.
    pub async fn run(mut self) -> std::io::Result<(End, Vec<(Order, Left)>)> {
        let begun = Instant::now();
        let mut ears = Ears::open()?;
        let mut signals = signals::Signals::listen()?;
        signals::end_in_any_case()?;
        let mut ticks = tokio::time::interval_at(begun + TICK, TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut pace = self.clock.speed();
        let mut talk = Talk {
            mouth: Mouth::open()?,
            told: Told::default(),
            asked: None,
            page: Some((Page::Status, begun + FIRST)),
            lines: VecDeque::new(),
            over: None,
            begun,
        };
        self.outward.ways.osc9 = false;
        self.outward.ways.osc777 = false;
        self.open(&mut talk);
        loop {
            let notice = self.outward.notices(&self.model, begun.elapsed());
            if !notice.is_empty() && columns().is_some() {
                talk.mouth.ring();
            }
            if let Some(end) = self.turn(&mut talk) {
                return Ok(Box::pin(self.end(end, talk)).await);
            }
            let listens = talk.over.is_none() && talk.lines.len() < ears::WAITING;
            let msg = tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    Signal::End(number) => return Ok(Box::pin(self.end(End::Signal(number), talk)).await),
                    Signal::Stop => {
                        if signals::can_come_back() {
                            signals.stop_job().await;
                        }
                        Msg::Resumed
                    }
                    Signal::Continue => Msg::Resumed,
                    Signal::Resize => {
                        self.voice = Voice::new(columns());
                        continue;
                    }
                },
                line = ears.next(), if listens => {
                    match line {
                        Some(line) => talk.lines.push_back(line),
                        None => talk.over = Some(Instant::now() + SETTLE),
                    }
                    continue;
                }
                Some(msg) = self.messages.recv() => msg,
                Some(call) = self.calls.recv() => Msg::Called(call),
                () = talk.mouth.shut() => return Ok(Box::pin(self.end(End::Hangup, talk)).await),
                _ = ticks.tick() => {
                    let speed = self.clock.speed();
                    if speed != pace {
                        pace = speed;
                        self.take(&mut talk, Msg::Paced(speed));
                    }
                    Msg::Ticked
                }
            };
            if let Some(end) = self.take(&mut talk, msg) {
                return Ok(Box::pin(self.end(end, talk)).await);
            }
        }
    }

    fn open(&mut self, talk: &mut Talk) {
        let now = self.clock.now();
        self.model.size = spoken::ENDLESS;
        if let Some(recorder) = &mut self.recorder {
            let size = columns().map_or((0, 0), |columns| (columns, 0));
            recorder.begin(Header::of(&self.model, now, size));
        }
        talk.mouth.say(self.voice.welcome(&self.model));
        for effect in crate::app::update::start(&mut self.model, now) {
            self.executor.execute(effect);
        }
    }

    /// Everything that is due between two messages: news, a question, a page, the next line. Answers why the console ends, if it does.
    fn turn(&mut self, talk: &mut Talk) -> Option<End> {
        loop {
            self.tell(talk);
            if let Some(line) = Self::due(talk) {
                if let Some(end) = self.hear(talk, &line) {
                    return Some(end);
                }
                continue;
            }
            let until = talk.over?;
            let busy = !self.model.in_flight.is_empty()
                || self.model.waiting.is_some()
                || talk.page.is_some()
                || self.model.runs.iter().any(Run::is_live)
                || !talk.lines.is_empty();
            return (!busy || Instant::now() >= until).then_some(End::Quit);
        }
    }

    /// News, then what is asked, then the page that was asked for.
    fn tell(&mut self, talk: &mut Talk) {
        let is_first = matches!(talk.page, Some((_, until)) if until == talk.begun + FIRST);
        if is_first {
            drop(self.voice.news(&mut talk.told, &self.model));
        } else {
            talk.mouth.say(self.voice.news(&mut talk.told, &self.model));
        }
        let asked = mark(&self.model);
        if asked != talk.asked {
            talk.mouth.say(self.voice.question(&self.model));
            talk.asked = asked;
        }
        let ready = |(page, until): &mut (Page, Instant)| {
            spoken::is_ready(&self.model, page) || Instant::now() >= *until
        };
        if let Some((page, _)) = talk.page.take_if(ready) {
            for msg in spoken::before(&self.model, &page) {
                self.take(talk, msg);
            }
            // A question is read out when it comes up; it is not read out twice.
            if page != Page::Opened {
                talk.mouth.say(self.voice.page(&self.model, &page));
            }
            talk.told.begin();
        }
    }

    /// The next line whose turn it is: one at a time, after the page that the one before asked for. Taking everybody off waits for none.
    fn due(talk: &mut Talk) -> Option<String> {
        let urgent = talk
            .lines
            .front()
            .is_some_and(|line| spoken::is_urgent(line));
        if talk.page.is_some() && !urgent {
            return None;
        }
        talk.lines.pop_front()
    }

    fn hear(&mut self, talk: &mut Talk, line: &str) -> Option<End> {
        let at_ms = u64::try_from(talk.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        match spoken::hear(&self.model, line, at_ms) {
            Heard::Nothing => {}
            Heard::Say(text) => talk.mouth.say(self.voice.say(vec![text])),
            Heard::Do(msgs, page) => {
                let asked = spoken::asked(&self.model);
                let from = self.model.screen;
                let does = matches!(
                    msgs.last(),
                    Some(Msg::Chosen(Action::Open | Action::Confirm))
                );
                let drops = msgs == [Msg::Chosen(Action::Back)];
                for msg in msgs {
                    if let Some(end) = self.take(talk, msg) {
                        return Some(end);
                    }
                }
                if asked.is_some() && page.is_none() {
                    self.reply(talk, drops);
                }
                let page = page.or_else(|| spoken::landed(&self.model, from).filter(|_| does));
                let until = Instant::now() + PAGE;
                talk.page = page.map(|page| (page, until)).or(talk.page.take());
            }
        }
        None
    }

    /// No answer is met with silence: one that put the question away, and one that leaves it as it was.
    fn reply(&self, talk: &mut Talk, drops: bool) {
        let is_open = spoken::asked(&self.model).is_some();
        if drops && !is_open {
            let text = "dropped: nothing was sent".to_owned();
            talk.mouth.say(self.voice.say(vec![text]));
        } else if is_open && mark(&self.model) == talk.asked {
            talk.mouth.say(self.voice.wanted(&self.model));
        }
    }

    /// Takes one message in and does what follows from it. Answers why the console ends, if it does.
    fn take(&mut self, talk: &mut Talk, msg: Msg) -> Option<End> {
        let mut end = None;
        for effect in self.update(msg) {
            match effect {
                Effect::Quit => end = Some(End::Quit),
                Effect::Copy(text) => {
                    talk.mouth.say(vec!["COPY:".to_owned()]);
                    talk.mouth.say(self.voice.verbatim(&text));
                }
                // Text shows one rollout: there is no list to walk to.
                Effect::Bell | Effect::Suspend | Effect::Walk(_) => {}
                Effect::Append(entry @ Entry::Note { .. }) => {
                    let text = "NOTE: the remark goes into the journal".to_owned();
                    talk.mouth.say(self.voice.say(vec![text]));
                    self.executor.execute(Effect::Append(entry));
                }
                other => self.executor.execute(other),
            }
        }
        end
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

    /// The way out: an order in flight gets a moment to settle; what stays open is answered.
    async fn end(mut self, end: End, mut talk: Talk) -> (End, Vec<(Order, Left)>) {
        self.executor.stop_commands().await;
        if end != End::Quit {
            let until = Instant::now() + GRACE;
            while !self.model.in_flight.is_empty()
                && let Ok(Some(msg)) = tokio::time::timeout_at(until, self.messages.recv()).await
            {
                drop(self.update(msg));
            }
        }
        talk.mouth.say(self.voice.news(&mut talk.told, &self.model));
        talk.mouth.close(LAST_LINES).await;
        (end, leftovers(&self.model))
    }
}

/// Columns of the terminal, where there is one.
pub fn columns() -> Option<u16> {
    crate::ui::terminal::columns()
}
