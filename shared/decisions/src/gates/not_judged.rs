//! What is on no journey of the model, or at a stage that it does not know: it is recorded and left, and said to
//! the operators once, whatever many records are there.

use contracts::{EventData, Notice, Passage, Reason, state::UnjudgedState};
use crm::Value;
use jiff::Timestamp;
use model::{PIPELINE, Which};

use super::{
    stand::stand,
    step::{Gated, Unjudged, settled},
};
use crate::{digests::operators, facts::Facts, journey::Stands, rules::Rules};

/// So much is told at most: what comes in ever new words is told no more.
const MOST_TOLD: usize = 200;

/// A record that is not judged comes to stand where it does; none if it stood there before.
pub(super) fn not_judged(facts: &Facts<'_>, stands: Stands<'_>, moved: Timestamp) -> Option<Gated> {
    let shown = facts.stage_shown().unwrap_or_default();
    if facts
        .gate
        .is_some_and(|before| before.unknown && before.stage == shown)
    {
        return None;
    }
    let why = stands.why_not()?;
    let kind = facts.record.id.kind;
    let (rule, place) = match stands.journey() {
        Some(journey) => (
            format!("lifecycles.{}.{shown}", journey.name),
            Some(journey.place),
        ),
        None => ("lifecycles".to_owned(), None),
    };
    let what = unknown(facts, stands);
    let outcome = match stands {
        Stands::UnknownStage(_) => format!("left at {shown}, a stage that the model does not know"),
        _ => format!("not judged: {why}, {what}"),
    };
    let note = match stands {
        Stands::UnknownStage(_) => format!(
            "{shown} is not a stage of the model, so the move cannot be judged; add it to \
             processes.yaml or to the values of the stage field in technology.yaml"
        ),
        _ => format!("{why}: {what}; a journey that names it in processes.yaml would judge it"),
    };
    let reason = Reason::note(rule, place, note);
    let stood = stand(facts, None, shown, moved, Passage::NotJudged);
    let mut gated = settled(outcome, reason, stood);
    gated.gate.outside = !matches!(stands, Stands::UnknownStage(_));
    gated.unjudged = Some(Unjudged {
        source: facts.record.id.source.clone(),
        kind,
        what,
    });
    Some(gated)
}

/// What the model does not know of a record, in the CRM's words.
fn unknown(facts: &Facts<'_>, stands: Stands<'_>) -> String {
    let pipeline = facts.record.fields.get(PIPELINE).and_then(Value::text);
    let mut journeys = facts.model().journeys(facts.record.id.kind);
    let by_condition = journeys.any(|journey| matches!(journey.which, Which::When(..)));
    match (stands, pipeline) {
        (Stands::Untold, _) if by_condition => {
            "no value in what tells the journeys apart".to_owned()
        }
        (Stands::Outside, _) if by_condition => "no journey whose condition holds".to_owned(),
        (Stands::UnknownStage(_), None) => {
            format!("stage {}", facts.stage_shown().unwrap_or_default())
        }
        (Stands::UnknownStage(_), Some(pipeline)) => format!(
            "stage {} of the pipeline {pipeline}",
            facts.stage_shown().unwrap_or_default()
        ),
        (_, Some(pipeline)) => format!("pipeline {pipeline}"),
        (_, None) => "no pipeline".to_owned(),
    }
}

/// What is told the operators of something that is not judged, and what has been told then; none if it was told
/// before.
#[must_use]
pub fn say_once(
    rules: &Rules,
    unjudged: &Unjudged,
    told: &UnjudgedState,
    now: Timestamp,
) -> Option<(Vec<EventData>, UnjudgedState)> {
    let Unjudged { source, kind, what } = unjudged;
    let name = format!("{source}:{kind}: {what}");
    if told.told.contains_key(&name) || told.told.len() >= MOST_TOLD {
        return None;
    }
    let mut after = told.clone();
    after.told.insert(name, now);
    let notices = operators(rules)
        .into_iter()
        .map(|to| EventData::NoticeRequested {
            to,
            notice: Notice::NotJudged { what: what.clone() },
        });
    Some((notices.collect(), after))
}
