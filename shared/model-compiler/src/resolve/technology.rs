use std::collections::BTreeMap;

use crm::{FieldRef, RecordKind, SourceName};

use super::{
    behaviours, conditions,
    parts::{amount, label, place, recipient, section, yes},
    strategy::first_match,
};
use crate::{
    checks::{asked_fields::asked, check::Reading},
    grammar::{
        Names,
        catalogue::{allowed, field_type},
    },
    yaml::{node::Node, scalars},
};
use model::{
    Comparison, Count, Derived, Field, FoundBy, Keep, Lately, LatestOfDomain, ModelFile, Moment,
    Score, ScoreLine, Source, Sum, Tags, Whose, WritePolicy,
};

const FILE: ModelFile = ModelFile::Technology;

pub(super) fn sources(root: &Node) -> Option<BTreeMap<SourceName, Source>> {
    let sources = section(root, "sources", |_, key, node| {
        let objects = node
            .get("records")?
            .entries()
            .map(|(kind, _, object)| Some((kind.parse().ok()?, object.text()?.to_owned())));
        let write = node.get("write")?;
        let per_hour = scalars::whole(write.get("per_hour")?)?;
        Some(Source {
            kind: node.text_of("kind")?.to_owned(),
            portal: node.text_of("portal")?.to_owned(),
            secret: node.text_of("secret")?.to_owned(),
            records: objects.collect::<Option<_>>()?,
            write: WritePolicy {
                owner: yes(write, "owner"),
                stage: yes(write, "stage"),
                fields: yes(write, "fields"),
                tasks: yes(write, "tasks"),
                per_hour: u32::try_from(per_hour).ok()?,
            },
            place: place(FILE, key.span),
        })
    })?;
    by_source(sources)
}

/// What a mapping says of each source.
pub(super) fn by_source<T>(named: BTreeMap<String, T>) -> Option<BTreeMap<SourceName, T>> {
    let named = named.into_iter();
    named
        .map(|(name, value)| Some((SourceName::new(name).ok()?, value)))
        .collect()
}

pub(super) fn keep(root: &Node) -> Option<Keep> {
    let Some(audits) = root.get("keep").and_then(|keep| keep.get("audits")) else {
        return Some(Keep::default());
    };
    let audits = u16::try_from(scalars::days(audits)?).ok()?;
    Some(Keep {
        audits: Some(audits),
    })
}

pub(super) fn records(root: &Node) -> Option<BTreeMap<RecordKind, BTreeMap<String, Field>>> {
    let records = root.get("records")?;
    let sources = root.get("sources").into_iter().flat_map(Node::entries);
    let sources: Vec<SourceName> = sources
        .map(|(name, ..)| SourceName::new(name).ok())
        .collect::<Option<_>>()?;
    let build = |(kind, _, _): (&str, &Node, &Node)| {
        Some((
            kind.parse().ok()?,
            section(records, kind, |_, key, node| field(key, node, &sources))?,
        ))
    };
    records.entries().map(build).collect()
}

fn field(key: &Node, node: &Node, sources: &[SourceName]) -> Option<Field> {
    let holds = field_type(node.text_of("type")?)?;
    let values = node.get("values").into_iter().flat_map(Node::entries);
    Some(Field {
        holds,
        label: label(node),
        owner: node
            .get("owner")
            .map_or(Some(None), |it| recipient(it).map(Some))?,
        fresh_for: node.get("fresh_for").map_or(Some(None), |it| {
            u16::try_from(scalars::days(it)?).ok().map(Some)
        })?,
        properties: sources
            .iter()
            .filter_map(|source| {
                let property = node.text_of(source.as_str())?;
                Some((source.clone(), property.to_owned()))
            })
            .collect(),
        called: BTreeMap::new(),
        allowed: if holds == crm::FieldType::OneOf {
            allowed(node)
        } else {
            Vec::new()
        },
        values: values
            .map(|(crm, _, ours)| Some((crm.to_owned(), ours.text()?.to_owned())))
            .collect::<Option<_>>()?,
        personal: yes(node, "personal"),
        history: yes(node, "history"),
        unique: yes(node, "unique"),
        tagged: node.get("tags").is_some(),
        found_by: node
            .get("match")
            .into_iter()
            .flat_map(Node::items)
            .map(found_by)
            .collect::<Option<_>>()?,
        place: place(FILE, key.span),
    })
}

fn found_by(node: &Node) -> Option<FoundBy> {
    if node.text() == Some("association") {
        return Some(FoundBy::Association);
    }
    let field = |word| node.text_of(word)?.parse().ok();
    if let Some(of) = field("email_domain") {
        let but_not = node.text_of("but_not").map(str::to_owned);
        return Some(FoundBy::EmailDomain { of, but_not });
    }
    if let Some(of) = field("domain") {
        return Some(FoundBy::Domain(of));
    }
    let at_least = scalars::percent(node.get("at_least")?)?;
    Some(FoundBy::Name {
        of: field("name")?,
        at_least: u8::try_from(at_least).ok()?,
    })
}

