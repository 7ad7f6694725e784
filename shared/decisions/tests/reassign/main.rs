//! A lead that nobody answers goes round its pool, so often and no more.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod asked;

use std::{collections::BTreeSet, sync::LazyLock};

use contracts::{
    EventData, Notice,
    state::{ClockStatus, ClocksState, LEAD, PoolState, RoutingState},
};
use crm::{Contacted, PersonId, Record};
use decisions::{
    Staffing, Transfer,
    clocks::{self, Trigger},
    leave, pick,
    routing::{self, Overdue, Routed, Todo},
    transfer,
};
use jiff::{SignedDuration, Timestamp};
use model::Pool;
use proptest::prelude::*;
use testkit::{at, example_staffing, example_with, lead, staffing};

const CLOCK: &str = "first_response";
const POOL: &str = "dach_account_executives";

/// Monday 10:00 in Berlin.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// What is kept of one lead, and its pool.
struct Lead {
    rules: Staffing,
    record: Record,
    routing: Option<RoutingState>,
    clocks: Option<ClocksState>,
    pool: PoolState,
    /// Who was told what of the lead's coming and going.
    told: Vec<String>,
}

impl Lead {
    fn new(rules: Staffing) -> Self {
        Self {
            rules,
            record: lead("1", monday()).account("DE", "software", 300).build(),
            routing: None,
            clocks: None,
            pool: PoolState::default(),
            told: Vec::new(),
        }
    }

    fn owner(&self) -> &str {
        let routing = self.routing.as_ref().expect("routed");
        routing.owner.as_ref().expect("an owner").as_str()
    }

    fn keep(&mut self, routed: Routed, now: Timestamp) {
        let moved = self.routing.as_ref().map(|it| &it.owner) != Some(&routed.routing.owner);
        self.routing = Some(routed.routing);
        if let Some((_, pool)) = routed.pool {
            self.pool = pool;
        }
        for event in &routed.draft.emits {
            if let EventData::NoticeRequested { to, notice } = event {
                self.told.push(match notice {
                    Notice::LeadAssigned { .. } => format!("{to} has it"),
                    Notice::LeadReassigned { from, .. } => format!("{to} has it from {from}"),
                    Notice::LeadTakenBack { to: other, .. } => format!("{to}: {other} has it"),
                    other => panic!("{other:?}"),
                });
            }
        }
        if moved {
            let owner = PersonId::new(self.owner());
            self.happens(Trigger::Routed {
                owner: &owner,
                at: now,
            });
        }
    }

    fn route(&mut self, now: Timestamp) {
        let Todo::Route(choice) = routing::consider(&self.rules, &self.record, None, now) else {
            panic!("to be routed");
        };
        let routed = routing::route(&self.rules, &self.record, choice, None, &self.pool, now);
        self.keep(routed.expect("routed"), now);
    }

    fn happens(&mut self, trigger: Trigger<'_>) -> Vec<EventData> {
        let before = self.clocks.as_ref();
        let clocked = clocks::decide(&self.rules, &self.record, None, before, trigger);
        let due = matches!(trigger, Trigger::Due { .. });
        assert!(
            !due || clocked.is_some(),
            "what is due would be so for ever"
        );
        clocked.map_or_else(Vec::new, |clocked| {
            self.clocks = Some(clocked.clocks);
            clocked.draft.emits
        })
    }

    /// The next deadline comes; what it leads to is decided at once. The outcome, if it was asked
    /// who else is to have the lead.
    fn next_deadline(&mut self) -> Option<(Timestamp, Option<String>)> {
        let now = self.clocks.as_ref()?.next()?;
        let mut outcome = None;
        for event in self.happens(Trigger::Due { at: now }) {
            if let Some(routed) = self.asked(&event, now) {
                outcome = Some(routed.draft.outcome.clone());
                self.keep(routed, now);
            }
        }
        Some((now, outcome))
    }

    fn asked(&self, event: &EventData, now: Timestamp) -> Option<Routed> {
        let EventData::ReassignRequested(contracts::ReassignRequested {
            from,
            clock,
            instance,
            terms,
            at,
            ..
        }) = event
        else {
            return None;
        };
        let overdue = Overdue {
            from,
            clock,
            instance: *instance,
            terms,
            at: *at,
        };
        let (before, clocks) = (self.routing.as_ref(), self.clocks.as_ref());
        let routed = routing::reassign(
            &self.rules,
            &self.record,
            before,
            clocks,
            overdue,
            &self.pool,
            now,
        );
        routed.expect("decided")
    }

