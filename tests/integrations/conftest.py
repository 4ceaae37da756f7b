"""What the tests of integrations share: the stand-ins of every model API, and the variables that lead clients there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.openai_api import every_api
from providers.serving import running
from tracewood import testing

# What the published clients read of the environment to find their API.
ADDRESSES = {
    "OPENAI_BASE_URL": "/v1",
    "OPENAI_API_BASE": "/v1",
    "ANTHROPIC_BASE_URL": "",
    "GOOGLE_GEMINI_BASE_URL": "",
    "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "",
    "GROQ_BASE_URL": "",
    "MISTRAL_BASE_URL": "",
}
KEYS = {
    "OPENAI_API_KEY": "sk-local",
    "ANTHROPIC_API_KEY": "sk-local",
    "GEMINI_API_KEY": "local",
    "GOOGLE_API_KEY": "local",
    "GROQ_API_KEY": "local",
    "MISTRAL_API_KEY": "local",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(name="stubs", scope="session")
def running_stubs() -> Iterator[str]:
    with running(every_api()) as root:
        yield root


def environment_for(root: str) -> dict[str, str]:
    """The variables that lead every client to the stand-ins, with keys that mean nothing."""
    return KEYS | {name: root + path for name, path in ADDRESSES.items()}


@pytest.fixture(autouse=True)
def leading_to_stubs(stubs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_for(stubs).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def spans() -> Iterator[testing.Recorder]:
    with testing.recorder() as recorder:
        yield recorder
