use aws_sdk_sesv2::{
    Client,
    error::{DisplayErrorContext, SdkError},
    types::{Body, Content, Destination, EmailContent, Message},
};

use engine::{Mail, MailError, MailMessage};

use crate::settings::Settings;

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
}

impl Mail for Mailer {
    async fn send(&self, mail: &MailMessage) -> Result<(), MailError> {
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
