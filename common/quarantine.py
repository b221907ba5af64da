"""What the reasons for which a row waits in quarantine are called."""

REASONS = {
    "null_key": "主键为空",
    "not_a_date": "不是日期",
    "not_a_time": "不是时间",
    "not_a_number": "不是数字",
    "amount_does_not_fit": "金额放不下或精度不符",
    "nul_byte": "含空字符",
    "wrong_encoding": "编码有误",
    "text_too_long": "文本过长",
    "duplicate_key": "主键相同、内容不同",
}


def reason_word(reason: object) -> str:
    """A reason in Chinese; an unknown one as it is."""
    return REASONS.get(str(reason), str(reason))
