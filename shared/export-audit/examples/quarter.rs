//! A quarter of deals as they change, by a seed, as CSV: what `fairlead movement` is shown with.
//!
//! `quarter FOLDER [DEALS] [SEED]` writes `july.csv` and `october.csv`, the deals as they stood on the first day of the
//! third quarter and of the fourth, `changes.csv`, the log of their changes, and `mapping.yaml` for the example model.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "an example writes files"
)]

use std::{env, fs, path::PathBuf};

use fastrand::Rng;
use jiff::{Timestamp, ToSpan, civil::Date};

/// As the source of the example model spells them, up to the last open one.
const OPEN: [&str; 4] = [
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "contractsent",
];

const HEAD: &str = "deal_id,stage,amount,close_date";

#[derive(Clone)]
struct Deal {
    stage: &'static str,
    amount: u32,
    close: Date,
}

impl Deal {
    fn row(&self, id: usize) -> String {
        format!("D{id:05},{},{},{}\n", self.stage, self.amount, self.close)
    }

    /// One more thing that happens to an open deal.
    fn change(&mut self, rng: &mut Rng, today: Date) {
        let at = OPEN.iter().position(|it| *it == self.stage).unwrap_or(0);
        match rng.u8(..10) {
            0..=3 => self.stage = OPEN.get(at + 1).copied().unwrap_or("closedwon"),
            4 => self.stage = "closedlost",
            5..=6 => self.close = later(self.close, rng.i64(10..70)),
            7 => self.close = later(self.close, -rng.i64(5..40)),
            8 => self.amount = self.amount * rng.u32(105..150) / 100,
            _ => self.amount = self.amount * rng.u32(60..98) / 100,
        }
        if self.stage.starts_with("closed") {
            self.close = today;
        }
    }
}

fn later(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).expect("a day")
}

fn main() {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let mut number = |otherwise: u64| {
        arguments
            .next()
            .map_or(otherwise, |it| it.parse().expect("a number"))
    };
    let (deals, mut rng) = (number(400), Rng::with_seed(number(7)));
    let [spring, july, october] =
        ["2026-05-01", "2026-07-01", "2026-10-01"].map(|it| it.parse::<Date>().expect("a day"));
    let mut files = [format!("{HEAD}\n"), format!("{HEAD}\n")];
    let mut log = String::from("deal_id,changed_at,stage,amount,close_date\n");
    for id in 0..usize::try_from(deals).expect("fewer") {
        let mut day = later(spring, rng.i64(0..150));
        let mut deal = Deal {
            stage: OPEN[0],
            amount: rng.u32(3..240) * 500,
            close: later(day, rng.i64(30..160)),
        };
        for change in 0.. {
            let is_over = deal.stage.starts_with("closed");
            let at: Timestamp = format!("{day}T09:{:02}:00Z", rng.u8(..60))
                .parse()
                .expect("an instant");
            log += &format!(
                "D{id:05},{at},{},{},{}\n",
                deal.stage, deal.amount, deal.close
            );
            let next = later(day, rng.i64(3..30));
            for (end, text) in [july, october].into_iter().zip(&mut files) {
                if day < end && (is_over || change == 40 || next >= end) {
                    text.push_str(&deal.row(id));
                }
            }
            if is_over || change == 40 {
                break;
            }
            day = next;
            deal.change(&mut rng, day);
        }
    }
    fs::create_dir_all(&folder).expect("a folder");
    let [before, after] = files;
    for (name, text) in [
        ("july.csv", &before),
        ("october.csv", &after),
        ("changes.csv", &log),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
    fs::write(folder.join("mapping.yaml"), mapping()).expect("the mapping");
}

fn mapping() -> String {
    let fields = ["stage", "amount", "close_date"];
    let columns: String = fields
        .iter()
        .map(|it| format!("      {it}: {{ column: {it} }}\n"))
        .collect();
    let file = |name: &str, more: &str| {
        format!(
            "  {name}:\n    record: opportunity\n    id: deal_id\n    time_zone: UTC\n{more}{columns}"
        )
    };
    let log = "    event: change\n    columns:\n      at: { column: changed_at }\n";
    let columns = "    columns:\n";
    format!(
        "files:\n{}{}{}",
        file("july.csv", columns),
        file("october.csv", columns),
        file("changes.csv", log)
    )
}
