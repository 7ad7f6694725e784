//! How records move along the stages of their journeys.

use crm::{FieldType, RecordId, RecordKind, Value};
use jiff::Timestamp;
use model::{Lifecycle, PIPELINE, Which};

use super::{
    Generator,
    cast::{Cast, set},
};
use crate::story::ActionKind;

impl Generator {
    /// One of the journeys of a kind of record.
    pub(super) fn journey(&self, cast: &mut Cast<'_>, kind: RecordKind) -> Option<&Lifecycle> {
        let fields = self.rules.model.records.get(&kind);
        let has = fields.is_some_and(|fields| {
            let stage = fields.get("stage");
            stage.is_some_and(|field| field.holds == FieldType::Stage)
        });
        let all: Vec<&Lifecycle> = self.rules.model.journeys(kind).filter(|_| has).collect();
        match all.as_slice() {
            [] | [_] => all.first().copied(),
            several => cast.rng.choice(several).copied(),
        }
    }

    /// Moves along the stages, as the model allows and now and then otherwise.
    pub(super) fn moves(
        &self,
        cast: &mut Cast<'_>,
        record: &RecordId,
        journey: Option<&Lifecycle>,
        at: Timestamp,
        most: usize,
    ) {
        let Some(lifecycle) = journey else {
            return;
        };
        let stages = lifecycle.stages.iter().map(|stage| stage.name.as_str());
        let stages: Vec<&str> = stages.collect();
        let Some(mut stage) = stages.first().copied() else {
            return;
        };
        let mut at = at;
        for _ in 0..most {
            if !cast.percent(50) {
                return;
            }
            at = cast.later(at);
            let allowed = lifecycle.stage(stage).map(|stage| &stage.may_move_to);
            let next = match allowed.filter(|_| !cast.percent(15)) {
                Some(allowed) => cast.rng.choice(allowed).map(String::as_str),
                None => cast.rng.choice(&stages).copied(),
            };
            let Some(next) = next else { return };
            stage = next;
            let by = cast.person();
            if in_pipeline(lifecycle).is_some() && cast.percent(4) {
                // It is put where the model has no journey, and back again.
                let elsewhere = Some(Value::Text("elsewhere".to_owned()));
                let out = vec![(PIPELINE.to_owned(), elsewhere)];
                cast.add(at, set(record, out, by.clone()));
                at = cast.later(at);
                let back = in_pipeline(lifecycle).into_iter().collect();
                cast.add(at, set(record, back, by.clone()));
                at = cast.later(at);
            }
            if cast.percent(4) {
                // As one of another pipeline, which the model does not know.
                cast.add(at, set(record, to_stage("elsewhere"), by.clone()));
                at = cast.later(at);
            }
            cast.add(at, set(record, to_stage(stage), by));
            let hand_off = lifecycle.stage(stage).and_then(|it| it.hand_off.as_ref());
            if let Some(hand_off) = hand_off {
                self.answered_by(cast, record, &hand_off.to, at);
            }
        }
    }
}

impl Generator {
    /// Somebody takes over what was handed to their team, or refuses it, or says nothing; now and then somebody
    /// of another team.
    fn answered_by(&self, cast: &mut Cast<'_>, record: &RecordId, team: &str, at: Timestamp) {
        if !cast.percent(70) {
            return;
        }
        let lead = self.rules.model.teams.get(team).map(|it| it.lead.clone());
        let by = match cast.percent(75) {
            true => lead,
            false => cast.person(),
        };
        let Some(by) = by else { return };
        let at = cast.later(at);
        let refuses = cast.percent(60);
        let record = record.clone();
        cast.add(
            at,
            ActionKind::HandedOver {
                record,
                by,
                refuses,
            },
        );
    }
}

/// The pipeline of a journey, where the model names one.
pub(super) fn in_pipeline(journey: &Lifecycle) -> Option<(String, Option<Value>)> {
    match &journey.which {
        Which::Pipeline(pipeline) => {
            Some((PIPELINE.to_owned(), Some(Value::Text(pipeline.clone()))))
        }
        Which::All | Which::When(_) => None,
    }
}

pub(super) fn to_stage(stage: &str) -> Vec<(String, Option<Value>)> {
    vec![("stage".to_owned(), Some(Value::Text(stage.to_owned())))]
}
