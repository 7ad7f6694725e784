//! What people do in the CRM and at the command line, and the webhooks that tell of it.

use contracts::{Function, state::Span};
use crm::{Author, PersonId, RecordId};
use decisions::exceptions::Wanted;
use engine::webhooks::{Body, Request};
use jiff::SignedDuration;

use super::{Company, Next, ticks::whole_minute};
use crate::{
    fault::FaultKind,
    portal::Changed,
    ports::{Notified, SIGNATURE},
    process::Job,
    story::ActionKind,
    world::{after, millis},
};

/// How often the CRM sends a webhook that is not taken.
const MOST_SENT: u32 = 10;
/// For how many minutes after an answer there is a tick each minute.
const RELEASES: i64 = 12;

impl Company<'_> {
    pub(super) fn happen(&mut self, index: usize) {
        let story = self.story;
        let Some(action) = story.actions.get(index) else {
            return;
        };
        if let ActionKind::Away {
            person,
            from,
            to,
            cover,
        } = &action.what
        {
            let (from, to) = (*from, *to);
            self.away(index, (person, Span { from, to }, cover.as_ref()));
        } else if let ActionKind::Answered { by, turn_back } = &action.what {
            self.answer(index, by, *turn_back);
        } else if let ActionKind::Excepted { .. } = &action.what {
            self.except(index, &action.what);
        } else if let ActionKind::Reviewed { review, by, done } = &action.what {
            let now = self.now();
            let run = self.deployed().record(review, (by, *done), now);
            self.begin(Function::CommandLine, Job::Command(index), run, now);
        } else if let ActionKind::Behaved { who, number, done } = &action.what {
            let now = self.now();
            let run = self.deployed().behave(who, (*number, *done), now);
            self.begin(Function::CommandLine, Job::Command(index), run, now);
        } else if let ActionKind::Reminded { record, by, hours } = &action.what {
            let now = self.now();
            let run = self.deployed().remind(record, (by, *hours), now);
            self.begin(Function::CommandLine, Job::Command(index), run, now);
        } else if let ActionKind::HandedOver {
            record,
            by,
            refuses,
        } = &action.what
        {
            let now = self.now();
            let run = self.deployed().answer_hand_off(record, (by, *refuses), now);
            self.begin(Function::CommandLine, Job::Command(index), run, now);
        } else if let ActionKind::Approved {
            record,
            by,
            refuses,
        } = &action.what
        {
            let now = self.now();
            let run = self.deployed().approve(record, (by, *refuses), now);
            self.begin(Function::CommandLine, Job::Command(index), run, now);
        } else {
            let mut inside = self.world.lock();
            let now = inside.now;
            let portal = &mut inside.portal;
            match &action.what {
                ActionKind::Set { record, fields, by } => {
                    let by = by.clone().map_or(Author::Unknown, Author::Person);
                    portal.set(record, fields, &by, now);
                }
                ActionKind::Imported { records } => {
                    for (record, fields) in records {
                        portal.set(record, fields, &Author::Unknown, now);
                    }
                }
                ActionKind::Belongs { record, account } => portal.belongs(record, account, now),
                ActionKind::Contacted { record, by, kind } => {
                    portal.contacted(record, (by.as_ref(), *kind), now);
                }
                ActionKind::Replied { record } => portal.replied(record, now),
                ActionKind::Deleted { record } => portal.delete(record, now),
                ActionKind::Erased { record } => portal.erase(record, now),
                ActionKind::Restored { record } => portal.restore(record, now),
                ActionKind::Merged { record, into } => portal.merge(record, into, now),
                ActionKind::UserChanged {
                    owner,
                    archived,
                    out_of_office,
                } => portal.user(owner, *archived, *out_of_office),
                ActionKind::Away { .. }
                | ActionKind::Answered { .. }
                | ActionKind::Excepted { .. }
                | ActionKind::Approved { .. }
                | ActionKind::Reviewed { .. }
                | ActionKind::Behaved { .. }
                | ActionKind::Reminded { .. }
                | ActionKind::HandedOver { .. } => {}
            }
        }
        self.gather();
    }

    /// Somebody says at the command line that they are away, and says so again if it goes wrong.
    fn away(&mut self, index: usize, absence: (&PersonId, Span, Option<&PersonId>)) {
        let now = self.now();
        let run = self.deployed().away(absence, now);
        self.begin(Function::CommandLine, Job::Command(index), run, now);
    }

    /// Somebody grants an exception at the command line, and says so again if it goes wrong.
    fn except(&mut self, index: usize, what: &ActionKind) {
        let ActionKind::Excepted {
            record,
            by,
            criteria,
            deviations,
            until,
        } = what
        else {
            return;
        };
        let wanted = Wanted {
            by: by.clone(),
            criteria: criteria.clone(),
            deviations: deviations.clone(),
            until: *until,
            reason: Some("in a story".to_owned()),
        };
        let now = self.now();
        let run = self.deployed().except(record, wanted, now);
        self.begin(Function::CommandLine, Job::Command(index), run, now);
    }

    /// Somebody answers at the command line, and says so again if it goes wrong. What is held is released upon
    /// the ticks that follow.
    fn answer(&mut self, index: usize, by: &PersonId, turn_back: bool) {
        let now = self.now();
        let run = self.deployed().answer_holds(by, turn_back, now);
        self.begin(Function::CommandLine, Job::Command(index), run, now);
        for minutes in 1..=RELEASES {
            let at = after(whole_minute(now), SignedDuration::from_mins(minutes));
            if at <= self.story.until {
                self.add(at, Next::Ticks);
            }
        }
    }

    pub(super) fn say_again(&mut self, index: usize) {
        let at = after(self.now(), SignedDuration::from_mins(1));
        self.add(at, Next::Acts(index));
    }

    /// The CRM tells of changes.
    pub(super) fn notify(&mut self, changed: Vec<(RecordId, Changed)>) {
        if changed.is_empty() {
            return;
        }
        let lost = self.lost(&changed);
        let sources = &self.first.rules.model.sources;
        let (now, mut count) = (self.now(), self.ending.notified);
        let mut all = Vec::new();
        let sent = changed.into_iter().zip(lost).filter(|(_, lost)| !lost);
        for ((record, changed), _) in sent {
            let source = sources.get(&record.source);
            let object = source.and_then(|source| source.records.get(&record.kind));
            count = count.saturating_add(1);
            all.extend(object.map(|object| Notified {
                key: format!("{record} {count}"),
                object: object.clone(),
                id: record.id,
                occurred: now,
                deleted: changed.gone,
                erased: changed.erased,
                into: changed.into.map(|into| into.id),
                merged: changed.merged.map(|gone| gone.id).into_iter().collect(),
            }));
        }
        self.ending.notified = count;
        if all.is_empty() {
            return;
        }
        let (at, twice) = {
            let mut inside = self.world.lock();
            let wait = inside.rng.u64(50..3_000);
            let at = after(after(inside.now, millis(wait)), inside.delay());
            let rate = inside.rate(|kind| match kind {
                FaultKind::Repeats { rate } => Some(*rate),
                _ => None,
            });
            (at, inside.chance(rate).then(|| after(at, inside.minute())))
        };
        if let Some(again) = twice {
            self.add(again, Next::Sends(all.clone(), 1));
        }
        self.add(at, Next::Sends(all, 0));
    }

    /// Which of these the CRM never tells of. Of what it has merged it always does: what became of a record that
    /// is gone stands nowhere else.
    fn lost(&self, changed: &[(RecordId, Changed)]) -> Vec<bool> {
        let mut inside = self.world.lock();
        let rate = inside.rate(|kind| match kind {
            FaultKind::WebhooksLost { rate } => Some(*rate),
            _ => None,
        });
        // What no list of the CRM shows is told by webhooks alone.
        let only_told = |it: &Changed| it.into.is_some() || it.merged.is_some() || it.erased;
        let each = changed.iter();
        each.map(|(_, it)| rate > 0 && !only_told(it) && inside.chance(rate))
            .collect()
    }

    /// A webhook goes out, signed with the secret of now.
    pub(super) fn send(&mut self, notified: Vec<Notified>, before: u32) {
        let (now, secret) = {
            let inside = self.world.lock();
            (inside.now, inside.secret.clone())
        };
        let functions = self.deployed();
        let source = functions.rules.model.sources.keys().next();
        let request = Request {
            method: "POST".to_owned(),
            host: "fairlead.invalid".to_owned(),
            path: format!("/webhooks/{}", source.map_or("", |it| it.as_str())),
            headers: [(SIGNATURE.to_owned(), secret)].into(),
            body: Body::Bytes(serde_json::to_vec(&notified).unwrap_or_default()),
            ..Request::default()
        };
        let run = functions.answer(request, now);
        let job = Job::Webhook(notified, before.saturating_add(1));
        self.begin(Function::WebhookIntake, job, run, now);
    }

    /// A webhook that was not taken is sent again, a few times over hours.
    pub(super) fn send_again(&mut self, notified: Vec<Notified>, before: u32) {
        if before >= MOST_SENT {
            self.ending.unsent = self.ending.unsent.saturating_add(1);
            return;
        }
        let at = {
            let mut inside = self.world.lock();
            let wait = inside
                .rng
                .u64(10_000..u64::from(before.saturating_add(1)) * 120_000);
            after(inside.now, millis(wait))
        };
        self.add(at, Next::Sends(notified, before));
    }
}
