//! What happened to a record or a person, and what each decision led to, as data: for explain,
//! pages and dashboards.
//!
//! [`gather`] reads the audit records, the states and the effects through the port [`store::Store`]
//! and makes a [`Story`] of them: the decisions in order, each with its reasons and what followed,
//! and what the record or person is now. [`find`] leads from a decision's id to its record, and
//! [`nearest`] from a record that is not known to what may have been meant. [`Past`] folds states from
//! audit records, and rebuilds a record as it stood.
//!
//! What is said of it in words is part of the story, as [`Wording`]: it keeps instants as instants
//! and records as records, and says what is good, bad or a detail, so that a terminal, a page and a
//! mail show the same words in their reader's zone, by the company's names and each in its own
//! style. Nothing here knows widths, colours or columns, reads a clock, or decides anything; no
//! personal value stands in a story.

mod about;
mod arrange;
mod effect;
mod find;
mod gather;
mod now;
mod past;
mod read;
mod story;
mod whole;
mod wording;
mod words;

pub use about::{About, UnknownAbout};
pub use effect::{Effect, EffectOutcome, KeptEffect};
pub use find::{HOURS_AHEAD, HOURS_BACK, Sought, find, nearest};
pub use gather::{Extent, gather};
pub use now::{Now, PersonNow, RecordNow};
pub use past::{NotTold, Past};
pub use story::{Chapter, Consequence, Decision, Origin, Story, SummaryEntry};
pub use wording::{Content, Part, Tone, Wording};
pub use words::findings::found;
