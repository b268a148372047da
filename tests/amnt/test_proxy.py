"""No log of the proxy or of the web server says who asked, or the key in an address: asked of the real Caddy and the real gunicorn."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection

import pytest
from django.conf import settings

from amnt.operations.supervisor import free_port

ROOT = settings.BASE_DIR
CADDY = shutil.which("caddy")
KEY = "iOF7RCSq0rIpHCGZB7_a8GGGuZ8"
# Folders whose addresses hold a key, and places in an address where one could stand.
SECRET = [
    f"/invitation/{KEY}/",
    f"/account/password/reset/key/{KEY}/",
    f"/account/address/{KEY}/",
    f"/mail/stop/{KEY}/",
    f"/feed/{KEY}.ics",
    f"/{KEY}",
    f"/{KEY}/",
    f"/?key={KEY}",
    f"/resolutions/?q={KEY}",
    f"/Invitation/{KEY}/",
    f"//{KEY}",
    f"/invitation%2F{KEY}",
]
BROWSER = "Mozilla/5.0 (of nobody else)"
# A program that breaks before Django could answer: what gunicorn then says is the line that held the address.
BROKEN = "def application(environ, start_response):\n    raise ValueError('away')\n"
ANSWERS = """
def application(environ, start_response):
    start_response("404 Not Found", [("Location", environ["PATH_INFO"])])
    return [b"no"]
"""


@contextmanager
def running(*command, log, **environment):
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def ask(port, path, **headers):
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request(
            "GET", path, headers={"Host": f"localhost:{port}", "User-Agent": BROWSER, "Referer": f"https://x.example/{KEY}", **headers}
        )
        return line.getresponse()


def wait_until_it_answers(port, process):
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            return ask(port, "/")
        time.sleep(0.05)
    pytest.fail(f"nothing answers on port {port}")


@contextmanager
def gunicorn(folder, program, port):
    (folder / "program.py").write_text(program)
    command = [sys.executable, "-m", "gunicorn", "program", "--pythonpath", str(folder), "--bind", f"127.0.0.1:{port}"]
    with running(*command, "--log-level", "debug", log=folder / "gunicorn.log") as process:
        wait_until_it_answers(port, process)
        yield process


@contextmanager
def proxy(folder, web):
    port = free_port()
    (folder / "access").mkdir(exist_ok=True)
    environment = {
        "SITE_URL": f"http://localhost:{port}",
        "WEB": f"127.0.0.1:{web}",
        "WAIT_FOR_WEB": "0s",
        "ACCESS_LOGS": str(folder / "access"),
        "PROXY_LOG_LEVEL": "DEBUG",
        "ADMIN": f"unix/{folder / 'admin'}",
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
    }
    with running("proxy/run", log=folder / "caddy.log", **environment) as process:
        wait_until_it_answers(port, process)
        yield port


def test_gunicorn_names_no_address_that_it_failed_at(tmp_path):
    port = free_port()
    with gunicorn(tmp_path, BROKEN, port):
        assert [ask(port, path).status for path in SECRET] == [500] * len(SECRET)
        with closing(HTTPConnection("127.0.0.1", port)) as line:
            line.putrequest("GET", f"/invitation/{KEY}/", skip_host=True)
            line.putheader("X Y", KEY)
            line.endheaders()
            assert line.getresponse().status == 400
    log = (tmp_path / "gunicorn.log").read_text()
    assert "Error handling request GET /invitation\n" in log
    assert "ValueError: away" in log
    assert "Invalid request.\n" in log
    assert KEY not in log
    assert "127.0.0.1:" not in log.split("Listening at")[1].split("\n", 1)[1]


@pytest.mark.skipif(CADDY is None, reason="needs Caddy")
def test_the_proxy_names_no_key_and_no_one_with_and_without_web(tmp_path):
    web = free_port()
    with proxy(tmp_path, web) as port:
        without = [ask(port, path, **{"X-Forwarded-For": "203.0.113.77"}) for path in SECRET]
        assert {answer.status for answer in without} == {502}
        with gunicorn(tmp_path, ANSWERS, web):
            answers = [ask(port, path) for path in SECRET]
            assert {answer.status for answer in answers} == {404}
            # Neither names its program.
            assert [answer.headers.get_all("Server") for answer in (answers[0], without[0])] == [None, None]
            assert without[0].headers["Retry-After"] == "30"
    [access] = (tmp_path / "access").iterdir()
    lines = [json.loads(line) for line in access.read_text().splitlines()]
    secret = [line for line in lines if line["status"] == 404]
    # Each came by a line of its own, and is written down once that is answered: in no order.
    assert sorted(line["request"]["uri"] for line in secret) == sorted(
        ["/invitation", "/account", "/account", "/mail", "/feed", "", "", "/", "/resolutions", "", "/", ""]
    )
    assert {line["request"]["remote_ip"] for line in lines} == {"127.0.0.0"}
    errors = (tmp_path / "caddy.log").read_text()
    assert errors.count("http.log.error") >= len(SECRET)
    assert KEY not in (tmp_path / "gunicorn.log").read_text()
    for log in (access.read_text(), errors):
        for secret in (KEY, BROWSER, "127.0.0.1", "203.0.113.77"):
            assert secret not in log.replace(f"127.0.0.1:{web}", "web"), secret


@pytest.mark.skipif(CADDY is None, reason="needs Caddy")
def test_access_logs_have_a_day_each_and_go_after_fourteen(tmp_path):
    (tmp_path / "access").mkdir()
    for name, days in (("2026-11-01.log", 14), ("2026-11-02-2026-11-02T10-00-00.000.log.gz", 13.1), ("2026-11-03.log", 12.9)):
        (tmp_path / "access" / name).touch()
        os.utime(tmp_path / "access" / name, (time.time(), time.time() - days * 24 * 3600))
    with proxy(tmp_path, free_port()):
        names = sorted(path.name for path in (tmp_path / "access").iterdir())
    assert names == ["2026-11-03.log", time.strftime("%Y-%m-%d.log", time.gmtime())]
