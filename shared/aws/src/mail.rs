use aws_sdk_sesv2::{
    Client,
    error::{DisplayErrorContext, SdkError},
    operation::send_email::SendEmailError,
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
                // A throttled request may succeed later, and so may every mail once somebody corrects
                // what is closed to all of them; what is wrong with one mail stays wrong.
                let refused = matches!(&why, SdkError::ServiceError(error)
                    if error.raw().status().is_client_error() && !concerns_everybody(
                        error.raw().status().as_u16(), error.err()));
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

/// Whether the mail service would say the same of any mail: too many, paused, suspended, no right, a sender
/// that is not set up.
fn concerns_everybody(status: u16, error: &SendEmailError) -> bool {
    matches!(status, 401 | 403 | 429)
        || error.is_too_many_requests_exception()
        || error.is_limit_exceeded_exception()
        || error.is_sending_paused_exception()
        || error.is_account_suspended_exception()
        || error.is_mail_from_domain_not_verified_exception()
        || error.is_not_found_exception()
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::types::error::{
        LimitExceededException, MessageRejected, SendingPausedException, TooManyRequestsException,
    };

    use super::*;

    #[test]
    fn what_is_wrong_with_one_mail_is_told_from_what_is_closed_to_all() {
        let throttled = TooManyRequestsException::builder().build();
        let paused = SendingPausedException::builder().build();
        let limit = LimitExceededException::builder().build();
        for error in [
            SendEmailError::TooManyRequestsException(throttled),
            SendEmailError::SendingPausedException(paused),
            SendEmailError::LimitExceededException(limit),
        ] {
            assert!(concerns_everybody(400, &error), "{error}");
        }
        let rejected = || SendEmailError::MessageRejected(MessageRejected::builder().build());
        assert!(!concerns_everybody(400, &rejected()));
        assert!(concerns_everybody(403, &rejected()));
    }
}
