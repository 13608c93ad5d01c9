"""A model server that predicts flight delays: `python -m model_server`."""
