//! `POST /webhooks/events`: what people do outside the CRM, as CloudEvents 1.0 that are signed as Standard Webhooks
//! says. Nothing of an event is kept or said but who (by a hash), what and when.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use contracts::{BehaviourSeen, Event, EventData, EventId, Visitor};
use engine::{
    KeptSecret, Secrets,
    webhooks::{BodyError, Request},
};
use jiff::{SignedDuration, Timestamp};
use model::OperatingModel;
use serde_json::{Map, Value};
use signatures::{
    Refusal,
    standard_webhooks::{ID_HEADER, SIGNATURE_HEADER, Secret, TIMESTAMP_HEADER},
};

use crate::{events::ALONE, refused::Refused};

/// The last part of the path under which they come.
pub(crate) const EVENTS: &str = "events";

/// The most events of one batch.
const MOST: usize = 100;

/// The longest attribute that is read, in bytes.
const LONGEST: usize = 500;

/// How far ahead of us the sender's clock may be.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// What signs the events, if anybody may send some.
#[derive(Debug)]
pub(crate) struct Behaviours<K> {
    secret: Option<KeptSecret<K>>,
    said: AtomicBool,
}

/// What became of one of a batch, by its place in it from 1.
pub(crate) struct Unread {
    pub(crate) place: usize,
    pub(crate) why: &'static str,
}

impl<K: Secrets> Behaviours<K> {
    pub(crate) fn new(secrets: K, name: Option<String>) -> Self {
        let secret = name.map(|name| {
            KeptSecret::new(secrets, name, "signing_secret")
                .rotated_from("signing_secret_before")
                .if_usable(|text| Secret::new(text).map(drop).map_err(|why| why.to_string()))
        });
        Self {
            secret,
            said: AtomicBool::new(false),
        }
    }

    /// Checks the signature of a request on its raw body; again with the secret as it is now, which may have been
    /// changed since it was read.
    pub(crate) async fn check(
        &self,
        request: &Request,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refused> {
        let Some(kept) = &self.secret else {
            if !self.said.swap(true, Ordering::Relaxed) {
                tracing::warn!("somebody sends behaviour, and no secret is given that signs it");
            }
            return Err(Refused::NoBehaviour);
        };
        let before = || kept.before().map(|it| verified(&it, request, body, now));
        let first = verified(&kept.current().await?, request, body, now);
        if !matches!(first, Err(Refusal::Mismatch)) || matches!(before(), Some(Ok(()))) {
            return first.or_else(|why| match why {
                Refusal::Mismatch => Ok(()),
                other => Err(Refused::Unsigned(other)),
            });
        }
        let Some(fresh) = kept.renewed(now).await? else {
            return Err(Refused::Unsigned(Refusal::Mismatch));
        };
        match (verified(&fresh, request, body, now), before()) {
            (Ok(()), _) | (_, Some(Ok(()))) => Ok(()),
            (Err(why), _) => Err(Refused::Unsigned(why)),
        }
    }
}

fn verified(secret: &str, request: &Request, body: &[u8], now: Timestamp) -> Result<(), Refusal> {
    let header = |name| request.headers.get(name).map(String::as_str);
    let secret = Secret::new(secret).map_err(|_| Refusal::Mismatch)?;
    let (id, at) = (header(ID_HEADER), header(TIMESTAMP_HEADER));
    secret.verify(id, at, header(SIGNATURE_HEADER), body, now)
}

/// The events of a body, each once, and those that could not be read. What is wrong with one costs the others nothing.
pub(crate) fn read(
    model: &OperatingModel,
    request: &Request,
    body: &[u8],
    now: Timestamp,
) -> Result<(Vec<Event>, Vec<Unread>), Refused> {
    let header = request.headers.get("content-type").map(String::as_str);
    let media = header.unwrap_or_default().split(';').next();
    let several = match media
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "application/cloudevents+json" => false,
        "application/cloudevents-batch+json" => true,
        _ => return Err(Refused::NoCloudEvents),
    };
    let told: Value = serde_json::from_slice(body).map_err(|why| BodyError::NotJson {
        line: why.line(),
        column: why.column(),
    })?;
    let told = match (told, several) {
        (Value::Array(told), true) => told,
        (told @ Value::Object(_), false) => vec![told],
        _ => return Err(Refused::NotAsItsTypeSays),
    };
    if told.len() > MOST {
        let events = told.len();
        return Err(BodyError::TooManyEvents {
            events,
            limit: MOST,
        }
        .into());
    }
    let (mut events, mut unread) = (BTreeMap::new(), Vec::new());
    for (index, told) in told.iter().enumerate() {
        match one(model, told, now) {
            Ok((id, seen)) => {
                let data = EventData::BehaviourSeen(seen);
                let event = Event::new(id.clone(), now, &model.revision, data);
                events.entry(id).or_insert(event);
            }
            Err(why) => unread.push(Unread {
                place: index.saturating_add(1),
                why,
            }),
        }
    }
    let bulk = events.len() > ALONE;
    let mark = |event: Event| if bulk { event.in_bulk() } else { event };
    Ok((events.into_values().map(mark).collect(), unread))
}

/// What one event says. No message repeats anything of it: it may be a mail address.
fn one(
    model: &OperatingModel,
    told: &Value,
    now: Timestamp,
) -> Result<(EventId, BehaviourSeen), &'static str> {
    let told = told.as_object().ok_or("it is no JSON object")?;
    if attribute(told, "specversion") != Some("1.0") {
        return Err("`specversion` is not \"1.0\"");
    }
    let id = attribute(told, "id").ok_or("`id` is no text of 1 to 500 bytes")?;
    let source = attribute(told, "source").ok_or("`source` is no text of 1 to 500 bytes")?;
    let called = attribute(told, "type").ok_or("`type` is no text of 1 to 500 bytes")?;
    let mut behaviours = model.behaviours.iter();
    let behaviour = behaviours.find(|(_, it)| *it == called);
    let (behaviour, _) = behaviour.ok_or(
        "no behaviour of the model has events of this `type`: see `behaviours` in technology.yaml",
    )?;
    let visitor = attribute(told, "subject").and_then(visitor).ok_or(
        "`subject` is neither `hmac-sha256:` and 64 hexadecimal digits nor `id:` and an id",
    )?;
    let at = match told.get("time") {
        None => now,
        Some(time) => {
            let time = time.as_str().and_then(|it| it.parse::<Timestamp>().ok());
            time.ok_or("`time` is no instant as RFC 3339 writes it")?
        }
    };
    if at.duration_since(now) > AHEAD {
        return Err("`time` is more than five minutes ahead");
    }
    let seen = BehaviourSeen {
        visitor,
        behaviour: behaviour.clone(),
        at: at.min(now),
    };
    Ok((EventId::of(&["behaviour", source, id]), seen))
}

/// An attribute that is a text, and neither empty nor too long.
fn attribute<'a>(told: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let text = told.get(name)?.as_str()?;
    (1..=LONGEST).contains(&text.len()).then_some(text)
}

/// Who it was.
fn visitor(subject: &str) -> Option<Visitor> {
    match subject.split_once(':')? {
        ("hmac-sha256", hmac) => Visitor::of_mail(hmac),
        ("id", id) => Visitor::of_id(id),
        _ => None,
    }
}
