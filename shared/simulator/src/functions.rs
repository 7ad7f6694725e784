mod approvals;
mod behave;
mod except;
mod hand_offs;
mod reminders;
mod reviews;

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use contracts::{
    AuditRecord, Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{Absence, AbsencesState, BREAKERS, BreakerState, HoldAnswer, Span},
};
use crm::{PersonId, RecordId};
use crm_sync::CrmSync;
use crm_writeback::CrmWriteback;
use daily_digest::DailyDigest;
use decisions::{Rules, absences::enter, gates::answered};
use deviation_watch::Watcher;
use engine::{
    CycleError, Deciding, Delivery, Failure, Handler, MOST_FAILURES, Next, RecordPages, Retries,
    Round, Table, handle_until,
    webhooks::{Request, WebhookHandler},
};
use jiff::{SignedDuration, Timestamp};
use lead_routing::{LeadRouting, Router};
use live_metrics::LiveMetrics;
use notify::Notify;
use sla_timers::SlaTimers;
use stage_gates::{Gatekeeper, StageGates};
use store::{Item, Store, Versioned, put_state};
use webhook_intake::WebhookIntake;

use crate::{
    generate::PERSONAL,
    planted::Planted,
    ports::{FromCrm, Ports},
    world::World,
};

/// Within how long what one person is told goes in one mail, as the template has it.
const TOGETHER: SignedDuration = SignedDuration::from_mins(2);

/// What became of what a function was called for.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// Of each message of a batch in its order, or of the one thing.
    pub(crate) results: Vec<Result<(), Failed>>,
}

/// Why something was not done, and what becomes of the message, if it was one.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) why: Failure,
    pub(crate) next: Option<Next>,
}

impl Answer {
    fn of(result: Result<(), Failure>) -> Self {
        Self {
            results: vec![result.map_err(|why| Failed { why, next: None })],
        }
    }
}

/// A run of a function.
pub(crate) type Run = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A message that is to be handled: its event, the business's time, how it was delivered.
pub(crate) type Given = (Event, Timestamp, Delivery);

/// All functions with one model, as one deployment brings them.
#[derive(Debug)]
pub(crate) struct Functions {
    pub(crate) rules: Rules,
    sync: Arc<CrmSync<Ports, Ports, Ports>>,
    routing: Arc<LeadRouting<Ports, Ports>>,
    timers: Arc<SlaTimers<Ports, Ports, Ports>>,
    gates: Arc<StageGates<Ports, Ports>>,
    watch: Arc<Deciding<Ports, Ports, Watcher>>,
    digest: Arc<DailyDigest<Ports, Ports>>,
    metrics: Arc<LiveMetrics<Ports, Ports>>,
    notify: Arc<Notify<Ports, Ports, Ports>>,
    writeback: Arc<CrmWriteback<Ports, Ports, Ports>>,
    intake: Arc<WebhookIntake<Ports, Ports, FromCrm>>,
    ports: Ports,
}

impl Functions {
    pub(crate) fn new(world: &World, rules: &Rules) -> Self {
        let ports = Ports(world.clone());
        let table = || Table::new(ports.clone(), ports.clone());
        let sources = rules.model.sources.keys();
        let crms: BTreeMap<_, _> = sources
            .clone()
            .map(|name| (name.clone(), ports.clone()))
            .collect();
        let webhooks = sources.map(|name| (name.clone(), FromCrm)).collect();
        let (bus, mail) = (ports.clone(), ports.clone());
        let model = rules.model.clone();
        Self {
            sync: Arc::new(CrmSync::new(table(), crms.clone(), rules.clone())),
            routing: Arc::new(LeadRouting::new(table(), Router::new(rules.clone()))),
            timers: Arc::new(SlaTimers::new(table(), bus.clone(), rules.clone())),
            gates: Arc::new(StageGates::new(table(), Gatekeeper::new(rules.clone()))),
            watch: Arc::new(Deciding::new(table(), Watcher::new(rules.clone()))),
            digest: Arc::new(DailyDigest::new(table(), rules.clone())),
            metrics: Arc::new(LiveMetrics::new(table(), rules.clone())),
            notify: Arc::new(
                Notify::new(table(), mail, rules.clone(), RecordPages::default())
                    .together_within(TOGETHER),
            ),
            writeback: Arc::new(CrmWriteback::new(table(), crms, rules.clone())),
            intake: Arc::new(WebhookIntake::new(bus, &ports, webhooks, model, None)),
            rules: rules.clone(),
            ports,
        }
    }

