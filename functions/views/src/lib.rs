//! Answers people: shows what a signed link is about, and takes what is asked on the page. It keeps no
//! state and decides nothing: what is asked goes on the bus, and the owner of the state decides.
//!
//! Mail scanners and previews open every link of a mail, so opening one only shows; what it lets
//! somebody do is done by the form of the page. A link is checked at each use: whether it is ours, still
//! open, not revoked, and whether its person may still act on the record. Pages show personal values, as
//! mails do; logs, events and refusals never do, and the link itself is never logged.

mod address;
mod answering;
mod asking;
mod door;
mod excepting;
mod form;
mod list;
mod page;
mod pages;
mod question;
mod refused;
mod reminding;
mod sign_in;
mod standing;
mod style;
mod things;
mod why;

#[cfg(test)]
mod tests;

use contracts::{Key, Link, LinkAction, state::LinksState};
use decisions::{
    Rules,
    links::{may_see, right_of},
    rights::is_there,
};
use engine::{
    Bus, LINKS_PATH, LinkKeys, OpenedLink, RecordFacts, RecordPages, Secrets, Web,
    webhooks::{Answer, Request, WebhookHandler},
};
use jiff::Timestamp;
use store::{Store, read_or_default};

use answering::Given;
use asking::{asking, breaker_of};
use form::Form;
use list::List;
use pages::Reply;
use question::Asking;
use refused::Refused;
use standing::Standing;

pub use sign_in::SignIn;

/// The function, over any table, bus and keeper of secrets.
#[derive(Debug)]
pub struct Views<S, B, K, W> {
    store: S,
    bus: B,
    keys: LinkKeys<K>,
    rules: Rules,
    pages: RecordPages,
    sign_in: Option<SignIn<W, K>>,
}

impl<S: Store, B: Bus, K: Secrets + Clone, W: Web> Views<S, B, K, W> {
    /// Serves links that are signed with these keys, for the people of this model.
    #[must_use]
    pub fn new(store: S, bus: B, keys: LinkKeys<K>, rules: Rules) -> Self {
        Self {
            store,
            bus,
            keys,
            rules,
            pages: RecordPages::default(),
            sign_in: None,
        }
    }

    /// The same, with pages for whoever signs in so.
    #[must_use]
    pub fn with_sign_in(mut self, sign_in: SignIn<W, K>) -> Self {
        self.sign_in = Some(sign_in);
        self
    }

    /// The same, and pages lead to the records in the CRM.
    #[must_use]
    pub fn with_record_pages(mut self, pages: RecordPages) -> Self {
        self.pages = pages;
        self
    }

    /// The same, by another model.
    #[cfg(test)]
    pub(crate) fn with_rules(self, rules: Rules) -> Self {
        Self { rules, ..self }
    }

    /// The page that a request is answered with.
    async fn serve(&self, request: &Request, now: Timestamp) -> Result<String, Refused> {
        let asks = match request.method.as_str() {
            "GET" | "HEAD" => false,
            "POST" => true,
            _ => return Err(Refused::Method),
        };
        let text = request.path.strip_prefix(LINKS_PATH).unwrap_or_default();
        let opened = self.keys.open(text, now).await?;
        if matches!(opened.link.action, LinkAction::List { .. }) {
            return self.list(&opened.link, &request.query, now).await;
        }
        let (facts, standing, asking) = self.allowed(&opened.link, now).await?;
        if opened.link.action == LinkAction::Why {
            return self.why(&opened.link, &standing, &request.query, now).await;
        }
        let page = || page::shown(&self.rules, &opened, &standing, asking.as_ref(), now);
        if !asks {
            return Ok(page());
        }
        let form = Form::read(&request.body)?;
        form.check(&opened, now)?;
        if form.answer.is_some() != asking.is_some() {
            return Err(Refused::Form);
        }
        // Somebody was faster, or this is the second press: the page shows what was answered and by whom.
        if asking.as_ref().is_some_and(|it| it.settled.is_some()) {
            return Ok(page());
        }
        self.ask((&opened, &facts), &form, now).await?;
        Ok(page::asked(
            &standing,
            &opened.link.action,
            form.answer.as_ref(),
        ))
    }

    /// The page that shows what a digest has for somebody, and offers nothing to do.
    async fn list(&self, link: &Link, query: &str, now: Timestamp) -> Result<String, Refused> {
        self.is_open(link, now).await?;
        let digest = list::digest_of(&self.rules, link)?;
        let of = (&link.person, digest);
        let list = List::read(&self.store, &self.rules, of, list::page_of(query), now).await?;
        // Its links stand beside it, so that they need no address of their own.
        let signer = self.keys.signer("", now).await?;
        let said = list.markup((&self.rules, &self.pages), link, &signer, now);
        Ok(page::list(&said))
    }

