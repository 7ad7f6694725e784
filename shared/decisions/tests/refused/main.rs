//! The CRM refuses for good whom a lead was given: the next of its pool gets it, and where nobody is
//! left it waits and says so.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod waits;

use std::collections::BTreeSet;

use contracts::{
    CrmWrite, EventData, Notice,
    state::{LEAD, PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Staffing,
    routing::{self, BY_HAND, REFUSED, Routed, Todo},
};
use jiff::{SignedDuration, Timestamp};
use testkit::{Growing, at, example_staffing, example_with, lead, staffing};

const DACH: &str = "dach_account_executives";

/// Monday 10:00 in Berlin: everybody there works.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn german() -> Growing {
    lead("1", monday()).account("DE", "software", 300)
}

/// Of a private address: the rule `private_mail` leaves it.
fn private() -> Record {
    german().text("email", "lena@gmail.com").build()
}

/// A lead whose account has this owner, whom the rule `existing_customer` names.
fn customer_of(person: &str) -> Record {
    let mut record = german().build();
    let account = record.account.as_mut().expect("an account");
    let owner = Value::Person(PersonId::new(person));
    account.fields.insert("owner".to_owned(), owner);
    record
}

fn people(names: &[&str]) -> BTreeSet<PersonId> {
    names.iter().map(|name| PersonId::new(*name)).collect()
}

/// What is kept of one lead, and its pool.
struct Lead {
    rules: Staffing,
    record: Record,
    routing: Option<RoutingState>,
    pool: PoolState,
    now: Timestamp,
    /// When the last decision was made.
    decided: Timestamp,
}

impl Lead {
    fn new(record: Record) -> Self {
        Self::by(example_staffing(), record)
    }

    fn by(rules: Staffing, record: Record) -> Self {
        Self {
            rules,
            record,
            routing: None,
            pool: PoolState::default(),
            now: monday(),
            decided: monday(),
        }
    }

    fn considered(&self) -> Todo {
        routing::consider(&self.rules, &self.record, self.routing.as_ref(), self.now)
    }

    /// The rules are asked, and something follows.
    fn routed(&mut self) -> Routed {
        let Todo::Route(choice) = self.considered() else {
            panic!("{:?}", self.considered());
        };
        let before = self.routing.as_ref();
        let routed = routing::route(
            &self.rules,
            &self.record,
            choice,
            before,
            &self.pool,
            self.now,
        );
        self.keep(routed.expect("a decision"))
    }

    /// The CRM refuses this person; what follows.
    fn refused(&mut self, person: &str) -> Option<Routed> {
        let person = PersonId::new(person);
        let routed = routing::refused(
            &self.rules,
            &self.record,
            self.routing.as_ref(),
            (&person, "INVALID_OWNER_ID"),
            &self.pool,
            self.now,
        );
        routed.expect("a decision").map(|routed| self.keep(routed))
    }

    fn keep(&mut self, routed: Routed) -> Routed {
        self.decided = self.now;
        self.now += SignedDuration::from_mins(1);
        self.routing = Some(routed.routing.clone());
        if let Some((_, pool)) = &routed.pool {
            self.pool = pool.clone();
        }
        routed
    }

    /// The CRM refuses everybody of its pool, one after the other.
    fn refused_for_all(&mut self) -> Routed {
        let (mut had, mut last) = (BTreeSet::new(), None);
        while let Some(owner) = self.state().owner.clone() {
            last = Some(self.refused(owner.as_str()).expect("it was theirs"));
            assert!(had.insert(owner), "it came back to one of them: {had:?}");
        }
        last.expect("somebody had it")
    }

    fn state(&self) -> &RoutingState {
        self.routing.as_ref().expect("routed")
    }

    fn owner(&self) -> Option<&str> {
        self.state().owner.as_ref().map(PersonId::as_str)
    }

    fn lag(&self, person: &str) -> i64 {
        let share = self.pool.members.get(&PersonId::new(person));
        share.map_or(0, |share| share.lag)
    }

    fn received(&self, person: &str) -> u64 {
        let share = self.pool.members.get(&PersonId::new(person));
        share.map_or(0, |share| share.received)
    }
}

fn names(routed: &Routed) -> Vec<&'static str> {
    routed.draft.emits.iter().map(EventData::name).collect()
}

/// The rule of the last reason, and its note.
fn last_reason(routed: &Routed) -> (&str, &str) {
    let reason = routed.draft.reasons.last().expect("a reason");
    let note = reason.note.as_deref();
    assert!(reason.place.is_some(), "it stands somewhere: {reason:?}");
    (&reason.rule, note.expect("a note"))
}

