"""Amazon Bedrock through boto3: converse and invoke_model, whole and streamed, agents, retrieval; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(
    Recipe(
        "bedrock",
        libraries={"boto3": "boto3"},
        begin=openinference("bedrock:BedrockInstrumentor"),
        version_min="1.28.57",
    )
)
