"""The commands of `ptce`."""
