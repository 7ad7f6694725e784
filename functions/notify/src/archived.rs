//! A CRM has archived somebody of the model, which does not say that they have left.

use crm::{PersonId, SourceName};
use model::Place;

use crate::letter::{Block, Letter, Writer};

/// The letter to those who see to it.
pub(crate) fn letter(
    writer: &Writer<'_>,
    person: &PersonId,
    source: &SourceName,
    place: Option<Place>,
) -> Letter {
    let name = writer.name_of(person);
    let at = place.map_or_else(|| "people.yaml".to_owned(), |place| place.to_string());
    let blocks = vec![
        Block::Say(format!(
            "{name} cannot own records in the CRM any more: {source} has archived them. From now on nothing is given \
             to them, and what becomes of their open records is what the model says of leavers. Mails go to them \
             until the model says that they have left."
        )),
        Block::Say(format!(
            "If they have left, write `left:` with their first day off at {at}, and deploy that. If they are archived \
             by mistake, restore them in the CRM: the next look, within the hour, sees it, and they get records again; \
             what was given to others meanwhile stays theirs. You hear of this once."
        )),
    ];
    writer.letter(&format!("Archived in the CRM: {name}"), blocks)
}
