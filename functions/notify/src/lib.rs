//! Tells people: a mail for each notice, and the digests. The text is made here, from the record
//! as it stands when the mail is written; the event only says what happened.
//!
//! It never decides who is told, and never writes into the CRM. A mail may show personal values
//! (whose lead it is); logs, results and errors never do.
//!
//! A mail is claimed, sent and marked, each event once. It is sent twice only if the function died
//! between sending and marking, or if the mail service took the mail and its answer was lost. One that says whose a
//! record is waits until the CRM has taken that.

mod approvals;
mod archived;
mod card;
mod clocks;
mod digest;
mod drifted;
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
mod steps;
mod taken;
mod text;
mod words;

#[cfg(test)]
mod tests;

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use contracts::{
    DigestRequested, Event, EventData, Key, Notice, ReviewRequested,
    state::{DigestState, Told},
};
use crm::{PersonId, RecordId};
use decisions::{
    Rules,
    digests::{self, Content, Morning, News, Work, content, is_left_out},
    gone, in_stead_of,
};
use engine::{
    Attempt, Clock, Ended, Failure, Handler, LinkKeys, Mail, MailError, MailMessage, OpenWork,
    RecordPages, Secrets, Table,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{Person, Revision};
use store::{Store, Versioned};

pub use links::NoLinks;

use card::Card;
use gathered::AT_ONCE;
use letter::{Letter, Writer};
use links::{MailLinks, MailSigner};
use taken::{Taken, taken};

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
        }
    }
}

impl<S: Store, C: Clock, M: Mail, K: Secrets + Clone> Notify<S, C, M, K> {
    /// Writes and sends the mail that an event asks for, which is news since an instant, or says why there is none.
    async fn deliver(
        &self,
        event: &Event,
        to: &PersonId,
        (since, now): (Timestamp, Timestamp),
    ) -> Result<Ended, Failure> {
        if now.duration_since(since) > STILL_NEWS {
            return Ok(Ended::skipped(
                "the event is more than a day old: no news any more",
            ));
        }
        let left = gone(&self.rules, to, now);
        let (meant, to) = (to, in_stead_of(&self.rules, to, now));
        let Some(person) = self.rules.model.people.get(to) else {
            return Ok(Ended::skipped(format!(
                "{to} is not in people.yaml, so there is no address to write to"
            )));
        };
        let signer = match &self.links {
            Some(links) => links.signer(&event.id, self.table.clock.now()).await,
            None => None,
        };
        let signer = signer.as_ref();
        let (what, mut letter) = match &event.data {
            EventData::NoticeRequested {
                notice:
                    notice @ Notice::Archived {
                        person: of,
                        source,
                        place,
                    },
                ..
            } => {
                let cards = BTreeMap::new();
                let writer = self.writer((to, person), &cards, signer);
                let letter = archived::letter(&writer, of, source, *place);
                (notices::name_of(notice).to_owned(), letter)
            }
            EventData::NoticeRequested { notice, .. } => {
                let about = notices::about(event, notice);
                let whom = (to, person);
                let said = self.notice(&about, whom, notice, signer, event.time);
                let Some(said) = said.await? else {
                    return Ok(Ended::skipped("the event names no record to write about"));
                };
                said
            }
            EventData::DigestRequested(_) if left.is_some() => {
                return Ok(Ended::skipped(format!(
                    "{meant} has left, and gets no digest"
                )));
            }
            EventData::DigestRequested(DigestRequested { digest, day, .. }) => {
                match self
                    .digest((to, person), digest, *day, signer, event.time)
                    .await?
                {
                    Ok(letter) => (format!("digest {digest}"), letter),
                    Err(why) => return Ok(Ended::skipped(why)),
                }
            }
            EventData::ReviewRequested(asked) => {
                match self.review((to, person), asked, event.time).await? {
                    Ok(letter) => (format!("pack of the review {}", asked.review), letter),
                    Err(why) => return Ok(Ended::skipped(why)),
                }
            }
            _ => return Ok(Ended::skipped("the event asks for no mail")),
        };
        if let Some(left) = left {
            let meant_for = leavers::meant_for(&self.rules, meant, left);
            letter.blocks.insert(0, meant_for);
        }
        match self.mail.send(&mail(person, &letter)).await {
            Ok(()) => Ok(Ended::done(format!("{what}: mail to {to} sent"))),
            // The service's own words could repeat the address.
            Err(MailError::Refused(_)) => Ok(Ended::refused(
                event,
                format!(
                    "the mail service refuses the mail to {to}: check their address in people.yaml and the sender in MAIL_FROM"
                ),
            )),
            Err(MailError::Unavailable(_)) => Err(Failure::everybody(format!(
                "the mail service did not take the mail to {to}"
            ))),
        }
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
        Ok(letter.map(|letter| mail(person, &letter)))
    }

    async fn notice(
        &self,
        about: &BTreeSet<RecordId>,
        whom: (&PersonId, &Person),
        notice: &Notice,
        signer: Option<&MailSigner>,
        at: Timestamp,
    ) -> Result<Option<(String, Letter)>, Failure> {
        let cards = self.cards(about.clone(), at).await?;
        let writer = self.writer(whom, &cards, signer);
        let letter = match about.first() {
            Some(record) => notices::letter(&writer, record, notice),
            None => metrics::letter(&writer, notice),
        };
        let what = notices::name_of(notice).to_owned();
        Ok(letter.map(|letter| (what, letter)))
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
        let mail = async {
            match taken {
                Taken::Since(since) => self.deliver(event, to, (since, now)).await,
                Taken::Not(why) => Ok(Ended::skipped(why)),
            }
        };
        match self.table.once(&event.id, mail).await? {
            Attempt::Ended => Ok(()),
            Attempt::Busy(until) => Err(Failure::busy(until, self.table.clock.now())),
        }
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}

/// A letter to somebody, in both forms.
fn mail(person: &Person, letter: &Letter) -> MailMessage {
    MailMessage {
        to: person.email.clone(),
        subject: letter.subject.clone(),
        text: text::of(letter),
        html: html::of(letter),
    }
}
