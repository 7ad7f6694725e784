//! What somebody is asked to approve, and what became of it for whoever owns the record; and the link by which a record is
//! taken over.

use contracts::LinkAction;
use crm::{PersonId, RecordId, Value};
use decisions::{
    approvals::{Bound, said_value},
    gates::rights_to_answer,
    shown::approval_label,
};
use model::hand_off_clock;

use crate::{
    card::Card,
    letter::{Block, Writer},
};

/// The subject and the text of what somebody is asked.
pub(crate) fn asked(
    writer: &Writer<'_>,
    card: &Card,
    (approval, run): (&str, u32),
    (late, was): (bool, Option<&Value>),
) -> (String, Vec<Block>) {
    let (what, name) = (
        card.name_and_number(),
        approval_label(&writer.rules.model, approval),
    );
    let owner = card.owner.as_ref().filter(|owner| *owner != writer.to);
    let owner = owner.map(|owner| format!(", which {} owns,", writer.name_of(owner)));
    let mut blocks = vec![Block::Say(format!(
        "{what}{} needs your approval: {name}.{}",
        owner.unwrap_or_default(),
        match late {
            true => " Those who were asked first have not answered in time.",
            false => "",
        }
    ))];
    let values: Vec<String> = card.bound(approval).iter().map(shown).collect();
    if !values.is_empty() {
        blocks.push(Block::Say("It is about these values:".to_owned()));
        blocks.push(Block::Points(values));
    }
    if let Some(was) = was {
        let was = said_value(&writer.rules.model, was);
        blocks.push(Block::Say(format!(
            "Before this change it was {was}. What was changed stays so until somebody refuses it; then {was} is put back."
        )));
    }
    let action = LinkAction::Approve {
        approval: approval.to_owned(),
        run,
    };
    let link = writer.answer(&card.id, action);
    let linked = link.is_some();
    if let Some(link) = link {
        let words = "Give it or refuse it".to_owned();
        blocks.push(Block::Answer { words, link });
        blocks.push(Block::Say(
            "Whoever opens that link answers in your name: please do not forward this mail."
                .to_owned(),
        ));
    }
    if !linked || writer.operates() {
        let record = writer.rules.model.name_of(&card.id);
        blocks.push(Block::Say(format!(
            "By command: `fairlead approve {record} {approval} --by {}`, and `--refuse --because \"…\"` to refuse it.",
            writer.to
        )));
    }
    blocks.push(Block::Say(
        "If one of the values changes, your answer counts no more, and you are asked again where it is still needed."
            .to_owned(),
    ));
    (format!("To approve: {name}, {}", card.name()), blocks)
}

/// The link by which somebody takes over what was handed to them, or refuses it.
pub(crate) fn take_over(
    writer: &Writer<'_>,
    record: &RecordId,
    (stage, instance): (&str, u32),
) -> Option<Block> {
    let action = LinkAction::HandOff {
        clock: hand_off_clock(stage),
        instance,
    };
    let link = writer.answer(record, action)?;
    let words = "Take it over or refuse it".to_owned();
    Some(Block::Answer { words, link })
}

/// The link by which somebody who may says what is to become of what is held of a person. Where the model names no right
/// for it, whoever operates Fairlead has one, and never whose moves they are.
pub(crate) fn held(writer: &Writer<'_>, record: &RecordId, of: &PersonId) -> Option<Block> {
    let model = &writer.rules.model;
    let rights = rights_to_answer(model);
    let has = |right: &&str| {
        let right = model.decision_rights.get(*right);
        right.is_some_and(|right| {
            let own = right.never_own_records && writer.to == of;
            right.people.contains(writer.to) && !own
        })
    };
    let may = match rights.as_slice() {
        [] => writer.operates() && writer.to != of,
        rights => rights.iter().all(has),
    };
    let action = LinkAction::Hold { of: of.clone() };
    let link = writer.answer(record, action).filter(|_| may)?;
    let words = "Let them stand or turn them back".to_owned();
    Some(Block::Answer { words, link })
}

/// A value by its label; a personal one stays in the CRM.
fn shown(bound: &Bound) -> String {
    let value = match (&bound.value, bound.personal) {
        (_, true) => "see the CRM",
        (Some(value), _) => value,
        (None, _) => "empty",
    };
    format!("{}: {value}", bound.label)
}

/// The subject and the text of what came of it.
pub(crate) fn answered(
    writer: &Writer<'_>,
    card: &Card,
    (approval, by): (&str, &PersonId),
    given: bool,
    reason: Option<&str>,
) -> (String, Vec<Block>) {
    let (what, name) = (
        card.name_and_number(),
        approval_label(&writer.rules.model, approval),
    );
    let by = writer.name_of(by);
    let why = reason.map(|why| format!(": {why}")).unwrap_or_default();
    let rule = writer.rules.model.approvals.get(approval);
    let of_change = rule.is_some_and(|rule| rule.of_change.is_some());
    let text = match given {
        true if of_change => {
            format!("{by} approves what was changed of {what}: {name}{why}. It stays so.")
        }
        false if of_change => format!(
            "{by} does not approve what was changed of {what}: {name}{why}. What stood there before is put back."
        ),
        true => format!(
            "{by} approves {what}: {name}{why}. A move that was turned back for want of it is to be made again. If one \
             of the values that it is for changes, it counts no more."
        ),
        false => format!(
            "{by} does not approve {what}: {name}{why}. Once one of the values that it is about has changed, it is \
             asked for anew."
        ),
    };
    let word = if given { "Approved" } else { "Not approved" };
    (
        format!("{word}: {name}, {}", card.name()),
        vec![Block::Say(text)],
    )
}
