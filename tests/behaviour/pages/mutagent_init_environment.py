# How MutagenT's page starts with the key of the environment: code that must run unchanged, so it is kept as it stands there.
# ruff: noqa
# mypy: ignore-errors
# fmt: off
import os
from mutagent.tracing import init_tracing

init_tracing(api_key=os.environ["MUTAGENT_API_KEY"])
