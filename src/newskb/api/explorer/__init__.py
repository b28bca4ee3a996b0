"""Web pages, made on the server, for looking at articles, events, actors, quotes and claims with their evidence."""
