//! What is told of a step of a deviation that lasts.

use std::collections::BTreeMap;

use contracts::StepCame;
use crm::FieldRef;
use decisions::shown::option_label;
use model::{Acts, DeviationStep};

use crate::{
    card::Card,
    letter::{Block, Writer},
};

/// What a step does to the record.
pub(crate) struct Does<'a> {
    pub(crate) move_to: Option<&'a str>,
    pub(crate) set: &'a BTreeMap<String, String>,
}

impl Does<'_> {
    fn is_nothing(&self) -> bool {
        self.move_to.is_none() && self.set.is_empty()
    }

    /// `moved to "lost" and given "no decision" as its loss reason`.
    fn words(&self, writer: &Writer<'_>, card: &Card) -> String {
        let moved = self
            .move_to
            .map(|to| format!("moved to \"{}\"", writer.stage(card, to)));
        let set = self.set.iter();
        let set = set.map(|(field, to)| {
            let of = FieldRef::new(card.id.kind, field.as_str());
            let field = writer.field(&of.to_string());
            let to = option_label(&writer.rules.model, &of, to);
            format!("given \"{to}\" as its {field}")
        });
        let all: Vec<String> = moved.into_iter().chain(set).collect();
        all.join(" and ")
    }
}

/// The subject and the text.
pub(crate) fn letter(
    writer: &Writer<'_>,
    card: &Card,
    (deviation, step, came): (&str, u32, StepCame),
    does: &Does<'_>,
    unmet: &[String],
) -> (String, Vec<Block>) {
    let name = writer.deviation(deviation);
    let (what, done) = (card.name_and_number(), does.words(writer, card));
    let holds = format!("\"{name}\" still holds for {what}");
    let subject = |word: &str| format!("{word}: {name}, {}", card.name());
    let mut blocks = Vec::new();
    let mut say = |text: String| blocks.push(Block::Say(text));
    let subject = match came {
        StepCame::Done if does.is_nothing() => {
            say(format!("{holds}. Please see to it."));
            subject("Still open")
        }
        StepCame::Done => {
            say(format!("{holds}, so it is now {done}."));
            let take_back = match writer.operates() {
                true => format!(
                    "take it back: `fairlead undo {} --by {} --reason \"…\"`",
                    writer.rules.model.name_of(&card.id),
                    writer.to
                ),
                false => format!(
                    "{} can take it back, with all that it has set",
                    writer.operators().join(" or ")
                ),
            };
            say(format!(
                "If that is wrong, {take_back}. Or put it right in the CRM: nothing changes it back."
            ));
            subject("Done by itself")
        }
        StepCame::Observed | StepCame::Warned if does.is_nothing() => {
            say(format!("{holds}. Please see to it."));
            subject("Still open")
        }
        StepCame::Observed | StepCame::Warned => {
            say(format!("{holds}. By the rules it would now be {done}."));
            say("Nothing was changed. Please decide yourself what becomes of it.".to_owned());
            subject("Would be done by itself")
        }
        StepCame::Refused => {
            say(format!(
                "{holds}, so it was to be {done}. The gate does not let it, so nothing was changed."
            ));
            subject("Could not be done")
        }
        StepCame::Stopped => {
            say(format!(
                "{holds}, so it was to be {done}. Nothing was changed: rules have changed this record eight \
                 times within a day, which looks like rules that work against each other. Please look at them."
            ));
            subject("Stopped")
        }
    };
    if !unmet.is_empty() {
        blocks.push(Block::Points(unmet.to_vec()));
    }
    blocks.extend(what_comes_next(writer, card, deviation, step));
    (subject, blocks)
}

/// What follows after this step, if the model still has one that does something.
fn what_comes_next(writer: &Writer<'_>, card: &Card, deviation: &str, step: u32) -> Option<Block> {
    let rule = writer.rules.model.deviations.get(deviation)?;
    let next: &DeviationStep = rule.steps.get(usize::try_from(step).ok()?)?;
    let to = next.move_to.as_deref().filter(|_| rule.acts == Acts::Act)?;
    let after = next.after?;
    let since = if next.after_previous {
        "from now"
    } else {
        "after it began"
    };
    Some(Block::Say(format!(
        "If nothing changes, it is moved to \"{}\" {after} {since}.",
        writer.stage(card, to)
    )))
}
