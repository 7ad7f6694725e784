use contracts::{
    Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{DriftState, QUARANTINED_FOR, QuarantineState},
};
use crm::{ObjectMapping, RecordId};
use decisions::drift::{self, Odd};
use engine::{Clock, Crm, CycleError, Failure, Round, Unreadable};
use jiff::tz::TimeZone;
use store::{Item, Store, StoreError, Versioned, put_state};

use crate::{CrmSync, Named, Results, first};

/// Records whose fields could not all be read.
pub(crate) type Unread = Vec<(RecordId, Vec<Unreadable>)>;

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Tells of fields that could not be read, each once, and puts every record of which that is so aside, so that it
    /// is fetched again once the model knows better. What is kept of the records stands without those fields.
    pub(crate) async fn tell_drift(
        &self,
        mapping: &ObjectMapping,
        unread: &Unread,
        named: &Named<'_>,
        results: &mut Results,
    ) {
        for (record, fields) in unread {
            let odd: Vec<Odd> = fields.iter().filter(|it| !it.past).map(odd).collect();
            let Some((event, _)) = first(named, record).filter(|_| !odd.is_empty()) else {
                continue;
            };
            let told = self.put_aside(mapping, record, &odd, event).await;
            if let Err(failure) = told {
                results.insert(record.clone(), Err(failure));
            }
        }
    }

    async fn put_aside(
        &self,
        mapping: &ObjectMapping,
        record: &RecordId,
        odd: &[Odd],
        event: &Event,
    ) -> Result<(), Failure> {
        let now = self.table.clock.now();
        let day = now.to_zoned(TimeZone::UTC).date();
        let hash = &self.rules.model.revision.hash;
        let id = EventId::of(&["drift", &record.to_string(), hash]);
        let keys = [Key::drift(), Key::quarantine(day, &id)];
        let put: Result<(), CycleError> = self
            .table
            .change(&keys, |found| {
                Ok(self.aside((mapping, record, odd), event, (&keys, found))?)
            })
            .await;
        Ok(put?)
    }

    fn aside(
        &self,
        (mapping, record, odd): (&ObjectMapping, &RecordId, &[Odd]),
        event: &Event,
        (keys, found): (&[Key; 2], Vec<Option<Item>>),
    ) -> Result<Round<()>, StoreError> {
        let [of_all, of_this] = keys;
        let now = self.table.clock.now();
        let mut found = found.into_iter();
        let known = found.next().flatten();
        let known = known.map(Versioned::<DriftState>::read).transpose()?;
        let kept = found.next().flatten();
        let kept = kept.map(Versioned::<QuarantineState>::read).transpose()?;
        let state = known.as_ref().map(|it| it.state.clone());
        let new = drift::found(&self.rules, record, odd, &state.unwrap_or_default(), now);
        let mut puts = Vec::new();
        if kept.as_ref().is_none_or(|it| it.state.settled.is_some()) {
            let state = QuarantineState {
                reason: drift::reason(&self.rules, record, odd),
                subscription: None,
                object: Some(record.id.clone()),
                at: now,
                source: Some(record.source.clone()),
                of: Some(mapping.object.clone()),
                revision: Some(self.rules.model.revision.clone()),
                settled: None,
            };
            let mut put = put_state(of_this.clone(), &state, kept.as_ref(), Indexes::default());
            put.expires = now.checked_add(QUARANTINED_FOR).ok();
            puts.push(put);
        }
        let Some((after, draft)) = new else {
            return Ok(match puts.is_empty() {
                true => Round::Nothing(()),
                false => Round::writing(puts, ()),
            });
        };
        let known = known.as_ref();
        puts.push(put_state(of_all.clone(), &after, known, Indexes::default()));
        let names: Vec<&str> = odd.iter().map(|it| it.field.as_str()).collect();
        let hash = &self.rules.model.revision.hash;
        let id = EventId::of(&["drift", &record.to_string(), &names.join(","), hash]);
        let audit = draft.into_audit(
            Function::CrmSync,
            Subject::Record(record.clone()),
            &Cause::of(event).known_as(id),
            0,
            &self.rules.model.revision,
            now,
        );
        let key = Key::audit(&audit.subject, &audit.decision);
        Ok(Round::writing(puts, ()).recorded(audit).unless(key, ()))
    }
}

fn odd(unreadable: &Unreadable) -> Odd {
    Odd {
        field: unreadable.field.clone(),
        property: unreadable.property.clone(),
        why: unreadable.why.word(),
        said: unreadable.to_string(),
        shape: unreadable.shape.clone(),
    }
}
