"""The tables of docs/explanation/model-card.md, written between its marks from model.json: page and model agree."""

import json
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "model-card.md"


def tables(card: dict) -> dict[str, str]:
    """Each table by the name of its mark."""
    posts, reports = card["figures"]["posts"], card["figures"]["reports"]
    strangers = posts["strangers"]
    kinds = [
        "| Kind | Dev posts | Found | Right of those named | F1 | Look again from | Do not post from |",
        "|" + "---|" * 7,
    ]
    for kind, one in posts["kinds"].items():
        look, stop = card["thresholds"]["look"][kind], card["thresholds"]["stop"][kind]
        kinds.append(f"| {kind} | {one['posts']} | {one['found']} | {one['right']} | {one['f1']} | {look} | {stop} |")
    whole = [
        "| Figure, per cent | Dev | Goal on the hidden set |",
        "|---|---|---|",
        f"| Macro-F1 over thirteen kinds ({posts['posts']} posts) | {posts['macro_f1']} | 55 |",
        f"| Any finding on a violating post | {posts['any_finding_on_violating']} | 75 |",
        f"| Innocuous posts flagged | {posts['innocuous_flagged']} | at most 3 |",
        f"| Any finding on a violating post by strangers ({strangers['posts']} posts) "
        f"| {strangers['any_finding_on_violating']} | 75 |",
        f"| Innocuous posts by strangers flagged | {strangers['innocuous_flagged']} | at most 3 |",
        f"| Urgent reports found, with the certain phrases ({reports['reports']}) | {reports['urgent_found']} | 97 |",
        f"| Routine reports called urgent, with them | {reports['routine_called_urgent']} | at most 20 |",
        f"| Urgent reports found by the model alone | {reports['urgent_found_without_phrases']} | |",
    ]
    hate = ["| Set | Rows | Hate found | Not hate kept | Macro-F1 |", "|---|---|---|---|---|"]
    for name, one in card["figures"]["hate"].items():
        hate.append(
            f"| {name} | {one['rows']} | {one.get('yes_found', '–')} | {one['no_kept']} | {one.get('macro_f1', '–')} |"
        )
    inputs = ["| Input | SHA-256, its first sixteen letters |", "|---|---|"]
    inputs += [f"| `{Path(name).name}` | `{value[:16]}` |" for name, value in card["inputs"].items()]
    model = [f"`model.onnx`: SHA-256 `{card['sha256']}`."]
    versions = ", ".join(f"{name} {value}" for name, value in card["versions"].items())
    model += ["", f"Made with seed {card['seed']} and {versions}."]
    return {"kinds": "\n".join(kinds), "whole": "\n".join(whole), "hate": "\n".join(hate), "inputs": "\n".join(inputs),
            "model": "\n".join(model)}  # fmt: skip


def write(folder: Path, page: Path = PAGE) -> None:
    """Put the tables of the model in `folder` into the page."""
    card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    text = page.read_text(encoding="utf-8")
    for name, table in tables(card).items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, rest = text.split(start)
        text = before + start + table + "\n" + end + rest.split(end)[1]
    page.write_text(text, encoding="utf-8")
