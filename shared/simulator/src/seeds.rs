use decisions::{Rules, RulesError};
use jiff::Timestamp;

use crate::{
    company::Company,
    ending::Ending,
    generate::{Generator, Size},
    invariants::{self, Violation},
    planted::Planted,
    revisions::{Revisions, Strain, watch_accounts},
    story::Story,
};

/// One story in so many is a long one.
const LONG: u64 = 500;

/// Plays stories about one operating model.
#[derive(Debug)]
pub struct Players {
    revisions: Revisions,
    generator: Generator,
    /// The fault that is planted.
    pub planted: Option<Planted>,
}

/// What a seed came to.
#[derive(Debug)]
pub struct Found {
    /// How many events were handled and webhooks answered.
    pub calls: u64,
    /// What does not hold.
    pub violations: Vec<Violation>,
}

impl Players {
    /// Plays stories that begin within a week of an instant, by the model as it is written.
    ///
    /// # Errors
    /// If a calendar of the model cannot be used.
    pub fn new(rules: &Rules, begins: Timestamp) -> Result<Self, RulesError> {
        Self::of(rules, begins, Strain::None)
    }

    /// The same by a model that asks for more than it is written to, so that stories of a few days show what
    /// comes of it: everything is counted that can be, turns are held, and hardly a move may be turned back.
    ///
    /// # Errors
    /// If a calendar of the model cannot be used.
    pub fn strained(rules: &Rules, begins: Timestamp) -> Result<Self, RulesError> {
        Self::of(rules, begins, Strain::All)
    }

    fn of(rules: &Rules, begins: Timestamp, strain: Strain) -> Result<Self, RulesError> {
        let mut model = rules.model.clone();
        if strain == Strain::All {
            watch_accounts(&mut model);
        }
        // What is asked of accounts happens in the stories, too.
        let rules = Rules::prepare(model, begins)?;
        Ok(Self {
            revisions: Revisions::of(&rules, begins, strain)?,
            generator: Generator::new(&rules, begins),
            planted: None,
        })
    }

    /// The story of a seed.
    #[must_use]
    pub fn story(&self, seed: u64) -> Story {
        let long = seed % LONG == LONG - 1;
        let size = if long { Size::Long } else { Size::Short };
        self.generator.story(seed, size)
    }

    /// A story of so many days with so many leads each, in which nothing goes wrong.
    #[must_use]
    pub fn plain_story(&self, seed: u64, days: u32, leads: u32) -> Story {
        self.generator.story(seed, Size::Plain { days, leads })
    }

    /// Plays a story to its end.
    #[must_use]
    pub fn ending(&self, story: &Story) -> Ending {
        self.ending_watched(story, &mut |_| {})
    }

    /// The same, telling how far it has come: the time of the story, at each thing that happens.
    #[must_use]
    pub fn ending_watched(&self, story: &Story, watch: &mut dyn FnMut(Timestamp)) -> Ending {
        Company::new(story, &self.revisions, self.planted).play(watch)
    }

    /// Plays a story and looks whether everything holds.
    #[must_use]
    pub fn play(&self, story: &Story) -> Found {
        let ending = self.ending(story);
        let rules = &self.revisions.first;
        Found {
            calls: ending.calls,
            violations: invariants::all(&invariants::Seen::new(story, rules, &ending)),
        }
    }
}
