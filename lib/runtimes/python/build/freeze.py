"""Run last by the build, before the memory is kept. Gets `needs` of preload.py and `process`, the namespace of python/process.py."""

import gc
import importlib
import json
import linecache
import re
import sys

hidden = process  # noqa: F821
sys.modules["__main__"].__dict__.clear()
# Nothing else refers to these, and they must outlive this script.
keep = hidden.keep = [hidden.start, hidden.finish, hidden]
keep.append(keep)

modules = []
for name, module in list(sys.modules.items()):
    # importlib's frozen core is part of the interpreter, though it names files.
    file = None if name.startswith("_frozen_") else getattr(module, "__file__", None)
    modules.append({"name": name, "file": file} if file else {"name": name})

manifest = {
    "start": id(hidden.start),
    "finish": id(hidden.finish),
    "modules": modules,
    "needs": {name: sorted(imported) for name, imported in needs.items()},  # noqa: F821
}
with open("/slipway/out/manifest.json", "w") as file:
    json.dump(manifest, file)

sys.dont_write_bytecode = False
re.purge()
linecache.clearcache()
importlib.invalidate_caches()
sys.path_importer_cache.clear()
sys._clear_internal_caches() if hasattr(sys, "_clear_internal_caches") else None
for _ in range(3):
    gc.collect()
gc.freeze()
