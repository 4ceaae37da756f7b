"""Anthropic's Claude Agent SDK: queries, the turns of a client, and their tools; by OpenInference."""

from __future__ import annotations

from tracewood.integrations._recipe import Recipe, openinference, register

RECIPE = register(
    Recipe(
        "claude_agent_sdk",
        libraries={"claude_agent_sdk": "claude-agent-sdk"},
        begin=openinference("claude_agent_sdk:ClaudeAgentSDKInstrumentor"),
        version_min="0.1.45",
    )
)
