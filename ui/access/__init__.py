"""Who may do what. Reading order: `roles`, `tokens`, `sessions`, `policy`, then `guard`, which every request meets."""
