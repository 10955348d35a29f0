"""Checks to come, by what they ask: tables of plans."""

from readiness.checks.plans import api, health, observability, performance, refusals, transport

PLANNED = (health, performance, observability, api, transport, refusals)
