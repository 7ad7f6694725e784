//! Builders for tests: the example company's model, records, events. A dev-dependency only.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads the example model from the disk"
)]

pub mod broken_models;
mod contrast;
mod counted_store;
mod deviating;
mod events;
mod files;
mod held;
pub mod history;
mod markup;
mod memory_crm;
mod records;
mod shown;
mod table;
mod test_clock;
mod watched_store;

use contracts::state::{Absence, AbsencesState, LoadState, Span};
use crm::PersonId;
use decisions::{Rules, Staffing};
use jiff::Timestamp;
use model::{Enforcement, ModelFile, OperatingModel, Place};
use model_compiler::{Texts, read};

pub use contrast::{colour, contrast};
pub use counted_store::{Cost, CountedStore};
pub use deviating::deviating;
pub use events::{caused_by, upon};
pub use files::{
    Files, example_files, example_files_with_metrics, example_texts, files_in, in_repository,
    put_before, texts_that_count_views,
};
pub use markup::wrong_with;
pub use memory_crm::{Call, CrmFault, MemoryCrm};
pub use records::{Growing, account, lead, opportunity, record_id, source, stranger};
pub use shown::show;
pub use table::{audits, keep, put, state_of};
pub use test_clock::TestClock;
pub use watched_store::{InTheWay, WatchedStore};

/// An instant.
///
/// # Panics
/// If the text is none.
#[must_use]
pub fn at(text: &str) -> Timestamp {
    text.parse()
        .unwrap_or_else(|why| panic!("{text} is no instant: {why}"))
}

/// The example company's model.
///
/// # Panics
/// If it does not check.
#[must_use]
pub fn example_model() -> OperatingModel {
    model_of(&example_texts())
}

/// The model of these files, as the first deployment brings it.
///
/// # Panics
/// If it does not check.
#[must_use]
pub fn model_of(texts: &Texts) -> OperatingModel {
    match read(texts) {
        Ok(mut model) => {
            model.revision.number = 1;
            model
        }
        Err(problems) => {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}", said.join("\n"));
        }
    }
}

/// The example company's model with one piece of one file replaced.
///
/// # Panics
/// If the piece is not there, or the model then does not check.
#[must_use]
pub fn example_with(file: &str, piece: &str, replacement: &str) -> OperatingModel {
    let mut texts = example_texts();
    let text = texts.get(file).unwrap_or_else(|| panic!("no file {file}"));
    assert!(text.contains(piece), "{file} has no {piece:?}");
    let text = text.replacen(piece, replacement, 1);
    texts.insert(file, text.as_bytes());
    model_of(&texts)
}

/// A model prepared for deciding in late 2026.
///
/// # Panics
/// If a calendar cannot be used.
#[must_use]
pub fn rules(model: OperatingModel) -> Rules {
    Rules::prepare(model, at("2026-11-22T00:00:00Z")).expect("rules")
}

/// The same model, which only observes until the end of a day.
///
/// # Panics
/// If it is no day.
#[must_use]
pub fn observing(mut model: OperatingModel, until: &str) -> OperatingModel {
    let place = Place {
        file: ModelFile::Governance,
        line: 1,
        column: 1,
    };
    let observe_until = until.parse().expect("a day");
    model.enforcement = Some(Enforcement {
        observe_until,
        place,
    });
    model
}

/// The example company's model, prepared for deciding.
#[must_use]
pub fn example_rules() -> Rules {
    rules(example_model())
}

/// The example company's model, prepared for deciding, on a day on which everybody is there.
#[must_use]
pub fn example_staffing() -> Staffing {
    everybody(&example_rules())
}

/// A model prepared for deciding in late 2026, on a day on which everybody is there.
///
/// # Panics
/// If a calendar cannot be used.
#[must_use]
pub fn staffing(model: OperatingModel) -> Staffing {
    everybody(&rules(model))
}

/// These rules on a day on which everybody is there and has nothing in hand.
#[must_use]
pub fn everybody(rules: &Rules) -> Staffing {
    let people = rules.model.people.keys();
    let loads = people.map(|person| (person.clone(), LoadState::default()));
    let staffing = rules.with_absences(AbsencesState::default());
    staffing.with_loads(loads.collect())
}

/// Who is away: person, first instant, instant of return.
#[must_use]
pub fn away(absences: &[(&str, &str, &str)]) -> AbsencesState {
    let mut state = AbsencesState::default();
    for (person, from, to) in absences {
        let span = Span {
            from: at(from),
            to: at(to),
        };
        let all = state.people.entry(PersonId::new(*person)).or_default();
        all.push(Absence {
            span,
            reason: None,
            cover: None,
            of: None,
        });
        all.sort_by_key(|absence| absence.span);
    }
    state
}
