"""Facts become rows, and questions become queries."""
