"""The whole thing: a real Home Assistant, a real socket, a real browser."""
