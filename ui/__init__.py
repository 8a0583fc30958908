"""The faces of the guide: web page, HTTP API, command line."""
