//! What must hold once the faults are over and the world is at rest, one invariant a file.

mod approved;
mod archived;
mod at_rest;
mod behaved;
mod breakers;
mod causes;
mod chains;
mod copies;
mod counts;
mod crm_shows;
mod deadlines;
mod edges;
mod effects;
mod erased;
mod excepted;
mod explained;
mod follows;
mod former;
mod hand_offs;
mod handled;
mod hours;
mod inputs;
mod judged;
mod kinds;
mod lanes;
mod leavers;
mod left_alone;
mod mailed;
mod matched;
mod merged;
mod metrics;
mod newer_edits;
mod nights;
mod others;
mod personal;
mod rests;
mod reviews;
mod routed;
mod same_person;
mod seen;
mod shadow;
mod shares;
mod signals;
mod starts;
mod steps;
mod told;
mod traded;
mod turns;
mod waits;

#[cfg(test)]
mod tests;

use std::fmt;

pub use self::seen::Seen;

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The invariant's name.
    pub invariant: &'static str,
    /// What it found.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.what)
    }
}

/// Says what does not hold.
type Invariant = fn(&Seen<'_>) -> Vec<String>;

/// Every invariant by its name.
const INVARIANTS: [(&str, Invariant); 48] = [
    ("at rest", at_rest::violations),
    ("everything is handled", handled::violations),
    ("nothing fails without a cause", explained::violations),
    ("the copies are the CRM's records", copies::violations),
    ("every lead is routed once or waits", routed::violations),
    (
        "what people do counts once, in its stretch",
        behaved::violations,
    ),
    (
        "whose the leads of a domain were last is what they say",
        former::violations,
    ),
    (
        "every deadline is handled once, none early",
        deadlines::violations,
    ),
    ("every wait ends", waits::violations),
    ("what a stage starts is started", starts::violations),
    (
        "a clock of a kind is met by that kind alone",
        kinds::violations,
    ),
    ("the newest copy is judged", judged::violations),
    (
        "every effect is done once or visibly failed",
        effects::violations,
    ),
    ("the CRM shows what was decided last", crm_shows::violations),
    (
        "nobody is mailed a record that the CRM did not take as theirs",
        mailed::violations,
    ),
    ("no newer edit is overwritten", newer_edits::violations),
    ("no personal value outside the copies", personal::violations),
    ("whoever is erased is forgotten", erased::violations),
    (
        "stages are entered and left in turn, as the gates let it",
        edges::violations,
    ),
    (
        "a step of a deviation happens once an opening",
        steps::violations,
    ),
    (
        "nobody is turned back too often, and what is held is counted",
        breakers::violations,
    ),
    (
        "an exception counts until its end, and is over once",
        excepted::violations,
    ),
    (
        "what is answered to a reminder rests until its end",
        rests::violations,
    ),
    (
        "an approval is asked for once of its values, and counts for no others",
        approved::violations,
    ),
    (
        "a change that needs a yes is asked for, and put back without it",
        traded::violations,
    ),
    (
        "nothing leaves one team without arriving at the other",
        hand_offs::violations,
    ),
    ("what follows is there once", follows::violations),
    (
        "what is on no journey is left alone",
        left_alone::violations,
    ),
    (
        "what somebody had who has left goes on",
        leavers::violations,
    ),
    (
        "whom the CRM has archived gets nothing more",
        archived::violations,
    ),
    (
        "the leads of a person know each other",
        same_person::violations,
    ),
    (
        "nothing is written before a shadow month is over",
        shadow::violations,
    ),
    ("shares stay within their bound", shares::violations),
    ("a turn that is held ends once", turns::violations),
    ("open counts are what is open", counts::violations),
    (
        "live metrics are what a recount of the copies says",
        metrics::violations,
    ),
    (
        "each night counts what time has changed",
        nights::violations,
    ),
    (
        "a signal opens and is over in turn, and is told once",
        signals::violations,
    ),
    ("what is counted is there", others::violations),
    ("a lead has the account that fits it", matched::violations),
    ("what was merged gives its turn back", merged::violations),
    ("every cause reaches back", causes::violations),
    (
        "every state is the fold of its audit records",
        inputs::violations,
    ),
    ("every decision is found by its hour", hours::violations),
    ("a digest knows what the one before told", told::violations),
    (
        "a review's pack goes out once on its day, with every action that is not done",
        reviews::violations,
    ),
    ("what follows from bulk goes its way", lanes::violations),
    (
        "no more than eight actions of ours in a row",
        chains::violations,
    ),
];

/// What does not hold.
#[must_use]
pub fn all(seen: &Seen<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    for (name, invariant) in INVARIANTS {
        let wrong = invariant(seen).into_iter();
        found.extend(wrong.map(|what| Violation {
            invariant: name,
            what,
        }));
    }
    found
}
