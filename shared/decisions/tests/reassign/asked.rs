//! What follows when it is asked who else is to have a lead: nothing, another owner, or a reason why
//! it stays.

use contracts::{CrmWrite, state::Reassigned};
use model::{OwnerChanges, Reassign, Recipient};
use testkit::example_model;

use super::*;

/// A lead whose first owner let its clock run out, and what was asked for.
struct Late {
    lead: Lead,
    from: PersonId,
    clock: &'static str,
    instance: u32,
    terms: Reassign,
    at: Timestamp,
}

impl Late {
    fn of(mut lead: Lead) -> Self {
        lead.route(monday());
        let from = PersonId::new(lead.owner());
        let mut late = Self {
            lead,
            from,
            clock: CLOCK,
            instance: 1,
            terms: Reassign {
                at_most: 2,
                finally: Recipient::Manager,
            },
            at: monday(),
        };
        late.is(ClockStatus::Late);
        late
    }

    /// Anna's, of the German pool.
    fn new() -> Self {
        Self::of(Lead::new(example_staffing()))
    }

    fn is(&mut self, status: ClockStatus) {
        let clocks = self.lead.clocks.as_mut().expect("clocks");
        clocks.clocks.get_mut(CLOCK).expect("a clock").status = status;
    }

    fn routing(&mut self) -> &mut RoutingState {
        self.lead.routing.as_mut().expect("routed")
    }

    /// It was taken from somebody before.
    fn was_taken_from(&mut self, from: &str, finally: bool) {
        let to = self.from.clone();
        let clock = CLOCK.to_owned();
        self.routing().reassigned.push(Reassigned {
            from: PersonId::new(from),
            to,
            clock,
            finally,
            at: monday(),
        });
    }

    fn asked(&self) -> Option<Routed> {
        let Lead {
            rules,
            record,
            routing,
            clocks,
            pool,
            ..
        } = &self.lead;
        let overdue = Overdue {
            from: &self.from,
            clock: self.clock,
            instance: self.instance,
            terms: &self.terms,
            at: self.at,
        };
        let (before, clocks) = (routing.as_ref(), clocks.as_ref());
        let routed = routing::reassign(rules, record, before, clocks, overdue, pool, monday());
        routed.expect("decided")
    }

    /// It stays where it is: the outcome, and why.
    fn stays(&self) -> String {
        let routed = self.asked().expect("a reason");
        assert_eq!(Some(&routed.routing), self.lead.routing.as_ref());
        assert!(routed.draft.emits.is_empty() && routed.pool.is_none());
        assert_eq!(
            routed.draft.outcome,
            format!("stays with {}, though first_response ran out", self.from)
        );
        because(&routed)
    }
}

/// What is otherwise by the time it is asked.
type Change = fn(&mut Late);

fn because(routed: &Routed) -> String {
    let reason = &routed.draft.reasons[0];
    assert_eq!(reason.rule, "clocks.first_response");
    reason.note.clone().expect("a note")
}

fn to(routed: &Routed) -> &str {
    routed.routing.owner.as_ref().expect("an owner").as_str()
}

fn german(owner: &str) -> Record {
    let record = lead("1", monday()).account("DE", "software", 300);
    record.owner(owner).build()
}

#[test]
fn nothing_follows_unless_its_owner_is_late_with_this_run() {
    let changes: [(&str, Change); 8] = [
        ("it was met meanwhile", |late| late.is(ClockStatus::MetLate)),
        ("it runs anew", |late| late.is(ClockStatus::Running)),
        ("another run is late", |late| late.instance = 2),
        ("no such clock", |late| late.clock = "next_reply"),
        ("it never had one", |late| late.lead.clocks = None),
        ("it is Ben's", |late| late.from = PersonId::new("ben")),
        ("it was never routed", |late| late.lead.routing = None),
        ("it is closed", |late| {
            late.lead.record = lead("1", monday()).stage("converted", monday()).build();
        }),
    ];
    for (why, change) in changes {
        let mut late = Late::new();
        assert!(late.asked().is_some());
        change(&mut late);
        assert_eq!(late.asked(), None, "{why}");
    }
}

/// Whoever the CRM shows that is neither its owner nor one it was taken from was named by hand.
#[test]
fn nothing_follows_where_a_person_named_another_owner() {
    for (shown, taken_from, asked) in [
        ("anna", None, true),
        ("jonas", Some("jonas"), true),
        ("jonas", None, false),
        ("jonas", Some("ben"), false),
    ] {
        let mut late = Late::new();
        late.lead.record = german(shown);
        late.routing().taken_from = taken_from.into_iter().map(PersonId::new).collect();
        let found = late.asked().is_some();
        assert_eq!(found, asked, "{shown} is shown, taken from {taken_from:?}");
    }
}

