"""Google's `google-genai` for Gemini: content whole and streamed, embeddings, sync and async; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(
    Recipe(
        "google_genai",
        libraries={"google.genai": "google-genai"},
        begin=openinference("google_genai:GoogleGenAIInstrumentor"),
        version_min="1.0",
    )
)
