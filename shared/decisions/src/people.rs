use crm::PersonId;
use model::Recipient;

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
            let known = owner.and_then(|owner| people.get(owner));
            let manager = known.and_then(|known| {
                known.reports_to.clone().or_else(|| {
                    let team = rules.model.teams.get(known.team.as_deref()?)?;
                    Some(team.lead.clone())
                })
            });
            // The head of the company reports to nobody: their own late clocks stay with them.
            manager
                .or_else(|| owner.filter(|owner| people.contains_key(owner)).cloned())
                .into_iter()
                .collect()
        }
    }
}
