//! What is proven of a model that has no other mistake: every record is caught, no entry is dead,
//! every stage can be reached and left, no gate contradicts another, no escalation ends with
//! nobody.
//!
//! The way through: `needs` gathers what conditions compare each field with, `fields` says what a
//! field can be as far as that can tell, `encoder` makes conditions into gates of a `circuit`, and
//! `steps` first-match lists. `samples` sends example records through it, and `solver` decides what
//! no example shows. `walk` goes down a list with both, `proving` does so with every list of a model
//! for the checks, and `witness` says in words what was found.
//!
//! What is proven holds for every record: a dead entry is dead, a caught record is caught. A text
//! that is searched for a part or a pattern is taken to fit or not to fit freely, so a record that
//! is shown through one may be a text that nobody can write: `spelling` looks for one that can be
//! written, and without it the record is a warning only.

mod automatic_move;
mod circuit;
mod dead_entry;
mod doubtful_record;
mod encoder;
mod escalation;
mod exit_conflict;
mod fields;
mod gate_conflict;
mod idle_wait;
mod journey_overlap;
mod links;
mod lonely_escalation;
mod needs;
mod own_doing;
mod passes;
mod proving;
mod samples;
mod solver;
mod spelling;
mod steps;
mod stuck_stage;
mod uncaught_record;
mod unreached_pool;
mod unreached_stage;
mod walk;
mod witness;

pub(crate) use {
    automatic_move::CHECK as AUTOMATIC_MOVE, dead_entry::CHECK as DEAD_ENTRY,
    doubtful_record::CHECK as DOUBTFUL_RECORD, escalation::CHECK as ESCALATION,
    exit_conflict::CHECK as EXIT_CONFLICT, gate_conflict::CHECK as GATE_CONFLICT,
    idle_wait::CHECK as IDLE_WAIT, journey_overlap::CHECK as JOURNEY_OVERLAP,
    lonely_escalation::CHECK as LONELY_ESCALATION, own_doing::CHECK as OWN_DOING,
    stuck_stage::CHECK as STUCK_STAGE, uncaught_record::CHECK as UNCAUGHT_RECORD,
    unreached_pool::CHECK as UNREACHED_POOL, unreached_stage::CHECK as UNREACHED_STAGE,
};

use crate::{checks::check::Problems, yaml::texts::Texts};
use model::OperatingModel;
use proving::Proving;

/// Proves what can be proven of a model, and reports the rest.
pub(crate) fn prove(model: &OperatingModel, texts: &Texts, problems: &mut Problems<'_>) {
    let proving = Proving::of(model, texts);
    dead_entry::run(&proving, problems);
    uncaught_record::run(&proving, problems);
    doubtful_record::run(&proving, problems);
    unreached_pool::run(&proving, problems);
    idle_wait::run(&proving, problems);
    journey_overlap::run(&proving, problems);
    unreached_stage::run(&proving, problems);
    stuck_stage::run(&proving, problems);
    gate_conflict::run(&proving, problems);
    exit_conflict::run(&proving, problems);
    automatic_move::run(&proving, problems);
    own_doing::run(&proving, problems);
    escalation::run(&proving, problems);
    lonely_escalation::run(&proving, problems);
}
