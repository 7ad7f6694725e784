//! Everything that a digest has for somebody, as it is now: a mail names ten records of each part, and this page all
//! of them. It shows, and changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Key, Link, LinkAction, Resting,
    state::{RecordState, RoutingState},
};
use crm::{PersonId, RecordId};
use decisions::{
    Facts, Rules,
    digests::{Morning, OpenRecord, Section, Work, audience, content, count, shown},
    links::may_see,
    owner_of,
    shown::{moment, name_of, stage_label},
};
use engine::{LINKS_PATH, OpenWork, RecordPages, Signer};
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use model::{Digest, Part};
use store::{Store, Versioned};

use crate::{refused::Refused, standing, things};

/// The most records on one page: about 70 kB of it.
const AT_ONCE: usize = 100;

/// The most records that are named as resting: about 15 kB of a page.
const MOST_RESTING: usize = 50;

/// How many items the table gives in one read; a record's two stand side by side.
const ITEMS: usize = 100;
const _: () = assert!(ITEMS.is_multiple_of(2));

/// What is read for a page: its digest's open work, and what people call the records on it.
pub(crate) struct List {
    sections: Vec<Section>,
    /// What they have answered, and are not reminded of, record by record.
    resting: Vec<(RecordId, Vec<Resting>)>,
    names: BTreeMap<RecordId, Named>,
    page: usize,
}

/// What is shown of a record beside what is open on it. It holds personal values: it goes onto the page and nowhere
/// else.
struct Named {
    name: Option<String>,
    stage: Option<String>,
    owner: Option<PersonId>,
}

impl List {
    /// Reads it: one query for each person whose work the digest shows, and the records of one page.
    pub(crate) async fn read<S: Store>(
        store: &S,
        rules: &Rules,
        (person, digest): (&PersonId, &Digest),
        page: usize,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let people = shown(rules, digest.shows, person);
        let open = OpenWork::of(store, &people).await?;
        let zone = rules.zone_of(person).clone();
        let morning = Morning {
            reader: Some(person.clone()),
            day: now.to_zoned(zone.clone()).date(),
            zone,
            now,
        };
        let work = Work {
            clocks: &open.clocks,
            deviations: &open.deviations,
        };
        let resting = work.resting(person, now).into_iter().take(MOST_RESTING);
        let resting = resting.map(|(record, answers)| {
            let answers = answers.into_iter().cloned().collect();
            (record.clone(), answers)
        });
        let mut list = Self {
            sections: content(digest, work, &morning),
            resting: resting.collect(),
            names: BTreeMap::new(),
            page,
        };
        let rows = list.rows().map(|(_, it)| &it.record);
        let resting = list.resting.iter().map(|(record, _)| record);
        let ids: BTreeSet<&RecordId> = rows.chain(resting).collect();
        let ids: Vec<RecordId> = ids.into_iter().cloned().collect();
        list.names = names(store, rules, &ids, now).await?;
        Ok(list)
    }

    /// The records of this page, each with its part.
    fn rows(&self) -> impl Iterator<Item = (Part, &OpenRecord)> {
        let all = self.sections.iter().flat_map(|section| {
            let records = section.records.iter();
            records.map(|it| (section.part, it))
        });
        all.skip(self.page.saturating_mul(AT_ONCE)).take(AT_ONCE)
    }

    /// The page's content.
    pub(crate) fn markup(
        &self,
        (rules, pages): (&Rules, &RecordPages),
        link: &Link,
        signer: &Signer,
        now: Timestamp,
    ) -> Markup {
        let zone = rules.zone_of(&link.person);
        let row = Row {
            rules,
            pages,
            link,
            signer,
            zone,
            now,
        };
        let all = count(&self.sections);
        let mut part = None;
        html! {
            p { (self.summary()) " As it is now, " (moment(now, zone)) "." }
            @for (of, it) in self.rows() {
                @if part.replace(of) != Some(of) { h2 { (heading(of)) } }
                (row.markup(it, self.names.get(&it.record)))
            }
            (self.pages(all))
            (self.resting(rules, link, now))
            p.small {
                "This page is for " (name_of(&rules.model, &link.person)) ", until " (moment(link.until, zone))
                ". It shows, and changes nothing. Whoever has its address sees the same."
            }
        }
    }

    fn resting(&self, rules: &Rules, link: &Link, now: Timestamp) -> Markup {
        html! {
            @if !self.resting.is_empty() {
                h2 { "Resting, as you have answered" }
                @for (record, answers) in &self.resting {
                    @let named = self.names.get(record).and_then(|it| it.name.clone());
                    div.said {
                        strong { (named.unwrap_or_else(|| format!("{} {}", record.kind, record.id))) }
                        (things::answers(rules, answers, &link.person, now))
                    }
                }
            }
        }
    }

