//! Who gets which digest now: each person once a day, in their own morning.

mod adherence;
mod company;
mod content;
mod news;

use std::{collections::BTreeSet, ptr};

use contracts::{
    DecisionDraft, DigestRequested, EventData, Reason,
    state::{DigestState, Told},
};
use crm::PersonId;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use model::{Audience, Digest, Scope};

use crate::{
    people::gone,
    recurrence::recurs,
    rules::{Rules, Staffing},
};

pub use adherence::{Adherence, adherence};
pub use company::{Count, Excepted, by_team, excepted, loads};
pub use content::{
    LONGEST_PART, Morning, OpenRecord, Section, Thing, Work, content, count, open_parts,
};
pub use news::{News, told};

/// How long after its time a digest is still sent, if a tick was missed (4 hours, in seconds).
/// Later than that it would be no morning mail any more; the next day's says the same.
const STILL_SENT: i64 = 4 * 3600;

/// A digest that may be sent now, unless it was sent today already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// To whom.
    pub to: PersonId,
    /// The digest's name.
    pub digest: String,
    /// For which of the recipient's days.
    pub day: Date,
}

/// The digests whose time has come, by the model alone. Nothing is read for them before.
#[must_use]
pub fn candidates(staffing: &Staffing, now: Timestamp) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (name, digest) in &staffing.model.digests {
        // It is morning nowhere for most of the day, and then nobody is asked for.
        let mut zones = staffing.zones();
        if zones.all(|zone| morning(zone, digest, now).is_none()) {
            continue;
        }
        // The people of one calendar share its time zone, and so its morning.
        let mut mornings: Vec<(&TimeZone, Option<Date>)> = Vec::new();
        let there = |to: &PersonId| gone(staffing, to, now).is_none();
        for to in audience(staffing, &digest.to).into_iter().filter(there) {
            let zone = staffing.zone_of(&to);
            let known = mornings.iter().find(|(known, _)| ptr::eq(*known, zone));
            let morning = match known {
                Some((_, morning)) => *morning,
                None => {
                    let morning = morning(zone, digest, now);
                    mornings.push((zone, morning));
                    morning
                }
            };
            if let Some(day) = morning.filter(|day| is_on(staffing, digest, &to, *day)) {
                found.push(Candidate {
                    to,
                    digest: name.clone(),
                    day,
                });
            }
        }
    }
    found
}

/// The day in a time zone, if it is the time of a digest there.
fn morning(zone: &TimeZone, digest: &Digest, now: Timestamp) -> Option<Date> {
    let today = now.to_zoned(zone.clone()).date();
    let due = today
        .to_datetime(digest.at)
        .to_zoned(zone.clone())
        .ok()?
        .timestamp();
    let late = now.duration_since(due);
    let still = !late.is_negative() && late <= SignedDuration::from_secs(STILL_SENT);
    still.then_some(today)
}

/// Whether a person gets a digest on a day.
fn is_on(staffing: &Staffing, digest: &Digest, to: &PersonId, today: Date) -> bool {
    let works = |day| {
        let calendar = staffing.calendar_of(to);
        calendar.is_some_and(|calendar| calendar.is_working_day(day))
    };
    recurs(digest.every, today, works)
}

/// The people who get a digest of this audience, each once, ordered by name.
#[must_use]
pub fn audience(rules: &Rules, audience: &Audience) -> BTreeSet<PersonId> {
    let model = &rules.model;
    match audience {
        Audience::People(people) => people.iter().cloned().collect(),
        Audience::TeamLeads => model.teams.values().map(|team| team.lead.clone()).collect(),
        Audience::Team(team) => members(rules, team).collect(),
        // Whoever the CRM knows may own something; `decide` leaves out those who own nothing.
        Audience::Owners => {
            let known = model.people.iter();
            let known = known.filter(|(id, person)| !person.crm.is_empty() || in_a_pool(rules, id));
            known.map(|(id, _)| id.clone()).collect()
        }
    }
}

/// The people who see to what no seller can: whoever gets a digest that shows everything.
#[must_use]
pub fn operators(rules: &Rules) -> BTreeSet<PersonId> {
    let digests = rules.model.digests.values();
    digests
        .filter(|digest| digest.shows == Scope::All)
        .flat_map(|digest| audience(rules, &digest.to))
        .collect()
}

