//! Which account a lead belongs to that the CRM associates with none: found by the domain of its mail address,
//! by its own domain or by its name, as the model says. Where several fit, none is taken.

mod alike;
mod free_mail;

use std::collections::BTreeSet;

use crm::{
    Candidates, FieldRef, Matched, MatchedBy, Record, RecordId, RecordKind, SourceName, Value,
    Wanted,
};
use model::{ACCOUNT_DOMAIN, ACCOUNT_NAME, FoundBy, OperatingModel};

use crate::derived::domain_in;

pub use alike::{alike, plain_name};

/// How many of the accounts that fit are named.
const MOST_NAMED: usize = 10;

/// What the CRM is to be asked for, to find the account of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sought {
    /// The field of accounts to look at.
    pub field: &'static str,
    /// The domain, or the word of the name by which it is best found.
    pub text: String,
}

/// How an account is looked for that the CRM does not associate, in the model's order.
pub fn ways(model: &OperatingModel, kind: RecordKind) -> impl Iterator<Item = &FoundBy> {
    let ways = model.account_found_by(kind).iter();
    ways.filter(|way| **way != FoundBy::Association)
}

/// What of a field is looked for in this way.
#[must_use]
pub const fn wanted(way: &FoundBy) -> Wanted {
    match way {
        FoundBy::Name { .. } => Wanted::Word,
        FoundBy::Association | FoundBy::EmailDomain { .. } | FoundBy::Domain(_) => Wanted::Domain,
    }
}

/// What to ask the CRM for, to find the account of a record in this way; none if the record does not say.
#[must_use]
pub fn sought(model: &OperatingModel, way: &FoundBy, record: &Record) -> Option<Sought> {
    let (field, text) = match way {
        FoundBy::Association => return None,
        FoundBy::EmailDomain { of, but_not } => {
            let domain = domain_in(value(record, of)?)?;
            (ACCOUNT_DOMAIN, telling(model, but_not.as_ref(), domain)?)
        }
        FoundBy::Domain(of) => (ACCOUNT_DOMAIN, crm::domain(value(record, of)?.text()?)?),
        FoundBy::Name { of, .. } => {
            let name = value(record, of)?.text()?;
            (ACCOUNT_NAME, alike::telling_word(name)?)
        }
    };
    let fine = wanted(way) == Wanted::Word || is_of_a_company(&text);
    fine.then_some(Sought { field, text })
}

/// A domain of a mail address, if that is no provider's of free mail, and none of this list.
fn telling(model: &OperatingModel, but_not: Option<&String>, domain: String) -> Option<String> {
    let listed = but_not.and_then(|list| model.lists.get(list));
    let listed = listed.is_some_and(|list| {
        let mut values = list.iter().filter_map(Value::text);
        values.any(|value| crm::domain(value).as_ref() == Some(&domain))
    });
    (!listed && !free_mail::is_free_mail(&domain)).then_some(domain)
}

/// The domain of the mail address in this field of a record, if it tells of a company: by it an account would be found,
/// if the model looked for one so.
#[must_use]
pub fn domain_of_company(
    model: &OperatingModel,
    record: &Record,
    mail: &FieldRef,
) -> Option<String> {
    let domain = domain_in(value(record, mail)?)?;
    let but_not = ways(model, record.id.kind).find_map(|way| match way {
        FoundBy::EmailDomain { but_not, .. } => but_not.as_ref(),
        _ => None,
    });
    telling(model, but_not, domain).filter(|it| is_of_a_company(it))
}

/// The longest domain, in bytes (RFC 1035, 2.3.4).
const LONGEST_DOMAIN: usize = 253;

/// What has no dot is no domain that a company has, and a paragraph that somebody typed is none either.
fn is_of_a_company(domain: &str) -> bool {
    domain.contains('.') && domain.len() <= LONGEST_DOMAIN
}

/// What came of looking for the account of a record in this way, with the CRM's id of the one that fits; none
/// if nothing fits.
#[must_use]
pub fn chosen(
    way: &FoundBy,
    record: &Record,
    sought: &Sought,
    candidates: &Candidates,
) -> Option<(Matched, Option<String>)> {
    let (by, fitting) = match way {
        FoundBy::Association => return None,
        FoundBy::EmailDomain { .. } => (MatchedBy::EmailDomain, same(sought, candidates)),
        FoundBy::Domain(_) => (MatchedBy::Domain, same(sought, candidates)),
        FoundBy::Name { of, at_least } => {
            let name = plain_name(value(record, of)?.text()?)?;
            (MatchedBy::Name, much_alike(&name, *at_least, candidates))
        }
    };
    match fitting.as_slice() {
        [(id, alike)] if !candidates.more => {
            let alike = *alike;
            Some((Matched::One { by, alike }, Some((*id).to_owned())))
        }
        [] if !candidates.more => None,
        several => {
            let accounts = several.iter().take(MOST_NAMED);
            let accounts: BTreeSet<String> = accounts.map(|(id, _)| (*id).to_owned()).collect();
            Some((Matched::Several { by, accounts }, None))
        }
    }
}

