"""Stands in for Pillow's compiled core, which can't be loaded here. What Pillow does in Python works as it is: opening a file, its format, size,
mode and EXIF data, `verify()`; so Django's ImageField and forms do. Whatever needs the pixels themselves says that they are not to be had."""

from PIL._version import __version__ as PILLOW_VERSION

# zlib's strategies (zlib.h).
DEFAULT_STRATEGY, FILTERED, HUFFMAN_ONLY, RLE, FIXED = range(5)
HAVE_LIBJPEGTURBO = HAVE_MOZJPEG = HAVE_ZLIBNG = HAVE_LIBIMAGEQUANT = HAVE_XCB = False

_PIXELS = (
    "Pillow's {} needs its compiled core, which this machine has not: it reads format, size, mode and EXIF data of images "
    "(so ImageField works), and does not decode, change or write pixels."
)


def _missing(name):
    def function(*args, **kwargs):
        raise NotImplementedError(_PIXELS.format(name))

    function.__name__ = function.__qualname__ = name
    return function


def clear_cache(i=0):
    pass


set_alignment = set_block_size = set_blocks_max = clear_cache

for _name in (
    "new fill map_buffer new_arrow merge blend alpha_composite draw outline effect_mandelbrot effect_noise linear_gradient radial_gradient "
    "crc32 zip_decoder zip_encoder jpeg_decoder jpeg_encoder gif_decoder gif_encoder raw_decoder raw_encoder bit_decoder ppm_encoder"
).split():
    globals()[_name] = _missing(_name.replace("_", " of ", 1) if _name.endswith("coder") else _name)


def getcodecstatus(status):
    return None
