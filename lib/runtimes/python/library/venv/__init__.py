"""
Virtual environment (venv) package for Python. Based on PEP 405.

The layout, the options and pyvenv.cfg are those of https://docs.python.org/3/library/venv.html.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import types

__all__ = ["EnvBuilder", "create", "main"]

_TEMPLATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scripts")


class EnvBuilder:
    """
    Creates an environment. `create(env_dir)` does it step by step; each step can be overridden.
    """

    def __init__(self, system_site_packages=False, clear=False, symlinks=True, upgrade=False, with_pip=False, prompt=None, upgrade_deps=False, *, scm_ignore_files=frozenset()):
        self.system_site_packages = system_site_packages
        self.clear = clear
        self.symlinks = symlinks
        self.upgrade = upgrade
        self.with_pip = with_pip
        self.prompt = os.path.basename(os.getcwd()) if prompt == "." else prompt
        self.upgrade_deps = upgrade_deps
        self.scm_ignore_files = frozenset(map(str.lower, scm_ignore_files))

    def create(self, env_dir):
        """Create a virtual environment in a directory."""
        context = self.ensure_directories(os.path.abspath(env_dir))
        for scm in self.scm_ignore_files:
            getattr(self, f"create_{scm}_ignore_file")(context)
        self.create_configuration(context)
        self.setup_python(context)
        if self.with_pip:
            self._setup_pip(context)
        if not self.upgrade:
            self.setup_scripts(context)
            self.post_setup(context)
        if self.upgrade_deps:
            self.upgrade_dependencies(context)

    def ensure_directories(self, env_dir):
        """Create the directories for the environment; returns what the other steps need to know of it."""
        if os.pathsep in os.fspath(env_dir):
            raise ValueError(f"Refusing to create a venv in {env_dir} because it contains the PATH separator {os.pathsep}.")
        if os.path.lexists(env_dir) and not os.path.isdir(env_dir):
            raise ValueError(f"Unable to create directory {env_dir!r}")
        if self.clear and os.path.isdir(env_dir):
            for entry in os.scandir(env_dir):
                shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.remove(entry.path)
        context = types.SimpleNamespace()
        context.env_dir = env_dir
        context.env_name = os.path.basename(env_dir)
        context.prompt = self.prompt if self.prompt is not None else context.env_name
        context.executable = os.path.realpath(sys._base_executable)
        context.python_dir, context.python_exe = os.path.split(sys._base_executable)
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        context.inc_path = os.path.join(env_dir, "include", version)
        context.lib_path = os.path.join(env_dir, "lib", version, "site-packages")
        context.bin_name = "bin"
        context.bin_path = os.path.join(env_dir, "bin")
        context.env_exe = os.path.join(context.bin_path, context.python_exe)
        context.env_exec_cmd = context.env_exe
        for folder in (env_dir, context.inc_path, context.lib_path, context.bin_path):
            os.makedirs(folder, exist_ok=True)
        link = os.path.join(env_dir, "lib64")
        if sys.maxsize > 2**32 and not os.path.lexists(link):
            os.symlink("lib", link)
        return context

    def create_git_ignore_file(self, context):
        """Keep the environment out of git."""
        path = os.path.join(context.env_dir, ".gitignore")
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as file:
                file.write("# Created by venv; see https://docs.python.org/3/library/venv.html\n*\n")

    def create_configuration(self, context):
        """Write pyvenv.cfg, by which Python knows that it stands in an environment."""
        context.cfg_path = os.path.join(context.env_dir, "pyvenv.cfg")
        command = [context.executable, "-m", "venv"]
        for wanted, option in (
            (self.system_site_packages, "--system-site-packages"),
            (self.clear, "--clear"),
            (self.upgrade, "--upgrade"),
            (not self.with_pip, "--without-pip"),
            (self.prompt is not None, f'--prompt="{self.prompt}"'),
        ):
            if wanted:
                command.append(option)
        command.append(context.env_dir)
        lines = [
            f"home = {context.python_dir}",
            f"include-system-site-packages = {str(self.system_site_packages).lower()}",
            f"version = {'.'.join(map(str, sys.version_info[:3]))}",
        ]
        if self.prompt is not None:
            lines.append(f"prompt = {self.prompt!r}")
        lines += [f"executable = {context.executable}", f"command = {' '.join(command)}"]
        with open(context.cfg_path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")

    def setup_python(self, context):
        """Link the interpreter into the environment."""
        names = {context.python_exe, "python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}"}
        first = context.python_exe
        for name in [first, *sorted(names - {first})]:
            path = os.path.join(context.bin_path, name)
            if os.path.lexists(path):
                continue
            if name != first:
                os.symlink(first, path)
            elif self.symlinks:
                os.symlink(os.path.join(context.python_dir, first), path)
            else:
                shutil.copyfile(context.executable, path)
                os.chmod(path, 0o755)

    def _setup_pip(self, context):
        subprocess.check_output([context.env_exec_cmd, "-m", "ensurepip", "--upgrade", "--default-pip"], stderr=subprocess.STDOUT)

    def setup_scripts(self, context):
        """Install the scripts that activate the environment."""
        self.install_scripts(context, _TEMPLATES)

    def install_scripts(self, context, path):
        """Install the files of a folder, with the environment's values for the names in them."""
        for name in sorted(os.listdir(path)):
            with open(os.path.join(path, name), encoding="utf-8") as file:
                text = self.replace_variables(file.read(), context)
            with open(os.path.join(context.bin_path, name), "w", encoding="utf-8") as file:
                file.write(text)

    def replace_variables(self, text, context):
        """Put the environment's values, quoted for a shell, where the names stand."""
        for name, value in {
            "__VENV_DIR__": context.env_dir,
            "__VENV_NAME__": context.env_name,
            "__VENV_PROMPT__": context.prompt,
            "__VENV_BIN_NAME__": context.bin_name,
            "__VENV_PYTHON__": context.env_exe,
        }.items():
            text = text.replace(name, shlex.quote(value))
        return text

    def post_setup(self, context):
        """For subclasses: called at the end."""

    def upgrade_dependencies(self, context):
        """Upgrade pip in the environment."""
        subprocess.check_call([context.env_exec_cmd, "-m", "pip", "install", "--upgrade", "pip"])