    /// Time passes until somebody else has been asked for.
    fn until_asked(&mut self) -> String {
        for _ in 0..20 {
            if let Some((_, Some(outcome))) = self.next_deadline() {
                return outcome;
            }
        }
        panic!("nobody was asked for");
    }

    fn shown(&mut self, owner: &str) -> Todo {
        self.record = lead("1", monday())
            .account("DE", "software", 300)
            .owner(owner)
            .build();
        routing::consider(&self.rules, &self.record, self.routing.as_ref(), monday())
    }
}

#[test]
fn it_goes_round_twice_and_then_to_the_manager_who_keeps_it() {
    let mut lead = Lead::new(example_staffing());
    lead.route(monday());
    assert_eq!(lead.owner(), "anna");
    assert_eq!(
        lead.until_asked(),
        "reassigned from anna to ben, since first_response ran out"
    );
    let clock = &lead.clocks.as_ref().expect("clocks").clocks[CLOCK];
    assert_eq!(
        (clock.status, clock.owner.as_str(), clock.instance),
        (ClockStatus::Running, "ben", 2)
    );
    assert_eq!(
        lead.until_asked(),
        "reassigned from ben to jonas, since first_response ran out"
    );
    assert_eq!(
        lead.until_asked(),
        "reassigned from jonas to carla, since first_response ran out"
    );
    assert_eq!(
        lead.until_asked(),
        "stays with carla, though first_response ran out"
    );
    assert_eq!(lead.next_deadline(), None, "nothing more is to come");
    assert_eq!(
        lead.told,
        [
            "anna has it",
            "ben has it from anna",
            "anna: ben has it",
            "jonas has it from ben",
            "ben: jonas has it",
            "carla has it from jonas",
            "jonas: carla has it",
        ]
    );
}

#[test]
fn it_waits_a_business_day_and_says_so() {
    let mut lead = Lead::new(example_staffing());
    lead.route(monday());
    let due = lead.clocks.as_ref().expect("clocks").clocks[CLOCK].due;
    let mut asked = None;
    while asked.is_none() {
        let (now, outcome) = lead.next_deadline().expect("a deadline");
        asked = outcome.map(|_| now);
    }
    // Monday 15:00 is due; Tuesday 15:00 it is taken.
    assert_eq!(due, at("2026-11-23T14:00:00Z"));
    assert_eq!(asked, Some(at("2026-11-24T14:00:00Z")));
    assert_eq!(lead.routing.expect("routed").at, at("2026-11-24T14:00:00Z"));
}

#[test]
fn a_pool_of_one_has_nobody_else_so_the_manager_is_asked() {
    let mut lead = Lead::new(example_staffing());
    lead.record = testkit::lead("1", monday())
        .account("US", "software", 300)
        .build();
    lead.route(monday());
    assert_eq!(lead.owner(), "maya");
    assert_eq!(
        lead.until_asked(),
        "reassigned from maya to carla, since first_response ran out"
    );
    // Its pool owes nobody anything.
    assert_eq!(lead.pool.members[&PersonId::new("maya")].lag, 0);
}

#[test]
fn a_lead_that_was_answered_meanwhile_stays() {
    let mut lead = Lead::new(example_staffing());
    lead.route(monday());
    let mut request = None;
    while request.is_none() {
        let now = lead
            .clocks
            .as_ref()
            .and_then(ClocksState::next)
            .expect("a deadline");
        let events = lead.happens(Trigger::Due { at: now });
        request = events
            .into_iter()
            .find(|event| event.name() == "reassign.requested")
            .map(|event| (event, now));
    }
    let (event, now) = request.expect("asked");
    let by = Some(PersonId::new("anna"));
    let contact = Contacted { at: now, by };
    lead.happens(Trigger::Changed {
        modified: now,
        contact: Some(&contact),
        replied: None,
        fields: &[],
        sequence: 0,
    });
    assert_eq!(lead.asked(&event, now), None, "met, though late");
}

#[test]
fn a_copy_from_before_our_write_is_no_change_by_hand() {
    let mut lead = Lead::new(example_staffing());
    lead.route(monday());
    assert_eq!(lead.shown("anna"), Todo::Nothing);
    let _ = lead.until_asked();
    assert_eq!(lead.owner(), "ben");
    assert_eq!(lead.shown("anna"), Todo::Nothing, "our write is on its way");
    assert_eq!(lead.shown("ben"), Todo::Arrived);
    let arrived = routing::arrived(lead.routing.as_ref().expect("routed"));
    lead.routing = Some(arrived.routing);
    assert_eq!(lead.shown("ben"), Todo::Nothing);
    assert_eq!(lead.shown("anna"), Todo::Keep(PersonId::new("anna")));
    let by_hand = routing::keep(
        &lead.record,
        lead.routing.as_ref(),
        PersonId::new("anna"),
        monday(),
    );
    assert_eq!(by_hand.routing.reassigned.len(), 1, "and it still counts");
}