#[test]
fn another_of_the_pool_gets_it_with_all_that_follows() {
    let mut late = Late::new();
    late.at = at("2026-11-23T09:30:00Z");
    late.routing().taken_from = [PersonId::new("ben")].into();
    late.routing().refused = [PersonId::new("maya")].into();
    let routed = late.asked().expect("another");
    let (anna, ben) = (PersonId::new("anna"), PersonId::new("ben"));
    let expected = RoutingState {
        status: contracts::state::RoutingStatus::Routed,
        owner: Some(ben.clone()),
        rule: routing::REASSIGNED.to_owned(),
        pool: Some(POOL.to_owned()),
        at: late.at,
        out_of_turn: false,
        reassigned: vec![Reassigned {
            from: anna.clone(),
            to: ben.clone(),
            clock: CLOCK.to_owned(),
            finally: false,
            at: late.at,
        }],
        taken_from: [anna.clone()].into(),
        refused: [PersonId::new("maya")].into(),
        counted: None,
        sequence: 0,
        waits: None,
        rerouted: Vec::new(),
        put_off: None,
        asked: None,
        identity: None,
        joined: None,
        held_until: None,
        observed_until: None,
    };
    assert_eq!(routed.routing, expected);
    assert!(routed.pool.is_some(), "the turn is Ben's now");
    let said = because(&routed);
    assert!(
        said.ends_with("the turn it cost anna is now ben's; time 1 of 2"),
        "{said}"
    );
    let emits = [
        EventData::RecordRouted {
            owner: ben.clone(),
            rule: routing::REASSIGNED.to_owned(),
            pool: Some(POOL.to_owned()),
        },
        EventData::CrmWriteRequested {
            write: CrmWrite::Owner {
                to: ben.clone(),
                only_if: Some(anna.clone()),
            },
        },
        EventData::NoticeRequested {
            to: ben.clone(),
            notice: Notice::LeadReassigned {
                from: anna.clone(),
                clock: CLOCK.to_owned(),
                respond_by: Some(at("2026-11-23T14:30:00Z")),
            },
        },
        EventData::NoticeRequested {
            to: anna,
            notice: Notice::LeadTakenBack {
                to: ben,
                clock: CLOCK.to_owned(),
            },
        },
    ];
    assert_eq!(routed.draft.emits, emits);
}

/// The clock goes on as it is, so there is no new time to answer by.
#[test]
fn no_time_to_answer_is_told_where_the_clock_does_not_begin_anew() {
    let mut model = example_model();
    let clock = model.clocks.get_mut(CLOCK).expect("a clock");
    clock.owner_changes = OwnerChanges::Keep;
    let late = Late::of(Lead::new(staffing(model)));
    let routed = late.asked().expect("another");
    let told = routed.draft.emits.iter().find_map(|event| match event {
        EventData::NoticeRequested {
            notice: Notice::LeadReassigned { respond_by, .. },
            ..
        } => Some(*respond_by),
        _ => None,
    });
    assert_eq!(told, Some(None));
}

#[test]
fn after_so_many_times_it_goes_to_the_last_one_named_and_leaves_the_pool() {
    for (at_most, times, whom, why) in [
        (2, 1, "ben", ""),
        (
            2,
            2,
            "jonas",
            "it was reassigned 2 of 2 times, so jonas is asked",
        ),
        (
            2,
            3,
            "jonas",
            "it was reassigned 3 of 2 times, so jonas is asked",
        ),
        (
            0,
            0,
            "jonas",
            "it was reassigned 0 of 0 times, so jonas is asked",
        ),
    ] {
        let mut late = Late::new();
        late.terms.at_most = at_most;
        for _ in 0..times {
            late.was_taken_from("jonas", false);
        }
        let routed = late.asked().expect("another");
        assert_eq!(to(&routed), whom, "{times} of {at_most}");
        if why.is_empty() {
            continue;
        }
        assert_eq!(because(&routed), why);
        assert_eq!(routed.routing.pool, None, "it is no pool's any more");
        assert!(routed.routing.out_of_turn);
        let last = routed.routing.reassigned.last().expect("noted");
        assert!(last.finally, "and theirs for good");
        let (name, pool) = routed.pool.expect("Anna's turn is given back");
        let anna = &pool.members[&PersonId::new("anna")];
        assert_eq!((name.as_str(), anna.received, sum(&pool)), (POOL, 0, 0));
    }
}

/// She was asked in place of the pool, so it cost her no turn.
#[test]
fn no_turn_is_given_back_to_whom_it_cost_none() {
    let mut late = Late::new();
    late.terms.at_most = 0;
    late.routing().out_of_turn = true;
    let routed = late.asked().expect("another");
    assert_eq!((to(&routed), &routed.pool), ("jonas", &None));
}

#[test]
fn a_lead_that_came_from_no_pool_goes_to_the_last_one_named() {
    let mut late = Late::new();
    late.routing().pool = None;
    let routed = late.asked().expect("another");
    assert_eq!(because(&routed), "it came from no pool, so jonas is asked");
    assert_eq!(routed.pool, None);
}

#[test]
fn where_the_pool_has_nobody_else_the_last_one_named_is_asked() {
    let mut late = Late::new();
    late.routing().refused = ["ben", "jonas"].map(PersonId::new).into();
    late.terms.finally = Recipient::Person(PersonId::new("carla"));
    let routed = late.asked().expect("another");
    assert_eq!(
        because(&routed),
        format!("pool {POOL} has nobody else, so carla is asked")
    );
}

#[test]
fn a_lead_stays_where_nobody_else_can_be_asked() {
    let nobody = "nobody else can be asked";
    let mut late = Late::new();
    late.terms.at_most = 0;
    late.terms.finally = Recipient::Owner;
    assert_eq!(late.stays(), nobody, "the last one is its owner");
    late.terms.finally = Recipient::Manager;
    late.routing().refused = [PersonId::new("jonas")].into();
    assert_eq!(late.stays(), nobody, "the CRM refuses the last one");
    // Of a team the first who can have it is asked.
    late.terms.finally = Recipient::Team("dach_sales".to_owned());
    assert_eq!(to(&late.asked().expect("another")), "ben");
    late.routing().refused.insert(PersonId::new("ben"));
    assert_eq!(late.stays(), nobody, "nobody of the team can have it");
}

#[test]
fn a_lead_that_came_to_its_owner_last_of_all_stays() {
    let mut late = Late::new();
    late.was_taken_from("jonas", true);
    assert_eq!(late.stays(), "it came to them last of all");
}
