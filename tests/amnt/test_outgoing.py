"""Requests to others: which addresses are public, which hosts are asked, and what a real server on this machine may do to us."""

import gc
import ipaddress
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from amnt.core import outgoing
from amnt.core.outgoing import NotRead, OutgoingTrouble, ask, fetch, is_public_address, may_be_asked
from tests.amnt.own_certificate import certificate

NAME = "calendar.example"
PRIVATE = (
    "0.0.0.0",  # noqa: S104 -- the text, bound to nothing
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001:db8::1",
    "2001:0:a00:1::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "localhost",
    "",
    "127.1",
    "0x7f000001",
)
PUBLIC = ("8.8.8.8", "156.106.192.10", "2a00:1450:4001:812::200e", "::ffff:8.8.8.8", "64:ff9b::808:808")


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_none(address):
    assert not is_public_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_one(address):
    assert is_public_address(address)


NETWORKS = ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4")


@pytest.mark.parametrize("network", NETWORKS)
def test_no_address_of_a_private_network_is_public_in_any_form(network):
    for address in (ipaddress.ip_network(network)[0], ipaddress.ip_network(network)[77], ipaddress.ip_network(network)[-1]):
        number = int(address)
        halves = f"{number >> 16:x}:{number & 65535:x}"
        forms = [str(address), f"::ffff:{address}", f"64:ff9b::{halves}", f"2002:{halves}::1"]
        assert [form for form in forms if is_public_address(form)] == []


@pytest.mark.parametrize(
    ("url", "may"),
    [
        (f"https://{NAME}/a.ics", True),
        (f"https://{NAME.upper()}:443/a.ics", True),
        (f"http://{NAME}/a.ics", False),
        (f"https://{NAME}:8443/a.ics", False),
        (f"https://www.{NAME}/a.ics", False),
        (f"https://{NAME}.evil.example/", False),
        (f"https://{NAME}@evil.example/", False),
        (f"https://evil.example/?{NAME}", False),
        ("file:///etc/passwd", False),
        ("https://127.0.0.1/", False),
        ("", False),
    ],
)
def test_only_named_hosts_are_asked_over_https(url, may):
    assert may_be_asked(url, {NAME}) is may


def test_without_the_setting_nobody_is_asked(settings):
    settings.OUTGOING_HOSTS = []
    with pytest.raises(NotRead) as refused:
        fetch(f"https://{NAME}/")
    assert (refused.value.trouble, outgoing.is_on()) == (OutgoingTrouble.NOT_ALLOWED, False)


def test_a_name_that_leads_into_a_private_network_is_not_asked(settings):
    settings.OUTGOING_HOSTS = ["localhost.example", "localhost"]
    assert set(outgoing.addresses_of("localhost")) <= {"127.0.0.1", "::1"}
    # A clean link needs a dot in the name, so `localhost` is refused before its address is; the guard behind it is the same.
    assert not any(map(is_public_address, outgoing.addresses_of("localhost")))


# --- A real server ------------------------------------------------------------------------------------------------------------


class Answers(BaseHTTPRequestHandler):
    """What stands at each path. `asked` keeps the headers of each request."""

    asked: list[dict[str, str]] = []
    ends = threading.Event()

    def log_message(self, *_about):
        """Not to the output of tests."""

    def do_GET(self):
        type(self).asked.append({name.lower(): value for name, value in self.headers.items()})
        getattr(self, f"at_{self.path.strip('/').partition('?')[0] or 'root'}")()

    def say(self, status=200, body=b"hello", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def at_root(self):
        if self.headers.get("If-None-Match") == '"one"':
            self.say(304, b"")
        else:
            self.say(ETag='"one"', Last_Modified="Mon, 07 Aug 2028 09:00:00 GMT", Content_Type="text/calendar", Set_Cookie="seen=1")

    def at_elsewhere(self):
        self.say(302, b"", Location="http://169.254.169.254/")

    def at_missing(self):
        self.say(404)

    def at_unasked(self):
        self.say(304, b"")

    def at_packed(self):
        self.say(Content_Encoding="gzip")

    def at_large(self):
        self.say(body=b"x" * 5000)

    def at_mark(self):
        self.say(ETag="x" * 500)

    def at_endless(self):
        self.send_response(200)
        self.end_headers()
        while not self.ends.wait(0.02):
            self.wfile.write(b"x")

    def at_headless(self):
        while not self.ends.wait(0.02):
            self.wfile.write(b"X")
            self.wfile.flush()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("keys"), NAME)


