"""Judging workloads and telling what came out; pure."""
