"""What is allowed: pure functions and tables; time is passed in."""
