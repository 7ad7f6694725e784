//! People record what is to be done after a review, and some of it is done later.

use decisions::reviews::attendees;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::{Generator, cast::Cast};
use crate::story::{Action, ActionKind};
use crate::world::after;

impl Generator {
    /// Up to three actions of each review. It draws from chance of its own, so that what else happens in a story stays as
    /// it is.
    pub(super) fn reviews(
        &self,
        mut rng: Rng,
        (from, until): (Timestamp, Timestamp),
        actions: &mut Vec<Action>,
    ) {
        let length = until.duration_since(from).as_secs().max(2);
        for (name, review) in &self.rules.model.reviews {
            let mut cast = Cast {
                rng: &mut rng,
                until,
                people: attendees(&self.rules, review, from).into_iter().collect(),
                actions,
            };
            for number in 1..=cast.rng.u32(0..4) {
                let Some(by) = cast.person() else { continue };
                let at = after(from, SignedDuration::from_secs(cast.rng.i64(0..length / 2)));
                let reviewed = |by, done| ActionKind::Reviewed {
                    review: name.clone(),
                    by,
                    done,
                };
                cast.add(at, reviewed(by.clone(), None));
                if cast.percent(50) {
                    let later = SignedDuration::from_secs(cast.rng.i64(0..length));
                    cast.add(after(at, later), reviewed(by, Some(number)));
                }
            }
        }
    }
}
