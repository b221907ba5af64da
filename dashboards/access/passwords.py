"""Rules for passwords, as sentences that say what is missing."""

import secrets
import string

MIN_LENGTH = 10
LONG_ENOUGH = 20
MAX_LENGTH = 128
# Words that lists of common passwords begin with, and the product's own.
_COMMON = (
    "password", "passw0rd", "qwerty", "123456", "abcdef", "111111", "888888", "admin", "welcome", "letmein", "iloveyou",
    "shebao", "nanning", "woaini", "a1b2c3", "1qaz2wsx", "zaq12wsx",
)  # fmt: skip


def problem(password: str, login: str, display_name: str = "") -> str:
    """Why a password may not be used; an empty text when it may."""
    low = password.lower()
    if len(password) < MIN_LENGTH:
        return f"口令至少 {MIN_LENGTH} 个字符。"
    if len(password) > MAX_LENGTH:
        return f"口令至多 {MAX_LENGTH} 个字符。"
    if len(password) < LONG_ENOUGH and _classes(password) < 3:
        return f"口令须含大写字母、小写字母、数字、符号中的三类，或不少于 {LONG_ENOUGH} 个字符。"
    if len(set(low)) < 6:
        return "口令中不同的字符太少。"
    if (len(login) >= 3 and login.lower() in low) or (len(display_name) >= 2 and display_name.lower() in low):
        return "口令不能包含账号或姓名。"
    if any(word in low for word in _COMMON):
        return "口令包含常见的词或数字串，容易被猜到。"
    return ""


def _classes(password: str) -> int:
    return sum(
        (
            any(mark.islower() for mark in password),
            any(mark.isupper() for mark in password),
            any(mark.isdigit() for mark in password),
            any(not mark.isalnum() for mark in password),
        )
    )


def temporary() -> str:
    """A first password that keeps the rules: four groups of letters and digits, easy to read out."""
    marks = "".join(mark for mark in string.ascii_letters + string.digits if mark not in "0O1lI")
    while True:
        made = "-".join("".join(secrets.choice(marks) for _ in range(4)) for _ in range(4))
        if not problem(made, ""):
            return made
