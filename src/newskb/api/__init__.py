"""Questions over HTTP become answers."""
