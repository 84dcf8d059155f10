"""Run by the build inside our interpreter: imports what the snapshot shall hold."""

import sys

sys.dont_write_bytecode = True
sys.path[:] = ["/usr/local/lib/python314.zip", "/usr/local/lib/python3.14", "/usr/local/lib/python3.14/lib-dynload", "/usr/local/lib/python3.14/site-packages"]

STANDARD = """
argparse ast asyncio base64 bisect calendar cmd code codeop collections.abc concurrent.futures contextlib contextvars copy csv dataclasses
datetime decimal difflib dis email.message email.mime.text email.mime.multipart email.policy email.utils enum errno fcntl filecmp fnmatch
fractions functools getpass gettext glob graphlib gzip hashlib heapq hmac html html.parser http.client http.cookies http.cookiejar
http.server importlib.metadata importlib.resources importlib.util inspect io ipaddress itertools json json.tool keyword linecache locale
logging logging.config logging.handlers lzma bz2 math mimetypes multiprocessing.util operator optparse os pathlib pickle pkgutil platform posixpath pprint
queue quopri random re reprlib runpy sched secrets select selectors shlex shutil signal site smtplib socket socketserver sqlite3
stat statistics string struct subprocess sysconfig tarfile tempfile textwrap threading time timeit token tokenize tomllib traceback types
typing unittest urllib.error urllib.parse urllib.request uuid venv warnings weakref wsgiref.simple_server
xml.dom.minidom xml.etree.ElementTree zipfile zlib zoneinfo _strptime _pydatetime stringprep encodings.idna encodings.latin_1
encodings.ascii encodings.utf_8 encodings.utf_16 encodings.cp437 pwd grp resource termios tty pty _colorize annotationlib compileall py_compile ctypes
concurrent.futures.thread rlcompleter ensurepip _sqlite3_shell
_pyrepl.console _pyrepl.unix_console _pyrepl.historical_reader _pyrepl.reader
_pyrepl.completing_reader _pyrepl.commands _pyrepl.input _pyrepl.keymap _pyrepl.trace _pyrepl.utils _pyrepl.unix_eventqueue _pyrepl.fancy_termios
_pyrepl.terminfo _pyrepl._module_completer _pyrepl.pager
"""

# Of _pyrepl, main and readline are not among them: they look at the terminal when they are imported.
PACKAGES = """
django django.core.management django.core.management.commands.runserver django.core.management.commands.migrate
django.core.management.commands.makemigrations django.core.management.commands.check django.core.management.commands.shell
django.core.management.commands.startproject django.core.management.commands.startapp django.core.management.commands.sqlmigrate
django.core.management.commands.showmigrations django.core.management.commands.dumpdata
django.core.management.commands.loaddata django.core.management.commands.diffsettings
django.contrib.auth.management.commands.createsuperuser
django.contrib.staticfiles.management.commands.runserver django.contrib.staticfiles.management.commands.collectstatic
django.contrib.staticfiles.management.commands.findstatic
django.contrib.sessions.management.commands.clearsessions
django.db.models django.db.backends.sqlite3.base django.db.backends.sqlite3.creation
django.db.migrations.autodetector django.db.migrations.executor django.db.migrations.questioner django.db.migrations.writer
django.contrib.staticfiles.handlers django.contrib.staticfiles.finders django.contrib.staticfiles.storage
django.core.servers.basehttp django.core.handlers.wsgi django.core.handlers.asgi django.template.loader django.template.defaulttags
django.template.defaultfilters django.template.loader_tags django.template.backends.django django.template.loaders.cached
django.template.loaders.filesystem django.template.loaders.app_directories django.templatetags.static django.templatetags.i18n
django.views.debug django.views.generic django.views.static django.views.defaults django.forms django.shortcuts
django.conf.urls.static django.conf.global_settings django.urls django.http django.middleware.security
django.middleware.common django.middleware.csrf django.middleware.clickjacking django.contrib.sessions.middleware
django.contrib.messages.middleware django.contrib.sessions.backends.db
django.contrib.messages.storage.fallback django.contrib.messages.context_processors django.contrib.auth.context_processors
django.template.context_processors django.contrib.auth.hashers django.contrib.auth.password_validation
django.utils.autoreload django.core.cache.backends.locmem django.core.mail.backends.smtp django.core.mail.backends.console
django.core.files.storage.filesystem django.core.serializers.json django.core.serializers.python django.contrib.admin.apps
django.contrib.auth.apps django.contrib.contenttypes.apps django.contrib.sessions.apps django.contrib.messages.apps
django.contrib.staticfiles.apps django.utils.translation.trans_real
flask flask.cli werkzeug.serving werkzeug.debug werkzeug._reloader werkzeug.test jinja2 jinja2.ext click itsdangerous markupsafe blinker
asgiref.sync asgiref.local sqlparse sqlparse.engine.grouping tzdata.zones
pip pip._internal pip._internal.cli.main pip._internal.commands.install pip._internal.commands.list pip._internal.commands.freeze
pip._internal.commands.show pip._internal.commands.uninstall pip._internal.commands.check pip._internal.commands.download
pip._internal.index.package_finder pip._internal.resolution.resolvelib.resolver pip._internal.operations.install.wheel
pip._internal.req.req_install pip._internal.network.session pip._vendor.rich.progress pip._vendor.rich.console pip._vendor.requests
pip._internal.operations.check pip._internal.metadata.importlib
""".replace("tzdata.zones", "tzdata")


def preload(names):
    import importlib

    for name in names.split():
        try:
            importlib.import_module(name)
        except Exception as error:
            print(f"slipway: {name} is not preloaded: {error!r}")


preload(STANDARD)
preload(PACKAGES)

# What each top-level module needs of others when it is imported: the import statements outside functions.
import dis
import types

needs = {}


def imports_of(code):
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME" and instruction.argval:
            yield instruction.argval.partition(".")[0]
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType) and not constant.co_flags & 0x02:  # CO_NEWLOCALS: a function
            yield from imports_of(constant)


for name, module in list(sys.modules.items()):
    spec = getattr(module, "__spec__", None)
    if spec is None or not getattr(module, "__file__", None) or not hasattr(spec.loader, "get_code"):
        continue
    top = name.partition(".")[0]
    code = spec.loader.get_code(spec.name)
    if code is not None:
        needs.setdefault(top, set()).update(imported for imported in imports_of(code) if imported != top)
