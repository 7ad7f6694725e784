//! A whole company in one process: all functions over one table, bus, CRM and mail service, by a
//! virtual clock. The seed orders their steps: each call takes the time that was drawn for it, and
//! whoever's call ends first has the next turn.

mod at_rest;
mod messages;
mod people;
mod steps;
mod ticks;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use contracts::{AuditRecord, Event, Function};
use engine::Lane;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use store::MemoryStore;

pub use self::messages::{MOST_RECEIVED, OUT_OF_SIGHT, most_at_once};
use crate::{
    agenda::Agenda,
    ending::Ending,
    fault::FaultKind,
    functions::Functions,
    planted::Planted,
    portal::Portal,
    ports::{Notified, put_history},
    process::{Message, Process},
    revisions::{Brought, Revisions},
    story::Story,
    world::{Inside, Turn, World, after},
};

/// After so many turns for each thing that happens, and for the rest of the story, a company is taken to
/// be one that never comes to rest.
const MOST_TURNS: usize = 5_000;

/// How many writes of ours into the CRM there may be for each thing in a story before it counts as one that
/// does not end: copies carry the history of their fields, and every version of them is kept.
const MOST_WRITES: usize = 20;

/// How often we may write one field of one record before it counts as the same: what is kept grows with the square of it.
const MOST_ON_ONE_FIELD: usize = 100;

/// The table's indexes lag by this at most, however few commits there are.
const MOST_LAG: SignedDuration = SignedDuration::from_secs(1);

/// A company whose story is played.
#[derive(Debug)]
pub(crate) struct Company<'a> {
    story: &'a Story,
    world: World,
    /// The functions as they are deployed at first.
    first: Functions,
    /// As they are deployed after that, in the order of the deployments.
    later: Vec<Deployed>,
    agenda: Agenda<Next>,
    /// What lies in each queue.
    queues: BTreeMap<(Function, Lane), Vec<Message>>,
    /// The queues that will be asked next.
    asked: BTreeSet<(Function, Lane)>,
    /// Each in a place of its own: they are taken out and put back with each turn.
    processes: Vec<Option<Box<Process>>>,
    /// What the table's stream has not given on yet.
    stream: VecDeque<Arc<AuditRecord>>,
    streaming: bool,
    last_tick: Timestamp,
    /// When the table's indexes show everything again.
    catches_up: Timestamp,
    ending: Ending,
}

/// A deployment of the functions.
#[derive(Debug)]
struct Deployed {
    /// From then on there are processes of it …
    from: Timestamp,
    /// … and from then on none of the one before.
    until: Timestamp,
    functions: Functions,
}

/// One story in so many is played on JSON.
const ON_JSON: u64 = 20;

/// What comes next.
#[derive(Debug)]
pub(crate) enum Next {
    /// People do something.
    Acts(usize),
    /// A message arrives in a queue.
    Arrives(Function, Message),
    /// A process takes messages out of a queue.
    Takes(Function, Lane),
    /// A call of a process ends.
    Steps(usize),
    /// The CRM sends a webhook, for so many times already.
    Sends(Vec<Notified>, u32),
    /// The table's stream gives on what it has.
    Streams,
    /// A minute has passed.
    Ticks,
}