@pytest.fixture
def server(keys):
    Answers.asked, Answers.ends = [], threading.Event()
    found = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found.handle_error = lambda *_about: None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*keys)
    # Whoever goes away during the handshake does so in the thread that closes the connection.
    found.socket = context.wrap_socket(found.socket, server_side=True, do_handshake_on_connect=False)
    running = threading.Thread(target=found.serve_forever, daemon=True)
    running.start()
    yield found
    Answers.ends.set()
    found.shutdown()
    found.server_close()
    running.join()


@pytest.fixture
def asked(server, keys):
    trusting = ssl.create_default_context(cafile=keys[0])

    def asking(path="", name=NAME, **more):
        return ask(f"https://{name}/{path}", at="127.0.0.1", port=server.server_port, **{"context": trusting} | more)

    return asking


def trouble(asking, *about, **more) -> OutgoingTrouble:
    with pytest.raises(NotRead) as refused:
        asking(*about, **more)
    return refused.value.trouble


def test_what_stands_there_is_read_by_the_name_of_the_host(asked):
    answer = asked("?a=1")
    assert (answer.body, answer.etag, answer.content_type) == (b"hello", '"one"', "text/calendar")
    [sent] = Answers.asked
    assert sent["host"].startswith(NAME)
    assert set(sent) == {"host", "accept-encoding", "user-agent"}


def test_the_second_time_it_is_asked_for_changes_and_no_cookie_goes_back(asked):
    first = asked()
    second = asked(etag=first.etag, last_modified=first.last_modified)
    assert (second.body, second.etag, second.last_modified) == (None, first.etag, first.last_modified)
    assert Answers.asked[1]["if-modified-since"] == "Mon, 07 Aug 2028 09:00:00 GMT"
    assert "cookie" not in Answers.asked[1]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("elsewhere", OutgoingTrouble.ELSEWHERE),
        ("missing", OutgoingTrouble.REFUSED),
        ("unasked", OutgoingTrouble.ELSEWHERE),
        ("packed", OutgoingTrouble.REFUSED),
    ],
)
def test_nothing_is_followed_elsewhere_or_unpacked(asked, path, said):
    assert trouble(asked, path) == said
    assert len(Answers.asked) == 1


def test_what_is_too_large_is_not_read_to_its_end(asked):
    assert trouble(asked, "large", most=4999) == OutgoingTrouble.TOO_LARGE
    assert len(asked("large", most=5000).body) == 5000


def test_an_answer_that_is_not_read_to_its_end_leaves_no_line_open(asked):
    before = trouble(asked, "large", most=10), trouble(asked, "missing"), trouble(asked, "endless", seconds=0.5)
    # A socket that nobody closed says so when it is collected, and fails this test.
    gc.collect()
    assert before == (OutgoingTrouble.TOO_LARGE, OutgoingTrouble.REFUSED, OutgoingTrouble.TOO_SLOW)


def test_a_mark_nobody_means_is_not_kept(asked):
    assert asked("mark").etag == ""


@pytest.mark.parametrize("path", ["endless", "headless"])
def test_what_drips_for_ever_is_cut_off(asked, path):
    assert trouble(asked, path, seconds=0.5) == OutgoingTrouble.TOO_SLOW


def test_a_host_with_another_name_is_not_trusted(asked):
    assert trouble(asked, name="other.example") == OutgoingTrouble.UNTRUSTED


def test_a_certificate_of_nobody_is_not_trusted(asked):
    assert trouble(asked, context=ssl.create_default_context()) == OutgoingTrouble.UNTRUSTED
    assert Answers.asked == []


def test_a_host_that_is_not_there_cannot_be_reached(keys):
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as gone:
        port = gone.server_port
    assert trouble(ask, f"https://{NAME}/", at="127.0.0.1", port=port) == OutgoingTrouble.UNREACHABLE
