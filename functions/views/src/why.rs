//! Why things are as they are with a record: sentences first, each with its exact reasons, values and lines of the
//! model folded behind it; then what happens next, and what happened. It reads, and offers nothing to do.

mod approvals;
mod differ;
mod next;
mod past;
mod reader;
mod reasons;
mod sentences;
mod standing;

use contracts::Subject;
use crm::{PersonId, Record, RecordId};
use decisions::Rules;
use jiff::Timestamp;
use maud::{Markup, html};
use store::{Store, StoreError};
use story::{Extent, Now, RecordNow, Story, gather};

use reader::{Reader, Shown};
use standing::Said;

/// How many decisions of a record are looked through for those that made it stand as it does, the last ones.
const LOOKED_THROUGH: usize = 200;

/// How much of each is shown, the most first: what makes the page too long is tried again with the next.
const SHOWN: [Shown; 3] = [
    Shown {
        decisions: 20,
        reasons: 25,
    },
    Shown {
        decisions: 10,
        reasons: 10,
    },
    Shown {
        decisions: 5,
        reasons: 4,
    },
];

/// The longest of what a page says, in bytes: with what stands around it stays below 100 kB.
const LONGEST: usize = 92_000;

/// The story of a record as far as a page tells it; none if nothing is known of it.
pub(crate) async fn story_of<S: Store>(
    store: &S,
    record: &RecordId,
    now: Timestamp,
) -> Result<Option<Story>, StoreError> {
    let extent = Extent {
        last: Some(LOOKED_THROUGH),
        ..Extent::default()
    };
    gather(store, &Subject::Record(record.clone()), &extent, now).await
}

/// What a page says of why things are as they are, for somebody.
pub(crate) fn markup(
    rules: &Rules,
    person: &PersonId,
    (record, query): (&Record, &str),
    story: &Story,
    now: Timestamp,
) -> Markup {
    let Some(Now::Record(stands)) = &story.stands else {
        return html! { p { "Nothing is kept of it any more." } };
    };
    let kind = record.id.kind;
    let reader = Reader::new(rules, person, kind, SHOWN[0]);
    let differ = differ::markup(&reader, rules, record, query, now);
    let said = SHOWN.iter().map(|shown| {
        let reader = Reader::new(rules, person, kind, *shown);
        whole(&reader, stands, (story, &differ), now)
    });
    let mut shortest = Markup::default();
    for said in said {
        shortest = said;
        if shortest.0.len() <= LONGEST {
            break;
        }
    }
    shortest
}

fn whole(
    reader: &Reader<'_>,
    stands: &RecordNow,
    (story, differ): (&Story, &Markup),
    now: Timestamp,
) -> Markup {
    html! {
        h2 { "How it stands, and why" }
        @for said in standing::said(reader, stands, story) { (folded(reader, &said)) }
        (follows(reader, stands, now))
        (differ)
        (past::markup(reader, story))
    }
}

/// A sentence, with the reasons of the decision behind it.
fn folded(reader: &Reader<'_>, said: &Said<'_>) -> Markup {
    let class = said.grave.then_some("bad");
    html! {
        @match said.by {
            Some(decision) => {
                details {
                    summary class=[class] { (said.sentence) }
                    (reasons::markup(reader, decision))
                }
            }
            None => p.said { span class=[class] { (said.sentence) } },
        }
    }
}

fn follows(reader: &Reader<'_>, stands: &RecordNow, now: Timestamp) -> Markup {
    let next = next::next(reader, stands, now);
    html! {
        h2 { "What happens next" }
        @if next.is_empty() {
            p { "Nothing by itself, as things stand." }
        } @else {
            ul {
                @for (at, words) in next { li { b { (reader.moment(at)) } ": " (words) } }
            }
        }
    }
}
