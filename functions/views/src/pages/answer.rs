//! What somebody who is signed in is asked on a record, and their answer: the same questions, rights and events as behind
//! the links of mails.

use contracts::{EventId, LinkAction};
use decisions::links::{may_see, right_of};
use engine::RecordFacts;
use maud::{Markup, html};
use store::Store;

use super::{name::Name, not_shown::NotShown, offers, open, reader::Reader, record};
use crate::{
    asking::{asking, breaker_of},
    form::Answer,
    page,
    question::{Asking, hidden},
    refused::Refused,
    standing::Standing,
    why,
};

/// What is known of a record whose questions somebody opens.
pub(crate) struct Known {
    pub(crate) facts: RecordFacts,
    standing: Standing,
    /// What they may answer, and what was answered already.
    asked: Vec<(LinkAction, Asking)>,
    /// Whether they may have it looked at again.
    looks: bool,
}

/// Reads it. Of a record that they may neither see nor answer they are told as much as of one that is not there.
pub(crate) async fn known<S: Store>(
    reader: &Reader<'_, S>,
    query: &str,
) -> Result<Known, NotShown> {
    let (rules, model) = (reader.rules, &reader.rules.model);
    let (facts, standing) = record::read(reader, query).await?;
    let owner = standing.owner.as_ref();
    let story = why::story_of(reader.store, facts.id(), reader.now).await?;
    let mut asked = Vec::new();
    for action in offers::of(reader, &facts, owner, story.as_ref())? {
        let breaker = breaker_of(reader.store, &action).await?;
        let of = (reader.person, &action);
        match asking(rules, (&facts, breaker.as_ref()), of, reader.now) {
            Ok(question) => asked.extend(question.map(|it| (action, it))),
            Err(Refused::NoRight | Refused::NotTheirs(_)) => {}
            Err(why) => return Err(why.into()),
        }
    }
    let looks = right_of(model, reader.person, owner).is_some();
    if asked.is_empty() && !looks && !may_see(rules, reader.person, owner) {
        return Err(NotShown::NoRecord);
    }
    Ok(Known {
        facts,
        standing,
        asked,
        looks,
    })
}

/// What somebody may answer on a record.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
    query: &str,
) -> Result<(String, Markup), NotShown> {
    let known = known(reader, query).await?;
    Ok(known.shown(reader, None))
}

impl Known {
    /// What a form answers: the question that it was shown with, unless that is not asked any more.
    pub(crate) fn meant(&self, what: Option<&str>) -> Result<Meant<'_>, NotShown> {
        let what = what.ok_or(NotShown::Form)?;
        if self.looks && key(&LinkAction::LookAgain) == what {
            return Ok(Meant::Open(&LinkAction::LookAgain));
        }
        let mut asked = self.asked.iter();
        let meant = asked.find(|(action, _)| key(action) == what);
        Ok(match meant {
            Some((action, asking)) if asking.settled.is_none() => Meant::Open(action),
            Some((_, asking)) => Meant::Over(asking.settled.as_deref()),
            None => Meant::Over(None),
        })
    }

    /// The page: all that is asked, below what is to be said of an answer that came too late.
    pub(crate) fn shown<S>(
        &self,
        reader: &Reader<'_, S>,
        over: Option<Option<&str>>,
    ) -> (String, Markup) {
        let shown = reader.now.as_millisecond().to_string();
        let sent = |action: &LinkAction| {
            html! {
                (hidden(&shown, &reader.token))
                input type="hidden" name="what" value=(key(action));
            }
        };
        let id = self.facts.id();
        let zone = reader.rules.zone_of(reader.person);
        let open = self.asked.iter().filter(|(_, it)| it.settled.is_none());
        let none = open.clone().next().is_none();
        let content = html! {
            (self.about(reader))
            @if let Some(over) = over {
                p { (over.unwrap_or("What you have answered is not asked any more, or was answered meanwhile.")) }
            }
            @for (action, asking) in open { section { (asking.markup(&sent(action))) } }
            @if none { p { "Nothing on it waits for an answer of yours." } }
            (page::open(reader.rules, &self.standing, zone))
            @if self.looks { (page::look_again(id, &sent(&LinkAction::LookAgain))) }
        };
        (page::heading(id, &self.standing), content)
    }

    fn about<S>(&self, reader: &Reader<'_, S>) -> Markup {
        let (model, id) = (&reader.rules.model, self.facts.id());
        let owner = self.standing.owner.as_ref();
        html! {
            p {
                (record::stands(reader, id, &self.standing))
                @if may_see(reader.rules, reader.person, owner) {
                    " · " a href=(open::about(model, Name::Record, id)) { "Why?" }
                }
            }
        }
    }
}

/// What a form means.
pub(crate) enum Meant<'a> {
    /// This question, which is open; or to look at the record again.
    Open(&'a LinkAction),
    /// Nothing that is asked any more: what became of it, where that is known.
    Over(Option<&'a str>),
}

/// The title and the page of a record once something on it was answered.
pub(crate) fn answered<S>(
    reader: &Reader<'_, S>,
    known: &Known,
    action: &LinkAction,
    answer: Option<&Answer>,
) -> (String, Markup) {
    let id = known.facts.id();
    let content = html! {
        p { (page::number(id)) ": " (page::done(action, answer)) }
        p { a href=(open::about(&reader.rules.model, Name::Answer, id)) { "What else waits on it" } }
        p { a href=(Name::Mine.path()) { "What is yours to do" } }
    };
    (page::heading(id, &known.standing), content)
}

/// Which question it is, in a form. It is no secret: what may be answered is found anew.
fn key(action: &LinkAction) -> String {
    let written = serde_json::to_string(action).unwrap_or_default();
    EventId::of(&["question", &written]).to_string()
}
