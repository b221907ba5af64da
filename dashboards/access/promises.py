"""The text of the consent that a cadre signs, and its version: who signed another one is asked again."""

import hashlib

TITLE = "个人信息保护告知同意书"
# A changed text needs a new version here and in test_consent.py, which knows the digest of each.
VERSION = "2026年第1版"
PROMISES = (
    "认真遵守国家保密法律、法规和规章制度，履行保密义务；",
    "认真遵守本人工作单位与国家税务总局南宁市税务局的保密协议；",
    "认真遵守国家税务总局南宁市税务局其他各项安全保密的相关规定；",
    "数据使用范围仅限于辖区内城乡居民、灵活就业人员的数据核查和参保缴费指导工作；",
    "离岗时，对仍具有保密性的技术资料和数据信息履行保密义务。",
)


def text_sha256() -> str:
    """What tells one text from another."""
    return hashlib.sha256("\n".join((TITLE, *PROMISES)).encode()).hexdigest()
