"""Who may see what: accounts, sessions, roles and scopes, the access log."""
