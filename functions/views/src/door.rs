//! The way to the pages: who comes, whether they may, and what their forms ask for.

use contracts::{EventId, LinkAction};
use decisions::{rights::is_there, taking::taking};
use engine::{Bus, Secrets, Web, webhooks::Request};
use jiff::Timestamp;
use maud::Markup;
use store::Store;

use crate::{
    Views,
    answering::Given,
    form::Form,
    page,
    pages::{
        Frame, Meant, Name, NotShown, Reader, Reply, Sent, Wanted, answered, asked, content, known,
        not_possible, taken,
    },
    sign_in::{Cookies, Kept, NotSignedIn, Session},
};

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
                    why => not_possible(&why.to_string()),
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
                let wanted = Wanted::read(&request.query).written();
                let (keep, to) = sign_in.begin(&self.keys, &wanted, now).await?;
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
                let to = Wanted::read(&to).path();
                Ok(Reply::onward(to).keeping(cookies.set(Some(session.text()))))
            }
            (Name::SignIn | Name::Back, _) => Err(NotShown::Method),
            (_, "GET" | "HEAD" | "POST") => {
                let Some(session) = Session::of(&self.keys, &cookies, now).await? else {
                    let wanted = Wanted::of(name, &request.query).written();
                    return Ok(Reply::onward(format!("{}?{wanted}", Name::SignIn.path())));
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
        if (request.method.as_str(), name) == ("POST", Name::Answer) {
            return self.answered(&reader, session, request).await;
        }
        if request.method == "POST" {
            let sent = Sent::read(&request.body).ok_or(NotShown::Form)?;
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

    /// Takes an answer to what is asked on a record. What may be answered is found anew, so that nobody answers what is
    /// not theirs any more, and a second press finds it answered.
    async fn answered(
        &self,
        reader: &Reader<'_, S>,
        session: &Session,
        request: &Request,
    ) -> Result<Reply, NotShown> {
        let form = Form::read(&request.body)?;
        if !session.is_form_token(&form.token) {
            return Err(NotShown::Form);
        }
        form.is_fresh(reader.now)?;
        let known = known(reader, &request.query).await?;
        let framed = |(title, content): (String, Markup)| {
            Reply::of(200, Frame::of(reader, Name::Answer).page(&title, &content))
        };
        let action = match known.meant(form.what.as_deref())? {
            Meant::Open(action) => action,
            Meant::Over(why) => return Ok(framed(known.shown(reader, Some(why)))),
        };
        let answer = form.answer.as_ref();
        if answer.is_some() == (*action == LinkAction::LookAgain) {
            return Err(NotShown::Form);
        }
        let given = Given {
            person: reader.person,
            action,
            answer,
            once: &[
                "page",
                form.what.as_deref().unwrap_or_default(),
                &form.shown,
            ],
        };
        self.give((&known.facts, given), reader.now).await?;
        Ok(framed(answered(reader, &known, action, answer)))
    }

    /// Has a record of a queue become its reader's in the CRM.
    async fn take(&self, reader: &Reader<'_, S>, sent: &Sent) -> Result<Reply, NotShown> {
        let (record, queue) = taken(reader, sent.record.as_deref()).await?;
        let once = EventId::of(&["page", &reader.token]);
        let event = taking((&record, reader.person), once.as_str(), reader.now);
        self.bus.publish(&[event]).await?;
        let person = reader.person;
        tracing::info!(%person, %record, queue, "taken from a queue");
        let content = asked(reader, &record);
        let framed = Frame::of(reader, Name::Queues).page("Taken", &content);
        Ok(Reply::of(200, framed))
    }
}
