"""No file of the repository holds a machine's path, a private address or another thing that our lint refuses."""

import pytest

from common.lint import forbidden_in, house_problems
from common.paths import root


def test_the_repository_passes_the_house_checks():
    assert house_problems(root()) == []


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/main/x",
        "/" + "root/.venv",
        "/" + "home/somebody/x",
        "http://10" + ".1.2.3:8080",
        "--index" + "-url x",
        "<" * 7 + " HEAD",
    ],
)
def test_what_belongs_to_one_machine_is_refused(text):
    assert forbidden_in(text)


@pytest.mark.parametrize(
    "text", ["127.0.0.1:8501", "workspace/work", "version 10.2.3", "a / b", "network/", "rootfile"]
)
def test_what_is_common_is_not(text):
    assert not forbidden_in(text)
