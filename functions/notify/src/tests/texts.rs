//! The mails in full, as people read them.

use super::*;

#[tokio::test]
async fn a_new_lead() {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let notice = Notice::LeadAssigned {
        rule: "dach".to_owned(),
        respond_by: Some(at("2026-11-23T10:00:00Z")),
    };
    let mail = notify.mail_of(&record, "anna", notice).await;
    assert_eq!(mail.to, "anna@northwind.example");
    assert_eq!(mail.subject, "New lead: ada@acme.example, Acme GmbH");
    assert_eq!(
        mail.text,
        "Hello Anna Vogel,\n\
         \n\
         A new lead is yours: ada@acme.example, Acme GmbH (lead 123).\n\
         \n\
         Please get in touch by Mon 23 Nov 2026, 11:00 CET.\n\
         \n\
         It came to you by the rule \"dach\".\n\
         \n\
         In the CRM: https://app.crm.example/62515/0-1/123\n\
         \n\
         -- \n\
         Fairlead, for Northwind Robotics\n"
    );
}

#[tokio::test]
async fn a_lead_that_had_its_owner_and_of_which_no_copy_is_kept() {
    let notify = notify();
    let record = record_id("lead:7");
    let notice = Notice::LeadAssigned {
        rule: "already_owned".to_owned(),
        respond_by: None,
    };
    let mail = notify.mail_of(&record, "anna", notice).await;
    assert_eq!(mail.subject, "New lead: lead 7");
    assert_eq!(
        mail.text,
        "Hello Anna Vogel,\n\
         \n\
         A new lead is yours: lead 7.\n\
         \n\
         You were its owner in the CRM already.\n\
         \n\
         In the CRM: https://app.crm.example/62515/0-1/7\n\
         \n\
         -- \n\
         Fairlead, for Northwind Robotics\n"
    );
}

#[tokio::test]
async fn a_clock_that_is_soon_due() {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let notice = Notice::ClockWarning {
        clock: "first_response".to_owned(),
        due: at("2026-11-23T10:00:00Z"),
    };
    let mail = notify.mail_of(&record, "anna", notice).await;
    assert_eq!(
        mail.subject,
        "Soon due: first response, ada@acme.example, Acme GmbH"
    );
    assert_eq!(
        mail.text,
        "Hello Anna Vogel,\n\
         \n\
         The clock \"first response\" is running on ada@acme.example, Acme GmbH (lead 123). It is due Mon 23 Nov 2026, 11:00 CET.\n\
         \n\
         The clock is met by the owner's call, mail, meeting or note, once it is logged in the CRM.\n\
         \n\
         In the CRM: https://app.crm.example/62515/0-1/123\n\
         \n\
         -- \n\
         Fairlead, for Northwind Robotics\n"
    );
}

fn late(step: u32) -> Notice {
    Notice::ClockLate {
        clock: "first_response".to_owned(),
        due: at("2026-11-20T14:00:00Z"),
        step,
    }
}

#[tokio::test]
async fn a_late_clock_for_its_owner() {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let mail = notify.mail_of(&record, "anna", late(1)).await;
    assert_eq!(
        mail.subject,
        "Late: first response, ada@acme.example, Acme GmbH"
    );
    assert_eq!(
        mail.text,
        "Hello Anna Vogel,\n\
         \n\
         The clock \"first response\" has run out on ada@acme.example, Acme GmbH (lead 123). It was due Fri 20 Nov 2026, 15:00 CET.\n\
         \n\
         Please get in touch now.\n\
         \n\
         The clock is met by the owner's call, mail, meeting or note, once it is logged in the CRM.\n\
         \n\
         In the CRM: https://app.crm.example/62515/0-1/123\n\
         \n\
         -- \n\
         Fairlead, for Northwind Robotics\n"
    );
}

#[tokio::test]
async fn a_late_clock_for_somebody_else_who_reads_it_in_their_zone() {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let mail = notify.mail_of(&record, "maya", late(2)).await;
    assert!(
        mail.text.contains("It was due Fri 20 Nov 2026, 09:00 EST."),
        "{}",
        mail.text
    );
    assert!(
        mail.text.contains(
            "It is Anna Vogel's, and you hear of it as step 2 of the escalation. Please see to it \
             together that somebody gets in touch now."
        ),
        "{}",
        mail.text
    );
}

#[tokio::test]
async fn a_deal_that_was_turned_back() {
    let notify = notify();
    let record = notify.keep_record(rollout()).await;
    let notice = Notice::GateNotMet {
        from: "discovery".to_owned(),
        to: "sql".to_owned(),
        unmet: vec!["Please fill in: Budget confirmed (needed: yes)".to_owned()],
        mode: model::GateMode::TurnBack,
    };
    let mail = notify.mail_of(&record, "ben", notice).await;
    assert_eq!(mail.subject, "Turned back to discovery: Acme rollout");
    assert_eq!(
        mail.text,
        "Hello Ben Huber,\n\
         \n\
         Acme rollout (opportunity 900) was moved from discovery to sql. Something is missing for that stage, so it goes back to discovery.\n\
         \n\
         To do in the CRM, before it is moved to sql again:\n\
         \n\
         - Please fill in: Budget confirmed (needed: yes)\n\
         \n\
         In the CRM: https://app.crm.example/62515/0-3/900\n\
         \n\
         -- \n\
         Fairlead, for Northwind Robotics\n"
    );
}

