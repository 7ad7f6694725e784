use contracts::state::RoutingState;
use crm::{PersonId, Record};
use model::{OperatingModel, Recipient};

use crate::rules::Rules;

/// Who it is that is told, of a record with this owner. Nobody is told twice; the order is kept.
///
/// A manager who is not there (nobody to report to, or an owner the model does not know) is
/// replaced by the lead of the owner's team, so that an escalation never ends with nobody as long
/// as the model knows anyone to ask.
#[must_use]
pub fn recipients(who: &Recipient, owner: Option<&PersonId>, rules: &Rules) -> Vec<PersonId> {
    let people = &rules.model.people;
    match who {
        Recipient::Person(person) => vec![person.clone()],
        Recipient::Team(team) => people
            .iter()
            .filter(|(_, person)| person.team.as_deref() == Some(team))
            .map(|(id, _)| id.clone())
            .collect(),
        Recipient::Owner => owner
            .filter(|owner| people.contains_key(owner))
            .cloned()
            .into_iter()
            .collect(),
        Recipient::Manager => {
            let manager = owner
                .and_then(|owner| manager(&rules.model, owner))
                .cloned();
            // The head of the company reports to nobody: their own late clocks stay with them.
            manager
                .or_else(|| owner.filter(|owner| people.contains_key(owner)).cloned())
                .into_iter()
                .collect()
        }
    }
}

/// Who somebody reports to: the person named, else the lead of their team.
pub(crate) fn manager<'a>(model: &'a OperatingModel, person: &PersonId) -> Option<&'a PersonId> {
    let person = model.people.get(person)?;
    person.reports_to.as_ref().or_else(|| {
        let team = model.teams.get(person.team.as_deref()?)?;
        Some(&team.lead)
    })
}

/// Whose a record is: whom the copy shows, unless it was taken from them since; until the CRM's echo has
/// reached the copy, whom lead-routing gave it.
#[must_use]
pub fn owner_of<'a>(record: &'a Record, routing: Option<&'a RoutingState>) -> Option<&'a PersonId> {
    let taken =
        |owner: &&PersonId| routing.is_some_and(|routing| routing.taken_from.contains(*owner));
    let shown = record.owner().filter(|owner| !taken(owner));
    shown.or_else(|| routing.and_then(|routing| routing.owner.as_ref()))
}
