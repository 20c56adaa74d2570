"""A generator that fetches pages, one at a time, while the program does other things."""

import asyncio
from collections.abc import AsyncIterator

import asyncgen


@asyncgen.generator
async def fetch_pages(pages: int) -> AsyncIterator[dict[str, int | str]]:
    """Yield each page as soon as it is there."""
    for page in range(1, pages + 1):
        print(f"Fetching page {page}...")
        await asyncio.sleep(0.5)
        yield {"page": page, "data": f"Content {page}"}


async def main() -> None:
    """Process three pages."""
    async for page in fetch_pages(3):
        print(f"Processing: {page}")


if __name__ == "__main__":
    asyncio.run(main())
