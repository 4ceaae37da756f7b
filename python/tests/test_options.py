"""Settings from arguments and the environment: what wins, what is said of a broken one, where spans go."""

from __future__ import annotations

import pytest

import tracewood
from tracewood import _client, _options


def test_argument_wins_over_variable_over_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _options.resolve().timeout == 10.0
    monkeypatch.setenv("TRACEWOOD_TIMEOUT", "3")
    assert _options.resolve().timeout == 3.0
    assert _options.resolve(timeout=4).timeout == 4.0


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, "http://127.0.0.1:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel:4318/"}, "http://otel:4318/v1/traces"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t/own"},
            "http://t/own",
        ),
        ({"TRACEWOOD_ENDPOINT": "http://ours", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://otel"}, "http://ours/v1/traces"),
        ({"TRACEWOOD_ENDPOINT": "http://ours/v1/traces"}, "http://ours/v1/traces"),
    ],
)
def test_endpoint_comes_from_the_first_that_says(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert _options.resolve().url == url
    assert _options.resolve(endpoint="https://given:1/").url == "https://given:1/v1/traces"


def test_variables_of_opentelemetry_are_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "a=1,b=x%20y")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=n,deployment.environment.name=prod,team=t")
    options = _options.resolve(api_key="k")
    assert options.headers == {"a": "1", "b": "x y", "Authorization": "Bearer k"}
    assert (options.service_name, options.environment) == ("n", "prod")
    assert _client.resource(options)["team"] == "t"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "named")
    assert _options.resolve().service_name == "named"
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    assert _options.resolve().enabled is False


@pytest.mark.parametrize(
    ("variable", "value", "form"),
    [
        ("TRACEWOOD_TIMEOUT", "abc", "a number of seconds above 0 and up to 86400"),
        ("TRACEWOOD_TIMEOUT", "-1", "a number of seconds above 0 and up to 86400"),
        ("TRACEWOOD_FLUSH_AT", "1.5", "a whole number from 1 to 100000"),
        ("TRACEWOOD_ENABLED", "perhaps", "true or false"),
        ("TRACEWOOD_COMPRESSION", "brotli", "'auto', 'gzip' or 'none'"),
        ("TRACEWOOD_ENDPOINT", "localhost:4318", "an address such as http://127.0.0.1:4318"),
        ("TRACEWOOD_HEADERS", "no pair", "name=value pairs with commas between them"),
    ],
)
def test_broken_variable_is_warned_of_and_the_default_is_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, variable: str, value: str, form: str
) -> None:
    usual = _options.resolve()
    monkeypatch.setenv(variable, value)
    options = _options.resolve()
    assert all(getattr(options, name) == getattr(usual, name) for name in _options.Options.__slots__)
    assert f"{variable}='{value}' is not {form}" in caplog.text


@pytest.mark.parametrize(
    "broken",
    [{"timeout": 0}, {"flush_at": "many"}, {"enabled": "perhaps"}, {"endpoint": "nowhere"}, {"compression": "zip"}],
)
def test_broken_argument_raises_and_names_itself(broken: dict[str, object]) -> None:
    name = next(iter(broken))
    with pytest.raises(ValueError, match=f"^{name}="):
        tracewood.initialize(**broken)  # type: ignore[arg-type]


def test_unknown_option_raises() -> None:
    with pytest.raises(TypeError, match="unknown option 'colour'"):
        tracewood.initialize(colour="blue")


def test_settled_options_do_not_change() -> None:
    with pytest.raises(AttributeError, match="is settled"):
        _options.resolve().timeout = 1.0


def test_initialize_replaces_and_can_switch_off() -> None:
    tracewood.initialize(endpoint="http://127.0.0.1:9")
    tracewood.initialize(host_url="http://127.0.0.1:9", file=None)
    assert [each["name"] for each in tracewood.stats()["destinations"]] == ["tracewood"]
    tracewood.initialize(enabled=False)
    assert tracewood.stats()["destinations"] == []
