use aws_sdk_sesv2::{
    Client,
    error::{DisplayErrorContext, SdkError},
    types::{Body, Content, Destination, EmailContent, Message},
};

use crate::settings::Settings;

/// One mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The recipient's address.
    pub to: String,
    /// The subject, one line.
    pub subject: String,
    /// The text for readers without HTML.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The mail service did not answer, or asks us to slow down.
    #[error("the mail service did not take the mail: {0}; try again later")]
    Unavailable(String),
    /// The mail service refuses this mail; trying again will not help.
    #[error("the mail service refuses the mail: {0}")]
    Refused(String),
}

/// The mail service.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
    from: String,
}

impl Mailer {
    /// Mail from this sender, whose address must be verified with the service.
    #[must_use]
    pub fn new(settings: &Settings, from: String) -> Self {
        Self {
            client: Client::from_conf(settings.sesv2()),
            from,
        }
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// If the service does not answer, or refuses.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let content = |text: &str| {
            let content = Content::builder().data(text).charset("UTF-8").build();
            content.map_err(|why| MailError::Refused(why.to_string()))
        };
        let body = Body::builder()
            .text(content(&mail.text)?)
            .html(content(&mail.html)?)
            .build();
        let message = Message::builder()
            .subject(content(&mail.subject)?)
            .body(body)
            .build();
        let request = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(&mail.to).build())
            .content(EmailContent::builder().simple(message).build());
        match request.send().await {
            Ok(_) => Ok(()),
            Err(why) => {
                // A throttled request may succeed later; a refused one will not.
                let refused = matches!(&why, SdkError::ServiceError(error)
                    if error.raw().status().is_client_error()
                        && error.raw().status().as_u16() != 429
                        && !error.err().is_too_many_requests_exception());
                let why = DisplayErrorContext(&why).to_string();
                Err(if refused {
                    MailError::Refused(why)
                } else {
                    MailError::Unavailable(why)
                })
            }
        }
    }
}
