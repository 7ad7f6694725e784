//! Signed links: who may act by one, and what it takes to revoke them.

use std::collections::BTreeSet;

use contracts::{DecisionDraft, EventId, Link, Reason, state::LinksState};
use crm::PersonId;
use jiff::Timestamp;
use model::{Digest, OperatingModel, Scope};

use crate::{
    digests::{audience, shown},
    people::manager,
    rules::Rules,
};

/// Why somebody stands over a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// It is theirs.
    Owner,
    /// Its owner reports to them, over however many others.
    Manager,
}

/// By what right somebody acts on a record of this owner; none if they have none. Who is not in the
/// model any more has none, and nobody stands over a record that nobody owns.
#[must_use]
pub fn right_of(
    model: &OperatingModel,
    person: &PersonId,
    owner: Option<&PersonId>,
) -> Option<Right> {
    let owner = owner?;
    if !model.people.contains_key(person) {
        return None;
    }
    if owner == person {
        return Some(Right::Owner);
    }
    let mut met = BTreeSet::new();
    let mut at = owner;
    // A circle of managers is refused by the check; here it would only end the search.
    while met.insert(at) {
        at = manager(model, at)?;
        if at == person {
            return Some(Right::Manager);
        }
    }
    None
}

/// Whether somebody may see why things are as they are with a record of this owner: whoever may act on it, and
/// whoever gets a digest that shows it. Who is not in the model any more sees nothing.
#[must_use]
pub fn may_see(rules: &Rules, person: &PersonId, owner: Option<&PersonId>) -> bool {
    if !rules.model.people.contains_key(person) {
        return false;
    }
    let shows = |digest: &Digest| match digest.shows {
        Scope::Company | Scope::All => true,
        scope @ (Scope::Own | Scope::Team) => {
            owner.is_some_and(|owner| shown(rules, scope, person).contains(owner))
        }
    };
    let mut digests = rules.model.digests.values();
    right_of(&rules.model, person, owner).is_some()
        || digests.any(|digest| shows(digest) && audience(rules, &digest.to).contains(person))
}

/// A decision that links are revoked, and the item it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Revocation {
    /// The decision.
    pub draft: DecisionDraft,
    /// The item of the whole company.
    pub links: LinksState,
}

/// Revokes the links that somebody was given until `now`: all of them, or those of one mail. What no
/// link can need any more is forgotten.
pub fn revoke(
    before: &LinksState,
    person: &PersonId,
    mail: Option<&EventId>,
    now: Timestamp,
) -> Revocation {
    let mut links = before.clone();
    let revoked = links.people.entry(person.clone()).or_default();
    let outcome = match mail {
        Some(mail) => {
            revoked.mails.insert(mail.clone(), now);
            format!("{person}'s links of the mail {mail} are revoked")
        }
        None => {
            revoked.all = Some(revoked.all.map_or(now, |earlier| earlier.max(now)));
            format!("{person}'s links are revoked")
        }
    };
    let needed = |at: &Timestamp| now.duration_since(*at) <= Link::LONGEST;
    for revoked in links.people.values_mut() {
        revoked.all = revoked.all.filter(needed);
        revoked.mails.retain(|_, at| needed(at));
    }
    links
        .people
        .retain(|_, revoked| revoked.all.is_some() || !revoked.mails.is_empty());
    let note = "a link made from now on works again".to_owned();
    let draft = DecisionDraft {
        outcome,
        reasons: vec![Reason::note("links".to_owned(), None, note)],
        ..DecisionDraft::default()
    };
    Revocation { draft, links }
}

#[cfg(test)]
mod tests;
