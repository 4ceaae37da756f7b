# How MutagenT's page starts with a key: code that must run unchanged, so it is kept as it stands there.
# ruff: noqa
# mypy: ignore-errors
# fmt: off
from mutagent.tracing import init_tracing

init_tracing(api_key="mt_xxxxxxxxxxxx")
