"""A cadre's consent: signed by hand on a phone, handed back to the page, kept encrypted with the version of the text, shown to an administrator."""

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select, update

from common import keys as master
from dashboards.access import audit, keys, promises, signature, store
from dashboards.access.models import Account, Consent
from dashboards.access.roles import Role, User
from dashboards.access.shelf import Shelf
from dashboards.access.signature import Signature

# How long a square code can be signed with.
TICKET_SECONDS = 600

_tickets: Shelf[User] = Shelf("consent tickets")
_signed: Shelf[Signature] = Shelf("signatures")


class ConsentError(Exception):
    """Nothing was signed or shown; the message says why, in Chinese."""


def ticket(user: User) -> str:
    """What the square code carries: for one signature of this session."""
    made = secrets.token_urlsafe(24)
    _tickets.put(keys.digest(made), user, user, TICKET_SECONDS)
    return made


def is_open(user: User, made: str) -> bool:
    """Whether a ticket can still be signed with."""
    return _tickets.has(keys.digest(made), user)


def signer_of(made: str) -> User | None:
    """Whose name is to be signed with an open ticket: the phone that holds it is not signed in."""
    return _tickets.look(keys.digest(made))


def hand_in(made: str, signed: Signature) -> bool:
    """Hand a signature back to the page that made the ticket, which is used up; False when it was not open."""
    user = signer_of(made)
    # Of two phones with the same ticket one gets it.
    if user is None or _tickets.take(keys.digest(made), user) is None:
        return False
    _signed.put(keys.digest(made), user, signed, TICKET_SECONDS)
    return True


def collect(user: User, made: str) -> Signature | None:
    """The signature that was handed in; it is gone afterwards. None while there is none."""
    return _signed.take(keys.digest(made), user)


def give(user: User, signed: Signature, client: str = "") -> None:
    """Keep the signature; from now on the account is open, until the consent is withdrawn or its text is another."""
    plain, now = signed.dumps(), store.now()
    digest = hashlib.sha256(plain).hexdigest()
    with store.unit_of_work() as session:
        session.add(
            Consent(
                account_id=user.account_id, version=promises.VERSION, text_sha256=promises.text_sha256(), signed_at=now,
                signature=_cipher(create=True).encrypt(plain), signature_sha256=digest, client=client[:64],
            )
        )  # fmt: skip
        session.execute(
            update(Account)
            .where(Account.id == user.account_id)
            .values(consent_at=now, consent_by=user.login, consent_version=promises.VERSION)
        )
    audit.record_act(
        user, "consent_given", user.login, purpose=f"{promises.TITLE} {promises.VERSION}", what=f"签字 {digest[:16]}"
    )


def show(admin: User, account_id: int) -> Signature | None:
    """The signature of a consent that holds, for an administrator, which is logged; None when it was given without one."""
    if admin.role is not Role.ADMIN or admin.must_wait:
        audit.record_refusal(admin, "管理", "consent")
        raise ConsentError("您的岗位无权查看签字；本次操作已记入日志。")
    found = (
        select(Consent.signature, Account.login)
        .join(Account, Account.id == Consent.account_id)
        .where(Consent.account_id == account_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id.desc())
    )
    with store.unit_of_work() as session:
        row = session.execute(found.limit(1)).first()
    if row is None:
        return None
    audit.record_act(admin, "consent_seen", row.login, purpose="管理")
    try:
        return signature.read(_cipher().decrypt(row.signature))
    except (InvalidToken, master.KeyMissingError, signature.SignatureError):
        raise ConsentError("签字打不开：密钥已更换或文件已损坏，请联系运维人员。") from None


def _cipher(*, create: bool = False) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(master.derive("signature", create=create)))
