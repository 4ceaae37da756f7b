"""The words of TraceRoot's API: kinds of spans and names of integrations."""

from __future__ import annotations

from enum import Enum

__all__ = ["Integration", "SpanKind"]


class SpanKind(str, Enum):
    """What sort of work a span stands for."""

    SPAN = "span"
    AGENT = "agent"
    TOOL = "tool"
    LLM = "llm"
    EVALUATION = "evaluation"
    TASK = "task"
    SCORER = "scorer"

    def __str__(self) -> str:
        return self.value


class Integration(str, Enum):
    """A library whose calls are traced without a change in the program."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    LANGCHAIN = "langchain"
    GOOGLE_GENAI = "google_genai"
    CREWAI = "crewai"
    OPENAI_AGENTS = "openai_agents"
    LLAMA_INDEX = "llama_index"
    AGNO = "agno"
    GROQ = "groq"
    DSPY = "dspy"
    MISTRAL = "mistral"
    BEDROCK = "bedrock"
    AUTOGEN = "autogen"
    PYDANTIC_AI = "pydantic_ai"
    AGENT_FRAMEWORK = "agent_framework"
    GOOGLE_ADK = "google_adk"
    CLAUDE_AGENT_SDK = "claude_agent_sdk"

    def __str__(self) -> str:
        return self.value
