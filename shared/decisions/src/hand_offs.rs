//! Who takes over what is handed to a team, and who may say what becomes of it.

use contracts::state::{Clock, ClockStatus, ClocksState, HandOffAnswer, KeptHandOff};
use crm::{FieldRef, PersonId};
use jiff::Timestamp;
use model::OperatingModel;

use crate::{
    facts::{Facts, FieldValue},
    links::right_of,
    people::{gone, in_stead_of},
    rights::is_there,
    rules::Rules,
    shown,
};

/// Who is to take over what is handed to a team: whose record it is, if they are of that team, else its lead, or
/// whoever is there in stead of them; none if the model has no such team any more.
#[must_use]
pub fn receiver(
    rules: &Rules,
    team: &str,
    owner: Option<&PersonId>,
    now: Timestamp,
) -> Option<PersonId> {
    let model = &rules.model;
    let there = |owner: &&PersonId| gone(rules, owner, now).is_none();
    let own = owner
        .filter(|owner| is_of(model, team, owner))
        .filter(there);
    let receiver = own.or_else(|| model.teams.get(team).map(|it| &it.lead))?;
    Some(in_stead_of(rules, receiver, now).clone())
}

/// Whether somebody is of a team, or leads it.
#[must_use]
pub fn is_of(model: &OperatingModel, team: &str, person: &PersonId) -> bool {
    let leads = model.teams.get(team).is_some_and(|it| it.lead == *person);
    let known = model.people.get(person);
    leads || known.is_some_and(|known| known.team.as_deref() == Some(team))
}

/// Whether somebody may accept or refuse what is handed to a team: who is of it, leads it, or stands above its lead, and
/// is there.
#[must_use]
pub fn may_answer(rules: &Rules, team: &str, person: &PersonId, now: Timestamp) -> bool {
    let model = &rules.model;
    let lead = model.teams.get(team).map(|it| &it.lead);
    is_there(rules, person, now).is_ok()
        && (is_of(model, team, person) || right_of(model, person, lead).is_some())
}

/// Why somebody cannot say what becomes of a hand-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpen {
    /// Nothing was handed over, or not that.
    Never,
    /// Somebody has said it already.
    Answered(HandOffAnswer),
    /// The team has taken it over, by a contact.
    TakenOver {
        /// The team.
        team: String,
    },
    /// The record is not at that stage any more.
    Left {
        /// The team.
        team: String,
        /// The stage.
        stage: String,
    },
    /// The time was up, and the record moves on.
    Leaves {
        /// Where to.
        to: String,
    },
    /// It is not theirs to say.
    NotTheirs {
        /// The team.
        team: String,
    },
}

/// The hand-off of a record on which somebody may say what becomes of it: the latest, or the run of a clock that is
/// named.
///
/// # Errors
/// If there is nothing (any more) to say, or it is not theirs.
pub fn open_for<'a>(
    rules: &Rules,
    clocks: &'a ClocksState,
    named: Option<(&str, u32)>,
    by: &PersonId,
    now: Timestamp,
) -> Result<(&'a str, &'a Clock, &'a KeptHandOff), NotOpen> {
    let handed = clocks.clocks.iter().filter_map(|(clock, run)| {
        let kept = run.kept.as_ref()?.policy.hand_off.as_ref()?;
        Some((clock.as_str(), run, kept))
    });
    let (clock, run, it) = match named {
        Some(named) => { handed }.find(|(clock, run, _)| (*clock, run.instance) == named),
        None => handed.max_by_key(|(_, run, _)| run.started),
    }
    .ok_or(NotOpen::Never)?;
    let team = it.terms.to.clone();
    match (&it.answer, run.status) {
        (Some(answer), _) => Err(NotOpen::Answered(answer.clone())),
        (None, ClockStatus::MetInTime | ClockStatus::MetLate) => Err(NotOpen::TakenOver { team }),
        (None, status) if !status.is_open() => Err(NotOpen::Left {
            team,
            stage: it.terms.stage.clone(),
        }),
        (None, _) => match &it.leaves_for {
            Some(to) => Err(NotOpen::Leaves { to: to.clone() }),
            None if may_answer(rules, &team, by, now) => Ok((clock, run, it)),
            None => Err(NotOpen::NotTheirs { team }),
        },
    }
}

/// What goes along with a record that is handed over at a stage, for people: each fact by its label, as it is now. A
/// personal value is left to the CRM. Nothing if nothing is handed over there.
#[must_use]
pub fn carried(facts: &Facts<'_>, stage: &str) -> Vec<String> {
    let model = facts.model();
    let known = model.stage(facts.record.id.kind, stage);
    let hand_off = known.and_then(|(_, stage)| stage.hand_off.as_ref());
    let fields = hand_off.into_iter().flat_map(|it| &it.carries);
    let line = |field: &FieldRef| {
        let label = shown::label_of(model, &field.to_string());
        let declared = model.records.get(&field.kind);
        let declared = declared.and_then(|fields| fields.get(&field.name));
        let value = match facts.look(field) {
            _ if declared.is_some_and(|it| it.personal) => "see the CRM".to_owned(),
            FieldValue::Value(value) => shown::value_label(model, field, &value),
            _ => "not said".to_owned(),
        };
        format!("{label}: {value}")
    };
    fields.map(line).collect()
}