def create(env_dir, system_site_packages=False, clear=False, symlinks=False, with_pip=False, prompt=None, upgrade_deps=False, *, scm_ignore_files=frozenset()):
    """Create a virtual environment in a directory."""
    EnvBuilder(system_site_packages, clear, symlinks, with_pip=with_pip, prompt=prompt, upgrade_deps=upgrade_deps, scm_ignore_files=scm_ignore_files).create(env_dir)


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(
        prog="venv",
        description="Creates virtual Python environments in one or more target directories.",
        epilog="Once an environment has been created, you may wish to activate it, e.g. by sourcing an activate script in its bin directory.",
    )
    parser.add_argument("dirs", metavar="ENV_DIR", nargs="+", help="A directory to create the environment in.")
    parser.add_argument("--system-site-packages", default=False, action="store_true", dest="system_site", help="Give the virtual environment access to the system site-packages dir.")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--symlinks", default=True, action="store_true", dest="symlinks", help="Try to use symlinks rather than copies, when symlinks are not the default for the platform.")
    kind.add_argument("--copies", default=True, action="store_false", dest="symlinks", help="Try to use copies rather than symlinks, even when symlinks are the default for the platform.")
    parser.add_argument("--clear", default=False, action="store_true", dest="clear", help="Delete the contents of the environment directory if it already exists, before environment creation.")
    parser.add_argument("--upgrade", default=False, action="store_true", dest="upgrade", help="Upgrade the environment directory to use this version of Python, assuming Python has been upgraded in-place.")
    parser.add_argument("--without-pip", dest="with_pip", default=True, action="store_false", help="Skips installing or upgrading pip in the virtual environment (pip is bootstrapped by default)")
    parser.add_argument("--prompt", help="Provides an alternative prompt prefix for this environment.")
    parser.add_argument("--upgrade-deps", default=False, action="store_true", dest="upgrade_deps", help="Upgrade core dependencies (pip) to the latest version in PyPI")
    parser.add_argument("--without-scm-ignore-files", dest="scm_ignore_files", action="store_const", const=frozenset(), default=frozenset(["git"]), help="Skips adding SCM ignore files to the environment directory (Git is supported by default).")
    options = parser.parse_args(args)
    if options.upgrade and options.clear:
        raise ValueError("you cannot supply --upgrade and --clear together.")
    builder = EnvBuilder(options.system_site, options.clear, options.symlinks, options.upgrade, options.with_pip, options.prompt, options.upgrade_deps, scm_ignore_files=options.scm_ignore_files)
    for folder in options.dirs:
        builder.create(folder)