#[test]
fn the_next_of_the_pool_gets_it_and_the_turn_with_it() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    assert_eq!(lead.owner(), Some("anna"));
    let anna = lead.lag("anna");
    let routed = lead.refused("anna").expect("somebody else");
    assert_eq!(lead.owner(), Some("ben"));
    assert_eq!(lead.lag("anna"), anna + LEAD);
    assert_eq!((lead.received("anna"), lead.received("ben")), (0, 1));
    assert_eq!(routed.draft.outcome, "routed to ben instead");
    let state = lead.state();
    assert_eq!(
        (state.status, &*state.rule),
        (RoutingStatus::Routed, "dach")
    );
    assert_eq!(state.pool.as_deref(), Some(DACH));
    assert_eq!(state.refused, people(&["anna"]));
    assert_eq!(state.at, lead.decided);
    assert!(!state.out_of_turn, "it cost Ben a turn");
    let ben = PersonId::new("ben");
    let [given, write, notice] = &routed.draft.emits[..] else {
        panic!("{:?}", routed.draft.emits);
    };
    let expected = EventData::RecordRouted {
        owner: ben.clone(),
        rule: "dach".to_owned(),
        pool: Some(DACH.to_owned()),
    };
    assert_eq!(*given, expected);
    let owner = CrmWrite::Owner {
        to: ben.clone(),
        only_if: None,
    };
    assert_eq!(*write, EventData::CrmWriteRequested { write: owner });
    let assigned = Notice::LeadAssigned {
        rule: "dach".to_owned(),
        respond_by: Some(at("2026-11-23T14:01:00Z")),
    };
    let notice_to_ben = EventData::NoticeRequested {
        to: ben,
        notice: assigned,
    };
    assert_eq!(*notice, notice_to_ben);
    let first = &routed.draft.reasons[0];
    assert_eq!(
        (first.rule.as_str(), first.note.as_deref()),
        (
            "people.anna",
            Some("the CRM refuses anna as the owner: INVALID_OWNER_ID")
        )
    );
    assert!(first.place.is_some());
    let (rule, because) = last_reason(&routed);
    assert_eq!(rule, format!("pools.{DACH}"));
    assert!(because.contains("ben is first by name"), "{because}");
}

#[test]
fn a_refusal_of_somebody_who_is_not_its_owner_changes_nothing() {
    let mut lead = Lead::new(german().build());
    assert_eq!(lead.refused("anna"), None, "never routed");
    let _ = lead.routed();
    assert_eq!(lead.refused("ben"), None, "it is Anna's");
    lead.record = german().owner("anna").build();
    assert_eq!(lead.refused("anna"), None, "the CRM shows her as its owner");
    lead.record = german().owner("ben").build();
    let by_hand = routing::keep(
        &lead.record,
        lead.routing.as_ref(),
        PersonId::new("ben"),
        monday(),
    );
    let _ = lead.keep(by_hand);
    lead.record = german().build();
    assert_eq!(lead.state().rule, BY_HAND);
    assert_eq!(lead.refused("ben"), None, "a person named him");
}

#[test]
fn a_closed_lead_is_not_given_to_another() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    lead.record = german().stage("converted", monday()).build();
    assert_eq!(lead.refused("anna"), None);
}

/// Who was asked in place of the pool had no turn, so none is given back.
#[test]
fn who_was_asked_in_place_of_the_pool_gets_no_turn_back() {
    let asks = example_with(
        "people.yaml",
        "nobody_working: next_to_start",
        "nobody_working: ask jonas",
    );
    let mut lead = Lead::by(staffing(asks), german().build());
    lead.now = at("2026-11-22T22:00:00Z");
    let _ = lead.routed();
    assert_eq!(lead.owner(), Some("jonas"));
    assert!(lead.state().out_of_turn);
    assert_eq!(lead.pool, PoolState::default(), "nobody's turn");
    let routed = lead.refused("jonas").expect("somebody else");
    assert_eq!(lead.owner(), Some("anna"), "the pool is, in turn");
    assert!(routed.pool.is_some() && !lead.state().out_of_turn);
    assert_eq!(lead.lag("anna") + lead.lag("ben"), 0);
}

/// The CRM still shows whom it was taken from, and everybody else is refused: it stays theirs.
#[test]
fn it_stays_with_whom_the_crm_shows_where_nobody_else_can_have_it() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    let mut state = lead.state().clone();
    state.owner = Some(PersonId::new("ben"));
    (state.taken_from, state.refused) = (people(&["anna"]), people(&["anna", "jonas"]));
    lead.routing = Some(state);
    lead.record = german().owner("anna").build();
    let routed = lead.refused("ben").expect("a decision");
    let state = lead.state();
    assert_eq!(lead.owner(), Some("anna"));
    assert_eq!(
        (state.status, state.rule.as_str()),
        (RoutingStatus::OwnedByHand, BY_HAND)
    );
    assert_eq!(
        routed.draft.outcome,
        "stays with anna: the CRM refuses everybody else who could have it"
    );
    assert_eq!(names(&routed), ["record.routed"]);
    let notes: Vec<_> = routed
        .draft
        .reasons
        .iter()
        .map(|it| it.rule.as_str())
        .collect();
    assert_eq!(notes, ["people.ben", "routing.lead.by_hand"]);
    assert!(routed.pool.is_some(), "the turn is given back");
}

/// The CRM shows Anna, from whom it was taken; the next owner is written only over her.
#[test]
fn the_next_owner_is_written_over_whom_the_crm_shows() {
    let mut lead = Lead::new(german().build());
    let _ = lead.routed();
    let mut state = lead.state().clone();
    state.owner = Some(PersonId::new("ben"));
    state.taken_from = people(&["anna", "jonas"]);
    lead.routing = Some(state);
    lead.record = german().owner("anna").build();
    let routed = lead.refused("ben").expect("a decision");
    let owner = lead.owner().expect("an owner").to_owned();
    let write = CrmWrite::Owner {
        to: PersonId::new(&*owner),
        only_if: Some(PersonId::new("anna")),
    };
    let write = EventData::CrmWriteRequested { write };
    assert!(routed.draft.emits.contains(&write), "{:?}", routed.draft);
    let taken_from = &lead.state().taken_from;
    assert!(!taken_from.contains(&PersonId::new(&*owner)));
    assert_eq!(taken_from.len(), 1, "the other is still waited for");
}
