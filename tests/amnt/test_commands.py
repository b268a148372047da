import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

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


@pytest.mark.parametrize("weak", ["k", "k" * 60, "change-me-to-50-random-characters-please", "abcabcabcabc" * 5])
@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEY"])
def test_with_a_key_that_can_be_guessed_it_does_not_start(tmp_path, name, weak):
    done = manage("check", VAR_DIR=str(tmp_path), **{**PRODUCTION, name: weak})
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert done.stderr.startswith(f"{name} is short or easy to guess: set 32 random characters or more")
    assert weak not in done.stderr.replace("token_urlsafe", "") or len(weak) == 1


def test_an_older_field_key_may_be_weak_and_a_demonstration_may_have_any(tmp_path):
    assert manage("check", VAR_DIR=str(tmp_path), **{**PRODUCTION, "FIELD_KEY": f"{PRODUCTION['FIELD_KEY']},k"}).returncode == 0
    assert manage("check", VAR_DIR=str(tmp_path), SECRET_KEY="k", DEMO="1").returncode == 0


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


SENTENCES = {
    "SITE_URL": {"agenda.example": "begins with https://", "https://": "a host name", "https://a.example/b/": "nothing behind it"},
    "SMTP_PORT": {"abc": "a number from 1 to 65535", "99999": "a number from 1 to 65535"},
    "SMTP_SECURITY": {"ssl": "none, starttls or tls"},
    "MAIL_FROM": {"Agenda <agenda@agenda.example>": "an e-mail address alone", "agenda": "an e-mail address alone"},
    "DEADMAN_URL": {"file:///etc/passwd": "begins with https://"},
    "OUTGOING_HOSTS": {"https://www.itu.int": "names of hosts", "*.itu.int": "names of hosts", "10.0.0.1": "names of hosts"},
    "DATABASE_URL": {
        "mysql://db/agenda": "must begin with postgres://",
        "agenda": "must begin with postgres://",
        "postgres://agenda:se/cret@db/agenda": "written as %2F",
        "postgres://db": "postgres://user:password@host/name",
        "sqlite:////no/such/folder/agenda.sqlite3": "in a folder that is there",
    },
    "REDIS_URL": {"http://redis": "redis://:password@host:6379/0", "redis://:se/cret@redis": "written as %2F"},
    "VAR_DIR": {"/dev/null/var": "a folder that can be written to"},
    "LOG_LEVEL": {"loud": "DEBUG, INFO, WARNING or ERROR"},
    "LEADS_NEED_SECOND_FACTOR": {"maybe": "must be 1 or 0"},
    "DEBUG": {"maybe": "must be 1 or 0"},
}


@pytest.mark.parametrize(("variable", "value", "sentence"), [(name, *pair) for name, pairs in SENTENCES.items() for pair in pairs.items()])
def test_a_setting_that_makes_no_sense_is_refused_in_one_sentence(tmp_path, variable, value, sentence):
    done = manage("check", **{**PRODUCTION, "VAR_DIR": str(tmp_path), variable: value})
    assert done.stderr.startswith(f"{variable} must"), done.stderr
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert "se/cret" not in done.stderr


@pytest.mark.parametrize("program", [["gunicorn", "amnt.wsgi", "--no-control-socket", "--bind"], ["celery", "--app", "amnt", "beat"]])
def test_what_is_kept_running_ends_with_that_sentence_and_does_not_try_for_ever(tmp_path, program):
    words = [*program, f"unix:{tmp_path / 'socket'}"] if program[-1] == "--bind" else program
    clean = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **PRODUCTION, "SMTP_SECURITY": "ssl"}
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=house.BASE_DIR, env=clean, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("SMTP_SECURITY must be none, starttls or tls, not 'ssl'.\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("value", ["", " "])
def test_a_variable_set_to_nothing_is_as_one_not_set(tmp_path, value):
    shown = "s.LEADS_NEED_SECOND_FACTOR, s.FIELD_KEYS == [s.SECRET_KEY], s.SITE_NAME, s.REDIS_URL"
    code = f"from django.conf import settings as s; print({shown})"
    names = ("LEADS_NEED_SECOND_FACTOR", "SITE_NAME", "REDIS_URL", "DATABASE_URL", "SMTP_PORT", "SMTP_SECURITY", "LOG_LEVEL", "DEADMAN_URL")
    empty = dict.fromkeys(names, value) | {"FIELD_KEY": ""}
    done = manage("shell", "--no-imports", "-c", code, **{**PRODUCTION, "VAR_DIR": str(tmp_path), **empty})
    assert done.stdout == "True True Agenda \n", done.stderr


def test_further_hosts_do_not_shut_out_the_one_of_the_site(tmp_path):
    code = "from django.conf import settings as s; print(s.ALLOWED_HOSTS)"
    hosts = {"ALLOWED_HOSTS": "one.example, two.example"}
    done = manage("shell", "--no-imports", "-c", code, VAR_DIR=str(tmp_path), **PRODUCTION, **hosts)
    assert done.stdout == "['agenda.example', 'one.example', 'two.example']\n", done.stderr


@pytest.mark.parametrize("port", ["abc", "0", "99999"])
def test_a_port_that_is_none_is_said_in_a_sentence(tmp_path, port):
    environment = {"PATH": os.environ["PATH"], "PORT": port, "VAR_DIR": str(tmp_path)}
    done = subprocess.run([house.BASE_DIR / "bin" / "run"], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (1, f"PORT must be a number from 1 to 65535, not {port}.\n")


def started(*command, folder, **environment):
    """A program as a terminal starts it: Ctrl-C reaches all of its processes."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
    return subprocess.Popen(
        command,
        cwd=house.BASE_DIR,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Whoever started the tests in the background had them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def catches(pid, number):
    """Whether this process has said what it does on this signal."""
    [mask] = re.findall(r"^SigCgt:\s*(\w+)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return bool(int(mask, 16) >> (number - 1) & 1)


@pytest.mark.parametrize("after", [0.05, 0.2, 0.6])
def test_ctrl_c_while_bin_run_still_loads_is_answered_in_a_sentence(tmp_path, after):
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    run = started("bin/run", folder=tmp_path, PORT=str(port), VAR_DIR=str(tmp_path / "var"))
    while not catches(run.pid, signal.SIGINT):
        # The shell itself has only just been started.
        with suppress(subprocess.TimeoutExpired):
            run.wait(0.005)
    with pytest.raises(subprocess.TimeoutExpired):
        run.wait(after)
    os.killpg(run.pid, signal.SIGINT)
    said, _none = run.communicate(timeout=60)
    assert (said.splitlines()[-1:], run.returncode) == (["Stopped before anything ran."], 130)
    assert "Traceback" not in said


def test_a_folder_that_bin_run_cannot_write_to_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    run = started("bin/run", folder=tmp_path, VAR_DIR=str(tmp_path / "file" / "var"))
    said, _none = run.communicate(timeout=60)
    assert (said, run.returncode) == (f"VAR_DIR must be a folder that can be written to, not {tmp_path / 'file' / 'var'}.\n", 1)
