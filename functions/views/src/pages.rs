//! The pages of those who sign in. Each is made for its reader, by the functions that the commands use too, and shows
//! what the model lets them see: their own, that of those who report to them, or what is the whole company's.

mod frame;
mod mine;
mod open;
mod operate;
mod pools;
mod queues;
mod record;
mod reply;
mod sent;
mod team;

use contracts::EventId;
use crm::PersonId;
use decisions::{Rules, rights::is_there, taking::taking};
use engine::{Bus, BusError, LINKS_PATH, LinkError, RecordPages, Secrets, Web, webhooks::Request};
use jiff::Timestamp;
use maud::Markup;
use store::{Store, StoreError};

use crate::{
    Views,
    address::value_of,
    page,
    sign_in::{BACK, Cookies, Kept, NotSignedIn, Session},
};
use frame::Frame;

pub(crate) use reply::Reply;

/// The most lines of one page.
pub(crate) const MOST_LINES: usize = 500;

/// A page, by its name in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Mine,
    Team,
    Pools,
    Queues,
    Operate,
    Record,
    SignIn,
    Back,
    SignOut,
}

impl Name {
    const ALL: [(&'static str, Self); 9] = [
        ("mine", Self::Mine),
        ("team", Self::Team),
        ("pools", Self::Pools),
        ("queues", Self::Queues),
        ("operate", Self::Operate),
        ("record", Self::Record),
        ("sign-in", Self::SignIn),
        (BACK, Self::Back),
        ("sign-out", Self::SignOut),
    ];

    /// The page at a path; none if that is a signed link, which has a point in it.
    pub(crate) fn of(path: &str) -> Option<Self> {
        Self::named(path.strip_prefix(LINKS_PATH)?)
    }

    fn named(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(name, _)| *name == word).map(|(_, it)| it)
    }

    fn word(self) -> &'static str {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, it)| *it == self)
            .map_or("mine", |(name, _)| name)
    }

    pub(crate) fn path(self) -> String {
        format!("{LINKS_PATH}{}", self.word())
    }
}

/// Why a page is not shown to somebody who is signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotShown {
    #[error(transparent)]
    NotSignedIn(#[from] NotSignedIn),
    #[error("A page is opened with GET, and its form is sent with POST.")]
    Method,
    #[error("This is not yours to see: {0}.")]
    NotTheirs(&'static str),
    #[error("Fairlead knows no such record.")]
    NoRecord,
    #[error(
        "The form was not sent as the page shows it. Open the page again, and press its button."
    )]
    Form,
    #[error("It cannot be taken: {0}.")]
    NotTaken(String),
    #[error("Fairlead cannot answer now. Please try again in a few minutes.")]
    Store(#[from] StoreError),
    #[error("Fairlead could not take this down. Please try again in a few minutes.")]
    Bus(#[from] BusError),
    #[error("The pool cannot be counted: {0}.")]
    Pool(String),
}

impl From<LinkError> for NotShown {
    fn from(why: LinkError) -> Self {
        Self::NotSignedIn(NotSignedIn::Key(why))
    }
}

impl NotShown {
    const fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn(why) => why.status(),
            Self::Method => 405,
            Self::NotTheirs(_) => 403,
            Self::NoRecord => 404,
            Self::Form => 400,
            Self::NotTaken(_) => 409,
            Self::Store(_) | Self::Bus(_) => 503,
            Self::Pool(_) => 500,
        }
    }

    /// Why, for the log, which names nobody.
    fn cause(&self) -> String {
        match self {
            Self::NotSignedIn(why) => why.cause(),
            Self::Store(why) => why.to_string(),
            Self::Bus(why) => why.to_string(),
            Self::NotTaken(_) => "it cannot be taken".to_owned(),
            other => other.to_string(),
        }
    }
}

/// Whoever reads a page, and what it is made of.
pub(crate) struct Reader<'a, S> {
    pub(crate) person: &'a PersonId,
    pub(crate) rules: &'a Rules,
    pub(crate) store: &'a S,
    pub(crate) pages: &'a RecordPages,
    /// What the forms of the page send.
    pub(crate) token: String,
    pub(crate) now: Timestamp,
}

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
    let name = Name::named(name).ok_or(NotShown::NoRecord)?;
    content(name, &reader, "").await
}
