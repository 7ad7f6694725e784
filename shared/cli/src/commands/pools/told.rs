use std::collections::BTreeMap;

use contracts::state::LEAD;
use decisions::{MemberNow, PoolNow};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::commands::table::{moment, table_of};

const HEAD: [&str; 8] = [
    "member", "weight", "share", "received", "fair", "off by", "open", "now",
];

/// The pools for people, one behind the other.
pub(super) fn text(pools: &BTreeMap<&str, PoolNow>, at: Timestamp, zone: &TimeZone) -> String {
    let told = pools.iter().map(|(name, pool)| one(name, pool, at, zone));
    told.collect::<Vec<String>>().join("\n")
}

fn one(name: &str, pool: &PoolNow, at: Timestamp, zone: &TimeZone) -> String {
    let given = match received(pool) {
        0 => "no lead has been given yet".to_owned(),
        1 => "1 lead given".to_owned(),
        many => format!("{many} leads given"),
    };
    let last = pool.members.iter().filter_map(|member| member.last).max();
    let last = last.map_or_else(String::new, |last| {
        format!(", the last {}", moment(last, zone))
    });
    let rows = pool.members.iter().map(|member| row(member, at, zone));
    let table = table_of(&HEAD, &rows.collect::<Vec<[String; 8]>>());
    let table = table.lines().map(|line| format!("  {line}\n"));
    let table: String = table.collect();
    format!("{name}: {given}{last}\n{table}  next  {}\n", next(pool))
}

fn received(pool: &PoolNow) -> u64 {
    let received = pool.members.iter().map(|member| member.received);
    received.fold(0, u64::saturating_add)
}

fn row(member: &MemberNow, at: Timestamp, zone: &TimeZone) -> [String; 8] {
    let or_none = |it: Option<String>| it.unwrap_or_else(|| "-".to_owned());
    let percent = |share: i64| format!("{}%", tenths(share.saturating_mul(100)));
    let open = member.open.map(|(open, most)| match most {
        Some(most) => format!("{open} of {most}"),
        None => open.to_string(),
    });
    [
        member.person.to_string(),
        or_none(member.weight.map(|weight| weight.to_string())),
        or_none(member.share.map(percent)),
        member.received.to_string(),
        hundredths(member.due, false),
        hundredths(member.deviation(), true),
        or_none(open),
        stands(member, at, zone),
    ]
}

/// Why somebody cannot be asked now, or whether they work.
fn stands(member: &MemberNow, at: Timestamp, zone: &TimeZone) -> String {
    let gone = member.weight.is_none();
    let gone = gone.then(|| "in the pool no more".to_owned());
    let away = member.away_until.filter(|until| *until > at);
    let away = away.map(|until| format!("away until {}", moment(until, zone)));
    let full = member.full.as_ref().map(|why| format!("full: {why}"));
    let said: Vec<String> = [gone, member.not_there.clone(), away, full]
        .into_iter()
        .flatten()
        .collect();
    match (said.is_empty(), member.working) {
        (false, _) => said.join("; "),
        (true, true) => "working".to_owned(),
        (true, false) => "not working".to_owned(),
    }
}

/// Who is next, and why, in one line.
fn next(pool: &PoolNow) -> String {
    match &pool.next {
        None => "nobody: no member has started and not left, and may have it".to_owned(),
        Some(next) => match &next.because {
            Some(because) => format!("{because} ({})", next.asked),
            None => next.asked.clone(),
        },
    }
}

/// Quanta as leads with two decimals; with a sign if that is asked for.
fn hundredths(quanta: i64, signed: bool) -> String {
    let rounded = rounded(quanta, LEAD / 100);
    let sign = match rounded {
        0 => "",
        1.. if signed => "+",
        1.. => "",
        _ => "-",
    };
    let rounded = rounded.unsigned_abs();
    format!("{sign}{}.{:02}", rounded / 100, rounded % 100)
}

/// Quanta as leads with one decimal.
fn tenths(quanta: i64) -> String {
    let rounded = rounded(quanta, LEAD / 10).unsigned_abs();
    format!("{}.{}", rounded / 10, rounded % 10)
}

/// How many of these there are; halves are rounded away from zero.
const fn rounded(quanta: i64, one: i64) -> i64 {
    quanta / one + (quanta % one) / (one / 2)
}

/// The pools for programs.
pub fn json(pools: &BTreeMap<&str, PoolNow>) -> Value {
    let pools = pools.iter().map(|(name, pool)| {
        let members: Vec<Value> = pool.members.iter().map(member).collect();
        let next = pool.next.as_ref().map(|next| {
            json!({
                "person": next.person,
                "asked": next.asked,
                "owed": next.owed,
                "because": next.because,
            })
        });
        json!({
            "pool": name,
            "received": received(pool),
            "members": members,
            "next": next,
        })
    });
    pools.collect()
}

fn member(member: &MemberNow) -> Value {
    let leads = |quanta: i64| number(quanta);
    json!({
        "person": member.person,
        "weight": member.weight,
        "share": member.share.map(leads),
        "received": member.received,
        "fair": number(member.due),
        "off_by": number(member.deviation()),
        "last": member.last,
        "not_there": member.not_there,
        "away_until": member.away_until,
        "open": member.open.map(|(open, _)| open),
        "open_at_most": member.open.and_then(|(_, most)| most),
        "full": member.full,
        "working": member.working,
    })
}

/// Quanta as a number of leads.
#[allow(
    clippy::cast_precision_loss,
    reason = "a program reads leads, of which millions are exact"
)]
fn number(quanta: i64) -> f64 {
    quanta as f64 / LEAD as f64
}
