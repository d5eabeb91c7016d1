"""Readers: apps and programs that may read persons' data, as people have set them up in subentries."""
