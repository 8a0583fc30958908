"""The HTTP API: `server.py` holds the routers together."""
