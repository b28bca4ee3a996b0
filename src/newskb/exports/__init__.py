"""Facts of the knowledge base become files that other programs load, one module for each family of formats."""
