"""The guide as an MCP server, on standard input and output or at `/mcp` of the HTTP server.

The low-level server of the library is used, because the other one sets up the logging of the whole process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from rag.errors import ExtraMissing, GuideError
from rag.guide import Guide
from ui.mcp.tools import TOOLS, Tool, call
from ui.texts import clients as texts

try:
    from mcp import types
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel import Server
    from mcp.server.stdio import stdio_server
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
except ImportError as error:
    raise ExtraMissing(texts.MCP, "mcp") from error

PATH = "/mcp"


def create(guide: Guide) -> Server[Any]:
    """An MCP server over `guide`; a client that asks for it is told how far an answer has come."""

    async def list_tools(context: object, parameters: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in TOOLS])

    async def call_tool(
        context: ServerRequestContext[Any], parameters: types.CallToolRequestParams
    ) -> types.CallToolResult:
        steps, loop = count(1), asyncio.get_running_loop()

        def tell(message: str) -> None:
            told = context.session.report_progress(next(steps), None, message)
            asyncio.run_coroutine_threadsafe(told, loop).result()

        try:
            result = await run_in_threadpool(call, guide, parameters.name, parameters.arguments or {}, tell)
        except GuideError as error:
            return types.CallToolResult(content=[types.TextContent(text=str(error))], is_error=True)
        return types.CallToolResult(content=[types.TextContent(text=result.text)], structured_content=result.data)

    return Server(
        "guide-ptce", title=texts.MCP_TITLE, instructions=texts.MCP_INSTRUCTIONS,
        on_list_tools=list_tools, on_call_tool=call_tool,
    )  # fmt: skip


def run_stdio(guide: Guide) -> None:
    """Serves on standard input and output, until the input ends."""

    async def serve() -> None:
        server = create(guide)
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    asyncio.run(serve())


class Endpoint:
    """The route `/mcp`: each request stands alone, so that any worker process can answer it."""

    def __init__(self, guide: Guide) -> None:
        self._server = create(guide)
        self._sessions: StreamableHTTPSessionManager | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; the application must be running."""
        if not self._sessions:
            raise RuntimeError("the application was not started")
        await self._sessions.handle_request(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What must be open while requests are answered."""
        self._sessions = StreamableHTTPSessionManager(self._server, stateless=True, json_response=True)
        async with self._sessions.run():
            yield
        self._sessions = None


def mount(app: FastAPI, guide: Guide) -> None:
    """Adds `/mcp` to `app`, which opens and closes it with itself."""
    endpoint = Endpoint(guide)
    app.router.routes.append(Route(PATH, endpoint=endpoint, include_in_schema=False))
    former = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with endpoint.running(), former(app) as state:
            yield state

    app.router.lifespan_context = lifespan


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.arguments.model_json_schema(),
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )
