"""How many faces a picture shows, with one small model. They are counted; nobody is recognised, and nothing is kept.

The model is CenterFace (MIT), its numbers stored in eight bits by training/faces.py. It draws no likeness of a face:
all that leaves this module is a number.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "model"
#: The longer side that a picture is looked at in. Faces smaller than about a twenty-fifth of it are missed.
SIDE = 640
#: How sure, and how much two areas may share before they are one face.
SURE, SHARED = 0.5, 0.3
#: The model gives one answer for so many points each way, and wants sides that this divides.
STRIDE, STEP = 4, 32
MOST = 200


class DamagedFaces(Exception):
    """The file of the model is missing, or is not the one that its card describes."""


class Faces:
    """The model, loaded. It runs on one thread."""

    def __init__(self, session: Any) -> None:
        self._session = session

    @classmethod
    def from_folder(cls, folder: Path = FOLDER) -> "Faces":
        """Load faces.onnx. Raises DamagedFaces where faces.json does not describe it."""
        import onnxruntime

        try:
            graph = (folder / "faces.onnx").read_bytes()
            card = json.loads((folder / "faces.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DamagedFaces(type(error).__name__) from error
        if hashlib.sha256(graph).hexdigest() != card.get("sha256"):
            raise DamagedFaces("The model of faces is not the one that its card describes.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        # The numbers are unpacked once, at loading, and not at each look.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        return cls(onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"]))

    def boxes(self, points: Any) -> Any:
        """Where faces are: rows of left, top, right, bottom, sureness, in points of the array (height, width, RGB).

        The array is filled up to sides that the model can take; a picture is best given at about SIDE points.
        """
        import numpy as np

        height, width = points.shape[:2]
        tall, wide = -(-height // STEP) * STEP, -(-width // STEP) * STEP
        given = np.zeros((1, 3, tall, wide), dtype=np.float32)
        given[0, :, :height, :width] = points.transpose(2, 0, 1)
        heat, scale, offset = self._session.run(["537", "538", "539"], {"input.1": given})
        rows, columns = np.nonzero(heat[0, 0] > SURE)
        sure = heat[0, 0, rows, columns]
        best = np.argsort(-sure, kind="stable")[: 20 * MOST]
        rows, columns, sure = rows[best], columns[best], sure[best]
        # A wild number would run over; no face is larger than the picture.
        high, broad = (np.exp(np.clip(scale[0, axis, rows, columns], -10, 10)) * STRIDE for axis in (0, 1))
        middle = (rows + offset[0, 0, rows, columns] + 0.5) * STRIDE
        centre = (columns + offset[0, 1, rows, columns] + 0.5) * STRIDE
        found = np.stack((centre - broad / 2, middle - high / 2, centre + broad / 2, middle + high / 2, sure), axis=1)
        found[:, 0:4:2] = found[:, 0:4:2].clip(0, width)
        found[:, 1:4:2] = found[:, 1:4:2].clip(0, height)
        return _apart(found)

    def count(self, points: Any) -> int:
        """How many faces, up to MOST. Policy 3.4."""
        return min(len(self.boxes(points)), MOST)


def _apart(found: Any) -> Any:
    """Of areas that lie on one another only the surest. They come with the surest first."""
    import numpy as np

    kept: list[int] = []
    areas = np.maximum(found[:, 2] - found[:, 0], 0) * np.maximum(found[:, 3] - found[:, 1], 0)
    left = np.flatnonzero(areas > 0)
    while len(left) and len(kept) < MOST:
        first, others = left[0], left[1:]
        kept.append(int(first))
        across = np.minimum(found[first, 2], found[others, 2]) - np.maximum(found[first, 0], found[others, 0])
        down = np.minimum(found[first, 3], found[others, 3]) - np.maximum(found[first, 1], found[others, 1])
        both = np.maximum(across, 0) * np.maximum(down, 0)
        left = others[both / (areas[first] + areas[others] - both) < SHARED]
    return found[kept]
