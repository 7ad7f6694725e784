//! Opportunities and accounts by the million, by a seed, as CSV: what `make bench` lets the audit read.
//!
//! `generate FOLDER [OPPORTUNITIES] [ACCOUNTS] [SEED]` writes `opportunities.csv`, `accounts.csv` and the mapping
//! `mapping.yaml` for the example model.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "an example writes files"
)]

use std::{
    env,
    fs::{self, File},
    io::{BufWriter, Write},
    path::PathBuf,
};

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

const MAPPING: &str = r#"files:
  opportunities.csv:
    record: opportunity
    time_zone: UTC
    yes: ["true"]
    no: ["false"]
    id: "deal_id"
    columns:
      name: { column: "deal_name" }
      stage: { column: "stage" }
      amount: { column: "amount" }
      owner: { column: "owner" }
      account: { column: "account_id" }
      created: { column: "created" }
      close_date: { column: "close_date" }
      stage_since: { column: "stage_since" }
      last_contact: { column: "last_contact" }
      budget_confirmed: { column: "budget_confirmed" }
      decision_maker_met: { column: "decision_maker_met" }
      pain_documented: { column: "pain_documented" }
      timeline_agreed: { column: "timeline_agreed" }
  accounts.csv:
    record: account
    id: "account_id"
    columns:
      name: { column: "name" }
      employees: { column: "employees" }
      industry: { column: "industry" }
      country: { column: "country" }
"#;

/// As the source of the example model spells them; seven in ten are open.
const STAGES: [&str; 10] = [
    "appointmentscheduled",
    "appointmentscheduled",
    "qualifiedtobuy",
    "qualifiedtobuy",
    "presentationscheduled",
    "presentationscheduled",
    "contractsent",
    "closedwon",
    "closedwon",
    "closedlost",
];
const INDUSTRIES: [&str; 8] = [
    "software",
    "fintech",
    "logistics",
    "manufacturing",
    "retail",
    "\"banking, insurance\"",
    "health",
    "public sector",
];
const COUNTRIES: [&str; 12] = [
    "DE", "AT", "CH", "GB", "IE", "FR", "US", "CA", "NO", "ES", "IT", "JP",
];
const OWNERS: [&str; 6] = ["11001", "11002", "11003", "11010", "11020", "90210"];

fn main() {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let mut number = |otherwise: u64| {
        arguments
            .next()
            .map_or(otherwise, |it| it.parse().expect("a number"))
    };
    let (opportunities, accounts, seed) = (number(1_000_000), number(100_000), number(7));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("mapping.yaml"), MAPPING).expect("the mapping");
    let mut rng = Rng::with_seed(seed);
    write_accounts(&folder, accounts, &mut rng);
    write_opportunities(&folder, opportunities, accounts, &mut rng);
}

fn file(folder: &std::path::Path, name: &str) -> BufWriter<File> {
    BufWriter::new(File::create(folder.join(name)).expect("a file"))
}

fn write_accounts(folder: &std::path::Path, accounts: u64, rng: &mut Rng) {
    let mut out = file(folder, "accounts.csv");
    writeln!(out, "account_id,name,employees,industry,country").expect("written");
    for account in 0..accounts {
        // Sizes spread evenly over orders of magnitude.
        let employees = 10_f64.powf(0.7 + rng.f64() * 3.6).round();
        let employees = or_none(rng, 8, &employees.to_string());
        let industry = INDUSTRIES[rng.usize(..INDUSTRIES.len())];
        let industry = or_none(rng, 5, industry);
        let country = COUNTRIES[rng.usize(..COUNTRIES.len())];
        let country = or_none(rng, 4, country);
        writeln!(
            out,
            "A{account:06},Company {account:06} GmbH,{employees},{industry},{country}"
        )
        .expect("written");
    }
}

fn write_opportunities(folder: &std::path::Path, count: u64, accounts: u64, rng: &mut Rng) {
    let now: Timestamp = "2026-11-25T12:00:00Z".parse().expect("an instant");
    let mut out = file(folder, "opportunities.csv");
    writeln!(
        out,
        "deal_id,deal_name,stage,amount,owner,account_id,created,close_date,stage_since,last_contact,\
         budget_confirmed,decision_maker_met,pain_documented,timeline_agreed"
    )
    .expect("written");
    for deal in 0..count {
        let age = rng.i64(0..400 * 86_400);
        let since = rng.i64(0..=age.min(90 * 86_400));
        let contact = rng.i64(0..=age.min(60 * 86_400));
        let ahead = rng.i64(-30..120);
        let ago = |seconds: i64| {
            let at = now
                .checked_sub(SignedDuration::from_secs(seconds))
                .expect("an instant");
            at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
        };
        let day = now
            .checked_add(SignedDuration::from_hours(24 * ahead))
            .expect("an instant");
        let day = day.strftime("%Y-%m-%d").to_string();
        let cents = rng.u32(..100);
        let amount = format!("{}.{cents:02}", rng.u32(0..250_000));
        let account = if rng.u8(..100) < 2 {
            format!("X{:06}", rng.u64(..1_000))
        } else {
            format!("A{:06}", rng.u64(..accounts))
        };
        let owner = OWNERS[rng.usize(..OWNERS.len())];
        let cells = [
            format!("D{deal:07}"),
            format!("Deal {deal:07}"),
            STAGES[rng.usize(..STAGES.len())].to_owned(),
            or_none(rng, 6, &amount),
            or_none(rng, 3, owner),
            or_none(rng, 4, &account),
            ago(age),
            or_none(rng, 9, &day),
            or_none(rng, 4, &ago(since)),
            or_none(rng, 10, &ago(contact)),
            boolean(rng, 72),
            boolean(rng, 70),
            boolean(rng, 75),
            boolean(rng, 68),
        ];
        writeln!(out, "{}", cells.join(",")).expect("written");
    }
}

/// Nothing in so many of a hundred, else this.
fn or_none(rng: &mut Rng, percent: u8, text: &str) -> String {
    if rng.u8(..100) < percent {
        String::new()
    } else {
        text.to_owned()
    }
}

fn boolean(rng: &mut Rng, percent: u8) -> String {
    let yes = rng.u8(..100) < percent;
    or_none(rng, 6, if yes { "true" } else { "false" })
}
