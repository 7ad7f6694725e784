//! Who takes over what is handed to a team, and who may say what becomes of it.

use crm::PersonId;
use model::OperatingModel;

use crate::links::right_of;

/// Who is to take over what is handed to a team: whose record it is, if they are of that team, else its lead; none
/// if the model has no such team any more.
#[must_use]
pub fn receiver(model: &OperatingModel, team: &str, owner: Option<&PersonId>) -> Option<PersonId> {
    let own = owner.filter(|owner| is_of(model, team, owner));
    own.or_else(|| model.teams.get(team).map(|it| &it.lead))
        .cloned()
}

/// Whether somebody is of a team, or leads it.
#[must_use]
pub fn is_of(model: &OperatingModel, team: &str, person: &PersonId) -> bool {
    let leads = model.teams.get(team).is_some_and(|it| it.lead == *person);
    let known = model.people.get(person);
    leads || known.is_some_and(|known| known.team.as_deref() == Some(team))
}

/// Whether somebody may accept or refuse what is handed to a team: who is of it, leads it, or stands above its lead.
#[must_use]
pub fn may_answer(model: &OperatingModel, team: &str, person: &PersonId) -> bool {
    let lead = model.teams.get(team).map(|it| &it.lead);
    model.people.contains_key(person)
        && (is_of(model, team, person) || right_of(model, person, lead).is_some())
}
