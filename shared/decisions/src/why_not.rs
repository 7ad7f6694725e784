//! Why a record does not go to somebody: the fewest facts that would have to be others for it to go there.
//!
//! What could be another is found in the tests of the rules: each says by which values it holds and by which it does
//! not. What is found is asked of the rules again before it is told. Facts of other records, times that pass, and
//! whose turn it is in a pool are taken as they are.

mod candidates;
mod of_routing;
mod search;
mod wanted;

use crm::Record;
use jiff::Timestamp;

use crate::{facts::Facts, routing::choose, rules::Rules};

pub(crate) use candidates::Candidate;
pub(crate) use of_routing::of_routing;
pub use wanted::{Answer, Differs, MOST_CHANGES, Wanted, Way, WhyNot};

/// How often the rules are asked at the most, by somebody at a desk: a second or two.
pub const AT_A_DESK: usize = 200_000;

/// How often at the most for a page, which is to be there at once.
pub const ON_A_PAGE: usize = 5_000;

/// Why a record does not go where it is wanted to, asking the rules no more often than so many times.
#[must_use]
pub fn why_not(
    rules: &Rules,
    record: &Record,
    wanted: &Wanted,
    (now, questions): (Timestamp, usize),
) -> WhyNot {
    let choice = choose(&Facts::of(rules, record, now));
    let list = rules.model.routing.get(&record.id.kind);
    let list = list.map_or(&[][..], Vec::as_slice);
    let answer = if wanted.is_met(&rules.model, &choice) {
        Answer::Already
    } else if list.iter().all(|rule| !wanted.may_be(&rules.model, rule)) {
        Answer::NoRuleLeadsThere
    } else {
        match search::ways(rules, record, wanted, (now, questions)) {
            (ways, gave_up) if ways.is_empty() => Answer::NoneFound { gave_up },
            (ways, _) => Answer::Ways(ways),
        }
    };
    WhyNot {
        rule: choice.rule,
        leads: choice.chosen.into(),
        answer,
    }
}
