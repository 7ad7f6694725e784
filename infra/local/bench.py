"""`make bench`: how fast each function starts, how much memory it takes, how large its package is.

Each release build is started many times against a small runtime API made here. Measured are the
time from exec to the first poll, the time from the first event to the first signed call of a
cloud service (TLS handshake included), and the resident memory after both; of lead-routing the same with the
fifty thousand domains of a large company. Run it on an idle machine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple, Optional

import bench_events
import bench_large
import bench_tls
import packages
import source
from layout import FUNCTIONS, ROOT
from problem import Problem

STARTS = 20
FIRST_POLL_SECONDS = 10.0
FIRST_CALL_SECONDS = 3.0
MODEL = ROOT / ".local" / "bench" / "model.artefact"

LARGEST_START_MS = 15.0
LARGEST_MEMORY_MIB = 12.0
LARGEST_MEMORY_OF_LARGE_MIB = 24.0
LARGEST_PACKAGE_MB = 3.5


class Measured(NamedTuple):
    """One start. Times in milliseconds, memory in MiB."""

    first_poll: float
    first_call: Optional[float]
    idle_memory: float
    memory: float


class _Quiet(ThreadingHTTPServer):
    """Functions are killed in the middle of a request; that is no news."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        pass


class _Runtime(_Quiet):
    """A runtime API and, on the same port, every cloud service: it notes the first call and answers 400."""

    def __init__(self, event: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.event = event
        self.noted = self
        self.polled, self.called, self.deliver = threading.Event(), threading.Event(), threading.Event()
        self.polled_at = self.delivered_at = self.called_at = 0.0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


class _Services(_Quiet):
    """Every cloud service behind TLS: it tells the runtime API of the first call."""

    def __init__(self, noted: _Runtime, both: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.noted = noted
        self.socket = bench_tls.context(both).wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        if not self.path.endswith("/invocation/next"):
            self._service_call()
            return
        runtime: Any = self.server
        if not runtime.polled.is_set():
            runtime.polled_at = time.perf_counter()
            runtime.polled.set()
        runtime.deliver.wait()
        if runtime.delivered_at:
            threading.Event().wait()
        runtime.delivered_at = time.perf_counter()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "00000000-0000-0000-0000-000000000001")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + 15) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:bench")
        self.send_header("Content-Length", str(len(runtime.event)))
        self.end_headers()
        self.wfile.write(runtime.event)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "/runtime/" in self.path:
            self._answer(202, b"")
        else:
            self._service_call()

    do_PUT = do_POST

    def _service_call(self) -> None:
        runtime: Any = self.server.noted  # type: ignore[attr-defined]
        if not runtime.called.is_set():
            runtime.called_at = time.perf_counter()
            runtime.called.set()
        self._answer(400, b'{"__type":"ValidationException","message":"only a measurement"}')

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=ROOT / "config", help="the folder of the model that was built")
    config = parser.parse_args().config.resolve()
    missing = [name for name in FUNCTIONS if not _program(name).is_file()]
    if missing or not MODEL.is_file():
        print("There are no release builds here, or no model to load: run `make bench`, which makes both.", file=sys.stderr)
        return 1
    try:
        name = source.of(config).name
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    events = {function: bench_events.event(function, name) for function in FUNCTIONS}
    print(f"\n  {'function':<18}{'exec to poll':>14}{'to first call':>15}{'memory idle':>13}{'after call':>12}{'zipped':>10}")
    print(f"  {'':<18}{'median ms':>14}{'median ms':>15}{'MiB':>13}{'MiB':>12}{'MB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        both = bench_tls.certificate(Path(folder))
        over = [name for name in FUNCTIONS if not _row(name, events[name], both)]
        if config == bench_large.EXAMPLE:
            large = bench_large.build(ROOT / ".local" / "bench" / "large")
            name = "lead-routing"
            if not _row(name, events[name], both, large):
                over.append(f"{name} with {bench_large.DOMAINS:,} domains")
    if both is None:
        print("  without a TLS handshake in the first call: openssl is not on this machine")
    print(f"\n  {STARTS} starts each; to be met: {LARGEST_START_MS:.0f} ms, {LARGEST_MEMORY_MIB:.0f} MiB idle, {LARGEST_PACKAGE_MB} MB")
    if config == bench_large.EXAMPLE:
        print(f"  the last line is lead-routing with {bench_large.DOMAINS:,} domains, of which {LARGEST_MEMORY_OF_LARGE_MIB:.0f} MiB")
    if over:
        print(f"  not met by: {', '.join(over)}")
    return 1 if over else 0


def _row(name: str, event: bytes, both: Optional[Path], large: Optional[Path] = None) -> bool:
    model = large or MODEL
    runs = [_measure(name, event, both, model) for _ in range(STARTS)]
    poll = statistics.median(run.first_poll for run in runs)
    calls = [run.first_call for run in runs if run.first_call is not None]
    call = f"{statistics.median(calls):.1f}" if calls else "none"
    idle = statistics.median(run.idle_memory for run in runs)
    after = statistics.median(run.memory for run in runs)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "package.zip"
        packages.pack(_program(name), model, archive, compress=True)
        zipped = archive.stat().st_size / 1e6
    print(f"  {name:<18}{poll:>14.1f}{call:>15}{idle:>13.1f}{after:>12.1f}{zipped:>10.2f}", flush=True)
    memory = LARGEST_MEMORY_OF_LARGE_MIB if large else LARGEST_MEMORY_MIB
    # What the packages of functions may take is promised without the rows of such a table.
    return poll <= LARGEST_START_MS and idle <= memory and (large is not None or zipped <= LARGEST_PACKAGE_MB)


def _measure(name: str, event: bytes, both: Optional[Path], model: Path) -> Measured:
    runtime = _Runtime(event)
    services = _Services(runtime, both) if both else None
    environment = _environment(name, f"127.0.0.1:{runtime.server_port}", model)
    if services:
        environment["AWS_ENDPOINT_URL"] = f"https://127.0.0.1:{services.server_port}"
        environment["SSL_CERT_FILE"] = str(both)
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(_program(name))], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        if not runtime.polled.wait(FIRST_POLL_SECONDS):
            raise SystemExit(f"{name} did not poll within {FIRST_POLL_SECONDS:.0f} s")
        idle = _resident(process.pid)
        runtime.deliver.set()
        called = runtime.called.wait(FIRST_CALL_SECONDS) and runtime.called_at > runtime.delivered_at > 0
        return Measured(
            first_poll=(runtime.polled_at - began) * 1000,
            first_call=(runtime.called_at - runtime.delivered_at) * 1000 if called else None,
            idle_memory=idle,
            memory=_resident(process.pid),
        )
    finally:
        process.kill()
        process.wait()
        for server in filter(None, (runtime, services)):
            server.shutdown()
            server.server_close()


def _environment(name: str, here: str, model: Path) -> dict[str, str]:
    return {
        "AWS_LAMBDA_RUNTIME_API": here,
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": "bench",
        "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_ENDPOINT_URL": f"http://{here}",
        "TABLE": "bench",
        "BUS": "bench",
        "QUEUE": "bench",
        "DEAD_LETTERS": "bench",
        "MODEL": str(model),
        "DEPLOYMENT": "1",
        "CRM_BASE_URL": f"http://{here}",
        "CRM_SECRET": "bench",
        "LINK_SECRET": "bench",
        "PUBLIC_URL": f"http://{here}",
        "MAIL_FROM": "bench@northwind.example",
        "RUST_LOG": "warn",
    }


def _resident(pid: int) -> float:
    """Resident memory in MiB."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return int(shown.stdout.strip() or 0) / 1024
    line = next((line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1024


def _program(name: str) -> Path:
    return ROOT / "target" / os.environ.get("BENCH_PROFILE", "release") / name


if __name__ == "__main__":
    sys.exit(main())