/// The people who see what is the whole company's: whoever gets a digest that shows it, and those who see to what no
/// seller can.
#[must_use]
pub fn overseers(rules: &Rules) -> BTreeSet<PersonId> {
    let digests = rules.model.digests.values();
    digests
        .filter(|digest| matches!(digest.shows, Scope::Company | Scope::All))
        .flat_map(|digest| audience(rules, &digest.to))
        .collect()
}

fn in_a_pool(rules: &Rules, person: &PersonId) -> bool {
    let mut pools = rules.model.pools.values();
    pools.any(|pool| pool.weights.contains_key(person))
}

fn members(rules: &Rules, team: &str) -> impl Iterator<Item = PersonId> {
    let people = rules.model.people.iter();
    people
        .filter(move |(_, person)| person.team.as_deref() == Some(team))
        .map(|(id, _)| id.clone())
}

/// Whose work a digest shows to a person.
#[must_use]
pub fn shown(rules: &Rules, scope: Scope, to: &PersonId) -> BTreeSet<PersonId> {
    match scope {
        Scope::Own => BTreeSet::from([to.clone()]),
        Scope::Company | Scope::All => rules.model.people.keys().cloned().collect(),
        Scope::Team => {
            let led = rules
                .model
                .teams
                .iter()
                .filter(|(_, team)| team.lead == *to);
            let mut shown: BTreeSet<_> = led.flat_map(|(name, _)| members(rules, name)).collect();
            shown.insert(to.clone());
            shown
        }
    }
}

/// Everything that a digest would show now.
#[derive(Debug, Clone, Copy)]
pub struct Content<'a> {
    /// Its parts that show what is open.
    pub sections: &'a [Section],
    /// The work that they are of.
    pub work: Work<'a>,
    /// How many exceptions it shows.
    pub excepted: usize,
    /// As of when.
    pub now: Timestamp,
}

/// Whether a digest is left out, since it would show nothing: nothing that is open or excused, and nothing that is
/// over since the last one.
#[must_use]
pub fn is_left_out(
    rules: &Rules,
    (to, digest): (&PersonId, &Digest),
    content: &Content<'_>,
    last: Option<&Told>,
) -> bool {
    let owns_nothing = digest.to == Audience::Owners && !in_a_pool(rules, to);
    let over = News::since(last, content.work).over(content.sections);
    let empty = count(content.sections) == 0 && content.excepted == 0 && over.is_empty();
    empty && (digest.skip_when_empty || owns_nothing)
}

/// Decides about one candidate, given when the person last got this digest and what it would show now. None: it was
/// sent, or passed over, today already. One that is left out tells nothing, so the next is compared with the last that
/// was sent.
#[must_use]
pub fn decide(
    rules: &Rules,
    candidate: &Candidate,
    before: Option<&DigestState>,
    content: &Content<'_>,
) -> Option<(DecisionDraft, DigestState)> {
    if before.is_some_and(|before| before.day >= candidate.day) {
        return None;
    }
    let digest = rules.model.digests.get(&candidate.digest)?;
    let last = before.and_then(|before| before.told.clone());
    let left_out = is_left_out(rules, (&candidate.to, digest), content, last.as_ref());
    let news = News::since(last.as_ref(), content.work);
    let told = match left_out {
        true => last.clone(),
        false => Some(told(content.sections, &news, content.now)),
    };
    let records = count(content.sections);
    let over = news.over(content.sections).len();
    let mut beside = String::new();
    for (number, what) in [(content.excepted, "excused"), (over, "over since the last")] {
        if number > 0 {
            beside = format!("{beside}, {number} {what}");
        }
    }
    let after = DigestState {
        day: candidate.day,
        told,
        before: last,
    };
    let note = format!(
        "{} at {}, {records} record(s) to show{beside}",
        candidate.day,
        digest.at.strftime("%H:%M")
    );
    let mut draft = DecisionDraft {
        reasons: vec![Reason::note(
            format!("digests.{}", candidate.digest),
            Some(digest.place),
            note,
        )],
        outcome: format!("digest {} sent", candidate.digest),
        ..DecisionDraft::default()
    };
    if left_out {
        draft.outcome = format!("digest {} left out: nothing to show", candidate.digest);
    } else {
        draft
            .emits
            .push(EventData::DigestRequested(DigestRequested {
                to: candidate.to.clone(),
                digest: candidate.digest.clone(),
                day: candidate.day,
            }));
    }
    Some((draft, after))
}
