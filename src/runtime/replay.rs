//! The player of recordings on the terminal: the viewer's keys, the pace, the frames. It has neither ports nor an executor: what is
//! played back cannot reach anything, and the viewer's keys never reach what is played back.

use std::time::Duration;

use tokio::time::Instant;

use super::{End, FRAME, Wardrobe, signals};
use crate::app::keymap::{Action, Key, Keymap, Playing, Scope, Step};
use crate::app::recording::Player;
use crate::ui::LIGHT;
use crate::ui::keys::{BACKGROUND_QUESTION, Input, Inputs};
use crate::ui::replay::View;
use crate::ui::terminal::Screen;
use signals::Signal;

/// A minute of the recorded console, in its own milliseconds.
const MINUTE: u64 = 60_000;
/// How long messages are taken in before keys and the screen have their turn.
const TURN: Duration = Duration::from_millis(20);
/// The pace between messages that are longer apart than that is not kept: nobody waits for a console that was stopped over night.
const LONGEST: Duration = Duration::from_secs(2);
/// The fastest and the slowest that keys lead to.
const SPEEDS: (f64, f64) = (0.125, 1024.0);

/// What is done next with the recording.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Course {
    /// Nothing.
    Still,
    /// Message after message at the speed.
    Play,
    /// To this place, as fast as possible; then as it was before.
    To(usize),
    /// To the next mark; then it stands still.
    ToMark,
}

/// The player with its terminal.
#[derive(Debug)]
pub struct Theatre {
    player: Player,
    screen: Screen,
    wardrobe: Wardrobe,
    asks_background: bool,
    /// Times as fast as it was; 0 for as fast as possible.
    speed: f64,
    course: Course,
    /// Whether it plays again after it came to a place that was sought.
    plays_on: bool,
    shows_keys: bool,
    /// The viewer's keys.
    keymap: Keymap,
    /// Keys of a chord that is not finished.
    begun: Vec<Key>,
    /// When the next message is due.
    due: Instant,
}

impl Theatre {
    /// A player at the beginning, playing. Where it asks for the terminal's background, it follows that.
    pub fn new(
        player: Player,
        screen: Screen,
        (wardrobe, asks_background): (Wardrobe, bool),
        speed: f64,
    ) -> Self {
        Self {
            player,
            screen,
            wardrobe,
            asks_background,
            speed,
            course: Course::Play,
            plays_on: true,
            shows_keys: false,
            keymap: Keymap::default(),
            begun: Vec::new(),
            due: Instant::now(),
        }
    }

    /// The viewer's own keys. What keys of the recording mean, the recording says.
    #[must_use]
    pub fn with_keys(self, keymap: Keymap) -> Self {
        Self { keymap, ..self }
    }

