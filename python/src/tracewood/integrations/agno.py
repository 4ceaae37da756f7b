"""Agno: agents, teams, workflows, tools and models; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(Recipe("agno", libraries={"agno": "agno"}, begin=openinference("agno:AgnoInstrumentor")))