/// Under what name in the index over accounts those at a domain are found.
#[must_use]
pub fn of_domain(source: &SourceName, domain: &str) -> String {
    format!("{source}:domain:{domain}")
}

/// The domain of an account, where leads are matched by it.
fn domain_of(model: &OperatingModel, account: &Record) -> Option<String> {
    let is_looked_for = account.id.kind == RecordKind::Account && model.matches(RecordKind::Lead);
    let value = account.value(ACCOUNT_DOMAIN).filter(|_| is_looked_for)?;
    crm::domain(value.text()?).filter(|it| is_of_a_company(it))
}

/// The domain that an account had, if it has another one now; of whom it is personal, nothing is told of it.
#[must_use]
pub fn left_domain(model: &OperatingModel, before: &Record, after: &Record) -> Option<String> {
    let told = !model.is_personal(RecordKind::Account, ACCOUNT_DOMAIN);
    let left = domain_of(model, before).filter(|_| told);
    left.filter(|left| domain_of(model, after).as_ref() != Some(left))
}

/// That name, of an account at a domain, and of a record that looked for one by it and has none: whoever comes
/// second finds the other.
#[must_use]
pub fn meets_at(model: &OperatingModel, record: &Record) -> Option<String> {
    let domain = match (record.id.kind, &record.matched) {
        (RecordKind::Account, _) => domain_of(model, record),
        (_, Some(Matched::Nothing | Matched::Several { .. })) => domain_sought(model, record),
        _ => None,
    };
    domain.map(|domain| of_domain(&record.id.source, &domain))
}

/// What to ask the CRM for, to find the account of a record by this; none if the model or the record does not say.
#[must_use]
pub fn sought_by(model: &OperatingModel, by: MatchedBy, record: &Record) -> Option<Sought> {
    let mut ways = ways(model, record.id.kind);
    let way = ways.find(|way| {
        by == match way {
            FoundBy::Domain(_) => MatchedBy::Domain,
            FoundBy::Name { .. } => MatchedBy::Name,
            FoundBy::Association | FoundBy::EmailDomain { .. } => MatchedBy::EmailDomain,
        }
    })?;
    sought(model, way, record)
}

/// The first domain by which an account is looked for.
#[must_use]
pub fn domain_sought(model: &OperatingModel, record: &Record) -> Option<String> {
    let mut by_domain = ways(model, record.id.kind).filter(|way| wanted(way) == Wanted::Domain);
    let sought = by_domain.find_map(|way| sought(model, way, record))?;
    Some(sought.text)
}

/// The accounts of this domain.
fn same<'c>(sought: &Sought, candidates: &'c Candidates) -> Vec<(&'c str, u8)> {
    let found = candidates.found.iter();
    let same = found.filter(|(_, text)| crm::domain(text).as_ref() == Some(&sought.text));
    same.map(|(id, _)| (id.as_str(), 100)).collect()
}

/// The accounts whose name is this one, or else those with one much like it.
fn much_alike<'c>(name: &str, at_least: u8, candidates: &'c Candidates) -> Vec<(&'c str, u8)> {
    let found = candidates.found.iter();
    let fitting = found.filter_map(|(id, text)| {
        let alike = alike(name, &plain_name(text)?);
        (alike >= at_least).then_some((id.as_str(), alike))
    });
    let mut fitting: Vec<_> = fitting.collect();
    if fitting.iter().any(|(_, alike)| *alike == 100) {
        fitting.retain(|(_, alike)| *alike == 100);
    }
    fitting
}

fn value<'r>(record: &'r Record, field: &FieldRef) -> Option<&'r Value> {
    (field.kind == record.id.kind)
        .then(|| record.value(&field.name))
        .flatten()
}

/// What came of looking for an account, as the audit record says it.
pub(crate) fn told(matched: &Matched, account: Option<&RecordId>) -> String {
    let field = |by: &MatchedBy| match by {
        MatchedBy::EmailDomain => "the domain of its mail address",
        MatchedBy::Domain => "its domain",
        MatchedBy::Name => "its name",
    };
    match (matched, account) {
        (Matched::One { by, alike }, Some(account)) => {
            let (account, field) = (account.name(), field(by));
            let strength = match by {
                MatchedBy::Name => format!(", {alike} % alike"),
                MatchedBy::EmailDomain | MatchedBy::Domain => String::new(),
            };
            format!("the CRM associates no account; by {field} it is {account}{strength}")
        }
        (Matched::Several { by, accounts }, _) => {
            let field = field(by);
            let which: Vec<String> = accounts.iter().map(|id| format!("account:{id}")).collect();
            let which = match which.as_slice() {
                [] => "more than can be read".to_owned(),
                which => which.join(", "),
            };
            format!(
                "the CRM associates no account, and by {field} several fit, of which none is taken: {which}"
            )
        }
        (Matched::One { .. } | Matched::Nothing, _) => {
            "the CRM associates no account, and none was found".to_owned()
        }
    }
}
