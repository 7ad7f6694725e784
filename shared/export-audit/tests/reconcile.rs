//! The explanations come to the difference, whatever the files have in them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{collections::BTreeMap, io::Read};

use crm::Decimal;
use export_audit::{Column, Export, Layout, Layouts, Reconciliation, WhatCounts, Why, reconcile};
use jiff::civil::date;
use proptest::{prelude::*, sample::select};

fn export(name: &str, text: String) -> Export {
    Export::new(name, move || {
        Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
    })
}

fn layouts() -> Layouts {
    let columns = ["amount", "stage", "close_date", "currency"];
    let column = |it: &str| {
        (
            it.to_owned(),
            Column {
                column: it.to_owned(),
                ..Column::default()
            },
        )
    };
    let layout = Layout {
        id: "id".to_owned(),
        columns: columns.iter().map(|it| column(it)).collect(),
        ..Layout::default()
    };
    let files = ["crm.csv", "warehouse.csv"].map(|it| (it.to_owned(), layout.clone()));
    Layouts {
        files: files.into(),
    }
}

fn reconciled(crm: &str, warehouse: &str) -> Reconciliation {
    let head = "id,amount,stage,close_date,currency\n";
    let counts = WhatCounts {
        stages: vec!["won".to_owned()],
        from: Some(date(2026, 7, 1)),
        to: Some(date(2026, 9, 30)),
    };
    let [crm, warehouse] = [("crm.csv", crm), ("warehouse.csv", warehouse)]
        .map(|(name, text)| export(name, format!("{head}{text}")));
    reconcile(&crm, &warehouse, &layouts(), &counts).expect("two files")
}

fn sum(of: &Reconciliation) -> Decimal {
    of.explanations.iter().map(|it| it.difference).sum()
}

#[test]
fn each_record_is_told_with_its_reason() {
    let crm = "A,100000,won,2026-07-03,EUR\nB,50000,won,2026-08-01,EUR\nC,28000,won,2026-09-30,EUR\n\
               D,90000,won,2026-09-01,EUR\nE,60000,won,2026-09-01,EUR\nE,60000,won,2026-09-01,EUR\nF,40000,won,2026-07-09,USD\n";
    let warehouse = "A,100000,won,2026-07-03,EUR\nB,52000,won,2026-08-01,EUR\nC,28000,won,2026-10-01,EUR\n\
                     D,90000,negotiation,2026-09-01,EUR\nE,60000,won,2026-09-01,EUR\nF,37000,won,2026-07-09,EUR\nG,142000,won,2026-08-01,EUR\n";
    let found = reconciled(crm, warehouse);
    assert_eq!(found.figures.map(|it| it.to_string()), ["428000", "391000"]);
    let why: BTreeMap<&str, (Why, String)> = found
        .explanations
        .iter()
        .map(|it| (it.id.as_str(), (it.why, it.difference.to_string())))
        .collect();
    let wanted = [
        ("B", Why::Amount, "-2000"),
        ("C", Why::Date, "28000"),
        ("D", Why::Stage, "90000"),
        ("E", Why::Doubled, "60000"),
        ("F", Why::Currency, "3000"),
        ("G", Why::OnlyInSecond, "-142000"),
    ];
    assert_eq!(
        why,
        wanted
            .map(|(id, why, by)| (id, (why, by.to_owned())))
            .into()
    );
    assert_eq!(sum(&found), found.difference());
    let text = found.text();
    assert!(
        text.starts_with("428000 in crm.csv\n391000 in warehouse.csv\n37000 more in the first"),
        "{text}"
    );
    assert!(
        text.contains("G: only in the second (142000 EUR won 2026-08-01)"),
        "{text}"
    );
}

fn rows() -> impl Strategy<Value = String> {
    let row = (
        0..12_u8,
        -500_i64..5_000,
        select(vec!["won", "lost", ""]),
        1..13_i8,
        select(vec!["EUR", "USD", ""]),
    );
    let line = row.prop_map(|(id, cents, stage, month, currency)| {
        let amount = Decimal::new(cents, 2);
        format!("R{id},{amount},{stage},2026-{month:02}-15,{currency}\n")
    });
    prop::collection::vec(line, 0..30).prop_map(|lines| lines.concat())
}

proptest! {
    #[test]
    fn the_explanations_come_to_the_difference(crm in rows(), warehouse in rows()) {
        let found = reconciled(&crm, &warehouse);
        prop_assert_eq!(sum(&found), found.difference());
        let back = reconciled(&warehouse, &crm);
        prop_assert_eq!(back.difference(), -found.difference());
        let same = reconciled(&crm, &crm);
        prop_assert!(same.difference().is_zero());
    }
}
