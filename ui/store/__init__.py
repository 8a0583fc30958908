"""What a visitor keeps: conversations, a basket of citations, kits. `notebook.py` is the way in."""