pub(super) fn derived(reading: &Reading<'_>, root: &Node) -> Option<BTreeMap<FieldRef, Derived>> {
    let derived = root.get("derived").into_iter().flat_map(Node::entries);
    let asked = asked(reading);
    let build = |(name, _, node): (&str, &Node, &Node)| {
        let field = name.parse().ok()?;
        let formula = formula(reading, node, asked.contains_key(&field))?;
        Some((field, formula))
    };
    derived.map(build).collect()
}

fn formula(reading: &Reading<'_>, node: &Node, asked: bool) -> Option<Derived> {
    let (word, _, value) = node.entries().find(|(word, ..)| {
        matches!(
            *word,
            "domain_of"
                | "count"
                | "score"
                | "sum"
                | "ratio"
                | "days_between"
                | "compare"
                | "first_match"
                | "latest"
        )
    })?;
    Some(match word {
        "domain_of" => Derived::DomainOf(value.text()?.parse().ok()?),
        "count" if reading.known.has(Names::Behaviour, None, value.text()?) => {
            Derived::Behaviour(behaviours::count(node)?)
        }
        "count" => Derived::Count(count(reading, node, asked)?),
        "score" => {
            let lines = value.items().iter().map(|line| score_line(reading, line));
            Derived::Score(Score {
                lines: lines.collect::<Option<_>>()?,
                skips: node.get("no_value").is_some(),
                most: node.get("capped_at").and_then(scalars::number),
            })
        }
        "sum" => Derived::Sum(Sum {
            of: fields(value)?,
            skips: node.get("no_value").is_some(),
            most: node.get("capped_at").and_then(scalars::number),
        }),
        "ratio" => match fields(value)?.as_slice() {
            [one, other] => Derived::Ratio(one.clone(), other.clone()),
            _ => return None,
        },
        "days_between" => match value.items() {
            [from, to] => Derived::DaysBetween(moment(from)?, moment(to)?),
            _ => return None,
        },
        "compare" => {
            let compared = |is: Comparison| Some((is, node.text_of(is.word())?));
            let (is, than) = Comparison::ALL.into_iter().find_map(compared)?;
            Derived::Compare {
                field: value.text()?.parse().ok()?,
                is,
                than: than.parse().ok()?,
            }
        }
        "latest" => Derived::Latest(LatestOfDomain {
            person: value.text()?.parse().ok()?,
            mail: mail_of_leads(reading.trees.get(&FILE)?)?,
            hours: behaviours::hours(node.get("in_the_last")?)?,
        }),
        _ => Derived::FirstMatch(first_match(reading, FILE, value)?),
    })
}

/// The field of leads with the mail address whose domain another field holds.
fn mail_of_leads(root: &Node) -> Option<FieldRef> {
    let derived = root.get("derived").into_iter().flat_map(Node::entries);
    let mut domains = derived.filter_map(|(name, _, formula)| {
        let field: FieldRef = name.parse().ok()?;
        let of = formula.text_of("domain_of")?;
        (field.kind == RecordKind::Lead).then(|| of.parse().ok())?
    });
    domains.next()
}

fn count(reading: &Reading<'_>, node: &Node, asked: bool) -> Option<Count> {
    let kind: RecordKind = node.text_of("count")?.parse().ok()?;
    Some(Count {
        kind,
        whose: match node.get("same") {
            Some(_) => Whose::SameAccount,
            None => Whose::Own,
        },
        when: match node.get("when") {
            Some(when) => Some(conditions::condition(reading, FILE, when)?),
            None => None,
        },
        // A contact has no journey that could end.
        also_closed: kind == RecordKind::Contact || yes(node, "also_closed"),
        lately: match node.get("in_the_last") {
            Some(length) => Some(Lately {
                on: node.text_of("on")?.parse().ok()?,
                length: amount(length)?,
            }),
            None => None,
        },
        asked,
    })
}

fn fields(node: &Node) -> Option<Vec<FieldRef>> {
    let items = node.items().iter();
    items.map(|item| item.text()?.parse().ok()).collect()
}

fn score_line(reading: &Reading<'_>, node: &Node) -> Option<ScoreLine> {
    Some(ScoreLine {
        when: conditions::condition(reading, FILE, node.get("when")?)?,
        points: scalars::points(node.get("points")?)?,
        place: place(FILE, node.span),
    })
}

fn moment(node: &Node) -> Option<Moment> {
    match node.text()? {
        "today" => Some(Moment::Today),
        field => field.parse().ok().map(Moment::Field),
    }
}

/// The channels, if there are any.
pub(super) fn tags(root: &Node) -> Option<Option<Tags>> {
    let Some(section) = root.get("source_tags") else {
        return Some(None);
    };
    let mut tags = Tags::default();
    for (channel, _, spellings) in section.entries() {
        if spellings.text() == Some("otherwise") {
            tags.otherwise = Some(channel.to_owned());
        }
        for spelling in spellings.items() {
            let spelling = spelling.text()?.to_owned();
            tags.spellings.insert(spelling, channel.to_owned());
        }
    }
    Some(Some(tags))
}
