//! The language as data: which words stand where, and what their values look like. The checks
//! read mistakes off it, and whatever describes the language to people or editors can read it too.

mod approvals;
mod behaviours;
pub(crate) mod catalogue;
mod clocks;
mod concerned;
pub(crate) mod conditions;
mod follows;
mod governance;
pub(crate) mod hand_off;
pub(crate) mod journeys;
mod leavers;
mod metrics;
pub(crate) mod names;
mod people;
pub(crate) mod phrases;
pub(crate) mod population;
mod processes;
mod recurrence;
mod reviews;
mod routing;
mod shape;
pub(crate) mod sites;
pub(crate) mod source_kinds;
pub(crate) mod spelling;
mod strategy;
mod technology;

pub(crate) use shape::{Form, Keys, Names, Rest, Shape, Word};
pub(crate) use technology::is_word_of_a_field;

use model::ModelFile;

/// The shape of a whole file.
pub(crate) const fn of(file: ModelFile) -> &'static Shape {
    match file {
        ModelFile::Strategy => &strategy::FILE,
        ModelFile::Metrics => &metrics::FILE,
        ModelFile::Processes => &processes::FILE,
        ModelFile::Technology => &technology::FILE,
        ModelFile::Governance => &governance::FILE,
        ModelFile::People => &people::FILE,
    }
}
