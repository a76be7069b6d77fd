# SPDX-License-Identifier: MIT
"""The interpreters of the conformance tests: a Python, a release of Twisted, today's recorder.

    python environments.py [PYTHON RELEASE]...      make them; prints the python of each

Environments are shared with tools/check_releases.py and lie under build/releases. The extension is
built for each Python by CMake, without the commands, and lies with the package under
build/conformance/packages; PYTHONPATH leads there (see `Interpreter.environment`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from check_releases import make_environment  # noqa: E402

RELEASES = ("22.4.0", "23.10.0", "24.11.0", "25.5.0", "26.10.0")
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")

#: Pairs that cannot be: 26.10 needs Python 3.10; 22.4 imports `imp` or fails to import on 3.12.
IMPOSSIBLE = frozenset((("3.9", "26.10.0"), ("3.12", "22.4.0"), ("3.13", "22.4.0")))


class Interpreter(NamedTuple):
    python: Path  # of the environment with Twisted
    packages: Path  # the folder with reactortrack

    @property
    def environment(self) -> dict[str, str]:
        return dict(os.environ, PYTHONPATH=str(self.packages))


def find_python(version: str) -> str | None:
    """python3.x on PATH, or one that pyenv has."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    installed = sorted(versions.glob(f"{version}.*/bin/python3"))
    if installed:
        return str(installed[-1])
    return shutil.which(f"python{version}")


def build_package(python: str, flags: str = "", name: str = "") -> Path:
    """The package with an extension for this interpreter: the folder that PYTHONPATH shall name."""
    version = subprocess.check_output(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], text=True
    ).strip()
    build = ROOT / "build" / f"recorder-{version}{name}"
    preset: list[str] = [f"-DCMAKE_CXX_FLAGS={flags}", f"-DCMAKE_C_FLAGS={flags}"] if flags else []
    subprocess.run(
        ["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
         "-DREACTORTRACK_CLI=OFF", f"-DPython_EXECUTABLE={python}", *preset],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    subprocess.run(
        ["cmake", "--build", build, "--target", "_recorder"], check=True, stdout=subprocess.DEVNULL
    )
    packages = ROOT / "build" / "conformance" / "packages" / f"{version}{name}"
    target = packages / "reactortrack"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "python" / "reactortrack", target)
    shutil.copy2(next((build / "recorder").glob("_recorder*.so")), target)
    return packages


def interpreter(version: str, release: str) -> Interpreter | None:
    """Nothing when there is no such Python here."""
    python = find_python(version)
    if python is None:
        return None
    packages = build_package(python)
    return Interpreter(make_environment(release, None, python) / "python", packages)


if __name__ == "__main__":
    words = sys.argv[1:]
    for each, release_wanted in zip(words[::2], words[1::2]):
        made = interpreter(each, release_wanted)
        print(each, release_wanted, made.python if made else "no such Python here")