    /// Plays until the viewer leaves, a signal comes or the terminal goes away.
    ///
    /// # Errors
    /// The terminal takes nothing.
    pub async fn run(mut self) -> std::io::Result<End> {
        let mut inputs = Inputs::open()?;
        let mut signals = signals::Signals::listen()?;
        signals::end_in_any_case()?;
        if self.asks_background {
            self.screen.send_raw(BACKGROUND_QUESTION);
            inputs.expect_background();
        }
        let mut dirty = true;
        let mut frame_due = Instant::now();
        loop {
            if dirty && self.screen.is_ready() && Instant::now() >= frame_due {
                dirty = false;
                let begun = Instant::now();
                self.draw()?;
                // On the way to somewhere most of the time is for the way.
                let pause = if self.hurries() {
                    begun.elapsed() * 5
                } else {
                    FRAME
                };
                frame_due = begun + pause.max(FRAME);
            }
            let at = self.next_due();
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    Signal::End(number) => return Ok(End::Signal(number)),
                    Signal::Stop => self.stop(&mut signals).await?,
                    Signal::Continue => { signals::foreground().await; self.screen.resume()?; }
                    Signal::Resize => {}
                },
                input = inputs.next() => match input {
                    Some((_, Input::Key(key))) => match self.pressed(key) {
                        Some(Action::Quit | Action::Interrupt) => {
                            inputs.settle().await;
                            return Ok(End::Quit);
                        }
                        Some(Action::Suspend) => self.stop(&mut signals).await?,
                        Some(Action::Redraw) => self.screen.redraw()?,
                        _ => {}
                    },
                    Some((_, Input::Background { is_light: true })) => self.wardrobe.wear(LIGHT),
                    Some((_, Input::Paste(_) | Input::Mouse { .. } | Input::Background { .. })) => continue,
                    None => return Ok(End::Hangup),
                },
                () = self.screen.ready(), if dirty && !self.screen.is_ready() => continue,
                () = tokio::time::sleep_until(frame_due), if dirty && self.screen.is_ready() && frame_due < at => continue,
                () = tokio::time::sleep_until(at), if self.course != Course::Still => self.go_on(),
            }
            dirty = true;
        }
    }

    /// Gives the terminal back and stops as a job of the shell; goes on here after `fg`.
    async fn stop(&mut self, signals: &mut signals::Signals) -> std::io::Result<()> {
        if !signals::can_come_back() {
            return Ok(());
        }
        self.screen.suspend();
        signals.stop_job().await;
        signals::foreground().await;
        self.due = Instant::now();
        self.screen.resume()
    }

    fn draw(&mut self) -> std::io::Result<()> {
        let view = View {
            player: &self.player,
            playing: (self.course == Course::Play).then_some(self.speed),
            seeking: matches!(self.course, Course::To(_) | Course::ToMark),
            shows_keys: self.shows_keys,
            keymap: &self.keymap,
        };
        let theme = self.wardrobe.theme();
        self.screen
            .draw(|frame| crate::ui::replay::draw(frame, &view, theme))
    }

    /// Whether messages are taken in as fast as possible.
    fn hurries(&self) -> bool {
        match self.course {
            Course::Still => false,
            Course::Play => self.speed <= 0.0,
            Course::To(_) | Course::ToMark => true,
        }
    }

    /// When something is to be done by itself.
    fn next_due(&self) -> Instant {
        match self.course {
            Course::Play => self.due,
            Course::To(_) | Course::ToMark => Instant::now(),
            Course::Still => Instant::now() + LONGEST,
        }
    }

    /// A key of the viewer's. What the loop has to do about it is answered.
    fn pressed(&mut self, key: Key) -> Option<Action> {
        let scopes = [Scope::Replay, Scope::Always];
        self.begun.push(key);
        let mut step = self.keymap.step(&self.begun, &scopes);
        if step == Step::Nothing && self.begun.len() > 1 {
            self.begun = vec![key];
            step = self.keymap.step(&self.begun, &scopes);
        }
        if step != Step::Begins {
            self.begun.clear();
        }
        let Step::Act(action) = step else {
            return None;
        };
        if let Action::Replay(wish) = action {
            self.wish(wish);
        }
        Some(action)
    }

    fn wish(&mut self, wish: Playing) {
        let (at, ms, end) = (self.player.at(), self.player.ms(), self.player.tape().len());
        let by = |minutes: i64| {
            let to = ms.saturating_add_signed(minutes * MINUTE as i64);
            self.player.tape().count_at(to)
        };
        match wish {
            Playing::Pause if self.course == Course::Still => {
                // At the end, playing on means playing again.
                if at >= end {
                    self.player.seek(0);
                }
                self.play();
            }
            Playing::Pause => self.course = Course::Still,
            Playing::Forward => self.go_to((at + 1).min(end), false),
            Playing::Back => self.go_to(at.saturating_sub(1), false),
            Playing::MinuteForward => self.go_to(by(1), self.plays()),
            Playing::MinuteBack => self.go_to(by(-1), self.plays()),
            Playing::TenMinutes => self.go_to(by(10), self.plays()),
            Playing::TenMinutesBack => self.go_to(by(-10), self.plays()),
            Playing::NextMark => self.course = Course::ToMark,
            Playing::PreviousMark => self.go_to(self.player.before_last_mark(), false),
            Playing::Start => self.go_to(0, self.plays()),
            Playing::End => self.go_to(end, false),
            Playing::Faster => self.speed_up(2.0),
            Playing::Slower => self.speed_up(0.5),
            Playing::Keys => self.shows_keys = !self.shows_keys,
        }
    }

    /// Whether it plays, or will when it is where it is going.
    fn plays(&self) -> bool {
        match self.course {
            Course::Play => true,
            Course::To(_) => self.plays_on,
            Course::Still | Course::ToMark => false,
        }
    }

    fn play(&mut self) {
        self.course = Course::Play;
        self.due = Instant::now();
    }

    fn go_to(&mut self, place: usize, plays_on: bool) {
        self.player.approach(place);
        self.course = Course::To(place);
        self.plays_on = plays_on;
        self.go_on();
    }

    fn speed_up(&mut self, by: f64) {
        if self.speed > 0.0 {
            self.speed = (self.speed * by).clamp(SPEEDS.0, SPEEDS.1);
        } else if by < 1.0 {
            self.speed = SPEEDS.1;
        }
        self.due = Instant::now();
    }

    /// Takes messages in for one turn, as the course wants it.
    fn go_on(&mut self) {
        let until = Instant::now() + TURN;
        loop {
            match self.course {
                Course::Still => return,
                Course::Play if self.due > Instant::now() => return,
                Course::To(place) if self.player.at() >= place => {
                    self.course = Course::Still;
                    if self.plays_on {
                        self.play();
                    }
                    return;
                }
                _ if Instant::now() >= until => return,
                Course::Play | Course::To(_) | Course::ToMark => {
                    if !self.step() {
                        self.course = Course::Still;
                    }
                }
            }
        }
    }

    /// Takes one message in. Answers whether there was one.
    fn step(&mut self) -> bool {
        let Some(played) = self.player.step() else {
            return false;
        };
        if self.course == Course::ToMark && played.mark.is_some() {
            self.course = Course::Still;
        }
        if self.course == Course::Play {
            let next = self.player.tape().time(self.player.at());
            let gap = next.map_or(0, |(_, ms)| ms.saturating_sub(played.ms));
            let gap = if self.speed > 0.0 {
                Duration::from_millis(gap).div_f64(self.speed)
            } else {
                Duration::ZERO
            };
            self.due += gap.min(LONGEST);
        }
        true
    }
}
