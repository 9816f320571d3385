"""The check runs every stage, and its last word is the tests'."""

import pytest

from bot import check


def test_stages_are_lint_format_and_types() -> None:
    assert [name for name, _ in check.STAGES] == ["lint", "format", "types"]


def test_failed_stage_holds_up_nothing_and_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "STAGES", (("broken", ("no_such_module",)), ("whole", ("this",))))
    assert check.main(["--version"]) == 1
    told = capfd.readouterr()
    assert "broken: failed in" in told.out
    assert "whole: passed in" in told.out
    assert "Failed before the tests: broken." in told.out
    assert told.out.splitlines()[-1].startswith("pytest ")


def test_check_passes_when_everything_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "STAGES", (("whole", ("this",)),))
    assert check.main(["--version"]) == 0


def test_failed_tests_fail_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "STAGES", ())
    assert check.main(["--no-such-option"]) == 1
