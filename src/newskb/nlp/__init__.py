"""An article becomes the facts that its text states."""
