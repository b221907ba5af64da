"""A small identity provider for tests: a Starlette application with a key pair, that can be told to misbehave."""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "shebao", "a-secret-of-the-client"


class StandIn:
    """The provider: who signs in there, and what is wrong with its answers."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.says_issuer = issuer
        self.subject = "u-1001"
        self.claims: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.kid = "k1"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with: Any = self.key
        self.published = self.key.public_key()
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def application(self) -> Starlette:
        """Its four addresses."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._describe),
                Route("/jwks", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    def _describe(self, _: Request) -> Response:
        self.asked.append("description")
        return JSONResponse(
            {
                "issuer": self.says_issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks", "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        )  # fmt: skip

    def _keys(self, _: Request) -> Response:
        self.asked.append("keys")
        return JSONResponse(
            {"keys": [{**RSAAlgorithm.to_jwk(self.published, as_dict=True), "kid": self.kid, "use": "sig"}]}
        )

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return RedirectResponse(
            f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", status_code=302
        )

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        begun = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = _base64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            begun is None
            or request.headers.get("authorization") != f"Basic {basic}"
            or begun["code_challenge"] != challenge
            or begun["redirect_uri"] != form.get("redirect_uri")
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": self.subject, "nonce": begun["nonce"], "iat": now, "exp": now + 300,
            **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self._signed(claims)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.algorithm != "HS256":
            return jwt.encode(claims, self.signs_with, algorithm=self.algorithm, headers={"kid": self.kid})
        # By hand: the library refuses to take a public key for a shared secret, an attacker would not.
        head = {"alg": "HS256", "typ": "JWT", "kid": self.kid}
        text = ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
        return f"{text}.{_base64(hmac.new(self.signs_with, text.encode(), hashlib.sha256).digest())}"


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@contextmanager
def running(host: str = "127.0.0.1") -> Iterator[StandIn]:
    """The provider on a free port of this machine, under one of the machine's names."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stand_in = StandIn(f"http://{host}:{port}")
    server = uvicorn.Server(uvicorn.Config(stand_in.application(), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    assert server.started, "the stand-in provider did not start"
    try:
        yield stand_in
    finally:
        server.should_exit = True
        thread.join(10)
