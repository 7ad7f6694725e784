use std::{fs, path::Path, process::ExitCode};

use engine::MailMessage;

use super::{CouldNotRun, Outcome, print_whole};

/// Shows a mail that is not sent: its text on the terminal, or in a file; HTML if that ends in `.html`.
///
/// # Errors
/// If it cannot be written.
pub fn show(mail: &MailMessage, out: Option<&Path>) -> Outcome {
    let Some(path) = out else {
        print_whole(&format!("Subject: {}\n\n{}", mail.subject, mail.text))?;
        return Ok(ExitCode::SUCCESS);
    };
    let html = path.extension().is_some_and(|it| it == "html");
    let written = if html { &mail.html } else { &mail.text };
    fs::write(path, written)
        .map_err(|why| CouldNotRun(format!("cannot write {}: {why}", path.display())))?;
    say!("{}: {}", path.display(), mail.subject);
    Ok(ExitCode::SUCCESS)
}
