//! How a pipeline moved is the same from two exports as from the log in between, and always comes to the closing.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::io::Read;

use decisions::Rules;
use export_audit::{
    Column, EventKind, Export, Layout, Layouts, Pipeline, PipelineMovement, moved_between,
    moved_since,
};
use jiff::Timestamp;
use metrics::{Amounts, Quantity};
use proptest::{option, prelude::*, sample::select};

fn export(name: &str, text: String) -> Export {
    Export::new(name, move || {
        Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
    })
}

fn layout(columns: &[&str], event: Option<EventKind>) -> Layout {
    let column = |it: &&str| {
        let column = Column {
            column: (*it).to_owned(),
            ..Column::default()
        };
        ((*it).to_owned(), column)
    };
    Layout {
        record: Some(crm::RecordKind::Opportunity),
        event,
        id: "id".to_owned(),
        columns: columns.iter().map(column).collect(),
        ..Layout::default()
    }
}

fn layouts() -> Layouts {
    let deals = layout(&["stage", "amount", "close_date"], None);
    let log = layout(
        &["at", "stage", "amount", "close_date"],
        Some(EventKind::Change),
    );
    let files = [
        ("july.csv", deals.clone()),
        ("october.csv", deals),
        ("changes.csv", log),
    ];
    Layouts {
        files: files.map(|(name, it)| (name.to_owned(), it)).into(),
    }
}

