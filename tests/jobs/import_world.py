"""One import in a process of its own, to be killed: ``python -m tests.jobs.import_world URL FOLDER WORKERS``."""

import sys

from newskb.jobs.imports import run_import
from newskb.settings import Settings
from tests.jobs.light_extractor import make_light


def main() -> None:
    url, folder, workers = sys.argv[1:]
    settings = Settings(database_url=url, batch_size=3, workers=int(workers))

    def tell(progress):
        print(progress.stage, progress.articles, flush=True)

    summary = run_import([folder], settings=settings, progress=tell, extractor=make_light)
    print("done", summary.articles, flush=True)


if __name__ == "__main__":
    main()
