//! Who is away: entered, ended early, taken back.

mod kept;
mod of_crm;
mod words;

use contracts::state::{Absence, AbsencesState, Span};
use crm::PersonId;
use jiff::{SignedDuration, Timestamp};

use crate::rules::Rules;
use kept::{KEPT_DAYS, beside, changed, days, is_long_ago, kept};

pub use kept::Changed;
pub use of_crm::{InCrm, seen_in_crm};
pub use words::{told, until};

/// The longest absence, in days. What is longer is a mistyped year, or no absence.
const LONGEST_DAYS: i64 = 2 * 366;

/// The most characters of a reason. The item is read with every lead that is routed.
const LONGEST_REASON: usize = 100;

/// Why an absence cannot be entered or ended so. Times are told where the person is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbsenceError {
    /// It would be over before it begins.
    #[error("that absence ends before it begins: it would be {0}")]
    EndsBeforeItBegins(String),
    /// Nothing follows from it any more.
    #[error("that absence was over more than {KEPT_DAYS} days ago, so nothing follows from it")]
    LongAgo,
    /// It is longer than an absence can be.
    #[error("that absence is longer than two years: is the year right? It would be {0}")]
    TooLong(String),
    /// The reason is too long to be kept.
    #[error(
        "the reason has {0} characters, and there is room for {LONGEST_REASON}: a word or two will do"
    )]
    LongReason(usize),
    /// Who is away covers for nobody, and least for themselves.
    #[error("{0} cannot cover for themselves: name somebody who is there")]
    CoversThemselves(PersonId),
    /// All of it is known.
    #[error("{person} is away then already: {known}")]
    Known {
        /// Who.
        person: PersonId,
        /// The absence that is known.
        known: String,
    },
    /// The CRM says so, and would say it again.
    #[error(
        "that {person} is away {span} is what {source_name} says: change it there; the next look, within the hour, sees it"
    )]
    OfCrm {
        /// Who.
        person: PersonId,
        /// When.
        span: String,
        /// Which CRM.
        source_name: String,
    },
    /// The person is not away at that time.
    #[error("{person} is not away {at}{next}")]
    NotAway {
        /// Who.
        person: PersonId,
        /// The time.
        at: String,
        /// What is known instead.
        next: String,
    },
    /// More than one absence could be meant.
    #[error("{person} has more than one absence: {spans}; say with --from which one is taken back")]
    Several {
        /// Who.
        person: PersonId,
        /// All of them.
        spans: String,
    },
}

/// Enters an absence. One that overlaps or touches a known one becomes one with it.
///
/// # Errors
/// If it makes no sense, is too long ago, or says nothing new.
pub fn enter(
    rules: &Rules,
    before: &AbsencesState,
    person: &PersonId,
    absence: Absence,
    now: Timestamp,
) -> Result<Changed, AbsenceError> {
    let zone = rules.zone_of(person);
    let span = absence.span;
    let long = span.to.duration_since(span.from);
    if long <= SignedDuration::ZERO {
        return Err(AbsenceError::EndsBeforeItBegins(told(&span, zone)));
    }
    if long > days(LONGEST_DAYS) {
        return Err(AbsenceError::TooLong(told(&span, zone)));
    }
    if is_long_ago(&span, now) {
        return Err(AbsenceError::LongAgo);
    }
    let letters = absence.reason.as_deref().map_or(0, |it| it.chars().count());
    if letters > LONGEST_REASON {
        return Err(AbsenceError::LongReason(letters));
    }
    if absence.cover.as_ref() == Some(person) {
        return Err(AbsenceError::CoversThemselves(person.clone()));
    }
    let covers = |known: &&Absence| {
        let by_hand = known.of.is_none();
        let within = known.span.from <= span.from && span.to <= known.span.to;
        by_hand && within && (absence.cover.is_none() || absence.cover == known.cover)
    };
    if let Some(known) = before.of(person).find(covers) {
        return Err(AbsenceError::Known {
            person: person.clone(),
            known: told(&known.span, zone),
        });
    }
    let cover = absence.cover.clone();
    let mut after = kept(before, now);
    let all = after.people.entry(person.clone()).or_default();
    let told_by_crm: Vec<Absence> = all.extract_if(.., |it| it.of.is_some()).collect();
    let joined = join(all, absence);
    beside(all, told_by_crm);
    let covered = cover.map_or_else(String::new, |cover| format!("; {cover} covers for them"));
    let outcome = format!("{person} is away {}{covered}", told(&span, zone));
    let mut note = "entered by hand".to_owned();
    if joined != span {
        note = format!(
            "{note}; together with what was known, they are away {}",
            told(&joined, zone)
        );
    }
    Ok(changed(rules, person, after, (span, true), outcome, note))
}

