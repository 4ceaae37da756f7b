"""Groq's client: chat completions, sync and async; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(Recipe("groq", libraries={"groq": "groq"}, begin=openinference("groq:GroqInstrumentor")))