    /// Begins to handle a batch, `until` its machine is stopped.
    pub(crate) fn handle(&self, function: Function, batch: Vec<Given>, until: Timestamp) -> Run {
        let host = Host {
            function,
            table: Table::new(self.ports.clone(), self.ports.clone()),
            batch,
            until,
        };
        match function {
            Function::CrmSync => run(&self.sync, host),
            Function::LeadRouting => run(&self.routing, host),
            Function::SlaTimers => run(&self.timers, host),
            Function::StageGates => run(&self.gates, host),
            Function::DeviationWatch => run(&self.watch, host),
            Function::DailyDigest => run(&self.digest, host),
            Function::LiveMetrics => run(&self.metrics, host),
            Function::Notify => run(&self.notify, host),
            Function::CrmWriteback => run(&self.writeback, host),
            Function::WebhookIntake
            | Function::EventPublisher
            | Function::Views
            | Function::CommandLine => {
                let why = format!("{function} has no queue");
                Box::pin(async move { Answer::of(Err(Failure::Final(why))) })
            }
        }
    }

    /// Begins to answer a webhook; an answer that the CRM does not take for a yes is a failure.
    pub(crate) fn answer(&self, request: Request, now: Timestamp) -> Run {
        let (intake, world) = (Arc::clone(&self.intake), self.ports.0.clone());
        Box::pin(async move {
            let answer = intake.answer(request, now).await;
            let changed = world.lock().secret_was_changed();
            Answer::of(match answer.status {
                200 => Ok(()),
                // The secret was changed, and the one before is believed for a while.
                503 if changed => Err(Failure::waits(answer.body, Duration::ZERO)),
                // As the CRM does it: what is refused so is not sent again.
                401 => Err(Failure::Final(format!("401: {}", answer.body))),
                status => Err(Failure::everybody(format!("{status}: {}", answer.body))),
            })
        })
    }

    /// Begins to enter an absence.
    pub(crate) fn away(
        &self,
        (person, span, cover): (&PersonId, Span, Option<&PersonId>),
        now: Timestamp,
    ) -> Run {
        let table = Table::new(self.ports.clone(), self.ports.clone());
        let (rules, person, cover) = (self.rules.clone(), person.clone(), cover.cloned());
        Box::pin(async move {
            let entered = enter_absence(table, rules, person, (span, cover), now).await;
            Answer::of(entered.map_err(Failure::from))
        })
    }

    /// Begins to answer for all moves that are held.
    pub(crate) fn answer_holds(&self, by: &PersonId, turn_back: bool, now: Timestamp) -> Run {
        let table = Table::new(self.ports.clone(), self.ports.clone());
        let (rules, by) = (self.rules.clone(), by.clone());
        let answer = if turn_back {
            HoldAnswer::TurnBack
        } else {
            HoldAnswer::LetStand
        };
        Box::pin(async move {
            let answered = answer_all(&table, &rules, (answer, &by), now).await;
            Answer::of(answered.map_err(Failure::from))
        })
    }

    /// Begins to say what becomes of what was handed over, as `fairlead hand-off` does.
    pub(crate) fn answer_hand_off(
        &self,
        record: &RecordId,
        (by, refuses): (&PersonId, bool),
        now: Timestamp,
    ) -> Run {
        let (ports, rules) = (self.ports.clone(), self.rules.clone());
        let (record, by) = (record.clone(), by.clone());
        Box::pin(async move {
            let answered = hand_offs::answer(&ports, &rules, &record, (&by, refuses), now).await;
            Answer::of(answered)
        })
    }

    /// Begins to answer what somebody is reminded of, as the page of a link does.
    pub(crate) fn remind(
        &self,
        record: &RecordId,
        (by, hours): (&PersonId, u32),
        now: Timestamp,
    ) -> Run {
        let ports = self.ports.clone();
        let (record, by) = (record.clone(), by.clone());
        Box::pin(async move {
            let answered = reminders::answer(&ports, &record, (&by, hours), now).await;
            Answer::of(answered)
        })
    }

    /// Begins to answer what is to be approved, as `fairlead approve` does.
    pub(crate) fn approve(
        &self,
        record: &RecordId,
        (by, refuses): (&PersonId, bool),
        now: Timestamp,
    ) -> Run {
        let (ports, rules) = (self.ports.clone(), self.rules.clone());
        let (record, by) = (record.clone(), by.clone());
        Box::pin(async move {
            let answered = approvals::answer(&ports, &rules, &record, (&by, refuses), now).await;
            Answer::of(answered)
        })
    }

    /// Begins to publish the events of audit records.
    pub(crate) fn publish(&self, audits: &[Arc<AuditRecord>]) -> Run {
        let bus = self.ports.clone();
        let events = audits.iter().flat_map(|audit| &audit.events);
        let events: Vec<Event> = events.cloned().collect();
        Box::pin(async move {
            let published = event_publisher::publish_events(&bus, &events).await;
            Answer::of(published.map_err(Failure::from))
        })
    }
}

