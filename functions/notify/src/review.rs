//! What the pack of a review is made of: read only for what is on its agenda.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use contracts::{
    Key, ReviewRequested,
    state::{ExceptionsState, MetricState, MinutesState, ReviewState, Stood},
};
use crm::{PersonId, RecordId};
use decisions::{
    gone,
    reviews::{deviations, exceptions, metrics_of},
};
use engine::{Clock, Failure, MailMessage, OpenWork, exceptions_in, metrics_kept};
use jiff::{Timestamp, civil::Date};
use model::{AgendaItem, Person, Review};
use store::{Store, Versioned};

use crate::{
    Notify,
    letter::Letter,
    mail,
    review_letter::{MOST, Pack, letter},
};

/// What was read.
struct Read {
    before: Option<Stood>,
    minutes: MinutesState,
    work: OpenWork,
    metrics: BTreeMap<String, MetricState>,
    excepted: Vec<(RecordId, ExceptionsState)>,
}

impl<S: Store, C: Clock, M, K> Notify<S, C, M, K> {
    /// The pack of a review as it would be at an instant; or why there would be none.
    ///
    /// # Errors
    /// If the table does not answer, or an item cannot be read.
    pub async fn review_at(
        &self,
        to: &PersonId,
        review: &str,
        at: Timestamp,
    ) -> Result<Result<MailMessage, String>, Failure> {
        let model = &self.rules.model;
        let (Some(person), Some(known)) = (model.people.get(to), model.reviews.get(review)) else {
            return Ok(Err(format!("the model has no {to}, or no review {review}")));
        };
        let day = at.to_zoned(self.rules.zone_of(&known.chair).clone()).date();
        let asked = ReviewRequested {
            to: to.clone(),
            review: review.to_owned(),
            day,
        };
        let letter = self.review((to, person), &asked, at).await?;
        Ok(letter.map(|letter| mail(person, &letter, Vec::new())))
    }

    /// The pack as it is at `at`; or why there is none.
    pub(crate) async fn review(
        &self,
        (to, person): (&PersonId, &Person),
        asked: &ReviewRequested,
        at: Timestamp,
    ) -> Result<Result<Letter, String>, Failure> {
        if gone(&self.rules, &asked.to, at).is_some() {
            return Ok(Err(format!("{} has left, and gets no pack", asked.to)));
        }
        let Some(review) = self.rules.model.reviews.get(&asked.review) else {
            return Ok(Err(format!(
                "governance.yaml has no review `{}` any more",
                asked.review
            )));
        };
        let read = self.read(review, &asked.review, asked.day).await?;
        let before = read.before.as_ref();
        let since = before.map(|before| before.told.at);
        let pack = Pack {
            name: &asked.review,
            review,
            day: asked.day,
            at,
            before,
            minutes: &read.minutes,
            metrics: &read.metrics,
            deviations: deviations(&read.work.deviations, before),
            excepted: exceptions(&read.excepted, since, at),
        };
        let cards = self.cards(records(&pack), at).await?;
        let writer = self.writer((to, person), &cards, None);
        Ok(Ok(letter(&writer, &pack)))
    }

    async fn read(&self, review: &Review, name: &str, day: Date) -> Result<Read, Failure> {
        let store = &self.table.store;
        let on = |item: AgendaItem| review.agenda.contains(&item);
        let keys = [Key::review(name), Key::minutes(name)];
        let mut kept = store.get(&keys).await?.into_iter();
        let mut next = || kept.next().flatten();
        let pack = next().map(Versioned::<ReviewState>::read).transpose()?;
        let minutes = next().map(Versioned::<MinutesState>::read).transpose()?;
        let before = pack.and_then(|pack| match pack.state.day.cmp(&day) {
            Ordering::Less => Some(pack.state.stood),
            Ordering::Equal => pack.state.before,
            Ordering::Greater => None,
        });
        let work = match on(AgendaItem::Deviations) {
            true => OpenWork::of(store, self.rules.model.people.keys()).await?,
            false => OpenWork::default(),
        };
        let excepted = match on(AgendaItem::Exceptions) {
            true => exceptions_in(store).await?,
            false => Vec::new(),
        };
        let metrics = metrics_kept(store, &metrics_of(&self.rules, review)).await?;
        Ok(Read {
            before,
            minutes: minutes.map(|it| it.state).unwrap_or_default(),
            work,
            metrics,
            excepted,
        })
    }
}

/// The records that the pack names.
fn records(pack: &Pack<'_>) -> BTreeSet<RecordId> {
    let of = &pack.deviations;
    let moved = [&of.opened, &of.resolved];
    let moved = moved.into_iter().flat_map(|some| some.iter().take(MOST));
    let excepted = pack.excepted.iter().take(MOST);
    moved
        .map(|(record, _)| record.clone())
        .chain(excepted.map(|(record, _)| (*record).clone()))
        .collect()
}