#[tokio::test]
async fn what_stands_in_the_crm_cannot_break_out_of_its_place() {
    let notify = notify();
    let mut record = rollout();
    let name = "<img src=x onerror=alert(1)>\r\nBcc: all@example.com";
    record
        .fields
        .insert("name".to_owned(), Value::Text(name.to_owned()));
    let record = notify.keep_record(record).await;
    let notice = Notice::LeadAssigned {
        rule: "dach".to_owned(),
        respond_by: None,
    };
    let mail = notify.mail_of(&record, "ben", notice).await;
    assert_eq!(
        mail.subject,
        "New opportunity: <img src=x onerror=alert(1)> Bcc: all@example.com"
    );
    assert!(!mail.html.contains("<img"), "{}", mail.html);
    assert!(mail.html.contains("&lt;img src=x"), "{}", mail.html);
}

#[tokio::test]
async fn html_says_what_the_text_says() {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let mail = notify.mail_of(&record, "anna", late(1)).await;
    let page = "https://app.crm.example/62515/0-1/123";
    assert!(mail.html.contains(&format!("<a href=\"{page}\"")));
    assert!(mail.html.contains(">Open in the CRM</a>"));
    assert!(mail.html.contains(">Please get in touch now.</td>"));
}

#[tokio::test]
async fn only_who_sees_to_what_no_seller_can_is_told_a_command() {
    for (person, told) in [("anna", false), ("jonas", false), ("olga", true)] {
        let notify = notify();
        let record = notify.keep_record(ada()).await;
        let mail = notify.mail_of(&record, person, late(1)).await;
        let command = "fairlead explain lead:123";
        assert_eq!(mail.text.contains(command), told, "{person}");
        assert_eq!(mail.html.contains(command), told, "{person}");
    }
}

/// What mail clients show: no script, nothing loaded, the language, a preview, and tables of 600 pixels.
#[tokio::test]
async fn html_is_what_mail_clients_show() {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let html = notify.mail_of(&record, "anna", late(1)).await.html;
    for part in [
        "<html lang=\"en\">",
        "width=\"600\"",
        "role=\"presentation\"",
        "display:none",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    for part in ["<script", "<img", "src=", "<link"] {
        assert!(!html.contains(part), "{part}: {html}");
    }
}

#[tokio::test]
async fn a_lead_that_goes_on_to_another_of_the_pool() {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let notice = Notice::LeadReassigned {
        from: PersonId::new("anna"),
        clock: "first_response".to_owned(),
        respond_by: Some(at("2026-11-23T10:00:00Z")),
    };
    let mail = notify.mail_of(&record, "ben", notice).await;
    assert_eq!(mail.subject, "Now yours: ada@acme.example, Acme GmbH");
    assert!(
        mail.text.contains(
            "A lead that was Anna Vogel's is yours now: ada@acme.example, Acme GmbH (lead 123). The clock \"first response\" had run out on it.\n\nPlease get in touch by Mon 23 Nov 2026, 11:00 CET.\n"
        ),
        "{}",
        mail.text
    );
}

#[tokio::test]
async fn a_lead_that_goes_away_to_another_of_the_pool() {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let notice = Notice::LeadTakenBack {
        to: PersonId::new("ben"),
        clock: "first_response".to_owned(),
    };
    let mail = notify.mail_of(&record, "anna", notice).await;
    assert_eq!(mail.subject, "Now Ben Huber's: ada@acme.example, Acme GmbH");
    assert!(
        mail.text
            .contains("so it is Ben Huber's now. There is nothing more for you to do.\n"),
        "{}",
        mail.text
    );
}

#[tokio::test]
async fn a_lead_that_is_routed_again_tells_whom_it_leaves() {
    for (upon, why) in [
        (
            "field.changed account.owner",
            "since \"account owner\" has changed.",
        ),
        (
            "stage.entered sales_ready",
            "since it has entered the stage \"sales ready\".",
        ),
    ] {
        let notify = notify();
        let record = notify.keep_record(ada()).await;
        let notice = Notice::LeadMoved {
            to: PersonId::new("ben"),
            upon: upon.to_owned(),
        };
        let mail = notify.mail_of(&record, "anna", notice).await;
        assert_eq!(mail.subject, "Now Ben Huber's: ada@acme.example, Acme GmbH");
        assert!(mail.text.contains("is Ben Huber's now,"), "{}", mail.text);
        assert!(mail.text.contains(why), "{}", mail.text);
    }
}

#[tokio::test]
async fn who_has_no_command_line_is_told_whom_to_tell_of_what_is_held() {
    for (person, command) in [("ben", false), ("olga", true)] {
        let notify = notify();
        let record = notify.keep_record(rollout()).await;
        let notice = Notice::MovesHeld {
            of: PersonId::new("ben"),
            limit: "20 in 10m".to_owned(),
            mode: model::GateMode::TurnBack,
            rounds: None,
        };
        let mail = notify.mail_of(&record, person, notice).await;
        assert_eq!(
            mail.text.contains("fairlead holds"),
            command,
            "{}",
            mail.text
        );
        assert_eq!(mail.text.contains("Please tell Olga Weiss."), !command);
    }
}
