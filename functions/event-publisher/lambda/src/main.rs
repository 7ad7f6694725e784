//! Wires event-publisher to Lambda.
#![recursion_limit = "256"]

use aws::{EventBridge, Settings};
use contracts::Function;
use event_publisher::{StreamEvent, publish};
use lambda_shell::{LambdaEvent, RuntimeError, Shell, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RuntimeError> {
    let shell = Shell::start(Function::EventPublisher);
    let settings = Settings::from_environment()?;
    let bus = &EventBridge::new(&settings, shell.setting("BUS")?);
    run(service_fn(
        move |batch: LambdaEvent<StreamEvent>| async move {
            let published = publish(bus, batch.payload).await;
            let events = published.inspect_err(|why| tracing::warn!(%why, "delivered again"))?;
            tracing::info!(events, "published");
            Ok::<_, RuntimeError>(())
        },
    ))
    .await
}
