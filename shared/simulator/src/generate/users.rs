//! The CRM archives somebody, or shows that they are out of office.

use crm::PersonId;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::Generator;
use crate::{
    story::{Action, ActionKind},
    world::after,
};

impl Generator {
    /// Of some stories. It draws from chance of its own, so that what else happens in a story stays as it is.
    pub(super) fn users(
        &self,
        mut rng: Rng,
        (from, until): (Timestamp, Timestamp),
        actions: &mut Vec<Action>,
    ) {
        let who: Vec<&PersonId> = self.may_go().collect();
        let long = until.duration_since(from).as_secs();
        let Some(person) = rng.choice(who).filter(|_| long > 7_200) else {
            return;
        };
        let known = self.rules.model.people.get(person);
        let Some(owner) = known.and_then(|it| it.crm.values().next()).cloned() else {
            return;
        };
        let at = after(from, SignedDuration::from_secs(rng.i64(0..long)));
        let hours = |rng: &mut Rng| SignedDuration::from_mins(rng.i64(10..2_880));
        let lot = rng.u8(0..10);
        let begins = after(at, hours(&mut rng));
        let span = (begins, after(begins, hours(&mut rng)));
        let what = |archived, out_of_office| ActionKind::UserChanged {
            owner: owner.clone(),
            archived,
            out_of_office,
        };
        let first = match lot {
            0..=2 => what(true, None),
            3 | 4 => what(false, Some(span)),
            _ => return,
        };
        actions.push(Action { at, what: first });
        if rng.u8(0..3) == 0 {
            let at = after(at, hours(&mut rng));
            let what = what(false, None);
            actions.push(Action { at, what });
        }
    }

    /// Of each pool that three or more share, all but two: somebody stays.
    fn may_go(&self) -> impl Iterator<Item = &PersonId> {
        let pools = self.rules.model.pools.values();
        let people = pools.flat_map(|pool| {
            let most = pool.weights.len().saturating_sub(2);
            pool.weights.keys().take(most)
        });
        people.filter(|person| {
            let known = self.rules.model.people.get(*person);
            known.is_some_and(|it| it.reports_to.is_some())
        })
    }
}
