"""The sources of the guide: reading documents and cutting them into evidence."""
