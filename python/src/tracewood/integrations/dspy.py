"""DSPy: modules, predictors, adapters, retrievers and models; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(
    Recipe("dspy", libraries={"dspy": "dspy"}, begin=openinference("dspy:DSPyInstrumentor"), version_min="2.6.22")
)
