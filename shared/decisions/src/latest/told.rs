//! How it is told which other lead of the domain was whose.

use std::collections::BTreeSet;

use contracts::Finding;
use crm::{FieldRef, Latest, OWNER};

use super::{asking, counts};
use crate::{derived::domain_in, facts::Facts, shown::spoken};

/// Where what was found goes by it, which lead was whose and since when: `lead:100001 of kranich.example became anna's on
/// Mon 19 Oct 2026, 36 days ago`. None if nothing goes by it.
pub(crate) fn behind_findings(facts: &Facts<'_>, findings: &[Finding]) -> Option<String> {
    let (model, record) = (&facts.rules.model, facts.record);
    if record.latest.is_empty() {
        return None;
    }
    let tested = findings.iter().filter_map(|it| it.field.parse().ok());
    let tested: Vec<FieldRef> = tested.collect();
    let asked = tested.iter().flat_map(|field| model.field_asks(field));
    let asked: BTreeSet<FieldRef> = asked.collect();
    let said: Vec<String> = asking(model)
        .filter(|(field, _)| asked.contains(field))
        .filter_map(|(field, latest)| {
            let mail = record.value(&latest.mail.name);
            let domain = mail.and_then(domain_in);
            let of = domain.unwrap_or_else(|| "the same domain".to_owned());
            Some(told(
                facts,
                &of,
                counts(field, latest, facts)?,
                &latest.person,
            ))
        })
        .collect();
    (!said.is_empty()).then(|| said.join(", "))
}

fn told(facts: &Facts<'_>, domain: &str, latest: &Latest, field: &FieldRef) -> String {
    let (lead, person) = (latest.record.name(), &latest.person);
    let days = facts.ago(latest.at).as_hours() / 24;
    let ago = match days {
        0 => "today".to_owned(),
        1 => "a day ago".to_owned(),
        days => format!("{days} days ago"),
    };
    let at = latest.at.to_zoned(facts.rules.company_zone().clone());
    let since = at.strftime("%a %d %b %Y");
    match field.name.as_str() {
        OWNER => format!("{lead} of {domain} became {person}'s on {since}, {ago}"),
        name => {
            let name = spoken(name);
            format!("{lead} of {domain} got {person} as {name} on {since}, {ago}")
        }
    }
}
