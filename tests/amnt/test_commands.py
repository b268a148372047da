import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings as house
from django.core.management import CommandError, call_command


def test_trying_out_refuses_where_people_rely_on_it(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match=r"docs/hosting\.md"):
        call_command("supervise")


def test_a_busy_port_is_said_in_a_sentence_before_anything_is_done(settings):
    settings.DEMO = True
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken.*PORT={port + 1} bin/run"):
            call_command("supervise", port=port)


def manage(*words, **environment):
    clean = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "amnt.settings", **environment}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=house.BASE_DIR, env=clean, capture_output=True, text=True, timeout=120, check=False
    )


PRODUCTION = {
    "SECRET_KEY": "k" * 20 + "0123456789abcdefghijABCDEFGHIJ-_" * 2,
    "FIELD_KEY": "f" * 20 + "0123456789abcdefghijABCDEFGHIJ-_" * 2,
    "SITE_URL": "https://agenda.example",
    "DATABASE_URL": "postgres://agenda:secret@db/agenda",
    "REDIS_URL": "redis://:secret@redis:6379/0",
    "SMTP_HOST": "smtp.example",
    "SMTP_SECURITY": "starttls",
}


def test_an_instance_set_up_as_documented_passes_django_s_own_check(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", VAR_DIR=str(tmp_path), **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_without_a_secret_key_it_does_not_start(tmp_path):
    done = manage("check", VAR_DIR=str(tmp_path))
    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


ASK = """
from django.conf import settings
from django.test import Client
browser = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
lost = browser.get("/no/such/page/")
print(settings.DEBUG, lost.status_code, "<h1>" in lost.text, "urlpatterns" in lost.text or "URLconf" in lost.text)
print(browser.get("/account/login").status_code, browser.get("/mail/inbox/").status_code)
print(b"".join(browser.get("/static/css/site.css")).count(b"@layer") > 3)
"""


def test_trying_things_out_needs_no_preparation_and_shows_the_pages_people_would_see(tmp_path):
    done = manage("shell", "--no-imports", "-c", ASK, VAR_DIR=str(tmp_path), DEMO="1")
    assert done.stdout.split("\n")[:3] == ["False 404 True False", "301 200", "True"], done.stderr


def test_debug_is_trying_out_too_and_demo_is_no_debug(tmp_path):
    said = {
        name: manage(
            "shell",
            "--no-imports",
            "-c",
            "from django.conf import settings as s; print(s.DEBUG, s.DEMO)",
            VAR_DIR=str(tmp_path),
            **{name: "1"},
        ).stdout
        for name in ("DEBUG", "DEMO")
    }
    assert said == {"DEBUG": "True True\n", "DEMO": "False True\n"}


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [("DATABASE_URL", "mysql://db/agenda", "must begin with postgres://"), ("SMTP_SECURITY", "ssl", "none, starttls or tls")],
)
def test_a_setting_that_makes_no_sense_is_refused_in_a_sentence(tmp_path, variable, value, sentence):
    done = manage("check", VAR_DIR=str(tmp_path), **{**PRODUCTION, variable: value})
    assert sentence in done.stderr
