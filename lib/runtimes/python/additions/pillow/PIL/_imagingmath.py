"""Stands in for the compiled part of Pillow's ImageMath; what is not here is missing when it is used (`_imaging.py`)."""