    /// Whether a link may still be used, by somebody who is still there.
    async fn is_open(&self, link: &Link, now: Timestamp) -> Result<(), Refused> {
        if !link.is_open(now) {
            return Err(Refused::Expired);
        }
        let revoked = self.store.get(&[Key::links()]).await?;
        let revoked: LinksState = read_or_default(revoked.first())?;
        if revoked.revokes(link) {
            return Err(Refused::Revoked);
        }
        // Whoever is there no more has no right to anything, whatever the link is for.
        is_there(&self.rules, &link.person, now).map_err(|_| Refused::NoRight)
    }

    /// The page that says why things are as they are, and offers nothing to do.
    async fn why(
        &self,
        link: &Link,
        standing: &Standing,
        query: &str,
        now: Timestamp,
    ) -> Result<String, Refused> {
        let story = why::story_of(&self.store, &standing.copy.id, now).await?;
        let story = story.ok_or(Refused::NoRecord)?;
        let said = why::markup(
            &self.rules,
            &link.person,
            (&standing.copy, query),
            &story,
            now,
        );
        Ok(page::why(&self.rules, link, standing, &said))
    }

    /// How the record stands, and what is asked of the link's person, if they may still do with it what the link
    /// says.
    async fn allowed(
        &self,
        link: &Link,
        now: Timestamp,
    ) -> Result<(RecordFacts, Standing, Option<Asking>), Refused> {
        self.is_open(link, now).await?;
        let record = link.record.as_ref().ok_or(Refused::NoRecord)?;
        let items = self.store.partition(&Key::partition_of(record)).await?;
        let facts = RecordFacts::read(items)?.ok_or(Refused::NoRecord)?;
        if facts.record.state.record.archived {
            return Err(Refused::NoRecord);
        }
        let standing = Standing::of(&self.rules, &facts, now)?;
        let of = (&link.person, &link.action);
        // Who may answer what is asked, what is asked says.
        let breaker = breaker_of(&self.store, &link.action).await?;
        let known = (&facts, breaker.as_ref());
        if let Some(asking) = asking(&self.rules, known, of, now)? {
            return Ok((facts, standing, Some(asking)));
        }
        let owner = standing.owner.as_ref();
        let may = match link.action {
            LinkAction::Why => may_see(&self.rules, &link.person, owner),
            _ => right_of(&self.rules.model, &link.person, owner).is_some(),
        };
        if may {
            Ok((facts, standing, None))
        } else {
            Err(Refused::NoRight)
        }
    }

    /// Puts on the bus what the link lets its person do.
    async fn ask(
        &self,
        (opened, facts): (&OpenedLink, &RecordFacts),
        form: &Form,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let link = &opened.link;
        let given = Given {
            person: &link.person,
            action: &link.action,
            answer: form.answer.as_ref(),
            // A form that is sent twice is one happening; one that is shown anew is another.
            once: &[link.mail.as_str(), &form.shown],
        };
        self.give((facts, given), now).await
    }

    /// Puts an answer on the bus.
    pub(crate) async fn give(
        &self,
        (facts, given): (&RecordFacts, Given<'_>),
        now: Timestamp,
    ) -> Result<(), Refused> {
        let events = answering::events((&self.rules, facts), given, now)?;
        self.bus.publish(&events).await?;
        let (person, action, record) = (given.person, given.action.word(), facts.id());
        tracing::info!(%person, %record, action, "answered");
        Ok(())
    }
}

impl<S: Store, B: Bus, K: Secrets + Clone, W: Web> WebhookHandler for Views<S, B, K, W> {
    async fn answer(&self, request: Request, now: Timestamp) -> Answer {
        if let Some(name) = pages::Name::of(&request.path) {
            return self.page(name, &request, now).await.answer(&request.method);
        }
        let (status, body) = match self.serve(&request, now).await {
            Ok(page) => (200, page),
            Err(refused) => {
                let status = refused.status();
                if status >= 500 {
                    tracing::error!(status, why = %refused.cause(), "link not served");
                } else {
                    tracing::warn!(status, why = %refused.cause(), "link refused");
                }
                (status, page::refused(&refused))
            }
        };
        Reply::of(status, body).answer(&request.method)
    }
}