fn rules() -> Rules {
    Rules::prepare(testkit::example_model(), at("2026-10-01T00:00:00Z")).expect("rules")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn third_quarter() -> Pipeline {
    Pipeline {
        from: Some("2026-07-01".parse().expect("a day")),
        to: Some("2026-09-30".parse().expect("a day")),
        won: Vec::new(),
    }
}

fn between(rules: &Rules, old: &str, new: &str, pipeline: &Pipeline) -> PipelineMovement {
    let head = "id,stage,amount,close_date\n";
    let [old, new] = [("july.csv", old), ("october.csv", new)]
        .map(|(name, text)| export(name, format!("{head}{text}")));
    moved_between(rules, [&old, &new], &layouts(), pipeline).expect("two exports")
}

fn since(rules: &Rules, log: &str, pipeline: &Pipeline) -> PipelineMovement {
    let log = export(
        "changes.csv",
        format!("id,at,stage,amount,close_date\n{log}"),
    );
    let [from, to] = ["2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z"].map(at);
    moved_since(rules, &log, &layouts(), pipeline, [from, to]).expect("a log")
}

/// The opening, more, less: the closing as it has to be.
fn comes_to(found: &PipelineMovement) -> Quantity {
    let mut sum = found.opening.sum;
    for part in &found.parts {
        let mut deals = Quantity::default();
        part.deals.iter().for_each(|(_, it)| deals.add(*it));
        assert_eq!(
            deals, part.amounts.sum,
            "{:?} is made of its deals",
            part.moved
        );
        if part.is_more {
            sum.add(deals);
        } else {
            sum = sum.less(deals);
        }
    }
    sum
}

fn is(count: u64, sum: i64) -> Amounts {
    Amounts {
        count,
        sum: Quantity::whole(sum),
    }
}

const JULY: &str = "A,appointmentscheduled,100,2026-08-01\nB,contractsent,50,2026-09-01\nC,qualifiedtobuy,70,2026-12-01\n\
                    D,qualifiedtobuy,30,2026-09-30\nE,contractsent,20,2026-07-15\nF,contractsent,25,2026-07-15\nG,qualifiedtobuy,5,\n";
const OCTOBER: &str = "A,contractsent,120,2026-09-30\nB,closedwon,45,2026-08-20\nC,contractsent,70,2026-09-15\n\
                       D,qualifiedtobuy,30,2026-11-30\nE,closedlost,20,2026-07-15\nH,appointmentscheduled,40,2026-09-29\nG,nowhere,5,2026-09-01\n";

#[test]
fn a_quarter_by_hand() {
    let found = between(&rules(), JULY, OCTOBER, &third_quarter());
    assert_eq!(found.opening, is(5, 225));
    let parts: Vec<Amounts> = found.parts.iter().map(|it| it.amounts).collect();
    let wanted = [
        is(1, 40),
        is(1, 70),
        is(1, 20),
        is(0, 0),
        is(1, 30),
        is(1, 5),
        is(1, 45),
        is(1, 20),
        is(1, 25),
    ];
    assert_eq!(parts, wanted);
    assert_eq!(found.closing, is(3, 230));
    assert_eq!(comes_to(&found), found.closing.sum);
    assert_eq!(
        (found.no_stage, found.won.as_slice()),
        (1, &["won".to_owned()][..])
    );
    let text = found.text();
    for line in [
        "  + pulled in",
        "  − slipped",
        "  − gone",
        "1 left out of both, since their stage is not known",
    ] {
        assert!(text.contains(line), "{line} is in\n{text}");
    }
    assert!(!text.contains("reopened"), "{text}");
}

#[test]
fn what_a_log_tells_of_the_same_quarter() {
    let log = "A,2026-05-01T09:00:00Z,appointmentscheduled,100,2026-08-01\nA,2026-08-02T09:00:00Z,,120,\nA,2026-08-02T09:00:00Z,,,2026-10-09\n\
               A,2026-09-02T09:00:00Z,contractsent,,2026-09-30\nB,2026-06-01T09:00:00Z,contractsent,50,2026-09-01\n\
               B,2026-08-20T09:00:00Z,closedwon,45,2026-08-20\nB,2026-10-20T09:00:00Z,closedlost,,\n";
    let found = since(&rules(), log, &third_quarter());
    assert_eq!((found.opening, found.closing), (is(2, 150), is(1, 120)));
    assert_eq!(comes_to(&found), found.closing.sum);
    // It slipped and was pulled in again, which two exports cannot tell.
    let told: Vec<(&str, Amounts)> = found
        .parts
        .iter()
        .filter(|it| it.amounts.count > 0)
        .map(|it| (it.moved.words(), it.amounts))
        .collect();
    let wanted = [
        ("pulled in", is(1, 120)),
        ("up", is(1, 20)),
        ("slipped", is(1, 120)),
        ("down", is(1, 5)),
        ("won", is(1, 45)),
    ];
    assert_eq!(told, wanted);
}

#[test]
fn which_stage_is_won_is_asked() {
    let rules = rules();
    let pipeline = Pipeline {
        won: vec!["negotiation".to_owned()],
        ..third_quarter()
    };
    let [old, new] =
        ["july.csv", "october.csv"].map(|it| export(it, "id,stage,amount,close_date\n".to_owned()));
    let why = moved_between(&rules, [&old, &new], &layouts(), &pipeline)
        .expect_err("no stage that closes");
    let wanted = "`negotiation` is no stage of the model in which an opportunity is closed; name one of these with --won: won, lost";
    assert_eq!(why.to_string(), wanted);
    let log = [at("2026-07-01T00:00:00Z"), at("2026-10-01T00:00:00Z")];
    let why = moved_since(&rules, &old, &layouts(), &third_quarter(), log).expect_err("no log");
    assert!(why.to_string().contains("event: change"), "{why}");
}

/// One row: stage, amount, close date; each may be empty.
type Row = (usize, Option<i64>, Option<u8>);

fn row() -> impl Strategy<Value = Row> {
    (0..8_usize, option::of(0_i64..500), option::of(1_u8..=12))
}

fn written((stage, amount, month): &Row) -> String {
    const STAGES: [&str; 8] = [
        "appointmentscheduled",
        "qualifiedtobuy",
        "contractsent",
        "closedwon",
        "closedlost",
        "presentationscheduled",
        "nowhere",
        "",
    ];
    let amount = amount.map_or_else(String::new, |it| it.to_string());
    let day = month.map_or_else(String::new, |it| format!("2026-{it:02}-15"));
    format!("{},{amount},{day}", STAGES[*stage])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever two exports hold, and whatever a log says.
    #[test]
    fn the_parts_come_to_the_closing(
        old in prop::collection::vec((0..12_u8, row()), 0..16),
        new in prop::collection::vec((0..12_u8, row()), 0..16),
        log in prop::collection::vec((0..6_u8, select(vec![5_u8, 7, 8, 9, 11]), 1_u8..4, row()), 0..40),
        whole in any::<bool>(),
    ) {
        let rules = rules();
        let pipeline = if whole { Pipeline::default() } else { third_quarter() };
        let text = |rows: &[(u8, Row)]| {
            let lines = rows.iter().map(|(id, row)| format!("{id},{}\n", written(row)));
            lines.collect::<String>()
        };
        let found = between(&rules, &text(&old), &text(&new), &pipeline);
        prop_assert_eq!(comes_to(&found), found.closing.sum);
        let again = between(&rules, &text(&new), &text(&new), &pipeline);
        prop_assert_eq!(again.opening, again.closing);
        prop_assert!(again.parts.iter().all(|it| it.deals.is_empty()));
        let lines = log.iter().map(|(id, month, day, row)| {
            format!("{id},2026-{month:02}-{day:02}T10:00:00Z,{}\n", written(row))
        });
        let found = since(&rules, &lines.collect::<String>(), &pipeline);
        prop_assert_eq!(comes_to(&found), found.closing.sum);
    }
}
