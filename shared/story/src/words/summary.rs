mod clock;
mod record;

use contracts::Subject;
use model::Revision;

use crate::{
    now::{Now, PersonNow},
    story::SummaryEntry,
    wording::{Tone, Wording},
};

/// What a record or person is now, entry by entry; the last says by which revision of the model the
/// last decision was taken, if there is one.
pub(crate) fn summary(
    about: &Subject,
    stands: Option<&Now>,
    revision: Option<&Revision>,
) -> Vec<SummaryEntry> {
    let mut entries = match stands {
        Some(Now::Record(record)) => record::entries(record),
        Some(Now::Person(person)) => of_person(person),
        None => {
            let nothing = match about {
                Subject::Record(_) => "no copy of it is kept (any more)",
                Subject::Person(_) => "no open work, and no digest yet",
            };
            vec![SummaryEntry::of("now", nothing)]
        }
    };
    entries.extend(revision.map(|revision| {
        let said = format!("revision {revision}");
        let said = Wording::from(said).say(Tone::Detail, " at the last decision");
        SummaryEntry::of("model", said)
    }));
    entries
}

fn of_person(person: &PersonNow) -> Vec<SummaryEntry> {
    let digests = person.digests.iter();
    let digests: Vec<String> = digests
        .map(|(name, day)| format!("{name} of {day}"))
        .collect();
    let digests = match digests.as_slice() {
        [] => "none yet".to_owned(),
        some => some.join(", "),
    };
    let work = match person.open_work.as_slice() {
        [] => "none".into(),
        some => Wording::from(format!("{}: ", some.len())).records(some),
    };
    let mut entries = vec![
        SummaryEntry::of("digests", digests),
        SummaryEntry::of("open work", work),
    ];
    entries.extend(person.load.as_ref().map(|load| {
        let came = load.came.iter();
        let came: Vec<String> = came
            .map(|(day, count)| format!("{count} for {day}"))
            .collect();
        let came = match came.as_slice() {
            [] => "none came this week".to_owned(),
            some => format!("came: {}", some.join(", ")),
        };
        let open = Wording::from(load.open.to_string());
        SummaryEntry::of("open leads", open.say(Tone::Detail, format!("; {came}")))
    }));
    entries.extend(person.away.iter().map(|span| {
        let said = Wording::of(Tone::Unsure, "from ").time(span.from);
        SummaryEntry::of("away", said.then(" to ").time(span.to))
    }));
    entries
}
