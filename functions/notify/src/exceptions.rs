//! What somebody is asked to except, what became of it for who asked, and the link by which somebody asks.

use contracts::{ExceptionAnswered, ExceptionAsked, LinkAction};
use decisions::{
    excepting::{called, means, who_may},
    exceptions::end_in_words,
    links::right_of,
};

use crate::{
    card::Card,
    letter::{Block, Writer},
};

/// The link by which the reader asks for an exception from what a record lacks for a stage, if they may act on it and
/// somebody may grant one.
pub(crate) fn to_ask(writer: &Writer<'_>, card: &Card, stage: &str) -> Option<Block> {
    let model = &writer.rules.model;
    let owner = card.owner.as_ref();
    right_of(model, writer.to, owner)?;
    let has_criteria = model
        .stage(card.id.kind, stage)
        .is_some_and(|(_, it)| !it.enter.is_empty());
    let now = writer.signer?.now();
    if !has_criteria || who_may(writer.rules, owner, now).is_empty() {
        return None;
    }
    let action = LinkAction::AskException {
        stage: stage.to_owned(),
    };
    let link = writer.answer(&card.id, action)?;
    let words = "Ask for an exception".to_owned();
    Some(Block::Answer { words, link })
}

/// The subject and the text of what somebody is asked to except.
pub(crate) fn asked(
    writer: &Writer<'_>,
    card: &Card,
    asked: &ExceptionAsked,
) -> (String, Vec<Block>) {
    let model = &writer.rules.model;
    let by = writer.name_of(&asked.by);
    let mut blocks = vec![
        Block::Say(format!(
            "{by} asks for an exception for {}: {}.",
            card.name_and_number(),
            asked.reason
        )),
        Block::Say(format!("For a time {}:", means(&asked.of))),
        Block::Points(called(model, card.id.kind, &asked.of)),
    ];
    let action = LinkAction::Except {
        of: asked.of.clone(),
        asked_by: asked.by.clone(),
    };
    let link = writer.answer(&card.id, action);
    let linked = link.is_some();
    if let Some(link) = link {
        let words = "Grant it or refuse it".to_owned();
        blocks.push(Block::Answer { words, link });
        blocks.push(Block::Say(
            "Whoever opens that link answers in your name: please do not forward this mail."
                .to_owned(),
        ));
    }
    if !linked || writer.operates() {
        let of = asked.of.iter().map(|it| match it.contains('.') {
            true => format!(" --criterion {it}"),
            false => format!(" --deviation {it}"),
        });
        blocks.push(Block::Say(format!(
            "By command: `fairlead exception {}{} --until DAY --reason \"…\" --by {}`.",
            model.name_of(&card.id),
            of.collect::<String>(),
            writer.to
        )));
    }
    (format!("To except: {}", card.name()), blocks)
}

/// The subject and the text of what came of it.
pub(crate) fn answered(
    writer: &Writer<'_>,
    card: &Card,
    said: &ExceptionAnswered,
) -> (String, Vec<Block>) {
    let by = writer.name_of(&said.by);
    let what = card.name_and_number();
    let (subject, text) = match said.until {
        Some(until) => {
            let until = end_in_words(writer.rules, until);
            let again = match said.of.iter().any(|it| it.contains('.')) {
                true => " Please make the move that was turned back again in the CRM.",
                false => "",
            };
            (
                format!("Excepted: {}", card.name()),
                format!(
                    "{by} grants the exception for {what} until {until}: {}. Until then {}.{again}",
                    said.reason,
                    means(&said.of)
                ),
            )
        }
        None => (
            format!("Not excepted: {}", card.name()),
            format!(
                "{by} does not grant the exception for {what}: {}.",
                said.reason
            ),
        ),
    };
    let of = called(&writer.rules.model, card.id.kind, &said.of);
    (subject, vec![Block::Say(text), Block::Points(of)])
}
