"""The web page: `page.py` holds the tabs together."""
