use contracts::{Event, Function};
use jiff::Timestamp;

use crate::{
    effect::{Effect, EffectOutcome, KeptEffect, REMEMBERED_DAYS, is_write},
    wording::{Tone, Wording},
};

impl Effect {
    /// What the table keeps of the effect that an event asks for, with what it comes to at `now`.
    pub(crate) fn told(kept: KeptEffect, event: &Event, now: Timestamp) -> Self {
        let outcome = kept.outcome(event, now);
        Self {
            wording: wording(outcome, &kept),
            remark: remark(outcome, &kept, event),
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

fn remark(outcome: EffectOutcome, kept: &KeptEffect, event: &Event) -> Option<Wording> {
    let function = if is_write(event) {
        Function::CrmWriteback
    } else {
        Function::Notify
    };
    let said = |text: String| Wording::of(Tone::Detail, text);
    match (outcome, kept) {
        (
            _,
            KeptEffect::Done { result, .. }
            | KeptEffect::Skipped { result, .. }
            | KeptEffect::Refused { result, .. },
        ) => (!result.is_empty()).then(|| said(result.clone())),
        (EffectOutcome::NotFinished, KeptEffect::Claimed { at, .. }) => Some(
            said(format!("{function} took it up "))
                .time(*at)
                .then(" and has not said how it ended; it is tried again from its queue"),
        ),
        (EffectOutcome::NoLongerKnown, _) => {
            Some(said(format!("this is kept for {REMEMBERED_DAYS} days")))
        }
        (EffectOutcome::NeverDone, _) => Some(said(format!(
            "a day has passed: look into the dead letters of {function}"
        ))),
        _ => None,
    }
}
