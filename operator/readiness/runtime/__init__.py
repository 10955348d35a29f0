"""What keeps the operator turning: queues, pace, what it asks of the API server; asyncio, no I/O library."""
