"""A passkey made of software, so that log-ins and their counters are real without a browser."""

import json
import secrets
from hashlib import sha256

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

HOST = "testserver"
PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class SoftPasskey:
    """counter -- what it says next; a synced passkey always says 0"""

    def __init__(self, user, *, counter: int = 0):
        self.user = user
        self.counter = counter
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.identity = secrets.token_bytes(16)

    def client_data(self, kind: str, challenge: str) -> bytes:
        return CollectedClientData.create(type=kind, challenge=challenge, origin=f"http://{HOST}")

    def created(self, question: dict) -> str:
        """What the browser sends when this passkey is added."""
        client_data = self.client_data("webauthn.create", question["challenge"])
        attested = AttestedCredentialData.create(Aaguid(b"\0" * 16), self.identity, ES256.from_cryptography_key(self.key.public_key()))
        flags = PRESENT_AND_VERIFIED | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(HOST.encode()).digest(), flags, self.counter, attested)
        answer = {
            "clientDataJSON": websafe_encode(client_data),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self.sent(answer, clientExtensionResults={"credProps": {"rk": True}})

    def used(self, question: dict) -> str:
        """What the browser sends when it is asked for."""
        client_data = self.client_data("webauthn.get", question["challenge"])
        data = AuthenticatorData.create(sha256(HOST.encode()).digest(), PRESENT_AND_VERIFIED, self.counter)
        signature = self.key.sign(data + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        answer = {
            "clientDataJSON": websafe_encode(client_data),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(user_pk_to_url_str(self.user).encode()),
        }
        return self.sent(answer, clientExtensionResults={})

    def sent(self, response: dict, **more) -> str:
        name = websafe_encode(self.identity)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response, **more})

    # --- The pages ---

    def add(self, client, name: str = "Blue key"):
        """On the page that adds one; it may ask "is this you?" first."""
        page = client.get(reverse("mfa_add_webauthn"))
        if page.status_code != 200:
            return page
        question = page.context["js_data"]["creation_options"]["publicKey"]
        return client.post(reverse("mfa_add_webauthn"), {"name": name, "passwordless": "on", "credential": self.created(question)})

    def log_in(self, client, **extra):
        """Without address and password."""
        question = client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
        answer = self.used(question["request_options"]["publicKey"])
        return client.post(reverse("mfa_login_webauthn"), {"credential": answer}, **extra)

    def second_step(self, client, **extra):
        page = client.get(reverse("mfa_authenticate"))
        answer = self.used(page.context["js_data"]["request_options"]["publicKey"])
        return client.post(reverse("mfa_authenticate"), {"credential": answer}, **extra)

    def confirm(self, client):
        page = client.get(reverse("mfa_reauthenticate_webauthn"))
        answer = self.used(page.context["js_data"]["request_options"]["publicKey"])
        return client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": answer})
