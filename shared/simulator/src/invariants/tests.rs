//! What each of these says of a company that came to rest and was spoiled by hand.

mod approved;
mod clocks;
mod excepted;
mod hand_offs;
mod joined;
mod kinds;
mod nights;
mod outside;
mod pools;
mod shadow;
mod starts;
mod told;

use std::sync::Arc;

use contracts::{AuditRecord, EventData, Key};
use decisions::Rules;
use store::{Body, ItemState};
use testkit::{at, example_rules};

use super::*;
use crate::{ending::Ending, planted::Planted, seeds::Players, story::Story};

/// A company at rest after three quiet days.
struct Played {
    rules: Rules,
    story: Story,
    ending: Ending,
}

fn players(rules: &Rules) -> Players {
    Players::new(rules, at("2026-11-23T00:00:00Z")).expect("rules")
}

fn played() -> Played {
    played_by(example_rules())
}

fn played_by(rules: Rules) -> Played {
    played_for(rules, 3, 10)
}

/// The same for so many days with so many leads each.
fn played_for(rules: Rules, days: u32, leads: u32) -> Played {
    let players = players(&rules);
    let story = players.plain_story(7, days, leads);
    let ending = players.ending(&story);
    Played {
        rules,
        story,
        ending,
    }
}

impl Played {
    /// What the invariant of this name finds.
    fn finds(&self, name: &str) -> Vec<String> {
        let seen = Seen::new(&self.story, &self.rules, &self.ending);
        let found = INVARIANTS.iter().find(|(known, _)| *known == name);
        let (_, invariant) = found.expect("an invariant");
        invariant(&seen)
    }

    fn audits(&self) -> Vec<AuditRecord> {
        let audits = Seen::new(&self.story, &self.rules, &self.ending).audits;
        audits.into_iter().map(Arc::unwrap_or_clone).collect()
    }

    /// Every state of this type, with its key.
    fn states<T: ItemState>(&self, is: impl Fn(&Key) -> bool) -> Vec<(Key, T)> {
        let items = self.ending.items.iter().filter(|item| is(&item.key));
        items
            .map(|item| (item.key.clone(), item.body.read().expect("a state")))
            .collect()
    }

    /// Changes the first item of these that `change` changes.
    fn change<T: ItemState>(&mut self, is: impl Fn(&Key) -> bool, change: impl Fn(&mut T) -> bool) {
        let items = self.ending.items.iter_mut();
        for item in items.filter(|item| is(&item.key)) {
            let mut state: T = item.body.read().expect("a state");
            if change(&mut state) {
                item.body = Body::of(state);
                return;
            }
        }
        panic!("there is nothing to change");
    }

    /// Adds an event, made from the first that `of` makes one of, to the audit record of that.
    fn emit(&mut self, of: impl Fn(&AuditRecord, &EventData) -> Option<EventData>) {
        self.change(Key::is_audit, |audit: &mut AuditRecord| {
            let added = audit.events.iter().find_map(|event| {
                let mut added = event.clone();
                added.data = of(audit, &event.data)?;
                Some(added)
            });
            let found = added.is_some();
            audit.events.extend(added);
            found
        });
    }
}

#[test]
fn every_planted_fault_names_an_invariant() {
    for planted in Planted::ALL {
        let mut names = INVARIANTS.iter().map(|(name, _)| *name);
        let by = planted.found_by();
        assert!(names.any(|name| name == by), "{}: {by}", planted.name());
    }
}

#[test]
fn nothing_is_wrong_in_quiet_days() {
    let played = played();
    let seen = Seen::new(&played.story, &played.rules, &played.ending);
    let wrong = all(&seen);
    assert!(wrong.is_empty(), "{wrong:?}");
}
