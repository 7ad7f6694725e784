use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use contracts::{
    AuditRecord, Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{Absence, AbsencesState, Span},
};
use crm::PersonId;
use crm_sync::CrmSync;
use crm_writeback::CrmWriteback;
use daily_digest::DailyDigest;
use decisions::{Rules, absences::enter};
use deviation_watch::Watcher;
use engine::{
    CycleError, Deciding, Failure, Handler, RecordPages, Round, Table,
    webhooks::{Request, WebhookHandler},
};
use jiff::Timestamp;
use lead_routing::Router;
use notify::Notify;
use sla_timers::SlaTimers;
use stage_gates::Gatekeeper;
use store::{Item, Versioned, audit_put, put_state};
use webhook_intake::WebhookIntake;

use crate::{
    ports::{FromCrm, Ports},
    world::World,
};

/// What became of each event of a batch.
pub(crate) type Results = Vec<Result<(), Failure>>;

/// A run of a function.
pub(crate) type Run = Pin<Box<dyn Future<Output = Results> + Send>>;

/// All functions with one model, as one deployment brings them.
#[derive(Debug)]
pub(crate) struct Functions {
    pub(crate) rules: Rules,
    sync: Arc<CrmSync<Ports, Ports, Ports>>,
    routing: Arc<Deciding<Ports, Ports, Router>>,
    timers: Arc<SlaTimers<Ports, Ports, Ports>>,
    gates: Arc<Deciding<Ports, Ports, Gatekeeper>>,
    watch: Arc<Deciding<Ports, Ports, Watcher>>,
    digest: Arc<DailyDigest<Ports, Ports>>,
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
            sync: Arc::new(CrmSync::new(table(), crms.clone(), model.clone())),
            routing: Arc::new(Deciding::new(table(), Router::new(rules.clone()))),
            timers: Arc::new(SlaTimers::new(table(), bus.clone(), rules.clone())),
            gates: Arc::new(Deciding::new(table(), Gatekeeper::new(rules.clone()))),
            watch: Arc::new(Deciding::new(table(), Watcher::new(rules.clone()))),
            digest: Arc::new(DailyDigest::new(table(), rules.clone())),
            notify: Arc::new(Notify::new(
                table(),
                mail,
                rules.clone(),
                RecordPages::default(),
            )),
            writeback: Arc::new(CrmWriteback::new(table(), crms, rules.clone())),
            intake: Arc::new(WebhookIntake::new(bus, &ports, webhooks, model, None)),
            rules: rules.clone(),
            ports,
        }
    }

    /// Begins to handle a batch.
    pub(crate) fn handle(&self, function: Function, batch: Vec<(Event, Timestamp)>) -> Run {
        match function {
            Function::CrmSync => run(&self.sync, batch),
            Function::LeadRouting => run(&self.routing, batch),
            Function::SlaTimers => run(&self.timers, batch),
            Function::StageGates => run(&self.gates, batch),
            Function::DeviationWatch => run(&self.watch, batch),
            Function::DailyDigest => run(&self.digest, batch),
            Function::Notify => run(&self.notify, batch),
            Function::CrmWriteback => run(&self.writeback, batch),
            Function::WebhookIntake
            | Function::EventPublisher
            | Function::Views
            | Function::CommandLine => {
                let why = format!("{function} has no queue");
                Box::pin(async move { vec![Err(Failure::Final(why)); batch.len()] })
            }
        }
    }

    /// Begins to answer a webhook; an answer that the CRM does not take for a yes is a failure.
    pub(crate) fn answer(&self, request: Request, now: Timestamp) -> Run {
        let intake = Arc::clone(&self.intake);
        Box::pin(async move {
            let answer = intake.answer(request, now).await;
            vec![match answer.status {
                200 => Ok(()),
                status => Err(Failure::Later(format!("{status}: {}", answer.body))),
            }]
        })
    }

    /// Begins to enter an absence.
    pub(crate) fn away(
        &self,
        (person, from, to): (&PersonId, Timestamp, Timestamp),
        now: Timestamp,
    ) -> Run {
        let table = Table::new(self.ports.clone(), self.ports.clone());
        let (rules, person) = (self.rules.clone(), person.clone());
        Box::pin(async move {
            let entered = enter_absence(table, rules, person, Span { from, to }, now).await;
            vec![entered.map_err(Failure::from)]
        })
    }

    /// Begins to publish the events of audit records.
    pub(crate) fn publish(&self, audits: Vec<AuditRecord>) -> Run {
        let bus = self.ports.clone();
        Box::pin(async move {
            let published = event_publisher::publish_events_of(&bus, audits).await;
            vec![published.map(drop).map_err(Failure::from)]
        })
    }
}

/// Enters an absence, as `fairlead away` does.
async fn enter_absence(
    table: Table<Ports, Ports>,
    rules: Rules,
    person: PersonId,
    span: Span,
    now: Timestamp,
) -> Result<(), CycleError> {
    let key = Key::absences();
    let decide = |found: Vec<Option<Item>>| {
        let before = found.into_iter().flatten().next();
        let before = before.map(Versioned::<AbsencesState>::read).transpose()?;
        let absence = Absence { span, reason: None };
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
        Ok(Round::writing(vec![put, audit_put(&audit)], ()))
    };
    table.change(std::slice::from_ref(&key), decide).await
}

fn run<H: Handler + 'static>(handler: &Arc<H>, batch: Vec<(Event, Timestamp)>) -> Run {
    let handler = Arc::clone(handler);
    Box::pin(async move { handler.handle_batch(&batch).await })
}
