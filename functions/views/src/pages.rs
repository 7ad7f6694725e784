//! The pages of those who sign in. Each is made for its reader, by the functions that the commands use too, and shows
//! what the model lets them see: their own, that of those who report to them, or what is the whole company's.

mod answer;
mod audit;
mod behind;
mod frame;
mod handed;
mod mine;
mod name;
mod not_shown;
mod numbers;
mod offers;
mod open;
mod operate;
mod pools;
mod queues;
mod reader;
mod record;
mod reply;
mod sent;
mod team;
mod wanted;

#[cfg(test)]
use crm::PersonId;
#[cfg(test)]
use decisions::Rules;
#[cfg(test)]
use engine::RecordPages;
#[cfg(test)]
use jiff::Timestamp;
use maud::Markup;
use store::Store;

pub(crate) use answer::{Meant, answered, known};
pub(crate) use frame::{Frame, refused as not_possible};
pub(crate) use name::Name;
pub(crate) use not_shown::NotShown;
pub(crate) use queues::{asked, taken};
pub(crate) use reader::Reader;
pub(crate) use reply::Reply;
pub(crate) use sent::Sent;
pub(crate) use wanted::Wanted;

/// What a page shows its reader: its title, and what stands below.
pub(crate) async fn content<S: Store>(
    name: Name,
    reader: &Reader<'_, S>,
    query: &str,
) -> Result<(String, Markup), NotShown> {
    match name {
        Name::Mine => mine::content(reader).await,
        Name::Team => team::content(reader).await,
        Name::Pools => pools::content(reader).await,
        Name::Queues => queues::content(reader).await,
        Name::Operate => operate::content(reader).await,
        Name::Numbers => numbers::content(reader, query).await,
        Name::Audit => audit::content(reader).await,
        Name::Answer => answer::content(reader, query).await,
        Name::Record => record::content(reader, query).await,
        Name::SignIn | Name::Back | Name::SignOut => Err(NotShown::Method),
    }
}

/// A page without the door, for what it costs.
#[cfg(test)]
pub(crate) async fn content_of<S: Store>(
    name: &str,
    (person, rules, store): (&PersonId, &Rules, &S),
    now: Timestamp,
) -> Result<(String, Markup), NotShown> {
    let reader = Reader {
        person,
        rules,
        store,
        pages: &RecordPages::default(),
        token: String::new(),
        now,
    };
    let (name, query) = name.split_once('?').unwrap_or((name, ""));
    let name = Name::named(name).ok_or(NotShown::NoRecord)?;
    content(name, &reader, query).await
}
