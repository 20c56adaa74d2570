"""A warning about a body that yields inside a timeout, a cancel scope or a task group.

Such a scope belongs to the task that entered it. While the body waits at the yield that task runs
the consumer, so that the scope would cancel the consumer. PEP 789 has the whole story.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from asyncgen._handlers import handlers, protected_from
from asyncgen.errors import ScopeWarning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from dis import Instruction
    from types import CodeType, FunctionType

_TIMEOUTS = ("move_on_after", "move_on_at", "fail_after", "fail_at")

SCOPES = {
    "asyncio": ("timeout", "timeout_at", "TaskGroup"),
    "trio": (*_TIMEOUTS, "CancelScope", "open_nursery"),
    "anyio": (*_TIMEOUTS, "CancelScope", "create_task_group"),
    "quattro": (*_TIMEOUTS, "CancelScope", "TaskGroup"),
    "async_timeout": ("timeout", "timeout_at"),
    "aiotools": ("TaskGroup", "PersistentTaskGroup"),
    "taskgroup": ("timeout", "timeout_at", "TaskGroup"),
}
"""The functions that make scopes, by package."""

_NAMES = frozenset(name for names in SCOPES.values() for name in names)


def warn_about_scopes(function: FunctionType) -> None:
    """Warn for each scope that `function`, an async generator function, yields in.

    The warning is reported at the decorators of the function.
    """
    code = function.__code__
    if not _mentions_scopes(function):
        return
    for scope, line in _scopes_around_yields(function):
        message = (
            f"{function.__qualname__} yields inside `{scope}` (line {line}), which would cancel its"
            " consumer: `@asyncgen.generator(isolated=True)` runs the body in a task of its own."
            " Under `@asynccontextmanager` it does no harm: ignore asyncgen.errors.ScopeWarning,"
            " or say isolated=True as well"
        )
        warnings.warn_explicit(
            message,
            ScopeWarning,
            code.co_filename,
            code.co_firstlineno,
            module=function.__module__,
            registry=function.__globals__.setdefault("__warningregistry__", {}),
        )


def _mentions_scopes(function: FunctionType) -> bool:
    """Tell whether a look at the bytecode is worth it."""
    if not _NAMES.isdisjoint(function.__code__.co_names):
        return True
    return any(_is_scope(_name_of(known)) for known in _outer_names(function).values())


def _scopes_around_yields(function: FunctionType) -> Iterator[tuple[str, int]]:
    """Give the name and the line of each scope that has a yield in it, once."""
    from dis import get_instructions  # noqa: PLC0415 -- rarely needed

    code = function.__code__
    instructions = list(get_instructions(code))
    known = {**_outer_names(function), **_imports(instructions)}
    seen: set[int] = set()
    for instruction in instructions:
        if not _is_yield(instruction):
            continue
        for handler in handlers(code, instruction.offset):
            if handler in seen:
                continue
            seen.add(handler)
            context = _context_expression(instructions, code, handler)
            dotted = _callee(context)
            if dotted and _is_scope(_resolve(dotted, known)):
                yield ".".join(dotted), _line(context)


def _is_yield(instruction: Instruction) -> bool:
    # The kind of the resumption is in the two lower bits: 1 is a yield, 3 is an await.
    return instruction.opname == "RESUME" and (instruction.arg or 0) & 3 == 1


def _context_expression(
    instructions: list[Instruction], code: CodeType, handler: int
) -> list[Instruction]:
    """Give what evaluates the context manager of a `with`, nothing if `handler` is of no `with`."""
    behind = [instruction for instruction in instructions if instruction.offset >= handler]
    if [instruction.opname for instruction in behind[:2]] != ["PUSH_EXC_INFO", "WITH_EXCEPT_START"]:
        return []
    before = protected_from(code, handler)
    ahead = [instruction for instruction in instructions if instruction.offset < before]
    while ahead and ahead[-1].opname not in _ENTER:
        ahead.pop()
    ahead = ahead[:-1]
    return [one for one in ahead if _is_within(one, ahead[-1])]


# What enters a context manager comes right behind the expression that gives it.
_ENTER = ("BEFORE_WITH", "BEFORE_ASYNC_WITH")


def _is_within(instruction: Instruction, expression: Instruction) -> bool:
    inner, outer = instruction.positions, expression.positions
    if inner is None or outer is None or inner.lineno is None or outer.lineno is None:
        return False
    return (outer.lineno, outer.col_offset or 0) <= (inner.lineno, inner.col_offset or 0) and (
        inner.end_lineno or 0,
        inner.end_col_offset or 0,
    ) <= (outer.end_lineno or 0, outer.end_col_offset or 0)


def _line(expression: list[Instruction]) -> int:
    positions = expression[0].positions
    return (positions and positions.lineno) or 0


def _callee(expression: list[Instruction]) -> list[str]:
    """Give the dotted name that the expression begins with."""
    dotted: list[str] = []
    for instruction in expression:
        if instruction.opname in ("LOAD_ATTR", "LOAD_METHOD") and dotted:
            dotted.append(instruction.argval)
        elif dotted:
            break
        elif instruction.opname.startswith(_LOADS):
            dotted.append(_variable(instruction))
    return dotted


_LOADS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FAST", "LOAD_DEREF")


def _imports(instructions: list[Instruction]) -> dict[str, str]:
    """Give the names that the function itself imports."""
    known: dict[str, str] = {}
    module = name = ""
    for instruction in instructions:
        if instruction.opname == "IMPORT_NAME":
            module = name = instruction.argval
        elif instruction.opname == "IMPORT_FROM":
            name = f"{module}.{instruction.argval}"
        elif instruction.opname.startswith("STORE_") and name:
            known[_variable(instruction)], name = name, ""
    return known


def _variable(instruction: Instruction) -> str:
    """Give the name that is loaded or stored, the first one where two instructions are one."""
    argument: Any = instruction.argval
    name: str = argument if isinstance(argument, str) else argument[0]
    return name


def _outer_names(function: FunctionType) -> dict[str, Any]:
    """Give what the names in the function are that it has from around it."""
    code = function.__code__
    scope = function.__globals__
    known = {name: scope[name] for name in code.co_names if name in scope}
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        with suppress(ValueError):  # it is bound later
            known[name] = cell.cell_contents
    return known


def _resolve(dotted: list[str], known: dict[str, Any]) -> str:
    """Give the full name of what `dotted` is; as it is written where that cannot be told."""
    found = known.get(dotted[0], dotted[0])
    for attribute in dotted[1:]:
        if isinstance(found, str):
            found = f"{found}.{attribute}"
        else:
            found = getattr(found, attribute, attribute)
    return _name_of(found)


def _name_of(found: object) -> str:
    if isinstance(found, str):
        return found
    return f"{getattr(found, '__module__', '')}.{getattr(found, '__qualname__', '')}"


def _is_scope(name: str) -> bool:
    package, _, rest = name.partition(".")
    return rest.rpartition(".")[2] in SCOPES.get(package, ())
