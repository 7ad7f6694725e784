//! One mail: of a digest, of the pack of a review, or of the notices that go together.

use std::{collections::BTreeSet, time::Duration};

use contracts::{
    DigestRequested, Event, EventData, EventId, Key, Notice,
    state::{EffectState, EffectStatus},
};
use crm::PersonId;
use decisions::{gone, in_stead_of};
use engine::{Clock, Ended, Failure, Mail, MailError, Secrets, Tried};
use jiff::Timestamp;
use model::Person;
use store::{MOST_IN_TRANSACTION, Store, Versioned};

use crate::{
    Notify, STILL_NEWS, archived, enclosed, leavers,
    letter::Letter,
    mail, metrics, notices, several,
    taken::{Taken, taken},
    together::{Waiting, patience},
};

/// What a letter is called in the result, and the letter; or why there is none.
type Written = Result<(String, Letter), String>;

impl<S: Store, C: Clock, M: Mail, K: Secrets + Clone> Notify<S, C, M, K> {
    /// Writes and sends the mail that an event asks for, or says why there is none.
    pub(crate) async fn deliver(
        &self,
        event: &Event,
        meant: &PersonId,
        (taken, now): (&Taken, Timestamp),
        tried: Tried,
    ) -> Result<Ended, Failure> {
        let news = still_news(taken, now);
        if let EventData::NoticeRequested { notice, .. } = &event.data
            && let Some(waiting) = self.waiting(event, notice, (news.is_ok(), tried), now)
            && let Some(until) = enclosed::waits(&self.table, meant, &waiting, now).await?
        {
            let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            return Err(Failure::Waits {
                why: format!("what else there is to tell {meant} goes with it, at {until}"),
                wait,
                left: Some(wait),
            });
        }
        let enclosed = match self.may_enclose(event, tried) {
            true => self.still_to_tell(event, now).await?,
            false => Vec::new(),
        };
        if let (Err(why), true) = (&news, enclosed.is_empty()) {
            return Ok(Ended::skipped(why.clone()));
        }
        let left = gone(&self.rules, meant, now);
        let to = in_stead_of(&self.rules, meant, now);
        let Some(person) = self.rules.model.people.get(to) else {
            let why = format!("{to} is not in people.yaml, so there is no address to write to");
            for other in &enclosed {
                self.table.skip_enclosed(&other.id, &why).await?;
            }
            return Ok(Ended::skipped(why));
        };
        let own = match news {
            Ok(()) if left.is_some() && matches!(event.data, EventData::DigestRequested(_)) => {
                Err(format!("{meant} has left, and gets no digest"))
            }
            Ok(()) => self.written(event, (to, person)).await?,
            Err(why) => Err(why),
        };
        let mut told = Vec::with_capacity(enclosed.len());
        for other in enclosed {
            match self.written(&other, (to, person)).await? {
                Ok((_, letter)) => {
                    let asks = asks(&other);
                    told.push((other.id, (letter, asks)));
                }
                Err(why) => self.table.skip_enclosed(&other.id, &why).await?,
            }
        }
        let ended = ended(&own, to, told.len());
        if let Ok((_, letter)) = own {
            told.insert(0, (event.id.clone(), (letter, asks(event))));
        }
        let (tells, letters): (Vec<EventId>, Vec<_>) = told.into_iter().unzip();
        let Some(mut letter) = several::in_one(letters) else {
            return Ok(ended);
        };
        if let Some(left) = left {
            let meant_for = leavers::meant_for(&self.rules, meant, left);
            letter.blocks.insert(0, meant_for);
        }
        self.send(event, (to, person), (&letter, tells), ended)
            .await
    }

    /// Sends a mail; it ends so, unless the mail service refuses it.
    async fn send(
        &self,
        event: &Event,
        (to, person): (&PersonId, &Person),
        (letter, tells): (&Letter, Vec<EventId>),
        ended: Ended,
    ) -> Result<Ended, Failure> {
        match self.mail.send(&mail(person, letter, tells)).await {
            Ok(()) => Ok(ended),
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

    /// Lets a notice go with the mail of another that waits for others. Whether it does.
    pub(crate) async fn goes_with_another(
        &self,
        event: &Event,
        (meant, notice): (&PersonId, &Notice),
        (taken, now): (&Taken, Timestamp),
    ) -> Result<bool, Failure> {
        let tells = still_news(taken, now).is_ok();
        match self.waiting(event, notice, (tells, Tried::Never), now) {
            Some(waiting) => {
                let what = notices::name_of(notice);
                let result = format!("{what}: told to {meant} in one mail with others");
                let it = (event, &waiting);
                enclosed::enclose(&self.table, meant, it, (&result, now)).await
            }
            None => Ok(false),
        }
    }

    /// How a notice waits for others; none if it waits for none, and none went with it.
    fn waiting<'a>(
        &self,
        event: &'a Event,
        notice: &Notice,
        (tells, tried): (bool, Tried),
        now: Timestamp,
    ) -> Option<Waiting<'a>> {
        let waits = self.window.is_positive() && (tells || tried == Tried::Before);
        waits.then(|| Waiting {
            id: &event.id,
            tells,
            patience: patience(notice, self.window, now),
            window: self.window,
        })
    }

