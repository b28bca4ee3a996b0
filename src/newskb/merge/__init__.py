"""Facts of many articles become events, stories, quote groups and claim groups."""
