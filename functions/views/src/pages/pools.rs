use contracts::state::LEAD;
use crm::PersonId;
use decisions::{
    MemberNow, PoolNow, capacity,
    shown::{capital, moment, name_of, pool_label},
    stand,
};
use engine::OnHand;
use maud::{Markup, html};
use store::Store;

use super::{
    not_shown::NotShown,
    reader::{MOST_LINES, Reader},
};

/// How each pool stands: what is due to each member, what they have, who is next. The weights are everybody's to know,
/// and so is what came of them.
pub(super) async fn content<S: Store>(
    reader: &Reader<'_, S>,
) -> Result<(String, Markup), NotShown> {
    let rules = reader.rules;
    let counted = capacity::counted(rules, rules.model.people.keys());
    let counted: Vec<PersonId> = counted.into_iter().collect();
    let live = OnHand::read(reader.store, &rules.model, &counted).await?;
    let staffing = rules.with_absences(live.absences).with_loads(live.loads);
    let mut left = MOST_LINES;
    let mut shown = Vec::new();
    for (name, pool) in &rules.model.pools {
        let rotation = live.rotations.get(name).cloned().unwrap_or_default();
        let now = stand(name, pool, &rotation, &staffing, reader.now);
        let now = now.map_err(|why| NotShown::Pool(why.to_string()))?;
        shown.push(one(reader, name, &now, left));
        left = left.saturating_sub(now.members.len());
    }
    let content = html! {
        @if shown.is_empty() { p { "The model has no pool." } }
        @for pool in &shown { (pool) }
        p.small {
            "Fair is what somebody would have got by their share, of what was given while they could be asked. Whoever \
             is owed the most is next."
        }
    };
    Ok(("Pools".to_owned(), content))
}

fn one<S>(reader: &Reader<'_, S>, name: &str, pool: &PoolNow, left: usize) -> Markup {
    let model = &reader.rules.model;
    html! {
        h2 { (capital(&pool_label(model, name))) }
        table.of {
            thead { tr { th scope="col" { "Member" } th scope="col" { "Weight" } th scope="col" { "Got" }
                th scope="col" { "Fair" } th scope="col" { "Open" } th scope="col" { "Now" } } }
            tbody { @for member in pool.members.iter().take(left) { (row(reader, member)) } }
        }
        @if pool.members.len() > left { p { "And " (pool.members.len() - left) " more." } }
        p {
            "Next: "
            @match &pool.next {
                None => "nobody can be asked now.",
                Some(next) => {
                    @let because = next.because.as_deref().unwrap_or(&next.asked);
                    b { (name_of(model, &next.person)) }
                    @match because.strip_prefix(next.person.as_str()) {
                        Some(because) => (because),
                        None => { ": " (because) }
                    }
                    "."
                }
            }
        }
    }
}

fn row<S>(reader: &Reader<'_, S>, member: &MemberNow) -> Markup {
    html! {
        tr {
            td { strong { (name_of(&reader.rules.model, &member.person)) } }
            td data-of="Weight" { @if let Some(weight) = member.weight { (weight) } @else { "–" } }
            td data-of="Got" { (member.received) }
            td data-of="Fair" { (hundredths(member.due)) }
            td data-of="Open" {
                @match member.open {
                    None => "–",
                    Some((open, None)) => (open),
                    Some((open, Some(most))) => { (open) " of " (most) }
                }
            }
            td data-of="Now" { (stands(reader, member)) }
        }
    }
}

/// Why somebody cannot be asked now, or whether they work.
fn stands<S>(reader: &Reader<'_, S>, member: &MemberNow) -> String {
    let zone = reader.rules.zone_of(reader.person);
    let away = member.away_until.filter(|until| *until > reader.now);
    let why = [
        member
            .weight
            .is_none()
            .then(|| "in the pool no more".to_owned()),
        member.not_there.clone(),
        away.map(|until| format!("away until {}", moment(until, zone))),
        member.full.as_ref().map(|why| format!("full: {why}")),
    ];
    let why: Vec<String> = why.into_iter().flatten().collect();
    match (why.is_empty(), member.working) {
        (false, _) => why.join("; "),
        (true, true) => "working".to_owned(),
        (true, false) => "not working".to_owned(),
    }
}

/// Quanta as leads with two decimals, cut.
fn hundredths(quanta: i64) -> String {
    let hundredths = quanta / (LEAD / 100);
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}
