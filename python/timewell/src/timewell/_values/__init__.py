"""Values, instants and rows, between Python, Arrow and the contract."""
