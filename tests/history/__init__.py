"""The store, and what is made of it."""
