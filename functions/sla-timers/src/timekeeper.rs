use contracts::{
    DeadlineKind, Event, EventData, Function, HandOffAnswered, Indexes, Key, shard_of,
    state::{AbsencesState, Clock, ClocksState, GateState, HandedState, RoutingState},
};
use crm::{FieldRef, PersonId, Record};
use decisions::{
    Edge, Rules,
    clocks::{self, Answer, Moved, Trigger},
    edges, renamed,
};
use engine::{Decider, Planned, Proposal, Read, RecordFacts};
use jiff::Timestamp;
use model::{Revision, Start};
use store::{Put, StoreError, Versioned, put_state};

/// Decides about the clocks of a record.
#[derive(Debug)]
pub(crate) struct Timekeeper(Rules);

/// The record's clocks, its gate and how it was routed.
#[derive(Debug)]
pub(crate) struct Plan {
    before: Option<Versioned<ClocksState>>,
    handed: Option<Versioned<HandedState>>,
    gate: Option<GateState>,
    routing: Option<RoutingState>,
}

impl Timekeeper {
    pub(crate) const fn new(rules: Rules) -> Self {
        Self(rules)
    }

    pub(crate) const fn rules(&self) -> &Rules {
        &self.0
    }

    /// Whether a clock of this kind of record starts so.
    fn may_start(&self, facts: &RecordFacts, so: fn(&Start) -> bool) -> bool {
        let mut clocks = self.0.model.clocks.values();
        let kind = facts.id().kind;
        clocks.any(|terms| terms.record == kind && so(&terms.start))
    }
}

const fn by_fields(start: &Start) -> bool {
    matches!(start, Start::FieldChanged(_) | Start::OnDate { .. })
}

const fn by_stages(start: &Start) -> bool {
    matches!(start, Start::StageEntered(_) | Start::StageLeft(_))
}

impl Decider for Timekeeper {
    type Plan = Plan;

    fn function(&self) -> Function {
        Function::SlaTimers
    }

    fn revision(&self) -> &Revision {
        &self.0.model.revision
    }

    fn plan(
        &self,
        facts: &RecordFacts,
        event: &Event,
        _: Timestamp,
    ) -> Result<Option<Planned<Plan>>, StoreError> {
        if facts.record.state.record.is_trial() {
            return Ok(None);
        }
        let routing = facts.state::<RoutingState>()?.map(|it| it.state);
        let may_start = match &event.data {
            EventData::RecordRouted { .. } => true,
            // It may have been given to somebody since.
            EventData::RecordWaiting { .. } => {
                routing.as_ref().is_some_and(|it| it.owner.is_some())
            }
            EventData::RecordChanged { contact, .. } => {
                let replied = facts.record.state.record.last_reply.is_some();
                contact.is_some() || replied || self.may_start(facts, by_fields)
            }
            EventData::StageEntered { .. } | EventData::StageLeft { .. } => {
                self.may_start(facts, by_stages)
            }
            EventData::DeadlineDue {
                kind: DeadlineKind::Clocks,
                ..
            }
            | EventData::HandOffAnswered(_) => false,
            _ => return Ok(None),
        };
        let mut before = facts.state::<ClocksState>()?;
        if let Some(before) = &mut before {
            renamed::clocks(&self.0, &mut before.state);
        }
        if before.is_none() && !may_start {
            return Ok(None);
        }
        let plan = Plan {
            gate: facts.state::<GateState>()?.map(|gate| gate.state),
            routing,
            before,
            handed: facts.state::<HandedState>()?,
        };
        // Who is away, wherever a clock runs or may start.
        Ok(Some(Planned {
            plan,
            needs: vec![Key::absences()],
        }))
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        plan: Plan,
        read: &Read,
        event: &Event,
        _: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let absences = read.shared_or_default::<AbsencesState>(&Key::absences())?;
        let rules = self.0.with_absences(absences);
        let fields = changed_fields(event, &facts.record.state.record);
        let Some(trigger) = trigger(facts, plan.routing.as_ref(), event, &fields) else {
            return Ok(None);
        };
        let record = &facts.record.state.record;
        let state = plan.before.as_ref().map(|before| &before.state);
        let clocked = clocks::decide(&rules, record, plan.gate.as_ref(), state, trigger);
        let Some(clocked) = clocked else {
            return Ok(None);
        };
        let put = put_state(
            Key::clocks(facts.id()),
            &clocked.clocks,
            plan.before.as_ref(),
            indexes(facts, &clocked.clocks),
        );
        let mut puts = vec![put];
        puts.extend(handed(facts, &clocked.clocks, plan.handed.as_ref()));
        Ok(Some(Proposal {
            draft: clocked.draft,
            puts,
        }))
    }
}

