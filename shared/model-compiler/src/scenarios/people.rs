use std::collections::{BTreeMap, BTreeSet};

use crm::PersonId;

use super::reader::Reader;
use crate::yaml::{node::Node, scalars};

/// What a scenario says of people.
pub(super) struct People {
    pub(super) away: BTreeSet<PersonId>,
    pub(super) open_leads: BTreeMap<PersonId, u32>,
}

/// Who is away, and who has how many open leads; none if something of it cannot be read.
pub(super) fn people(reader: &mut Reader<'_, '_>, node: &Node) -> Option<People> {
    let known = reader.model.people.keys().map(PersonId::as_str);
    let known: Vec<&str> = known.collect();
    let away = match node.get("away") {
        Some(list) => reader.names(list, "a person", known.iter().copied()),
        None => Some(BTreeSet::new()),
    };
    let open_leads = match node.get("open_leads") {
        Some(counts) => open_leads(reader, counts, &known),
        None => Some(BTreeMap::new()),
    };
    let away = away?.iter().map(PersonId::new).collect();
    Some(People {
        away,
        open_leads: open_leads?,
    })
}

fn open_leads(
    reader: &mut Reader<'_, '_>,
    node: &Node,
    known: &[&str],
) -> Option<BTreeMap<PersonId, u32>> {
    reader.words(node, known);
    let mut counts = node.is_mapping().then(BTreeMap::new);
    for (person, _, value) in node.entries() {
        let count = scalars::whole(value).and_then(|count| u32::try_from(count).ok());
        if count.is_none() {
            let what = "here is needed how many open leads somebody has".to_owned();
            reader.problem(value.span, what, "write a whole number, 0 or more");
        }
        let count = count.filter(|_| known.contains(&person));
        counts = counts.zip(count).map(|(mut all, count)| {
            all.insert(PersonId::new(person), count);
            all
        });
    }
    counts
}
