"""all-MiniLM-L6-v2 as an ONNX graph, written from its weights; no torch.

Inputs and output have the names of the model's own ONNX export (``input_ids`` and ``attention_mask`` to
``last_hidden_state``), so that a file an operator already has fits the same loader.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

LAYERS = 6
HEADS = 12
WIDTH = 384
HEAD_WIDTH = WIDTH // HEADS
EPSILON = 1e-12
POSITIONS = 256
"""The model was published for texts of up to 256 tokens; the table's other half is left out."""

OPSET = 20
"""The first with Gelu as one operator; onnxruntime 1.23 (assistant) and later (app) both run it."""
IR_VERSION = 9
"""The version that came with opset 20; onnx writes a newer one by itself, which older runtimes refuse."""

Weights = Mapping[str, NDArray[Any]]


class _Graph:
    """Collects nodes and constants, naming each value once."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, inputs: list[str], *outputs: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, list(outputs), name=outputs[0], **attributes))
        return outputs[0]

    def dense(self, name: str, value: str, weight: NDArray[Any], bias: NDArray[Any]) -> str:
        product = self.add("MatMul", [value, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        return self.add("Add", [product, self.constant(f"{name}.bias", bias)], name)

    def add_and_norm(self, name: str, value: str, residual: str, weights: Weights, key: str) -> str:
        total = self.add("Add", [value, residual], f"{name}.sum")
        scale = self.constant(f"{name}.scale", weights[f"{key}.LayerNorm.weight"])
        shift = self.constant(f"{name}.shift", weights[f"{key}.LayerNorm.bias"])
        return self.add("LayerNormalization", [total, scale, shift], name, axis=-1, epsilon=EPSILON)


def make_model(weights: Weights) -> onnx.ModelProto:
    """Write the float32 model."""
    graph = _Graph()
    state = _embeddings(graph, weights)
    mask = _mask(graph)
    for layer in range(LAYERS):
        state = _layer(graph, weights, layer, state, mask)
    graph.add("Identity", [state], "last_hidden_state")
    tokens = ["batch", "tokens"]
    made = helper.make_graph(
        graph.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*tokens, WIDTH])],
        list(graph.constants.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model


def _embeddings(graph: _Graph, weights: Weights) -> str:
    words = graph.add("Gather", [graph.constant("words", weights["embeddings.word_embeddings.weight"]), "input_ids"], "word")
    # Every token is of the first type, so that type's vector is simply part of each position's.
    table = weights["embeddings.position_embeddings.weight"][:POSITIONS] + weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.add("Shape", ["input_ids"], "length", start=1)
    start = graph.constant("zero", np.array([0], dtype=np.int64))
    positions = graph.add("Slice", [graph.constant("positions", table), start, length], "position")
    return graph.add_and_norm("embedded", words, positions, weights, "embeddings")


def _mask(graph: _Graph) -> str:
    """Return what is added to every score: nothing for a token, a very low number for padding."""
    wide = graph.add("Unsqueeze", ["attention_mask", graph.constant("axes", np.array([1, 2], dtype=np.int64))], "mask.wide")
    padding = graph.add(
        "Sub",
        [graph.constant("one", np.array(1.0, np.float32)), graph.add("Cast", [wide], "mask.float", to=TensorProto.FLOAT)],
        "padding",
    )
    return graph.add("Mul", [padding, graph.constant("lowest", np.array(-1e4, np.float32))], "mask")


def _layer(graph: _Graph, weights: Weights, layer: int, state: str, mask: str) -> str:
    key = f"encoder.layer.{layer}"
    name = f"layer{layer}"
    attended = _attention(graph, weights, key, name, state, mask)
    output = graph.dense(
        f"{name}.out", attended, weights[f"{key}.attention.output.dense.weight"], weights[f"{key}.attention.output.dense.bias"]
    )
    middle = graph.add_and_norm(f"{name}.middle", output, state, weights, f"{key}.attention.output")
    wide = graph.dense(
        f"{name}.wide", middle, weights[f"{key}.intermediate.dense.weight"], weights[f"{key}.intermediate.dense.bias"]
    )
    active = graph.add("Gelu", [wide], f"{name}.gelu")
    narrow = graph.dense(f"{name}.narrow", active, weights[f"{key}.output.dense.weight"], weights[f"{key}.output.dense.bias"])
    return graph.add_and_norm(name, narrow, middle, weights, f"{key}.output")


def _attention(graph: _Graph, weights: Weights, key: str, name: str, state: str, mask: str) -> str:
    # Query, key and value in one product: one large multiplication is quicker than three. The scale goes into the query.
    scale = {"query": np.float32(HEAD_WIDTH**-0.5), "key": np.float32(1), "value": np.float32(1)}
    both = [
        np.concatenate([weights[f"{key}.attention.self.{part}.{kind}"] * factor for part, factor in scale.items()])
        for kind in ("weight", "bias")
    ]
    together = graph.dense(f"{name}.qkv", state, *both)
    heads = graph.constant("heads", np.array([0, 0, 3 * HEADS, HEAD_WIDTH], dtype=np.int64))
    split = graph.add("Reshape", [together, heads], f"{name}.split")
    # [batch, tokens, 3 × heads, width] to [batch, 3 × heads, tokens, width]
    turned = graph.add("Transpose", [split], f"{name}.turned", perm=[0, 2, 1, 3])
    parts = [f"{name}.{part}" for part in scale]
    graph.add("Split", [turned], *parts, axis=1, num_outputs=3)
    query, keys, values = parts
    keys = graph.add("Transpose", [keys], f"{name}.key.turned", perm=[0, 1, 3, 2])
    scores = graph.add("MatMul", [query, keys], f"{name}.scores")
    share = graph.add("Softmax", [graph.add("Add", [scores, mask], f"{name}.masked")], f"{name}.share", axis=-1)
    context = graph.add("Transpose", [graph.add("MatMul", [share, values], f"{name}.context")], f"{name}.back", perm=[0, 2, 1, 3])
    return graph.add("Reshape", [context, graph.constant("flat", np.array([0, 0, WIDTH], dtype=np.int64))], f"{name}.flat")
