"""DSPy traced by name: the module, its adapter, and the model call."""

from __future__ import annotations

import dspy

import tracewood

tracewood.initialize(integrations=["dspy"])
dspy.configure(lm=dspy.LM("openai/gpt-4o-mini", temperature=0.2, cache=False))
print(dspy.Predict("question -> answer")(question="What is the weather in Vienna?").answer)