    fn summary(&self) -> String {
        let some = self.sections.iter().filter(|it| !it.records.is_empty());
        let counts: Vec<String> = some
            .map(|it| match it.part {
                Part::LateClocks => format!("{} late", it.records.len()),
                Part::DueToday => format!("{} due today", it.records.len()),
                _ => format!("{} to put right", it.records.len()),
            })
            .collect();
        match counts.is_empty() {
            true => "Nothing is open.".to_owned(),
            false => format!("{}.", counts.join(", ")),
        }
    }

    /// Where the others are, if there are more than fit on a page.
    fn pages(&self, all: usize) -> Markup {
        let last = all.saturating_sub(1) / AT_ONCE;
        let number = |page: usize| page.saturating_add(1);
        html! {
            @if last > 0 {
                p {
                    "Page " (number(self.page)) " of " (number(last)) ": " (all) " records."
                    @if self.page > 0 { " " a href=(format!("?page={}", self.page)) { "Before" } }
                    @if self.page < last { " " a href=(format!("?page={}", self.page.saturating_add(2))) { "Next" } }
                }
            }
        }
    }
}

/// The digest of a link, if there is one, and they still get it: who may see what others have open changes.
pub(crate) fn digest_of<'a>(rules: &'a Rules, link: &Link) -> Result<&'a Digest, Refused> {
    let LinkAction::List { digest } = &link.action else {
        return Err(Refused::NoDigest);
    };
    let digest = rules.model.digests.get(digest).ok_or(Refused::NoDigest)?;
    match audience(rules, &digest.to).contains(&link.person) {
        true => Ok(digest),
        false => Err(Refused::NoDigest),
    }
}

/// Which page is asked for, counted from 0: `page=2` is the second.
pub(crate) fn page_of(query: &str) -> usize {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut pages = pairs.filter(|(word, _)| *word == "page");
    let page = pages
        .next()
        .and_then(|(_, page)| page.parse::<usize>().ok());
    page.unwrap_or(1).saturating_sub(1)
}

async fn names<S: Store>(
    store: &S,
    rules: &Rules,
    ids: &[RecordId],
    now: Timestamp,
) -> Result<BTreeMap<RecordId, Named>, Refused> {
    let keys: Vec<Key> = ids
        .iter()
        .flat_map(|id| [Key::record(id), Key::routing(id)])
        .collect();
    let mut names = BTreeMap::new();
    for some in keys.chunks(ITEMS) {
        for pair in store.get(some).await?.chunks_exact_mut(2) {
            let [record, routing] = pair else { continue };
            let Some(record) = record.take() else {
                continue;
            };
            let record = Versioned::<RecordState>::read(record)?.state.record;
            let routing = routing.take().map(Versioned::<RoutingState>::read);
            let routing = routing.transpose()?.map(|it| it.state);
            let stage = Facts::of(rules, &record, now).stage().map(str::to_owned);
            let named = Named {
                name: standing::name(&record),
                stage,
                owner: owner_of(&record, routing.as_ref()).cloned(),
            };
            names.insert(record.id, named);
        }
    }
    Ok(names)
}

/// What every row is written with.
struct Row<'a> {
    rules: &'a Rules,
    pages: &'a RecordPages,
    link: &'a Link,
    signer: &'a Signer,
    zone: &'a TimeZone,
    now: Timestamp,
}

impl Row<'_> {
    fn markup(&self, it: &OpenRecord, named: Option<&Named>) -> Markup {
        let model = &self.rules.model;
        let number = format!("{} {}", it.record.kind, it.record.id);
        let name = named.and_then(|it| it.name.clone());
        let stage = named.and_then(|it| it.stage.as_deref());
        let owner = named.and_then(|it| it.owner.as_ref());
        let others = owner.filter(|owner| **owner != self.link.person);
        html! {
            div.said {
                strong { (name.as_deref().unwrap_or(&number)) }
                span.small {
                    @if name.is_some() { " · " (number) }
                    @if let Some(stage) = stage { " · at " (stage_label(model, it.record.kind, stage)) }
                    @if let Some(owner) = others { " · " (name_of(model, owner)) }
                    @if let Some(page) = self.pages.of(&it.record) { " · " a href=(page) { "Open in the CRM" } }
                    @if let Some(why) = self.why(&it.record, owner) { " · " a href=(why) { "Why?" } }
                }
                (things::markup(self.rules, self.zone, &it.things))
                (things::answers(self.rules, &it.answers, &self.link.person, self.now))
            }
        }
    }

    /// Beside this page, where it is said why, if they may see that. It is open as long as this one, and is revoked
    /// with it.
    fn why(&self, record: &RecordId, owner: Option<&PersonId>) -> Option<String> {
        if !may_see(self.rules, &self.link.person, owner) {
            return None;
        }
        let address = self.signer.signed_link(&Link {
            record: Some(record.clone()),
            action: LinkAction::Why,
            ..self.link.clone()
        })?;
        let text = address.rsplit_once(LINKS_PATH).map(|(_, text)| text);
        text.map(str::to_owned)
    }
}

const fn heading(part: Part) -> &'static str {
    match part {
        Part::LateClocks => "Late",
        Part::DueToday => "Due today",
        _ => "To put right",
    }
}
