"""C and C++: the compiler's run, which turns a hostile source into a program, and the program's own.

The compiler may read the system's tools and libraries, and write one small folder; the program may read and execute
what lies in that folder, and, where it is not linked statically, the system's libraries. A server for these languages
is a server of its own: Python's children have no such rights.
"""

import glob
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import landlock, wire

COMPILERS = {"c": ("gcc", "cc", "clang"), "cpp": ("g++", "c++", "clang++")}
_FLAGS = {"c": ["-std=gnu17"], "cpp": ["-std=gnu++17"]}
_SUFFIX = {"c": ".c", "cpp": ".cpp"}
_SYSTEM = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/etc/alternatives", "/etc/ld.so.cache")
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_LOADERS = ("/lib/ld-*", "/lib64/ld-*", "/lib/*/ld-*", "/usr/lib/ld-*")
_PATH = "/usr/local/bin:/usr/bin:/bin"
_FOLDER_BYTES = 64 << 20
_READ = landlock.READ_FILE | landlock.READ_DIR


def find_compiler(language: str) -> str | None:
    """The compiler's path, None where there is none."""
    found = (shutil.which(name, path=_PATH) for name in COMPILERS[language])
    return next((str(Path(path).resolve()) for path in found if path), None)


class Toolchain:
    """The folder in which one program at a time is compiled and run."""

    def __init__(self, namespaced: bool) -> None:
        self.folder = Path("/work" if namespaced else tempfile.mkdtemp(prefix="tracemill-sandbox-"))
        self._static = _links_statically()
        self._compilers = {language: find_compiler(language) for language in COMPILERS}

    def shown(self) -> list[str]:
        return [path for path in _SYSTEM if Path(path).exists()]

    def writable(self) -> dict[str, int]:
        return {str(self.folder): _FOLDER_BYTES}

    def own(self, run_id: int | None) -> None:
        """Give the folder to those who will work in it, where it is not a mount of theirs."""
        if run_id is not None:
            os.chown(self.folder, run_id, run_id)

    def compile_rights(self) -> dict[str, int]:
        rights = dict.fromkeys(self.shown(), _READ | landlock.EXECUTE)
        rights[str(self.folder)] = landlock.ALL_FILE_RIGHTS
        return {path: _fitting(path, allowed) for path, allowed in rights.items()}

    def run_rights(self) -> dict[str, int]:
        rights = {str(self.folder): _READ | landlock.EXECUTE}
        if not self._static:
            rights |= dict.fromkeys(_LIBRARIES, _READ)
            loaders = (path for pattern in _LOADERS for path in glob.glob(pattern))  # noqa: PTH207
            rights |= dict.fromkeys(loaders, landlock.READ_FILE | landlock.EXECUTE)
        return {path: _fitting(path, allowed) for path, allowed in rights.items()}

    def clear(self) -> None:
        """Before a compilation: nothing of the program before it stays."""
        for entry in self.folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink()

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def compile(self, requests: int, language: str) -> None:
        """In the child, behind the compiler's walls: become the compiler of the source that the request brings."""
        frame = wire.read_frame(requests)
        compiler = self._compilers[language]
        if frame is None or compiler is None:
            os._exit(3)
        source = self.folder / f"main{_SUFFIX[language]}"
        source.write_bytes(frame[2])
        os.chdir(self.folder)
        command = [compiler, "-O2", "-w", "-pipe", *_FLAGS[language], *(["-static"] if self._static else [])]
        environment = {"PATH": _PATH, "TMPDIR": str(self.folder), "LC_ALL": "C"}
        os.execve(compiler, [*command, "-o", "program", source.name, "-lm"], environment)

    def run(self) -> None:
        """In the child, behind the program's walls: become the program."""
        os.execve(self.folder / "program", ["program"], {})


def _links_statically() -> bool:
    compiler = find_compiler("c") or find_compiler("cpp")
    if compiler is None:
        return False
    found = subprocess.run([compiler, "-print-file-name=libc.a"], capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()).is_absolute()


def _fitting(path: str, rights: int) -> int:
    """Only rights that a file can have, where it is one."""
    return rights if Path(path).is_dir() else rights & (landlock.EXECUTE | landlock.READ_FILE | landlock.WRITE_FILE)
