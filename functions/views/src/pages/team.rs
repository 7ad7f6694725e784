use std::collections::BTreeSet;

use crm::PersonId;
use decisions::{
    digests::shown,
    links::{Right, right_of},
    shown::name_of,
};
use maud::{Markup, html};
use model::Scope;
use store::Store;

use super::{not_shown::NotShown, open, reader::Reader};

/// The most people of whom one page is made: each is a query.
const MOST_PEOPLE: usize = 60;

/// Those who report to the reader, over however many others, and the members of the teams that they lead.
pub(super) fn people<S>(reader: &Reader<'_, S>) -> BTreeSet<PersonId> {
    let model = &reader.rules.model;
    let reports = |id: &&PersonId| right_of(model, reader.person, Some(id)) == Some(Right::Manager);
    let mut people: BTreeSet<PersonId> = model.people.keys().filter(reports).cloned().collect();
    people.extend(shown(reader.rules, Scope::Team, reader.person));
    people.remove(reader.person);
    people
}

/// What is open of those whom the reader leads.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
) -> Result<(String, Markup), NotShown> {
    let all = people(reader);
    if all.is_empty() {
        return Err(NotShown::NotTheirs("nobody reports to you"));
    }
    let looked: BTreeSet<PersonId> = all.iter().take(MOST_PEOPLE).cloned().collect();
    let sections = open::of(reader, &looked).await?;
    let model = &reader.rules.model;
    let names: Vec<String> = looked.iter().map(|it| name_of(model, it)).collect();
    let content = html! {
        p { "Of " (names.join(", ")) "." }
        @if all.len() > looked.len() {
            p { (all.len() - looked.len()) " more report to you; their own leads see theirs." }
        }
        (open::markup(reader, &sections, true).await?)
    };
    Ok(("What your team has to do".to_owned(), content))
}
