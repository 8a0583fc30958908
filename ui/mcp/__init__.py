"""The guide as an MCP server."""
