//! Tells people: a mail for each notice, and the digests. The text is made here, from the record
//! as it stands when the mail is written; the event only says what happened.
//!
//! It never decides who is told, and never writes into the CRM. A mail may show personal values
//! (whose lead it is); logs, results and errors never do.
//!
//! A mail is claimed, sent and marked, each event once. It is sent twice only if the function died
//! between sending and marking, or if the mail service took the mail and its answer was lost. One that says whose a
//! record is waits until the CRM has taken that. Notices that one person gets within minutes go in one mail.

mod approvals;
mod archived;
mod card;
mod clocks;
mod deliver;
mod digest;
mod drifted;
mod enclosed;
mod exceptions;
mod gathered;
mod hand_offs;
mod held;
mod html;
mod leavers;
mod letter;
mod links;
mod metrics;
mod notices;
mod reminders;
mod review;
mod review_letter;
mod several;
mod steps;
mod taken;
mod text;
mod together;
mod words;

#[cfg(test)]
mod tests;

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use contracts::{
    DigestRequested, Event, EventData, EventId, Key, ReviewRequested,
    state::{DigestState, Told},
};
use crm::{PersonId, RecordId};
use decisions::{
    Rules,
    digests::{self, Content, Morning, News, Work, content, is_left_out},
};
use engine::{
    Attempt, Clock, Failure, Handler, LinkKeys, Mail, MailMessage, OpenWork, RecordPages, Secrets,
    Table,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{Person, Revision};
use store::{Store, Versioned};

pub use links::NoLinks;

use card::Card;
use gathered::AT_ONCE;
use letter::{Letter, Writer};
use links::{MailLinks, MailSigner};
use taken::taken;

/// How long after its event a mail is still worth sending.
pub const STILL_NEWS: SignedDuration = SignedDuration::from_hours(24);

const _: () = assert!(AT_ONCE.is_multiple_of(2));

/// The function, over any table and mail service.
#[derive(Debug)]
pub struct Notify<S, C, M, K = NoLinks> {
    table: Table<S, C>,
    mail: M,
    rules: Rules,
    pages: RecordPages,
    links: Option<MailLinks<K>>,
    /// How long notices to one person wait for one another at most; zero: each is a mail of its own.
    window: SignedDuration,
}

impl<S, C, M> Notify<S, C, M> {
    /// Writes mails about what this model decides, without links to act by.
    #[must_use]
    pub const fn new(table: Table<S, C>, mail: M, rules: Rules, pages: RecordPages) -> Self {
        Self {
            table,
            mail,
            rules,
            pages,
            links: None,
            window: SignedDuration::ZERO,
        }
    }

    /// The same with links that are signed with these keys, below the public address.
    #[must_use]
    pub fn with_links<K>(self, keys: LinkKeys<K>, public_url: &str) -> Notify<S, C, M, K> {
        Notify {
            table: self.table,
            mail: self.mail,
            rules: self.rules,
            pages: self.pages,
            links: Some(MailLinks::new(keys, public_url)),
            window: self.window,
        }
    }
}

impl<S, C, M, K> Notify<S, C, M, K> {
    /// The same, where notices that one person gets within so long go in one mail. Of one that names a time by which
    /// something is to be done, at most a tenth of what is left until then is waited.
    #[must_use]
    pub const fn together_within(mut self, window: SignedDuration) -> Self {
        self.window = window;
        self
    }
}

/// What is written to people. Nothing is sent here.
impl<S: Store, C: Clock, M, K> Notify<S, C, M, K> {
    /// The mail of a digest as it would be at an instant, without links to act by; or why there would be none.
    ///
    /// # Errors
    /// If the table does not answer, or an item cannot be read.
    pub async fn digest_at(
        &self,
        to: &PersonId,
        digest: &str,
        at: Timestamp,
    ) -> Result<Result<MailMessage, String>, Failure> {
        let Some(person) = self.rules.model.people.get(to) else {
            return Ok(Err(format!("people.yaml has no {to}")));
        };
        let day = at.to_zoned(self.rules.zone_of(to).clone()).date();
        let letter = self.digest((to, person), digest, day, None, at).await?;
        Ok(letter.map(|letter| mail(person, &letter, Vec::new())))
    }

    /// The digest as it is at `at`; or why there is none.
    async fn digest(
        &self,
        (to, person): (&PersonId, &Person),
        name: &str,
        day: Date,
        signer: Option<&MailSigner>,
        at: Timestamp,
    ) -> Result<Result<Letter, String>, Failure> {
        let Some(digest) = self.rules.model.digests.get(name) else {
            return Ok(Err(format!(
                "governance.yaml has no digest `{name}` any more"
            )));
        };
        let people = digests::shown(&self.rules, digest.shows, to);
        let open = OpenWork::of(&self.table.store, &people).await?;
        let work = Work {
            clocks: &open.clocks,
            deviations: &open.deviations,
        };
        let morning = Morning {
            reader: Some(to.clone()),
            day,
            zone: self.rules.zone_of(to).clone(),
            now: at,
        };
        let sections = content(digest, work, &morning);
        let before = self.before(to, name, day).await?;
        let store = &self.table.store;
        let beside = gathered::beside(store, &self.rules, digest, (&people, work), at).await?;
        let content = Content {
            sections: &sections,
            work,
            excepted: beside.excepted.len(),
            now: at,
        };
        if is_left_out(&self.rules, (to, digest), &content, before.as_ref()) {
            return Ok(Err("nothing is left to show".to_owned()));
        }
        let shown = digest::Shown {
            day,
            people: &people,
            resting: work.resting(to, at),
            now: at,
            name,
            digest,
            sections: &sections,
            excepted: &beside.excepted,
            by_team: &beside.by_team,
            loads: &beside.loads,
            adherence: &beside.adherence,
            news: News::since(before.as_ref(), work),
        };
        let cards = self.cards(digest::records(&shown), at).await?;
        let writer = self.writer((to, person), &cards, signer);
        Ok(Ok(digest::letter(&writer, &shown)))
    }

    /// What the digest before this day's told, if this day's is the last that was asked for, or is to be.
    async fn before(
        &self,
        to: &PersonId,
        digest: &str,
        day: Date,
    ) -> Result<Option<Told>, Failure> {
        let kept = self.table.store.get(&[Key::digest(to, digest)]).await?;
        let kept = kept.into_iter().flatten().next();
        let kept = kept.map(Versioned::<DigestState>::read).transpose()?;
        Ok(kept.and_then(|kept| match kept.state.day.cmp(&day) {
            Ordering::Less => kept.state.told,
            Ordering::Equal => kept.state.before,
            Ordering::Greater => None,
        }))
    }

    const fn writer<'a>(
        &'a self,
        (to, person): (&'a PersonId, &'a Person),
        cards: &'a BTreeMap<RecordId, Card>,
        signer: Option<&'a MailSigner>,
    ) -> Writer<'a> {
        Writer {
            rules: &self.rules,
            pages: &self.pages,
            cards,
            to,
            person,
            signer,
        }
    }

    /// What is shown of each of these records, as our copies have it.
    async fn cards(
        &self,
        records: BTreeSet<RecordId>,
        at: Timestamp,
    ) -> Result<BTreeMap<RecordId, Card>, Failure> {
        let keys: Vec<Key> = records
            .iter()
            .flat_map(|record| [Key::record(record), Key::routing(record)])
            .collect();
        let mut cards: BTreeMap<RecordId, Card> = BTreeMap::new();
        for chunk in keys.chunks(AT_ONCE) {
            // A record's two items stand side by side: AT_ONCE is even.
            for pair in self.table.store.get(chunk).await?.chunks_exact_mut(2) {
                let [record, routing] = pair else { continue };
                if let Some(record) = record.take() {
                    let card = Card::read(record, routing.take(), &self.rules, at)?;
                    cards.insert(card.id.clone(), card);
                }
            }
        }
        Ok(cards)
    }
}

impl<S: Store, C: Clock, M: Mail, K: Secrets + Clone> Handler for Notify<S, C, M, K> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let (EventData::NoticeRequested { to, .. }
        | EventData::DigestRequested(DigestRequested { to, .. })
        | EventData::ReviewRequested(ReviewRequested { to, .. })) = &event.data
        else {
            return Ok(());
        };
        let taken = taken(&self.table, &self.rules.model, event, now).await?;
        if let EventData::NoticeRequested { notice, .. } = &event.data
            && self
                .goes_with_another(event, (to, notice), (&taken, now))
                .await?
        {
            return Ok(());
        }
        let mail = |tried| self.deliver(event, to, (&taken, now), tried);
        match self.table.once_or_again(&event.id, mail).await? {
            Attempt::Ended => Ok(()),
            Attempt::Busy(until) => Err(Failure::busy(until, self.table.clock.now())),
        }
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}

/// A letter to somebody, in both forms.
fn mail(person: &Person, letter: &Letter, tells: Vec<EventId>) -> MailMessage {
    MailMessage {
        to: person.email.clone(),
        subject: letter.subject.clone(),
        text: text::of(letter),
        html: html::of(letter),
        tells,
    }
}
