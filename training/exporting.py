"""The judge as the file that is shipped: an ONNX graph written out node by node, its tables as eight-bit numbers.

Each row of the table of pieces keeps a scale of its own, and each run of 64 weights of a linear map (MatMulNBits of
onnxruntime, which rounds what comes in by runs too). Rounding by whole tensors made the file as small, its answers five
times as far from those of full precision, and let a text's answer depend on the texts beside it.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.encoder import EPSILON, LAYERS, PARTS, WIDTH, Judge

#: The engine cuts texts at so many pieces.
LONGEST = 128
#: So many weights of a linear map share a scale.
RUN = 64


class Graph:
    """Nodes and tables of a graph as they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.tables: list[onnx.TensorProto] = []

    def table(self, name: str, values: np.ndarray) -> str:
        """Add a constant; gives its name."""
        self.tables.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: list[str], name: str, **how: object) -> str:
        """Add a node with one output of its own name; gives the name."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **how))
        return name

    def split(self, name: str, given: str, parts: list[str]) -> None:
        """Cut the last axis into equal parts of these names."""
        self.nodes.append(helper.make_node("Split", [given], parts, name=name, axis=-1, num_outputs=len(parts)))


def _linear(g: Graph, had: dict[str, np.ndarray], at: str, given: str, name: str) -> str:
    weight = had[f"{at}.weight"]
    runs = weight.reshape(len(weight), -1, RUN)
    scale = np.maximum(np.abs(runs).max(2) / 127, 1e-12).astype(np.float32)
    small = (np.clip(np.rint(runs / scale[:, :, None]), -127, 127) + 128).astype(np.uint8)
    inputs = [given, g.table(f"{name}.weight", small), g.table(f"{name}.scale", scale)]
    how = {"K": weight.shape[1], "N": weight.shape[0], "bits": 8, "block_size": RUN, "accuracy_level": 4}
    times = g.add("MatMulNBits", inputs, f"{name}.times", domain="com.microsoft", **how)
    return g.add("Add", [times, g.table(f"{name}.bias", had[f"{at}.bias"])], name)


def _norm(g: Graph, had: dict[str, np.ndarray], at: str, given: str, name: str) -> str:
    scale, shift = g.table(f"{name}.scale", had[f"{at}.weight"]), g.table(f"{name}.shift", had[f"{at}.bias"])
    return g.add("LayerNormalization", [given, scale, shift], name, axis=-1, epsilon=EPSILON)


def _embedded(g: Graph, had: dict[str, np.ndarray]) -> str:
    rows = had["words.weight"]
    scale = np.abs(rows).max(1, keepdims=True) / 127
    g.table("words", np.clip(np.rint(rows / scale), -127, 127).astype(np.int8))
    g.table("words.scale", scale.astype(np.float32))
    small = g.add("Cast", [g.add("Gather", ["words", "input_ids"], "word.small")], "word.cast", to=TensorProto.FLOAT)
    word = g.add("Mul", [small, g.add("Gather", ["words.scale", "input_ids"], "word.scale")], "word")
    g.table("places", had["places.weight"][:LONGEST] + had["kind"])
    g.table("zero", np.array([0], np.int64))
    g.table("one", np.array([1], np.int64))
    g.table("two", np.array([2], np.int64))
    length = g.add("Slice", [g.add("Shape", ["input_ids"], "shape"), "one", "two"], "length")
    place = g.add("Slice", ["places", "zero", length, "zero"], "place")
    return _norm(g, had, "norm", g.add("Add", [word, place], "embedded"), "layer.in")


def _layer(g: Graph, had: dict[str, np.ndarray], at: int, x: str) -> str:
    n = f"layer.{at}"
    both = _linear(g, had, f"layers.{at}.qkv", x, f"{n}.qkv")
    parts = [f"{n}.{one}" for one in "qkv"]
    g.split(f"{n}.split", both, parts)
    turned = []
    for one, order in zip(parts, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True):
        turned.append(g.add("Transpose", [g.add("Reshape", [one, "parts"], f"{one}.cut")], f"{one}.turned", perm=order))
    met = g.add("Mul", [g.add("MatMul", turned[:2], f"{n}.met"), "root"], f"{n}.met.small")
    seen = g.add("Softmax", [g.add("Add", [met, "looked"], f"{n}.met.masked")], f"{n}.seen", axis=-1)
    drawn = g.add("MatMul", [seen, turned[2]], f"{n}.drawn")
    drawn = g.add("Transpose", [drawn], f"{n}.drawn.turned", perm=[0, 2, 1, 3])
    whole = _linear(g, had, f"layers.{at}.out", g.add("Reshape", [drawn, "whole"], f"{n}.drawn.whole"), f"{n}.out")
    x = _norm(g, had, f"layers.{at}.norm_attention", g.add("Add", [x, whole], f"{n}.first"), f"{n}.first.norm")
    up = g.add("Gelu", [_linear(g, had, f"layers.{at}.up", x, f"{n}.up")], f"{n}.gelu")
    down = _linear(g, had, f"layers.{at}.down", up, f"{n}.down")
    return _norm(g, had, f"layers.{at}.norm_out", g.add("Add", [x, down], f"{n}.second"), f"{n}.second.norm")


def graph(judge: Judge) -> onnx.ModelProto:
    """The whole graph; inputs and output as the engine expects."""
    had = {name: value.detach().float().numpy() for name, value in judge.state_dict().items()}
    g = Graph()
    g.table("parts", np.array([0, 0, PARTS, WIDTH // PARTS], np.int64))
    g.table("whole", np.array([0, 0, WIDTH], np.int64))
    g.table("root", np.array((WIDTH // PARTS) ** -0.5, np.float32))
    mask = g.add("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    less = g.add("Sub", [mask, g.table("full", np.array(1, np.float32))], "less")
    away = g.add("Mul", [less, g.table("far", np.array(1e4, np.float32))], "away")
    g.add("Unsqueeze", [away, g.table("axes", np.array([1, 2], np.int64))], "looked")
    x = _embedded(g, had)
    for at in range(LAYERS):
        x = _layer(g, had, at, x)
    weight = g.add("Unsqueeze", [mask, g.table("last", np.array([2], np.int64))], "weight")
    summed = g.add("ReduceSum", [g.add("Mul", [x, weight], "weighed"), "one"], "summed", keepdims=0)
    mean = g.add("Div", [summed, g.add("ReduceSum", [weight, "one"], "counted", keepdims=0)], "mean")
    apart = g.add("Add", [x, g.add("Unsqueeze", [away, "last"], "away.last")], "apart")
    most = g.add("ReduceMax", [apart, "one"], "most", keepdims=0)
    # The last map is tiny and decides: it keeps its precision.
    last = g.table("head.weight", had["head.weight"].T)
    times = g.add("MatMul", [g.add("Concat", [mean, most], "both", axis=-1), last], "head.times")
    g.add("Add", [times, g.table("head.bias", had["head.bias"])], "logits")
    heads = had["head.bias"].shape[0]
    both = ("input_ids", "attention_mask")
    ids = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in both]
    out = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", heads])]
    made = helper.make_graph(g.nodes, "judge", ids, out, g.tables)
    opset = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(made, opset_imports=opset, ir_version=9, producer_name="forethought")


def export(judge: Judge, folder: Path) -> str:
    """Write model.onnx (eight-bit) into the folder; gives its SHA-256."""
    onnx.save(graph(judge), folder / "model.onnx")
    return hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
