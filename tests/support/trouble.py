"""Kills commands at random moments, again and again, and looks at what is left.

    python -m tests.support.trouble --work FOLDER [--minutes 10] [--seed 1] [--only pathful,build]
        [--crm FOLDER] [--postgres] [--real HOME]

Every trial begins with the same small home. A command is killed one to three times without
warning, each time before a random step (`trouble_entry`) or at a random moment; after each kill
the release must be whole, and no run may look as if it were at work. Then the command runs to its
end, and the home must hold what it holds where nobody killed it: nothing lost, nothing twice, no
litter. `pairs` starts two commands at once: one of them is told to wait, both are done in the end.
All the while somebody has the dashboard open.

Builds are played by `fake_build`, so that a trial takes seconds; with `--real` the home is a copy
of a demo's and dbt and the gate are the real ones. `--crm` is the folder `demo/salesforce` of a
demo: with it Salesforce is read too. With `--postgres` decisions are stored in a PostgreSQL server
that is started for it. The last lines count kills by command and stage, and failures; the exit code
is 1 when there was one.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

from polaris.deciding import decisions
from polaris.settings import load_settings
from tests.support import postgres, trouble_commands
from tests.support import trouble_home as homes
from tests.support.trouble_commands import Command
from tests.support.trouble_reader import Reader, forget

ENTRY = [sys.executable, "-m", "tests.support.trouble_entry"]
_MOST_KILLS = 3
_PATIENCE = 900.0
_MOST_FAILURES = 200


@dataclass
class Tally:
    """What the trials came to."""

    kills: collections.Counter[tuple[str, str]] = field(default_factory=collections.Counter)
    trials: collections.Counter[str] = field(default_factory=collections.Counter)
    failures: list[str] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)


@dataclass(frozen=True)
class Oracle:
    """What a command does where nobody kills it.

    Attributes:
        state: the home afterwards.
        steps: how many steps it takes, and how many of them on the names of files.
        seconds: how long it takes.
    """

    state: Mapping[str, object]
    steps: tuple[int, int]
    seconds: float


class Trials:
    """The trials of one folder."""

    def __init__(
        self,
        work: Path,
        kept: Path,
        environment: Mapping[str, str],
        seed: int,
        server: postgres.Server | None = None,
    ) -> None:
        self.server = server
        self.home = work / "home"
        self.kept = kept
        self.environment = {**environment, "POLARIS_HOME": str(self.home)}
        self.steps_file = work / "steps"
        self.parsed = work / "dbt_target"
        self.random = random.Random(seed)
        self.tally = Tally()
        self._oracles: dict[tuple[str, ...], Oracle] = {}

    def again(self) -> None:
        """Puts the home back as it was."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.kept, self.home)
        if self.server is not None:
            self.environment["POLARIS_DECISIONS_URL"] = self.server.database()
        if self.parsed.exists():
            shutil.copytree(self.parsed, self.home / "dbt_target", dirs_exist_ok=True)

    def start(self, command: Command, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*ENTRY, *command.arguments],
            env={**self.environment, **command.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def whole(self, command: Command, **environment: str) -> tuple[int, str]:
        """Runs a command to its end: its exit code and what it said on standard error."""
        process = self.start(command, **environment)
        _, said = process.communicate(timeout=_PATIENCE)
        return process.returncode, said

    def oracle(self, *commands: Command) -> Oracle:
        """What some commands come to one after the other, on a home as it was."""
        key = tuple(command.name for command in commands)
        if key not in self._oracles:
            self.again()
            for command in commands:
                self.prepare(command)
            began = time.monotonic()
            for command in commands:
                code, said = self.whole(command, TROUBLE_STEPS_FILE=str(self.steps_file))
                if code != 0:
                    raise SystemExit(f"{command.name} fails untroubled ({code}): {said}")
            seconds = time.monotonic() - began
            steps, of_files = map(int, self.steps_file.read_text(encoding="utf-8").split())
            if "TROUBLE_REAL" in self.environment:  # dbt parses a home at a new place anew, once
                shutil.copytree(self.home / "dbt_target", self.parsed, dirs_exist_ok=True)
            self._oracles[key] = Oracle(self.state(), (steps, of_files), seconds)
        return self._oracles[key]

    def prepare(self, command: Command) -> None:
        """What has to stand in the home before a command makes sense; nothing, for a first one."""
        if command.is_first:
            shutil.rmtree(self.home)
            return
        for before in command.before:
            code, said = self.whole(before)
            if code != 0:
                raise SystemExit(f"{before.name}, needed by {command.name}, fails: {said}")

    def kill(self, command: Command, oracle: Oracle) -> str | None:
        """Starts a command and kills it; the stage it was at, None where it ended before."""
        way = self.random.choices(("step", "step of files", "moment"), (3, 4, 3))[0]
        steps = oracle.steps[way == "step of files"]
        at = 0 if way == "moment" else self.random.randint(1, max(1, steps))
        on = "files" if way == "step of files" else "all"
        process = self.start(command, TROUBLE_DIE_AT=str(at), TROUBLE_DIE_ON=on)
        if way == "moment":
            try:
                process.communicate(timeout=self.random.uniform(0.1, 1.0) * oracle.seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        process.communicate(timeout=_PATIENCE)
        if process.returncode != -signal.SIGKILL:
            return None
        stage = homes.stage(self.home)
        self.tally.kills[command.name, stage] += 1
        return f"{stage}, {way}" + (f" {at} of {steps}" if at else "")

    def killed(self, command: Command) -> None:
        """One trial: some kills, then the command to its end."""
        oracle = self.oracle(command)
        self.again()
        self.prepare(command)
        before = homes.releases(self.home)
        told = []
        with self.reader() as reader:
            for _ in range(self.random.randint(1, _MOST_KILLS)):
                told.append(self.kill(command, oracle))
                for problem in homes.problems_after_kill(self.home, before):
                    self.fail(command.name, told, problem)
            code, said = self.whole(command)
            if code == 2 and command.then:
                code, said = self.whole(Command(command.name, command.then))
        for problem in reader.problems:
            self.fail(command.name, told, problem)
        if code not in command.codes_again:
            self.fail(command.name, told, f"the next run ends with {code}: {said}")
        elif "Traceback" in said:
            self.fail(command.name, told, f"the next run shows a traceback: {said}")
        elif code == 0 or command.done_when_refused:
            self.compare(command.name, told, oracle.state)
        self.tally.trials[command.name] += 1

    def pair(self, one: Command, other: Command) -> None:
        """Two commands at once: whoever is told to wait does so, and both are done."""
        name = f"{one.name} + {other.name}"
        oracle = self.oracle(one, other)
        self.again()
        for command in (one, other):
            self.prepare(command)
        codes = {}
        with self.reader() as reader:
            running = {command.name: (command, self.start(command)) for command in (one, other)}
            for command, process in running.values():
                _, said = process.communicate(timeout=_PATIENCE)
                codes[command.name] = process.returncode
                if process.returncode not in {0, 4} or "Traceback" in said:
                    self.fail(name, [command.name], f"ends with {process.returncode}: {said}")
        for problem in reader.problems:
            self.fail(name, list(map(str, codes.values())), problem)
        for command in (one, other):
            if codes[command.name] == 4:
                code, said = self.whole(command)
                if code != 0:
                    self.fail(name, [command.name], f"ends with {code} when alone: {said}")
        self.compare(name, list(map(str, codes.values())), oracle.state)
        self.tally.trials[name] += 1

    def state(self) -> dict[str, object]:
        """What the home and the store of decisions hold."""
        forget()
        decided = decisions.read_all(load_settings(self.environment))
        rows = [(one.action, one.subject_key, str(one.payload)) for one in decided]
        return homes.state(self.home) | {"decisions": sorted(rows)}

    def reader(self) -> Reader:
        """Somebody who has the dashboard open."""
        self.tally.readers.append(Reader(load_settings(self.environment)))
        return self.tally.readers[-1]

    def compare(self, name: str, told: list[str | None], expected: Mapping[str, object]) -> None:
        found = self.state()
        for part in sorted({*expected, *found}):
            if expected.get(part) != found.get(part):
                text = f"{part} is {found.get(part)!r:.300}, not {expected.get(part)!r:.300}"
                self.fail(name, told, text)
        for problem in homes.litter(self.home):
            self.fail(name, told, problem)

    def fail(self, name: str, told: list[str | None], problem: str) -> None:
        text = f"{name} killed at [{'; '.join(item or 'its end' for item in told)}]: {problem}"
        self.tally.failures.append(text)
        sys.stdout.write(f"FAILURE {text}\n")
        sys.stdout.flush()


def main() -> int:
    """Runs trials until the time is over; 1 when something was lost, doubled or left."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--crm", type=Path)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name[:3] != "SF_"}
    environment |= {"POLARIS_USER": "jordan", "POLARIS_LOGICAL_DATE": homes.TODAY.isoformat()}
    sheet = given.work.absolute() / "files" / "sheet.csv"
    with (
        trouble_commands.crm_of(given.crm) as crm,
        trouble_commands.sheet_of(sheet) as google,
        postgres.server() if given.postgres else nullcontext() as server,
    ):
        environment |= crm | google
        if given.real:
            environment |= {"TROUBLE_REAL": "1", "POLARIS_LOGICAL_DATE": trouble_commands.DEMO_DAY}
        kept = given.real or homes.make(given.work / "kept")
        trials = Trials(given.work.absolute(), kept, environment, given.seed, server)
        commands = trouble_commands.commands(
            given.work.absolute(), kept, has_crm=bool(crm), real=given.real
        )
        with suppress(KeyboardInterrupt):  # what was tried until then is told all the same
            _loop(trials, commands, given.minutes, [n for n in given.only.split(",") if n])
    return _told(trials.tally)


def _loop(trials: Trials, commands: Mapping[str, Command], minutes: float, only: list[str]) -> None:
    end = time.monotonic() + 60 * minutes
    names = [name for name in commands if not only or name in only]
    pairs = (not only or "pairs" in only) and "TROUBLE_REAL" not in trials.environment
    number = 0
    while time.monotonic() < end and len(trials.tally.failures) < _MOST_FAILURES:
        if pairs and number % 5 == 4:
            one, other = trials.random.sample([n for n in commands if commands[n].pairs], 2)
            trials.pair(commands[one], commands[other])
        elif names:
            trials.killed(commands[names[number % len(names)]])
        number += 1


def _told(tally: Tally) -> int:
    for (name, stage), count in sorted(tally.kills.items()):
        sys.stdout.write(f"{count:5} kills of {name} at {stage}\n")
    sys.stdout.write(
        f"{sum(tally.trials.values())} trials, {sum(tally.kills.values())} kills, "
        f"{sum(reader.looks for reader in tally.readers)} looks of open pages, "
        f"{len(tally.failures)} failures\n"
    )
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