/// Enters an absence, as `fairlead away` does.
async fn enter_absence(
    table: Table<Ports, Ports>,
    rules: Rules,
    person: PersonId,
    (span, cover): (Span, Option<PersonId>),
    now: Timestamp,
) -> Result<(), CycleError> {
    let key = Key::absences();
    let decide = |found: Vec<Option<Item>>| {
        let before = found.into_iter().flatten().next();
        let before = before.map(Versioned::<AbsencesState>::read).transpose()?;
        // In somebody's own words, which stay in the item.
        let reason = Some(format!("{PERSONAL}reason"));
        let absence = Absence {
            span,
            reason,
            cover: cover.clone(),
            of: None,
        };
        let known = before.as_ref().map(|before| before.state.clone());
        let Ok(changed) = enter(&rules, &known.unwrap_or_default(), &person, absence, now) else {
            return Ok(Round::Nothing(()));
        };
        let id = EventId::of(&["away", person.as_str(), &now.to_string()]);
        let audit = changed.draft.into_audit(
            Function::CommandLine,
            Subject::Person(person.clone()),
            &Cause::command(id, "command.away"),
            0,
            &rules.model.revision,
            now,
        );
        let put = put_state(
            Key::absences(),
            &changed.absences,
            before.as_ref(),
            Indexes::default(),
        );
        Ok(Round::writing(vec![put], ()).recorded(audit))
    };
    table.change(std::slice::from_ref(&key), decide).await
}

/// Answers for all moves that are held, as `fairlead holds` does.
async fn answer_all(
    table: &Table<Ports, Ports>,
    rules: &Rules,
    answer: (HoldAnswer, &PersonId),
    now: Timestamp,
) -> Result<(), CycleError> {
    for item in table.store.of_person(BREAKERS).await? {
        let Some(of) = item.key.breaker_of() else {
            continue;
        };
        let key = item.key;
        let decide = |found: Vec<Option<Item>>| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<BreakerState>::read).transpose()?;
            let state = before.as_ref().map(|before| &before.state);
            let Ok((after, draft)) = answered(rules, state, &of, answer, now) else {
                return Ok(Round::Nothing(()));
            };
            let id = EventId::of(&["holds", of.as_str(), &now.to_string()]);
            let audit = draft.into_audit(
                Function::CommandLine,
                Subject::Person(of.clone()),
                &Cause::command(id, "command.holds"),
                0,
                &rules.model.revision,
                now,
            );
            let indexes = Indexes {
                person: Some(BREAKERS.to_owned()),
                ..Indexes::default()
            };
            let put = put_state(key.clone(), &after, before.as_ref(), indexes);
            Ok(Round::writing(vec![put], ()).recorded(audit))
        };
        let done: Result<(), CycleError> = table.change(std::slice::from_ref(&key), decide).await;
        done?;
    }
    Ok(())
}

/// A host with a batch for a function.
struct Host {
    function: Function,
    table: Table<Ports, Ports>,
    batch: Vec<Given>,
    until: Timestamp,
}

impl Host {
    /// What becomes of a message that was not handled.
    async fn next(&self, event: &Event, why: &Failure, delivery: Delivery) -> Next {
        let planted = self.table.store.0.lock().planted;
        if planted == Some(Planted::CountedByReceives) && delivery.received >= MOST_FAILURES {
            return Next::GiveUp(format!("received {} times: {why}", delivery.received));
        }
        let (retries, id) = (Retries::default(), Some(&event.id));
        let table = &self.table;
        table
            .after_failure(retries, self.function, id, why, delivery)
            .await
    }
}

fn run<H: Handler + 'static>(handler: &Arc<H>, mut host: Host) -> Run {
    let handler = Arc::clone(handler);
    Box::pin(async move {
        let batch = std::mem::take(&mut host.batch).into_iter();
        let (events, deliveries): (Vec<(Event, Timestamp)>, Vec<Delivery>) = batch
            .map(|(event, now, delivery)| ((event, now), delivery))
            .unzip();
        let clock = &host.table.clock;
        let handled = handle_until(&*handler, clock, &events, host.until).await;
        let mut results = Vec::with_capacity(events.len());
        let told = events.iter().zip(deliveries);
        for (result, ((event, _), delivery)) in handled.results.into_iter().zip(told) {
            results.push(match result {
                Ok(()) => Ok(()),
                Err(why) => {
                    let next = Some(host.next(event, &why, delivery).await);
                    Err(Failed { why, next })
                }
            });
        }
        Answer { results }
    })
}
