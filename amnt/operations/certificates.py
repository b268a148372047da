"""The TLS certificate that the site shows to browsers."""

import socket
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509


def valid_until(site: str, *, timeout: float = 5) -> datetime | None:
    """Until when the certificate of this site is valid, an aware datetime in UTC; None without TLS, or where nobody answers.

    site -- an address that begins with https://. An expired certificate is read as well, so it is not verified here: browsers do that.
    """
    address = urlsplit(site)
    if address.scheme != "https" or not address.hostname:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((address.hostname, address.port or 443), timeout=timeout) as connection,
            context.wrap_socket(connection, server_hostname=address.hostname) as wrapped,
        ):
            shown = wrapped.getpeercert(binary_form=True)
    except OSError:
        return None
    return x509.load_der_x509_certificate(shown).not_valid_after_utc if shown else None
