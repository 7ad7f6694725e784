//! What a CRM says of its users: whom it has archived, and who is out of office.

use contracts::{
    DecisionDraft, EventData, Notice, Reason,
    state::{Absence, AbsencesState, Archived, Span},
};
use crm::{PersonId, SourceName};
use jiff::Timestamp;

use super::{
    kept::{Changed, OF_CRM_DAYS, beside, days, kept},
    words::told,
};
use crate::{digests::operators, people::gone, rules::Rules};

/// The most times of one person that are kept.
const MOST: usize = 10;

/// What a look saw of one person in a CRM.
#[derive(Debug, Clone, Copy)]
pub struct InCrm<'a> {
    /// Which CRM.
    pub source: &'a SourceName,
    /// Whether it has archived them.
    pub archived: bool,
    /// When they are out of office, each from its first instant to the first after it; none if it does not tell.
    pub out_of_office: Option<&'a [(Timestamp, Timestamp)]>,
}

/// What changes by what a look saw of somebody; none if nothing does. By these `rules`, without what is known of the
/// CRM: of whom the model says that they have left, it is nothing new that they are archived.
#[must_use]
pub fn seen_in_crm(
    rules: &Rules,
    before: &AbsencesState,
    person: &PersonId,
    seen: &InCrm<'_>,
    now: Timestamp,
) -> Option<Changed> {
    let mut absences = kept(before, now);
    let mut said = Vec::new();
    let mut emits = Vec::new();
    let is_gone = gone(rules, person, now).is_some();
    let known = absences.archived.get(person);
    let ours = known.is_none_or(|it| it.source == *seen.source);
    match (known.is_some(), seen.archived && !is_gone) {
        (false, true) => {
            let archived = Archived {
                source: seen.source.clone(),
                seen: now,
            };
            absences.archived.insert(person.clone(), archived);
            said.push(format!(
                "{person} is archived in {}: nothing more comes to them",
                seen.source
            ));
            emits.extend(told_to_operators(rules, person, seen.source));
        }
        (true, false) if ours => {
            absences.archived.remove(person);
            said.push(match is_gone {
                true => format!("the model says itself that {person} has left"),
                false => format!("{person} is in {} again", seen.source),
            });
        }
        _ => {}
    }
    let old = absences.people.remove(person).unwrap_or_default();
    let new = out_of_office(&old, seen, now);
    let zone = rules.zone_of(person);
    for (these, others, away) in [(&new, &old, true), (&old, &new, false)] {
        for it in these.iter().filter(|it| !others.contains(it)) {
            let span = told(&it.span, zone);
            let words = if away {
                "out of office"
            } else {
                "not out of office any more"
            };
            said.push(format!(
                "{person} is {words} {span}, as {} says",
                seen.source
            ));
            emits.push(EventData::AbsenceChanged {
                person: person.clone(),
                from: it.span.from,
                to: it.span.to,
                away,
            });
        }
    }
    if !new.is_empty() {
        absences.people.insert(person.clone(), new);
    }
    absences.people.retain(|_, all| !all.is_empty());
    if said.is_empty() {
        return None;
    }
    let place = rules.model.people.get(person).map(|known| known.place);
    let note = format!("a look at the users of {}", seen.source);
    let draft = DecisionDraft {
        outcome: said.join("; "),
        reasons: vec![Reason::note(format!("people.{person}"), place, note)],
        emits,
        ..DecisionDraft::default()
    };
    Some(Changed { draft, absences })
}

fn told_to_operators(
    rules: &Rules,
    person: &PersonId,
    source: &SourceName,
) -> impl Iterator<Item = EventData> {
    let place = rules.model.people.get(person).map(|known| known.place);
    let (person, source) = (person.clone(), source.clone());
    operators(rules)
        .into_iter()
        .map(move |to| EventData::NoticeRequested {
            to,
            notice: Notice::Archived {
                person: person.clone(),
                source: source.clone(),
                place,
            },
        })
}

/// The absences of somebody after a look: what was entered by hand, what is over, and what the CRM says of today and
/// the days ahead. What it does not say any more is over now.
fn out_of_office(old: &[Absence], seen: &InCrm<'_>, now: Timestamp) -> Vec<Absence> {
    let Some(spans) = seen.out_of_office else {
        return old.to_vec();
    };
    let of_it = |it: &&Absence| it.of.as_ref() == Some(seen.source);
    let (its, mut all): (Vec<&Absence>, Vec<&Absence>) = old.iter().partition(of_it);
    let mut all: Vec<Absence> = all.drain(..).cloned().collect();
    let begun = its.into_iter().filter(|it| it.span.from < now);
    let soon = now.checked_add(days(OF_CRM_DAYS)).unwrap_or(now);
    let told = joined(spans);
    let coming = told.iter().filter(|it| it.to > now && it.from < soon);
    let coming: Vec<Span> = coming.take(MOST).copied().collect();
    let over = begun.filter_map(|it| {
        let goes_on = coming.iter().any(|span| span.overlaps(&it.span));
        let span = match goes_on {
            true => return None,
            false => Span {
                to: it.span.to.min(now),
                ..it.span
            },
        };
        Some(span)
    });
    let spans: Vec<Span> = over.chain(coming.iter().copied()).collect();
    let absences = spans.into_iter().map(|span| Absence {
        span,
        reason: None,
        cover: None,
        of: Some(seen.source.clone()),
    });
    beside(&mut all, absences.collect());
    all
}

/// Times in their order, each apart from the next.
fn joined(spans: &[(Timestamp, Timestamp)]) -> Vec<Span> {
    let mut spans: Vec<Span> = spans
        .iter()
        .map(|(from, to)| Span {
            from: *from,
            to: *to,
        })
        .collect();
    spans.sort();
    let mut all: Vec<Span> = Vec::new();
    for span in spans {
        match all.last_mut().filter(|last| span.from <= last.to) {
            Some(last) => last.to = last.to.max(span.to),
            None => all.push(span),
        }
    }
    all
}
