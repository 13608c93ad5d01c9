"""Models that are logged with MLflow, and found again."""
