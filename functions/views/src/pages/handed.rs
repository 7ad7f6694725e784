use std::collections::BTreeSet;

use contracts::state::Clock;
use crm::RecordId;
use decisions::shown::{capital, clock_label, moment};
use engine::OpenWork;
use maud::{Markup, html};
use model::{OperatingModel, hand_off_clock};
use store::Store;

use super::{
    not_shown::NotShown,
    open,
    reader::{MOST_LINES, Reader},
};

/// What was handed to the reader's team and is with its lead: any of them may take it over. What is with the reader
/// stands with what is theirs.
pub(super) async fn markup<S: Store>(reader: &Reader<'_, S>) -> Result<Markup, NotShown> {
    let model = &reader.rules.model;
    let person = model.people.get(reader.person);
    let team = person.and_then(|it| model.teams.get_key_value(it.team.as_ref()?));
    let Some((team, lead)) = team.map(|(name, it)| (name, &it.lead)) else {
        return Ok(Markup::default());
    };
    let clocks = clocks_of(model, team);
    if lead == reader.person || clocks.is_empty() {
        return Ok(Markup::default());
    }
    let work = OpenWork::of(reader.store, [lead]).await?;
    let runs = work.clocks.iter().flat_map(|(record, state)| {
        let runs = state.clocks.iter().filter(|(name, run)| {
            clocks.contains(*name) && run.status.is_open() && run.owner == *lead
        });
        runs.map(move |(name, run)| (record, name, run))
    });
    let mut runs: Vec<(&RecordId, &String, &Clock)> = runs.collect();
    runs.sort_by_key(|(record, _, run)| (run.due, (*record).clone()));
    let shown = runs.iter().take(MOST_LINES / 5);
    let copies = open::copies(reader.store, shown.clone().map(|it| it.0)).await?;
    let zone = reader.rules.zone_of(reader.person);
    Ok(html! {
        @if !runs.is_empty() {
            h2 { "Handed to your team: " (runs.len()) }
            ul.rows {
                @for (record, name, run) in shown.clone() {
                    li {
                        (open::answerable(reader, record, copies.get(*record)))
                        div.bad[run.due < reader.now] {
                            (capital(&clock_label(model, name))) ": until " (moment(run.due, zone))
                        }
                    }
                }
            }
            (open::rest(runs.len().saturating_sub(shown.len())))
        }
    })
}

/// The clocks of what is handed to a team.
fn clocks_of(model: &OperatingModel, team: &str) -> BTreeSet<String> {
    let stages = model.lifecycles.values().flat_map(|it| &it.stages);
    let to_them = stages.filter(|stage| {
        let hand_off = stage.hand_off.as_ref();
        hand_off.is_some_and(|it| it.to == team)
    });
    to_them.map(|stage| hand_off_clock(&stage.name)).collect()
}
