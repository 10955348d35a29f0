"""What the operator writes, each kind in one file: reports, statuses, events, metrics."""
