//! What becomes of each record: made, put under its account, worked on, moved, lost.

use crm::{ActivityKind, FieldRef, RecordId, RecordKind, Value};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::{
    Generator, Size,
    cast::{Cast, set},
    moves::{in_pipeline, to_stage},
    values::{fields_of, people_of},
};
use crate::{
    story::{Action, ActionKind},
    world::after,
};

/// An account, and when it is made.
type Account = (RecordId, Timestamp);

impl Generator {
    pub(super) fn lives(
        &self,
        rng: &mut Rng,
        (from, until): (Timestamp, Timestamp),
        [accounts, leads, opportunities]: [usize; 3],
        size: Size,
        actions: &mut Vec<Action>,
    ) {
        let mut cast = Cast {
            rng,
            until,
            people: people_of(&self.rules.model),
            actions,
        };
        let accounts = self.ids(RecordKind::Account, accounts);
        let length = until.duration_since(from).as_secs().max(1);
        let when = |cast: &mut Cast<'_>| {
            let latest = match size {
                Size::Plain { .. } => length,
                _ => length / 2,
            };
            after(
                from,
                SignedDuration::from_secs(cast.rng.i64(0..latest.max(1))),
            )
        };
        let accounts: Vec<Account> = accounts
            .into_iter()
            .map(|account| {
                let at = when(&mut cast);
                self.account(&mut cast, &account, at);
                (account, at)
            })
            .collect();
        let mut before: Option<RecordId> = None;
        for lead in self.ids(RecordKind::Lead, leads) {
            let at = when(&mut cast);
            self.lead(&mut cast, &lead, &accounts, at);
            if let Some(before) = before.filter(|_| cast.percent(4)) {
                let at = cast.later(at);
                cast.add(
                    at,
                    ActionKind::Merged {
                        record: lead.clone(),
                        into: before,
                    },
                );
            }
            before = Some(lead);
        }
        for opportunity in self.ids(RecordKind::Opportunity, opportunities) {
            let at = when(&mut cast);
            self.opportunity(&mut cast, &opportunity, &accounts, at);
        }
        if cast.percent(40) {
            self.absence(&mut cast, from);
        }
        if cast.percent(50) && !matches!(size, Size::Plain { .. }) {
            let half = after(from, SignedDuration::from_secs(length / 2));
            let at = cast.later(half);
            self.answered(&mut cast, at);
        }
        if matches!(size, Size::Short) && cast.percent(4) {
            let at = when(&mut cast);
            self.import(&mut cast, leads, at);
        }
    }

    /// Somebody imports a list: enough leads at once to come in bulk.
    fn import(&self, cast: &mut Cast<'_>, known: usize, at: Timestamp) {
        let many = known.saturating_add(cast.rng.usize(11..=14));
        let new = self.ids(RecordKind::Lead, many).into_iter().skip(known);
        let records = new.map(|lead| {
            let fields = self.draw(cast, lead.kind, at);
            (lead, fields)
        });
        let records = records.collect();
        cast.add(at, ActionKind::Imported { records });
    }

    fn ids(&self, kind: RecordKind, count: usize) -> Vec<RecordId> {
        let Some(source) = self.rules.model.sources_of(kind).next() else {
            return Vec::new();
        };
        let ids = (1..=count).map(|number| RecordId::new(source, kind, number.to_string()));
        ids.filter_map(Result::ok).collect()
    }

    fn account(&self, cast: &mut Cast<'_>, account: &RecordId, at: Timestamp) {
        let mut fields = self.draw(cast, account.kind, at);
        if cast.percent(15) {
            fields.extend(self.owner(cast, account.kind));
        }
        cast.add(at, set(account, fields, None));
        self.edits(cast, account, at, 20);
    }

    fn lead(&self, cast: &mut Cast<'_>, lead: &RecordId, accounts: &[Account], at: Timestamp) {
        let mut fields = self.draw(cast, lead.kind, at);
        if cast.percent(8) {
            fields.extend(self.owner(cast, lead.kind));
        }
        cast.add(at, set(lead, fields, None));
        belongs(cast, lead, accounts, at);
        self.worked_on(cast, lead, at);
        let journey = self.journey(cast, lead.kind);
        self.moves(cast, lead, journey, at, 2);
        self.changed_by_hand(cast, lead, at);
        self.edits(cast, lead, at, 40);
        ends(cast, lead, at);
    }

    fn opportunity(
        &self,
        cast: &mut Cast<'_>,
        opportunity: &RecordId,
        accounts: &[Account],
        at: Timestamp,
    ) {
        let mut fields = self.draw(cast, opportunity.kind, at);
        if !cast.percent(10) {
            fields.extend(self.owner(cast, opportunity.kind));
        }
        let journey = self.journey(cast, opportunity.kind);
        if let Some(stage) = journey.and_then(|it| it.stages.first()) {
            fields.extend(to_stage(&stage.name));
        }
        fields.extend(journey.and_then(in_pipeline));
        let by = cast.person();
        cast.add(at, set(opportunity, fields, by));
        belongs(cast, opportunity, accounts, at);
        self.worked_on(cast, opportunity, at);
        self.moves(cast, opportunity, journey, at, 4);
        self.edits(cast, opportunity, at, 60);
        ends(cast, opportunity, at);
    }

    /// Something in each field that people fill in.
    fn draw(
        &self,
        cast: &mut Cast<'_>,
        kind: RecordKind,
        at: Timestamp,
    ) -> Vec<(String, Option<Value>)> {
        let model = &self.rules.model;
        let fields = fields_of(model, kind).into_iter();
        fields
            .filter_map(|field| {
                let value = self.values.draw(model, &field, at, cast.rng)?;
                Some((field.name, Some(value)))
            })
            .collect()
    }

    /// An owner, where the model has such a field.
    fn owner(&self, cast: &mut Cast<'_>, kind: RecordKind) -> Option<(String, Option<Value>)> {
        let fields = self.rules.model.records.get(&kind)?;
        fields.get("owner")?;
        let person = cast.person()?;
        Some(("owner".to_owned(), Some(Value::Person(person))))
    }

    /// Contacts and replies.
    fn worked_on(&self, cast: &mut Cast<'_>, record: &RecordId, at: Timestamp) {
        let mut at = at;
        while cast.percent(65) {
            at = cast.later(at);
            if at >= cast.until {
                return;
            }
            let what = match cast.rng.u8(0..10) {
                0..=1 => ActionKind::Replied {
                    record: record.clone(),
                },
                2 => ActionKind::Contacted {
                    record: record.clone(),
                    by: cast.person(),
                    kind: Some(ActivityKind::Call),
                },
                how => ActionKind::Contacted {
                    record: record.clone(),
                    by: None,
                    kind: match how {
                        3..=4 => Some(ActivityKind::Call),
                        5 => Some(ActivityKind::Meeting),
                        6..=8 => Some(ActivityKind::Email),
                        _ => None,
                    },
                },
            };
            cast.add(at, what);
        }
    }

    /// Somebody gives a lead away, or takes its owner off.
    fn changed_by_hand(&self, cast: &mut Cast<'_>, record: &RecordId, at: Timestamp) {
        if !cast.percent(12) {
            return;
        }
        let at = cast.later(at);
        let owner = match cast.percent(30) {
            true => Some(("owner".to_owned(), None)),
            false => self.owner(cast, record.kind),
        };
        let by = cast.person();
        cast.add(at, set(record, owner.into_iter().collect(), by));
    }

    /// Somebody corrects a field.
    fn edits(&self, cast: &mut Cast<'_>, record: &RecordId, at: Timestamp, chance: u8) {
        let fields: Vec<FieldRef> = fields_of(&self.rules.model, record.kind);
        let mut at = at;
        while cast.percent(chance) {
            at = cast.later(at);
            if at >= cast.until {
                return;
            }
            let Some(field) = cast.rng.choice(&fields).cloned() else {
                return;
            };
            let value = self.values.draw(&self.rules.model, &field, at, cast.rng);
            let by = cast.person();
            cast.add(at, set(record, vec![(field.name, value)], by.clone()));
            // Who corrects one field often corrects another at once.
            if cast.percent(40) {
                let Some(field) = cast.rng.choice(&fields).cloned() else {
                    return;
                };
                let at = after(at, SignedDuration::from_millis(cast.rng.i64(50..2_500)));
                let value = self.values.draw(&self.rules.model, &field, at, cast.rng);
                cast.add(at, set(record, vec![(field.name, value)], by));
            }
        }
    }

    fn answered(&self, cast: &mut Cast<'_>, at: Timestamp) {
        // Who may: others are refused.
        let journeys = self.rules.model.lifecycles.values();
        let right = journeys.filter_map(|it| it.when_turned_back.right.as_ref());
        let mut rights = right.filter_map(|it| self.rules.model.decision_rights.get(it));
        let may = rights.next().map(|right| &right.people);
        let by = match may {
            Some(may) => cast.rng.choice(may).cloned(),
            None => cast.person(),
        };
        let Some(by) = by else { return };
        let turn_back = cast.percent(50);
        cast.add(at, ActionKind::Answered { by, turn_back });
    }

    fn absence(&self, cast: &mut Cast<'_>, from: Timestamp) {
        let Some(person) = cast.person() else { return };
        let at = cast.later(from);
        let begins = cast.later(at);
        let to = after(begins, SignedDuration::from_hours(cast.rng.i64(2..72)));
        cast.add(
            at,
            ActionKind::Away {
                person,
                from: begins,
                to,
                cover: None,
            },
        );
    }
}

/// The product puts a record under its account a moment after it is made, or with it, or never.
fn belongs(cast: &mut Cast<'_>, record: &RecordId, accounts: &[Account], at: Timestamp) {
    let Some((account, made)) = cast.rng.choice(accounts).cloned() else {
        return;
    };
    if cast.percent(10) {
        return;
    }
    let seconds = match cast.percent(30) {
        true => 0,
        false => cast.rng.i64(0..40),
    };
    let at = after(at.max(made), SignedDuration::from_secs(seconds));
    let record = record.clone();
    cast.add(at, ActionKind::Belongs { record, account });
}

/// A record is deleted, and perhaps restored; or its person is erased for privacy.
fn ends(cast: &mut Cast<'_>, record: &RecordId, at: Timestamp) {
    if !cast.percent(6) {
        return;
    }
    let record = record.clone();
    let at = cast.later(at);
    if record.kind == RecordKind::Lead && cast.percent(30) {
        return cast.add(at, ActionKind::Erased { record });
    }
    cast.add(
        at,
        ActionKind::Deleted {
            record: record.clone(),
        },
    );
    if cast.percent(50) {
        let at = cast.later(at);
        cast.add(at, ActionKind::Restored { record });
    }
}
