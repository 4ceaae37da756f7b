"""`MutagentCallbackHandler` with the real LangChain and LangGraph: runs become spans, nested as they ran."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import openai
import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

import tracewood
from integrations.saying import ANSWER, QUESTION, USAGE, told
from mutagent.tracing.integrations.langchain import MutagentCallbackHandler
from mutagent_langgraph import MutagentCallbackHandler as GraphHandler
from providers.serving import N_EVENTS_BEFORE_TROUBLE
from tracewood import testing

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CHAT = {
    "name": "ChatOpenAI",
    "kind": "llm.chat",
    "asked": "gpt-4o-mini",
    "answered": "gpt-4o-mini-2024-07-18",
    "provider": "openai",
    "parameters": {"temperature": 0.2},
    "input": [{"role": "user", "content": QUESTION}],
    "output": {"role": "assistant", "content": ANSWER},
    "usage": USAGE,
    "finish": ["stop"],
    "tools": None,
    "first_token": False,
    "status": "unset",
    "message": "",
    "events": [],
}


@tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    with tracewood.span("look up", type="retrieval"):
        return f"sunny in {city}"


def model(**options: Any) -> ChatOpenAI:
    return ChatOpenAI(model="gpt-4o-mini", temperature=0.2, max_retries=0, **options)


def handled(handler: Any = None) -> Any:
    return {"callbacks": [handler or MutagentCallbackHandler()]}


def only(spans: testing.Recorder) -> dict[str, Any]:
    (span,) = spans.all()
    return told(span)


def test_chat_model_says_what_went_in_and_came_out(spans: testing.Recorder) -> None:
    model().invoke(QUESTION, config=handled())
    assert only(spans) == CHAT
    spans.clear()
    list(model(stream_usage=True).stream(QUESTION, config=handled()))
    assert only(spans) == {**CHAT, "first_token": True}


def test_tool_calls_and_definitions(spans: testing.Recorder) -> None:
    model().bind_tools([get_weather]).invoke(QUESTION, config=handled())
    said = only(spans)
    (call,) = said["output"].pop("tool_calls")
    assert call["function"] == {"name": "get_weather", "arguments": '{"city": "Vienna"}'}
    assert (said["tools"], said["finish"]) == ([TOOL], ["tool_calls"])


def test_chain_of_prompt_model_and_function_is_a_tree(spans: testing.Recorder) -> None:
    chain = ChatPromptTemplate.from_messages([("human", "{question}")]) | model() | RunnableLambda(len_of)
    with tracewood.span("around", type="agent"):
        assert chain.invoke({"question": QUESTION}, config=handled()) == len(ANSWER)
    names = ("ChatPromptTemplate", "ChatOpenAI", "len_of")
    kinds = ("chain", "llm.chat", "chain")
    steps = [{"name": n, "kind_original": k, "children": []} for n, k in zip(names, kinds, strict=True)]
    sequence = {"name": "RunnableSequence", "kind_original": "chain", "children": steps}
    assert spans.tree("kind_original") == [{"name": "around", "kind_original": "agent", "children": [sequence]}]
    assert spans.one("RunnableSequence")["output"] == len(ANSWER)


def len_of(message: AIMessage) -> int:
    return len(str(message.content))


def test_tools_and_retrievers_have_spans_by_hand_within(spans: testing.Recorder) -> None:
    class Shelf(BaseRetriever):
        def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
            return [Document(page_content=query.upper(), metadata={"page": 1})]

    get_weather.invoke({"city": "Vienna"}, config=handled())
    Shelf().invoke("vienna", config=handled())
    assert spans.tree("kind_original") == [
        {
            "name": "get_weather",
            "kind_original": "tool",
            "children": [{"name": "look up", "kind_original": "retrieval", "children": []}],
        },
        {"name": "Shelf", "kind_original": "retrieval", "children": []},
    ]
    weather, shelf = spans.one("get_weather"), spans.one("Shelf")
    assert (weather["input"], weather["output"]) == ({"city": "Vienna"}, "sunny in Vienna")
    assert shelf["output"][0]["page_content"] == "VIENNA"


def test_errors_are_recorded_where_they_happened(spans: testing.Recorder) -> None:
    chain = model(default_headers={"x-stub-fault": "500"}) | RunnableLambda(len_of)
    with pytest.raises(openai.InternalServerError):
        chain.invoke(QUESTION, config=handled())
    failed = {span["name"]: span["status"] for span in spans.all()}
    assert failed == {"ChatOpenAI": "error", "RunnableSequence": "error"}


class State(TypedDict, total=False):
    messages: list[Any]
    approved: bool


def graph(**compiled: Any) -> Any:
    def ask(state: State) -> State:
        return {"messages": [*state["messages"], model().bind_tools([get_weather]).invoke(state["messages"])]}

    def look(state: State) -> State:
        (call,) = state["messages"][-1].tool_calls
        return {"messages": [*state["messages"], get_weather.invoke(call)]}

    def approve(state: State) -> State:
        return {"approved": interrupt("may I?")}

    built = StateGraph(State)
    for name, node in (("ask", ask), ("look", look), ("approve", approve)):
        built.add_node(name, node)
    built.add_edge(START, "ask")
    built.add_edge("ask", "look")
    if compiled:
        built.add_edge("look", "approve")
        built.add_edge("approve", END)
    else:
        built.add_edge("look", END)
    return built.compile(name="weather graph", **compiled)


GRAPH = {
    "name": "weather graph",
    "kind_original": "graph",
    "children": [
        {
            "name": "ask",
            "kind_original": "node",
            "children": [{"name": "ChatOpenAI", "kind_original": "llm.chat", "children": []}],
        },
        {
            "name": "look",
            "kind_original": "node",
            "children": [
                {
                    "name": "get_weather",
                    "kind_original": "tool",
                    "children": [{"name": "look up", "kind_original": "retrieval", "children": []}],
                }
            ],
        },
    ],
}


def test_graph_and_its_nodes(spans: testing.Recorder) -> None:
    asked = {"messages": [HumanMessage(QUESTION)]}
    graph().invoke(asked, config=handled(GraphHandler()))
    assert spans.tree("kind_original") == [GRAPH]
    spans.clear()
    asyncio.run(graph().ainvoke(asked, config=handled(GraphHandler())))
    assert spans.tree("kind_original") == [GRAPH]
    spans.clear()
    list(graph().stream(asked, config=handled(GraphHandler()), stream_mode="updates"))
    assert spans.tree("kind_original") == [GRAPH]


def test_interrupted_graph_is_no_error_and_goes_on(spans: testing.Recorder) -> None:
    interrupted = graph(checkpointer=InMemorySaver())
    config = {**handled(GraphHandler()), "configurable": {"thread_id": "1"}}
    interrupted.invoke({"messages": [HumanMessage(QUESTION)]}, config=config)
    node = spans.one("approve")
    assert (node["kind_original"], node["status"]) == ("node", "unset")
    assert [event["name"] for event in node["events"]] == ["interrupted"]
    spans.clear()
    assert interrupted.invoke(Command(resume=True), config=config)["approved"] is True
    assert spans.tree("kind_original") == [
        {
            "name": "weather graph",
            "kind_original": "graph",
            "children": [{"name": "approve", "kind_original": "node", "children": []}],
        }
    ]


def test_parallel_runs_keep_their_parents(spans: testing.Recorder) -> None:
    handler = MutagentCallbackHandler()

    async def ask(number: int) -> None:
        with tracewood.span(f"question {number}", type="agent"):
            await model().ainvoke(QUESTION, config=handled(handler))

    async def main() -> None:
        await asyncio.gather(*(ask(number) for number in range(5)))

    asyncio.run(main())
    assert [len(root["children"]) for root in spans.tree()] == [1] * 5


def test_cancelled_and_abandoned_streams_are_ended(spans: testing.Recorder) -> None:
    for _ in model().stream(QUESTION, config=handled()):
        break
    (left,) = spans.all()
    assert left["output"] is None or left["status"] in ("unset", "error")
    spans.clear()

    async def main() -> None:
        began = asyncio.Event()

        async def read() -> None:
            # LangChain keeps a connection for each timeout, beyond the loop that it belongs to.
            stalled = model(default_headers={"x-stub-fault": "stalled-stream"}, timeout=29)
            n_chunks = 0
            async for _ in stalled.astream(QUESTION, config=handled()):
                n_chunks += 1
                # What `asyncio.wait_for` waits for must not come with the cancellation, which it then forgets (CPython
                # before 3.12, and LangChain waits for each chunk with it).
                if n_chunks == N_EVENTS_BEFORE_TROUBLE:
                    began.set()

        reader = asyncio.create_task(read())
        await asyncio.wait([reader, asyncio.ensure_future(began.wait())], return_when=asyncio.FIRST_COMPLETED)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader

    asyncio.run(main())
    said = only(spans)
    assert (said["status"], said["message"]) == ("error", "CancelledError")