    /// Whether other notices may go with the mail of this event.
    fn may_enclose(&self, event: &Event, tried: Tried) -> bool {
        // Who has waited for others has given its claim back.
        let waited = self.window.is_positive() && tried == Tried::Before;
        waited && matches!(event.data, EventData::NoticeRequested { .. })
    }

    /// The notices that go with the mail of this one and are still to be told.
    async fn still_to_tell(&self, event: &Event, now: Timestamp) -> Result<Vec<Event>, Failure> {
        let enclosed = enclosed::with(&self.table.store, &event.id).await?;
        let mut over = BTreeSet::new();
        for some in enclosed.chunks(MOST_IN_TRANSACTION) {
            let keys: Vec<Key> = some.iter().map(|it| Key::effect(&it.id)).collect();
            for item in self.table.store.get(&keys).await?.into_iter().flatten() {
                let key = item.key.clone();
                let effect = Versioned::<EffectState>::read(item)?.state;
                if effect.status == EffectStatus::Skipped {
                    over.insert(key);
                }
            }
        }
        let mut told = Vec::with_capacity(enclosed.len());
        for other in enclosed {
            if over.contains(&Key::effect(&other.id)) {
                continue;
            }
            let taken = taken(&self.table, &self.rules.model, &other, now).await?;
            match still_news(&taken, now) {
                Ok(()) => told.push(other),
                Err(why) => self.table.skip_enclosed(&other.id, &why).await?,
            }
        }
        Ok(told)
    }

    /// What an event asks to be written to somebody.
    async fn written(
        &self,
        event: &Event,
        (to, person): (&PersonId, &Person),
    ) -> Result<Written, Failure> {
        let signer = match &self.links {
            Some(links) => links.signer(&event.id, self.table.clock.now()).await,
            None => None,
        };
        let signer = signer.as_ref();
        let whom = (to, person);
        match &event.data {
            EventData::NoticeRequested { notice, .. } => {
                let what = notices::name_of(notice).to_owned();
                let about = notices::about(event, notice);
                let cards = self.cards(about.clone(), event.time).await?;
                let writer = self.writer(whom, &cards, signer);
                let letter = match (notice, about.first()) {
                    (
                        Notice::Archived {
                            person,
                            source,
                            place,
                        },
                        _,
                    ) => Some(archived::letter(&writer, person, source, *place)),
                    (_, Some(record)) => notices::letter(&writer, record, notice),
                    (_, None) => metrics::letter(&writer, notice),
                };
                let none = || "the event names no record to write about".to_owned();
                Ok(letter.map(|letter| (what, letter)).ok_or_else(none))
            }
            EventData::DigestRequested(DigestRequested { digest, day, .. }) => {
                let written = self.digest(whom, digest, *day, signer, event.time).await?;
                Ok(written.map(|letter| (format!("digest {digest}"), letter)))
            }
            EventData::ReviewRequested(asked) => {
                let written = self.review(whom, asked, event.time).await?;
                Ok(written.map(|letter| (format!("pack of the review {}", asked.review), letter)))
            }
            _ => Ok(Err("the event asks for no mail".to_owned())),
        }
    }
}

/// How an event ends whose mail is taken, with which so many others went.
fn ended(own: &Written, to: &PersonId, others: usize) -> Ended {
    match own {
        Ok((what, _)) if others == 0 => Ended::done(format!("{what}: mail to {to} sent")),
        Ok((what, _)) => Ended::done(format!(
            "{what}: mail to {to} sent, with {others} more notices"
        )),
        Err(why) if others == 0 => Ended::skipped(why.clone()),
        Err(why) => Ended::skipped(format!(
            "{why}; what waited with it is told to {to} in one mail, {others} in number"
        )),
    }
}

/// Whether what an event tells is so, and news; or why it is not.
fn still_news(taken: &Taken, now: Timestamp) -> Result<(), String> {
    match taken {
        Taken::Since(since) if now.duration_since(*since) > STILL_NEWS => {
            Err("the event is more than a day old: no news any more".to_owned())
        }
        Taken::Since(_) => Ok(()),
        Taken::Not(why) => Err(why.clone()),
    }
}

/// Whether an event asks its reader for an answer.
const fn asks(event: &Event) -> bool {
    match &event.data {
        EventData::NoticeRequested { notice, .. } => notices::asks(notice),
        _ => false,
    }
}
