"""Tests of the readiness operator."""
