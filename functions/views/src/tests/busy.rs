//! A Monday noon at the example company: what people have open by then, and what waits.

use contracts::{
    Indexes,
    state::{Clock, ClockStatus, ClocksState, EXCEPTIONS, Exception, ExceptionsState, HeardState},
};
use crm::{Record, RecordKind, Value};
use engine::RecordPages;
use testkit::{opportunity, source};

use super::*;

/// What sellers call their records, with the account of each.
const LEADS: [(&str, &str, &str); 6] = [
    ("lead:101", "anna", "Ada Kranich, Kranich Software GmbH"),
    ("lead:102", "anna", "Bo Lindqvist, Halden Robotics AB"),
    ("lead:103", "anna", "Cem Aydin, Werk 4 Automation"),
    ("lead:104", "ben", "Dora Hallig, Hallig Lagertechnik KG"),
    ("lead:105", "maya", "Eli Stone, Stonebridge Fulfilment"),
    (
        "lead:106",
        "anna",
        "Friedrich-Wilhelm von Kaltenborn-Stachau, Süddeutsche Fördertechnik und Anlagenbau Verwaltungsgesellschaft",
    ),
];

const DEALS: [(&str, &str, &str, &str); 5] = [
    (
        "opportunity:501",
        "anna",
        "Hallig: warehouse robots",
        "close_date_passed",
    ),
    (
        "opportunity:502",
        "anna",
        "Kranich: pilot line",
        "past_corridor",
    ),
    (
        "opportunity:503",
        "ben",
        "Nordkap: picking cells",
        "no_contact",
    ),
    (
        "opportunity:504",
        "maya",
        "Stonebridge: three sites",
        "criteria_not_met",
    ),
    (
        "opportunity:505",
        "ben",
        "Ems-Dollart: retrofit",
        "stuck_in_stage",
    ),
];

/// Where the CRM shows leads and opportunities.
pub(super) fn record_pages() -> RecordPages {
    let address = |kind: &str| format!("https://app.crm.example/62515/{kind}/{{id}}");
    RecordPages::new(BTreeMap::from([
        ((source(), RecordKind::Lead), address("0-1")),
        ((source(), RecordKind::Opportunity), address("0-3")),
    ]))
}

fn theirs(person: &str) -> Indexes {
    Indexes {
        person: Some(person.to_owned()),
        ..Indexes::default()
    }
}

fn clock(owner: &str, status: ClockStatus, due: &str) -> ClocksState {
    let clock = Clock {
        instance: 1,
        status,
        owner: PersonId::new(owner),
        started: at("2026-11-20T10:00:00Z"),
        budget: "4 business hours".to_owned(),
        calendar: "berlin".to_owned(),
        due: at(due),
        warn_at: None,
        steps: Vec::new(),
        met: None,
        ownerless: false,
        time_off: None,
        kept: None,
    };
    ClocksState {
        clocks: BTreeMap::from([("first_response".to_owned(), clock)]),
        ..ClocksState::default()
    }
}

impl Tested {
    /// One at which people sign in on a busy day.
    pub(super) async fn busy() -> Self {
        let mut tested = Self::open().await;
        tested.views = tested.views.with_record_pages(record_pages());
        for (number, (id, owner, name)) in LEADS.into_iter().enumerate() {
            let record = record_id(id);
            let copy = lead(&record.id, at("2026-11-20T10:00:00Z")).text("name", name);
            keep(&tested.store, copy.owner(owner).build()).await;
            let (status, due) = match number % 2 {
                0 => (ClockStatus::Late, "2026-11-20T14:00:00Z"),
                _ => (ClockStatus::Running, "2026-11-23T15:00:00Z"),
            };
            let state = clock(owner, status, due);
            tested
                .indexed(Key::clocks(&record), &state, theirs(owner))
                .await;
        }
        for (id, owner, name, deviation) in DEALS {
            let record = record_id(id);
            keep(&tested.store, deal(&record, owner, name)).await;
            let open = OpenDeviation {
                steps: None,
                since: at("2026-11-10T10:00:00Z"),
                severity: Severity::High,
                resolve_by: Some(at("2026-11-24T17:00:00Z")),
            };
            let state = DeviationsState {
                open: [(deviation.to_owned(), open)].into(),
                ..DeviationsState::default()
            };
            tested
                .indexed(Key::deviations(&record), &state, theirs(owner))
                .await;
        }
        tested.excused().await;
        tested.queued().await;
        let heard = HeardState {
            revision: example_rules().model.revision.clone(),
            tick: at("2026-11-23T11:59:00Z"),
            at: at("2026-11-23T11:59:00Z"),
        };
        put(&tested.store, Key::heard(), &heard).await;
        tested.counted().await;
        tested.drifts().await;
        tested
    }

    /// A deal that is excused for a time.
    async fn excused(&self) {
        let record = record_id("opportunity:503");
        let exception = Exception {
            by: PersonId::new("carla"),
            owner: Some(PersonId::new("ben")),
            criteria: ["sql.budget".to_owned()].into(),
            deviations: ["past_corridor".to_owned()].into(),
            from: at("2026-11-20T08:00:00Z"),
            until: at("2026-11-25T08:00:00Z"),
            reason: Some("their legal department is on leave until Wednesday".to_owned()),
        };
        let state = ExceptionsState {
            granted: [("3f9a2c71".to_owned(), exception)].into(),
        };
        self.indexed(Key::exceptions(&record), &state, theirs(EXCEPTIONS))
            .await;
    }
}

fn deal(record: &crm::RecordId, owner: &str, name: &str) -> Record {
    opportunity(&record.id, at("2026-08-01T10:00:00Z"))
        .text("name", name)
        .owner(owner)
        .value("amount", Value::Number(48_000.into()))
        .stage("discovery", at("2026-10-01T10:00:00Z"))
        .build()
}
