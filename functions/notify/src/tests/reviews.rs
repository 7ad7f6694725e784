//! The packs of reviews: everything that is on the agenda, in a mail of two forms.

use contracts::{
    ReviewRequested,
    state::{
        Decided, MetricState, MinutesState, ReviewAction, ReviewState, Stood, StoodMetric, Tallied,
    },
};

use super::*;

const LAST: &str = "2026-11-17T08:30:00Z";
const NOW: &str = "2026-11-24T08:30:00Z";

pub(super) fn asked(to: &str) -> Event {
    let data = EventData::ReviewRequested(ReviewRequested {
        to: PersonId::new(to),
        review: "forecast".to_owned(),
        day: "2026-11-24".parse().unwrap(),
    });
    let mut event = upon(&record_id("lead:1"), at(NOW), data);
    event.record = None;
    event.id = EventId::of(&["review", to]);
    event
}

fn counted(yes: u64, no: u64) -> Tallied {
    Tallied {
        yes,
        no,
        ..Tallied::default()
    }
}

fn action(owner: &str, due: &str) -> ReviewAction {
    ReviewAction {
        what: "call the five <largest>".to_owned(),
        owner: PersonId::new(owner),
        due: due.parse().unwrap(),
        by: PersonId::new("carla"),
        from: at(LAST),
        done: None,
    }
}

fn deviation(since: &str) -> DeviationsState {
    deviating("no_contact", Severity::High, at(since))
}

/// A week after the last pack: one deviation has opened, one is resolved, and one action is late.
pub(super) async fn a_week_later() -> Tested {
    let notify = notify();
    let minutes = MinutesState {
        decided: vec![Decided {
            at: at("2026-11-17T10:00:00Z"),
            by: PersonId::new("carla"),
            right: Some("approve_large_discount".to_owned()),
            what: "no discount above 30 %".to_owned(),
        }],
        actions: [
            (3, action("jonas", "2026-11-20")),
            (4, action("maya", "2026-12-01")),
        ]
        .into(),
        last: 4,
    };
    notify.keep(Key::minutes("forecast"), &minutes, None).await;
    let stood = Stood {
        told: Told {
            at: at(LAST),
            things: [(
                record_id("opportunity:901"),
                ["past_corridor 1".to_owned()].into(),
            )]
            .into(),
            shown: [].into(),
        },
        actions: [3].into(),
        metrics: [(
            "sql_integrity".to_owned(),
            StoodMetric {
                form: "portion".to_owned(),
                total: counted(40, 2),
            },
        )]
        .into(),
        definitions: BTreeMap::new(),
    };
    let state = ReviewState {
        day: "2026-11-24".parse().unwrap(),
        stood: stood.clone(),
        before: Some(stood),
    };
    notify.keep(Key::review("forecast"), &state, None).await;
    let metric = MetricState {
        form: "portion".to_owned(),
        revision: 1,
        day: "2026-11-23".parse().unwrap(),
        changed: at("2026-11-23T10:00:00Z"),
        total: counted(38, 4),
        unsure: 0,
        by: BTreeMap::new(),
        told: None,
        signals: BTreeMap::new(),
    };
    notify
        .keep(Key::metric("sql_integrity"), &metric, None)
        .await;
    let pipeline = MetricState {
        form: "sum opportunity.amount".to_owned(),
        total: Tallied {
            yes: 3,
            sums: vec![2_400_000_000_000],
            ..Tallied::default()
        },
        ..metric
    };
    notify
        .keep(Key::metric("pipeline_coverage"), &pipeline, None)
        .await;
    let deal = notify.keep_record(rollout()).await;
    let open = deviation("2026-11-20T10:00:00Z");
    notify
        .keep(Key::deviations(&deal), &open, Some("ben"))
        .await;
    notify
}

#[tokio::test]
async fn everything_on_the_agenda_stands_in_the_mail() {
    let notify = a_week_later().await;
    notify
        .handle(&asked("jonas"), at("2026-11-24T08:30:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    assert_eq!(
        mail.subject,
        "Forecast, Tuesday 24 November 2026: 2 actions not done, 1 late"
    );
    assert_eq!(
        mail.text,
        "Hello Jonas Brandt,\n\
         \n\
         Forecast, Tuesday 24 November 2026: 2 actions not done, 1 late.\n\
         \n\
         Led by Carla Reyes, with Jonas Brandt, Maya Ortiz. What has changed is told since Tue 17 Nov 2026, 09:30 CET.\n\
         \n\
         To be done\n\
         - 3. call the five <largest> · Jonas Brandt, due Fri 20 Nov 2026: late\n\
         - New: 4. call the five <largest> · Maya Ortiz, due Tue 1 Dec 2026\n\
         \n\
         Decided since the last time\n\
         - Tue 17 Nov 2026, Carla Reyes by the right approve large discount: no discount above 30 %\n\
         \n\
         Numbers\n\
         - Pipeline coverage (Carla Reyes): 2,400,000 in 3 records; 1.60 times the target of 1,500,000 for 2026-Q4\n\
         - Booked in this quarter (Carla Reyes): nothing has been counted yet\n\
         - Win rate (Carla Reyes): nothing has been counted yet\n\
         - SQL integrity (Jonas Brandt): 38 of 42: 90.5 % (77.9 to 96.2 %); below the floor of 95 %, but the interval reaches \
         up to it; down from 40 of 42: 95.2 % (84.2 to 98.7 %) the last time: the intervals overlap, so it may be chance\n\
         - Within corridor (Jonas Brandt): nothing has been counted yet\n\
         \n\
         Deviations\n\
         - 1 open: 1 no contact\n\
         - 1 opened: Acme rollout (no contact)\n\
         - 1 resolved, or of a record that is closed: opportunity 901 (past corridor)\n\
         \n\
         Excused since the last time\n\
         - No exception was granted that counts still.\n\
         \n\
         Who may decide\n\
         - Approve large discount: Carla Reyes, Olga Weiss\n\
         \n\
         Tell Olga Weiss what is decided, what is to be done and what is done by now: they record it.\n\
         \n\
         -- \n\
         Fairlead, for Northwind Robotics\n"
    );
    assert!(mail.html.contains("call the five &lt;largest&gt;"));
}

#[tokio::test]
async fn one_pack_goes_to_each_and_none_to_a_review_that_is_gone() {
    let notify = a_week_later().await;
    let event = asked("maya");
    for _ in 0..2 {
        notify.handle(&event, at(NOW)).await.unwrap();
    }
    assert_eq!(notify.mails().len(), 1);
    let mut gone = asked("carla");
    if let EventData::ReviewRequested(asked) = &mut gone.data {
        asked.review = "standup".to_owned();
    }
    notify.handle(&gone, at(NOW)).await.unwrap();
    assert_eq!(notify.mails().len(), 1);
    let effect = notify.effect_of(&gone).await;
    assert_eq!(
        effect.result,
        "governance.yaml has no review `standup` any more"
    );
}
