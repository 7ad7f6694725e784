use contracts::{Event, Function};
use engine::REMEMBER;
use jiff::Timestamp;

use crate::{
    effect::{Effect, EffectOutcome, KeptEffect, PATIENCE, is_write},
    wording::{Tone, Wording},
};

impl Effect {
    /// What the table keeps of the effect that an event asks for, with what it comes to at `now`.
    pub(crate) fn told(kept: KeptEffect, event: &Event, now: Timestamp) -> Self {
        let outcome = kept.outcome(event, now);
        Self {
            wording: wording(outcome, &kept),
            remark: remark(outcome, &kept, event, now),
            outcome,
            kept,
        }
    }
}

fn wording(outcome: EffectOutcome, kept: &KeptEffect) -> Wording {
    let (tone, words) = match outcome {
        EffectOutcome::Written => (Tone::Good, "written"),
        EffectOutcome::Sent => (Tone::Good, "sent"),
        EffectOutcome::Skipped => (Tone::Unsure, "skipped"),
        EffectOutcome::Refused => (Tone::Bad, "refused"),
        EffectOutcome::NotFinished => (Tone::Bad, "begun, not finished"),
        EffectOutcome::UnderWay => (Tone::Unsure, "under way"),
        EffectOutcome::NoLongerKnown => (Tone::Detail, "no longer known"),
        EffectOutcome::NeverDone => (Tone::Bad, "never done"),
        EffectOutcome::Pending => (Tone::Unsure, "pending"),
    };
    let said = Wording::of(tone, words);
    match kept {
        KeptEffect::Done { at, .. }
        | KeptEffect::Skipped { at, .. }
        | KeptEffect::Refused { at, .. } => said.then(" ").time(*at),
        KeptEffect::Claimed { .. } | KeptEffect::Pending => said,
    }
}

fn remark(
    outcome: EffectOutcome,
    kept: &KeptEffect,
    event: &Event,
    now: Timestamp,
) -> Option<Wording> {
    let function = if is_write(event) {
        Function::CrmWriteback
    } else {
        Function::Notify
    };
    let said = |text: String| Wording::of(Tone::Detail, text);
    let given_up =
        format!("a day has passed: it still waits, or lies among the dead letters of {function}");
    match (outcome, kept) {
        (
            _,
            KeptEffect::Done { result, .. }
            | KeptEffect::Skipped { result, .. }
            | KeptEffect::Refused { result, .. },
        ) => (!result.is_empty()).then(|| said(result.clone())),
        (EffectOutcome::NotFinished, KeptEffect::Claimed { at, .. }) => {
            // Every delivery takes it up anew, so this was the last one if it is long ago.
            let next = match now.duration_since(*at) > PATIENCE {
                true => given_up,
                false => "it is tried again from its queue".to_owned(),
            };
            let taken_up = said(format!("{function} took it up ")).time(*at);
            Some(taken_up.then(format!(" and has not said how it ended; {next}")))
        }
        (EffectOutcome::NoLongerKnown, _) => {
            let days = REMEMBER.as_hours() / 24;
            Some(said(format!("this is kept for {days} days")))
        }
        (EffectOutcome::NeverDone, _) => Some(said(given_up)),
        (EffectOutcome::Pending, _) if event.after.is_some() => Some(said(
            "it waits until the CRM has taken the owner".to_owned(),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