/// Ends the absence in which `at` lies at that instant.
///
/// # Errors
/// If the person is not away then.
pub fn back(
    rules: &Rules,
    before: &AbsencesState,
    person: &PersonId,
    at: Timestamp,
    now: Timestamp,
) -> Result<Changed, AbsenceError> {
    let zone = rules.zone_of(person);
    let Some(absence) = before.at(person, at).cloned() else {
        return Err(AbsenceError::NotAway {
            person: person.clone(),
            at: format!("at {}", words::moment(at, zone)),
            next: known(rules, before, person, now),
        });
    };
    if absence.of.is_some() {
        return Err(refusal(rules, person, &absence));
    }
    let mut after = kept(before, now);
    let all = after.people.entry(person.clone()).or_default();
    all.retain(|it| it.span != absence.span);
    if at > absence.span.from {
        let span = Span {
            to: at,
            ..absence.span
        };
        all.push(Absence { span, ..absence });
        all.sort_by_key(|it| it.span);
    }
    let rest = Span {
        from: at,
        to: absence.span.to,
    };
    let outcome = format!("{person} is back, {}", words::moment(at, zone));
    let note = format!(
        "ended by hand; they would have been away until {}",
        until(rest.to, zone)
    );
    Ok(changed(rules, person, after, (rest, false), outcome, note))
}

/// Takes back an absence that is not over: the one that begins at `from`, or the only one.
///
/// # Errors
/// If there is none, or more than one.
pub fn cancel(
    rules: &Rules,
    before: &AbsencesState,
    person: &PersonId,
    from: Option<Timestamp>,
    now: Timestamp,
) -> Result<Changed, AbsenceError> {
    let zone = rules.zone_of(person);
    let meant = before.of(person);
    let meant = meant.filter(|it| it.span.to > now && from.is_none_or(|from| it.span.from == from));
    let (told_by_crm, by_hand): (Vec<&Absence>, Vec<&Absence>) =
        meant.partition(|it| it.of.is_some());
    let meant: Vec<Span> = by_hand.into_iter().map(|absence| absence.span).collect();
    let span = match (meant.as_slice(), told_by_crm.first()) {
        ([one], _) => *one,
        ([], Some(told)) => return Err(refusal(rules, person, told)),
        ([], None) => {
            let at = from.map_or_else(
                || "now or later".to_owned(),
                |from| format!("from {} on", words::moment(from, zone)),
            );
            return Err(AbsenceError::NotAway {
                person: person.clone(),
                at,
                next: known(rules, before, person, now),
            });
        }
        (several, _) => {
            let spans: Vec<String> = several.iter().map(|span| told(span, zone)).collect();
            return Err(AbsenceError::Several {
                person: person.clone(),
                spans: spans.join("; "),
            });
        }
    };
    let mut after = kept(before, now);
    let all = after.people.entry(person.clone()).or_default();
    all.retain(|it| it.span != span);
    let outcome = format!("{person} is not away {} after all", told(&span, zone));
    let note = "taken back by hand".to_owned();
    Ok(changed(rules, person, after, (span, false), outcome, note))
}

/// Adds an absence and makes one of all that overlap or touch it; the later reason and cover stay.
fn join(all: &mut Vec<Absence>, mut absence: Absence) -> Span {
    let touches = |one: &Span, other: &Span| one.from <= other.to && other.from <= one.to;
    let (mut together, apart): (Vec<Absence>, Vec<Absence>) = all
        .drain(..)
        .partition(|it| touches(&it.span, &absence.span));
    for other in together.drain(..) {
        absence.span.from = absence.span.from.min(other.span.from);
        absence.span.to = absence.span.to.max(other.span.to);
        absence.reason = absence.reason.or(other.reason);
        absence.cover = absence.cover.or(other.cover);
    }
    let span = absence.span;
    *all = apart;
    all.push(absence);
    all.sort_by_key(|it| it.span);
    span
}

fn known(rules: &Rules, before: &AbsencesState, person: &PersonId, now: Timestamp) -> String {
    let zone = rules.zone_of(person);
    let coming = before.of(person).filter(|absence| absence.span.to > now);
    let spans: Vec<String> = coming.map(|it| told(&it.span, zone)).collect();
    if spans.is_empty() {
        "; no absence of theirs is known".to_owned()
    } else {
        format!("; they are away {}", spans.join("; "))
    }
}

/// That only the CRM can change what it says.
fn refusal(rules: &Rules, person: &PersonId, absence: &Absence) -> AbsenceError {
    AbsenceError::OfCrm {
        person: person.clone(),
        span: told(&absence.span, rules.zone_of(person)),
        source_name: absence
            .of
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
    }
}
