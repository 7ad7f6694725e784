use contracts::{EventId, Link, LinkAction};
use crm::{PersonId, RecordId};
use engine::{LinkKeys, SecretError, Secrets, Signer};
use jiff::{SignedDuration, Timestamp};

/// For how long a link in a mail can be used.
const OPEN_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
const _: () = assert!(OPEN_FOR.as_secs() <= Link::LONGEST.as_secs());

/// What signs the links in mails.
#[derive(Debug)]
pub(crate) struct MailLinks<K> {
    keys: LinkKeys<K>,
    public_url: String,
}

/// Keeps no secret: for mails without links.
#[derive(Debug, Clone, Copy)]
pub struct NoLinks;

impl Secrets for NoLinks {
    async fn field(&self, name: &str, field: &str) -> Result<String, SecretError> {
        Err(SecretError::Malformed {
            name: name.to_owned(),
            field: field.to_owned(),
        })
    }
}

/// Signs the links of one mail.
#[derive(Debug)]
pub(crate) struct MailSigner {
    signer: Signer,
    mail: EventId,
    now: Timestamp,
}

impl<K> MailLinks<K> {
    pub(crate) fn new(keys: LinkKeys<K>, public_url: &str) -> Self {
        Self {
            keys,
            public_url: public_url.to_owned(),
        }
    }
}

impl<K: Secrets + Clone> MailLinks<K> {
    /// What signs the links of the mail that this event asks for, at the machine's time `now`. A mail is
    /// worth sending without them, too.
    pub(crate) async fn signer(&self, mail: &EventId, now: Timestamp) -> Option<MailSigner> {
        match self.keys.signer(&self.public_url, now).await {
            Ok(signer) => Some(MailSigner {
                signer,
                mail: mail.clone(),
                now,
            }),
            Err(why) => {
                tracing::warn!(%why, "the mail goes out without links");
                None
            }
        }
    }
}

impl MailSigner {
    /// The machine's time at which the mail is written.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// The address at which somebody sees why things are as they are with a record.
    pub(crate) fn why(&self, person: &PersonId, record: &RecordId) -> Option<String> {
        self.link(person, record, LinkAction::Why)
    }

    /// The address at which somebody sees everything that a digest has for them.
    pub(crate) fn list(&self, person: &PersonId, digest: &str) -> Option<String> {
        let digest = digest.to_owned();
        self.signed(person, None, LinkAction::List { digest })
    }

    /// The address at which somebody can do this on a record.
    pub(crate) fn link(
        &self,
        person: &PersonId,
        record: &RecordId,
        action: LinkAction,
    ) -> Option<String> {
        self.signed(person, Some(record), action)
    }

    fn signed(
        &self,
        person: &PersonId,
        record: Option<&RecordId>,
        action: LinkAction,
    ) -> Option<String> {
        self.signer.signed_link(&Link {
            person: person.clone(),
            record: record.cloned(),
            action,
            mail: self.mail.clone(),
            issued: self.now,
            until: self.now.saturating_add(OPEN_FOR).ok()?,
        })
    }
}
