"""The preview's page in a real browser: Debian's Chromium, driven by the keyboard where a person could be."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Page, async_playwright, expect

from bot.preview.play import Play
from bot.preview.web import HOST, PagePlay, application
from bot.settings import load_settings
from tests.bot.preview.drafts import DRAFT, save, write_draft

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]
PHONE, DESK = (390, 844), (1280, 800)
ROOT_NEEDS = ["--no-sandbox"] if os.geteuid() == 0 else []  # as root, which CI may be, Chromium has no sandbox


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Play, str]]:
    """Serve the page of a draft; without Rasa, whose part is tested by itself."""
    played = PagePlay(Play(write_draft(tmp_path), load_settings({"ROOFTOP_DATA": str(tmp_path / "data")}, None)))
    await played.look()
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        config = uvicorn.Config(application(played), log_config=None, timeout_graceful_shutdown=1, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        following = asyncio.create_task(played.follow())
        try:
            yield played.play, f"http://{HOST}:{listening.getsockname()[1]}/"
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            server.should_exit = True
            await serving


@pytest.fixture(params=[(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
async def page(served: tuple[Play, str], request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """Open the page; it may ask nobody but its own server, and complain of nothing."""
    (width, height), scheme = request.param
    asked, complaints = [], []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ROOT_NEEDS)
        opened = await browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        opened.on("request", lambda one: asked.append(one.url))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda told: complaints.append(told.text) if told.type in {"error", "warning"} else None)
        await opened.goto(served[1])
        await expect(opened.get_by_role("log")).to_contain_text("What is one small step?")
        yield opened
        await browser.close()
    assert asked
    assert [url for url in asked if not url.startswith(served[1])] == []
    assert [one for one in complaints if "409" not in one] == []  # the browser tells of the question whether to replace


async def write(page: Page, text: str) -> None:
    await page.get_by_label("What a student would write").fill(text)
    await page.keyboard.press("Enter")


async def test_lesson_is_played_by_the_keyboard_and_the_focus_stays(page: Page) -> None:
    await write(page, "ring my aunt")
    log = page.get_by_role("log")
    await expect(log).to_contain_text("understood as own words, taken as the answer")
    await expect(page.get_by_label("What a student would write")).to_be_focused()
    await expect(page.locator("[aria-current=step]")).to_contain_text("sure")
    await expect(page.locator("#kept")).to_contain_text("ring my aunt")
    await page.get_by_role("button", name="Not so sure").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[aria-current=step]")).to_contain_text("which")
    await expect(page.get_by_role("group", name="Buttons").get_by_role("button").first).to_be_focused()
    assert await page.locator(".bubble.student").all_text_contents() == ["You: ring my aunt", "You: Not so sure"]


async def test_saved_draft_goes_on_at_the_same_step(page: Page, served: tuple[Play, str]) -> None:
    await write(page, "dunno really")
    await expect(page.get_by_role("log")).to_contain_text("in two minutes")
    save(served[0].file, DRAFT.replace("in two minutes", "in one minute"))
    await expect(page.get_by_role("log")).to_contain_text("in one minute")
    await expect(page.locator("[aria-current=step]")).to_contain_text("smaller")


async def test_error_is_announced_with_its_line_and_goes_when_it_is_mended(page: Page, served: tuple[Play, str]) -> None:
    alert = page.locator("#trouble")
    await expect(alert).to_be_hidden()
    save(served[0].file, DRAFT.replace("go: smaller", "go: smeller"))
    await expect(alert).to_contain_text("The last good version goes on.")
    await expect(page.locator("#problems")).to_contain_text("Line 15")
    save(served[0].file, DRAFT)
    await expect(alert).to_be_hidden()


async def test_record_is_written_and_asks_before_it_replaces(page: Page, served: tuple[Play, str]) -> None:
    for told in ("Recorded in", "Replace it?"):
        await page.get_by_role("button", name="Record …").click()
        await page.get_by_label("A short name").fill("straight")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text(told)).to_be_visible()
    assert served[0].path_of("straight").is_file()
    await page.get_by_role("button", name="Replace").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.get_by_role("button", name="Record …")).to_be_focused()


async def test_record_is_cautioned_against_where_a_line_was_not_read(page: Page) -> None:
    await write(page, "ring my aunt")
    await expect(page.locator(".understood.unread")).to_have_count(1)
    await page.get_by_role("button", name="Record …").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Careful: a line was not read")
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Restart").click()
    await expect(page.locator(".bubble.student")).to_have_count(0)
    await page.get_by_role("button", name="Record …").click()
    await expect(page.get_by_role("dialog")).not_to_contain_text("Careful")


async def test_restart_empties_the_log(page: Page) -> None:
    await write(page, "ring my aunt")
    await expect(page.locator(".bubble.student")).to_have_count(1)
    await page.get_by_role("button", name="Restart").click()
    await expect(page.locator(".bubble.student")).to_have_count(0)
    await expect(page.get_by_role("log")).to_contain_text("What is one small step?")


async def test_nothing_is_wider_than_the_screen_and_the_question_is_in_sight(page: Page) -> None:
    await write(page, "averyverylongwordwithoutanyspace" * 12)
    await expect(page.locator(".bubble.student")).to_have_count(1)
    wide, screen = await page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= screen
    await expect(page.locator(".bubble.coach").last).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Very sure")).to_be_in_viewport()


async def test_every_part_of_the_page_has_a_name_for_a_screen_reader(page: Page) -> None:
    await expect(page.get_by_role("main")).to_have_count(1)
    await expect(page.get_by_role("banner")).to_have_count(1)
    await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    for name in ("Chat", "Problems", "Steps", "Kept"):
        await expect(page.get_by_role("region", name=name)).to_have_count(1)
    nameless = [one for one in await page.get_by_role("button").all() if not (await one.inner_text()).strip()]
    assert nameless == []
