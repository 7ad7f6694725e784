use contracts::Key;
use engine::{Mail, MailError, MailMessage};

use super::Ports;
use crate::{
    fault::{FaultKind, Peer},
    world::{Fate, Inside, SentMail},
};

impl Mail for Ports {
    async fn send(&self, mail: &MailMessage) -> Result<(), MailError> {
        self.0.step(Peer::Mail).await;
        let mut inside = self.0.lock();
        let fate = inside.fate(Peer::Mail);
        if fate != Fate::Never && refuses(&inside, &mail.to) {
            return Err(MailError::Refused("the address bounced before".to_owned()));
        }
        let gone = || MailError::Unavailable("the mail service is away".to_owned());
        match fate {
            Fate::Well => {
                let effect = take(&mut inside, mail);
                inside.turn.unmarked.extend(effect);
            }
            Fate::Never => return Err(gone()),
            Fate::AnswerLost => {
                if let Some(effect) = take(&mut inside, mail) {
                    inside.doubt(effect);
                }
                return Err(gone());
            }
        }
        Ok(())
    }
}

/// Takes a mail; which effect it is.
fn take(inside: &mut Inside, mail: &MailMessage) -> Option<Key> {
    let effect = inside.turn.effect.clone();
    inside.mails.push(SentMail {
        at: inside.now,
        to: mail.to.clone(),
        subject: mail.subject.clone(),
        effect: effect.clone(),
        tells: mail.tells.iter().map(Key::effect).collect(),
    });
    effect
}

fn refuses(inside: &Inside, to: &str) -> bool {
    let mut refused = inside.on(|kind| match kind {
        FaultKind::MailRefused { person } => Some(person),
        _ => None,
    });
    refused.any(|person| to.starts_with(person.as_str()))
}