impl<'a> Company<'a> {
    /// A company at the beginning of its story, by the first revision and, from a deployment on, the next.
    pub(crate) fn new(story: &'a Story, revisions: &Revisions, planted: Option<Planted>) -> Self {
        let world = first_world(story, planted);
        put_history(&world.lock().store, &revisions.first, story.from);
        let deployments = revisions.deployments(&story.faults).into_iter();
        let deployed = |it: Brought<'_>| Deployed {
            from: it.from,
            until: it.until,
            functions: Functions::new(&world, it.rules),
        };
        let first = Functions::new(&world, &revisions.first);
        let later = deployments.map(deployed).collect();
        let mut company = Self {
            first,
            later,
            story,
            world,
            agenda: Agenda::new(),
            queues: BTreeMap::new(),
            asked: BTreeSet::new(),
            processes: Vec::new(),
            stream: VecDeque::new(),
            streaming: false,
            last_tick: story.from,
            catches_up: after(story.from, MOST_LAG),
            ending: Ending::default(),
        };
        for (index, action) in story.actions.iter().enumerate() {
            company.add(action.at, Next::Acts(index));
        }
        let ticks = company.digest_times().into_iter();
        let ticks = ticks.chain(company.sweep_times());
        for at in ticks.chain(company.looks_at_people()) {
            company.add(at, Next::Ticks);
        }
        company
    }

    /// Plays the story to its end, and on until nothing is under way; whoever watches is told what time it is.
    pub(crate) fn play(mut self, watch: &mut dyn FnMut(Timestamp)) -> Ending {
        let things = self.story.actions.len().saturating_add(20);
        let most_writes = things.saturating_mul(MOST_WRITES);
        let mut known = 0;
        for _ in 0..things.saturating_mul(MOST_TURNS) {
            if self.writes_without_end(most_writes, &mut known) {
                break;
            }
            self.tick_if_due();
            let Some((at, next)) = self.agenda.pop() else {
                break;
            };
            self.pass_to(at);
            watch(at);
            match next {
                Next::Acts(index) => self.happen(index),
                Next::Arrives(function, message) => self.arrive(function, message),
                Next::Takes(function, lane) => self.take(function, lane),
                Next::Steps(slot) => self.step(slot),
                Next::Sends(notified, before) => self.send(notified, before),
                Next::Streams => self.give_on(),
                Next::Ticks => self.tick(at),
            }
        }
        self.end()
    }

    /// Whether we have written more into the CRM than a story comes to, or one field of a record again and again; `known` is how
    /// many writes were looked at before.
    fn writes_without_end(&self, most: usize, known: &mut usize) -> bool {
        let inside = self.world.lock();
        let written = inside.portal.written();
        if written.len() == *known {
            return false;
        }
        *known = written.len();
        let last = written.last().map(|it| (&it.record, &it.field));
        let same = written
            .iter()
            .filter(|it| Some((&it.record, &it.field)) == last);
        *known > most || same.count() > MOST_ON_ONE_FIELD
    }

    /// It is now this time.
    fn pass_to(&mut self, at: Timestamp) {
        let mut inside = self.world.lock();
        let now = inside.now.max(at);
        let changed = inside.faults.iter().any(|fault| {
            let changes = fault.kind == FaultKind::SecretChanged;
            changes && inside.now < fault.from && fault.from <= now
        });
        if changed {
            inside.secret.push_str(", changed");
        }
        inside.now = now;
        if now >= self.catches_up {
            self.catches_up = after(now, MOST_LAG);
            inside.store.catch_up();
        }
    }

    /// Puts something on the agenda.
    fn add(&mut self, at: Timestamp, next: Next) {
        let lot = self.world.lock().rng.u64(..);
        self.agenda.add(at, lot, next);
    }

    fn now(&self) -> Timestamp {
        self.world.lock().now
    }

    /// The functions by which a process that starts now works.
    fn deployed(&self) -> &Functions {
        let mut inside = self.world.lock();
        let now = inside.now;
        let mut deployed = &self.first;
        for next in &self.later {
            let there = now >= next.until || (now >= next.from && inside.rng.bool());
            if there {
                deployed = &next.functions;
            }
        }
        deployed
    }

    /// An event is on the bus.
    fn note(&mut self, event: &Arc<Event>) {
        let known = &mut self.ending.events;
        if !known.contains_key(&event.id) {
            known.insert(event.id.clone(), Arc::clone(event));
        }
    }
}

/// The world as a story finds it.
fn first_world(story: &Story, planted: Option<Planted>) -> World {
    let lag = story.faults.iter().filter_map(|it| match it.kind {
        FaultKind::IndexesLag { commits } => Some(usize::from(commits)),
        _ => None,
    });
    let store = MemoryStore::lagging(lag.max().unwrap_or(0));
    // Some stories are played on JSON, as the table has it, with its limits.
    let store = match story.seed % ON_JSON {
        0 => store,
        _ => store.typed(),
    };
    World::new(Inside {
        now: story.from,
        rng: Rng::with_seed(story.seed),
        store: Arc::new(store),
        portal: Portal::default(),
        mails: Vec::new(),
        outbox: Vec::new(),
        faults: story.faults.clone(),
        planted,
        secret: "first".to_owned(),
        turn: Turn::default(),
        states: Vec::new(),
        shown: BTreeMap::new(),
        mails_in_doubt: BTreeMap::new(),
    })
}
