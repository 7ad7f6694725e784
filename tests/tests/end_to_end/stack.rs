use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::Value;
use tokio::{
    process::{Child, Command},
    sync::OnceCell,
};

use crate::expect::eventually;

/// The running stack, and where its parts are.
pub struct Stack {
    pub endpoints: Value,
    pub http: reqwest::Client,
    folder: PathBuf,
    // Its standard input is the stack's life line: when this process ends, however it ends, the
    // pipe closes and the stack stops by itself.
    _child: Child,
}

/// By how much shorter than in the cloud a message waits here that was not handled: half a minute is a
/// second, and a quarter of an hour half a minute.
pub const WAIT_DIVISOR: &str = "30";

static STACK: OnceCell<Stack> = OnceCell::const_new();

/// Functions may do what their roles in the template say, and no more.
const HELD: &[&str] = &["--enforce-permissions"];

/// The one stack of this test run, started by whoever comes first.
pub async fn stack() -> &'static Stack {
    STACK.get_or_init(|| start("end-to-end", HELD)).await
}

/// One that runs a starter, as `fairlead init` writes it, changed where a story needs it: each file by its name and text.
pub async fn stack_of_a_starter(
    name: &str,
    stage: &str,
    change: impl Fn(&str, String) -> String,
) -> Stack {
    let name = format!("end-to-end-{name}");
    let config = root().join(".local").join(&name).join("model");
    let _ = std::fs::remove_dir_all(&config);
    let written = Command::new(root().join("target/debug/fairlead"))
        .args(["init", "--stage", stage, "--time-zone", "Europe/Berlin"])
        .args(["--crm-portal", "62515"])
        .arg(&config)
        .output()
        .await
        .expect("fairlead");
    let said = String::from_utf8_lossy(&written.stderr);
    assert!(written.status.success(), "fairlead init: {said}");
    for file in std::fs::read_dir(&config).expect("the model") {
        let path = file.expect("a file").path();
        if path.is_file() {
            let file = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(&path).expect("a text");
            std::fs::write(&path, change(&file, text)).expect("a file");
        }
    }
    let config = config.to_string_lossy().into_owned();
    start(&name, &[HELD, &["--config", &config]].concat()).await
}

/// A stack for one test alone, which does to it what the others would not bear. It ends with the test.
pub async fn stack_of_its_own(name: &str) -> Stack {
    start(&format!("end-to-end-{name}"), HELD).await
}

/// The same, started with more of what `infra/local/run.py` takes.
pub async fn stack_of_its_own_with(name: &str, more: &[&str]) -> Stack {
    start(&format!("end-to-end-{name}"), &[HELD, more].concat()).await
}

/// One that gives every function whatever it asks for: the emulator needs as long to look that up as for all else.
pub async fn stack_for_load(name: &str) -> Stack {
    start(&format!("end-to-end-{name}"), &[]).await
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

async fn start(name: &str, more: &[&str]) -> Stack {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let root = root();
    let folder = root.join(".local").join(name);
    let python = root.join(".local/venv/bin/python");
    assert!(
        python.exists(),
        "no {}: run `make test-end-to-end`, which sets it up",
        python.display()
    );
    let endpoints = folder.join("endpoints.json");
    let _ = std::fs::remove_file(&endpoints);
    std::fs::create_dir_all(&folder).expect("a folder");
    let log = std::fs::File::create(folder.join("run.log")).expect("a log");
    let child = Command::new(python)
        .current_dir(&root)
        .args([
            "infra/local/run.py",
            "--no-build",
            "--no-tick",
            "--story",
            "none",
        ])
        .args([
            "--fresh",
            "--retry-after",
            "8",
            "--wait-divisor",
            WAIT_DIVISOR,
            "--until-stdin-closes",
            "--state-dir",
        ])
        .arg(&folder)
        .args(more)
        .stdin(Stdio::piped())
        .stdout(log.try_clone().expect("a log"))
        .stderr(log)
        .spawn()
        .expect("the stack");
    let ready = eventually(
        "the stack to be ready",
        Duration::from_secs(120),
        || async {
            let log = std::fs::read_to_string(folder.join("run.log")).unwrap_or_default();
            log.contains("ready")
                .then(|| std::fs::read_to_string(&endpoints).ok())
                .flatten()
        },
    );
    let endpoints = serde_json::from_str(&ready.await).expect("endpoints.json");
    Stack {
        endpoints,
        // All tests share it, and each has a runtime of its own: a connection that one of them leaves behind
        // dies with that, maybe in the middle of another's request.
        http: reqwest::Client::builder()
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client"),
        folder,
        _child: child,
    }
}

impl Stack {
    pub fn text(&self, name: &str) -> &str {
        self.endpoints[name]
            .as_str()
            .unwrap_or_else(|| panic!("endpoints.json has no {name}"))
    }

    /// Runs `fairlead` against this stack.
    pub async fn fairlead(&self, arguments: &[&str]) -> String {
        let output = Command::new(root().join("target/debug/fairlead"))
            .current_dir(root())
            .args(arguments)
            .arg("--endpoints")
            .arg(self.folder.join("endpoints.json"))
            .output()
            .await
            .expect("fairlead");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "fairlead {arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The same, whatever comes of it: its exit code, and what it says and complains of.
    pub async fn asked(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(root().join("target/debug/fairlead"))
            .current_dir(root())
            .args(arguments)
            .arg("--endpoints")
            .arg(self.folder.join("endpoints.json"))
            .output()
            .await
            .expect("fairlead");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let code = output.status.code().expect("an exit code");
        (code, text(output.stdout), text(output.stderr))
    }

    /// A folder beside this stack's own things.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Deploys to this stack while it runs, as `make redeploy` and `make rollback` do.
    pub async fn redeploy(&self, arguments: &[&str]) -> String {
        let output = Command::new(root().join(".local/venv/bin/python"))
            .current_dir(root())
            .args(["infra/local/redeploy.py", "--state-dir"])
            .arg(&self.folder)
            .args(arguments)
            .output()
            .await
            .expect("redeploy.py");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "redeploy {arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Says what time it is.
    pub async fn tick(&self, at: &str) {
        self.fairlead(&["tick", "--really", "--at", at]).await;
    }
}
