"""The yardstick: one page, made by Flask and Jinja and nothing else."""
