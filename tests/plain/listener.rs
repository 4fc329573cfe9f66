//! Somebody who types lines and listens: the loop of the plain console over the hand-cranked world.

use std::time::Duration;

use coalmine::app::Msg;
use coalmine::app::spoken::{self, Heard, Page};
use coalmine::config;
use coalmine::domain::Environment;
use coalmine::ui::plain::{Told, Voice, mark};

use crate::driver::{Driver, START};
use crate::fingers::document;

/// The console and whoever listens to it.
pub(crate) struct Listener {
    pub(crate) driver: Driver,
    /// Every line that was said.
    pub(crate) said: Vec<String>,
    voice: Voice,
    told: Told,
    asked: Option<String>,
    page: Option<Page>,
}

impl Listener {
    pub(crate) fn open(environment: &str, enabled: bool, percent: u8) -> Self {
        let mut spec = config::demo().unwrap();
        spec.environment = Environment(environment.to_owned());
        let mut driver = Driver::new(spec);
        let written = START - Duration::from_hours(8 * 24);
        let before = written - Duration::from_hours(24);
        driver.world.write_flag(&document(true, 50), "ana", before);
        driver
            .world
            .write_flag(&document(enabled, percent), "ana", written);
        for (name, value) in [
            ("latency_p95", 2.0),
            ("dropped", 10.0),
            ("orphaned", 1.0),
            ("error_rate", 0.1),
            ("fallbacks", 0.0),
        ] {
            let series = vec![(START - Duration::from_hours(24), Some((value, 900.0)))];
            driver.world.signals.insert(name.to_owned(), series);
        }
        driver.open();
        driver.send(Msg::Resized(spoken::ENDLESS.0, spoken::ENDLESS.1));
        let mut listener = Self {
            driver,
            said: Vec::new(),
            voice: Voice::new(Some(80)),
            told: Told::default(),
            asked: None,
            page: None,
        };
        listener.turn();
        listener.said.clear();
        listener.told.begin();
        listener
    }

    /// Types a line and listens to what follows at once.
    pub(crate) fn type_line(&mut self, line: &str) {
        self.driver.ms += 40;
        match spoken::hear(&self.driver.model, line, self.driver.ms) {
            Heard::Nothing => {}
            Heard::Say(text) => self.said.extend(self.voice.say(vec![text])),
            Heard::Do(msgs, page) => {
                for msg in msgs {
                    self.driver.send(msg);
                }
                self.page = page.or(self.page.take());
            }
        }
        self.turn();
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, span: Duration) {
        for _ in 0..span.as_secs() {
            self.driver.pass(Duration::from_secs(1));
            self.turn();
        }
    }

    fn turn(&mut self) {
        self.said
            .extend(self.voice.news(&mut self.told, &self.driver.model));
        let asked = mark(&self.driver.model);
        if asked != self.asked {
            self.said.extend(self.voice.question(&self.driver.model));
            self.asked = asked;
        }
        if let Some(page) = self
            .page
            .take_if(|page| spoken::is_ready(&self.driver.model, page))
        {
            for msg in spoken::before(&self.driver.model, &page) {
                self.driver.send(msg);
            }
            if page != Page::Opened {
                self.said.extend(self.voice.page(&self.driver.model, &page));
            }
        }
    }

    /// Everything that was said, lines that were broken put together again.
    pub(crate) fn text(&self) -> String {
        self.said.join(" ")
    }

    /// Fails when this was never said.
    pub(crate) fn heard(&self, text: &str) {
        let said = self.text();
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words(&said).contains(&words(text)),
            "{text:?} was not said:\n{}",
            self.said.join("\n")
        );
    }

    /// How often this was said.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.text().matches(text).count()
    }

    /// The number under which something was read out last.
    pub(crate) fn number_of(&self, text: &str) -> usize {
        let line = self
            .said
            .iter()
            .rev()
            .find(|line| line.contains(&format!(" {text}: ")));
        line.and_then(|line| line.split(' ').next()?.parse().ok())
            .unwrap_or_default()
    }
}
