"""Makes an image while it is imported, for which there is no core here (_imaging.py); `Image.init()` goes on without a plugin that can't be had."""

raise ImportError("Pillow writes Palm's images with its compiled core, which this machine has not")
