"""Signing in through an identity provider (OpenID Connect, code flow with PKCE): what it says is verified, and matched to an account of ours."""

import base64
import hashlib
import hmac
import os
import secrets
import threading
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from dashboards.access import keys
from dashboards.access.shelf import Shelf

# A sign-in that is not finished by then is begun anew.
PENDING_SECONDS = 600.0
# One address cannot push out the sign-ins of others; beyond that the oldest falls.
MOST_PENDING, MOST_PENDING_AT_ONE_ADDRESS = 10_000, 200
# How long the provider's own description and keys are believed.
KNOWN_SECONDS = 3600.0
# Signatures with a key pair only: with a shared secret, whoever can check could also sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
_SETTINGS = ("issuer", "client_id", "client_secret", "address", "claim", "scope", "name")
_LEEWAY = 60
_TIMEOUT = 10.0
_LONGEST = 255


class OidcError(Exception):
    """Nobody is signed in. `reason` is a short code for the log; it never holds what the provider said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Provider:
    """The provider as configured."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    address: str
    """The dashboard's own address as browsers see it, without a path; the provider sends people back there."""
    claim: str = "sub"
    scope: str = "openid"
    name: str = "统一身份认证"

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to; to be registered there."""
        return f"{self.address}/oidc/back"


def provider() -> Provider | None:
    """The provider: SHEBAO_OIDC_FILE (TOML), single settings from SHEBAO_OIDC_<NAME>; None when there is none."""
    file = os.environ.get("SHEBAO_OIDC_FILE")
    try:
        found: dict[str, Any] = tomllib.loads(Path(file).read_text(encoding="utf-8")) if file else {}
    except (OSError, ValueError):
        raise OidcError("not configured: the file cannot be read") from None
    found = {name: value for name, value in found.items() if name in _SETTINGS}
    for name in _SETTINGS:
        given = os.environ.get(f"SHEBAO_OIDC_{name.upper()}")
        if given:
            found[name] = given
    if not found.get("issuer"):
        return None
    missing = [name for name in ("client_id", "client_secret", "address") if not found.get(name)]
    if missing:
        raise OidcError(f"not configured: {' '.join(missing)}")
    made = Provider(
        **{name: str(value).rstrip("/") if name == "address" else str(value) for name, value in found.items()}
    )
    for address in (made.issuer, made.address):
        _must_be_safe(address)
    if "openid" not in made.scope.split():
        raise OidcError("not configured: scope without openid")
    return made


def _must_be_safe(address: str) -> None:
    """Https, but for this machine itself."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
        raise OidcError("not configured: an address without https")


def outside_hash(identity: str) -> str:
    """How the store knows somebody's identity at the provider, which may be an id number: by a keyed digest."""
    return hmac.new(keys.secret("oidc_key", "SHEBAO_OIDC_KEY"), identity.strip().encode(), hashlib.sha256).hexdigest()


# Beginning


@dataclass(frozen=True)
class _Pending:
    """A sign-in that was begun: bound to one browser, good for one answer."""

    browser: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


_lock = threading.Lock()
_pending: Shelf[_Pending] = Shelf("sign-ins begun", most=MOST_PENDING)
_known: dict[str, tuple[float, dict[str, Any]]] = {}


def begin(to: Provider, client: str = "") -> tuple[str, str]:
    """The provider's address to send the browser to, and the secret that the browser keeps as a cookie meanwhile."""
    state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
    endpoint = str(_description(to)["authorization_endpoint"])
    _pending.put(
        keys.digest(state), client, _Pending(keys.digest(browser), nonce, verifier), PENDING_SECONDS,
        most_of_one=MOST_PENDING_AT_ONE_ADDRESS,
    )  # fmt: skip
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": to.client_id, "redirect_uri": to.redirect_uri, "scope": to.scope, "state": state,
        "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", browser


def finish(to: Provider, browser: str, state: str, code: str) -> str:
    """The identity that the provider vouches for; a state works once, and only in the browser that began."""
    begun = _pending.take(keys.digest(state))
    if begun is None:
        raise OidcError("unknown state")
    if not hmac.compare_digest(begun.browser, keys.digest(browser)):
        raise OidcError("other browser")
    if not code:
        raise OidcError("no code")
    claims = _verified(to, _token(to, code, begun.verifier), begun.nonce)
    identity = claims.get(to.claim)
    if not isinstance(identity, str) or not identity.strip() or len(identity) > _LONGEST:
        raise OidcError("no claim")
    return identity.strip()


# Asking the provider


def _token(to: Provider, code: str, verifier: str) -> str:
    description = _description(to)
    sent = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": to.redirect_uri, "code_verifier": verifier,
        "client_id": to.client_id,
    }  # fmt: skip
    methods = description.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    basic = "client_secret_basic" in methods
    if not basic:
        sent["client_secret"] = to.client_secret
    try:
        auth = httpx.BasicAuth(to.client_id, to.client_secret) if basic else None
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, auth=auth) as client:
            answer = client.post(str(description["token_endpoint"]), data=sent)
            token = answer.json().get("id_token") if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError, AttributeError):
        # What the provider said may hold a code or a token: it is not passed on.
        raise OidcError("provider unreachable") from None
    if not isinstance(token, str):
        raise OidcError("no token")
    return token


def _verified(to: Provider, token: str, nonce: str) -> dict[str, Any]:
    """The claims of an id token that the provider signed for us, just now, for this sign-in."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        claims = jwt.decode(
            token, key=_key(to, kid), algorithms=list(ALGORITHMS), audience=to.client_id, issuer=to.issuer, leeway=_LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )  # fmt: skip
    except jwt.PyJWTError:
        raise OidcError("bad token") from None
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise OidcError("bad nonce")
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in claims) and claims.get("azp") != to.client_id:
        raise OidcError("bad token")
    return claims


def _key(to: Provider, kid: str | None) -> jwt.PyJWK:
    """The provider's key of this id, asked for again once when it is new."""
    address = str(_description(to)["jwks_uri"])
    for fresh in (False, True):
        found = [
            key
            for key in jwt.PyJWKSet.from_dict(_document(address, fresh=fresh))
            if key.public_key_use in (None, "sig")
        ]
        named = [key for key in found if key.key_id == kid] if kid is not None else found
        if len(named) == 1:
            return named[0]
    raise OidcError("unknown key")


def _description(to: Provider) -> dict[str, Any]:
    found = _document(f"{to.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != to.issuer:
        raise OidcError("other issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _must_be_safe(str(found.get(name) or ""))
    return found


def _document(address: str, *, fresh: bool = False) -> dict[str, Any]:
    now = time.monotonic()
    with _lock:
        kept = _known.get(address)
    if kept is not None and not fresh and kept[0] > now:
        return kept[1]
    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
            answer = client.get(address)
            answer.raise_for_status()
            found = answer.json()
    except (httpx.HTTPError, ValueError):
        raise OidcError("provider unreachable") from None
    if not isinstance(found, dict):
        raise OidcError("provider unreachable")
    with _lock:
        _known[address] = (now + KNOWN_SECONDS, found)
    return found


def forget() -> None:
    """Let go of everything that is remembered; for tests."""
    _pending.clear()
    with _lock:
        _known.clear()
