"""A real Home Assistant in a process of its own: for the demo and for the end-to-end tests."""

from .client import Client, HomeError, State
from .process import Home, HomeNotRunningError, free_port

__all__ = ["Client", "Home", "HomeError", "HomeNotRunningError", "State", "free_port"]
