//! The pages of those who sign in. Each is made for its reader, by the functions that the commands use too, and shows
//! what the model lets them see: their own, that of those who report to them, or what is the whole company's.

mod frame;
mod mine;
mod name;
mod not_shown;
mod open;
mod operate;
mod pools;
mod queues;
mod reader;
mod record;
mod reply;
mod sent;
mod team;

use contracts::EventId;
use decisions::{rights::is_there, taking::taking};
use engine::{Bus, Secrets, Web, webhooks::Request};
use jiff::Timestamp;
use maud::Markup;
use store::Store;

use crate::{
    Views,
    address::value_of,
    page,
    sign_in::{Cookies, Kept, NotSignedIn, Session},
};
use frame::Frame;
use not_shown::NotShown;
use reader::Reader;

pub(crate) use name::Name;
pub(crate) use reply::Reply;

impl<S: Store, B: Bus, K: Secrets + Clone, W: Web> Views<S, B, K, W> {
    /// A page by its name, for whoever asks.
    pub(crate) async fn page(&self, name: Name, request: &Request, now: Timestamp) -> Reply {
        match self.paged(name, request, now).await {
            Ok(reply) => reply,
            Err(why) => {
                let status = why.status();
                if status >= 500 {
                    tracing::error!(status, why = %why.cause(), "page not shown");
                } else {
                    tracing::warn!(status, why = %why.cause(), "page refused");
                }
                let begin = match &why {
                    NotShown::NotSignedIn(NotSignedIn::NotBegun) => Some(Name::SignIn.path()),
                    _ => None,
                };
                let body = match &why {
                    NotShown::NotSignedIn(why) => {
                        page::not_signed_in(&why.to_string(), begin.as_deref())
                    }
                    why => frame::refused(&why.to_string()),
                };
                Reply::of(status, body)
            }
        }
    }

    async fn paged(
        &self,
        name: Name,
        request: &Request,
        now: Timestamp,
    ) -> Result<Reply, NotShown> {
        let sign_in = self.sign_in.as_ref().ok_or(NotSignedIn::Off)?;
        let header = request.headers.get("cookie").map_or("", String::as_str);
        let cookies = Cookies::new(header, sign_in.secure());
        match (name, request.method.as_str()) {
            (Name::SignIn, "GET") => {
                let to = value_of(&request.query, "to").unwrap_or_default();
                let to = Name::named(&to).unwrap_or(Name::Mine);
                let (keep, to) = sign_in.begin(&self.keys, to.word(), now).await?;
                Ok(Reply::onward(to).keeping(cookies.set(Some(&keep))))
            }
            (Name::Back, "GET") => {
                let known = (&self.keys, &self.rules);
                let (person, to) = sign_in.end(known, &cookies, &request.query, now).await?;
                let session = self
                    .keys
                    .session(&Kept::signed_in(&person, now).write(), now)
                    .await?;
                tracing::info!(%person, "signed in");
                let to = Name::named(&to).unwrap_or(Name::Mine);
                Ok(Reply::onward(to.path()).keeping(cookies.set(Some(session.text()))))
            }
            (Name::SignIn | Name::Back, _) => Err(NotShown::Method),
            (_, "GET" | "HEAD" | "POST") => {
                let Some(session) = Session::of(&self.keys, &cookies, now).await? else {
                    let to = format!("{}?to={}", Name::SignIn.path(), name.word());
                    return Ok(Reply::onward(to));
                };
                self.signed_in((name, request), &session, &cookies, now)
                    .await
            }
            _ => Err(NotShown::Method),
        }
    }

    async fn signed_in(
        &self,
        (name, request): (Name, &Request),
        session: &Session,
        cookies: &Cookies<'_>,
        now: Timestamp,
    ) -> Result<Reply, NotShown> {
        if is_there(&self.rules, &session.person, now).is_err() {
            return Err(NotSignedIn::NotThere.into());
        }
        let reader = Reader {
            person: &session.person,
            rules: &self.rules,
            store: &self.store,
            pages: &self.pages,
            token: session.form_token(),
            now,
        };
        if request.method == "POST" {
            let sent = sent::Sent::read(&request.body).ok_or(NotShown::Form)?;
            if !session.is_form_token(&sent.token) {
                return Err(NotShown::Form);
            }
            return match name {
                Name::SignOut => {
                    let body =
                        page::not_signed_in("You are signed out here.", Some(&Name::SignIn.path()));
                    Ok(Reply::of(200, body).keeping(cookies.set(None)))
                }
                Name::Queues => self.take(&reader, &sent).await,
                _ => Err(NotShown::Method),
            };
        }
        let (title, content) = content(name, &reader, &request.query).await?;
        let framed = Frame::of(&reader, name).page(&title, &content);
        Ok(Reply::of(200, framed))
    }

    /// Has a record of a queue become its reader's in the CRM.
    async fn take(&self, reader: &Reader<'_, S>, sent: &sent::Sent) -> Result<Reply, NotShown> {
        let (record, queue) = queues::taken(reader, sent.record.as_deref()).await?;
        let once = EventId::of(&["page", &reader.token]);
        let event = taking((&record, reader.person), once.as_str(), reader.now);
        self.bus.publish(&[event]).await?;
        let person = reader.person;
        tracing::info!(%person, %record, queue, "taken from a queue");
        let content = queues::asked(reader, &record);
        let framed = Frame::of(reader, Name::Queues).page("Taken", &content);
        Ok(Reply::of(200, framed))
    }
}

async fn content<S: Store>(
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
        Name::Record => record::content(reader, query).await,
        Name::SignIn | Name::Back | Name::SignOut => Err(NotShown::Method),
    }
}

/// A page without the door, for what it costs.
#[cfg(test)]
pub(crate) async fn content_of<S: Store>(
    name: &str,
    (person, rules, store): (&crm::PersonId, &decisions::Rules, &S),
    now: Timestamp,
) -> Result<(String, Markup), NotShown> {
    let reader = Reader {
        person,
        rules,
        store,
        pages: &engine::RecordPages::default(),
        token: String::new(),
        now,
    };
    let name = Name::named(name).ok_or(NotShown::NoRecord)?;
    content(name, &reader, "").await
}
