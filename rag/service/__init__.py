"""The guide in several processes: workers, logs, backups."""
