//! Revenue that stayed, from two exports of what customers pay.
#![allow(clippy::expect_used, reason = "a test may panic")]

use std::io::Read;

use export_audit::{Column, Costs, Export, Layout, Layouts, RevenueRetention, retention};

fn retained(old: &str, new: &str, costs: Option<Costs>) -> Result<RevenueRetention, String> {
    let column = |it: &str| {
        let column = Column {
            column: it.to_owned(),
            ..Column::default()
        };
        (it.to_owned(), column)
    };
    let layout = Layout {
        id: "customer".to_owned(),
        columns: [column("amount"), column("currency")].into(),
        ..Layout::default()
    };
    let files = ["old.csv", "new.csv"].map(|it| (it.to_owned(), layout.clone()));
    let export = |name: &str, text: &str| {
        let text = format!("customer,amount,currency\n{text}");
        Export::new(name, move || {
            Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
        })
    };
    let exports = [export("old.csv", old), export("new.csv", new)];
    let [old, new] = &exports;
    retention(
        [old, new],
        &Layouts {
            files: files.into(),
        },
        costs,
    )
    .map_err(|why| why.to_string())
}

#[test]
fn what_customers_pay_is_summed_and_compared() {
    let costs = Costs {
        cost: 48.into(),
        margin: 0.8,
        months: 12,
    };
    let old = "A,60,EUR\nA,40,EUR\nB,50,EUR\nC,50,EUR\n";
    let found = retained(
        old,
        "A,130,EUR\nB,40,EUR\nD,60,EUR\nE,many,EUR\n",
        Some(costs),
    )
    .expect("two exports");
    let text = found.text();
    for line in [
        "    opening                           200         3 customers",
        "  + pay more                           30         1 customers",
        "  − left                               50         1 customers",
        "  = closing                           230         3 customers",
        "  net retention 85.0 % (fewer than 10 customers: too few to tell how sure that is)",
        "  gross retention 70.0 %",
        "  paid back after 12.0 months",
        "new.csv:5: amount is no number; 1 such cells",
    ] {
        assert!(text.contains(line), "{line} is in\n{text}");
    }
    let why = retained(old, "A,130,USD\n", None).expect_err("two currencies");
    assert!(why.starts_with("the amounts are in EUR, USD"), "{why}");
    let nobody = retained("", "A,1,EUR\n", None).expect("an empty one");
    assert!(
        nobody.text().contains("no retention: nobody paid anything"),
        "{}",
        nobody.text()
    );
}
