"""Long work: imports, reprocessing, and the executors they run on."""