fn sum(pool: &PoolState) -> i64 {
    pool.members.values().map(|share| share.lag).sum()
}

fn crew(staffing: &Staffing, weights: &[u32]) -> Pool {
    let names = ["anna", "ben", "jonas", "maya", "ines"].map(PersonId::new);
    Pool {
        weights: names.into_iter().zip(weights.iter().copied()).collect(),
        ..staffing.model.pools[POOL].clone()
    }
}

static EXAMPLE: LazyLock<Staffing> = LazyLock::new(example_staffing);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever is given, handed on and taken out, nobody is owed anything that another does not
    /// owe, and everybody has received what they hold.
    #[test]
    fn the_turns_of_a_pool_always_balance(
        weights in prop::collection::vec(1_u32..5, 2..6),
        doings in prop::collection::vec((0_u8..4, 0_usize..8), 1..60),
    ) {
        let rules = &*EXAMPLE;
        let pool = crew(rules, &weights);
        let mut rotation = PoolState::default();
        let mut held: Vec<(PersonId, BTreeSet<PersonId>)> = Vec::new();
        let mut taken_back = 0;
        let mut now = monday();
        for (what, which) in doings {
            now += SignedDuration::from_mins(37);
            if what < 2 || held.is_empty() {
                let picked = pick(POOL, &pool, &rotation, rules, now).expect("someone");
                rotation = picked.rotation.expect("a turn");
                held.push((picked.person, BTreeSet::new()));
            } else {
                taken_back += 1;
                let index = which % held.len();
                let (from, earlier) = held[index].clone();
                if what == 2 {
                    let refused = BTreeSet::new();
                    let transferred = Transfer { from: &from, earlier: &earlier, refused: &refused, in_turn: true };
                    let picked = transfer(POOL, &pool, &rotation, transferred, rules, now).expect("a rotation").expect("someone");
                    prop_assert_ne!(&picked.person, &from);
                    let fresh = pool.weights.keys().any(|it| *it != from && !earlier.contains(it));
                    prop_assert!(!fresh || !earlier.contains(&picked.person));
                    rotation = picked.rotation.expect("a turn");
                    held[index].0 = picked.person;
                    held[index].1.insert(from);
                } else {
                    rotation = leave(POOL, &pool, &rotation, &from).expect("a rotation");
                    held.remove(index);
                }
            }
            prop_assert_eq!(sum(&rotation), 0);
            // Each that was taken back may add a lead to the bound of a rotation without such.
            let furthest = rotation.members.values().map(|share| share.lag.abs()).max();
            let members = i64::try_from(rotation.members.len()).expect("few");
            prop_assert!(furthest.unwrap_or(0) * 2 <= (members - 1 + 2 * taken_back) * LEAD);
            for (person, share) in &rotation.members {
                let holds = held.iter().filter(|(holder, _)| holder == person).count();
                prop_assert_eq!(usize::try_from(share.received).expect("few"), holds);
            }
        }
    }
}

proptest! {
    // Each case reads a model.
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However often the model lets it go round, and whoever is in the pool, a lead that nobody
    /// answers comes to rest.
    #[test]
    fn a_lead_that_nobody_answers_comes_to_rest(at_most in 1_usize..6, start in 0_i64..600_000) {
        let rules = staffing(example_with(
            "processes.yaml",
            "same_pool, at_most: 2",
            &format!("same_pool, at_most: {at_most}"),
        ));
        let mut lead = Lead::new(rules);
        lead.route(monday() + SignedDuration::from_secs(start));
        let (mut owners, mut deadlines) = (vec![lead.owner().to_owned()], 0);
        while lead.next_deadline().is_some() {
            deadlines += 1;
            prop_assert!(deadlines < 100, "it goes round for ever: {owners:?}");
            if owners.last().map(String::as_str) != Some(lead.owner()) {
                owners.push(lead.owner().to_owned());
            }
        }
        // The pool has three members: whoever let it run out is asked again only when all have.
        prop_assert!(owners.len() <= at_most + 2, "{owners:?}");
        prop_assert_eq!(lead.routing.expect("routed").reassigned.len(), at_most + 1);
        let first: BTreeSet<_> = owners.iter().take(3).collect();
        prop_assert_eq!(first.len(), owners.len().min(3), "{:?}", owners);
    }
}
