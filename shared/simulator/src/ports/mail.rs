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
            Fate::Well => take(&mut inside, mail),
            Fate::Never => return Err(gone()),
            Fate::AnswerLost => {
                take(&mut inside, mail);
                inside.mails_in_doubt = inside.mails_in_doubt.saturating_add(1);
                return Err(gone());
            }
        }
        Ok(())
    }
}

fn take(inside: &mut Inside, mail: &MailMessage) {
    inside.turn.mails = inside.turn.mails.saturating_add(1);
    let at = inside.now;
    inside.mails.push(SentMail {
        at,
        to: mail.to.clone(),
        subject: mail.subject.clone(),
    });
}

fn refuses(inside: &Inside, to: &str) -> bool {
    let mut refused = inside.on(|kind| match kind {
        FaultKind::MailRefused { person } => Some(person),
        _ => None,
    });
    refused.any(|person| to.starts_with(person.as_str()))
}