/// What an event is to clocks.
fn trigger<'a>(
    facts: &RecordFacts,
    routing: Option<&'a RoutingState>,
    event: &'a Event,
    fields: &'a [FieldRef],
) -> Option<Trigger<'a>> {
    Some(match &event.data {
        // Whose it is may have changed again since: the latest routing counts.
        EventData::RecordRouted { .. } | EventData::RecordWaiting { .. } => {
            let named = match &event.data {
                EventData::RecordRouted { owner, .. } => Some(owner),
                _ => None,
            };
            let at = routing.map_or(event.time, |routing| routing.at.max(event.time));
            match routing.map_or(named, |routing| routing.owner.as_ref()) {
                Some(owner) if routing.is_some_and(RoutingState::begins_anew) => {
                    Trigger::RoutedAnew { owner, at }
                }
                Some(owner) => Trigger::Routed { owner, at },
                None => Trigger::Ownerless { at },
            }
        }
        EventData::RecordChanged { modified, .. } => {
            let record = &facts.record.state.record;
            let nobodys = record.owner().is_none() && routing.is_some_and(|it| it.owner.is_none());
            let (mut contact, mut replied) = (None, None);
            for edge in edges(event, record) {
                match edge {
                    Edge::ActivityLogged(logged) => contact = Some(logged),
                    // Nobody is asked to answer what is nobody's.
                    Edge::CustomerReplied(at) if !nobodys => replied = Some(at),
                    _ => {}
                }
            }
            Trigger::Changed {
                modified: *modified,
                contact,
                replied,
                fields,
                sequence: event.sequence,
            }
        }
        EventData::StageEntered {
            stage,
            from,
            since,
            by,
            ..
        } => Trigger::Moved(Moved {
            stage,
            entered: true,
            first: from.is_none(),
            at: *since,
            by: by.as_ref(),
            told: event.time,
            owner: routing.and_then(|it| it.owner.as_ref()),
            sequence: event.sequence,
        }),
        EventData::StageLeft { stage, at, by, .. } => Trigger::Moved(Moved {
            stage,
            entered: false,
            first: false,
            at: *at,
            by: by.as_ref(),
            told: event.time,
            owner: routing.and_then(|it| it.owner.as_ref()),
            sequence: event.sequence,
        }),
        EventData::HandOffAnswered(HandOffAnswered {
            clock,
            instance,
            by,
            refused,
        }) => Trigger::Answered(Answer {
            clock,
            instance: *instance,
            by,
            refused: refused.as_deref(),
            at: event.time,
        }),
        EventData::DeadlineDue { at, .. } => Trigger::Due { at: *at },
        _ => return None,
    })
}

/// The fields of which a copy tells that they hold something else.
fn changed_fields(event: &Event, record: &Record) -> Vec<FieldRef> {
    let changed = edges(event, record).into_iter();
    let changed = changed.filter_map(|edge| match edge {
        Edge::FieldChanged { kind, name } => Some(FieldRef::new(kind, name)),
        _ => None,
    });
    changed.collect()
}

/// What another than whoever sees the clocks is to take over, if that is otherwise than before.
fn handed(
    facts: &RecordFacts,
    clocks: &ClocksState,
    before: Option<&Versioned<HandedState>>,
) -> Option<Put> {
    let seen_by = shown_to(clocks);
    let open = clocks
        .clocks
        .iter()
        .filter(|(_, run)| is_hand_off(run) && run.status.is_open() && Some(&run.owner) != seen_by);
    let runs = open.map(|(name, run)| {
        let kept = None;
        (
            name.clone(),
            Clock {
                kept,
                ..run.clone()
            },
        )
    });
    let after = HandedState {
        clocks: runs.collect(),
    };
    let person = after
        .clocks
        .values()
        .next()
        .map(|run| run.owner.to_string());
    let known = before.map(|before| &before.state);
    let differs = known.map_or(!after.clocks.is_empty(), |known| *known != after);
    let indexes = Indexes {
        person,
        ..Indexes::default()
    };
    differs.then(|| put_state(Key::handed(facts.id()), &after, before, indexes))
}

/// Who sees the clocks of a record as open work: whose its own clocks are; where only hand-offs are open, who is to
/// take the first of them over.
fn shown_to(clocks: &ClocksState) -> Option<&PersonId> {
    let open = || clocks.clocks.values().filter(|run| run.status.is_open());
    let own = open().find(|run| !is_hand_off(run));
    own.or_else(|| open().next()).map(|run| &run.owner)
}

fn is_hand_off(run: &Clock) -> bool {
    let kept = run.kept.as_ref();
    kept.is_some_and(|kept| kept.policy.hand_off.is_some())
}

/// The next deadline, and whose open work it is.
fn indexes(facts: &RecordFacts, clocks: &ClocksState) -> Indexes {
    Indexes {
        due: clocks.next().map(|due| (shard_of(facts.id()), due)),
        person: shown_to(clocks).map(ToString::to_string),
        ..Indexes::default()
    }
}
